"""What each component suffered, in a sentence: its worst status and for how long.

Components share words only where the record gives them the same status for the
same time. What the record does not say of one is a hole, never its neighbour's.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from typing import Final, NamedTuple

from ircon.incident.components import Change
from ircon.incident.state import Incident
from ircon.incident.times import minutes_between
from ircon.incident.vocabulary import LEVELS
from ircon.writing.markdown import inline
from ircon.writing.placeholders import hole
from ircon.writing.public import PublicRecord
from ircon.writing.wording import component_words, number

# The word "outage" is kept for a major one (CHECKS, L4 and U14).
_SUFFERED: Final = {
    "major_outage": "out",
    "partial_outage": "partially unavailable",
    "degraded_performance": "slow or degraded",
    "under_maintenance": "under maintenance",
}


class _Suffered(NamedTuple):
    component: Change
    worst: str | None
    minutes: float | None


def affected_words(incident: Incident, record: PublicRecord) -> str | None:
    """``API (group 03) was out (9.6 min); Checkout was partially unavailable (2 min)``.

    The worst first. None where no component below operational is known.
    """
    spent = _minutes_at_worst(incident, record)
    told = [
        _Suffered(one, record.worst.get(one.id), spent.get(one.id)) for one in record.components
    ]
    told.sort(key=_badness)
    clauses = [
        _clause([one.component for one in alike], worst, minutes)
        for (worst, minutes), alike in groupby(told, key=lambda one: (one.worst, one.minutes))
        if worst != "operational"
    ]
    return "; ".join(clauses) or None


def _badness(one: _Suffered) -> tuple[int, float]:
    rank = LEVELS[one.worst].rank if one.worst else -1
    return -rank, -(one.minutes or 0)


def _clause(components: Sequence[Change], worst: str | None, minutes: float | None) -> str:
    names = inline(component_words(components))
    several = len(components) > 1
    if worst is None:
        return f"{names}: {hole('how each was affected' if several else 'how it was affected')}"
    length = "" if minutes is None else f" ({number(minutes)} min{' each' if several else ''})"
    return f"{names} {'were' if several else 'was'} {_SUFFERED[worst]}{length}"


def _minutes_at_worst(incident: Incident, record: PublicRecord) -> dict[str, float]:
    """By component id; without those that are still as bad while the incident goes on."""
    spent: dict[str, float] = {}
    since: dict[str, datetime] = {}
    for update in incident.public_updates:
        for one in update.components:
            if one.status is None:
                continue
            if one.status == record.worst[one.id]:
                since.setdefault(one.id, update.shown)
            elif one.id in since:
                start = since.pop(one.id)
                spent[one.id] = spent.get(one.id, 0) + minutes_between(start, update.shown)
    for name, start in since.items():
        if record.resolved_at is None:
            spent.pop(name, None)
        else:
            rest = max(minutes_between(start, record.resolved_at), 0)
            spent[name] = spent.get(name, 0) + rest
    return {name: round(length, 1) for name, length in spent.items()}
