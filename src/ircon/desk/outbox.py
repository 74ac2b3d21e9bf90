"""What waits on its way to a page, and the decisions that only a person makes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ircon.delivery.lock import SenderLock
from ircon.delivery.matching import looks_same
from ircon.delivery.payload import freeze, thaw
from ircon.delivery.policy import TWIN_WITHIN, Moment
from ircon.delivery.states import OPEN, STATES, WANTS_PERSON, events_from
from ircon.delivery.transitions import make_move
from ircon.desk.drafts import OnPage, OutboxItem
from ircon.desk.validation import check_body, check_reason, check_status
from ircon.errors import BadValue, NotFound, Refused
from ircon.incident.event import Event
from ircon.incident.fold import fold
from ircon.incident.state import Incident, Update
from ircon.incident.text import PublicText
from ircon.incident.times import Clock, parse_iso
from ircon.incident.vocabulary import DELIVERY_WORDS, STATUSES
from ircon.journal.operation import Operation
from ircon.pages.protocol import POSTMORTEM, UPDATE

if TYPE_CHECKING:
    from ircon.desk.desk import Desk

__all__ = ["CHOICES", "Operation", "Outbox", "clocks", "find_operation"]

_LISTED = {*OPEN, "confirmed"}

# What a person may decide, and the event each decision is to the machine.
CHOICES = {
    "send_anyway": "reconfirm",
    "edit": "replace",
    "look_again": "look_again",
    "it_is_there": "it_is_there",
    "send_again": "send_again",
    "drop": "drop",
}


class Outbox:
    """Shows what is not settled, and takes decisions about it."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def items(self, *, every: bool = False) -> list[OutboxItem]:
        """What is not settled, in the order it will be sent; ``every`` adds what is.

        What stands on the page twice is listed for a day.
        """
        items = []
        states: dict[str, Incident | None] = {}
        for operation in self._desk.journal.operations(states=() if every else _LISTED):
            if operation.state == "confirmed" and not every and not self._is_alarm(operation):
                continue
            if operation.incident not in states:
                states[operation.incident] = fold(self._desk.journal.events(operation.incident))
            items.append(self._item(operation, states[operation.incident]))
        return items

    def alarms(self) -> list[OutboxItem]:
        """What stands on the page twice, for a day."""
        return [one for one in self.items() if one.state == "confirmed"]

    def item(self, op: str) -> OutboxItem:
        """One operation, by the beginning of its id.

        Raises:
            NotFound: there is none.
        """
        operation = find_operation(self._desk, op)
        return self._item(operation, fold(self._desk.journal.events(operation.incident)))

    def beside(self, op: str) -> list[OnPage]:
        """What is on the page, to be read beside what was written; oldest first.

        What an operation in doubt may be; all that was posted since its author last
        looked; at least the newest public update. As the journal knows it: a pull
        (``Carrier.pull``) brings it up to date.

        Raises:
            NotFound: there is no such operation.
        """
        operation = find_operation(self._desk, op)
        events = self._desk.journal.events(operation.incident)
        incident = fold(events)
        public = [one for one in (incident.public_updates if incident else ()) if one.remote_id]
        seen = set(operation.base_ids or ())
        news = [one for one in public if one.remote_id not in seen] if seen else public
        there = {
            one.remote_id: OnPage(
                one.remote_id,
                one.status,
                one.as_shown,
                one.created,
                ours=one.origin == "ircon" or self.may_be_dropped(operation.incident, one),
                may_be_it=False,
            )
            for one in [*public[-1:], *news]
            if one.remote_id
        }
        for candidate in _candidates(events, operation.op):
            there[candidate.remote_id] = candidate
        return sorted(there.values(), key=lambda one: one.at)

    def may_be_dropped(self, incident: str, update: Update) -> bool:
        """Whether an update of the page may be one that was sent once, and dropped in doubt."""
        dropped = (
            thaw(operation)
            for operation in self._desk.journal.operations(incident=incident, states=("cancelled",))
            if operation.t_unknown
        )
        return any(
            one.status == update.status and looks_same(one.body.public, update.as_shown.public)
            for one in dropped
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
        """A person's decision on what the program must not decide; one of ``CHOICES``.

        Args:
            remote: for ``it_is_there``, the page's id of the update, or of the incident
                that was created; it counts once the page shows it.
            text: for ``edit``, the new words.
            notify: for ``send_again``: mail subscribers (again).
            reason: for ``edit``: why the words go out although the checks object.
            status: for ``edit``: the status to set. Unless said it is the one that was
                written, or the page's where that has moved on since: it never goes back.

        Returns:
            The id of the operation that goes on: a new one after an edit.

        Raises:
            Refused: the choice is not open in its state, or needs more.
            AlreadyClaimed: that remote update confirms another operation.
        """
        operation = find_operation(self._desk, op)
        open_to = _choices(operation.state)
        if choice not in open_to:
            raise Refused(
                f"{operation.op} is {operation.state}: it cannot be decided that way.",
                f"Open to you: {', '.join(open_to) or 'nothing; it goes its way'}.",
            )
        if choice == "it_is_there" and not remote:
            raise BadValue("Which update of the page is it?", "Give its id.")
        if choice == "edit":
            return self._edit(operation, text, reason, status)
        self._must_move(
            operation, CHOICES[choice], **self._changes(operation, choice, remote, notify)
        )
        if choice == "drop":
            self._desk.respond.abandon(operation.incident)
        return operation.op

    def objections(self, op: str, text: PublicText) -> tuple[str, ...]:
        """What in an edited text goes out only with a typed reason, each in a sentence.

        Raises:
            NotFound: there is no such operation.
        """
        operation = find_operation(self._desk, op)
        payload = replace(thaw(operation), body=text)
        incident = self._desk.records.incident(operation.incident)
        return self._desk.publish.wanted_reason(incident, payload)

    def _changes(
        self,
        operation: Operation,
        choice: str,
        remote: str | None,
        notify: bool,  # noqa: FBT001 - as decided
    ) -> dict[str, Any]:
        """What a decision makes of an operation."""
        if choice == "drop":
            doubt = operation.state == "needs_human" or operation.t_unknown is not None
            said = "dropped; it was sent once, and may be on the page" if doubt else None
            return {"error": said, "by": None}
        now = Moment.read(self._desk.clock)
        changes: dict[str, Any] = {"error": None, "by": None, "not_before": None, "attempts": 0}
        if choice in {"it_is_there", "look_again"}:
            changes |= {"t_unknown": now.wall, "good_reads": 0, "remote_id": remote}
            return changes | now.stamps()
        if choice == "send_again":
            # What was there before the lost attempt stays noted: it may yet turn up. What
            # was shown to the person is not it: they said so.
            shown = _candidates(self._desk.journal.events(operation.incident), operation.op)
            base = {*(operation.base_ids or ()), *(one.remote_id for one in shown)}
            changes |= {"quiet": not notify, "base_ids": tuple(sorted(base))}
        elif operation.t_unknown is None:
            changes["base_ids"] = self._seen(operation)
        return changes | clocks(self._desk.clock)

    def _seen(self, operation: Operation) -> tuple[str, ...] | None:
        """What the person who decides has before them: all that the journal knows of the page."""
        if operation.kind != UPDATE:
            return None
        incident = self._desk.records.incident(operation.incident)
        return tuple(sorted(self._desk.publish.seen(incident)))

    def _status(self, operation: Operation, written: Event, incident: Incident) -> str:
        """What an edited text sets: what was written, unless the page has gone further since."""
        meant = thaw(operation).status
        before = [
            event
            for event in self._desk.journal.events(incident.id)
            if (event.seq or 0) < (written.seq or 0)
        ]
        then = fold(before)
        order = list(STATUSES)
        if operation.kind != UPDATE or then is None or then.status == incident.status:
            return meant
        return max(meant, incident.status, key=order.index)

    def _edit(
        self, operation: Operation, text: PublicText | None, reason: str, status: str | None
    ) -> str:
        if text is None:
            raise BadValue("What should it say?", "Give the new text.")
        check_body(text)
        before = self._desk.journal.event(operation.event)
        if before is None:
            raise NotFound(f"The entry of {operation.op} is not in the journal.", "'ircon doctor'.")
        payload = replace(thaw(operation), body=text)
        incident = self._desk.records.incident(operation.incident)
        if payload.kind != POSTMORTEM:
            if status:
                check_status(status, incident.kind)
            status = status or self._status(operation, before, incident)
            payload = replace(payload, status=status)
        if payload.kind == UPDATE and not self._desk.publish.is_on_page(incident):
            payload = self._desk.publish.opening(payload, incident)
        wanted = self._desk.publish.wanted_reason(incident, payload)
        reason = check_reason(wanted, reason) or before.text("reason") or ""
        op = self._desk.recorder.operation_id()
        said = {"body": text.public, "op": op, "reason": reason or None}
        if payload.kind != POSTMORTEM:
            said["status"] = payload.status
        update = self._desk.recorder.event(
            operation.incident, before.kind, {**before.payload, **said}
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
            **clocks(self._desk.clock),
        )
        doubt = "; it was sent once, and may be on the page" if operation.t_unknown else ""
        self._must_move(
            operation,
            "replace",
            error=f"replaced by an edited text{doubt}",
            by=None,
            with_events=[update],
            then=[again],
        )
        return op

    def _item(self, operation: Operation, incident: Incident | None) -> OutboxItem:
        payload = thaw(operation)
        entries = incident.entries if incident else ()
        entry = next((one.id for one in entries if one.event_id == operation.event), "")
        blocker = self._blocker(operation)
        meaning = STATES[operation.state].meaning
        if blocker:
            meaning = f"waits for {blocker[:8]}, which a person must decide first"
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
        events = self._desk.journal.events(operation.incident)
        return tuple(candidate.remote_id for candidate in _candidates(events, operation.op))

    def _blocker(self, operation: Operation) -> str | None:
        """Updates of an incident leave in the order they were written in."""
        if operation.state != "queued":
            return None
        before = self._desk.journal.operations(
            incident=operation.incident, states=tuple(WANTS_PERSON)
        )
        return next((one.op for one in before if (one.seq or 0) < (operation.seq or 0)), None)

    def _sender(self) -> str | None:
        """Which other process is sending, in words."""
        holder = SenderLock(self._desk.paths.data, self._desk.owner).holder()
        if holder is None or holder == self._desk.owner:
            return None
        host, pid, *_ = [*holder.split(":"), "", ""]
        return f"sending from pid {pid or '?'} on {host or 'this host'}"

    def _is_alarm(self, operation: Operation) -> bool:
        age = self._desk.clock.now() - operation.queued_at
        return operation.state == "confirmed" and bool(operation.error) and age <= TWIN_WITHIN

    def _must_move(self, operation: Operation, event: str, **changes: Any) -> Operation:
        moved = make_move(self._desk.journal, self._desk.recorder, operation, event, **changes)
        if moved is None:
            raise Refused("It has just moved on.", "Look at it again: 'ircon outbox'.")
        return moved


def find_operation(desk: Desk, op: str) -> Operation:
    """An operation by the beginning of its id.

    Raises:
        NotFound: none has it, or several do.
    """
    found = [operation for operation in desk.journal.operations() if operation.op.startswith(op)]
    if len(found) != 1:
        raise NotFound(f"No one operation {op!r}.", "'ircon outbox' lists them.")
    return found[0]


def clocks(clock: Clock) -> dict[str, Any]:
    """When something is queued, by every clock: how old it is must survive a sleep."""
    now = Moment.read(clock)
    return {"queued_at": now.wall, **now.stamps()}


def _choices(state: str) -> tuple[str, ...]:
    possible = events_from(state)
    if state not in WANTS_PERSON:
        return tuple(one for one in ("drop",) if one in possible)
    return tuple(choice for choice in CHOICES if CHOICES[choice] in possible)


def _candidates(events: list[Event], op: str) -> list[OnPage]:
    """What an operation may have become: all that a person was asked about since it was sent."""
    moves = [event for event in events if event.kind == "delivery" and event.text("op") == op]
    sent = max((at for at, one in enumerate(moves) if one.text("state") == "sending"), default=0)
    found = [one for move in moves[sent:] for one in move.payload.get("candidates") or ()]
    return [
        OnPage(
            one["id"],
            one["status"],
            PublicText(one["body"]),
            parse_iso(one["created_at"]),
            ours=False,
            may_be_it=True,
        )
        for one in {one["id"]: one for one in found}.values()
    ]
