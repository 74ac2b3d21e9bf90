"""What the page shows and the journal has not got, read into it as observed.

Posted by others means: not claimed by an operation of ours, and not possibly one
of ours that is still in doubt; the outbox as it is when the observation is kept
decides, since the page may have answered long before. What changed without an
update (edited words, a time, the title, the impact, a status, something deleted) is
recorded as changed, with what was before: never taken over silently, never
overwritten. Event ids follow from what was seen, so two processes that pull at once
record the same thing once.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from operator import itemgetter
from typing import Any, Final

from ircon.delivery import matching
from ircon.delivery.page_reader import asked_about
from ircon.delivery.payload import thaw
from ircon.delivery.policy import TWIN_WITHIN
from ircon.delivery.states import IN_DOUBT, SETTLED
from ircon.delivery.transitions import make_move
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
from ircon.pages.protocol import CREATE, POSTMORTEM, RemoteIncident, RemoteUpdate, StatusPage

_Difference = tuple[dict[str, Any], dict[str, Any]]  # what the page shows now, and did before
_Word = tuple[datetime, str]  # when a component was given a status, and which

_NOTICED: Final = timedelta(seconds=1)  # pages give some times without fractions
_OTHERS: Final = 50  # incidents, the latest, that may have moved a component that this one has


def observe(
    journal: Journal,
    recorder: Recorder,
    incident_id: str,
    remote: RemoteIncident,
    *,
    looked: datetime | None = None,
    deleted: Collection[str] = (),
) -> list[Event]:
    """Record what a remote incident shows and the journal has not got.

    Args:
        looked: when this process last looked at it, if it did.
        deleted: components of the incident that the page no longer has at all.

    Returns:
        The events that are new: others' updates oldest first, then changes.
    """
    while True:  # until no operation moved between the reading and the keeping
        operations = journal.operations(incident=incident_id)
        told = journal.events(incident_id)
        incident = fold(told)
        if incident is None:
            return []
        seen = _Seen(journal, recorder, incident, told, operations, remote, looked)
        fresh = seen.strangers()
        events = [seen.posted(update) for update in fresh]
        seen.reread(events)  # what an update told of is no change of the incident
        if seen.is_newest():
            events += seen.changed_updates()
            seen.reread(events)
            events += seen.changed_incident(deleted)
        last = journal.last_seq()
        kept = journal.append_if_unchanged(events, operations)
        if kept is not None:
            break
    _alarm(journal, recorder, operations, remote, fresh)
    _ask(journal, recorder, operations, told, remote)
    return [event for event in kept if (event.seq or 0) > last]


def observe_deleted(
    journal: Journal, recorder: Recorder, incident_id: str, *, looked: datetime | None = None
) -> list[Event]:
    """Record, once, that the page no longer has an incident that it had.

    Returns:
        The event that says so, if it is new.
    """
    told = journal.events(incident_id)
    incident = fold(told)
    if incident is None or incident.deleted_at is not None:
        return []
    change = _changed(recorder, incident, told, {"deleted": True}, {}, looked)
    last = journal.last_seq()
    return [event for event in journal.append([change]) if (event.seq or 0) > last]


async def look_for_twins(
    journal: Journal, recorder: Recorder, page: str, there: StatusPage
) -> None:
    """Look for the incidents that were created on a page within a day, a second time.

    Raises:
        PageError: the page could not be asked.
    """
    now = recorder.clock.now()
    creations = [
        one
        for one in journal.operations(states=("confirmed", "needs_human"))
        if one.kind == CREATE and one.page == page and now - one.queued_at <= TWIN_WITHIN
    ]
    if not any(creation.state == "needs_human" or not creation.error for creation in creations):
        return
    incidents = await there.incidents()
    for operation in creations:
        payload = thaw(operation)
        claimed = journal.claimed(operation.page_id)
        base = operation.base_ids or ()
        found = matching.find_incident(payload, operation.op, incidents, base, claimed)
        listed = [*found.candidates, *filter(None, [found.update])]
        if operation.state == "needs_human":
            asked = asked_about(journal.events(operation.incident), operation.op)
            _ask_which(journal, recorder, operation, [one for one in listed if one.id not in asked])
        elif listed and found.verdict != "near" and not operation.error:
            twin = next(incident for incident in incidents if listed[0] in incident.updates)
            tell_twin(journal, recorder, operation, twin.id, "end or delete")


def seen_there(events: Iterable[Event]) -> datetime | None:
    """When the page was last seen to have an incident, by the record; None if it never was.

    The answer to a write is not a look: reads may be behind it.
    """
    times = [event.recorded_at for event in events if _is_look(event)]
    return max(times, default=None)


def _is_look(event: Event) -> bool:
    if event.kind == "delivery":
        return event.text("event") == "seen"
    observed = event.kind == "update" and event.text("origin") == OBSERVED
    return observed or (event.kind == CHANGED and event.payload.get("deleted") is not True)


def _may_be_there(operation: Operation) -> bool:
    """Whether it may be on the page without being known: sent once, and not settled."""
    if operation.kind == POSTMORTEM or operation.state in SETTLED:
        return False
    return operation.state in IN_DOUBT or operation.t_unknown is not None


def _possible(operation: Operation, remote: RemoteIncident, known: Collection[str]) -> set[str]:
    """The updates that an operation may have become: they are no stranger's yet."""
    payload = thaw(operation)
    base = operation.base_ids or ()
    return matching.possible(payload, operation.op, remote, base, known)


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
        payload = thaw(operation)
        for twin in fresh:
            near = abs(twin.created_at - ours.created_at) <= TWIN_WITHIN
            as_shown = twin.status == ours.status and matching.looks_same(twin.body, ours.body)
            if near and (as_shown or matching.same_to_a_reader(payload, twin)):
                tell_twin(journal, recorder, operation, twin.id)
                break


