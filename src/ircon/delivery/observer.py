"""Observer of the page: records what it shows and the journal has not, as observed events.

An update is posted by others if no operation of ours claims it, or may yet turn out to be it;
the outbox at the time of writing decides, as the page may have answered long before. A change
without an update (edited text, a time, the title, the impact, a status, a deletion) is recorded
with the value before it, and never overwrites. Event ids derive from what was read, so two
processes that pull at once record it once.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from ircon.delivery import matching
from ircon.delivery.comparison import Comparison, change_event, possible_ids
from ircon.delivery.page_reader import shown_candidates
from ircon.delivery.payload import thaw
from ircon.delivery.policy import DUPLICATE_WITHIN
from ircon.delivery.transitions import make_move
from ircon.incident.event import Event
from ircon.incident.fold import fold
from ircon.incident.recorder import Recorder
from ircon.journal.operation import Operation
from ircon.journal.store import Journal
from ircon.pages.protocol import CREATE, POSTMORTEM, RemoteIncident, RemoteUpdate, StatusPage


def observe(
    journal: Journal,
    recorder: Recorder,
    incident_id: str,
    remote: RemoteIncident,
    *,
    read_before: datetime | None = None,
    deleted: Collection[str] = (),
) -> list[Event]:
    """Record what a remote incident shows and the journal has not.

    Args:
        read_before: when this process read it the last time, if it did.
        deleted: ids of the incident's components that the page no longer has at all.

    Returns:
        The events that are new: others' updates oldest first, then changes.
    """
    while True:  # until no operation moved between reading and writing
        operations = journal.operations(incident=incident_id)
        recorded = journal.events(incident_id)
        incident = fold(recorded)
        if incident is None:
            return []
        reading = Comparison(journal, recorder, incident, recorded, operations, remote, read_before)
        fresh = reading.others_updates()
        events = [reading.observed(update) for update in fresh]
        reading.apply(events)  # what an update says is no change of the incident
        if reading.is_newest():
            events += reading.changed_updates()
            reading.apply(events)
            events += reading.changed_incident(deleted)
        last = journal.last_seq()
        saved = journal.append_if_unchanged(events, operations)
        if saved is not None:
            break
    _mark_duplicates(journal, recorder, operations, remote, fresh)
    _show_candidates(journal, recorder, operations, recorded, remote)
    return [event for event in saved if (event.seq or 0) > last]


def observe_deleted(
    journal: Journal, recorder: Recorder, incident_id: str, *, read_before: datetime | None = None
) -> list[Event]:
    """Record once that the page no longer has an incident.

    Returns:
        The event that says so, if it is new.
    """
    recorded = journal.events(incident_id)
    incident = fold(recorded)
    if incident is None or incident.deleted_at is not None:
        return []
    change = change_event(recorder, incident, recorded, {"deleted": True}, {}, read_before)
    last = journal.last_seq()
    return [event for event in journal.append([change]) if (event.seq or 0) > last]


async def find_duplicates(
    journal: Journal, recorder: Recorder, page: str, adapter: StatusPage
) -> None:
    """Search a page for a second copy of the incidents that were created there within a day.

    Raises:
        PageError: the page does not answer.
    """
    now = recorder.clock.now()
    creations = [
        operation
        for operation in journal.operations(states=("confirmed", "needs_human"))
        if operation.kind == CREATE
        and operation.page == page
        and now - operation.queued_at <= DUPLICATE_WITHIN
    ]
    if not any(creation.state == "needs_human" or not creation.error for creation in creations):
        return
    incidents = await adapter.incidents()
    for operation in creations:
        payload = thaw(operation)
        claimed = journal.claimed(operation.page_id)
        base = operation.base_ids or ()
        match = matching.find_incident(payload, operation.op, incidents, base, claimed)
        listed = [*match.candidates, *filter(None, [match.update])]
        if operation.state == "needs_human":
            shown = shown_candidates(journal.events(operation.incident), operation.op)
            fresh = [update for update in listed if update.id not in shown]
            _ask_person(journal, recorder, operation, fresh)
        elif listed and match.verdict != "near" and not operation.error:
            twin = next(incident for incident in incidents if listed[0] in incident.updates)
            mark_duplicate(journal, recorder, operation, twin.id, "end or delete")


def _mark_duplicates(
    journal: Journal,
    recorder: Recorder,
    operations: list[Operation],
    remote: RemoteIncident,
    fresh: list[RemoteUpdate],
) -> None:
    """Mark the operations whose text others posted a second time."""
    shown = {update.id: update for update in remote.updates}
    for operation in operations:
        ours = shown.get(operation.remote_id or "")
        if operation.state != "confirmed" or ours is None:
            continue
        payload = thaw(operation)
        for twin in fresh:
            near = abs(twin.created_at - ours.created_at) <= DUPLICATE_WITHIN
            as_shown = twin.status == ours.status and matching.reads_alike(twin.body, ours.body)
            if near and (as_shown or matching.reads_as_payload(payload, twin)):
                mark_duplicate(journal, recorder, operation, twin.id)
                break


def mark_duplicate(
    journal: Journal, recorder: Recorder, operation: Operation, twin: str, then: str = "edit"
) -> None:
    """Record that an operation's update is on the page a second time, under the id ``twin``."""
    notice = f"DUPLICATE: it is on the page twice, again as {twin}: {then} that one there"
    make_move(journal, recorder, operation, "twin", error=notice, notice=notice)


def _show_candidates(
    journal: Journal,
    recorder: Recorder,
    operations: Iterable[Operation],
    recorded: Collection[Event],
    remote: RemoteIncident,
) -> None:
    """Add new candidates to the operations that need a manual decision."""
    known = {operation.remote_id for operation in operations if operation.remote_id}
    known |= {event.text("remote_id") or "" for event in recorded if event.kind == "update"}
    for operation in operations:
        if operation.state != "needs_human" or operation.kind == POSTMORTEM:
            continue
        candidates = possible_ids(operation, remote, known) - shown_candidates(
            recorded, operation.op
        )
        listed = [update for update in remote.updates if update.id in candidates]
        _ask_person(journal, recorder, operation, listed)


def _ask_person(
    journal: Journal, recorder: Recorder, operation: Operation, listed: Sequence[RemoteUpdate]
) -> None:
    if listed:
        names = ", ".join(update.id for update in listed)
        question = f"{names} is on the page: is it this one?"
        make_move(journal, recorder, operation, "several", error=question, candidates=listed)
