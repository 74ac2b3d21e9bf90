"""A page that cannot be asked is on every screen for as long as it lasts."""

from __future__ import annotations

from pathlib import Path

import pytest
from frames import NARROW, WIDE, awaited, seated

from desks import Bench
from ircon.console import app


@awaited
async def test_a_refused_token_stands_on_every_screen_until_it_is_taken(bench: Bench) -> None:
    token = bench.home / "token"
    right = token.read_text()
    told = bench.say("We are looking.")
    bench.took(told)
    bench.desk.reachability.record_answer("practice")
    token.write_text("wrong-token-0815")
    bench.clock.advance(60)
    async with seated(bench.desk, WIDE) as seat:
        seen = await seat.until("NO ANSWER")
        assert "since 03:12" in seen
        assert "(practice): " in seen
        assert "does not accept the token: 401" in seen
        assert "wrong-token" not in seen
        for size in (WIDE, NARROW, (40, 14)):
            await seat.pilot.resize_terminal(*size)
            seen = await seat.until("NO ANSWER")
            assert sum("token" in line or "NO ANSWER" in line for line in seen.splitlines()) == 1
        await seat.press("enter")
        assert "NO ANSWER" in await seat.until("We are looking")
    token.write_text(right)
    async with seated(Bench(bench.home, "", "", "").desk) as seat:
        await seat.until("Checkout")
        assert not seat.app.desk.reachability.unanswered()


@awaited
async def test_a_page_that_never_answered_has_no_since(tmp_path: Path) -> None:
    with Bench(tmp_path / "home", "http://127.0.0.1:9", "p1", "a-token") as bench:
        async with seated(bench.desk) as seat:
            seen = await seat.until("NO ANSWER")
            assert "cannot be reached" in seen
            assert "since" not in seen


@awaited
async def test_a_delivery_shows_without_waiting_for_the_next_glance(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app, "_GLANCE", 3_600)  # the timer never comes round
    posted = bench.say("We are looking.")
    async with seated(bench.desk, WIDE, start=posted.incident) as seat:
        await seat.until("published")
