"""When the next word is due: what was promised comes before what the cadence asks."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from desks import START, Bench
from ircon.desk.cadence import Deadline


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    with Bench(tmp_path / "home", "http://127.0.0.1:9", "p1", "a-token") as made:
        yield made


def due(bench: Bench) -> Deadline:
    (one,) = bench.desk.deadlines.all()
    return one


def minutes(found: Deadline) -> float:
    return (found.at - START).total_seconds() / 60


def test_the_cadence_asks_for_a_first_word_and_then_by_status(bench: Bench):
    told = bench.say("We are looking.")
    assert (minutes(due(bench)), due(bench).cadence) == (5, "first update, sev3")
    bench.took(told)
    assert (minutes(due(bench)), due(bench).cadence) == (15, "investigating, sev3")
    bench.desk.respond.change_severity(told.incident, "sev1")
    assert (minutes(due(bench)), due(bench).cadence) == (10, "investigating, sev1")


def test_a_promise_decides_until_any_later_word(bench: Bench):
    told = bench.took(bench.say("We are looking. Next update in 40 minutes."))
    assert (minutes(due(bench)), due(bench).cadence) == (40, "")
    assert due(bench).promised_at == START
    bench.clock.advance(60)
    waiting = bench.say("Still looking.", incident=told.incident)
    assert minutes(due(bench)) == 40  # it is not public yet
    bench.took(waiting)
    assert minutes(due(bench)) == 16


def test_a_maintenance_that_was_announced_counts_down_to_its_beginning(bench: Bench):
    told = bench.took(bench.say("We will perform maintenance at 03:30 UTC.", "identified"))
    assert (minutes(due(bench)), due(bench).what) == (18, "maintenance")
    bench.clock.advance(18 * 60)
    bench.took(bench.say("The maintenance has started.", "identified", incident=told.incident))
    assert due(bench).what == "update"


def test_nobody_waits_for_what_is_internal_or_over(bench: Bench):
    bench.desk.respond.declare_internal("Odd logins")
    bench.took(bench.say("All is well again. Postmortem within 2 days.", "resolved"))
    assert bench.desk.deadlines.all() == []


@pytest.mark.parametrize(("passed", "urgency"), [(11, "calm"), (12, "soon"), (15, "late")])
def test_amber_begins_at_80_percent_of_the_time(bench: Bench, passed: int, urgency: str):
    bench.took(bench.say("We are looking."))
    bench.clock.advance(passed * 60)
    assert due(bench).urgency(bench.clock.now()) == urgency
