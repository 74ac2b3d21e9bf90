"""U4 U5 U6 U9 U10 U15: an update's place in the course, when it matters and when not."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ircon.checks.subject import Subject
from ircon.config.load import DEFAULT_CADENCE
from ircon.incident.components import ComponentChange
from subjects import at, findings, quotes, subject_with


@pytest.mark.parametrize("status", ["investigating", "identified"])
def test_u4_an_active_update_says_when_the_next_comes(status):
    assert quotes(subject_with(f"09:00 {status}: Uploads fail."), "U4") == ["Uploads fail."]
    kept = subject_with(f"09:00 {status}: Uploads fail. Next update by 09:30 UTC.")
    assert quotes(kept, "U4") == []
    assert (
        quotes(
            subject_with(f"09:00 {status}: Uploads fail. We will report back in 30 minutes."), "U4"
        )
        == []
    )


def test_u4_sits_on_the_promise_without_a_time():
    subject = subject_with(
        "09:00 investigating: Uploads fail. We will post updates as we learn more."
    )
    assert quotes(subject, "U4") == ["will post updates as we learn more."]


@pytest.mark.parametrize("status", ["monitoring", "resolved", "scheduled", "in_progress"])
def test_u4_is_for_active_incidents(status):
    assert quotes(subject_with(f"09:00 {status}: Uploads work."), "U4") == []


@pytest.mark.parametrize(
    ("words", "count"),
    [
        ("Uploads are operating normally.", 0),
        ("The slow uploads have been mitigated. We continue to monitor them.", 0),
        ("Uploads have recovered. Downloads still fail.", 1),
        ("Uploads have recovered. We will post updates when we know more.", 1),
    ],
)
def test_u4_waits_for_no_more_where_all_is_well(words, count):
    subject = subject_with(
        "09:00 investigating: Uploads fail. Next update at 09:20 UTC.",
        f"09:10 investigating: {words}",
    )
    assert len(quotes(subject, "U4")) == count


def test_u4_holds_for_what_is_being_typed():
    assert quotes(subject_with(draft="investigating: Uploads fail."), "U4") == ["Uploads fail."]
    promised = subject_with(draft="investigating: Uploads fail. Next update in 20 minutes.")
    assert quotes(promised, "U4") == []


def test_u5_a_promise_that_was_missed():
    subject = subject_with(
        "09:00 investigating: Uploads fail. Next update by 09:30 UTC.",
        "10:10 resolved: We restarted the storage.",
    )
    (found,) = findings(subject, "U5")
    assert "40 min late" in found.message
    assert "09:30" in found.quote


def test_u5_a_promise_that_was_kept_or_is_open():
    kept = subject_with(
        "09:00 investigating: Uploads fail. Next update in 30 minutes.",
        "09:30 resolved: We restarted the storage.",
    )
    assert findings(kept, "U5") == []
    waiting = subject_with(
        "09:00 investigating: Uploads fail. Next update by 09:30 UTC.", now=at("09:29")
    )
    assert findings(waiting, "U5") == []


def test_u5_the_time_of_a_maintenance_is_no_promised_update():
    subject = subject_with("09:00 identified: We will perform a maintenance at 11:00 UTC.")
    assert findings(subject, "U5") == []


def silences(*updates: str, **more: Any):
    return findings(subject_with(*updates, cadence=DEFAULT_CADENCE, **more), "U6")


def test_u6_longer_than_the_cadence_sits_on_the_later_update():
    (found,) = silences("09:00 investigating: Uploads fail.", "09:16 resolved: They work.")
    assert found.at_stamp
    assert found.passage.status == "resolved"
    assert found.message.startswith("16 min")


def test_u6_exactly_the_limit_is_in_time():
    assert silences("09:00 investigating: Uploads fail.", "09:15 resolved: They work.") == []
    assert silences("09:00 monitoring: Uploads work.", "10:00 resolved: They work.") == []


def test_u6_goes_by_the_severity():
    updates = ("09:00 investigating: Uploads fail.", "09:12 resolved: They work.")
    assert silences(*updates) == []
    assert len(silences(*updates, severity="sev1")) == 1


def test_u6_sits_on_the_last_update_while_the_silence_lasts():
    subject = ("09:00 investigating: Uploads fail.",)
    assert silences(*subject, now=at("09:15")) == []
    (found,) = silences(*subject, now=at("09:40"))
    assert found.message.startswith("No update for 40 min")
    assert silences("09:00 resolved: Over.", now=at("12:00")) == []


def test_u6_a_promise_sets_the_deadline_instead():
    subject = (
        "09:00 identified: Uploads fail. Next update by 11:00 UTC.",
        "10:58 resolved: They work.",
    )
    assert silences(*subject) == []


def test_u9_going_back_wants_a_word_about_the_fix():
    subject = subject_with(
        "09:00 monitoring: We restarted the storage.",
        "09:20 investigating: We look at uploads.",
    )
    (found,) = findings(subject, "U9")
    assert found.at_stamp
    assert found.passage.status == "investigating"


@pytest.mark.parametrize(
    "words",
    [
        "Uploads fail again.",
        "The restart did not hold.",
        "Errors are back: the restart has not helped.",
        "The problem recurred at 09:18 UTC.",
    ],
)
def test_u9_is_content_with_plain_words(words):
    assert (
        findings(subject_with("09:00 resolved: Over.", f"09:20 investigating: {words}"), "U9") == []
    )


def test_u9_is_not_about_going_on():
    subject = subject_with(
        "09:00 investigating: Uploads fail.", "09:20 identified: A disk is full."
    )
    assert findings(subject, "U9") == []


def test_u10_a_short_watch():
    updates = ["09:00 monitoring: We restarted the storage.", "09:14 resolved: Over."]
    (found,) = findings(subject_with(*updates), "U10")
    assert found.passage.status == "resolved"
    assert "14 min" in found.message
    updates[1] = "09:15 resolved: Over."
    assert findings(subject_with(*updates), "U10") == []


def test_u10_a_long_watch_without_a_word():
    updates = ["09:00 monitoring: We restarted it.", "11:01 resolved: Over."]
    assert len(findings(subject_with(*updates), "U10")) == 1
    between = [updates[0], "10:00 monitoring: Still well.", updates[1]]
    assert findings(subject_with(*between), "U10") == []


def test_u10_counts_from_the_last_run_of_monitoring_and_needs_one():
    subject = subject_with(
        "09:00 monitoring: We restarted it.",
        "09:05 investigating: It fails again.",
        "09:20 monitoring: We moved it.",
        "09:40 resolved: Over.",
    )
    assert findings(subject, "U10") == []
    straight = subject_with("09:00 investigating: It fails.", "09:02 resolved: Over.")
    assert findings(straight, "U10") == []


def test_u15_resolved_says_when_it_ended_and_what_became_of_data():
    (found,) = findings(subject_with("09:00 resolved: Uploads work again."), "U15")
    assert "when it ended or whether data was lost" in found.message
    (found,) = findings(subject_with("09:00 resolved: Uploads work since 08:55 UTC."), "U15")
    assert "ended" not in found.message
    whole = "09:00 resolved: Uploads work since 08:55 UTC. No data was lost."
    assert findings(subject_with(whole), "U15") == []
    assert findings(subject_with("09:00 monitoring: Uploads work again."), "U15") == []


def test_u15_a_component_that_is_not_well_yet():
    subject = subject_with("09:00 resolved: Uploads work since 08:55 UTC. No data was lost.")
    ill = ComponentChange("c1", "Uploads", "API", "degraded_performance")
    subject = replace(subject, incident=replace(subject.incident, components=(ill,)))
    (found,) = findings(subject, "U15")
    assert found.message == "API/Uploads is still not operational."


def test_u15_a_draft_is_held_against_the_components_as_they_will_be_after_it():
    ill = ComponentChange("c1", "Uploads", "API", "degraded_performance")
    subject = subject_with(
        "08:00 investigating: Uploads fail.",
        draft="resolved: Uploads work since 08:55 UTC. No data was lost.",
    )
    subject = replace(subject, incident=replace(subject.incident, components=(ill,)))
    assert len(findings(subject, "U15")) == 1

    def selecting(*components: ComponentChange) -> Subject:
        *before, words = subject.passages
        return replace(subject, passages=(*before, replace(words, components=components)))

    assert findings(selecting(ill._replace(status="operational")), "U15") == []
    assert len(findings(selecting(ill._replace(status=None)), "U15")) == 1
    worse = ComponentChange("c2", "Search", None, "major_outage")
    (found,) = findings(selecting(ill._replace(status="operational"), worse), "U15")
    assert found.message == "Search is still not operational."


def test_u15_is_about_closing_once():
    subject = subject_with(
        "09:00 resolved: Uploads work since 08:55 UTC. No data was lost.",
        "12:00 resolved: A report follows.",
    )
    assert findings(subject, "U15") == []
