"""Drafts: recorded facts and visible holes, and nothing else."""

from __future__ import annotations

import re
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from written_record import BERLIN, SECRETS

from events import START, Recorder, moment
from ircon.incident.fold import fold
from ircon.incident.metrics import compute_metrics
from ircon.incident.state import Incident
from ircon.incident.text import find_placeholders
from ircon.incident.times import format_minutes, minutes_between
from ircon.writing.figures import figures
from ircon.writing.metrics_table import measured
from ircon.writing.placeholders import holes
from ircon.writing.postmortem_draft import DEFAULT, draft
from ircon.writing.public_lines import entries_for_insert
from ircon.writing.templates import load_postmortem_templates

UTC_ZONE = ZoneInfo("UTC")
TEMPLATES = load_postmortem_templates().templates
PUBLIC = [name for name, one in TEMPLATES.items() if one.audience == "public"]
INTERNAL = [name for name, one in TEMPLATES.items() if one.audience == "internal"]


def drafted(incident: Incident, name: str = DEFAULT, zone: ZoneInfo = BERLIN) -> str:
    return draft(incident, compute_metrics(incident), TEMPLATES[name], zone)


def folded(record: Recorder) -> Incident:
    incident = fold(record.events)
    assert incident is not None
    return incident


def told(*updates: tuple[str, float]) -> Recorder:
    record = Recorder()
    record.declared("Payments fail")
    for status, at in updates:
        component = {"id": "c1", "name": "Checkout", "status": "major_outage"}
        record.update(status, "Words.", [component], at=at)
    return record


def test_all_eight_are_there_and_say_who_reads_them():
    assert load_postmortem_templates().failed == []
    assert {*PUBLIC} == {
        "four-questions",
        "sequence",
        "letter",
        "facts-table",
        "five-lines",
        "external-3",
    }
    assert {*INTERNAL} == {"internal-sre", "internal-pd"}


def test_the_opening_sentence_is_the_records(recorder):
    recorder.milestone("ended", at=65)
    first = drafted(folded(recorder)).splitlines()[2]
    assert first == (
        "On 2026-03-02, 10:00-11:05 CET (09:00-10:05 UTC, 1 h 5 min): API (group 01) was "
        "partially unavailable; Checkout: {{fill in: how it was affected}}."
    )


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_draft_begins_with_its_title(name, incident):
    named = {"internal": "# working title\n", "public": "# Payments fail\n"}
    assert drafted(incident, name).startswith(named[TEMPLATES[name].audience])


def test_a_page_in_utc_says_utc_once(recorder):
    recorder.milestone("ended", at=65)
    first = drafted(folded(recorder), zone=UTC_ZONE).splitlines()[2]
    assert first.startswith("On 2026-03-02, 09:00-10:05 UTC (1 h 5 min): API")


def test_each_component_has_its_own_worst_status_and_minutes():
    record = Recorder()
    record.declared("Payments fail")
    for at, levels in (
        (4, {"1": "partial_outage", "2": "partial_outage", "3": "partial_outage", "4": None}),
        (6, {"3": "major_outage", "4": "partial_outage", "5": "degraded_performance"}),
        (8, {"4": "operational"}),
        (14, dict.fromkeys("1235", "operational")),
    ):
        parts = [
            {"id": one, "name": f"API 0{one}", **({"status": level} if level else {})}
            for one, level in levels.items()
        ]
        record.update("resolved" if at == 14 else "investigating", "Words.", parts, at=at)
    said = (
        "API 03 was out; API 01 and API 02 were partially unavailable; "
        "API 04 was partially unavailable for 2 min; API 05 was slow or degraded"
    )
    incident = folded(record)
    for name in PUBLIC:
        text = drafted(incident, name)
        assert said in text
        assert "We had an outage of" not in text
    named = {one.name: one.text for one in figures(incident, compute_metrics(incident), BERLIN)}
    assert "impact_words" not in named  # they were not all alike


def test_what_is_still_broken_has_no_length_yet():
    ongoing = drafted(folded(told(("investigating", 4), ("identified", 9)))).splitlines()[2]
    assert "Checkout was out." in ongoing


