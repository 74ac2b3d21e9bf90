"""When the next word is due, for every open incident; one bell each, never a second."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # it reads promises: after the first frame
    from ircon.desk.cadence import Deadline


class CadenceBell:
    """Knows what is due next, and rings once when it becomes due.

    A deadline that has passed when it is first seen does not ring: whoever opens
    the console sees it. Nor does one that has rung, whatever the clock does: a jump
    back and forth (sleep, NTP) passes it again. The next public word brings another.

    Args:
        ring: told once of each deadline that has just passed.
    """

    def __init__(self, ring: Callable[[Deadline], None]) -> None:
        self._ring = ring
        self._dues: dict[str, Deadline] = {}
        self._rung: dict[str, datetime] = {}  # by incident: for which deadline

    def watch(self, dues: Iterable[Deadline], now: datetime) -> None:
        """The deadlines as they are by now; others are over."""
        before, self._dues = self._dues, {due.incident: due for due in dues}
        for due in self._dues.values():
            known = before.get(due.incident)
            if due.at <= now and (known is None or known.at != due.at):
                self._rung[due.incident] = due.at

    def tick(self, now: datetime) -> None:
        """Time has passed: ring for what has become due."""
        for due in self._dues.values():
            if due.at <= now and self._rung.get(due.incident) != due.at:
                self._rung[due.incident] = due.at
                self._ring(due)

    def deadline(self, incident: str) -> Deadline | None:
        """When the next word about an incident is due."""
        return self._dues.get(incident)
