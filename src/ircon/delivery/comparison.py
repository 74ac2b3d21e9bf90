"""Comparison of what the page shows with the journal, as the events that record the difference.

Nothing is overwritten: a change is an event with the value before it. Event ids derive from
what was read, so two processes that read at once build the same event.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from operator import itemgetter
from typing import Any, Final

from ircon.delivery import matching
from ircon.delivery.payload import thaw
from ircon.delivery.states import IN_DOUBT, SETTLED
from ircon.incident.components import ComponentChange
from ircon.incident.event import PUBLIC, Event
from ircon.incident.fold import fold
from ircon.incident.ids import Ulids
from ircon.incident.page_changes import CHANGED
from ircon.incident.recorder import Recorder
from ircon.incident.state import Incident, Update
from ircon.incident.times import iso, iso_or_none
from ircon.incident.vocabulary import OBSERVED, is_closed, parse_status
from ircon.journal.operation import Operation
from ircon.journal.store import Journal
from ircon.pages.protocol import POSTMORTEM, RemoteIncident, RemoteUpdate

_Difference = tuple[dict[str, Any], dict[str, Any]]  # values on the page now, and before
_StatusAt = tuple[datetime, str]  # when a component was given a status, and which

_TOLERANCE: Final = timedelta(seconds=1)  # pages give some times without fractions
_OTHERS: Final = 50  # incidents, the latest, that may have moved a component that this one has


def last_seen_on_page(events: Iterable[Event]) -> datetime | None:
    """Return when a read last showed the incident on the page; None if none did.

    The answer to a write is no read: reads may be behind it.
    """
    times = [event.recorded_at for event in events if _is_read(event)]
    return max(times, default=None)


def _is_read(event: Event) -> bool:
    if event.kind == "delivery":
        return event.text("event") == "seen"
    observed = event.kind == "update" and event.text("origin") == OBSERVED
    return observed or (event.kind == CHANGED and event.payload.get("deleted") is not True)


def _may_be_on_page(operation: Operation) -> bool:
    """Return whether an operation may be on the page unconfirmed: sent once, and not settled."""
    if operation.kind == POSTMORTEM or operation.state in SETTLED:
        return False
    return operation.state in IN_DOUBT or operation.t_unknown is not None


def possible_ids(operation: Operation, remote: RemoteIncident, known: Collection[str]) -> set[str]:
    """Return the ids of the updates that an operation may have become."""
    payload = thaw(operation)
    base = operation.base_ids or ()
    return matching.possible_ids(payload, operation.op, remote, base, known)


class Comparison:
    """One reading of a remote incident, compared with the journal.

    Args:
        journal: has the other incidents of the page.
        recorder: stamps the events that are built.
        incident: the incident as the journal has it.
        recorded: its events.
        operations: its operations, which may have become what the page shows.
        remote: the incident as the page shows it.
        read_before: when this process read it the last time, if it did.
    """

    def __init__(
        self,
        journal: Journal,
        recorder: Recorder,
        incident: Incident,
        recorded: Sequence[Event],
        operations: Sequence[Operation],
        remote: RemoteIncident,
        read_before: datetime | None,
    ) -> None:
        self._journal = journal
        self._recorder = recorder
        self._incident = incident
        self._recorded = recorded
        self._operations = operations
        self._remote = remote
        self._read_before = read_before
        self._pending = [operation for operation in operations if _may_be_on_page(operation)]
        self._shown = {update.id: update for update in remote.updates}
        self._groups = {component.id: component.group for component in incident.components}
        self._groups |= {
            component.id: component.group for component in remote.components if component.group
        }

    def others_updates(self) -> list[RemoteUpdate]:
        """Return the updates that others posted: neither ours nor possibly ours."""
        known = {update.remote_id for update in self._incident.updates if update.remote_id}
        known |= {operation.remote_id for operation in self._operations if operation.remote_id}
        in_doubt = {
            remote_id
            for operation in self._pending
            for remote_id in possible_ids(operation, self._remote, known)
        }
        return [update for update in self._remote.updates if update.id not in known | in_doubt]

    def observed(self, update: RemoteUpdate) -> Event:
        """Build the event of an update that others posted."""
        payload = {
            "status": update.status,
            "body": update.body,
            "components": [self._with_group(change).to_payload() for change in update.components],
            "notify": bool(update.notified),
            "origin": OBSERVED,
            "remote_id": update.id,
            "created_at": iso(update.created_at),
            "shown_at": iso(update.shown_at),
            "author": "the page",
        }
        name = f"{self._incident.id}/{update.id}"
        event = self._recorder.event(
            self._incident.id, "update", payload, at=update.shown_at, visibility=PUBLIC
        )
        return event._replace(id=_event_id(name, update.created_at))

    def apply(self, events: Sequence[Event]) -> None:
        """Fold the new events into the incident that is compared."""
        self._incident = fold([*self._recorded, *events]) or self._incident

    def is_newest(self) -> bool:
        """Return whether this reading is no older than the journal: caches serve old states."""
        last, remote = self._incident.page_updated_at, self._remote
        times = [update.created_at for update in remote.updates]
        newest = max([*times, *filter(None, [remote.updated_at])], default=remote.created_at)
        behind = last is not None and remote.updated_at is not None and remote.updated_at < last
        # A reading from before an update was posted is older than the update.
        return not behind and not any(newest < update.created for update in self._missing())

    def changed_updates(self) -> list[Event]:
        """Build the events of updates that were edited or deleted on the page."""
        differences: list[_Difference] = []
        if not self._remote.unread:  # one that cannot be read may be there
            differences = [
                ({"remote_id": update.remote_id, "deleted": True}, {}) for update in self._missing()
            ]
        differences += filter(None, map(self._changed_update, self._incident.updates))
        return [self._changed(now, before) for now, before in differences]

    def changed_incident(self, deleted: Collection[str]) -> list[Event]:
        """Build the event of a change of the incident itself that no update explains."""
        difference = self._changed_incident(deleted)
        return [self._changed(*difference)] if difference else []

    def _missing(self) -> list[Update]:
        return [
            update
            for update in self._incident.updates
            if update.remote_id and update.remote_id not in self._shown and not update.deleted_at
        ]

    def _changed(self, now: Mapping[str, Any], before: Mapping[str, Any]) -> Event:
        return change_event(
            self._recorder,
            self._incident,
            self._recorded,
            now,
            before,
            self._read_before,
            self._remote,
        )

    def _changed_update(self, ours: Update) -> _Difference | None:
        shown = self._shown.get(ours.remote_id or "")
        if shown is None:
            return None
        now: dict[str, Any] = {}
        before: dict[str, Any] = {}
        if ours.deleted_at:
            now["deleted"] = False
        if not matching.same_text(shown.body, ours.as_shown.public):
            now["body"], before["body"] = shown.body, ours.as_shown.public
        if parse_status(shown.status) not in {None, ours.status}:
            now["status"], before["status"] = shown.status, ours.status
        if abs(shown.shown_at - ours.shown) >= _TOLERANCE:
            now["shown_at"], before["shown_at"] = iso(shown.shown_at), iso(ours.shown)
        return ({"remote_id": shown.id, **now}, before) if now else None

    def _changed_incident(self, deleted: Collection[str]) -> _Difference | None:
        """Compare the incident itself: title, impact, window, status, and components."""
        ours, shown = self._incident, self._remote
        now: dict[str, Any] = {}
        before: dict[str, Any] = {}
        if ours.deleted_at:
            now["deleted"] = False
        title = ours.page_title.public if ours.page_title else ""
        if title and shown.name and not matching.same_text(shown.name, title):
            now["name"], before["name"] = shown.name, title
        for name in ("scheduled_for", "scheduled_until"):
            earlier, later = getattr(ours, name), getattr(shown, name)
            if later and (earlier is None or abs(later - earlier) >= _TOLERANCE):
                now[name], before[name] = iso(later), iso_or_none(earlier)
        if not any(operation.state in IN_DOUBT for operation in self._pending):
            self._compare_state(now, before)  # otherwise one of ours may have caused it
        removed = [
            self._with_group(component)._replace(status=None, was=None).to_payload()
            for component in ours.components
            if component.id in deleted and component.id not in ours.deleted_components
        ]
        if removed:
            now["deleted_components"] = removed
        return (now, {name: value for name, value in before.items() if value}) if now else None

    def _compare_state(self, now: dict[str, Any], before: dict[str, Any]) -> None:
        """Compare what an update sets besides its text: impact, status and components."""
        ours, shown = self._incident, self._remote
        if shown.impact != ours.impact and ours.page_title:
            now["impact"], before["impact"] = shown.impact, ours.impact
        if parse_status(shown.status) not in {None, ours.status}:
            now["status"], before["status"] = shown.status, ours.status
        if changes := self._changed_components():
            now["components"] = [change.to_payload() for change in changes]

    def _changed_components(self) -> list[ComponentChange]:
        """Return its components in a status that no update explains.

        Changes after the incident was closed do not count, nor those of another incident of ours.
        """
        if is_closed(self._incident.status) and is_closed(self._remote.status):
            return []
        before = {component.id: component.status for component in self._incident.components}
        moved = [
            ComponentChange(
                component.id,
                component.name,
                self._groups.get(component.id),
                component.status,
                before.get(component.id),
            )
            for component in self._remote.components
            if component.status != (before.get(component.id) or "operational")
        ]
        elsewhere = self._statuses_elsewhere() if moved else {}
        own = _last_statuses([self._incident], self._recorded)
        return [
            change
            for change in moved
            if not _is_later(elsewhere.get(change.id), own.get(change.id), change.status)
        ]

    def _statuses_elsewhere(self) -> dict[str, _StatusAt]:
        """Return the last status that our other incidents on this page gave each component."""
        pages = {operation.page_id for operation in self._operations}
        others = dict.fromkeys(
            operation.incident
            for operation in reversed(self._journal.operations())
            if operation.page_id in pages and operation.incident != self._incident.id
        )
        folded = (fold(self._journal.events(other)) for other in list(others)[:_OTHERS])
        return _last_statuses([incident for incident in folded if incident], ())

    def _with_group(self, change: ComponentChange) -> ComponentChange:
        """Return the change with the group that its component has on the page."""
        group = self._groups.get(change.id)
        return change._replace(group=group) if group else change


def _last_statuses(
    incidents: Iterable[Incident], recorded: Iterable[Event]
) -> dict[str, _StatusAt]:
    """Return the last status of each component, by updates of incidents and by observed changes."""
    given = [
        (update.created, change)
        for incident in incidents
        for update in incident.updates
        if update.is_public or update.delivery in {"sending", "unknown"}
        for change in update.components
    ]
    given += [
        (event.at, change)
        for event in recorded
        if event.kind == CHANGED
        for change in event.components()
    ]
    statuses: dict[str, _StatusAt] = {}
    for at, change in sorted(given, key=itemgetter(0)):
        if change.status:
            statuses[change.id] = (at, change.status)
    return statuses


def _is_later(theirs: _StatusAt | None, own: _StatusAt | None, status: str | None) -> bool:
    """Return whether another incident set this status after this incident last set one."""
    return theirs is not None and theirs[1] == status and (own is None or theirs[0] > own[0])


def change_event(
    recorder: Recorder,
    incident: Incident,
    recorded: Sequence[Event],
    now: Mapping[str, Any],
    before: Mapping[str, Any],
    read_before: datetime | None,
    remote: RemoteIncident | None = None,
) -> Event:
    """Build the event of a change that happened between this reading and the one before.

    It is dated by this reading, and never before the times that the page itself gives. The
    time of the reading before is part of it.
    """
    earlier = [event for event in recorded if event.kind == CHANGED]
    known = [*(event.at for event in earlier), *(event.recorded_at for event in recorded)]
    times = [recorder.clock.now(), max(known) + timedelta(milliseconds=1)]
    if remote:
        times += [update.created_at for update in remote.updates]
        times += filter(None, [remote.updated_at])
    at = max(times)
    reads = [*filter(None, [read_before, last_seen_on_page(recorded), incident.declared_at])]
    payload = {
        **now,
        "was": dict(before) or None,
        "seen_before": iso(min(max(reads, default=at), at)),
        "updated_at": iso_or_none(remote.updated_at) if remote else None,
    }
    # The same change twice is two changes, told apart by how often it was made before.
    same = sum(
        all(event.payload.get(name) == value for name, value in now.items()) for event in earlier
    )
    name = f"{incident.id}/{json.dumps(now, sort_keys=True)}/{same}"
    begun = incident.declared_at or at
    created = remote.updated_at or remote.created_at if remote else begun
    event = recorder.event(incident.id, CHANGED, payload, at=at, visibility=PUBLIC)
    return event._replace(id=_event_id(name, created))


def _event_id(name: str, created: datetime) -> str:
    """Return the event id that every process with the same reading gives it."""
    digest = sha256(name.encode()).digest()
    return Ulids(lambda size: digest[:size]).next(max(0, int(created.timestamp() * 1000)))