def test_times_that_are_the_pages_own_are_called_that():
    opening = drafted(folded(told(("investigating", 4), ("resolved", 70)))).splitlines()[2]
    assert "10:04-11:10 CET (09:04-10:10 UTC, 1 h 6 min)" in opening
    assert "{{fill in: 10:04 CET is the first update: when did it begin?}}" in opening
    assert "{{fill in: 11:10 CET is Resolved: when did it end for customers?}}" in opening


def test_an_end_that_is_missing_is_a_hole():
    opening = drafted(folded(told(("investigating", 4)))).splitlines()[2]
    assert "10:04 CET (09:04 UTC) to {{fill in: when the impact ended}}" in opening
    assert "min)" not in opening


def test_an_incident_that_nobody_was_told_of_is_all_holes():
    record = Recorder()
    record.declared("working title", visibility="internal")
    record.note("db-7 is out of memory")
    for name in PUBLIC:
        text = drafted(folded(record), name)
        assert "working title" not in text
        assert not re.search(r"\d", re.sub(r"\{\{.*?\}\}|^\d\.", "", text, flags=re.MULTILINE))
    assert "{{fill in: how each component was affected}}" in drafted(folded(record))


def test_an_end_before_the_start_has_no_length():
    record = told(("investigating", 4), ("resolved", 70))
    record.milestone("started", at=80)
    assert "{{fill in: how long it lasted}}" in drafted(folded(record))


def test_past_midnight_and_in_another_utc_day_the_days_are_said():
    record = told(("investigating", 13 * 60 + 30), ("resolved", 14 * 60 + 40))
    record.milestone("started", at=13 * 60 + 30)
    assert "On 2026-03-02, 23:30 to 2026-03-03 00:40 CET (22:30-23:40 UTC, 1 h 10 min)" in drafted(
        folded(record)
    )


def test_over_a_change_of_the_clocks_each_end_has_its_zone():
    record = Recorder()
    record.declared("x", at=moment(0).replace(month=3, day=29, hour=0))
    record.update("investigating", at=moment(0).replace(month=3, day=29, hour=0, minute=30))
    record.update("resolved", at=moment(0).replace(month=3, day=29, hour=1, minute=30))
    assert "01:30 CET to 03:30 CEST (00:30-01:30 UTC, 1 h)" in drafted(folded(record))


@pytest.mark.parametrize("name", TEMPLATES)
@pytest.mark.parametrize("full", [True, False])
def test_whatever_is_left_open_is_a_hole_and_nothing_else(name, full, recorder):
    record = recorder if full else told()
    text = drafted(folded(record), name)
    assert holes(text)
    assert find_placeholders(text) == holes(text)


@pytest.mark.parametrize("name", TEMPLATES)
def test_no_heading_stands_over_nothing(name):
    lines = [line for line in drafted(folded(told()), name).splitlines() if line]
    for line, after in zip(lines, [*lines[1:], "## the end"], strict=True):
        assert not (line.startswith("## ") and after.startswith("## "))


@pytest.mark.parametrize("name", PUBLIC)
def test_a_draft_for_the_public_has_no_internal_word(name, incident):
    text = drafted(incident, name)
    assert [secret for secret in SECRETS if secret in text] == []


@pytest.mark.parametrize("name", INTERNAL)
def test_a_draft_for_readers_inside_quotes_what_was_noted(name, incident):
    text = drafted(incident, name)
    for words in ("working title", "db-7 is out of memory", "raise the limit", "OPS-4711"):
        assert words in text
    assert "a draft of ours" not in text


def test_a_pinned_note_gives_its_time_and_a_hole(incident):
    text = drafted(incident)
    assert "- 10:06 CET (09:06 UTC): {{fill in: n1, in words for customers}}" in text
    assert "n2" not in text  # nobody pinned it


def test_a_withdrawn_note_leaves_no_trace(recorder):
    note = next(one for one in recorder.events if one.kind == "note")
    recorder.retract(note)
    assert "n1" not in drafted(folded(recorder))


