"""Changes observed on the page that no update here made (``page_changed`` events)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from operator import itemgetter
from typing import Final, NamedTuple

from ircon.incident.components import ComponentChange
from ircon.incident.corrections import CorrectedEvent
from ircon.incident.event import Event
from ircon.incident.state import Incident, Update
from ircon.incident.text import PublicText
from ircon.incident.vocabulary import COMPONENT_STATUSES, IMPACTS, STATUSES, is_closed, parse_status

CHANGED: Final = "page_changed"
# Wording of a change of each field; an update's text is quoted alone.
_WORDING: Final = {"body": "", "name": "title: {}", "impact": "impact: {}"}
_TIMES: Final = {
    "shown_at": "shown at",
    "scheduled_for": "planned from",
    "scheduled_until": "planned until",
}


class ShownUpdate(NamedTuple):
    """An update as last observed on the page; None where it is as posted."""

    body: str | None = None
    status: str | None = None
    shown_at: datetime | None = None
    deleted_at: datetime | None = None


def update_changes(events: Iterable[CorrectedEvent]) -> dict[str, ShownUpdate]:
    """Return the updates that were changed on the page, by the page's id for them."""
    changes: dict[str, ShownUpdate] = {}
    for corrected in events:
        event = corrected.event
        remote = event.text("remote_id")
        if event.kind != CHANGED or not remote:
            continue
        before = changes.get(remote, ShownUpdate())
        deleted = event.payload.get("deleted")
        changes[remote] = ShownUpdate(
            "" if _is_blank(event) else event.text("body") or before.body,
            parse_status(event.text("status") or "") or before.status,
            event.instant("shown_at") or before.shown_at,
            before.deleted_at if deleted is None else corrected.at if deleted is True else None,
        )
    return changes


class ShownIncident(NamedTuple):
    """An incident's fields as last observed on the page; None where they never changed."""

    title: str | None = None
    impact: str | None = None
    scheduled_for: datetime | None = None
    scheduled_until: datetime | None = None
    deleted_at: datetime | None = None
    deleted_components: frozenset[str] = frozenset()
    updated_at: datetime | None = None


def incident_changes(changes: Iterable[CorrectedEvent]) -> ShownIncident:
    """Return the latest value of each changed field, from ``page_changed`` events in order."""
    shown = ShownIncident()
    for corrected in changes:
        event = corrected.event
        # Before 0.2 the page's own time of the change was the event's.
        page_time = event.instant("updated_at") if "seen_before" in event.payload else corrected.at
        times = [time for time in (shown.updated_at, page_time) if time]
        shown = shown._replace(updated_at=max(times, default=None))
        if event.text("remote_id"):
            continue
        impact, deleted = event.text("impact"), event.payload.get("deleted")
        gone = shown.deleted_components - {change.id for change in event.components()}
        shown = shown._replace(
            title=event.text("name") or shown.title,
            impact=impact if impact in IMPACTS else shown.impact,
            scheduled_for=event.instant("scheduled_for") or shown.scheduled_for,
            scheduled_until=event.instant("scheduled_until") or shown.scheduled_until,
            deleted_components=gone | {change.id for change in event.deleted_components()},
        )
        if deleted is not None:
            shown = shown._replace(deleted_at=corrected.at if deleted is True else None)
    return shown


def describe_change(event: Event, label: str) -> PublicText:
    """Describe a change for people; ``label`` is the entry id of the update that changed."""
    blank = [f"{label} without text"] if _is_blank(event) else []
    return PublicText("; ".join([*blank, *_phrases(event, label)]))


def describe_previous(event: Event, label: str) -> PublicText | None:
    """Describe the values before a change; None where they are unknown."""
    was = event.payload.get("was")
    if not isinstance(was, Mapping):
        return None
    text = describe_change(event._replace(payload=was), label)
    return text if text.public else None


def _phrases(event: Event, label: str) -> Iterator[str]:
    subject = f"{label} " if label else ""
    for name, wording in _WORDING.items():
        if text := event.text(name):
            yield wording.format(text) if wording else f"{label}: {text}" if label else text
    for change in event.components():
        if change.status:
            yield f"{change.path}: {COMPONENT_STATUSES[change.status].label}"
    for change in event.deleted_components():
        yield f"component {change.path} is no longer on the page"
    if status := parse_status(event.text("status") or ""):
        yield f"{subject}status: {STATUSES[status].label}"
    for name, wording in _TIMES.items():
        if at := event.instant(name):
            yield f"{subject}{wording} {at:%Y-%m-%d %H:%M} UTC"
    deleted = event.payload.get("deleted")
    if deleted is not None:
        outcome = "was deleted on the page" if deleted is True else "is on the page"
        yield f"{label or 'the incident'} {outcome}"


def _is_blank(event: Event) -> bool:
    """Whether the page shows the update with an empty text, which is not the same as unchanged."""
    return event.payload.get("body") == ""


def current_components(
    declared: Event, public: Sequence[Update], page_changes: Sequence[CorrectedEvent]
) -> tuple[ComponentChange, ...]:
    """Return the components as customers see them; a status is None where it is unknown."""
    components_by_id: dict[str, ComponentChange] = {}
    for component in declared.components():
        components_by_id[component.id] = component._replace(status=component.was)
    changes = [(update.created, update.components) for update in public]
    changes += [(corrected.at, corrected.event.components()) for corrected in page_changes]
    for _, components in sorted(changes, key=itemgetter(0)):
        for component in components:
            before = components_by_id.get(component.id, component._replace(status=component.was))
            # Not every answer of a page names a component's group.
            components_by_id[component.id] = component._replace(
                status=component.status or before.status, group=component.group or before.group
            )
    return tuple(components_by_id.values())


def with_page_status(
    incident: Incident, public: Sequence[Update], page_changes: Sequence[CorrectedEvent]
) -> Incident:
    """Return the incident with the status the page shows, where it is later than any update."""
    for change in reversed(page_changes):
        word = "" if change.event.text("remote_id") else change.event.text("status") or ""
        status = parse_status(word)
        if status and (not public or change.at >= public[-1].shown):
            closed_at = change.at if is_closed(status) else None
            return replace(
                incident,
                status=status,
                resolved_at=(incident.resolved_at or closed_at) if closed_at else None,
            )
    return incident
