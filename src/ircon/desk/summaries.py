"""From an incident's events to the line that lists it, and the words that find it."""

from __future__ import annotations

from collections.abc import Iterable

from ircon.incident.event import Event
from ircon.incident.fold import fold
from ircon.incident.times import iso_or_none
from ircon.journal.cache import Summary

_SEARCHED = 20_000  # characters of an incident's words that the search looks through


def summarise(events: Iterable[Event]) -> Summary | None:
    """An incident's summary; None where nothing declares it."""
    incident = fold(events)
    if incident is None:
        return None
    said = [update.body.public for update in incident.updates]
    said += [note.text.internal for note in incident.notes if not note.retracted]
    said += [action.text.internal for action in incident.actions]
    if incident.postmortem.published is not None:
        said.append(incident.postmortem.published.public)
    elif incident.postmortem.body is not None:
        said.append(incident.postmortem.body.internal)
    return Summary(
        incident=incident.id,
        name=incident.name,
        page=incident.page,
        kind=incident.kind,
        status=incident.status,
        impact=incident.impact,
        severity=incident.severity,
        origin=incident.origin,
        is_open=incident.is_open,
        declared_at=iso_or_none(incident.declared_at),
        started_at=iso_or_none(incident.started_at),
        first_public_at=iso_or_none(incident.first_public_at),
        resolved_at=iso_or_none(incident.resolved_at),
        components=tuple(change.path for change in incident.components),
        updates=len(incident.public_updates),
        waiting=len(incident.pending_updates),
        postmortem=incident.postmortem.state,
        words=" ".join(said)[:_SEARCHED],
    )
