"""The first screen: what is open, what was, and finding it again."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from frames import NARROW, WIDE, awaited, offline, seated

from desks import START
from ircon.desk.factory import open_desk
from ircon.incident.text import InternalText
from ircon.incident.times import iso
from ircon.journal.cache import Summary


@pytest.mark.parametrize("size", [NARROW, WIDE, (200, 60)])
def test_open_incidents_stand_above_history_and_say_what_is_not_public(tmp_path: Path, size):
    @awaited
    async def look() -> None:
        with offline(tmp_path) as bench:
            over = bench.desk.respond.declare_internal("Disk was full")
            bench.desk.respond.milestone(over, "ended")
            bench.clock.advance(60)
            bench.say("We are looking.", title="Checkout [db-1] fails", reason="a test")
            bench.desk.respond.declare_internal("Odd logins")
            async with seated(bench.desk, size) as seat:
                seen = [
                    line.partition("▏")[0] for line in (await seat.read()).splitlines()
                ]  # the list
            lines = {
                words: next(number for number, line in enumerate(seen) if words in line)
                for words in ("Open", "Checkout [db-1]", "Odd logins", "History", "Disk was full")
            }
            assert lines["Open"] < lines["Odd logins"] < lines["History"] < lines["Disk was full"]
            assert lines["Checkout [db-1]"] < lines["History"]
            assert "1 not public" in seen[lines["Checkout [db-1]"]]
            assert "internal" in seen[lines["Odd logins"]]

    look()


@awaited
async def test_ages_go_on_without_a_key_and_a_word_that_is_due_is_marked(tmp_path: Path):
    with offline(tmp_path) as bench:
        bench.say("We are looking.")  # not public yet, and the first word is due in 5 min
        async with seated(bench.desk) as seat:
            assert "03:17, in 5 min" in await seat.until("next update")  # beside the list
            bench.clock.advance(4 * 60 + 10)
            row = _row_of("1 not public", await seat.until("due in 50 s"))
            assert "4 min" in row.partition("due in 50 s")[2]
            bench.clock.advance(7 * 60)
            row = _row_of("1 not public", await seat.until("missed by 6 min"))
            assert "1 not public missed by 6 min" in row
            assert "11 min" in row


def _row_of(words: str, seen: str) -> str:
    """The row of the list, without what stands beside it."""
    return next(line.partition("▏")[0] for line in seen.splitlines() if words in line)


@awaited
async def test_search_narrows_as_one_types_and_going_back_shows_all(tmp_path: Path):
    with offline(tmp_path) as bench:
        bench.desk.respond.declare_internal("Disk full", text=InternalText("db-7 is out of space"))
        bench.desk.respond.declare_internal("Slow search")
        async with seated(bench.desk) as seat:
            await seat.press("/")
            seen = await seat.type("db-7")
            assert "Disk full" in seen
            assert "Slow search" not in seen
            assert "1 found" in seen
            assert "Nothing found" in await seat.type(" zzz")
            seen = await seat.press("escape")
            assert "Slow search" in seen


@awaited
async def test_an_empty_journal_says_what_to_do(tmp_path: Path):
    with offline(tmp_path) as bench:
        async with seated(bench.desk, NARROW) as seat:
            seen = await seat.read()
            assert "No incidents yet" in seen
            assert "declares an incident" in seen


@awaited
async def test_a_home_without_a_page_says_what_to_do_and_declares_internally(tmp_path: Path):
    desk = open_desk(str(tmp_path / "home"))
    async with seated(desk, NARROW) as seat:
        seen = await seat.read()
        for words in (
            "No status page yet. ircon init",
            "n  declares an incident, internal only",
            "d  ",
        ):
            assert words in seen
        await seat.press("n")
        await seat.type("Disk full")
        await seat.press("enter")
        await seat.type("db-1, 98 %")
        await seat.press("enter")
        assert "db-1, 98 %" in await seat.until("internal note")
        for key in ("u", "r", "c"):  # there is no page to say it on
            await seat.press(key)
            assert "No status page is configured" in await seat.until("internal note")
    (incident,) = desk.records.incidents()
    assert incident.name == "Disk full"
    desk.close()


@awaited
async def test_22_000_incidents_are_read_by_the_page(tmp_path: Path, monkeypatch):
    with offline(tmp_path) as bench:
        records, asked = bench.desk.records, []
        bench.cache.put(bench.journal.journal_id, [_summary(number) for number in range(22_000)], 0)

        def incidents(**kwargs: Any) -> list[Summary]:
            if not kwargs.get("open_only"):  # those are few
                asked.append(kwargs.get("limit"))
            return bench.cache.summaries(**kwargs)

        monkeypatch.setattr(records, "refresh", lambda: False)
        monkeypatch.setattr(records, "incidents", incidents)
        async with seated(bench.desk, NARROW) as seat:
            assert "Incident 21999" in await seat.read()
            assert "Incident 0 " in await seat.press("G")
            assert "Incident 21999" in await seat.press("g")
            assert "Incident 21998" in await seat.press("j")
            assert seat.app.screen.listing().chosen == 1
        assert set(asked) == {100}
        assert len(asked) < 12


def _summary(number: int) -> Summary:
    at = iso(START + timedelta(minutes=number))
    return Summary(
        incident=f"a{number}",
        name=f"Incident {number} ",
        page=None,
        kind="incident",
        status="resolved",
        impact="minor",
        severity=None,
        origin="import",
        is_open=False,
        declared_at=at,
        started_at=at,
        first_public_at=at,
        resolved_at=at,
        components=(),
        updates=3,
        waiting=0,
        postmortem="none",
    )


@awaited
async def test_importing_tells_what_came_of_it(tmp_path: Path):
    report = tmp_path / "odd.txt"
    report.write_bytes(b"\x00\x01 nothing that anybody reports")
    with offline(tmp_path) as bench:
        async with seated(bench.desk) as seat:
            await seat.press("i")
            await seat.type(str(report))
            await seat.press("enter")
            seen = await seat.until("✗ Nothing was imported.")
            assert "odd.txt" in seen  # the path is still there to be mended


@awaited
async def test_help_is_searched_and_runs_what_it_finds(tmp_path: Path):
    with offline(tmp_path) as bench:
        async with seated(bench.desk, NARROW) as seat:
            seen = await seat.press("?")
            assert "Declare an incident" in seen
            seen = await seat.type("outb")
            assert "Outbox" in seen
            assert "Declare an incident" not in seen
            await seat.press("enter")
            assert "Nothing is pending" in await seat.until("Nothing is pending")


@awaited
async def test_the_palette_finds_an_act_by_its_name(tmp_path: Path):
    with offline(tmp_path) as bench:
        async with seated(bench.desk) as seat:
            await seat.press(":")
            await seat.type("outbox")
            await seat.until("List pending updates")
            await seat.press("enter")
            assert "Nothing is pending" in await seat.until("Nothing is pending")