def tell_twin(
    journal: Journal, recorder: Recorder, operation: Operation, twin: str, then: str = "edit"
) -> None:
    """Say that what one of ours became stands on the page a second time."""
    said = f"DUPLICATE: it stands on the page twice, again as {twin}: {then} that one there"
    make_move(journal, recorder, operation, "twin", error=said, notice=said)


def _ask(
    journal: Journal,
    recorder: Recorder,
    operations: Iterable[Operation],
    told: Collection[Event],
    remote: RemoteIncident,
) -> None:
    """Show a person who decides what stands on the page by now and may be what was sent."""
    known = {one.remote_id for one in operations if one.remote_id}
    known |= {one.text("remote_id") or "" for one in told if one.kind == "update"}
    for operation in operations:
        if operation.state != "needs_human" or operation.kind == POSTMORTEM:
            continue
        may_be = _possible(operation, remote, known) - asked_about(told, operation.op)
        listed = [update for update in remote.updates if update.id in may_be]
        _ask_which(journal, recorder, operation, listed)


def _ask_which(
    journal: Journal, recorder: Recorder, operation: Operation, listed: Sequence[RemoteUpdate]
) -> None:
    if listed:
        names = ", ".join(update.id for update in listed)
        said = f"{names} stands on the page: is it this one?"
        make_move(journal, recorder, operation, "several", error=said, candidates=listed)


