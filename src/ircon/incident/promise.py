"""What customers were promised, and what became of it. Plain values, read from texts by checks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

UPDATE, POSTMORTEM, MAINTENANCE = "update", "postmortem", "maintenance"
OPEN, KEPT, MISSED, OVERTAKEN = "open", "kept", "missed", "overtaken"

STATES: Final = {
    OPEN: "open: nothing of it is due yet, or it names no time",
    KEPT: "kept: the word, the postmortem or the beginning came in time",
    MISSED: "missed: it came late, or is late by now",
    OVERTAKEN: "overtaken: the incident was over before, or what was announced never began",
}


@dataclass(frozen=True, slots=True)
class Promise:
    """Something that a published text says will come.

    Attributes:
        kind: ``update``, ``postmortem`` or ``maintenance``.
        words: the promise to the letter; ``start`` and ``end`` are its offsets in the
            text that made it.
        entry: the entry's id, ``u3``; None outside the journal.
        made_at: when customers could read it.
        due: the moment it names; None where it names none.
        state: one of ``STATES``.
        missed_by_min: whole minutes, where it was missed and the record says by how much.
    """

    kind: str
    words: str
    start: int
    end: int
    made_at: datetime
    entry: str | None = None
    due: datetime | None = None
    state: str = OPEN
    missed_by_min: int | None = None
