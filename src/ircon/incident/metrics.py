"""An incident's figures, and their spread over many.

The definitions are those of docs/metrics.md. There is no bare "MTTR": it names
four different things. Over many incidents a figure is shown by its median and
spread, never by a mean alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import datetime, timedelta
from itertools import pairwise
from operator import itemgetter
from typing import Any, Final, NamedTuple

from ircon.incident.promise import Promise, PromiseCounts, count_promises
from ircon.incident.state import Incident, Update, final_index
from ircon.incident.times import iso, minutes_between
from ircon.incident.vocabulary import status_phase

OUTAGES: Final = frozenset({"partial_outage", "major_outage"})
_NOT_SAID: Final = frozenset({"first_update_by", "components_out"})  # no figures: they qualify one


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
        time_to_detect_min: from the impact's start, as both were marked.
        time_to_acknowledge_min: from when it was detected, as both were marked.
        promises: None where nobody looked for any.
        component_downtime_min: by ``labels``, in partial or major outage. Only
            components whose status was told are in it.
        first_update_by: what ``time_to_first_update_min`` counts to: ``created``, when
            the page took the update, or ``shown``, which its author may have put back.
        components_out: the components that were in an outage at all, were it for a second.
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
    time_to_detect_min: float | None = None
    time_to_acknowledge_min: float | None = None
    postmortem_lag_days: float | None = None
    promises: PromiseCounts | None = None
    component_downtime_min: dict[str, float] = field(default_factory=dict)
    first_update_by: str | None = None
    components_out: frozenset[str] = frozenset()

    def to_dict(self) -> dict[str, Any]:
        """As ``--json`` gives them: instants as ISO 8601 in UTC."""
        found = {
            one.name: getattr(self, one.name) for one in fields(self) if one.name not in _NOT_SAID
        }
        found["promises"] = self.promises.to_dict() if self.promises else None
        return {
            name: iso(value) if isinstance(value, datetime) else value
            for name, value in found.items()
        }


_NOT_SPREAD: Final = {
    *("first_public", "resolved_final", "promises", "component_downtime_min"),
    *_NOT_SAID,
}
NUMERIC: Final = tuple(one.name for one in fields(Metrics) if one.name not in _NOT_SPREAD)


class ImpactWindow(NamedTuple):
    """When customers were affected: as somebody marked it, else as the page shows it.

    ``start_stated`` and ``end_stated`` say whether somebody marked the impact
    itself; otherwise the times are those of the first update and of *final*.
    """

    start: datetime | None
    end: datetime | None
    start_stated: bool
    end_stated: bool

    @property
    def minutes(self) -> float | None:
        """How long it lasted; None while that is not known."""
        if self.start and self.end and self.end >= self.start:
            return minutes_between(self.start, self.end)
        return None


def impact_window(incident: Incident) -> ImpactWindow:
    """The impact's window; None where the record has neither time."""
    public = incident.public_updates
    return ImpactWindow(
        incident.started_at or (public[0].shown if public else None),
        incident.ended_at or (incident.resolved_at if public else None),
        incident.started_at is not None,
        incident.ended_at is not None,
    )