class _Seen:
    """What one look at a remote incident showed, held against the record."""

    def __init__(
        self,
        journal: Journal,
        recorder: Recorder,
        incident: Incident,
        told: Sequence[Event],
        operations: Sequence[Operation],
        remote: RemoteIncident,
        looked: datetime | None,
    ) -> None:
        self._journal = journal
        self._recorder = recorder
        self._incident = incident
        self._told = told
        self._operations = operations
        self._remote = remote
        self._looked = looked
        self._pending = [operation for operation in operations if _may_be_there(operation)]
        self._shown = {update.id: update for update in remote.updates}
        self._groups = {component.id: component.group for component in incident.components}
        self._groups |= {
            component.id: component.group for component in remote.components if component.group
        }

    def strangers(self) -> list[RemoteUpdate]:
        """The updates that are nobody's of ours, and certainly not one in doubt."""
        known = {one.remote_id for one in self._incident.updates if one.remote_id}
        known |= {operation.remote_id for operation in self._operations if operation.remote_id}
        held = {id_ for one in self._pending for id_ in _possible(one, self._remote, known)}
        return [update for update in self._remote.updates if update.id not in known | held]

    def posted(self, update: RemoteUpdate) -> Event:
        """Somebody else's update."""
        payload = {
            "status": update.status,
            "body": update.body,
            "components": [self._named(change).to_payload() for change in update.components],
            "notify": bool(update.notified),
            "origin": OBSERVED,
            "remote_id": update.id,
            "created_at": iso(update.created_at),
            "shown_at": iso(update.shown_at),
            "author": "the page",
        }
        name = f"{self._incident.id}/{update.id}"
        told = self._recorder.event(
            self._incident.id, "update", payload, at=update.shown_at, visibility=PUBLIC
        )
        return told._replace(id=_id(name, update.created_at))

    def reread(self, events: Sequence[Event]) -> None:
        """Take what was concluded so far as told."""
        self._incident = fold([*self._told, *events]) or self._incident

    def is_newest(self) -> bool:
        """Whether this look is no older than what was seen before, as caches serve it."""
        last, remote = self._incident.page_updated_at, self._remote
        moments = [update.created_at for update in remote.updates]
        newest = max([*moments, *filter(None, [remote.updated_at])], default=remote.created_at)
        behind = last is not None and remote.updated_at is not None and remote.updated_at < last
        # A look from before an update was posted is older than the update.
        return not behind and not any(newest < one.created for one in self._missing())

    def changed_updates(self) -> list[Event]:
        """Updates that the page shows otherwise than the record says it did, or no longer."""
        found: list[_Difference] = []
        if not self._remote.unread:  # one that cannot be read may be there
            found = [({"remote_id": one.remote_id, "deleted": True}, {}) for one in self._missing()]
        found += filter(None, map(self._changed_update, self._incident.updates))
        return [self._changed(now, was) for now, was in found]

    def changed_incident(self, deleted: Collection[str]) -> list[Event]:
        """What of the incident itself no update told of."""
        found = self._changed_incident(deleted)
        return [self._changed(*found)] if found else []

    def _missing(self) -> list[Update]:
        return [
            update
            for update in self._incident.updates
            if update.remote_id and update.remote_id not in self._shown and not update.deleted_at
        ]

    def _changed(self, now: Mapping[str, Any], was: Mapping[str, Any]) -> Event:
        return _changed(
            self._recorder, self._incident, self._told, now, was, self._looked, self._remote
        )

    def _changed_update(self, ours: Update) -> _Difference | None:
        there = self._shown.get(ours.remote_id or "")
        if there is None:
            return None
        now: dict[str, Any] = {}
        was: dict[str, Any] = {}
        if ours.deleted_at:
            now["deleted"] = False
        if not matching.same_text(there.body, ours.as_shown.public):
            now["body"], was["body"] = there.body, ours.as_shown.public
        if parse_status(there.status) not in {None, ours.status}:
            now["status"], was["status"] = there.status, ours.status
        if abs(there.shown_at - ours.shown) >= _NOTICED:
            now["shown_at"], was["shown_at"] = iso(there.shown_at), iso(ours.shown)
        return ({"remote_id": there.id, **now}, was) if now else None

    def _changed_incident(self, deleted: Collection[str]) -> _Difference | None:
        """The incident itself: title, impact, window, status, and its components."""
        ours, there = self._incident, self._remote
        now: dict[str, Any] = {}
        was: dict[str, Any] = {}
        if ours.deleted_at:
            now["deleted"] = False
        title = ours.page_title.public if ours.page_title else ""
        if title and there.name and not matching.same_text(there.name, title):
            now["name"], was["name"] = there.name, title
        for name in ("scheduled_for", "scheduled_until"):
            before, after = getattr(ours, name), getattr(there, name)
            if after and (before is None or abs(after - before) >= _NOTICED):
                now[name], was[name] = iso(after), iso_or_none(before)
        if not any(one.state in IN_DOUBT for one in self._pending):
            self._compare_standing(now, was)  # else it may be ours that did it
        gone = [
            self._named(component)._replace(status=None, was=None).to_payload()
            for component in ours.components
            if component.id in deleted and component.id not in ours.deleted_components
        ]
        if gone:
            now["deleted_components"] = gone
        return (now, {name: said for name, said in was.items() if said}) if now else None

    def _compare_standing(self, now: dict[str, Any], was: dict[str, Any]) -> None:
        """What an update changes with its words: impact, status and components."""
        ours, there = self._incident, self._remote
        if there.impact != ours.impact and ours.page_title:
            now["impact"], was["impact"] = there.impact, ours.impact
        if parse_status(there.status) not in {None, ours.status}:
            now["status"], was["status"] = there.status, ours.status
        if changed := self._changed_components():
            now["components"] = [change.to_payload() for change in changed]

    def _changed_components(self) -> list[ComponentChange]:
        """Its components in a status that no update told of, as far as it is its own concern.

        What happens to a component once the incident is over belongs to none of it, nor what
        another incident of ours did.
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
        elsewhere = self._told_elsewhere() if moved else {}
        own = _last_words([self._incident], self._told)
        return [
            change
            for change in moved
            if not _is_later(elsewhere.get(change.id), own.get(change.id), change.status)
        ]

    def _told_elsewhere(self) -> dict[str, _Word]:
        """What the other incidents of ours on this page said last of their components."""
        pages = {operation.page_id for operation in self._operations}
        others = dict.fromkeys(
            operation.incident
            for operation in reversed(self._journal.operations())
            if operation.page_id in pages and operation.incident != self._incident.id
        )
        folded = (fold(self._journal.events(other)) for other in list(others)[:_OTHERS])
        return _last_words([one for one in folded if one], ())

    def _named(self, change: ComponentChange) -> ComponentChange:
        """The change with the group its component has on the page."""
        group = self._groups.get(change.id)
        return change._replace(group=group) if group else change


def _last_words(incidents: Iterable[Incident], told: Iterable[Event]) -> dict[str, _Word]:
    """What was said last of each component, by the updates of incidents and by changes seen."""
    said = [
        (update.created, change)
        for incident in incidents
        for update in incident.updates
        if update.is_public or update.delivery in {"sending", "unknown"}
        for change in update.components
    ]
    said += [(one.at, change) for one in told if one.kind == CHANGED for change in one.components()]
    words: dict[str, _Word] = {}
    for at, change in sorted(said, key=itemgetter(0)):
        if change.status:
            words[change.id] = (at, change.status)
    return words


def _is_later(theirs: _Word | None, own: _Word | None, status: str | None) -> bool:
    """Whether another incident gave a component its status after this one last spoke of it."""
    return theirs is not None and theirs[1] == status and (own is None or theirs[0] > own[0])


def _changed(
    recorder: Recorder,
    incident: Incident,
    told: Sequence[Event],
    now: Mapping[str, Any],
    was: Mapping[str, Any],
    looked: datetime | None,
    remote: RemoteIncident | None = None,
) -> Event:
    """A change that a look showed: it happened between that look and the one before.

    The event is dated by the look that showed it, and never before what the page itself
    dates: it cannot have happened later. The look before is kept beside it.
    """
    earlier = [one for one in told if one.kind == CHANGED]
    told_before = [*(one.at for one in earlier), *(one.recorded_at for one in told)]
    times = [recorder.clock.now(), max(told_before) + timedelta(milliseconds=1)]
    if remote:
        times += [update.created_at for update in remote.updates]
        times += filter(None, [remote.updated_at])
    at = max(times)
    looks = [*filter(None, [looked, seen_there(told), incident.declared_at])]
    payload = {
        **now,
        "was": dict(was) or None,
        "seen_before": iso(min(max(looks, default=at), at)),
        "updated_at": iso_or_none(remote.updated_at) if remote else None,
    }
    # The same change twice is two changes: what was before the second one is counted.
    same = sum(all(one.payload.get(name) == said for name, said in now.items()) for one in earlier)
    name = f"{incident.id}/{json.dumps(now, sort_keys=True)}/{same}"
    begun = incident.declared_at or at
    made = remote.updated_at or remote.created_at if remote else begun
    event = recorder.event(incident.id, CHANGED, payload, at=at, visibility=PUBLIC)
    return event._replace(id=_id(name, made))


def _id(name: str, made: datetime) -> str:
    """An event id that anybody who saw the same would give it."""
    digest = sha256(name.encode()).digest()
    return Ulids(lambda size: digest[:size]).next(max(0, int(made.timestamp() * 1000)))
