"""Carrying the outbox to the page and the page's news home.

One at a time, for a command that waits (``deliver``, ``sync``); or beside a
console, in a thread with an event loop of its own, so that no key ever waits for
disk or network (``Courier``).
"""

from __future__ import annotations

import asyncio
import math
import random
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ircon.delivery.lock import SenderLock
from ircon.delivery.machine import OPEN, SETTLED, WANTS_PERSON
from ircon.delivery.matching import postmortem_id
from ircon.delivery.policy import SLEEP_GAP
from ircon.delivery.pull import observe
from ircon.delivery.sender import Sender
from ircon.errors import ConfigError, IrconError, JournalError, PageError
from ircon.incident.event import Event
from ircon.incident.fold import fold
from ircon.journal.operation import Operation

if TYPE_CHECKING:
    from ircon.desk.desk import Desk
    from ircon.incident.state import Incident
    from ircon.incident.text import PublicText
    from ircon.pages.protocol import RemoteIncident, StatusPage

_GLANCE = 0.25  # seconds between two looks at whether anything changed: a stat
_TROUBLED = 2.0  # seconds between two tries where the disk or the lock refuses
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
            heard=self._hear,
        )

    def _open(self, name: str) -> StatusPage:
        return self._desk.open_page(self._desk.config.page(name), self._desk.clock)

    def _hear(self, page: str, incident: RemoteIncident) -> None:
        """What the page shows of an incident's components is in the local copy from now on."""
        with suppress(JournalError, ConfigError):  # then the copy is as old as it was
            self._desk.catalogue.learn(incident.components, page)

    def check_settings(self, page: str) -> None:
        """Find out that a page cannot be spoken to as configured, before words wait for it.

        A token command may fail for a while, as the network does: that is no reason.

        Raises:
            ConfigError: the token's variable or file, or the address, is of no use.
        """
        if not self._desk.config.page(page).token_command:
            self.sender.page(page)

    async def postmortem_is_there(self, incident: Incident, body: PublicText) -> bool:
        """Whether the page shows these words as the postmortem; False if it cannot be asked."""
        if not incident.remote_id:
            return False
        try:
            page = self.sender.page(self._desk.config.page(incident.page).name)
            there = await page.postmortem(incident.remote_id)
        except (PageError, ConfigError):
            return False
        return bool(there.published_at) and postmortem_id(there.body or "") == postmortem_id(
            body.public
        )

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
        except (PageError, ConfigError):
            return []  # the record simply stays as old as it is; delivery tells of the page
        self._hear(self._desk.config.page(state.page).name, remote)
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
        return self._desk.journal.operations(states=OPEN)

    def _moving(self) -> list[Operation]:
        return [one for one in self._waiting() if one.state not in WANTS_PERSON | {"held"}]

    def _over(self, op: str) -> bool:
        operation = self._desk.journal.operation(op)
        return operation is None or operation.state in SETTLED | WANTS_PERSON

    async def _until(self, done: Callable[[], bool], timeout: float, *, patient: bool) -> None:
        self._desk.publish.release(mine_only=False)  # what a dead console held blocks the rest
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
        self._troubles: dict[str, IrconError] = {}  # by what cannot be done
        self._desk = desk
        self._told = told
        self._watched = watched
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._task: asyncio.Task[None] | None = None
        self._started = threading.Event()
        self._carrier: Carrier | None = None
        self._sending: asyncio.Task[None] | None = None
        self._pulling: asyncio.Task[None] | None = None
        self._stamp: tuple[int, ...] = ()
        self._due = self._last_pull = self._ran()
        self._asleep = self._slept()

    @property
    def trouble(self) -> IrconError | None:
        """Why something is not carried at the moment, for people; None while all is well."""
        return next(iter(self._troubles.values()), None)

    def start(self) -> None:
        """Begin carrying, again after a ``stop``: then the page is asked for news at once.

        Call ``stop`` before the program ends, or is suspended.
        """
        if self._thread is not None:
            self._at_once()
        self._started.clear()
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
        try:
            while True:
                try:
                    self._round()
                except IrconError as error:  # a full disk, a busy journal: it may pass
                    self._trouble("outbox", error)
                else:
                    self._troubles.pop("outbox", None)
                await asyncio.sleep(_GLANCE)
        finally:
            under_way = [task for task in (self._sending, self._pulling) if task]
            for task in under_way:
                task.cancel()
            await asyncio.gather(*under_way, return_exceptions=True)
            if self._carrier:
                await self._carrier.aclose()
                self._carrier = None

    def _round(self) -> None:
        """Begin what is due. Sending, asking for news and the end of holds wait for no other."""
        asleep = self._slept()
        if asleep - self._asleep > SLEEP_GAP:
            self._at_once()
        self._asleep = asleep
        stamp = self._desk.records.stamp()
        if stamp != self._stamp or self._ran() >= self._due:
            self._desk.publish.release(mine_only=False)
            self._due = self._ran() + self._until_hold()
            if (self._sending is None or self._sending.done()) and self._waits():
                self._sending = asyncio.create_task(self._send(self._carry_with()))
            self._stamp = stamp
        incident = self._watched()
        every = self._desk.config.console.pull_seconds
        if incident and self._ran() - self._last_pull >= every:
            self._last_pull = self._ran()
            if self._pulling is None or self._pulling.done():
                self._pulling = asyncio.create_task(self._pull(self._carry_with(), incident))

    def _at_once(self) -> None:
        """It was away: what is on the page and in the outbox is looked at without delay."""
        self._due = self._last_pull = -math.inf

    def _waits(self) -> bool:
        return bool(self._desk.journal.operations(states=OPEN))

    def _carry_with(self) -> Carrier:
        if self._carrier is None:
            self._carrier = Carrier(self._desk)  # httpx is imported here, not at start
        return self._carrier

    async def _send(self, carrier: Carrier) -> None:
        before = self._desk.records.stamp()
        try:
            wait = await carrier.sender.run_due()
        except IrconError as error:
            self._trouble("sending", error)
            wait = _TROUBLED
        else:
            self._troubles.pop("sending", None)
        self._due = min(self._due, self._ran() + (_IDLE if wait is None else wait))
        if self._desk.records.stamp() != before:
            self._told()

    async def _pull(self, carrier: Carrier, incident: str) -> None:
        try:
            if await carrier.pull(incident):
                self._told()
        except IrconError as error:
            self._trouble("news", error)
        else:
            self._troubles.pop("news", None)

    def _trouble(self, what: str, error: IrconError) -> None:
        before = self._troubles.get(what)
        if before is None or str(before) != str(error):
            self._troubles[what] = error
            self._told()

    def _slept(self) -> float:
        """Seconds since boot in which the machine slept."""
        return (self._desk.clock.boot_ns() - self._desk.clock.monotonic_ns()) / 1e9

    def _ran(self) -> float:
        """Seconds that count a sleep, and that nobody sets."""
        return self._desk.clock.boot_ns() / 1e9

    def _until_hold(self) -> float:
        """Seconds until the first hold of this process is over; a while if there is none."""
        now = self._desk.clock.now()
        ends = [one.hold_until for one in self._desk.publish.held() if one.hold_until]
        return min([_IDLE, *((end - now).total_seconds() for end in ends)])
