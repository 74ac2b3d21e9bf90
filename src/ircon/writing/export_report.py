"""An incident laid out for a reader elsewhere, before it becomes Markdown or HTML.

Two layouts that share no source: one reads ``PublicRecord`` alone, the other
everything. All texts in it are verbatim; escaping is the renderer's.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import tzinfo
from typing import Final, NamedTuple

from ircon.incident.components import ComponentChange
from ircon.incident.metrics import OUTAGES, Metrics, component_labels
from ircon.incident.state import Incident
from ircon.incident.text import PublicText
from ircon.incident.times import format_minutes
from ircon.incident.vocabulary import COMPONENT_STATUSES, MILESTONES, STATUSES
from ircon.writing.customer_view import PublicRecord, published_record
from ircon.writing.metrics_table import measured
from ircon.writing.terminal_views import heads, words_of
from ircon.writing.text_format import NOT_SET, lasted, moment, names

INTERNAL_NOTICE: Final = "Internal: this holds notes that are not for customers."


class Passage(NamedTuple):
    """A text and its heading."""

    head: str
    words: str


@dataclass(frozen=True, slots=True)
class Report:
    """``postmortem`` is Markdown by its author, or None; ``notice`` a warning on top."""

    title: str
    facts: list[tuple[str, str]]
    components: list[tuple[str, str]]
    passages: list[Passage]
    postmortem: str | None
    notice: str | None = None


def public_report(incident: Incident, metrics: Metrics, zone: tzinfo) -> Report:
    """Return the report of what is certainly public.

    Raises:
        Refused: nothing of it is public.
    """
    record = published_record(incident)
    labelled = component_labels(incident)
    levels = [
        _level(component, labelled[component.id], record, metrics)
        for component in record.components
    ]
    return Report(
        title=record.title or f"Incident {record.id}",
        facts=_public_facts(record, zone),
        components=list(zip(names(record.components), levels, strict=True)),
        passages=[
            Passage(
                f"{STATUSES[update.status].label}, {moment(update.at, zone)}", update.body.public
            )
            for update in record.updates
        ],
        postmortem=record.postmortem.public if record.postmortem else None,
    )


def _level(component: ComponentChange, label: str, record: PublicRecord, metrics: Metrics) -> str:
    """``Operational; at worst Major outage, unavailable for 41 min``."""
    if component.status is None or component.id not in record.worst:
        return "status not posted"
    now, worst = (
        COMPONENT_STATUSES[component.status].label,
        COMPONENT_STATUSES[record.worst[component.id]].label,
    )
    level = now if worst == now else f"{now}; at worst {worst}"
    ended = record.resolved_at or component.status not in OUTAGES
    if label not in metrics.components_out or not ended:
        return level
    return f"{level}, unavailable for {format_minutes(metrics.component_downtime_min[label])}"


def internal_report(incident: Incident, metrics: Metrics, zone: tzinfo) -> Report:
    """Return the report of all that was not retracted, for internal readers."""
    entries = [entry for entry in incident.entries if not entry.retracted]
    headings = heads(incident, entries, zone)
    body = incident.postmortem.published or incident.postmortem.body
    return Report(
        title=incident.name,
        facts=_internal_facts(incident, metrics, zone),
        components=[
            (component.path, COMPONENT_STATUSES[component.status or "operational"].label)
            for component in incident.components
        ],
        passages=[
            Passage(", ".join(head), words_of(entry))
            for head, entry in zip(headings, entries, strict=True)
            if entry.kind != "postmortem"
        ],
        postmortem=(body.public if isinstance(body, PublicText) else body.internal)
        if body
        else None,
        notice=INTERNAL_NOTICE,
    )


def _public_facts(record: PublicRecord, zone: tzinfo) -> list[tuple[str, str]]:
    facts = []
    if record.updates:
        first = record.updates[0].at
        facts = [
            ("Status", STATUSES[record.status].label),
            ("Impact", record.impact or NOT_SET),
            ("First update", moment(first, zone)),
        ]
        if record.resolved_at:
            later = lasted(first, record.resolved_at)
            facts.append(("Resolved", f"{moment(record.resolved_at, zone)}, {later} later"))
    if record.postmortem_at:
        facts.append(("Postmortem", moment(record.postmortem_at, zone)))
    return facts


def _internal_facts(incident: Incident, metrics: Metrics, zone: tzinfo) -> list[tuple[str, str]]:
    marks = [
        (label, moment(at, zone))
        for name, label in MILESTONES.items()
        if (at := getattr(incident, f"{name}_at"))
    ]
    return [
        ("Id", incident.id),
        ("Status", STATUSES[incident.status].label),
        ("Impact", incident.impact or NOT_SET),
        ("Severity", incident.severity or "not set"),
        ("Page", incident.page or "none"),
        *((role.capitalize(), person) for role, person in incident.roles.items()),
        *marks,
        *measured(metrics),
    ]
