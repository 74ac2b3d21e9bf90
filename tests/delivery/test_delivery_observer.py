"""What others do on the page: recorded as theirs, shown as a difference, never written over."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from delivery.interposed import interpose, once
from delivery.page_edits import WORDS, declared, edit, post, pull
from desks import Bench
from ircon.errors import Unknown
from ircon.incident.event import Event
from ircon.journal.operation import Operation
from ircon.journal.store import Journal
from ircon.pages.protocol import RemoteIncident
from ircon.pages.vendors.statuspage_schema import read_incident
from practice_page import PracticePage


def test_words_edited_on_the_page_are_shown_beside_ours(bench: Bench, page: PracticePage) -> None:
    incident, remote = declared(bench)
    ours = bench.desk.records.incident(incident).updates[0]
    edit(page, remote, ours.remote_id or "", "Card payments fail for 5 % of orders.")
    assert [event.kind for event in pull(bench, incident)] == ["page_changed"]
    assert pull(bench, incident) == []
    state = bench.desk.records.incident(incident)
    assert state.updates[0].body.public == WORDS
    assert state.updates[0].edited is not None
    assert state.updates[0].edited.public == "Card payments fail for 5 % of orders."
    line = state.entries[-1]
    assert (line.kind, line.id, line.delivery) == ("page_changed", "e1", "observed")

    bench.clock.advance(60)
    edit(page, remote, ours.remote_id or "", WORDS)
    pull(bench, incident)
    assert bench.desk.records.incident(incident).updates[0].edited is None


def test_a_component_that_somebody_sets_is_seen(bench: Bench, page: PracticePage) -> None:
    changes = tuple(bench.desk.page_data.select(["Checkout=partial_outage"]))
    incident, _ = declared(bench, components=changes)
    assert pull(bench, incident) == []
    component = page.component("Checkout")
    said = {"component": {"status": "major_outage"}}
    page.manage("PATCH", f"/components/{component}", said).raise_for_status()
    (event,) = pull(bench, incident)
    assert event.kind == "page_changed"
    state = bench.desk.records.incident(incident)
    assert [one.status for one in state.components] == ["major_outage"]
    assert "Checkout" in str(state.entries[-1].text)
    assert pull(bench, incident) == []
    page.manage("PATCH", f"/components/{component}", {"component": {"status": "operational"}})


def test_who_posted_at_the_same_time_is_said_afterwards(bench: Bench, page: PracticePage) -> None:
    incident, remote = declared(bench)
    interpose(bench, write=once(lambda: post(page, remote, "It is the database.")))
    said = bench.say("It is the cache.", "identified", incident=incident)
    assert asyncio.run(bench.run(said.operation)).state == "confirmed"
    ours, theirs = (
        next(one for one in bench.desk.records.incident(incident).updates if one.op == op)
        for op in (said.operation, None)
    )
    assert "somebody else posted" in (ours.notice or "")
    assert "before this" in (ours.notice or "")
    assert (theirs.delivery, theirs.body.public) == ("observed", "It is the database.")


def test_the_same_words_again_within_a_day_are_an_alarm(bench: Bench, page: PracticePage) -> None:
    incident, remote = declared(bench)
    post(page, remote, WORDS, "investigating")
    pull(bench, incident)
    state = bench.desk.records.incident(incident)
    assert "twice" in (state.updates[0].notice or "")
    assert state.updates[0].delivery == "published"
    (item,) = bench.desk.outbox.items()
    assert (item.state, item.choices) == ("confirmed", ())
    assert "edit that one" in (item.last_error or "")
    bench.clock.advance(25 * 3600)
    assert bench.desk.outbox.items() == []


def test_a_colleague_is_seen_while_ours_is_in_doubt(bench: Bench, page: PracticePage) -> None:
    incident, remote = declared(bench)

    def lose() -> None:
        raise Unknown("the answer was lost")

    interpose(bench, write=once(lose))
    said = bench.say("It is the cache.", "identified", incident=incident)
    assert asyncio.run(bench.run(said.operation)).state == "unknown"
    post(page, remote, "It is the database.")
    post(page, remote, "It is the cache.")
    seen = [event.payload["body"] for event in pull(bench, incident)]
    assert seen == ["It is the database."]  # the other may be ours
    assert asyncio.run(bench.run(said.operation, seconds=2)).state == "confirmed"


def test_a_resolution_that_no_update_told_of_is_recorded_and_asked_about(
    bench: Bench, page: PracticePage
) -> None:
    incident, remote = declared(bench)
    over = replace(
        read_incident(page.manage("GET", f"/incidents/{remote}").json()), status="resolved"
    )
    resolved = [over]
    interpose(bench, incident=lambda: resolved[0] if resolved else None)
    said = bench.say("It is the cache.", "identified", incident=incident)
    asked = asyncio.run(bench.run(said.operation))
    assert (asked.state, "resolved" in (asked.error or "")) == ("conflict", True)
    assert bench.desk.records.incident(incident).status == "resolved"
    resolved.clear()
    bench.desk.outbox.decide(said.operation, "send_anyway")
    assert asyncio.run(bench.run(said.operation)).state == "confirmed"
    assert bench.desk.records.incident(incident).status == "identified"


def test_an_older_look_takes_nothing_back(bench: Bench, page: PracticePage) -> None:
    incident, remote = declared(bench)
    before = read_incident(page.manage("GET", f"/incidents/{remote}").json())
    ours = bench.desk.records.incident(incident).updates[0]
    edit(page, remote, ours.remote_id or "", "Card payments fail for 5 % of orders.")
    pull(bench, incident)
    interpose(bench, incident=lambda: before)
    bench.clock.advance(60)
    assert pull(bench, incident) == []
    assert bench.desk.records.incident(incident).updates[0].edited is not None


def confirm_elsewhere(bench: Bench, op: str) -> None:
    """Another process finds out what became of an operation."""

    async def carry() -> None:
        session = desk.open_delivery_session()
        try:
            await session.sender.run_due()
        finally:
            await session.aclose()

    desk = bench.open()
    bench.clock.advance(15)
    try:
        with ThreadPoolExecutor(1) as other:  # the loop of this thread is in the middle of a pull
            other.submit(asyncio.run, carry()).result()
        assert desk._journal.operation(op).state == "confirmed"  # type: ignore[union-attr]
    finally:
        desk.close()


def test_what_another_process_confirms_while_the_page_answers_is_not_a_strangers(
    bench: Bench, page: PracticePage
) -> None:
    incident, remote = declared(bench)

    def lose() -> None:
        post(page, remote, "It is the cache.")
        raise Unknown("the answer was lost")

    interpose(bench, write=once(lose))
    op = bench.say("It is the cache.", "identified", incident=incident).operation
    assert asyncio.run(bench.run(op)).state == "unknown"
    answer = read_incident(page.manage("GET", f"/incidents/{remote}").json())

    def slow() -> RemoteIncident:
        confirm_elsewhere(bench, op)
        return answer

    interpose(bench, incident=once(slow))
    assert pull(bench, incident) == []
    state = bench.desk.records.incident(incident)
    assert [one.delivery for one in state.updates] == ["published", "published"]
    assert bench.desk.outbox.items() == []  # nothing stands there twice


def test_what_moves_right_before_an_observation_is_kept_is_looked_at_again(
    bench: Bench, page: PracticePage, monkeypatch: pytest.MonkeyPatch
) -> None:
    incident, remote = declared(bench)
    post(page, remote, "It is the database.")
    journal = bench.journal
    kept: list[list[Event] | None] = []
    queue = once(lambda: bench.say("It is the cache.", "identified", incident=incident) and None)

    def append_if_unchanged(events: list[Event], outbox: list[Operation]) -> list[Event] | None:
        queue()
        kept.append(Journal.append_if_unchanged(journal, events, outbox))
        return kept[-1]

    monkeypatch.setattr(journal, "append_if_unchanged", append_if_unchanged)
    assert [event.payload["body"] for event in pull(bench, incident)] == ["It is the database."]
    assert [told is None for told in kept] == [True, False]
