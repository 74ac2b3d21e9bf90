"""Corrections: what was amended or withdrawn afterwards, applied before all else.

``Corrected`` is how the fold sees an event: with the words, the time and the id
that count today. The event itself is never changed.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from ircon.incident.event import INTERNAL, KINDS, Event

_LETTERS: Final = "abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True, slots=True)
class CorrectedEvent:
    """An event, and what counts of it.

    Attributes:
        at: when it happened, as last corrected.
        label: the id people use for its line (``n12``), empty where it has none.
        text: its words as last corrected, None where they are its own.
    """

    event: Event
    at: datetime
    label: str
    text: str | None = None
    amended: bool = False
    retracted: bool = False

    @property
    def order(self) -> tuple[datetime, str]:
        """Sorts events into the order in which they happened."""
        return (self.at, self.event.id)

    @property
    def recorded_order(self) -> tuple[datetime, str]:
        """Sorts events into the order in which they were recorded."""
        return (self.event.recorded_at, self.event.id)


def apply_corrections(events: Collection[Event]) -> list[CorrectedEvent]:
    """Events of known kinds with their corrections, in the order in which they happened.

    The last correction of a field counts, by the time it was recorded; an
    amendment brings back what was retracted before it. Published words cannot be
    corrected here, nor can what is no line of the timeline.
    """
    corrections: dict[str, list[Event]] = {}
    for event in sorted(events, key=lambda event: (event.recorded_at, event.id)):
        if event.kind in {"amended", "retracted"}:
            corrections.setdefault(event.text("target") or "", []).append(event)
    labels = _labels(events)
    result = []
    for event in events:
        one = CorrectedEvent(event, event.at, labels.get(event.id, ""))
        fixes = corrections.get(event.id, ()) if _is_correctable(event) else ()
        for fix in fixes:
            one = _apply(one, fix)
        result.append(one)
    return sorted(result, key=lambda one: one.order)


def _is_correctable(event: Event) -> bool:
    return event.visibility == INTERNAL and KINDS[event.kind].prefix is not None


def _apply(one: CorrectedEvent, fix: Event) -> CorrectedEvent:
    if fix.kind == "retracted":
        return replace(one, retracted=True)
    return replace(
        one,
        at=fix.instant("at") or one.at,
        text=fix.text("text") or one.text,
        amended=True,
        retracted=False,
    )


def _labels(events: Collection[Event]) -> dict[str, str]:
    """Entry ids by event id.

    Two journals that were united may both have an ``n12``: the event that was recorded first
    keeps it, and the others are ``n12b``, ``n12c`` and so on, the same on every machine.
    """
    sharing: dict[str, list[str]] = {}
    for event in sorted(events, key=lambda event: (event.recorded_at, event.id)):
        if event.entry:
            sharing.setdefault(event.entry, []).append(event.id)
    return {
        event_id: f"{entry}{_suffix(place)}"
        for entry, ids in sharing.items()
        for place, event_id in enumerate(ids)
    }


def _suffix(place: int) -> str:
    """Nothing for the first of a label, ``b`` for the second, ``zb`` after ``z``."""
    again, letter = divmod(place, len(_LETTERS))
    return _LETTERS[-1] * again + _LETTERS[letter] if place else ""
