"""Metrics of an incident, and their distribution over many.

The definitions are those of docs/metrics.md. There is no bare "MTTR": it names
four different things. Over many incidents a metric is given by its median,
quartiles and extremes, never by a mean alone.
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
_QUALIFIERS: Final = frozenset(
    {"first_update_by", "components_out"}
)  # not metrics: they qualify one


@dataclass(frozen=True, slots=True, kw_only=True)
class Metrics:
    """One incident's metrics; None where the record does not hold them.

    ``_min`` are minutes with one decimal, ``_days`` days with three. ``updates``
    counts what customers certainly see, without postmortems.

    Attributes:
        resolved_final: the last entry into closed after which nothing but closed
            follows: *final*.
        time_to_first_update_min: from the impact's start, where it is recorded.
        closed_between_min: minutes in a closed status before it was reopened.
        failed_fixes: how often monitoring went back to active.
        soak_min: minutes of monitoring the last fix before *final*.
        time_to_detect_min: from the impact's start, as both were marked.
        time_to_acknowledge_min: from when it was detected, as both were marked.
        promises: None where the checks were not run.
        component_downtime_min: by ``component_labels``, in partial or major outage;
            only components whose status was posted or observed.
        first_update_by: the end of ``time_to_first_update_min``: ``created``, when the
            page accepted the update, or ``shown``, which its author may have backdated.
        components_out: the components that were in an outage, however short.
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
        """Return the metrics as ``--json`` has them: instants as ISO 8601 in UTC."""
        values = {
            metric.name: getattr(self, metric.name)
            for metric in fields(self)
            if metric.name not in _QUALIFIERS
        }
        values["promises"] = self.promises.to_dict() if self.promises else None
        return {
            name: iso(value) if isinstance(value, datetime) else value
            for name, value in values.items()
        }


_NOT_SPREAD: Final = {
    *("first_public", "resolved_final", "promises", "component_downtime_min"),
    *_QUALIFIERS,
}
NUMERIC: Final = tuple(metric.name for metric in fields(Metrics) if metric.name not in _NOT_SPREAD)


class ImpactWindow(NamedTuple):
    """The time customers were affected: as marked here, else as the page shows it.

    ``start_stated`` and ``end_stated`` are true where the impact itself was marked;
    otherwise the times are those of the first update and of *final*.
    """

    start: datetime | None
    end: datetime | None
    start_stated: bool
    end_stated: bool

    @property
    def minutes(self) -> float | None:
        """Its length in minutes; None while that is unknown."""
        if self.start and self.end and self.end >= self.start:
            return minutes_between(self.start, self.end)
        return None


