"""Outcome of each component, in a sentence: its worst status and for how long.

Components share words only where the record gives them the same status for the
same time. What the record does not say of one is a hole, never its neighbour's.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Final, NamedTuple

from ircon.incident.components import ComponentChange
from ircon.incident.metrics import Metrics, component_labels, impact_window
from ircon.incident.state import Incident
from ircon.incident.times import format_minutes
from ircon.incident.vocabulary import COMPONENT_STATUSES
from ircon.writing.customer_view import PublicRecord
from ircon.writing.markdown import inline
from ircon.writing.placeholders import hole
from ircon.writing.text_format import component_words

# The word "outage" is kept for a major one (CHECKS, L4 and U14).
_SUFFERED: Final = {
    "major_outage": "out",
    "partial_outage": "partially unavailable",
    "degraded_performance": "slow or degraded",
    "under_maintenance": "under maintenance",
}


class _Suffered(NamedTuple):
    component: ComponentChange
    worst: str | None
    length: str


def affected_words(incident: Incident, record: PublicRecord, metrics: Metrics) -> str | None:
    """``API (group 03) was out; Checkout was partially unavailable for 2 min``.

    The worst first. How long is the figure of ``component_downtime_min``, said where the
    window in front does not say it. None where no component below operational is known.
    """
    window = impact_window(incident)
    names = component_labels(incident)
    told = []
    for component in record.components:
        minutes = metrics.component_downtime_min.get(names[component.id])
        known = (
            names[component.id] in metrics.components_out
            and minutes is not None
            and record.resolved_at
        )
        # Where people marked the impact itself, the page's times are not its times.
        if known and minutes is not None and not (window.start_stated or window.end_stated):
            length = format_minutes(minutes)
        else:
            length = ""
        told.append(_Suffered(component, record.worst.get(component.id), length))
    total = "" if window.minutes is None else format_minutes(window.minutes)
    told = [one._replace(length="") if one.length == total else one for one in told]
    told.sort(key=lambda one: -COMPONENT_STATUSES[one.worst].rank if one.worst else 1)
    clauses = [
        _clause([one.component for one in alike], worst, length)
        for (worst, length), alike in groupby(told, key=lambda one: (one.worst, one.length))
        if worst != "operational"
    ]
    return "; ".join(clauses) or None


def _clause(components: Sequence[ComponentChange], worst: str | None, length: str) -> str:
    names = inline(component_words(components))
    several = len(components) > 1
    if worst is None:
        return f"{names}: {hole('how each was affected' if several else 'how it was affected')}"
    said = f"{names} {'were' if several else 'was'} {_SUFFERED[worst]}"
    if not length:
        return said
    return f"{said} for {length}{' each' if several else ''}"
