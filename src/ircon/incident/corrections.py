"""Corrections of internal entries: amendments and retractions, applied before the fold.

``CorrectedEvent`` is an event with its text, time and id as last corrected. The
event itself is never changed.
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
    """An event with its corrections applied.

    Attributes:
        at: when it happened, as last corrected.
        label: the id of its timeline entry (``n12``), empty where it has none.
        text: its text as last corrected, None where it was not.
    """

    event: Event
    at: datetime
    label: str
    text: str | None = None
    amended: bool = False
    retracted: bool = False

    @property
    def order(self) -> tuple[datetime, str]:
        """Sort key: the order in which events happened."""
        return (self.at, self.event.id)

    @property
    def recorded_order(self) -> tuple[datetime, str]:
        """Sort key: the order in which events were recorded."""
        return (self.event.recorded_at, self.event.id)


def apply_corrections(events: Collection[Event]) -> list[CorrectedEvent]:
    """Return events of known kinds with their corrections, in the order they happened.

    The last correction of a field counts, by the time it was recorded; an
    amendment restores an entry that was retracted before. Only internal events with a
    timeline entry can be corrected.
    """
    corrections: dict[str, list[Event]] = {}
    for event in sorted(events, key=lambda event: (event.recorded_at, event.id)):
        if event.kind in {"amended", "retracted"}:
            corrections.setdefault(event.text("target") or "", []).append(event)
    labels = _labels(events)
    result = []
    for event in events:
        corrected = CorrectedEvent(event, event.at, labels.get(event.id, ""))
        changes = corrections.get(event.id, ()) if _is_correctable(event) else ()
        for change in changes:
            corrected = _apply(corrected, change)
        result.append(corrected)
    return sorted(result, key=lambda corrected: corrected.order)


def _is_correctable(event: Event) -> bool:
    return event.visibility == INTERNAL and KINDS[event.kind].prefix is not None


def _apply(corrected: CorrectedEvent, change: Event) -> CorrectedEvent:
    if change.kind == "retracted":
        return replace(corrected, retracted=True)
    return replace(
        corrected,
        at=change.instant("at") or corrected.at,
        text=change.text("text") or corrected.text,
        amended=True,
        retracted=False,
    )


def _labels(events: Collection[Event]) -> dict[str, str]:
    """Return the timeline ids of entries by event id.

    Two journals that were united may both have an ``n12``: the event that was recorded first
    keeps it, and the others are ``n12b``, ``n12c`` and so on, the same on every machine.
    """
    sharing: dict[str, list[str]] = {}
    for event in sorted(events, key=lambda event: (event.recorded_at, event.id)):
        if event.entry:
            sharing.setdefault(event.entry, []).append(event.id)
    return {
        event_id: f"{entry}{_suffix(number)}"
        for entry, ids in sharing.items()
        for number, event_id in enumerate(ids)
    }


def _suffix(number: int) -> str:
    """Return an empty text for the first of a label, ``b`` for the second, ``zb`` after ``z``."""
    full_turns, letter = divmod(number, len(_LETTERS))
    return _LETTERS[-1] * full_turns + _LETTERS[letter] if number else ""
