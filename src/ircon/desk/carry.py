"""Carrying the outbox to the page and the page's news home.

One at a time, for a command that waits (``deliver``, ``sync``); or beside a
console, in a thread with an event loop of its own, so that no key ever waits for
disk or network (``Courier``).
"""

from __future__ import annotations

import asyncio
import random
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from ircon.delivery.lock import SenderLock
from ircon.delivery.machine import SETTLED, WANTS_PERSON
from ircon.delivery.pull import observe
from ircon.delivery.sender import Sender
from ircon.errors import IrconError, PageError
from ircon.incident.event import Event
from ircon.incident.fold import fold
from ircon.journal.operation import Operation

if TYPE_CHECKING:
    from ircon.desk.desk import Desk
    from ircon.pages.protocol import StatusPage

_GLANCE = 0.25  # seconds between two looks at whether anything changed: a stat
_IDLE = 60.0  # seconds after which the outbox is read though nothing changed


@dataclass(frozen=True, slots=True)
class Synced:
    """What a sync did: operations confirmed, still waiting, and entries pulled."""

    sent: int
    waiting: int
    pulled: list[Event]


class Carrier:
    """Delivers and pulls for one desk. Use within one event loop; close it after."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self.sender = Sender(
            desk.journal,
            desk.recorder,
            self._open,
            SenderLock(desk.places.data, desk.owner),
            desk.owner,
            random.random,
        )

    def _open(self, name: str) -> StatusPage:
        return self._desk.open_page(self._desk.config.page(name), self._desk.clock)

    async def deliver(self, op: str, timeout: float) -> Operation:
        """Carry until one operation is settled or wants a person, or time is up."""
        await self._until(lambda: self._over(op), timeout, patient=True)
        operation = self._desk.journal.operation(op)
        if operation is None:
            raise IrconError(f"Operation {op} is gone.", "'ircon doctor' looks at the journal.")
        return operation

    async def sync(self, timeout: float) -> Synced:
        """Deliver all that waits, then pull what others posted."""
        before = {one.op for one in self._waiting()}
        await self._until(lambda: not self._moving(), timeout, patient=False)
        pulled = await self.pull_open()
        after = {one.op for one in self._waiting()}
        sent = [
            op
            for op in before - after
            if (one := self._desk.journal.operation(op)) and one.state == "confirmed"
        ]
        return Synced(len(sent), len(after), pulled)

    async def pull(self, incident: str) -> list[Event]:
        """What others posted to one incident; empty where the page cannot be asked."""
        state = fold(self._desk.journal.events(incident))
        if state is None or not state.remote_id or state.origin == "import":
            return []
        try:
            page = self.sender.page(self._desk.config.page(state.page).name).in_background()
            remote = await page.incident(state.remote_id)
        except PageError:
            return []  # the record simply stays as old as it is; delivery tells of the page
        return observe(self._desk.journal, self._desk.recorder, state, remote)

    async def pull_open(self) -> list[Event]:
        """What others posted to any open incident."""
        pulled: list[Event] = []
        for one in self._desk.records.incidents(open_only=True):
            pulled += await self.pull(one.incident)
        return pulled

    async def aclose(self) -> None:
        """Close the pages' connections."""
        await self.sender.aclose()

    def _waiting(self) -> list[Operation]:
        return [one for one in self._desk.journal.operations() if one.state not in SETTLED]

    def _moving(self) -> list[Operation]:
        return [one for one in self._waiting() if one.state not in WANTS_PERSON | {"held"}]

    def _over(self, op: str) -> bool:
        operation = self._desk.journal.operation(op)
        return operation is None or operation.state in SETTLED | WANTS_PERSON

    async def _until(self, done: Callable[[], bool], timeout: float, *, patient: bool) -> None:
        try:
            async with asyncio.timeout(timeout):
                while not done():
                    wait = await self.sender.run_due(patient=patient)
                    if done():
                        return
                    patient = True
                    await asyncio.sleep(_GLANCE if wait is None else min(max(wait, 0.05), 1.0))
        except TimeoutError:
            return


class Courier:
    """A thread that keeps carrying while a console is open.

    Args:
        desk: whose outbox.
        told: called in the courier's thread whenever something changed.
        watched: the incident whose page is asked for news, if one is open.
    """

    def __init__(
        self, desk: Desk, told: Callable[[], None], watched: Callable[[], str | None]
    ) -> None:
        self._desk = desk
        self._told = told
        self._watched = watched
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._task: asyncio.Task[None] | None = None
        self._started = threading.Event()

    def start(self) -> None:
        """Begin carrying. Call ``stop`` before the program ends."""
        self._thread = threading.Thread(target=self._work, name="courier", daemon=True)
        self._thread.start()

    def stop(self, timeout: float = 1.5) -> None:
        """Stop at once: a write that is under way becomes ``unknown``, in the journal."""
        if self._thread is None or not self._started.wait(timeout):
            return
        if self._loop and self._task and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._task.cancel)
        self._thread.join(timeout)

    def _work(self) -> None:
        async def main() -> None:
            self._loop = asyncio.get_running_loop()
            self._task = asyncio.ensure_future(self._carry())
            self._started.set()
            await asyncio.gather(self._task, return_exceptions=True)

        asyncio.run(main())

    async def _carry(self) -> None:
        carrier: Carrier | None = None
        clock = self._desk.clock
        stamp: tuple[int, ...] = ()
        due = last_pull = clock.now()
        try:
            while True:
                now = clock.now()
                if (seen := self._desk.records.stamp()) != stamp or now >= due:
                    self._desk.publish.release(mine_only=False)
                    if carrier is None and self._desk.journal.operations():
                        carrier = Carrier(self._desk)  # httpx is imported here, not at start
                    wait = await carrier.sender.run_due() if carrier else None
                    due = self._next_look(wait)
                    stamp = self._desk.records.stamp()
                    if stamp != seen:
                        self._told()
                incident = self._watched()
                every = timedelta(seconds=self._desk.config.console.pull_seconds)
                if incident and now - last_pull >= every:
                    last_pull = now
                    carrier = carrier or Carrier(self._desk)
                    if await carrier.pull(incident):
                        self._told()
                await asyncio.sleep(_GLANCE)
        finally:
            if carrier:
                await carrier.aclose()

    def _next_look(self, wait: float | None) -> datetime:
        """When something is due again if nobody writes to the journal before."""
        now = self._desk.clock.now()
        moments = [now + timedelta(seconds=_IDLE if wait is None else wait)]
        moments += [one.hold_until for one in self._desk.publish.held() if one.hold_until]
        return min(moments)