def test_published_updates_are_quoted_and_unpublished_ones_are_not(incident):
    text = drafted(incident)
    assert "- 10:20 CET (09:20 UTC): Identified: A release doubled the queries per payment." in text
    assert "never sent words" not in text


def test_actions_are_counted_for_the_public_and_written_out_inside(incident):
    public = drafted(incident)
    assert "- {{fill in: action 1 of 1: verb and outcome, team or role, date}}" in public
    inside = drafted(incident, "internal-sre")
    assert "- raise the limit (grace@example.com, {{fill in: date}}, OPS-4711)." in inside


def test_a_fix_that_did_not_hold_is_said(incident):
    text = drafted(incident)
    assert "- 10:40 CET (09:40 UTC): Investigating again: the fix did not hold." in text
    reopened = told(("investigating", 0), ("resolved", 10), ("investigating", 20))
    assert "Investigating again: it was reopened." in drafted(folded(reopened))


@pytest.mark.parametrize("name", TEMPLATES)
def test_no_apology_and_no_filler_is_inserted(name, incident):
    written = re.sub(r"\{\{.*?\}\}", "", drafted(incident, name)).lower()
    for phrase in ("apolog", "sorry", "inconvenience", "committed to", "diligently", "quickly"):
        assert phrase not in written


def test_the_communication_table_is_computed(incident):
    text = drafted(incident, "sequence")
    assert "| 10:20 CET (09:20 UTC) | Identified | 16 min |" in text
    assert "| 11:10 CET (10:10 UTC) | Resolved | 20 min |" in text
    assert "6 updates; the longest gap was 20 min." in text


def test_a_status_that_nobody_told_is_not_made_up(incident):
    told_and_not = drafted(incident)
    assert "| API (group 01) | partial unavailability | 1 h 6 min |" in told_and_not
    assert "\nCheckout: {{fill in: how each was affected, and for how long}}" in told_and_not
    assert "operational" not in told_and_not


def test_figures_are_the_metrics(incident):
    named = {one.name: one.text for one in figures(incident, compute_metrics(incident), BERLIN)}
    assert named["updates"] == "6"
    assert named["to_first_update"] == "4 min"
    assert named["to_identified"] == "16 min"
    assert named["to_resolved"] == "1 h 6 min"
    assert named["soak"] == "20 min"
    assert named["failed_fixes"] == "1"
    assert named["detected"] == "10:03 CET (09:03 UTC)"
    assert named["n"] == "70"
    assert named["downtime_1"] == "1 h 6 min"
    assert "acknowledged" not in named
    assert "postmortem_lag" not in named
    assert all(not holes(text) for text in named.values())


def test_a_figure_follows_the_record(recorder):
    before = drafted(folded(recorder))
    recorder.milestone("started", at=1)
    after = drafted(folded(recorder))
    assert "10:00-11:10 CET (09:00-10:10 UTC, 1 h 10 min)" in before
    assert "10:01-11:10 CET (09:01-10:10 UTC, 1 h 9 min)" in after


def test_the_editors_list_quotes_the_public_and_only_times_the_rest(incident):
    listed = {one.entry: one.text for one in entries_for_insert(incident, BERLIN)}
    assert (
        listed["n2"] == "2026-03-02 10:08 CET (09:08 UTC): {{fill in: n2, in words for customers}}"
    )
    assert listed["u2"].endswith("Identified: A release doubled the queries per payment.")
    assert "u6" not in listed  # it was rejected: nobody saw it
    assert not any(secret in text for secret in SECRETS for text in listed.values())


def test_an_entry_id_from_elsewhere_cannot_write_into_a_draft():
    record = told(("investigating", 4))
    note = record.make("note", {"text": "x", "source": "typed"}, entry="n1}} injected")
    record.make("pinned", {"target": note.id, "pinned": True})
    assert "injected" not in drafted(folded(record))


STATUS = st.sampled_from(["investigating", "identified", "monitoring", "resolved"])