def impact_window(incident: Incident) -> ImpactWindow:
    """Return the impact's start and end, each None where the record does not hold it."""
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
    """Compute an incident's metrics.

    Args:
        incident: its state.
        now: the end of an open incident's longest gap and of its components' downtime;
            without it, and for an imported incident, they end with the last update.
        promises: those in its published updates, with their outcome.
    """
    figures = Metrics(
        time_to_detect_min=_minutes(incident.started_at, incident.detected_at),
        time_to_acknowledge_min=_minutes(incident.detected_at, incident.acknowledged_at),
        promises=None if promises is None else count_promises(promises),
    )
    public = incident.public_updates
    if not public:
        return figures
    final_at = final_index(public)
    final = None if final_at is None else public[final_at]
    until_final = public if final_at is None else public[: final_at + 1]
    running_to = now if final is None and incident.origin != "import" else None
    first = until_final[0].shown
    last_monitoring = _last_monitoring(until_final) if final else None
    transitions = Counter(
        (status_phase(update.status), status_phase(other.status))
        for update, other in pairwise(until_final)
    )
    published = incident.postmortem.published_at
    names, spans = component_labels(incident), outages(incident, now)
    to_first_update = _minutes(incident.started_at, min(update.created for update in public))
    first_update_by = "created" if created_is_known(incident) else "shown"
    return replace(
        figures,
        updates=len(public),
        first_public=first,
        resolved_final=final.shown if final else None,
        time_to_first_update_min=to_first_update,
        first_update_by=None if to_first_update is None else first_update_by,
        time_to_identified_min=_minutes(
            first,
            next((update.shown for update in until_final if update.status == "identified"), None),
        ),
        time_to_monitoring_first_min=_minutes(
            first,
            next(
                (
                    update.shown
                    for update in until_final
                    if status_phase(update.status) == "monitoring"
                ),
                None,
            ),
        ),
        time_to_monitoring_final_min=_minutes(first, last_monitoring),
        time_to_resolved_min=_minutes(first, final.shown if final else None),
        active_min=_spent(until_final, "active"),
        monitoring_min=_spent(until_final, "monitoring"),
        closed_between_min=_spent(until_final, "closed"),
        failed_fixes=transitions["monitoring", "active"],
        reopens_after_resolved=transitions["closed", "active"]
        + transitions["closed", "monitoring"],
        max_update_gap_min=_longest_gap(until_final, running_to),
        soak_min=_minutes(last_monitoring, final.shown) if final else None,
        postmortem_lag_days=(
            round((published - final.shown) / timedelta(days=1), 3) if published and final else None
        ),
        component_downtime_min={
            names[component]: _total(outages_of) for component, outages_of in spans.items()
        },
        components_out=frozenset(
            names[component] for component, outages_of in spans.items() if outages_of
        ),
    )


OutageSpan = tuple[datetime, datetime]


def outages(incident: Incident, now: datetime | None = None) -> dict[str, list[OutageSpan]]:
    """Return the spans of partial or major outage of each component, by its id.

    A change made on the page without an update counts from when it was observed. An
    outage at the end of the record counts until then; of an open incident that is not
    imported, until ``now``. Components without a known status are left out.
    """
    public = incident.public_updates
    if not public:
        return {}
    final_at = final_index(public)
    end = public[-1 if final_at is None else final_at].shown
    if final_at is None and now and incident.origin != "import":
        end = max(now, end)
    spans_by_id: dict[str, list[OutageSpan]] = {}
    since: dict[str, datetime] = {}
    changes = [(update.shown, update.components) for update in public]
    changes += [seen for seen in incident.seen_components if changes[0][0] <= seen[0] <= end]
    for at, components in sorted(changes, key=itemgetter(0)):
        for change in components:
            status = change.status or (None if change.id in spans_by_id else change.was)
            if status is None:
                continue
            if change.id not in spans_by_id and status not in OUTAGES and change.was in OUTAGES:
                continue  # out before the first update: the start is unknown
            spans_by_id.setdefault(change.id, [])
            if status in OUTAGES:
                since.setdefault(change.id, at)
            elif change.id in since:
                spans_by_id[change.id].append((since.pop(change.id), at))
    for component_id, start in since.items():
        spans_by_id[component_id].append((start, max(start, end)))
    return spans_by_id


def component_labels(incident: Incident) -> dict[str, str]:
    """Return the label of each component by id: its name, ``Group/Name`` where it repeats.

    Two of the same group and name have the page's id in brackets.
    """
    components = {component.id: component for component in incident.components}
    for update in incident.public_updates:
        components |= {component.id: component for component in update.components}
    by_name = Counter(component.name for component in components.values())
    by_path = Counter(component.path for component in components.values())
    return {
        component.id: component.name
        if by_name[component.name] == 1
        else component.path
        if by_path[component.path] == 1
        else f"{component.path} ({component.id})"
        for component in components.values()
    }


