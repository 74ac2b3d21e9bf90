"""An incident's figures, and their spread over many.

The definitions are those of docs/metrics.md. There is no bare "MTTR": it names
four different things. Over many incidents a figure is shown by its median and
spread, never by a mean alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any, Final

from ircon.incident.state import Incident, Update, closing
from ircon.incident.times import iso, minutes_between
from ircon.incident.vocabulary import phase

_DOWN: Final = frozenset({"partial_outage", "major_outage"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Metrics:
    """One incident's figures; None where the record does not hold them.

    ``_min`` are minutes with one decimal, ``_days`` days with three. ``updates``
    counts what customers certainly see, without postmortems.

    Attributes:
        resolved_final: the last entry into closed after which nothing but closed
            follows: *final*.
        time_to_first_update_min: from the impact's start, where somebody said it.
        closed_between_min: how long it seemed over before it was reopened.
        failed_fixes: how often monitoring went back to active.
        soak_min: how long the last fix was watched before *final*.
        component_downtime_min: by name, in partial or major outage; ``Group/Name``
            where a name repeats. Only components whose status was told are in it.
    """

    updates: int = 0
    first_public: datetime | None = None
    resolved_final: datetime | None = None
    time_to_first_update_min: float | None = None
    time_to_identified_min: float | None = None
    time_to_monitoring_first_min: float | None = None
    time_to_monitoring_final_min: float | None = None
    time_to_resolved_min: float | None = None
    active_min: float | None = None
    monitoring_min: float | None = None
    closed_between_min: float | None = None
    failed_fixes: int | None = None
    reopens_after_resolved: int | None = None
    max_update_gap_min: float | None = None
    soak_min: float | None = None
    postmortem_lag_days: float | None = None
    component_downtime_min: dict[str, float] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """As ``--json`` gives them: instants as ISO 8601 in UTC."""
        found = {one.name: getattr(self, one.name) for one in fields(self)}
        return {
            name: iso(value) if isinstance(value, datetime) else value
            for name, value in found.items()
        }


_NOT_SPREAD: Final = {"first_public", "resolved_final", "component_downtime_min"}
NUMERIC: Final = tuple(one.name for one in fields(Metrics) if one.name not in _NOT_SPREAD)


def measure(incident: Incident, now: datetime | None = None) -> Metrics:
    """An incident's figures.

    ``now`` makes an open incident's longest gap and its components' downtime run
    on; without it they end with the last update, as they do for an imported
    incident, whose record says nothing after its last word.
    """
    public = incident.public_updates
    if not public:
        return Metrics()
    place = closing(public)
    final = None if place is None else public[place]
    told = public if place is None else public[: place + 1]
    running_to = now if final is None and incident.origin != "import" else None
    first, last = told[0].shown, told[-1].shown
    run = _last_monitoring(told) if final else None
    turns = Counter((phase(one.status), phase(other.status)) for one, other in pairwise(told))
    published = incident.postmortem.published_at
    return Metrics(
        updates=len(public),
        first_public=first,
        resolved_final=final.shown if final else None,
        time_to_first_update_min=_minutes(
            incident.started_at, min(update.created for update in public)
        ),
        time_to_identified_min=_minutes(
            first, next((one.shown for one in told if one.status == "identified"), None)
        ),
        time_to_monitoring_first_min=_minutes(
            first, next((one.shown for one in told if phase(one.status) == "monitoring"), None)
        ),
        time_to_monitoring_final_min=_minutes(first, run),
        time_to_resolved_min=_minutes(first, final.shown if final else None),
        active_min=_spent(told, "active"),
        monitoring_min=_spent(told, "monitoring"),
        closed_between_min=_spent(told, "closed"),
        failed_fixes=turns["monitoring", "active"],
        reopens_after_resolved=turns["closed", "active"] + turns["closed", "monitoring"],
        max_update_gap_min=_longest_gap(told, running_to),
        soak_min=_minutes(run, final.shown) if final else None,
        postmortem_lag_days=(
            round((published - final.shown) / timedelta(days=1), 3) if published and final else None
        ),
        component_downtime_min=_downtime(public, max(running_to or last, last)),
    )


def created_is_known(incident: Incident) -> bool:
    """Whether ``time_to_first_update_min`` rests on when the page took the updates.

    Where it does not (imported text), the times shown stand in, and are to be
    called that: they may have been backdated.
    """
    return all(update.created_at for update in incident.public_updates)


def distribution(measured: Iterable[Metrics]) -> dict[str, dict[str, float | None]]:
    """The spread of each numeric figure: ``n``, median, quartiles and extremes.

    ``n`` counts the incidents that have the figure. Quartiles are interpolated
    between neighbours (as ``statistics.quantiles(method="inclusive")``).
    """
    many = list(measured)
    return {
        name: _spread(
            sorted(value for one in many if (value := getattr(one, name)) is not None),
            digits=3 if name.endswith("_days") else 1,
        )
        for name in NUMERIC
    }


def _spread(values: list[float], digits: int) -> dict[str, float | None]:
    def at(share: float) -> float | None:
        if not values:
            return None
        below, part = divmod(share * (len(values) - 1), 1)
        low, high = values[int(below)], values[min(int(below) + 1, len(values) - 1)]
        return round(low + (high - low) * part, digits)

    return {
        "n": len(values),
        "median": at(0.5),
        "p25": at(0.25),
        "p75": at(0.75),
        "min": at(0),
        "max": at(1),
    }


def _minutes(start: datetime | None, end: datetime | None) -> float | None:
    return minutes_between(start, end) if start and end else None


def _last_monitoring(told: Sequence[Update]) -> datetime | None:
    """The start of the unbroken monitoring run that ends with the last update."""
    start = None
    for update in reversed(told[:-1]):
        if phase(update.status) != "monitoring":
            break
        start = update.shown
    return start


def _spent(told: Sequence[Update], wanted: str) -> float:
    """Minutes in the segments of a phase."""
    spans = (
        later.shown - one.shown for one, later in pairwise(told) if phase(one.status) == wanted
    )
    return round(sum(spans, timedelta()) / timedelta(minutes=1), 1)


def _longest_gap(told: Sequence[Update], running_to: datetime | None) -> float | None:
    instants = [update.shown for update in told]
    if running_to:
        instants.append(max(running_to, instants[-1]))
    return max((minutes_between(one, later) for one, later in pairwise(instants)), default=None)


def _downtime(public: Sequence[Update], end: datetime) -> dict[str, float]:
    """Minutes in an outage by component; what is still out counts until the end."""
    names: dict[str, tuple[str, str]] = {}
    down: dict[str, timedelta] = {}
    since: dict[str, datetime] = {}
    for update in public:
        for change in update.components:
            status = change.status or (None if change.id in down else change.was)
            if status is None:
                continue
            names[change.id] = (change.name, change.path)
            down.setdefault(change.id, timedelta())
            if status in _DOWN:
                since.setdefault(change.id, update.shown)
            elif change.id in since:
                down[change.id] += update.shown - since.pop(change.id)
    for component, start in since.items():
        down[component] += max(end - start, timedelta())
    shared = Counter(name for name, _ in names.values())
    return {
        (path if shared[name] > 1 else name): round(down[one] / timedelta(minutes=1), 1)
        for one, (name, path) in names.items()
    }
