"""What a page was seen to show that no update told of (``page_changed`` events)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from operator import itemgetter

from ircon.incident.components import Change
from ircon.incident.corrections import Corrected
from ircon.incident.event import Event
from ircon.incident.state import Incident, Update
from ircon.incident.vocabulary import is_closed, known_status


def edits_of(told: Iterable[Corrected]) -> dict[str, str]:
    """What the page was last seen to show for an update, by the page's id for it."""
    return {
        remote: body
        for one in told
        if one.event.kind == "page_changed"
        and (remote := one.event.words("remote_id"))
        and (body := one.event.words("body"))
    }


def standing_components(
    declared: Event, public: Sequence[Update], changed: Sequence[Corrected]
) -> tuple[Change, ...]:
    """As customers see them; before anything is public, as they were; None is not known."""
    found: dict[str, Change] = {}
    for one in declared.components():
        found[one.id] = one._replace(status=one.was)
    told = [(update.shown, update.components) for update in public]
    told += [(one.at, one.event.components()) for one in changed]
    for _, components in sorted(told, key=itemgetter(0)):
        for one in components:
            before = found[one.id].status if one.id in found else one.was
            found[one.id] = one._replace(status=one.status or before)
    return tuple(found.values())


def standing(
    incident: Incident, public: Sequence[Update], changed: Sequence[Corrected]
) -> Incident:
    """The incident with the status that the page shows, where no update told of it."""
    for one in reversed(changed):
        status = known_status(one.event.words("status") or "")
        if status and (not public or one.at >= public[-1].shown):
            over = one.at if is_closed(status) else None
            return replace(incident, status=status, resolved_at=incident.resolved_at or over)
    return incident
