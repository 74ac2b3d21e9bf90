"""What others posted on the page, read into the journal as observed.

Posted by others means: not claimed by an operation of ours, and not possibly one
of ours that is still in doubt. Event ids follow from the page's own ids, so two
processes that pull at once record the same thing once.
"""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256

from ircon.delivery.machine import IN_DOUBT
from ircon.incident.components import Change, Component
from ircon.incident.event import PUBLIC, Event
from ircon.incident.ids import Ulids
from ircon.incident.recorder import Recorder
from ircon.incident.state import Incident
from ircon.incident.times import iso
from ircon.journal.store import Journal
from ircon.pages.protocol import RemoteIncident, RemoteUpdate


def observe(
    journal: Journal, recorder: Recorder, incident: Incident, remote: RemoteIncident
) -> list[Event]:
    """Record the updates of a remote incident that the journal has not got.

    Returns:
        The events that are new, oldest first.
    """
    known = {update.remote_id for update in incident.updates}
    operations = journal.operations(incident=incident.id)
    doubtful = [one for one in operations if one.state in IN_DOUBT]
    fresh = [
        update
        for update in remote.updates
        if update.id not in known
        # While one of ours is in doubt, what is new on the page may be it.
        and all(one.base_ids is None or update.id in one.base_ids for one in doubtful)
    ]
    names = {one.id: one for one in remote.components}
    last = journal.last_seq()
    kept = journal.append([_event(recorder, incident, update, names) for update in fresh])
    return [event for event in kept if (event.seq or 0) > last]


def _event(
    recorder: Recorder, incident: Incident, update: RemoteUpdate, names: dict[str, Component]
) -> Event:
    told = recorder.event(
        incident.id,
        "update",
        {
            "status": update.status,
            "body": update.body,
            "components": [_named(change, names).to_payload() for change in update.components],
            "notify": bool(update.notified),
            "origin": "observed",
            "remote_id": update.id,
            "created_at": iso(update.created_at),
            "shown_at": iso(update.shown_at),
            "author": "the page",
        },
        at=update.shown_at,
        visibility=PUBLIC,
    )
    digest = sha256(f"{incident.id}/{update.id}".encode()).digest()
    ulid = Ulids(lambda size: digest[:size]).next(int(update.created_at.timestamp() * 1000))
    return replace(told, id=ulid)


def _named(change: Change, names: dict[str, Component]) -> Change:
    """The change with the group its component has on the page."""
    known = names.get(change.id)
    return replace(change, group=known.group) if known and known.group else change
