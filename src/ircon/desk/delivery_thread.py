"""Delivery thread of a console: sends the outbox and reads the pages, so that no key waits."""

from __future__ import annotations

import asyncio
import math
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from ircon.delivery.states import OPEN
from ircon.desk.system_clock import SleepWatch
from ircon.errors import IrconError

if TYPE_CHECKING:
    from ircon.config.load import Config
    from ircon.desk.delivery_session import DeliverySession
    from ircon.desk.holds import Holds
    from ircon.desk.records import Records
    from ircon.incident.times import Clock
    from ircon.journal.store import Journal

_POLL = 0.25  # seconds between two rounds: each costs a stat
_RETRY = 2.0  # seconds between two tries where the disk or the lock refuses
_PULL_TIMEOUT = 120.0  # seconds after which a page that still answers something is given up
_AWAY = 3.0  # seconds without a round, or without the screen, that are no busy machine
_IDLE = 60.0  # seconds after which the outbox is read though nothing changed


class DeliveryThread:
    """A thread with an event loop of its own that delivers while a console is open.

    Args:
        journal: has the outbox.
        records: notices what any process writes.
        config: how often pages are pulled.
        clock: tells when a hold ends, and how long the machine slept.
        holds: ends the holds of this process.
        open_session: makes the delivery session, which imports httpx, in this thread.
        on_change: called in this thread whenever something changed.
        watched: returns the incident on the screen, if any: the page is asked for its
            updates first, then for those of all open incidents.
    """

    def __init__(
        self,
        journal: Journal,
        records: Records,
        config: Config,
        clock: Clock,
        holds: Holds,
        *,
        open_session: Callable[[], DeliverySession],
        on_change: Callable[[], None],
        watched: Callable[[], str | None],
    ) -> None:
        self._troubles: dict[str, IrconError] = {}  # by the work that fails
        self._journal = journal
        self._records = records
        self._config = config
        self._clock = clock
        self._holds = holds
        self._open_session = open_session
        self._on_change = on_change
        self._watched = watched
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._task: asyncio.Task[None] | None = None
        self._started = threading.Event()
        self._session: DeliverySession | None = None
        self._sending: asyncio.Task[None] | None = None
        self._pulling: asyncio.Task[None] | None = None
        self._stamp: tuple[int, ...] = ()
        self._due = self._last_pull = -math.inf
        self._sleep = SleepWatch(clock)
        self._round_at = time.monotonic()
        self._screen_at: float | None = None

    @property
    def trouble(self) -> IrconError | None:
        """Why something is not delivered at present; None while all is well."""
        return next(iter(self._troubles.values()), None)

    def screen_is_alive(self) -> None:
        """Note that the screen can be read, so that a person could take back what is held.

        A console calls it several times a second, from the first time on.
        """
        self._screen_at = time.monotonic()

    def start(self) -> None:
        """Start delivering; the pages are read at once, also after a ``stop``.

        Call ``stop`` before the program ends, or is suspended.
        """
        if self._thread is not None:
            self._run_at_once()
        self._round_at = time.monotonic()
        self._screen_at = None
        self._started.clear()
        self._thread = threading.Thread(target=self._work, name="delivery", daemon=True)
        self._thread.start()

    def stop(self, timeout: float = 1.5) -> None:
        """Stop at once: a write that is being sent becomes ``unknown``, in the journal."""
        if self._thread is None or not self._started.wait(timeout):
            return
        if self._loop and self._task and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._task.cancel)
        self._thread.join(timeout)

    def _work(self) -> None:
        async def main() -> None:
            self._loop = asyncio.get_running_loop()
            self._task = asyncio.ensure_future(self._run())
            self._started.set()
            await asyncio.gather(self._task, return_exceptions=True)

        asyncio.run(main())

    async def _run(self) -> None:
        try:
            while True:
                try:
                    self._round()
                except IrconError as error:  # a full disk, a busy journal: it may pass
                    self._note_trouble("outbox", error)
                else:
                    self._troubles.pop("outbox", None)
                await asyncio.sleep(_POLL)
        finally:
            running = [task for task in (self._sending, self._pulling) if task]
            for task in running:
                task.cancel()
            await asyncio.gather(*running, return_exceptions=True)
            if self._session:
                await self._session.aclose()
                self._session = None

    def _round(self) -> None:
        """Begin what is due; sending, pulling and the end of holds do not wait for each other."""
        if self._sleep.seconds():
            self._run_at_once()
        was_away = self._was_away()
        stamp = self._records.stamp()
        if stamp != self._stamp or self._boot_seconds() >= self._due or was_away:
            self._holds.release(mine_only=False, was_away=was_away)
            self._due = self._boot_seconds() + self._seconds_until_release()
            if (self._sending is None or self._sending.done()) and self._has_open():
                self._sending = asyncio.create_task(self._send(self._get_session()))
            self._stamp = stamp
        every = self._config.console.pull_seconds
        is_due = self._boot_seconds() - self._last_pull >= every
        if is_due and (not self._pulling or self._pulling.done()):
            self._last_pull = self._boot_seconds()
            if self._config.pages:
                self._pulling = asyncio.create_task(self._pull(self._get_session()))

    def _was_away(self) -> bool:
        """Return whether the process was stopped since the last round, or its screen hangs.

        By the machine's own clock: a stopped process notices no other.
        """
        now = time.monotonic()
        last = self._round_at if self._screen_at is None else min(self._round_at, self._screen_at)
        self._round_at = now
        return now - last > _AWAY

    def _run_at_once(self) -> None:
        """Make the outbox and the pages due now, as after a sleep."""
        self._due = self._last_pull = -math.inf

    def _has_open(self) -> bool:
        return bool(self._journal.operations(states=OPEN))

    def _get_session(self) -> DeliverySession:
        if self._session is None:
            self._session = self._open_session()
        return self._session

    async def _send(self, session: DeliverySession) -> None:
        before = self._records.stamp()
        try:
            wait = await session.sender.run_due()
        except IrconError as error:
            self._note_trouble("sending", error)
            wait = _RETRY
        else:
            self._troubles.pop("sending", None)
        self._due = min(self._due, self._boot_seconds() + (_IDLE if wait is None else wait))
        if self._records.stamp() != before:
            self._on_change()

    async def _pull(self, session: DeliverySession) -> None:
        try:
            await session.pull_all(_PULL_TIMEOUT, self._watched(), self._on_change)
        except IrconError as error:
            self._note_trouble("pulling", error)
        else:
            self._troubles.pop("pulling", None)

    def _note_trouble(self, work: str, error: IrconError) -> None:
        before = self._troubles.get(work)
        if before is None or str(before) != str(error):
            self._troubles[work] = error
            self._on_change()

    def _boot_seconds(self) -> float:
        """Return the seconds since boot, sleep included."""
        return self._clock.boot_ns() / 1e9

    def _seconds_until_release(self) -> float:
        """Return the seconds until this process's first hold ends, at most ``_IDLE``."""
        now = self._clock.now()
        ends = [operation.hold_until for operation in self._holds.held() if operation.hold_until]
        return min([_IDLE, *((end - now).total_seconds() for end in ends)])
