"""Outbox: operations that are not settled, and the manual decisions about them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ircon.delivery.lock import SenderLock
from ircon.delivery.matching import reads_alike
from ircon.delivery.payload import freeze, thaw
from ircon.delivery.policy import DUPLICATE_WITHIN, ClockReading
from ircon.delivery.states import NEEDS_DECISION, OPEN, STATES, events_from
from ircon.delivery.transitions import make_move
from ircon.desk.drafts import OutboxItem, PageUpdate
from ircon.desk.validation import check_body, check_reason, check_status
from ircon.errors import BadValue, NotFound, Refused
from ircon.incident.event import Event
from ircon.incident.fold import fold
from ircon.incident.recorder import Recorder
from ircon.incident.state import Incident, Update
from ircon.incident.text import PublicText
from ircon.incident.times import Clock, parse_iso
from ircon.incident.vocabulary import DELIVERY_WORDS, STATUSES
from ircon.journal.operation import Operation
from ircon.pages.protocol import POSTMORTEM, UPDATE

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from ircon.desk.page_state import PageState
    from ircon.desk.publishing import Publishing
    from ircon.desk.records import Records
    from ircon.journal.store import Journal

__all__ = ["CHOICES", "Operation", "Outbox", "find_operation", "queue_stamps"]

_LISTED = {*OPEN, "confirmed"}

# Manual decisions, and the event of each in the table of states.
CHOICES = {
    "send_anyway": "reconfirm",
    "edit": "replace",
    "look_again": "look_again",
    "it_is_there": "it_is_there",
    "send_again": "send_again",
    "drop": "drop",
}


class Outbox:
    """Lists what is not settled, and applies manual decisions.

    Args:
        journal: has the operations.
        recorder: stamps the events of the decisions.
        records: the incidents.
        page_state: what of an incident is on its page already.
        publishing: checks edited texts; made when first needed, as it needs a valid config.
        on_drop: called with the incident of a dropped operation.
        folder: holds the sender lock.
        owner: this process, ``host:pid:boot``.
    """

    def __init__(
        self,
        journal: Journal,
        recorder: Recorder,
        records: Records,
        page_state: Callable[[], PageState],
        publishing: Callable[[], Publishing],
        on_drop: Callable[[str], object],
        *,
        folder: Path,
        owner: str,
    ) -> None:
        self._journal = journal
        self._recorder = recorder
        self._clock = recorder.clock
        self._records = records
        self._page_state = page_state
        self._publishing = publishing
        self._on_drop = on_drop
        self._owner = owner
        self._lock = SenderLock(folder, owner)

    def items(self, *, every: bool = False) -> list[OutboxItem]:
        """List what is not settled, in the order it will be sent; ``every`` adds the rest.

        A confirmed update that is on the page twice is listed for a day.
        """
        items = []
        states: dict[str, Incident | None] = {}
        for operation in self._journal.operations(states=() if every else _LISTED):
            if operation.state == "confirmed" and not every and not self._is_alarm(operation):
                continue
            if operation.incident not in states:
                states[operation.incident] = fold(self._journal.events(operation.incident))
            items.append(self._item(operation, states[operation.incident]))
        return items

    def alarms(self) -> list[OutboxItem]:
        """List the confirmed updates that are on the page twice, for a day."""
        return [item for item in self.items() if item.state == "confirmed"]

    def item(self, op: str) -> OutboxItem:
        """Return one item by the beginning of its operation's id.

        Raises:
            NotFound: no operation has it, or several do.
        """
        operation = self.operation(op)
        return self._item(operation, fold(self._journal.events(operation.incident)))

    def operation(self, op: str) -> Operation:
        """Return an operation by the beginning of its id.

        Raises:
            NotFound: no operation has it, or several do.
        """
        return find_operation(self._journal, op)

    def page_updates(self, op: str) -> list[PageUpdate]:
        """List what is on the page, to be read beside an operation; oldest first.

        That is what the operation may have become, all that was posted since its author last
        read the page, and at least the newest public update. It comes from the journal, which
        ``DeliverySession.pull`` brings up to date.

        Raises:
            NotFound: no operation has this id.
        """
        operation = self.operation(op)
        events = self._journal.events(operation.incident)
        incident = fold(events)
        updates = incident.public_updates if incident else ()
        public = [update for update in updates if update.remote_id]
        seen = set(operation.base_ids or ())
        unseen = [update for update in public if update.remote_id not in seen] if seen else public
        shown = {
            update.remote_id: PageUpdate(
                update.remote_id,
                update.status,
                update.as_shown,
                update.created,
                ours=update.origin == "ircon"
                or self.was_dropped_in_doubt(operation.incident, update),
                may_be_it=False,
            )
            for update in [*public[-1:], *unseen]
            if update.remote_id
        }
        for candidate in _candidates(events, operation.op):
            shown[candidate.remote_id] = candidate
        return sorted(shown.values(), key=lambda update: update.at)

    def was_dropped_in_doubt(self, incident: str, update: Update) -> bool:
        """Return whether an update of the page may be one that was dropped while unknown."""
        dropped = (
            thaw(operation)
            for operation in self._journal.operations(incident=incident, states=("cancelled",))
            if operation.t_unknown
        )
        return any(
            payload.status == update.status
            and reads_alike(payload.body.public, update.as_shown.public)
            for payload in dropped
        )

    def decide(
        self,
        op: str,
        choice: str,
        *,
        remote: str | None = None,
        text: PublicText | None = None,
        notify: bool = False,
        reason: str = "",
        status: str | None = None,
    ) -> str:
        """Apply a manual decision, one of ``CHOICES``.

        Args:
            remote: for ``it_is_there``, the page's id of the update, or of the incident
                that was created; it is confirmed once the page shows it.
            text: for ``edit``, the new text.
            notify: for ``send_again``: notify subscribers (again).
            reason: for ``edit``: why the text is sent despite the findings.
            status: for ``edit``: the status to set; by default the one that was written, or
                the page's where that has advanced since: it never goes back.

        Returns:
            The id of the operation that goes on: a new one after an edit.

        Raises:
            NotFound: no operation has this id.
            BadValue: the choice needs ``remote`` or ``text``.
            Refused: the choice is not possible in its state, or the text is refused.
            AlreadyClaimed: that remote update confirms another operation.
        """
        operation = self.operation(op)
        possible = _choices(operation.state)
        if choice not in possible:
            raise Refused(
                f"{operation.op} is {operation.state}: this decision is not possible.",
                f"Possible: {', '.join(possible) or 'none; it is delivered by itself'}.",
            )
        if choice == "it_is_there" and not remote:
            raise BadValue("Which update of the page is it?", "Give its id.")
        if choice == "edit":
            return self._edit(operation, text, reason, status)
        self._must_move(
            operation, CHOICES[choice], **self._changes(operation, choice, remote, notify)
        )
        if choice == "drop":
            self._on_drop(operation.incident)
        return operation.op

    def objections(self, op: str, text: PublicText) -> tuple[str, ...]:
        """Return what in an edited text needs a typed reason, a sentence each.

        Raises:
            NotFound: no operation has this id.
        """
        operation = self.operation(op)
        payload = replace(thaw(operation), body=text)
        incident = self._records.incident(operation.incident)
        return self._publishing().required_reasons(incident, payload)

    def _changes(
        self,
        operation: Operation,
        choice: str,
        remote: str | None,
        notify: bool,  # noqa: FBT001 - as decided
    ) -> dict[str, Any]:
        """Return the fields of an operation that a decision changes."""
        if choice == "drop":
            was_sent = operation.state == "needs_human" or operation.t_unknown is not None
            notice = "dropped; it was sent once, and may be on the page" if was_sent else None
            return {"error": notice, "by": None}
        now = ClockReading.read(self._clock)
        changes: dict[str, Any] = {"error": None, "by": None, "not_before": None, "attempts": 0}
        if choice in {"it_is_there", "look_again"}:
            changes |= {"t_unknown": now.wall, "good_reads": 0, "remote_id": remote}
            return changes | now.stamps()
        if choice == "send_again":
            # The base of the lost attempt stays stored, as it may yet turn up. What was shown
            # to the person is not it: they decided so.
            shown = _candidates(self._journal.events(operation.incident), operation.op)
            base = {*(operation.base_ids or ()), *(update.remote_id for update in shown)}
            changes |= {"quiet": not notify, "base_ids": tuple(sorted(base))}
        elif operation.t_unknown is None:
            changes["base_ids"] = self._seen(operation)
        return changes | queue_stamps(self._clock)

    def _seen(self, operation: Operation) -> tuple[str, ...] | None:
        """Return the ids of the updates that the person who decides can see: the journal's."""
        if operation.kind != UPDATE:
            return None
        incident = self._records.incident(operation.incident)
        return tuple(sorted(self._page_state().seen_updates(incident)))

    def _status(self, operation: Operation, written: Event, incident: Incident) -> str:
        """Return the status of an edited text: as written, unless the page has advanced since."""
        intended = thaw(operation).status
        before = [
            event
            for event in self._journal.events(incident.id)
            if (event.seq or 0) < (written.seq or 0)
        ]
        then = fold(before)
        order = list(STATUSES)
        if operation.kind != UPDATE or then is None or then.status == incident.status:
            return intended
        return max(intended, incident.status, key=order.index)

    def _edit(
        self, operation: Operation, text: PublicText | None, reason: str, status: str | None
    ) -> str:
        if text is None:
            raise BadValue("The edited text is missing.", "Give the new text.")
        check_body(text)
        before = self._journal.event(operation.event)
        if before is None:
            raise NotFound(f"The entry of {operation.op} is not in the journal.", "'ircon doctor'.")
        payload = replace(thaw(operation), body=text)
        incident = self._records.incident(operation.incident)
        if payload.kind != POSTMORTEM:
            if status:
                check_status(status, incident.kind)
            status = status or self._status(operation, before, incident)
            payload = replace(payload, status=status)
        if payload.kind == UPDATE and not self._page_state().is_on_page(incident):
            payload = self._publishing().creation_payload(payload, incident)
        required = self._publishing().required_reasons(incident, payload)
        reason = check_reason(required, reason) or before.text("reason") or ""
        op = self._recorder.operation_id()
        changed = {"body": text.public, "op": op, "reason": reason or None}
        if payload.kind != POSTMORTEM:
            changed["status"] = payload.status
        update = self._recorder.event(
            operation.incident, before.kind, {**before.payload, **changed}
        )
        frozen, sha = freeze(payload)
        again = Operation(
            op=op,
            incident=operation.incident,
            page=operation.page,
            page_id=operation.page_id,
            kind=payload.kind,
            payload=frozen,
            payload_sha=sha,
            state="queued",
            event=update.id,
            base_ids=self._seen(operation),
            **queue_stamps(self._clock),
        )
        warning = "; it was sent once, and may be on the page" if operation.t_unknown else ""
        self._must_move(
            operation,
            "replace",
            error=f"replaced by an edited text{warning}",
            by=None,
            with_events=[update],
            then=[again],
        )
        return op

    def _item(self, operation: Operation, incident: Incident | None) -> OutboxItem:
        payload = thaw(operation)
        entries = incident.entries if incident else ()
        entry = next((entry.id for entry in entries if entry.event_id == operation.event), "")
        blocker = self._blocker(operation)
        meaning = STATES[operation.state].meaning
        if blocker:
            meaning = f"waits for {blocker[:8]}, which you must decide first"
        return OutboxItem(
            incident=operation.incident,
            incident_name=incident.name if incident else "",
            update=entry,
            operation=operation.op,
            kind=operation.kind,
            status=payload.status,
            state=operation.state,
            word=DELIVERY_WORDS[operation.state],
            meaning=meaning,
            body=payload.body.public,
            page=operation.page,
            attempts=operation.attempts,
            next_attempt_at=operation.hold_until
            if operation.state == "held"
            else operation.not_before,
            last_error=operation.error,
            choices=_choices(operation.state),
            rate_limited=operation.rate_limited,
            may_be=self._may_be(operation),
            waits_for=blocker,
            sender=self._sender()
            if operation.state in {"queued", "preflight", "sending"}
            else None,
        )

    def _may_be(self, operation: Operation) -> tuple[str, ...]:
        if operation.state != "needs_human":
            return ()
        events = self._journal.events(operation.incident)
        return tuple(candidate.remote_id for candidate in _candidates(events, operation.op))

    def _blocker(self, operation: Operation) -> str | None:
        """Return the earlier operation that it waits for: updates are sent in their order."""
        if operation.state != "queued":
            return None
        before = self._journal.operations(incident=operation.incident, states=tuple(NEEDS_DECISION))
        earlier = (other for other in before if (other.seq or 0) < (operation.seq or 0))
        return next((blocker.op for blocker in earlier), None)

    def _sender(self) -> str | None:
        """Return which other process is sending, as a phrase; None if none is."""
        holder = self._lock.holder()
        if holder is None or holder == self._owner:
            return None
        host, pid, *_ = [*holder.split(":"), "", ""]
        return f"sending from pid {pid or '?'} on {host or 'this host'}"

    def _is_alarm(self, operation: Operation) -> bool:
        age = self._clock.now() - operation.queued_at
        return operation.state == "confirmed" and bool(operation.error) and age <= DUPLICATE_WITHIN

    def _must_move(self, operation: Operation, event: str, **changes: Any) -> Operation:
        moved = make_move(self._journal, self._recorder, operation, event, **changes)
        if moved is None:
            raise Refused("It has just changed.", "See its current state: 'ircon outbox'.")
        return moved


