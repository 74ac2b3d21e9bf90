"""What a page was seen to show that no update told of (``page_changed`` events)."""

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
# What a change says of each field; an update's words stand for themselves.
_WORDS: Final = {"body": "", "name": "title: {}", "impact": "impact: {}"}
_TIMES: Final = {
    "shown_at": "shown at",
    "scheduled_for": "planned from",
    "scheduled_until": "planned until",
}


class ShownUpdate(NamedTuple):
    """What the page was last seen to show of an update, where that is not as it was posted."""

    body: str | None = None
    status: str | None = None
    shown_at: datetime | None = None
    deleted_at: datetime | None = None


def update_changes(told: Iterable[CorrectedEvent]) -> dict[str, ShownUpdate]:
    """What became of updates on the page, by the page's id for them."""
    found: dict[str, ShownUpdate] = {}
    for one in told:
        event = one.event
        remote = event.text("remote_id")
        if event.kind != CHANGED or not remote:
            continue
        before = found.get(remote, ShownUpdate())
        deleted = event.payload.get("deleted")
        found[remote] = ShownUpdate(
            "" if _is_blank(event) else event.text("body") or before.body,
            parse_status(event.text("status") or "") or before.status,
            event.instant("shown_at") or before.shown_at,
            before.deleted_at if deleted is None else one.at if deleted is True else None,
        )
    return found


class ShownIncident(NamedTuple):
    """What the page was last seen to show of an incident itself; None where it never changed."""

    title: str | None = None
    impact: str | None = None
    scheduled_for: datetime | None = None
    scheduled_until: datetime | None = None
    deleted_at: datetime | None = None
    deleted_components: frozenset[str] = frozenset()
    updated_at: datetime | None = None


def incident_changes(changed: Iterable[CorrectedEvent]) -> ShownIncident:
    """The last word of each change of an incident, out of ``page_changed`` events in order."""
    found = ShownIncident()
    for one in changed:
        event = one.event
        # Before 0.2 the page's own time of the change was the event's.
        page_time = event.instant("updated_at") if "seen_before" in event.payload else one.at
        times = [time for time in (found.updated_at, page_time) if time]
        found = found._replace(updated_at=max(times, default=None))
        if event.text("remote_id"):
            continue
        impact, deleted = event.text("impact"), event.payload.get("deleted")
        gone = found.deleted_components - {change.id for change in event.components()}
        found = found._replace(
            title=event.text("name") or found.title,
            impact=impact if impact in IMPACTS else found.impact,
            scheduled_for=event.instant("scheduled_for") or found.scheduled_for,
            scheduled_until=event.instant("scheduled_until") or found.scheduled_until,
            deleted_components=gone | {change.id for change in event.deleted_components()},
        )
        if deleted is not None:
            found = found._replace(deleted_at=one.at if deleted is True else None)
    return found


def describe_change(event: Event, label: str) -> PublicText:
    """What changed, for people; ``label`` is the entry's id of the update that changed."""
    blank = [f"{label} without words"] if _is_blank(event) else []
    return PublicText("; ".join([*blank, *_said(event, label)]))


def describe_previous(event: Event, label: str) -> PublicText | None:
    """As ``change_words``, of what the page showed before; None where that is not known."""
    was = event.payload.get("was")
    if not isinstance(was, Mapping):
        return None
    words = describe_change(event._replace(payload=was), label)
    return words if words.public else None


def _said(event: Event, label: str) -> Iterator[str]:
    of = f"{label} " if label else ""
    for name, words in _WORDS.items():
        if said := event.text(name):
            yield words.format(said) if words else f"{label}: {said}" if label else said
    for change in event.components():
        if change.status:
            yield f"{change.path}: {COMPONENT_STATUSES[change.status].label}"
    for change in event.deleted_components():
        yield f"component {change.path} is no longer on the page"
    if status := parse_status(event.text("status") or ""):
        yield f"{of}status: {STATUSES[status].label}"
    for name, words in _TIMES.items():
        if at := event.instant(name):
            yield f"{of}{words} {at:%Y-%m-%d %H:%M} UTC"
    deleted = event.payload.get("deleted")
    if deleted is not None:
        became = "was deleted on the page" if deleted is True else "is on the page"
        yield f"{label or 'the incident'} {became}"


def _is_blank(event: Event) -> bool:
    """Whether the page was seen to show the update without a word: not the same as unchanged."""
    return event.payload.get("body") == ""


def current_components(
    declared: Event, public: Sequence[Update], changed: Sequence[CorrectedEvent]
) -> tuple[ComponentChange, ...]:
    """As customers see them; before anything is public, as they were; None is not known."""
    found: dict[str, ComponentChange] = {}
    for component in declared.components():
        found[component.id] = component._replace(status=component.was)
    told = [(update.created, update.components) for update in public]
    told += [(one.at, one.event.components()) for one in changed]
    for _, components in sorted(told, key=itemgetter(0)):
        for component in components:
            before = found.get(component.id, component._replace(status=component.was))
            # Not every look at a page says which group a component is in.
            found[component.id] = component._replace(
                status=component.status or before.status, group=component.group or before.group
            )
    return tuple(found.values())


def with_page_status(
    incident: Incident, public: Sequence[Update], changed: Sequence[CorrectedEvent]
) -> Incident:
    """The incident with the status that the page shows, where no update told of it."""
    for one in reversed(changed):
        said = "" if one.event.text("remote_id") else one.event.text("status") or ""
        status = parse_status(said)
        if status and (not public or one.at >= public[-1].shown):
            over = one.at if is_closed(status) else None
            return replace(
                incident,
                status=status,
                resolved_at=(incident.resolved_at or over) if over else None,
            )
    return incident
