"""Public record of an incident: an allow-list, copied field by field.

Public drafts and exports are made from ``PublicRecord`` alone. It holds no
internal text, no author, no error and no pending update: what is not copied
here cannot get out. An incident's working name is internal, too, until an update
or a public declaration carried it to the page.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from ircon.errors import Refused
from ircon.incident.components import ComponentChange
from ircon.incident.event import PUBLIC
from ircon.incident.state import Entry, Incident, Update
from ircon.incident.text import PublicText
from ircon.incident.vocabulary import COMPONENT_STATUSES, PUBLIC_DELIVERIES


@dataclass(frozen=True, slots=True)
class PublicUpdate:
    """An update as customers see it; ``entry`` is its id in the timeline."""

    event_id: str
    entry: str
    at: datetime
    status: str
    body: PublicText


@dataclass(frozen=True, slots=True)
class PublicRecord:
    """An incident without anything that customers do not see.

    Attributes:
        id: our own id; it means nothing to anybody else.
        title: as the page has it; None while nothing public carried one.
        updates: oldest first as shown.
        components: with the status that customers see for each.
        worst: by component id, the worst status that an update gave it.
        resolved_at: when it was closed for good, as the page shows it.
    """

    id: str
    title: str | None
    kind: str
    status: str
    impact: str | None
    updates: tuple[PublicUpdate, ...]
    components: tuple[ComponentChange, ...]
    worst: dict[str, str]
    resolved_at: datetime | None
    postmortem: PublicText | None
    postmortem_at: datetime | None


def public_record(incident: Incident) -> PublicRecord:
    """The public part of an incident; without texts where nothing is public yet."""
    updates = [update for update in incident.public_updates if update.deleted_at is None]
    postmortem = incident.postmortem
    return PublicRecord(
        id=incident.id,
        title=incident.page_title.public if updates and incident.page_title else None,
        kind=incident.kind,
        status=incident.status,
        impact=incident.impact,
        updates=tuple(
            PublicUpdate(update.event_id, update.id, update.shown, update.status, update.as_shown)
            for update in updates
        ),
        components=_components(incident, updates),
        worst=_worst(updates),
        resolved_at=incident.resolved_at if updates else None,
        postmortem=postmortem.published,
        postmortem_at=postmortem.published_at if postmortem.published else None,
    )


def published_record(incident: Incident) -> PublicRecord:
    """The public part of an incident that has one.

    Raises:
        Refused: nothing of it is certainly public.
    """
    record = public_record(incident)
    if not record.updates and record.postmortem is None:
        raise Refused(
            f"Nothing of {incident.id} is public, so there is nothing to export.",
            "Use --internal for the whole record, or wait until an update is published.",
        )
    return record


def is_public(entry: Entry) -> bool:
    """Whether customers certainly see these words: an update's, or the postmortem's."""
    carries_text = entry.visibility == PUBLIC and not entry.deleted
    return carries_text and entry.delivery in PUBLIC_DELIVERIES


def _components(incident: Incident, updates: Sequence[Update]) -> tuple[ComponentChange, ...]:
    """Return the components that published updates carry, or an imported report's own list."""
    if updates and incident.origin == "import":
        return incident.components
    carried = {component.id for update in updates for component in update.components}
    return tuple(component for component in incident.components if component.id in carried)


def _worst(updates: Sequence[Update]) -> dict[str, str]:
    statuses = [
        (component.id, component.status)
        for update in updates
        for component in update.components
        if component.status
    ]
    return dict(sorted(statuses, key=lambda pair: COMPONENT_STATUSES[pair[1]].rank))