def downtime(incidents: Iterable[Incident], now: datetime | None = None) -> dict[str, float]:
    """Return minutes of outage by component over many incidents; overlaps count once."""
    spans_by_path: dict[tuple[str, str], list[OutageSpan]] = {}
    for incident in incidents:
        paths = {component.id: component.path for component in incident.components}
        for component_id, outage_spans in outages(incident, now).items():
            key = (paths.get(component_id, component_id), incident.page or "")
            spans_by_path.setdefault(key, []).extend(outage_spans)
    pages = Counter(path for path, _ in spans_by_path)
    return {
        path if pages[path] == 1 else f"{page}: {path}": _total(outage_spans)
        for (path, page), outage_spans in sorted(spans_by_path.items())
    }


def _total(spans: Iterable[OutageSpan]) -> float:
    """Return the minutes of the union of spans."""
    total, reached = timedelta(), None
    for start, end in sorted(spans):
        begin = start if reached is None else max(start, reached)
        total += max(end - begin, timedelta())
        reached = max(end, begin)
    return round(total / timedelta(minutes=1), 1)


def created_is_known(incident: Incident) -> bool:
    """Whether every public update has the time at which the page accepted it.

    Where it has not (imported text), the times shown are used instead; they may have
    been backdated.
    """
    return all(update.created_at for update in incident.public_updates)


@dataclass(frozen=True, slots=True)
class MetricsSummary:
    """Metrics of many incidents, or of many maintenances.

    Attributes:
        count: how many there are.
        figures: ``n``, median, quartiles and extremes of each numeric metric; ``n``
            counts the incidents that have it.
        promises: the sums over all.
        component_downtime_min: minutes of outage by component; overlaps count once.
    """

    count: int
    figures: dict[str, dict[str, float | None]]
    promises: PromiseCounts
    component_downtime_min: dict[str, float]

    def to_dict(self) -> dict[str, Any]:
        """Return the summary as ``--json`` has it."""
        return {
            **self.figures,
            "promises": self.promises.to_dict(),
            "component_downtime_min": self.component_downtime_min,
        }


def summarise_metrics(
    measured: Iterable[tuple[Incident, Metrics]], now: datetime | None = None
) -> MetricsSummary:
    """Summarise many incidents; the caller keeps maintenances apart from incidents."""
    pairs = list(measured)
    promises = [metrics.promises for _, metrics in pairs if metrics.promises]
    return MetricsSummary(
        len(pairs),
        distribution(metrics for _, metrics in pairs),
        PromiseCounts(
            sum(counts.made for counts in promises),
            sum(counts.kept for counts in promises),
            sum(counts.missed for counts in promises),
            tuple(late for counts in promises for late in counts.late),
        ),
        downtime((incident for incident, _ in pairs), now),
    )


def distribution(measured: Iterable[Metrics]) -> dict[str, dict[str, float | None]]:
    """Return ``n``, median, quartiles and extremes of each numeric metric.

    ``n`` counts the incidents that have the metric. Quartiles are interpolated
    between neighbours (as ``statistics.quantiles(method="inclusive")``).
    """
    all_metrics = list(measured)
    return {
        name: _spread(
            sorted(
                value for metrics in all_metrics if (value := getattr(metrics, name)) is not None
            ),
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


def _last_monitoring(updates: Sequence[Update]) -> datetime | None:
    """Return the start of the unbroken monitoring that the last update ends."""
    start = None
    for update in reversed(updates[:-1]):
        if status_phase(update.status) != "monitoring":
            break
        start = update.shown
    return start


def _spent(updates: Sequence[Update], phase: str) -> float:
    """Return the minutes spent in a phase."""
    spans = (
        later.shown - update.shown
        for update, later in pairwise(updates)
        if status_phase(update.status) == phase
    )
    return round(sum(spans, timedelta()) / timedelta(minutes=1), 1)


def _longest_gap(updates: Sequence[Update], running_to: datetime | None) -> float | None:
    instants = [update.shown for update in updates]
    if running_to:
        instants.append(max(running_to, instants[-1]))
    return max(
        (minutes_between(earlier, later) for earlier, later in pairwise(instants)), default=None
    )
