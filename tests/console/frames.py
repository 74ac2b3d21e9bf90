"""The console in tests: run on a real desk, read as the text a person sees."""

from __future__ import annotations

import asyncio
import contextlib
import functools
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from textual.events import Key
from textual.keys import _character_to_key, key_to_character
from textual.pilot import Pilot
from textual.worker import Worker, WorkerCancelled

from desks import Bench
from ircon.console.app import IrconApp
from ircon.desk.desk import Desk

WIDE, NARROW = (120, 36), (80, 24)


def awaited(test: Callable[..., Awaitable[None]]) -> Callable[..., None]:
    """Runs an async test; pytest needs no plugin for it."""

    @functools.wraps(test)
    def run(*args: object, **kwargs: object) -> None:
        asyncio.run(test(*args, **kwargs))  # type: ignore[arg-type]

    return run


class Seat:
    """Somebody sitting at the console."""

    def __init__(self, app: IrconApp, pilot: Pilot[None]) -> None:
        self.app = app
        self.pilot = pilot

    async def press(self, *keys: str) -> str:
        """Press keys, wait for what comes of it, and read the screen."""
        await self.pilot.press(*keys)
        return await self.read()

    async def hit(self, key: str) -> str:
        """One key, and all that comes of it at once: without the rests that a person takes."""
        await self.app.on_event(_key(key))
        for _ in range(3):  # a message may lead to the next, a question to another
            for pump in (self.app, self.app.screen, self.app.focused):
                if pump is not None and pump.is_running:
                    there = asyncio.Event()
                    if pump.call_later(there.set):
                        await asyncio.wait_for(there.wait(), 20)
            quiet = [one for one in self.app.workers if one.group not in {"quit", "dialog", "act"}]
            await asyncio.gather(*(_end(one) for one in quiet if one.is_running))
        return frame(self.app)

    async def type(self, text: str) -> str:
        """Type a text into the field that has the focus."""
        return await self.press(*({" ": "space", "\n": "enter"}.get(sign, sign) for sign in text))

    async def say_yes(self) -> str:
        """Send what the confirm screen shows, having looked at it for a second."""
        self.app.desk.clock.advance(1)  # type: ignore[attr-defined]  # a test's clock
        return await self.press("f10")

    async def read(self) -> str:
        """The screen, once everything that was asked of the desk has been answered."""
        for _ in range(3):  # an answer may ask the next question
            await self.pilot.pause()
            quiet = [one for one in self.app.workers if one.group not in {"quit", "dialog", "act"}]
            await asyncio.gather(*(_end(one) for one in quiet if one.is_running))
        await self.pilot.pause()
        return frame(self.app)

    async def until(self, words: str) -> str:
        """Read until some words are on the screen."""
        for _ in range(200):
            seen = await self.read()
            if words in seen:
                return seen
            await asyncio.sleep(0.02)
        raise AssertionError(f"{words!r} does not appear on:\n{frame(self.app)}")


def _key(name: str) -> Key:
    """As the terminal's driver tells of it."""
    name = _character_to_key(name) if len(name) == 1 else name
    return Key(name, key_to_character(name))


async def _end(worker: Worker[object]) -> None:
    """Wait for a worker; a newer question of its group may have made it void."""
    with contextlib.suppress(WorkerCancelled):
        await worker.wait()


def frame(app: IrconApp) -> str:
    """What stands on the screen, line by line (a private way in; kept here alone)."""
    strips = app.screen._compositor.render_strips()
    return "\n".join("".join(part.text for part in strip).rstrip() for strip in strips)


@asynccontextmanager
async def seated(
    desk: Desk, size: tuple[int, int] = WIDE, *, start: str | None = None
) -> AsyncIterator[Seat]:
    """The console over a desk, until the block ends."""
    app = IrconApp(desk, start=start)
    async with app.run_test(size=size, notifications=True) as pilot:
        seat = Seat(app, pilot)
        await seat.read()
        yield seat
        assert not app.recovery.defects, app.recovery.defects


def offline(home: Path) -> Bench:
    """A desk whose page does not answer: nothing listens on that port."""
    return Bench(home / "home", "http://127.0.0.1:9", "p1", "a-token")
