"""One incident: public and internal apart, how far each word got, the note line."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from frames import NARROW, WIDE, Seat, awaited, offline, seated

from ircon.incident.components import ComponentChange
from ircon.incident.text import InternalText
from ircon.incident.times import iso
from ircon.journal.store import Journal

API = tuple(
    ComponentChange(f"c{number}", f"API {number}", "API", "partial_outage", "operational")
    for number in (1, 2, 3)
)


@awaited
async def test_public_and_internal_are_told_apart_without_colour(tmp_path: Path):
    with offline(tmp_path) as bench:
        told = bench.say("We are looking.", components=API)
        bench.desk.respond.note(told.incident, InternalText("[ERROR] db-1 日本語 is out of memory"))
        for size in (WIDE, NARROW):
            async with seated(bench.desk, size, start=told.incident) as seat:
                seen = await seat.until("db-1")
            said = next(line for line in seen.splitlines() if "We are looking." in line)
            noted = next(line for line in seen.splitlines() if "db-1" in line)
            assert "╏" in said  # not public yet: the bar is broken
            assert "┊" in noted
            assert "[ERROR] db-1 日本語" in noted
            assert "1 not public yet" in seen
            assert "published" not in seen


@awaited
async def test_what_is_held_says_when_it_leaves_and_comes_back_with_a_key(tmp_path: Path):
    with offline(tmp_path) as bench:
        told = bench.say("We are looking.", hold=10)
        async with seated(bench.desk, start=told.incident) as seat:
            seen = await seat.until("sends in 10 s, z takes it back")
            bench.clock.advance(3)
            assert "sends in 7 s" in await seat.until("sends in 7 s")
            await seat.press("z")
        operation = bench.journal.operation(told.operation)
        assert operation is not None
        assert operation.state == "draft"
        draft = bench.desk.saved_drafts.load(f"update:{told.incident}")
        assert draft is not None
        assert draft["body"] == "We are looking."
        assert "take back" in seen


@awaited
async def test_the_next_word_counts_down_rings_once_and_says_how_late_it_is(tmp_path: Path):
    with offline(tmp_path) as bench:
        told = bench.say("We are looking.")
        async with seated(bench.desk, NARROW, start=told.incident) as seat:
            rung = _rung(seat)
            seen = await seat.until("next update by 03:17 (in 5 min)")
            assert "cadence: first update, sev3  nothing public\n" in seen  # on one line of 80
            assert "impact not set" in seen
            await seat.pilot.resize_terminal(40, 14)
            seen = [line.strip() for line in (await seat.until("nothing public")).splitlines()]
            seen = [line for line in seen if "NO ANSWER" not in line]  # it may be there already
            assert "1 not public" in seen[2]  # what does not fit is never broken within
            assert "next update by 03:17 (in 5 min)" in seen
            await seat.pilot.resize_terminal(*NARROW)
            bench.clock.advance(9 * 60)
            await seat.until("due now")
            assert "next update missed by 4 min (03:17)" in await seat.until("missed by 4 min")
            bench.clock.set_back(8 * 60)  # somebody sets the clock, and it passes 03:17 again
            await seat.until("in 4 min")
            bench.clock.advance(6 * 60)
            await seat.until("missed by 2 min")
        assert rung == ["Checkout fails"]


@awaited
async def test_what_was_promised_drives_the_clock_and_a_start_does_not_ring(tmp_path: Path):
    with offline(tmp_path) as bench:
        told = bench.say("We are looking. Next update by 03:40 UTC.")
        bench.took(told)
        async with seated(bench.desk, start=told.incident) as seat:
            rung = _rung(seat)
            seen = await seat.until("next update by 03:40 (in 28 min)")
            assert "promised in the 03:12 update" in seen
        bench.clock.advance(40 * 60)
        async with seated(bench.desk, start=told.incident) as seat:
            rung = _rung(seat)
            await seat.until("next update missed by 12 min (03:40)")
            bench.took(bench.say("Still looking.", incident=told.incident))  # re-arms
            assert "cadence: investigating, sev3" in await seat.until("next update by 04:07")
        assert rung == []


def _rung(seat: Seat) -> list[str]:
    """The incidents for which it rings from now on."""
    rung: list[str] = []
    ring = seat.app.monitor.cadence_bell._ring
    seat.app.monitor.cadence_bell._ring = lambda due: (rung.append(due.name), ring(due))
    return rung


@awaited
async def test_a_note_is_kept_with_enter_and_a_half_typed_one_comes_back(tmp_path: Path):
    with offline(tmp_path) as bench:
        incident = bench.desk.respond.declare_internal("Disk full")
        async with seated(bench.desk, NARROW, start=incident) as seat:
            await seat.press("n")
            await seat.type("cleaned /var/log [ok]")
            await seat.press("enter")
            assert "cleaned /var/log [ok]" in await seat.until("n1")
            await seat.press("j", "k")  # the keys are the timeline's again
            assert seat.app.screen.query_one("#note").value == ""
            await seat.press("n")
            await seat.type("half a thou")
        assert [note.text.internal for note in bench.desk.records.incident(incident).notes] == [
            "cleaned /var/log [ok]"
        ]
        async with seated(bench.desk, NARROW, start=incident) as seat:
            assert "half a thou" in await seat.until("half a thou")


@awaited
async def test_an_imported_incident_is_read_only_and_shows_it(tmp_path: Path):
    with offline(tmp_path) as bench:
        recorder = bench.desk.recorder
        bench.journal.append(
            [
                recorder.event(
                    "k7f2",
                    "declared",
                    {
                        "name": "Long ago",
                        "kind": "incident",
                        "status": "resolved",
                        "origin": "import",
                    },
                    visibility="public",
                )
            ]
        )
        async with seated(bench.desk, NARROW, start="k7f2") as seat:
            seen = await seat.until("read-only")
            assert "u update" not in seen
            assert "n note" in seen
            await seat.press("u")
            assert type(seat.app.screen).__name__ == "IncidentScreen"


@awaited
async def test_what_was_like_it_before_says_why_and_what_was_promised_then(tmp_path: Path):
    with offline(tmp_path) as bench:
        before = bench.say("All down.", "resolved", components=API, title="API was down")
        bench.took(before)
        bench.desk.respond.add_action(before.incident, InternalText("Alert on the disk"))
        bench.clock.advance(86_400)
        told = bench.say("We are looking.", components=API)
        bench.took(told)
        async with seated(bench.desk, NARROW, start=told.incident) as seat:
            await seat.press("s")
            seen = await seat.until("API was down")
            assert "same components: API/API 1, API/API 2, API/API 3" in seen
            assert "promised then, not done: Alert on the disk" in seen
            await seat.press("enter")
            await seat.until("closed, u reopens")
            await seat.press("u")
            await seat.until("Reopen the incident?")
            await seat.press("enter")
            seen = await seat.until("[Investigating]")
            assert "this update reopens it" in seen


@awaited
async def test_entries_are_corrected_pinned_and_withdrawn_by_key(tmp_path: Path):
    with offline(tmp_path) as bench:
        incident = bench.desk.respond.declare_internal("Disk full", text=InternalText("db-1 full"))
        async with seated(bench.desk, start=incident) as seat:
            await seat.until("db-1 full")
            await seat.press("*")
            assert "★" in await seat.until("★")
            await seat.press("E")
            await seat.until("Amend n1")
            await seat.type(", 98 %")
            await seat.press("f10")
            assert "db-1 full, 98 %" in await seat.until("(amended)")
            await seat.press("x")
            await seat.until("Retract n1?")
            await seat.press("down", "enter")
            assert "(retracted)" in await seat.until("(retracted)")


@awaited
async def test_a_follow_up_action_is_one_form_and_loses_nothing(tmp_path: Path):
    with offline(tmp_path) as bench:
        incident = bench.desk.respond.declare_internal("Disk full")
        async with seated(bench.desk, NARROW, start=incident) as seat:
            await seat.press("a")
            await seat.until("Follow-up action")
            await seat.type("alert on disk")
            await seat.press("enter")
            await seat.type("bob")
            await seat.press("enter")
            await seat.type("next tuesday")
            await seat.press("enter")
            seen = await seat.until("'next tuesday' is not a date. Write it as 2026-11-30.")
            assert all(words in seen for words in ("alert on disk", "bob", "next tuesday"))
            await seat.type("no")  # typed on: into the field that has the error
            assert seat.app.screen.query_one("#form-due").value == "next tuesdayno"
            await seat.press("escape")
            assert "Saved as a draft" in await seat.until("Saved as a draft")
            await seat.press("a")
            seen = await seat.until("next tuesdayno")
            assert "bob" in seen
            await seat.press("tab", "tab", "ctrl+u")
            await seat.type("2026-04-01")
            await seat.press("enter")
            await seat.until("to do: alert on disk")
            await seat.press("a")
            assert "bob" not in await seat.until("what will be done")
        state = bench.desk.records.incident(incident)
        (action,) = state.actions
        assert (action.text.internal, action.owner, action.due) == (
            "alert on disk",
            "bob",
            "2026-04-01",
        )
        assert state.notes == ()


@awaited
async def test_leaving_an_amendment_at_its_time_keeps_its_words(tmp_path: Path):
    with offline(tmp_path) as bench:
        incident = bench.desk.respond.declare_internal("Disk full", text=InternalText("db-1 full"))
        async with seated(bench.desk, NARROW, start=incident) as seat:
            await seat.press("E")
            await seat.type(", 98 %")
            await seat.press("tab")
            await seat.type("half past never")
            await seat.press("f10")
            await seat.until("✗")
            await seat.press("escape", "E")
            seen = await seat.until("half past never")
            assert "db-1 full, 98 %" in seen


@awaited
async def test_what_was_never_public_ends_without_a_word_to_anybody(tmp_path: Path):
    with offline(tmp_path) as bench:
        for key in ("C", "r"):
            incident = bench.desk.respond.declare_internal("Disk full")
            async with seated(bench.desk, NARROW, start=incident) as seat:
                await seat.press(key)
                assert "It was never public" in await seat.until("Close without an update")
                await seat.type("a false alarm")
                await seat.press("f10")
                await seat.until("a false alarm")
                for _ in range(100):
                    closed = bench.desk.records.incident(incident).closed
                    if closed:
                        break
                    await seat.pilot.pause(0.05)
            assert closed is not None
            assert closed.reason is not None
            assert closed.reason.internal == "a false alarm"
        assert bench.journal.operations() == []


@awaited
async def test_a_form_takes_what_is_typed_fast_in_the_field_it_was_meant_for(tmp_path: Path):
    with offline(tmp_path) as bench:
        incident = bench.desk.respond.declare_internal("Disk full")
        async with seated(bench.desk, NARROW, start=incident) as seat:
            await seat.press("h")
            await seat.until("Handover")
            await seat.pilot.press(*"anna", "tab", *"and more")
            seen = await seat.until("and more")
            assert "anna" in seen
            assert "annaand" not in seen.replace(" ", "")
            await seat.press("escape", "h")
            await seat.until("anna")
            await seat.pilot.press(*" b")
            await seat.until("anna b")


@awaited
async def test_quitting_while_something_is_held_asks_and_keeps_it_as_a_draft(tmp_path: Path):
    with offline(tmp_path) as bench:
        told = bench.say("We are looking.", hold=10)
        async with seated(bench.desk) as seat:
            await seat.press("q")
            await seat.until("Quit ircon?")
            await seat.pilot.press("enter")
            await seat.pilot.pause(0.2)
            assert "1 update was taken back: nothing was sent" in str(seat.app._exit_renderables)
        operation = bench.journal.operation(told.operation)
        assert operation is not None
        assert operation.state == "draft"
        assert bench.desk.saved_drafts.load(f"update:{told.incident}") is not None


@awaited
async def test_a_hold_that_runs_out_behind_the_question_is_not_called_a_draft(tmp_path: Path):
    with offline(tmp_path) as bench:
        told = bench.say("We are looking.", hold=10)
        async with seated(bench.desk) as seat:
            await seat.press("q")
            assert "it is sent in 10 s" in await seat.until("Quit ircon?")
            bench.clock.advance(4)
            assert "it is sent in 6 s" in await seat.until("in 6 s")
            bench.desk.holds.release(now=bench.clock.now() + timedelta(seconds=8))
            await seat.pilot.press("enter")  # keep as a draft: too late
            seen = await seat.until("released before you chose, now: ")
            assert "Quit ircon?" not in seen
            assert "taken back" not in seen
            assert seat.app.is_running
            bench.say("Still looking.", incident=told.incident, hold=10)
            await seat.press("q")
            await seat.until("Quit ircon?")
            bench.clock.advance(12)  # nobody answers
            seen = await seat.until("The hold has ended")
            assert "Quit ircon?" in seen
            assert "1 update: queued, not public yet." in seen
            assert "Keep as draft" not in seen
            await seat.press("enter")  # a yes to what stood there before does not quit
            assert "Quit ircon?" not in await seat.read()
            assert seat.app.is_running


@awaited
async def test_a_suspension_takes_back_what_is_held_and_a_sleep_is_noticed(tmp_path: Path):
    with offline(tmp_path) as bench:
        told = bench.say("We are looking.", hold=10)
        async with seated(bench.desk, start=told.incident) as seat:
            await seat.until("next update by")  # all has begun
            seat.app.suspension.on_suspend()  # what ctrl+z does; the rest of it needs a terminal
            bench.clock.advance(3_600)
            seat.app.suspension.on_resume(None)
            await seat.until("held update(s)")
            bench.clock.sleep(3_600)  # the lid was closed
            await seat.until("This machine slept for 1 h")
        operation = bench.journal.operation(told.operation)
        assert operation is not None
        assert operation.state == "draft"
        assert bench.desk.saved_drafts.load(f"update:{told.incident}") is not None


@awaited
async def test_what_another_process_writes_appears_by_itself(tmp_path: Path):
    with offline(tmp_path) as bench:
        incident = bench.desk.respond.declare_internal("Disk full")
        async with seated(bench.desk, start=incident) as seat:
            other = bench.open()
            other.respond.note(incident, InternalText("from a shell"))
            other.close()
            assert "from a shell" in await seat.until("from a shell")


@awaited
async def test_what_the_journal_does_not_take_is_kept_and_said_until_it_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(Journal.open.__func__, "__defaults__", (0.01,))  # nobody waits 5 s here
    with offline(tmp_path) as bench:
        incident = bench.desk.respond.declare_internal("Disk full")
        store = bench.desk.paths.data / "journal.db"
        async with seated(bench.desk, NARROW, start=incident) as seat:
            with closing(sqlite3.connect(store, isolation_level=None)) as other:
                other.execute("BEGIN IMMEDIATE")  # a process that was stopped in the middle
                await seat.press("n")
                await seat.type("db-1 is down")
                await seat.press("enter")
                seen = await seat.until("JOURNAL  Not in the journal yet")
                assert "db-1 is down" in seen
                await seat.press("escape", "escape")
                assert "Not in the journal yet" in await seat.until("  Open")  # on every screen
            bench.desk.respond.note(incident, InternalText("and up again"))
            while "Not in the journal yet" in await seat.read():
                await seat.pilot.pause(0.05)


@awaited
async def test_a_recorded_command_shows_how_it_ended_and_its_last_lines(tmp_path: Path):
    with offline(tmp_path) as bench:
        told = bench.say("We are looking.")
        output = "\n".join(f"row-{number}" for number in range(1, 21))
        bench.desk.respond.note(
            told.incident,
            InternalText(f"$ make deploy\n{output}"),
            source="command",
            command={"command": "make deploy", "exit_code": 3, "seconds": 125.4},
        )
        for size in (WIDE, NARROW):
            async with seated(bench.desk, size, start=told.incident) as seat:
                seen = await seat.until("row-20")
            assert "$ make deploy  (exit 3, 2 min)" in seen
            assert seen.count("make deploy") == 1
            assert "row-1 " not in seen  # cut in the middle, not at its end
            assert "enter shows all" in seen


@awaited
async def test_elapsed_time_only_grows_when_the_first_word_is_out(tmp_path: Path):
    with offline(tmp_path) as bench:
        incident = bench.desk.respond.declare_internal("Pages fail")
        bench.clock.advance(35)
        async with seated(bench.desk, start=incident) as seat:
            assert "open for 35 s" in await seat.until("open for")
        said = {"status": "investigating", "body": "We are looking.", "origin": "observed"}
        said |= {"shown_at": iso(bench.clock.now()), "remote_id": "r1"}
        bench.journal.append([bench.desk.recorder.event(incident, "update", said)])
        bench.clock.advance(3)
        async with seated(bench.desk, start=incident) as seat:
            assert "open for 38 s" in await seat.until("open for")
