"""A thread that carries while a console is open, so that no key waits for disk or network."""

from __future__ import annotations

import asyncio
import math
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from ircon.delivery.policy import SLEEP_GAP
from ircon.delivery.states import OPEN
from ircon.desk.delivery_session import Carrier
from ircon.errors import IrconError

if TYPE_CHECKING:
    from ircon.desk.desk import Desk

_GLANCE = 0.25  # seconds between two looks at whether anything changed: a stat
_TROUBLED = 2.0  # seconds between two tries where the disk or the lock refuses
_LONG = 120.0  # seconds after which a page that still answers something is given up
_AWAY = 3.0  # seconds without a round, or without the screen, that are no busy machine
_IDLE = 60.0  # seconds after which the outbox is read though nothing changed


class Courier:
    """A thread that keeps carrying while a console is open.

    Args:
        desk: whose outbox.
        told: called in the courier's thread whenever something changed.
        watched: the incident that somebody looks at, if any: of it the page is asked for
            news first, then of all that are open.

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
        self._due = self._last_pull = -math.inf
        self._asleep = self._slept()
        self._round_at = time.monotonic()
        self._seen_at: float | None = None

    @property
    def trouble(self) -> IrconError | None:
        """Why something is not carried at the moment, for people; None while all is well."""
        return next(iter(self._troubles.values()), None)

    def seen(self) -> None:
        """The screen is alive, and can be read: a person could take back what is held.

        Whoever has a screen calls it several times a second, from the first time on.
        """
        self._seen_at = time.monotonic()

    def start(self) -> None:
        """Begin carrying: the pages are asked for news at once, also after a ``stop``.

        Call ``stop`` before the program ends, or is suspended.
        """
        if self._thread is not None:
            self._at_once()
        self._round_at = time.monotonic()
        self._seen_at = None
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
        was_away = self._was_away()
        stamp = self._desk.records.stamp()
        if stamp != self._stamp or self._ran() >= self._due or was_away:
            self._desk.publish.release(mine_only=False, was_away=was_away)
            self._due = self._ran() + self._until_hold()
            if (self._sending is None or self._sending.done()) and self._waits():
                self._sending = asyncio.create_task(self._send(self._carry_with()))
            self._stamp = stamp
        every = self._desk.config.console.pull_seconds
        if self._ran() - self._last_pull >= every and (not self._pulling or self._pulling.done()):
            self._last_pull = self._ran()
            if self._desk.config.pages:
                self._pulling = asyncio.create_task(self._pull(self._carry_with()))

    def _was_away(self) -> bool:
        """Whether this process was stopped since the last round, or nobody can see its screen.

        By the machine's own clock: a stopped process is told of no other.
        """
        now = time.monotonic()
        last = self._round_at if self._seen_at is None else min(self._round_at, self._seen_at)
        self._round_at = now
        return now - last > _AWAY

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

    async def _pull(self, carrier: Carrier) -> None:
        try:
            await carrier.news(_LONG, self._watched(), self._told)
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
