"""What waits: why, for how long, in which order, and what a person reads beside it."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest

from delivery.interposed import interpose
from desks import Bench, restart_marker
from faulty_proxy import FaultyProxy
from ircon.delivery.lock import SenderLock
from ircon.desk.drafts import PublicDraft
from ircon.errors import JournalError, NotSent
from ircon.incident.text import PublicText
from practice_page import PracticePage

WORDS = "Card payments fail for about 4 % of orders since 02:50 UTC."


def declared(bench: Bench) -> tuple[str, str]:
    posted = bench.say(WORDS)
    operation = asyncio.run(bench.run(posted.operation))
    assert operation.state == "confirmed"
    return posted.incident, operation.remote_incident or ""


def test_an_incident_that_was_resolved_meanwhile_asks_first(bench: Bench) -> None:
    incident, _ = declared(bench)
    over = bench.say("It works again.", "resolved", incident=incident)
    late = bench.say("Still looking.", "monitoring", incident=incident)
    bench.clock.advance(1)
    asked = asyncio.run(bench.run(late.operation))
    assert bench.journal.operation(over.operation).state == "confirmed"  # type: ignore[union-attr]
    assert (asked.state, "resolved" in (asked.error or "")) == ("stale", True)
    bench.desk.outbox.decide(late.operation, "send_anyway")
    assert asyncio.run(bench.run(late.operation)).state == "confirmed"


def test_what_others_posted_stands_beside_a_conflict_and_is_read_once(
    bench: Bench, page: PracticePage
) -> None:
    incident, remote = declared(bench)
    said = bench.say("It is the cache.", "identified", incident=incident)
    theirs = {"incident": {"status": "identified", "body": "It is the database."}}
    page.manage("PATCH", f"/incidents/{remote}", theirs)
    assert asyncio.run(bench.run(said.operation)).state == "conflict"
    (beside,) = [one for one in bench.desk.outbox.page_updates(said.operation) if not one.ours]
    assert (beside.body.public, beside.status) == ("It is the database.", "identified")
    assert bench.desk.records.incident(incident).updates[-1].delivery == "observed"

    bench.desk.outbox.decide(said.operation, "send_anyway")
    page.manage("PATCH", f"/incidents/{remote}", theirs)  # newer than the decision
    assert asyncio.run(bench.run(said.operation)).state == "conflict"
    bench.desk.outbox.decide(said.operation, "send_anyway")
    assert asyncio.run(bench.run(said.operation)).state == "confirmed"


def test_an_update_waits_for_the_creation_that_a_person_is_asked_about(bench: Bench) -> None:
    first = bench.say(WORDS)
    bench.clock.sleep(120)
    assert asyncio.run(bench.run(first.operation)).state == "stale"
    more = bench.say("It is the cache.", "identified", incident=first.incident)
    assert asyncio.run(bench.run(more.operation)).state == "queued"
    waiting = bench.desk.outbox.item(more.operation)
    assert waiting.waits_for == first.operation
    assert f"waits for {first.operation[:8]}" in waiting.meaning
    bench.desk.outbox.decide(first.operation, "send_anyway")
    assert asyncio.run(bench.run(more.operation)).state == "confirmed"


def test_edited_words_of_an_incident_that_is_not_on_the_page_create_it(bench: Bench) -> None:
    first = bench.say(WORDS, title="Created by its second words")
    more = bench.say("It is the cache.", "identified", incident=first.incident)
    bench.desk.outbox.decide(first.operation, "drop")
    assert asyncio.run(bench.run(more.operation)).state == "stale"
    again = bench.desk.outbox.decide(more.operation, "edit", text=PublicText("It is the disk."))
    settled = asyncio.run(bench.run(again))
    assert (settled.kind, settled.state) == ("create", "confirmed")


def test_created_by_edited_words_it_keeps_the_title_that_was_given_for_the_public(
    bench: Bench, page: PracticePage
) -> None:
    incident = bench.desk.respond.declare_internal("db-secret-1 is full")
    draft = PublicDraft(
        "investigating", PublicText(WORDS), incident=incident, title=PublicText("Orders fail")
    )
    first = bench.desk.publish.send(draft, bench.desk.publish.prepare(draft).confirm())
    more = bench.say("It is the cache.", "identified", incident=incident)
    bench.desk.outbox.decide(first.operation, "drop")
    assert asyncio.run(bench.run(more.operation)).state == "stale"
    again = bench.desk.outbox.decide(more.operation, "edit", text=PublicText("It is the disk."))
    assert asyncio.run(bench.run(again)).state == "confirmed"
    assert page.public("/api/v2/incidents.json")["incidents"][0]["name"] == "Orders fail"


def test_a_slow_incident_holds_up_no_other(bench: Bench) -> None:
    slow, quick = bench.say(WORDS, title="Slow"), bench.say(WORDS, title="Quick")
    go_on = asyncio.Event()

    async def until_confirmed(op: str) -> None:
        while bench.journal.operation(op).state != "confirmed":  # type: ignore[union-attr]  # noqa: ASYNC110 - it is the journal that tells
            await asyncio.sleep(0.01)

    async def carry() -> None:
        session = bench.desk.open_delivery_session()
        attempt = session.sender._attempt
        plain = attempt.advance

        async def carried(operation: object) -> None:
            if operation.op == slow.operation:  # type: ignore[attr-defined]
                await go_on.wait()
            await plain(operation)  # type: ignore[arg-type]

        attempt.advance = carried  # type: ignore[method-assign,assignment]
        running = asyncio.create_task(session.sender.run_due())
        await until_confirmed(quick.operation)
        late = bench.say(WORDS, title="Queued while the slow one is under way")
        await until_confirmed(late.operation)
        go_on.set()
        await running
        await session.aclose()

    asyncio.run(asyncio.wait_for(carry(), 30))


def test_a_page_that_shows_less_than_it_did_is_not_written_to_yet(
    bench: Bench, page: PracticePage
) -> None:
    incident, remote = declared(bench)
    before = page.manage("GET", f"/incidents/{remote}").json()
    second = bench.say("It is the cache.", "identified", incident=incident)
    asyncio.run(bench.run(second.operation))
    from ircon.pages.vendors.statuspage_schema import read_incident

    behind = [1]
    interpose(bench, incident=lambda: read_incident(before) if behind else None)
    third = bench.say("Fixed.", "monitoring", incident=incident)
    waiting = asyncio.run(bench.run(third.operation))
    assert (waiting.state, "fewer than it did" in (waiting.error or "")) == ("queued", True)
    behind.clear()
    assert asyncio.run(bench.run(third.operation, seconds=5)).state == "confirmed"


def test_a_clock_that_is_set_back_delays_no_attempt(bench: Bench) -> None:
    tries: list[None] = []

    def fail() -> None:
        tries.append(None)
        if len(tries) < 3:
            raise NotSent("no connection")

    interpose(bench, identity=fail)
    posted = bench.say(WORDS)
    asyncio.run(bench.run(posted.operation))
    bench.clock.set_back(3_600)
    asked = asyncio.run(bench.run(posted.operation, seconds=5))
    assert (asked.state, "clock" in (asked.error or "")) == ("stale", True)


class TestHeld:
    """Nothing leaves that nobody could take back, and no words are lost."""

    def test_a_command_gives_back_what_a_dead_console_held(self, bench: Bench) -> None:
        held = bench.say("Held words.", title="Held by the dead", hold=10)
        operation = bench.journal.operation(held.operation)
        assert operation is not None
        orphan = operation._replace(moves=operation.moves + 1, by=restart_marker())
        assert bench.journal.move(operation, orphan)

        async def sync() -> None:
            session = bench.desk.open_delivery_session()
            await session.sync(5)
            await session.aclose()

        asyncio.run(sync())
        assert bench.journal.operation(held.operation).state == "draft"  # type: ignore[union-attr]
        bodies = [one.content["body"] for one in bench.desk.saved_drafts.updates()]
        assert bodies == ["Held words."]

    def test_a_hold_that_outlived_its_time_is_a_draft_again(self, bench: Bench) -> None:
        held = bench.say("Held words.", hold=10)
        bench.clock.advance(300)  # the program was suspended
        bench.desk.holds.release()
        assert bench.journal.operation(held.operation).state == "draft"  # type: ignore[union-attr]
        assert bench.desk.saved_drafts.updates()[0].content["body"] == "Held words."

    def test_what_was_held_while_the_machine_slept_asks_first(self, bench: Bench) -> None:
        held = bench.say("Held words.", hold=10)
        bench.clock.sleep(11)
        bench.desk.holds.release()
        assert asyncio.run(bench.run(held.operation)).state == "stale"


class TestLock:
    """One sender for each store, and words about who it is."""

    def test_others_are_told_who_is_sending(self, bench: Bench) -> None:
        posted = bench.say(WORDS)
        other = SenderLock(bench.desk.paths.data, "web-1:4711:boot-1")
        assert other.acquire()
        waiting = asyncio.run(bench.run(posted.operation))
        assert waiting.state == "queued"
        item = bench.desk.outbox.item(posted.operation)
        assert item.sender == "sending from pid 4711 on web-1"
        other.release()
        assert bench.desk.outbox.item(posted.operation).sender is None
        assert asyncio.run(bench.run(posted.operation)).state == "confirmed"

    def test_a_killed_holder_holds_nothing_and_is_not_named(self, tmp_path: Path) -> None:
        code = (
            "import sys; from pathlib import Path; from ircon.delivery.lock import SenderLock;"
            "SenderLock(Path(sys.argv[1]), 'here:1:boot').acquire();"
            "print('held', flush=True); sys.stdin.read()"
        )
        holder = subprocess.Popen(
            [sys.executable, "-c", code, str(tmp_path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        with holder:
            assert holder.stdout is not None
            assert holder.stdout.readline() == b"held\n"
            mine = SenderLock(tmp_path, "here:2:boot")
            assert not mine.acquire()
            assert mine.holder() == "here:1:boot"
            holder.kill()
            holder.wait()
        assert mine.holder() is None
        assert mine.acquire()

    def test_a_folder_that_cannot_be_locked_is_said(self, tmp_path: Path) -> None:
        with pytest.raises(JournalError, match="cannot be locked"):
            SenderLock(tmp_path / "missing", "here:1:boot").acquire()


def test_a_rate_limit_shows_until_when(tmp_path: Path, page: PracticePage) -> None:
    with (
        FaultyProxy(page.url, ["429"]) as network,
        Bench(tmp_path / "home", network.url, page.page_id, page.token or "") as bench,
    ):
        posted = bench.say(WORDS)
        asyncio.run(bench.run(posted.operation))
        item = bench.desk.outbox.item(posted.operation)
        assert item.rate_limited
        assert item.next_attempt_at is not None
        assert (item.next_attempt_at - bench.clock.now()).total_seconds() == 60
