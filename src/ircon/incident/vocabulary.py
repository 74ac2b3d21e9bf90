"""Vocabulary: statuses, impacts, severities, roles, milestones and delivery words.

Tables that code reads and docs print. The words are Statuspage's (see
docs/architecture.md); adapters of other vendors map theirs to them.
"""

from __future__ import annotations

from typing import Final, NamedTuple


class Status(NamedTuple):
    """A status of an incident or a maintenance.

    ``phase`` is its class in the metrics: ``active``, ``monitoring``, ``closed``, or
    ``scheduled``, which is not counted.
    """

    name: str
    label: str
    kind: str
    phase: str


class ComponentStatus(NamedTuple):
    """A status of a component; ``rank`` orders them from good to bad.

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

# Other words that pages print for a status; "update" keeps the current one.
STATUS_ALIASES: Final = {
    "in progress": "in_progress",
    "postmortem": "resolved",
    # Google Cloud's, which give the impact and not the progress of the fix.
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

# The delivery that people and --json see for an update, by its delivery state
# (delivery/states.py has the transitions).
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
# The deliveries that are certainly public.
PUBLIC_DELIVERIES: Final = frozenset({"published", OBSERVED})

# Limits of the Statuspage API (STATUSPAGE OpenAPI), in characters.
MAX_BODY: Final = 25_000
MAX_NAME: Final = 255


def parse_status(word: str) -> str | None:
    """Return the status that a page's word means; None for "update" and unknown words."""
    status = STATUS_ALIASES.get(word.lower(), word.lower())
    return status if status in STATUSES else None


def status_phase(status: str) -> str:
    """Return the phase of a status; ``scheduled``, which is not counted, for an unknown one."""
    row = STATUSES.get(status)
    return row.phase if row else "scheduled"


def is_closed(status: str) -> bool:
    """Whether an incident in this status has ended."""
    return status_phase(status) == "closed"


def first_status(kind: str) -> str:
    """Return the status that an incident or a maintenance begins with."""
    return "scheduled" if kind == "maintenance" else "investigating"


def last_status(kind: str) -> str:
    """Return the status that an incident or a maintenance ends with."""
    return "completed" if kind == "maintenance" else "resolved"


def worst_impact(levels: list[str]) -> str | None:
    """Return the impact that components in these statuses imply; None where it is none."""
    impacts = [COMPONENT_STATUSES[level].impact for level in levels if level in COMPONENT_STATUSES]
    worst = max(impacts, key=IMPACTS.index, default="none")
    return None if worst == "none" else worst


def effective_severity(severity: str | None, impact: str | None) -> str:
    """Return the severity for the update cadence: as set, else by the impact."""
    return severity or {"critical": "sev1", "major": "sev2"}.get(impact or "", "sev3")