def compute_metrics(
    incident: Incident, now: datetime | None = None, promises: Iterable[Promise] | None = None
) -> Metrics:
    """An incident's figures.

    Args:
        incident: as it stands.
        now: makes an open incident's longest gap and its components' downtime run
            on; without it they end with the last update, as they do for an imported
            incident, whose record says nothing after its last word.
        promises: those its published updates made, with what became of them.
    """
    figures = Metrics(
        time_to_detect_min=_minutes(incident.started_at, incident.detected_at),
        time_to_acknowledge_min=_minutes(incident.detected_at, incident.acknowledged_at),
        promises=None if promises is None else count_promises(promises),
    )
    public = incident.public_updates
    if not public:
        return figures
    place = final_index(public)
    final = None if place is None else public[place]
    told = public if place is None else public[: place + 1]
    running_to = now if final is None and incident.origin != "import" else None
    first = told[0].shown
    run = _last_monitoring(told) if final else None
    turns = Counter(
        (status_phase(one.status), status_phase(other.status)) for one, other in pairwise(told)
    )
    published = incident.postmortem.published_at
    names, out = component_labels(incident), outages(incident, now)
    to_first = _minutes(incident.started_at, min(update.created for update in public))
    by = "created" if created_is_known(incident) else "shown"
    return replace(
        figures,
        updates=len(public),
        first_public=first,
        resolved_final=final.shown if final else None,
        time_to_first_update_min=to_first,
        first_update_by=None if to_first is None else by,
        time_to_identified_min=_minutes(
            first, next((one.shown for one in told if one.status == "identified"), None)
        ),
        time_to_monitoring_first_min=_minutes(
            first,
            next((one.shown for one in told if status_phase(one.status) == "monitoring"), None),
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
        component_downtime_min={names[one]: _total(spells) for one, spells in out.items()},
        components_out=frozenset(names[one] for one, spells in out.items() if spells),
    )


OutageSpan = tuple[datetime, datetime]


def outages(incident: Incident, now: datetime | None = None) -> dict[str, list[OutageSpan]]:
    """When each component was in partial or major outage, by its id.

    What was changed on the page without an update counts from when it was seen there.
    What is still out at the end of the record counts until then; of one's own open
    incident, until ``now``. Components whose status nobody told are not in it.
    """
    public = incident.public_updates
    if not public:
        return {}
    place = final_index(public)
    end = public[-1 if place is None else place].shown
    if place is None and now and incident.origin != "import":
        end = max(now, end)
    spells: dict[str, list[OutageSpan]] = {}
    since: dict[str, datetime] = {}
    told = [(update.shown, update.components) for update in public]
    told += [seen for seen in incident.seen_components if told[0][0] <= seen[0] <= end]
    for at, components in sorted(told, key=itemgetter(0)):
        for change in components:
            status = change.status or (None if change.id in spells else change.was)
            if status is None:
                continue
            if change.id not in spells and status not in OUTAGES and change.was in OUTAGES:
                continue  # out before anything of this incident was told: nobody knows since when
            spells.setdefault(change.id, [])
            if status in OUTAGES:
                since.setdefault(change.id, at)
            elif change.id in since:
                spells[change.id].append((since.pop(change.id), at))
    for one, start in since.items():
        spells[one].append((start, max(start, end)))
    return spells


def component_labels(incident: Incident) -> dict[str, str]:
    """What figures call each component: its name, ``Group/Name`` where a name repeats.

    Two of one group and name carry the page's ids, too.
    """
    known = {component.id: component for component in incident.components}
    for update in incident.public_updates:
        known |= {component.id: component for component in update.components}
    by_name = Counter(one.name for one in known.values())
    by_path = Counter(one.path for one in known.values())
    return {
        one.id: one.name
        if by_name[one.name] == 1
        else one.path
        if by_path[one.path] == 1
        else f"{one.path} ({one.id})"
        for one in known.values()
    }


def downtime(incidents: Iterable[Incident], now: datetime | None = None) -> dict[str, float]:
    """Minutes out by component over many incidents: where two overlap, counted once."""
    spells: dict[tuple[str, str], list[OutageSpan]] = {}
    for incident in incidents:
        paths = {component.id: component.path for component in incident.components}
        for one, out in outages(incident, now).items():
            key = (paths.get(one, one), incident.page or "")
            spells.setdefault(key, []).extend(out)
    pages = Counter(path for path, _ in spells)
    return {
        path if pages[path] == 1 else f"{page}: {path}": _total(out)
        for (path, page), out in sorted(spells.items())
    }


def _total(spells: Iterable[OutageSpan]) -> float:
    """The minutes of their union."""
    total, reached = timedelta(), None
    for start, end in sorted(spells):
        begin = start if reached is None else max(start, reached)
        total += max(end - begin, timedelta())
        reached = max(end, begin)
    return round(total / timedelta(minutes=1), 1)


def created_is_known(incident: Incident) -> bool:
    """Whether ``time_to_first_update_min`` rests on when the page took the updates.

    Where it does not (imported text), the times shown stand in, and are to be
    called that: they may have been backdated.
    """
    return all(update.created_at for update in incident.public_updates)


@dataclass(frozen=True, slots=True)
class MetricsSummary:
    """What many incidents, or many maintenances, came to.

    Attributes:
        count: how many there are.
        figures: of each numeric figure ``n``, median, quartiles and extremes; ``n``
            counts those that have it.
        promises: all that were made.
        component_downtime_min: minutes out by component, overlaps counted once.
    """

    count: int
    figures: dict[str, dict[str, float | None]]
    promises: PromiseCounts
    component_downtime_min: dict[str, float]

    def to_dict(self) -> dict[str, Any]:
        """As ``--json`` gives them."""
        return {
            **self.figures,
            "promises": self.promises.to_dict(),
            "component_downtime_min": self.component_downtime_min,
        }


def summarise_metrics(
    measured: Iterable[tuple[Incident, Metrics]], now: datetime | None = None
) -> MetricsSummary:
    """What many came to; the caller keeps maintenances apart from incidents."""
    many = list(measured)
    found = [metrics.promises for _, metrics in many if metrics.promises]
    return MetricsSummary(
        len(many),
        distribution(metrics for _, metrics in many),
        PromiseCounts(
            sum(one.made for one in found),
            sum(one.kept for one in found),
            sum(one.missed for one in found),
            tuple(late for one in found for late in one.late),
        ),
        downtime((incident for incident, _ in many), now),
    )


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
        if status_phase(update.status) != "monitoring":
            break
        start = update.shown
    return start


def _spent(told: Sequence[Update], wanted: str) -> float:
    """Minutes in the segments of a phase."""
    spans = (
        later.shown - one.shown
        for one, later in pairwise(told)
        if status_phase(one.status) == wanted
    )
    return round(sum(spans, timedelta()) / timedelta(minutes=1), 1)


def _longest_gap(told: Sequence[Update], running_to: datetime | None) -> float | None:
    instants = [update.shown for update in told]
    if running_to:
        instants.append(max(running_to, instants[-1]))
    return max((minutes_between(one, later) for one, later in pairwise(instants)), default=None)