@st.composite
def incidents(draw) -> Incident:
    """Any course of an incident, with words that hold no digits."""
    record = Recorder()
    record.declared("Payments fail", severity=draw(st.sampled_from([None, "sev1", "sev3"])))
    at = 0.0
    for status in draw(st.lists(STATUS, max_size=6)):
        at += draw(st.integers(1, 900_00)) / 60
        level = draw(st.sampled_from([None, "partial_outage", "operational", "major_outage"]))
        component = {"id": "c", "name": "Checkout", **({"status": level} if level else {})}
        record.update(status, "Words.", [component], at=at)
    for name in draw(st.sets(st.sampled_from(["started", "detected", "ended"]))):
        record.milestone(name, at=draw(st.integers(-60, 2000)))
    for pin in draw(st.lists(st.booleans(), max_size=3)):
        note = record.note("internal 987654321", at=draw(st.integers(0, 2000)))
        record.make("pinned", {"target": note.id, "pinned": pin})
    for _ in range(draw(st.integers(0, 3))):
        record.make("action", {"text": "do 987654321", "due": "2099-12-31"})
    return folded(record)


@settings(deadline=None)
@given(incident=incidents(), zone=st.sampled_from([BERLIN, UTC_ZONE, ZoneInfo("Asia/Kolkata")]))
def test_every_number_in_a_public_draft_is_the_records(incident, zone):
    metrics = compute_metrics(incident)
    sources = [one.text for one in figures(incident, metrics, zone)]
    sources += [one.text for one in entries_for_insert(incident, zone)]
    sources += [one.label for one in figures(incident, metrics, zone)]
    shown = [one.shown for one in incident.public_updates]
    sources += [format_minutes(minutes_between(a, b)) for a, b in pairwise(shown)]
    sources += map(format_minutes, metrics.component_downtime_min.values())
    sources += [words for _, words in measured(metrics)]
    sources += [str(number) for number in range(len(incident.actions) + 1)]
    known = set(re.findall(r"\d+", " ".join(sources)))
    for name in PUBLIC:
        text = re.sub(r"^\d+\. ", "", drafted(incident, name, zone), flags=re.MULTILINE)
        assert set(re.findall(r"\d+", text)) <= known
        assert find_placeholders(text) == holes(text)


def test_a_published_update_that_looks_like_a_template_stays_as_it_is():
    record = told(("investigating", 4))
    record.update("identified", "It said {{n}} and {{title}}, see [x](https://e.example) <b>", at=9)
    text = drafted(folded(record))
    assert r"It said {{n}} and {{title}}, see \[x\](https://e.example) \<b\>" in text


def test_a_users_template_is_drafted_by_the_same_engine(tmp_path):
    (tmp_path / "own.toml").write_text(
        'name = "own"\naudience = "public"\n[[section]]\nheading = "Facts"\n'
        'body = "We had {{impact_words}} of {{components}} on {{date}}, {{start}}-{{end}} {{zone}} '
        '({{start_utc}}-{{end_utc}} UTC, {{n}} min)"\n[[section]]\nheading = "Lessons"\n'
    )
    own = load_postmortem_templates(tmp_path).templates["own"]
    incident = folded(told(("investigating", 4), ("resolved", 70)))
    assert draft(incident, compute_metrics(incident), own, BERLIN) == (
        "## Facts\n\nWe had an outage of Checkout on 2026-03-02, 10:04-11:10 CET "
        "(09:04-10:10 UTC, 66 min)\n\n## Lessons\n\n"
        "{{fill in: nothing is recorded for this section: write it}}\n"
    )


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ('name = "x"\naudience = "everybody"\n[[section]]\nbody = "x"', "audience 'everybody'"),
        ('name = "x"\naudience = "public"', "no [[section]]"),
        ('name = "x"\naudience = "public"\nsection = ["a"]', "'section' must be tables"),
        ('name = "x"\naudience = "public"\n[[section]]\ntitle = "x"', "unknown key 'title'"),
    ],
)
def test_a_bad_postmortem_template_is_reported(tmp_path, content, says):
    (tmp_path / "bad.toml").write_text(content)
    loaded = load_postmortem_templates(tmp_path)
    assert set(loaded.templates) == set(TEMPLATES)
    assert says in loaded.failed[0].message


def test_the_day_is_that_of_the_start(incident):
    assert f"On {START.date()}" in drafted(incident)
