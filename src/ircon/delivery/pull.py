"""What the page shows and the journal has not got, read into it as observed.

Posted by others means: not claimed by an operation of ours, and not possibly one
of ours that is still in doubt; the outbox as it is when the observation is kept
decides, since the page may have answered long before. What changed without an
update (edited words, a component's status, the status itself) is recorded as
changed: never taken over silently, never overwritten. Event ids follow from the
page's own ids, so two processes that pull at once record the same thing once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any

from ircon.delivery import matching
from ircon.delivery.content import POSTMORTEM, thaw
from ircon.delivery.machine import IN_DOUBT, SETTLED
from ircon.delivery.moves import make_move
from ircon.delivery.policy import TWIN_WITHIN
from ircon.incident.components import Change
from ircon.incident.event import PUBLIC, Event
from ircon.incident.fold import fold
from ircon.incident.ids import Ulids
from ircon.incident.recorder import Recorder
from ircon.incident.state import Incident
from ircon.incident.times import iso
from ircon.incident.vocabulary import is_closed
from ircon.journal.operation import Operation
from ircon.journal.store import Journal
from ircon.pages.protocol import RemoteIncident, RemoteUpdate


def observe(
    journal: Journal, recorder: Recorder, incident_id: str, remote: RemoteIncident
) -> list[Event]:
    """Record what a remote incident shows and the journal has not got.

    Returns:
        The events that are new: others' updates oldest first, then changes.
    """
    while True:  # until no operation moved between the reading and the keeping
        operations = journal.operations(incident=incident_id)
        incident = fold(journal.events(incident_id))
        if incident is None:
            return []
        fresh, events = _concluded(recorder, incident, operations, remote)
        last = journal.last_seq()
        kept = journal.conclude(events, operations)
        if kept is not None:
            break
    _alarm(journal, recorder, operations, remote, fresh)
    return [event for event in kept if (event.seq or 0) > last]


def _concluded(
    recorder: Recorder,
    incident: Incident,
    operations: Sequence[Operation],
    remote: RemoteIncident,
) -> tuple[list[RemoteUpdate], list[Event]]:
    """Which updates are nobody's of ours, and the events that tell of them and of changes."""
    pending = [one for one in operations if _may_be_there(one)]
    known = {update.remote_id for update in incident.updates}
    ours = {one.remote_id for one in operations}
    fresh = [
        update
        for update in remote.updates
        if update.id not in known | ours
        and not any(_may_become(one, remote, update) for one in pending)
    ]
    seen = _Seen(recorder, incident, remote)
    events = [seen.posted(update) for update in fresh]
    if seen.is_newest(known):
        events += seen.edited()
        if not any(one.state in IN_DOUBT for one in pending):
            events += seen.standing()
    return fresh, events


def _may_be_there(operation: Operation) -> bool:
    """Whether it may be on the page without being known: sent once, and not settled."""
    if operation.kind == POSTMORTEM or operation.state in SETTLED:
        return False
    return operation.state in IN_DOUBT or operation.t_unknown is not None


def _may_become(operation: Operation, remote: RemoteIncident, update: RemoteUpdate) -> bool:
    """Whether an update may be what an operation became: then it is no stranger's yet."""
    if operation.base_ids is not None and update.id in operation.base_ids:
        return False
    content = thaw(operation.payload, operation.payload_sha)
    return matching.may_be(content, operation.op, remote, update)


def _alarm(
    journal: Journal,
    recorder: Recorder,
    operations: list[Operation],
    remote: RemoteIncident,
    fresh: list[RemoteUpdate],
) -> None:
    """Say so where the words of one of ours stand there a second time."""
    shown = {update.id: update for update in remote.updates}
    for operation in operations:
        ours = shown.get(operation.remote_id or "")
        if operation.state != "confirmed" or ours is None:
            continue
        content = thaw(operation.payload, operation.payload_sha)
        for twin in fresh:
            near = abs(twin.created_at - ours.created_at) <= TWIN_WITHIN
            if near and matching.same_words(content, twin):
                said = f"it stands on the page twice, again as {twin.id}: edit that one there"
                make_move(journal, recorder, operation, "twin", error=said, notice=said)
                break


class _Seen:
    """Makes the events for what one look at a remote incident showed."""

    def __init__(self, recorder: Recorder, incident: Incident, remote: RemoteIncident) -> None:
        self._recorder = recorder
        self._incident = incident
        self._remote = remote
        self._groups = {one.id: one.group for one in remote.components}

    def is_newest(self, known: set[str | None]) -> bool:
        """Whether this look is no older than what was seen before, as caches serve it."""
        shown = {update.id for update in self._remote.updates}
        changed = [one.at for one in self._incident.entries if one.kind == "page_changed"]
        moment = self._remote.updated_at
        behind = moment is not None and changed and moment < max(changed)
        return known - {None} <= shown and not behind

    def posted(self, update: RemoteUpdate) -> Event:
        """Somebody else's update."""
        payload = {
            "status": update.status,
            "body": update.body,
            "components": [self._named(change).to_payload() for change in update.components],
            "notify": bool(update.notified),
            "origin": "observed",
            "remote_id": update.id,
            "created_at": iso(update.created_at),
            "shown_at": iso(update.shown_at),
            "author": "the page",
        }
        name = f"{self._incident.id}/{update.id}"
        return self._event("update", payload, name, update.created_at, update.shown_at)

    def edited(self) -> list[Event]:
        """Updates whose words are no longer those that the journal has."""
        shown = {update.id: update for update in self._remote.updates}
        events = []
        for ours in self._incident.updates:
            there = shown.get(ours.remote_id or "")
            if there and not matching.same_text(there.body, (ours.edited or ours.body).public):
                events.append(self._changed({"remote_id": there.id, "body": there.body}))
        return events

    def standing(self) -> list[Event]:
        """Components, and the incident itself, in a status that no update told of."""
        before = {one.id: one.status for one in self._incident.components}
        moved = [
            Change(one.id, one.name, one.group, one.status, before.get(one.id))
            for one in self._remote.components
            if one.status != (before.get(one.id) or "operational")
        ]
        payload: dict[str, Any] = {}
        if moved:
            payload["components"] = [change.to_payload() for change in moved]
        if is_closed(self._remote.status) != is_closed(self._incident.status):
            payload["status"] = self._remote.status
        return [self._changed(payload)] if payload else []

    def _changed(self, payload: Mapping[str, Any]) -> Event:
        moment = self._remote.updated_at or self._recorder.clock.now()
        name = f"{self._incident.id}/{self._remote.updated_at}/{sorted(payload.items())}"
        return self._event("page_changed", payload, name, moment, moment)

    def _event(
        self, kind: str, payload: Mapping[str, Any], name: str, made: datetime, at: datetime
    ) -> Event:
        """An event whose id anybody who saw the same would give it."""
        told = self._recorder.event(self._incident.id, kind, payload, at=at, visibility=PUBLIC)
        digest = sha256(name.encode()).digest()
        ulid = Ulids(lambda size: digest[:size]).next(int(made.timestamp() * 1000))
        return told._replace(id=ulid)

    def _named(self, change: Change) -> Change:
        """The change with the group its component has on the page."""
        group = self._groups.get(change.id)
        return change._replace(group=group) if group else change
