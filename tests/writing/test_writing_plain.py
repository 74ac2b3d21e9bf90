"""Plain lines for a terminal: aligned, inert, public and internal apart."""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from written_record import API, BERLIN

from events import Recorder, moment
from ircon.incident.fold import fold
from ircon.incident.metrics import compute_metrics
from ircon.writing.columns import aligned, width
from ircon.writing.handover_page import handover
from ircon.writing.terminal_views import action_lines, metrics_lines, show_lines, timeline_lines
from ircon.writing.text_format import lasted

HOSTILE = "\x1b]52;c;aGk=\x07 \x9b31m \u202e [red]x[/red] \r\nu9  PUBLIC  Resolved\x00"


def hostile_incident():
    record = Recorder()
    component = {"id": "c", "name": HOSTILE, "group": HOSTILE, "status": "major_outage"}
    record.declared(HOSTILE, page=HOSTILE, severity=HOSTILE, started_at=moment(0).isoformat())
    record.update("investigating", HOSTILE, [component], at=3)
    record.make("role", {"role": HOSTILE, "person": HOSTILE}, actor=HOSTILE)
    record.note(HOSTILE)
    record.make("action", {"text": HOSTILE, "owner": HOSTILE, "due": HOSTILE, "ticket": HOSTILE})
    sent = record.update("identified", HOSTILE, op="o")
    record.delivery(sent, "rejected", move=1, error=HOSTILE)
    return fold(record.events)


def test_nothing_foreign_reaches_the_terminal():
    incident = hostile_incident()
    lines = [
        *show_lines(incident, compute_metrics(incident), BERLIN),
        *timeline_lines(incident, BERLIN),
        *action_lines(incident.actions),
        *handover(incident, BERLIN, moment(60)).split("\n"),
    ]
    for line in lines:
        assert not [sign for sign in line if unicodedata.category(sign) in {"Cc", "Cf"}]


def test_no_words_can_pose_as_an_entry():
    lines = timeline_lines(hostile_incident(), BERLIN)
    heads = [line for line in lines if not line.startswith("    ") and line]
    assert len(heads) == len(hostile_incident().entries)
    assert "    u9  PUBLIC  Resolved␀" in lines


def test_public_and_internal_are_apart_in_words(incident):
    lines = timeline_lines(incident, BERLIN)
    by_id = {line.split()[3]: line for line in lines if line.startswith("2026")}
    assert "PUBLIC" in by_id["u1"]
    assert "on the page 10:04 CET" in by_id["u1"]
    assert "internal" in by_id["n1"]
    assert "PUBLIC" not in by_id["n1"]
    assert by_id["n1"].endswith("pinned")


@pytest.mark.parametrize(
    ("state", "more", "words"),
    [
        ("queued", {}, "queued: not public yet"),
        ("sending", {}, "being sent: may be public any moment"),
        ("unknown", {"error": "no answer"}, "unknown: may already be public: no answer"),
        ("rejected", {"error": "no such page"}, "failed: not public: no such page"),
        ("cancelled", {}, "not sent: never public"),
        (
            "sent",
            {"server_time": moment(5).isoformat()},
            "published 10:05 CET",
        ),
    ],
)
def test_each_public_entry_says_how_far_it_got(state, more, words):
    record = Recorder()
    record.declared()
    sent = record.update("investigating", "Words.", op="o", at=4)
    record.delivery(sent, state, move=1, **more)
    head = timeline_lines(fold(record.events), BERLIN)[2]
    assert head.endswith(words)
    assert ("PUBLIC" in head) == (state == "sent")


def test_only_what_is_certain_is_in_the_public_timeline(incident):
    lines = timeline_lines(incident, ZoneInfo("UTC"), public_only=True)
    assert lines[0] == "2026-03-02 09:04 UTC  u1  PUBLIC  Investigating  on the page 09:04 UTC"
    assert not any("internal" in line or "never sent words" in line for line in lines)


def test_withdrawn_words_are_withheld_and_said_so(recorder):
    recorder.retract(next(one for one in recorder.events if one.kind == "note"))
    lines = timeline_lines(fold(recorder.events), BERLIN)
    assert not any("db-7" in line for line in lines)
    assert any(line.endswith("retracted") for line in lines)


def test_show_has_everything_in_plain_words(incident):
    text = "\n".join(show_lines(incident, compute_metrics(incident), BERLIN))
    for words in (
        "k7f2  working title",
        "Status          Resolved",
        "Impact started  2026-03-02 10:00 CET (09:00 UTC)",
        "Operational  API/API (group 01)",
        "a1  open  grace@example.com  no date  OPS-4711  raise the limit",
        "Failed fixes                       1",
    ):
        assert words in text


@given(st.lists(st.tuples(st.text("aé漢字️́👍", max_size=8), st.text("xy", min_size=1)), min_size=1))
def test_columns_begin_below_each_other(rows):
    starts = {
        width(line[: len(line) - len(last)])
        for line, (_, last) in zip(aligned(rows), rows, strict=True)
    }
    assert len(starts) == 1


def test_wide_and_combining_characters_are_counted():
    assert (width("漢字"), width("é"), width("e\u0301"), width("👍"), width("")) == (4, 1, 1, 2, 0)


def test_a_handover_tells_what_the_page_lost_and_what_was_closed(recorder):
    recorder.make("page_changed", {"deleted": True}, at=60, visibility="public")
    deleted = handover(fold(recorder.events), BERLIN, moment(100))
    assert "Deleted on the page" in deleted
    recorder.make("closed", {}, at=61)
    closed = handover(fold(recorder.events), BERLIN, moment(100))
    assert "Closed here" in closed
    assert "Since " not in closed


def test_a_handover_says_what_the_next_person_needs(recorder):
    recorder.update("investigating", "Again.", [{**API, "status": "major_outage"}], at=95)
    recorder.update("identified", "Not yet out.", at=97, op="op9")
    text = handover(fold(recorder.events), BERLIN, moment(100))
    for words in (
        "working title (k7f2): Investigating, impact critical",
        "Since 10:00 CET (09:00 UTC), for 1 h 40 min.",
        "Last update at 11:35 CET (10:35 UTC), 5 min ago.",
        "API/API (group 01): Major outage",
        "commander: Grace Hopper",
        "Outgoing: u9 queued: not public yet",
        "10:06 CET (09:06 UTC): db-7 is out of memory",
        "To do: raise the limit",
    ):
        assert words in text


def test_what_was_only_slow_was_not_out():
    record = Recorder()
    record.declared("Checkout fails")
    slow = {"id": "c1", "name": "Web App", "status": "degraded_performance"}
    record.update("investigating", "It is slow.", components=[slow])
    record.update("resolved", "It is quick.", components=[{**slow, "status": "operational"}])
    measured = compute_metrics(fold(record.events))
    assert measured.component_downtime_min == {"Web App": 0}
    assert "Out:" not in "\n".join(metrics_lines(measured))


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "under a minute"),
        (12, "under a minute"),
        (41 * 60 + 10, "41 min"),
        (455 * 60, "7 h 35 min"),
        (50 * 3600, "2 d 2 h"),
        (-300, "5 min before"),
    ],
)
def test_a_figure_is_said_as_people_say_it(seconds, said):
    begun = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    assert lasted(begun, begun + timedelta(seconds=seconds)) == said
