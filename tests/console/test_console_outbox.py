"""The outbox: how far each word got, what is on the page beside it, and what is open to a person."""

from __future__ import annotations

from pathlib import Path

import pytest
from frames import NARROW, WIDE, awaited, offline, seated

from desks import Bench
from ircon.delivery.lock import SenderLock
from ircon.delivery.transitions import make_move
from ircon.desk.drafts import Submission
from practice_page import PracticePage

IN_DOUBT = ("look", "intend", "unsure", "not_seen")


@pytest.mark.parametrize("size", [NARROW, WIDE])
def test_what_could_not_be_found_is_never_sent_again_by_one_key(tmp_path: Path, size):
    @awaited
    async def look() -> None:
        with offline(tmp_path) as bench:
            told = _moved(bench, bench.say("We are looking."), *IN_DOUBT)
            async with seated(bench.desk, size) as seat:
                await seat.press("o")
                seen = await seat.until("not found on the page")
                for words in (
                    "┃ We are looking.",
                    "No update of this incident was found on the page.",
                    "l  Check again",
                    "t  Already posted",
                    "s  Send again without emails",
                    "m  Send again with emails",
                    "e  Edit, then send",
                    "x  Drop",
                ):
                    assert words in seen
                assert "Send anyway" not in seen  # not open in this state
                await seat.press("s")
                await seat.until("Send it again?")
                await seat.press("enter")  # the first answer leaves it
                assert _state(bench, told) == "needs_human"
                await seat.press("s", "down", "enter")
                await seat.until("queued")
            operation = bench.journal.operation(told.operation)
            assert operation is not None
            assert operation.quiet

    look()


@awaited
async def test_somebody_elses_words_stand_beside_ours_and_ours_are_edited(
    bench: Bench, page: PracticePage
):
    told = bench.say("We are looking into failed payments of some customers since 14:05.")
    assert (await bench.run(told.operation)).state == "confirmed"
    incident = bench.desk.records.incident(told.incident)
    there, first = f"/incidents/{incident.remote_id}", incident.public_updates[0]
    page.manage(
        "PATCH",
        f"{there}/incident_updates/{first.remote_id}",
        {"incident_update": {"body": first.body.public.replace("some", "most")}},
    ).raise_for_status()
    theirs = {"incident": {"status": "identified", "body": "Somebody else says this."}}
    page.manage("PATCH", there, theirs).raise_for_status()
    late = bench.say("It is the database.", incident=told.incident)
    assert (await bench.run(late.operation)).state == "conflict"
    async with seated(bench.desk, start=told.incident) as seat:
        seen = await seat.until("u1 was edited on the page")
        assert "was: … into failed payments of some customers since 14:05." in seen
        assert "now: … into failed payments of most customers since 14:05." in seen
        seen = await seat.press("o")
        assert "┃ It is the database." in seen
        assert "┃ Somebody else says this." in seen
        assert "y  Send anyway" in seen
        await seat.press("e")
        await seat.until("New text, public")
        await seat.type(" We restart it.")
        await seat.press("f10")
        await seat.until("Nothing is pending")
    assert _state(bench, late) == "cancelled"
    last = bench.desk.records.incident(told.incident).public_updates[-1]
    assert last.body.public == "It is the database. We restart it."


@awaited
async def test_what_stands_on_the_page_twice_is_an_alarm_in_words(tmp_path: Path):
    said = "it is on the page twice, again as u-9: edit that one there"
    with offline(tmp_path) as bench:
        told = _moved(bench, bench.say("We are looking."), "look", "intend", "accepted", "seen")
        _moved(bench, told, "twin", error=said, notice=said)
        async with seated(bench.desk, start=told.incident) as seat:
            assert "is on the page twice" in await seat.until("! it is")
            seen = await seat.press("o")
            assert "ALARM: it is on the page twice" in seen
            assert "cannot be deleted" in seen


@awaited
async def test_another_process_that_sends_is_named(tmp_path: Path):
    with offline(tmp_path) as bench:
        bench.say("We are looking.")
        lock = SenderLock(bench.desk.paths.data, "web-1:12:boot-9")
        assert lock.acquire()
        async with seated(bench.desk, NARROW) as seat:
            await seat.press("o")
            assert "Not public yet;" in await seat.until("sending from pid 12 on web-1")
        lock.release()


def _moved(bench: Bench, told: Submission, *events: str, **changes: object) -> Submission:
    """As if delivery had gone this way."""
    for event in events:
        operation = bench.journal.operation(told.operation)
        assert operation is not None
        assert make_move(bench.journal, bench.desk.recorder, operation, event, **changes)
    return told


def _state(bench: Bench, told: Submission) -> str:
    operation = bench.journal.operation(told.operation)
    assert operation is not None
    return operation.state


@pytest.mark.parametrize("size", [NARROW, WIDE])
def test_what_was_not_sent_is_shown_beside_what_waits_and_without_it(tmp_path: Path, size):
    @awaited
    async def look() -> None:
        with offline(tmp_path) as bench:
            draft = {"status": "identified", "body": "Half a sentence about"}
            bench.desk.saved_drafts.save("update:none", draft)
            async with seated(bench.desk, size) as seat:
                await seat.press("o")
                seen = await seat.until("Half a sentence about")
                assert "this was not sent" in seen
                assert "everything that was sent is public" not in seen
            told = _moved(bench, bench.say("We are looking."), *IN_DOUBT)
            async with seated(bench.desk, size) as seat:
                await seat.press("o")
                seen = await seat.until("┃ We are looking.")
                assert "Half a sentence about" in seen
                assert "Not sent: " in seen
                assert "x drop" in seen
            assert _state(bench, told) == "needs_human"

    look()
