"""Promises to customers: an update, a postmortem or maintenance announced for later.

Plain values; ``checks`` reads them from published texts and decides their state.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

UPDATE, POSTMORTEM, MAINTENANCE = "update", "postmortem", "maintenance"
OPEN, KEPT, MISSED, OVERTAKEN = "open", "kept", "missed", "overtaken"

STATES: Final = {
    OPEN: "open: it is not due yet, or names no time",
    KEPT: "kept: the update, the postmortem or the start of the maintenance was in time",
    MISSED: "missed: it was late, or is overdue",
    OVERTAKEN: "overtaken: the incident had ended before, or what was announced never began",
}


@dataclass(frozen=True, slots=True)
class Promise:
    """A statement in a published text that something will follow.

    Attributes:
        kind: ``update``, ``postmortem`` or ``maintenance``.
        text: the promise verbatim; ``start`` and ``end`` are its offsets in the text
            that made it.
        entry: the entry's id, ``u3``; None outside the journal.
        made_at: when customers could read it.
        due: the time it names; None where it names none.
        state: one of ``STATES``.
        missed_by_min: whole minutes late, where it was missed and the record holds by
            how much.
    """

    kind: str
    text: str
    start: int
    end: int
    made_at: datetime
    entry: str | None = None
    due: datetime | None = None
    state: str = OPEN
    missed_by_min: int | None = None


@dataclass(frozen=True, slots=True)
class PromiseCounts:
    """The outcome of the promises in published updates; ``late`` is minutes, of missed ones."""

    made: int = 0
    kept: int = 0
    missed: int = 0
    late: tuple[float, ...] = ()

    @property
    def median_late_min(self) -> float | None:
        """The median of ``late``; None where no promise was missed, or by an unknown time."""
        if not self.late:
            return None
        late, middle = sorted(self.late), len(self.late) // 2
        return round((late[middle] + late[~middle]) / 2, 1)

    def to_dict(self) -> dict[str, float | None]:
        """Return the counts as ``--json`` has them."""
        return {
            "made": self.made,
            "kept": self.kept,
            "missed": self.missed,
            "median_late_min": self.median_late_min,
        }


def count_promises(promises: Iterable[Promise]) -> PromiseCounts:
    """Count promises by their state."""
    made = list(promises)
    return PromiseCounts(
        len(made),
        sum(promise.state == KEPT for promise in made),
        sum(promise.state == MISSED for promise in made),
        tuple(float(p.missed_by_min) for p in made if p.missed_by_min is not None),
    )
