"""The monitor: notices changes of the journal, deadlines, sleep of the machine and problems."""

from __future__ import annotations

import asyncio
import select
import sys
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from ircon.console import background
from ircon.console.screens.base import IrconScreen
from ircon.console.widgets.banner import Trouble, read_trouble
from ircon.desk.system_clock import SleepWatch
from ircon.errors import IrconError
from ircon.incident.times import format_duration

if TYPE_CHECKING:
    from ircon.console.app import IrconApp
    from ircon.desk.cadence import Deadline
    from ircon.desk.desk import Desk
    from ircon.desk.reachability import PageAnswer

_REREAD: Final = 20  # glances after which problems are read again though nothing changed


def _takes_output() -> bool:
    """Return whether the terminal takes output: not while it is stalled or stopped (ctrl+s)."""
    terminal = sys.__stderr__
    if terminal is None or not terminal.isatty():
        return True
    poll = select.poll()
    poll.register(terminal, select.POLLOUT)
    return bool(poll.poll(0))


def _deadlines(desk: Desk) -> list[Deadline]:
    return desk.deadlines.all()  # imports the checks: after the first frame, in a thread


class Monitor:
    """Checks for changes at every ``glance``, which costs a ``stat`` if there are none.

    Attributes:
        cadence_bell: the deadlines of the next updates.
        trouble: current problems of the journal, of sending and of pages.
    """

    def __init__(self, app: IrconApp) -> None:
        self.cadence_bell = CadenceBell(self._ring)
        self.trouble = Trouble()
        self._app = app
        self._stamp: tuple[int, ...] = ()
        self._sending: IrconError | None = None
        self._unreachable: list[PageAnswer] = []
        self._sleep = SleepWatch(app.desk.clock)
        self._glances = 0

    def glance(self) -> None:
        """Check for changes; what changed is read in threads and shown."""
        desk, delivery = self._app.desk, self._app.delivery_thread
        if delivery and _takes_output():
            delivery.screen_is_alive()
        self._notice_sleep()
        self.cadence_bell.tick(desk.clock.now())
        stamp, sending = desk.records.stamp(), delivery.trouble if delivery else None
        unreachable = desk.reachability.unanswered()
        self._glances += 1
        is_new = sending is not self._sending or unreachable != self._unreachable
        if stamp != self._stamp or is_new or self._glances >= _REREAD:
            self._glances = 0
            background.run(self._app, self._read_trouble, "trouble", exclusive=True)
        self._sending, self._unreachable = sending, unreachable
        if stamp != self._stamp:
            self._stamp = stamp
            background.run(self._app, self._read_dues, "dues", exclusive=True)
            is_seen = True
            for screen in reversed(self._app.screen_stack):
                if isinstance(screen, IrconScreen) and screen.is_whole:
                    screen.on_journal_change(is_seen=is_seen)
                is_seen = is_seen and screen.is_modal

    async def _read_dues(self) -> None:
        desk = self._app.desk
        try:
            self.cadence_bell.watch(await asyncio.to_thread(_deadlines, desk), desk.clock.now())
        except IrconError:  # the screens read the same journal, and say so
            return
        for screen in self._screens():
            screen.show_due()

    async def _read_trouble(self) -> None:
        app = self._app
        trouble = await asyncio.to_thread(partial(read_trouble, app.desk, app.delivery_thread))
        if trouble != self.trouble:
            self.trouble = trouble
            for screen in self._screens():
                screen.show_trouble()

    def _screens(self) -> list[IrconScreen[Any]]:
        listed = self._app.screen_stack
        return [screen for screen in listed if isinstance(screen, IrconScreen) and screen.is_whole]

    def _ring(self, due: Deadline) -> None:
        from ircon.incident.promise import MAINTENANCE

        begins = due.what == MAINTENANCE
        event = "maintenance was announced for now" if begins else "the next update is due now"
        self._app.bell()
        self._app.show_message(f"{due.name}: {event}.", severity="warning")

    def _notice_sleep(self) -> None:
        if slept := self._sleep.seconds():
            span = format_duration(timedelta(seconds=slept))
            self._app.show_message(
                "The page is being checked. Pending updates are not sent until you decide.",
                f"This machine slept for {span}",
                "warning",
            )


class CadenceBell:
    """Knows the deadline of each open incident's next update, and rings once when it passes.

    A deadline that has passed when it is first read does not ring: the screen shows it. Nor
    does one that has rung, though a jump of the clock (sleep, NTP) passes it again. The next
    update sets another.

    Args:
        ring: called once for each deadline that has just passed.
    """

    def __init__(self, ring: Callable[[Deadline], None]) -> None:
        self._ring = ring
        self._dues: dict[str, Deadline] = {}
        self._rung: dict[str, datetime] = {}  # by incident: for which deadline

    def watch(self, dues: Iterable[Deadline], now: datetime) -> None:
        """Replace all deadlines by the current ones."""
        before, self._dues = self._dues, {due.incident: due for due in dues}
        for due in self._dues.values():
            previous = before.get(due.incident)
            if due.at <= now and (previous is None or previous.at != due.at):
                self._rung[due.incident] = due.at

    def tick(self, now: datetime) -> None:
        """Ring for the deadlines that have passed since the last call."""
        for due in self._dues.values():
            if due.at <= now and self._rung.get(due.incident) != due.at:
                self._rung[due.incident] = due.at
                self._ring(due)

    def deadline(self, incident: str) -> Deadline | None:
        """Return the deadline of an incident's next update, if there is one."""
        return self._dues.get(incident)
