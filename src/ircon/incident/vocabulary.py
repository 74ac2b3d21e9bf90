"""The field's words: statuses, impacts, severities, roles and milestones.

Tables that code reads and docs print. The words are Statuspage's (see
docs/architecture.md); other vendors' are mapped to them by their adapters.
"""

from __future__ import annotations

from typing import Final, NamedTuple


class Status(NamedTuple):
    """An incident's or a maintenance's status.

    ``phase`` is what the metrics count it as: ``active``, ``monitoring``,
    ``closed``, or ``scheduled``, which counts nowhere.
    """

    name: str
    label: str
    kind: str
    phase: str


class ComponentStatus(NamedTuple):
    """A component's status; ``rank`` orders them from good to bad.

    ``impact`` is the incident impact that a component in this status makes,
    as Statuspage computes it.
    """

    name: str
    label: str
    rank: int
    impact: str
    glyph: str


STATUSES: Final = {
    status.name: status
    for status in (
        Status("investigating", "Investigating", "incident", "active"),
        Status("identified", "Identified", "incident", "active"),
        Status("monitoring", "Monitoring", "incident", "monitoring"),
        Status("resolved", "Resolved", "incident", "closed"),
        Status("scheduled", "Scheduled", "maintenance", "scheduled"),
        Status("in_progress", "In progress", "maintenance", "active"),
        Status("verifying", "Verifying", "maintenance", "monitoring"),
        Status("completed", "Completed", "maintenance", "closed"),
    )
}

# Words that pages print for a status; "update" keeps the running one.
STATUS_ALIASES: Final = {
    "in progress": "in_progress",
    "postmortem": "resolved",
    # Google Cloud's, which tell how bad it is and not how far the fix got.
    "service_information": "investigating",
    "service_disruption": "investigating",
    "service_outage": "investigating",
    "available": "resolved",
}

COMPONENT_STATUSES: Final = {
    level.name: level
    for level in (
        ComponentStatus("operational", "Operational", 0, "none", "✓"),
        ComponentStatus("under_maintenance", "Maintenance", 1, "maintenance", "⚒"),
        ComponentStatus("degraded_performance", "Degraded", 2, "minor", "▽"),
        ComponentStatus("partial_outage", "Partial outage", 3, "major", "◐"),
        ComponentStatus("major_outage", "Major outage", 4, "critical", "✗"),
    )
}

IMPACTS: Final = ("none", "maintenance", "minor", "major", "critical")
SEVERITIES: Final = ("sev1", "sev2", "sev3", "sev4")
MILESTONES: Final = {
    "started": "Impact started",
    "detected": "Detected",
    "acknowledged": "Acknowledged",
    "ended": "Impact ended",
}
ROLES: Final = ("commander", "communications", "operations", "scribe")

# What people and --json are told about an update's way to the page, by the
# delivery state it is in (delivery/states.py has the moves between them).
DELIVERY_WORDS: Final = {
    "draft": "cancelled",
    "held": "queued",
    "queued": "queued",
    "preflight": "queued",
    "stale": "queued",
    "conflict": "queued",
    "sending": "sending",
    "sent": "published",
    "confirmed": "published",
    "unknown": "unknown",
    "needs_human": "unknown",
    "rejected": "failed",
    "cancelled": "cancelled",
}
OBSERVED: Final = "observed"
DELIVERIES: Final = (*dict.fromkeys(DELIVERY_WORDS.values()), OBSERVED)
# ... of which these are certainly public:
PUBLIC_DELIVERIES: Final = frozenset({"published", OBSERVED})

# Limits of the Statuspage API (STATUSPAGE OpenAPI), in characters.
MAX_BODY: Final = 25_000
MAX_NAME: Final = 255


def parse_status(word: str) -> str | None:
    """The status that a page's word stands for; None for "update" and unknown words."""
    status = STATUS_ALIASES.get(word.lower(), word.lower())
    return status if status in STATUSES else None


def status_phase(status: str) -> str:
    """The phase of a status; an unknown word counts nowhere, like ``scheduled``."""
    known = STATUSES.get(status)
    return known.phase if known else "scheduled"


def is_closed(status: str) -> bool:
    """Whether an incident in this status is over."""
    return status_phase(status) == "closed"


def first_status(kind: str) -> str:
    """The status that an incident or a maintenance begins with."""
    return "scheduled" if kind == "maintenance" else "investigating"


def last_status(kind: str) -> str:
    """The status that an incident or a maintenance ends with."""
    return "completed" if kind == "maintenance" else "resolved"


def worst_impact(levels: list[str]) -> str | None:
    """The impact of an incident whose components are in these statuses, where it has any."""
    impacts = [COMPONENT_STATUSES[level].impact for level in levels if level in COMPONENT_STATUSES]
    worst = max(impacts, key=IMPACTS.index, default="none")
    return None if worst == "none" else worst


def effective_severity(severity: str | None, impact: str | None) -> str:
    """The severity that cadence goes by: unset, it follows from the impact."""
    return severity or {"critical": "sev1", "major": "sev2"}.get(impact or "", "sev3")
