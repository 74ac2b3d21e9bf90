"""The metrics in words: one table for drafts, terminals and lists."""

from __future__ import annotations

from typing import Final, NamedTuple

from ircon.incident.metrics import Metrics
from ircon.incident.promise import PromiseCounts
from ircon.incident.times import format_minutes

MINUTES: Final = 1
DAYS: Final = 24 * 60


class Measure(NamedTuple):
    """A figure of ``Metrics`` as people read it.

    ``figure`` is its name in templates, ``attribute`` the one in ``Metrics`` and
    in ``--json``, ``unit`` how many minutes one of it is, 0 for a count;
    docs/metrics.md has the formula. A figure that says only that something did not
    happen (``is_said`` False at zero) is left out of lists.
    """

    figure: str
    attribute: str
    unit: int
    label: str
    is_said_at_zero: bool = True

    def words(self, metrics: Metrics) -> str | None:
        """``57 min``; None where the record does not hold it."""
        value: float | None = getattr(metrics, self.attribute)
        return None if value is None else self.spoken(value)

    def spoken(self, value: float) -> str:
        """A value of it, as people say it."""
        if not (value or self.is_said_at_zero):
            return "none"
        return format_minutes(value * self.unit) if self.unit else f"{value:g}"


MEASURES: Final = (
    Measure("updates", "updates", 0, "updates"),
    Measure("to_detect", "time_to_detect_min", MINUTES, "impact's start to detected"),
    Measure("to_acknowledge", "time_to_acknowledge_min", MINUTES, "detected to acknowledged"),
    Measure(
        "to_first_update",
        "time_to_first_update_min",
        MINUTES,
        "impact's start to first update",
    ),
    Measure("to_identified", "time_to_identified_min", MINUTES, "first update to identified"),
    Measure("to_monitoring", "time_to_monitoring_first_min", MINUTES, "first update to monitoring"),
    Measure(
        "to_last_change",
        "time_to_monitoring_final_min",
        MINUTES,
        "first update to final monitoring",
    ),
    Measure("to_resolved", "time_to_resolved_min", MINUTES, "first update to resolved for good"),
    Measure("active", "active_min", MINUTES, "under repair", is_said_at_zero=False),
    Measure("watched", "monitoring_min", MINUTES, "under monitoring", is_said_at_zero=False),
    Measure(
        "closed_between",
        "closed_between_min",
        MINUTES,
        "closed, then reopened",
        is_said_at_zero=False,
    ),
    Measure("failed_fixes", "failed_fixes", 0, "failed fixes", is_said_at_zero=False),
    Measure(
        "reopenings", "reopens_after_resolved", 0, "reopened after resolved", is_said_at_zero=False
    ),
    Measure("longest_silence", "max_update_gap_min", MINUTES, "longest gap between updates"),
    Measure("soak", "soak_min", MINUTES, "monitored before resolved"),
    Measure("postmortem_lag", "postmortem_lag_days", DAYS, "resolved to postmortem"),
)


def measured(metrics: Metrics) -> list[tuple[str, str]]:
    """The figures that the record holds, each with its label: the same list for every reader.

    What did not happen is left out, and so is a component that was never out.
    """
    rows = []
    for measure in MEASURES:
        words = measure.words(metrics)
        if words is None or not (measure.is_said_at_zero or getattr(metrics, measure.attribute)):
            continue
        if measure.attribute == "time_to_first_update_min" and metrics.first_update_by == "shown":
            words += ", by the times shown"  # the record does not say when the page took it
        rows.append((measure.label.capitalize(), words))
    if metrics.promises and metrics.promises.made:
        rows.append(("Promises", promised(metrics.promises)))
    rows += [
        (f"Out: {name}", format_minutes(minutes))
        for name, minutes in metrics.component_downtime_min.items()
        if name in metrics.components_out  # degraded is not out
    ]
    return rows


def promised(promises: PromiseCounts) -> str:
    """``3 made, 1 kept, 2 missed by 12 min in the median``."""
    said = f"{promises.made} made, {promises.kept} kept, {promises.missed} missed"
    late = promises.median_late_min
    if late is None:
        return said
    return f"{said} by {format_minutes(late)}" + (" in the median" if promises.missed > 1 else "")