def find_operation(journal: Journal, op: str) -> Operation:
    """Return an operation by the beginning of its id.

    Raises:
        NotFound: no operation has it, or several do.
    """
    matches = [operation for operation in journal.operations() if operation.op.startswith(op)]
    if len(matches) != 1:
        problem = f"{len(matches)} operations begin with" if matches else "No operation"
        raise NotFound(f"{problem} {op!r}.", "'ircon outbox' lists them.")
    return matches[0]


def queue_stamps(clock: Clock) -> dict[str, Any]:
    """Return the fields that say when it is queued, by every clock: its age survives a sleep."""
    now = ClockReading.read(clock)
    return {"queued_at": now.wall, **now.stamps()}


def _choices(state: str) -> tuple[str, ...]:
    possible = events_from(state)
    if state not in NEEDS_DECISION:
        return ("drop",) if "drop" in possible else ()
    return tuple(choice for choice in CHOICES if CHOICES[choice] in possible)


def _candidates(events: list[Event], op: str) -> list[PageUpdate]:
    """Return the updates that a person was shown as candidates since it was sent."""
    moves = [event for event in events if event.kind == "delivery" and event.text("op") == op]
    sends = [index for index, move in enumerate(moves) if move.text("state") == "sending"]
    since = moves[max(sends, default=0) :]
    rows = [row for move in since for row in move.payload.get("candidates") or ()]
    return [
        PageUpdate(
            row["id"],
            row["status"],
            PublicText(row["body"]),
            parse_iso(row["created_at"]),
            ours=False,
            may_be_it=True,
        )
        for row in {row["id"]: row for row in rows}.values()
    ]
