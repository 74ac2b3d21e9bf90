"""What waits on its way to a page, and the decisions that only a person makes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ircon.delivery.content import freeze, thaw
from ircon.delivery.machine import SETTLED, STATES, WANTS_PERSON, events_from
from ircon.delivery.moves import make_move
from ircon.desk.drafts import OutboxItem
from ircon.desk.gate import check_body
from ircon.errors import NotFound, Refused
from ircon.incident.fold import fold
from ircon.incident.state import Incident
from ircon.incident.text import PublicText
from ircon.incident.times import Clock
from ircon.incident.vocabulary import DELIVERY_WORDS
from ircon.journal.operation import Operation

if TYPE_CHECKING:
    from ircon.desk.desk import Desk

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
        """What is not settled, in the order it will be sent; ``every`` adds what is."""
        items = []
        states: dict[str, Incident | None] = {}
        for operation in self._desk.journal.operations():
            if operation.state in SETTLED and not every:
                continue
            if operation.incident not in states:
                states[operation.incident] = fold(self._desk.journal.events(operation.incident))
            items.append(self._item(operation, states[operation.incident]))
        return items

    def item(self, op: str) -> OutboxItem:
        """One operation, by the beginning of its id.

        Raises:
            NotFound: there is none.
        """
        operation = find_operation(self._desk, op)
        return self._item(operation, fold(self._desk.journal.events(operation.incident)))

    def decide(
        self,
        op: str,
        choice: str,
        *,
        remote: str | None = None,
        text: PublicText | None = None,
        notify: bool = False,
    ) -> str:
        """A person's decision on what the program must not decide; one of ``CHOICES``.

        Args:
            remote: for ``it_is_there``, the id of the update on the page.
            text: for ``edit``, the new words.
            notify: for ``send_again``: mail subscribers (again).

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
            raise Refused("Which update of the page is it?", "Give its id.")
        if choice == "edit":
            return self._edit(operation, text)
        changes: dict[str, Any] = {"error": None, "by": None}
        if choice == "send_anyway":
            changes |= {"base_ids": None, "not_before": None, **clocks(self._desk.clock)}
        elif choice == "send_again":
            # What was there before the lost attempt stays noted: it may yet turn up.
            changes |= {"not_before": None, "quiet": not notify}
            changes |= clocks(self._desk.clock)
        elif choice == "it_is_there":
            changes["remote_id"] = remote
        elif choice == "look_again":
            changes |= {"t_unknown": self._desk.clock.now(), "good_reads": 0, "not_before": None}
        self._must_move(operation, CHOICES[choice], **changes)
        return operation.op

    def _edit(self, operation: Operation, text: PublicText | None) -> str:
        if text is None:
            raise Refused("What should it say?", "Give the new text.")
        check_body(text)
        content = replace(thaw(operation.payload, operation.payload_sha), body=text)
        before = self._desk.journal.event(operation.event)
        if before is None:
            raise NotFound(f"The entry of {operation.op} is not in the journal.", "'ircon doctor'.")
        op = self._desk.recorder.operation_id()
        update = self._desk.recorder.event(
            operation.incident, before.kind, {**before.payload, "body": text.public, "op": op}
        )
        payload, sha = freeze(content)
        again = replace(
            operation,
            op=op,
            payload=payload,
            payload_sha=sha,
            state="queued",
            event=update.id,
            base_ids=None,
            attempts=0,
            moves=0,
            seq=None,
            not_before=None,
            error=None,
            by=None,
            **clocks(self._desk.clock),
        )
        self._must_move(operation, "replace", error="replaced by an edited text", by=None)
        self._desk.journal.append([update], [again])
        return op

    def _item(self, operation: Operation, incident: Incident | None) -> OutboxItem:
        content = thaw(operation.payload, operation.payload_sha)
        entries = incident.entries if incident else ()
        entry = next((one.id for one in entries if one.event_id == operation.event), "")
        return OutboxItem(
            incident=operation.incident,
            incident_name=incident.name if incident else "",
            update=entry,
            operation=operation.op,
            kind=operation.kind,
            state=operation.state,
            word=DELIVERY_WORDS[operation.state],
            meaning=STATES[operation.state].meaning,
            body=content.body.public,
            page=operation.page,
            attempts=operation.attempts,
            next_attempt_at=operation.hold_until
            if operation.state == "held"
            else operation.not_before,
            last_error=operation.error,
            choices=_choices(operation.state),
        )

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
    found = [one for one in desk.journal.operations() if one.op.startswith(op)]
    if len(found) != 1:
        raise NotFound(f"No one operation {op!r}.", "'ircon outbox' lists them.")
    return found[0]


def clocks(clock: Clock) -> dict[str, Any]:
    """When something is queued, by every clock: how old it is must survive a sleep."""
    return {
        "queued_at": clock.now(),
        "mono_ns": clock.monotonic_ns(),
        "boot_ns": clock.boot_ns(),
        "boot_id": clock.boot_id,
    }


def _choices(state: str) -> tuple[str, ...]:
    possible = events_from(state)
    if state not in WANTS_PERSON:
        return tuple(one for one in ("drop",) if one in possible)
    return tuple(choice for choice in CHOICES if CHOICES[choice] in possible)
