"""Outcome of a post: published, refused or still pending, and the next step."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from ircon.commands.context import UNCONFIRMED, Context
from ircon.commands.draft_guard import saved_as
from ircon.commands.table import UPDATE_VERBS
from ircon.desk.drafts import POSTMORTEM, OutboxItem, Submission
from ircon.desk.outbox import Operation
from ircon.errors import JournalError
from ircon.incident.state import Incident
from ircon.incident.text import safe_line

_CHOICE_VALUES: Final = {"it_is_there": " ID", "edit": " TEXT"}  # what a choice needs


@dataclass(frozen=True, slots=True)
class Outcome:
    """The outcome of an operation, read as a whole before any of it is printed."""

    operation: Operation
    item: OutboxItem
    document: dict[str, Any]
    notice: str | None

    @classmethod
    def of(cls, context: Context, op: str) -> Outcome:
        """As the journal has it now."""
        operation = context.desk.outbox.operation(op)
        incident = context.desk.records.incident(operation.incident)
        return cls(
            operation,
            context.desk.outbox.item(op),
            _document(incident, operation),
            next((update.notice for update in incident.updates if update.op == op), None),
        )


def print_outcome(
    context: Context, outcome: Outcome, say: Callable[[str], None], failure: Exception | None
) -> int:
    """Print the outcome of an operation; return the exit code.

    Args:
        failure: what ended the carrying before it was settled, if anything did.
    """
    item, state = outcome.item, outcome.operation.state
    if failure and state != "confirmed":
        outcome.document["error"] = str(failure)
    context.out.answer(outcome.document)
    reason = f" {failure or item.last_error or ''}".rstrip()
    if state == "confirmed":
        say(f"{item.incident} {item.update} is public on the page '{item.page}'.")
        if outcome.notice:
            context.out.aside(f"Note: {outcome.notice}.")
        if failure:
            context.out.aside(f"Note:{reason}")
        _discard_drafts(context, item)
        return 0
    if state == "rejected":
        _print_refusal(context, outcome, reason)
        return 1
    context.out.aside(f"ircon: Saved, not confirmed: {item.state}, {item.meaning}.{reason}")
    context.out.aside(
        f"Saved: do not type it again. It is {item.update} of incident {item.incident}."
    )
    context.out.aside(next_step(item, context.ircon))
    return UNCONFIRMED


def print_refusal(context: Context, op: str) -> None:
    """Say that the page refused what was queued before, why, and where its words are."""
    outcome = Outcome.of(context, op)
    _print_refusal(context, outcome, f" {outcome.item.last_error or ''}".rstrip())


def _print_refusal(context: Context, outcome: Outcome, reason: str) -> None:
    named = f"{outcome.item.update} of incident {outcome.item.incident}"
    context.out.aside(f"ircon: The page refused {named}.{reason}")
    context.out.aside(_save_rejected(context, outcome))


def print_unread(context: Context, posted: Submission, failure: Exception) -> int:
    """Say that it is kept, though the journal does not let it be read how far it got."""
    context.out.answer(
        {
            "incident": posted.incident,
            "update": posted.update,
            "operation": posted.operation,
            "delivery": None,
            "remote_id": None,
            "error": str(failure),
        }
    )
    context.out.aside(f"ircon: Saved, but its state cannot be read now. {failure}")
    context.out.aside(f"Saved: do not type it again. {context.if_interrupted}")
    return UNCONFIRMED


def _discard_drafts(context: Context, item: OutboxItem) -> None:
    """What is public needs no draft; where the journal refuses, they stay, and it is said."""
    try:
        context.desk.saved_drafts.drop_published(item.incident, item.body)
        context.desk.refused_texts.drop_sent(item.body, *UPDATE_VERBS)
    except JournalError as error:
        context.out.aside(f"Note: drafts of it may still be listed. {error}")


def _save_rejected(context: Context, outcome: Outcome) -> str:
    """Where the words of a refused update are, in a sentence; at the worst, on the screen."""
    try:
        kept = context.desk.saved_drafts.save_rejected(outcome.operation)
    except JournalError as error:
        context.out.aside(outcome.item.body)
        return f"The text could not be saved ({error.message}); it is printed above."
    return saved_as(kept) if kept else "The saved postmortem is unchanged."


def next_step(item: OutboxItem, ircon: list[str]) -> str:
    """Return the next step for a pending update; ``ircon`` begins each command."""
    line = shlex.join(ircon)
    if item.state == "confirmed":  # it stands there twice
        if item.kind == "create":
            return "End or delete the second one on the page itself."
        return "It cannot be deleted: edit the second one on the page itself."
    if item.waits_for:
        return f"It is sent when that one is decided: '{line} outbox'."
    if item.state in {"queued", "preflight", "sending", "sent", "unknown"}:
        return f"'{line} sync' continues; '{line} outbox' shows its state."
    options = (
        f"--{choice.replace('_', '-')}{_CHOICE_VALUES.get(choice, '')}" for choice in item.choices
    )
    decide = f"Decide: {line} outbox resolve {item.operation[:8]} {' | '.join(options)}"
    return f"{decide}\n{second_copy(item)}" if item.may_be else decide


def second_copy(item: OutboxItem) -> str:
    """What sending again would do while what it may be stands on the page."""
    listed = safe_line(", ".join(item.may_be), 300)
    return f"Careful: if {listed} is this update, sending again makes a second copy."


def _document(incident: Incident, operation: Operation) -> dict[str, Any]:
    from ircon.writing.json_documents import posted_document, postmortem_posted_document

    if operation.kind == POSTMORTEM:
        return postmortem_posted_document(incident)
    update = next(one for one in incident.updates if one.op == operation.op)
    return posted_document(incident, update)
