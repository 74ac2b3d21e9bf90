"""The metrics in words: one table for drafts, terminals and lists."""

from __future__ import annotations

from typing import Final, NamedTuple

from ircon.incident.metrics import Metrics
from ircon.writing.wording import number


class Measure(NamedTuple):
    """A figure of ``Metrics`` as people read it.

    ``figure`` is its name in templates, ``attribute`` the one in ``Metrics`` and
    in ``--json``; docs/metrics.md has the formula.
    """

    figure: str
    attribute: str
    unit: str
    label: str

    def words(self, metrics: Metrics) -> str | None:
        """``57.5 min``; None where the record does not hold it."""
        value: float | None = getattr(metrics, self.attribute)
        return None if value is None else f"{number(value)}{self.unit}"


MEASURES: Final = (
    Measure("updates", "updates", "", "updates"),
    Measure("to_first_update", "time_to_first_update_min", " min", "impact's start to first word"),
    Measure("to_identified", "time_to_identified_min", " min", "first word to identified"),
    Measure("to_monitoring", "time_to_monitoring_first_min", " min", "first word to monitoring"),
    Measure(
        "to_last_change", "time_to_monitoring_final_min", " min", "first word to final monitoring"
    ),
    Measure("to_resolved", "time_to_resolved_min", " min", "first word to resolved for good"),
    Measure("active", "active_min", " min", "under repair"),
    Measure("watched", "monitoring_min", " min", "under observation"),
    Measure("closed_between", "closed_between_min", " min", "closed, then reopened"),
    Measure("failed_fixes", "failed_fixes", "", "fixes that did not hold"),
    Measure("reopenings", "reopens_after_resolved", "", "reopened after resolved"),
    Measure("longest_silence", "max_update_gap_min", " min", "longest silence between updates"),
    Measure("soak", "soak_min", " min", "watched before resolved"),
    Measure("postmortem_lag", "postmortem_lag_days", " days", "resolved to postmortem"),
)
