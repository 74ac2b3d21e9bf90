"""The words of a status page, in the order that decides which is worse."""

from collections.abc import Iterable

REALTIME = ("investigating", "identified", "monitoring", "resolved")
MAINTENANCE = ("scheduled", "in_progress", "verifying", "completed")
CLOSED = frozenset({"resolved", "completed"})

COMPONENT_STATUSES = (
    "operational",
    "under_maintenance",
    "degraded_performance",
    "partial_outage",
    "major_outage",
)
"""From best to worst."""

IMPACTS = ("none", "maintenance", "minor", "major", "critical")
"""From least to worst. Each is what the component status at the same place amounts to."""

IMPACT_OF = dict(zip(COMPONENT_STATUSES, IMPACTS, strict=True))

HEADLINES = {
    "none": "All Systems Operational",
    "maintenance": "Service Under Maintenance",
    "minor": "Partially Degraded Service",
    "major": "Partial System Outage",
    "critical": "Major System Outage",
}
"""The sentence over the whole page, by its indicator."""

INCIDENT_LISTS = {
    "unresolved": ("investigating", "identified", "monitoring"),
    "scheduled": ("scheduled", "in_progress", "verifying"),
    "upcoming": ("scheduled",),
    "active_maintenance": ("in_progress", "verifying"),
}
"""Which statuses each named list of the manage API holds."""


def worst_status(statuses: Iterable[str]) -> str:
    """The worst of some component statuses; of none, ``operational``."""
    return max(statuses, key=COMPONENT_STATUSES.index, default=COMPONENT_STATUSES[0])


def worst_impact(impacts: Iterable[str]) -> str:
    """The worst of some impacts; of none, ``none``."""
    return max(impacts, key=IMPACTS.index, default=IMPACTS[0])


def label(word: str) -> str:
    """A status as people read it: ``in_progress`` is ``In Progress``."""
    return word.replace("_", " ").title()
