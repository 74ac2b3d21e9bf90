"""Corrections: what was amended or withdrawn afterwards, applied before all else.

``Corrected`` is how the fold sees an event: with the words, the time and the id
that count today. The event itself is never changed.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from ircon.incident.event import INTERNAL, KINDS, Event


@dataclass(frozen=True, slots=True)
class Corrected:
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
    def said(self) -> tuple[datetime, str]:
        """Sorts events into the order in which they were recorded."""
        return (self.event.recorded_at, self.event.id)


def correct(events: Collection[Event]) -> list[Corrected]:
    """Events of known kinds with their corrections, in the order in which they happened.

    The last correction of a field counts, by the time it was recorded; an
    amendment brings back what was retracted before it. Published words cannot be
    corrected here, nor can what is no line of the timeline.
    """
    corrections: dict[str, list[Event]] = {}
    for event in sorted(events, key=lambda event: (event.recorded_at, event.id)):
        if event.kind in {"amended", "retracted"}:
            corrections.setdefault(event.words("target") or "", []).append(event)
    labels = _labels(events)
    result = []
    for event in events:
        one = Corrected(event, event.at, labels.get(event.id, ""))
        fixes = corrections.get(event.id, ()) if _is_correctable(event) else ()
        for fix in fixes:
            one = _apply(one, fix)
        result.append(one)
    return sorted(result, key=lambda one: one.order)


def _is_correctable(event: Event) -> bool:
    return event.visibility == INTERNAL and KINDS[event.kind].prefix is not None


def _apply(one: Corrected, fix: Event) -> Corrected:
    if fix.kind == "retracted":
        return replace(one, retracted=True)
    return replace(
        one,
        at=fix.instant("at") or one.at,
        text=fix.words("text") or one.text,
        amended=True,
        retracted=False,
    )


def _labels(events: Collection[Event]) -> dict[str, str]:
    """Entry ids by event id.

    Two journals that were merged may both have an ``n12``: the younger event
    then carries the end of its own id too, the same on every machine.
    """
    labels: dict[str, str] = {}
    taken: set[str] = set()
    for event in sorted(events, key=lambda event: event.id):
        if event.entry:
            label = event.entry if event.entry not in taken else f"{event.entry}-{event.id[-4:]}"
            taken.add(label)
            labels[event.id] = label
    return labels
