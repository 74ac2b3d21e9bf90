"""Who an entry is said to be by: the page for what the page told, whoever read it in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from events import START, Recorder, moment
from ircon.history.shapes import read_reports
from ircon.history.to_events import to_events
from ircon.incident.fold import fold
from ircon.incident.state import Incident

PAGE = """Elevated errors
Incident Report for GitHub
Resolved
This incident has been resolved.
Posted Apr 02, 2026 - 10:10 UTC
Investigating
We are investigating.
Posted Apr 02, 2026 - 09:40 UTC
"""
PROSE = (
    "On 2 April our checkout failed for 40 minutes and customers saw errors. "
    "We identified a bad deploy and rolled it back, and the incident was resolved at 10:10 UTC.\n"
)


def imported(text: str) -> Incident:
    (report,) = read_reports(text.encode(), "incident.txt")
    events = to_events(report, "k7f2", recorded_at=datetime(2026, 5, 1, tzinfo=UTC), actor="eve")
    return fold(events)


@pytest.mark.parametrize(("text", "author"), [(PAGE, "GitHub"), (PROSE, "incident.txt")])
def test_what_a_page_told_is_by_the_page_not_by_who_imported_it(text, author):
    incident = imported(text)
    assert {one.author for one in incident.entries} == {author}
    assert {one.author for one in incident.updates} <= {author}


def test_what_was_seen_on_our_page_is_by_the_page():
    record = Recorder()
    record.declared(page="main")
    record.update("investigating", origin="ircon", at=1)
    record.update("identified", origin="observed", author="the page", at=2)
    record.make("page_changed", {"status": "monitoring"}, at=3)
    record.note("ours", at=4)
    by = {one.kind: one.author for one in fold(record.events).entries}
    assert by == {
        "declared": "ada", "update": "main", "page_changed": "main", "note": "ada"
    }  # fmt: skip


def test_ones_own_recording_read_back_keeps_who_declared_it():
    record = Recorder()
    record.declared(page="main", origin="import")
    assert fold(record.events).entries[0].author == "ada"


def test_elapsed_time_does_not_begin_anew_with_the_first_word():
    record = Recorder()
    record.declared(at=0)
    assert fold(record.events).elapsed_since == START
    record.update("investigating", at=5)
    assert fold(record.events).elapsed_since == START
    record.milestone("started", at=-7)
    assert fold(record.events).elapsed_since == moment(-7) == START - timedelta(minutes=7)
