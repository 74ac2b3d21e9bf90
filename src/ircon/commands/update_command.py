"""What the posting verbs share: where their words go, and what came of it.

Typing the command was the decision, so nothing is held and nothing asked; what is
about to happen is said on standard error first. Success is only what the page shows.
"""

from __future__ import annotations

import asyncio
import shlex
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, Final

from ircon.checks.finding import ERROR, WARN
from ircon.commands.arguments import Line
from ircon.commands.context import KEPT, Context
from ircon.commands.draft_guard import POSTING, where_kept
from ircon.commands.update_arguments import window_words
from ircon.desk.delivery_session import Carrier
from ircon.desk.drafts import POSTMORTEM, OutboxItem, Posted, Preview, PublicDraft
from ircon.desk.outbox import Operation, find_operation
from ircon.desk.validation import LEAK
from ircon.errors import IrconError, JournalError, Refused
from ircon.incident.event import Event
from ircon.incident.state import Incident
from ircon.incident.text import PublicText, safe_line

FOUND: Final = 3  # ... and for findings of severity error where nothing is sent
_STRICT: Final = frozenset({ERROR, WARN})


def post(line: Line, context: Context, draft: PublicDraft) -> int:
    """Post a draft and wait until the page shows it; the exit code.

    Of a declaration, standard output gets the new incident's id and nothing else. With
    ``--dry-run`` it is only shown.
    """
    if line.dry_run:
        preview = context.desk.publish.prepare(draft)
        return show_only(line, context, preview, draft.incident, draft)
    return asyncio.run(_post(line, context, draft))


def posted_before(line: Line, context: Context) -> int | None:
    """Go on with what was posted under the same ``--key``; None where nothing was.

    Raises:
        Refused: a person dropped that.
    """
    asked = line.key and not line.dry_run
    before = context.desk.publish.posted_under(line.key) if asked else None
    if before is None:
        return None
    line.said = ""  # it is in the outbox, or public
    context.out.aside(
        f"Posted before under the key {safe_line(line.key, 60)!r}, as {before.update} of "
        f"incident {before.incident}; nothing is posted again."
    )
    return asyncio.run(_go_on(line, context, before))


async def _go_on(line: Line, context: Context, posted: Posted) -> int:
    carrier = Carrier(context.desk, context.patience)
    _is_kept(context, posted)
    if line.verb == "declare":
        context.out.line(posted.incident)
    say = context.out.aside if line.verb == "declare" else context.out.line
    try:
        return await follow(context, carrier, posted, say)
    finally:
        await carrier.aclose()


async def _post(line: Line, context: Context, draft: PublicDraft) -> int:
    desk = context.desk
    carrier = Carrier(desk, context.patience)
    try:
        if draft.incident:
            # What its author had seen is what was here before this look at the page.
            seen = desk.publish.seen(desk.records.incident(draft.incident))
            draft = replace(draft, seen=seen)
            with context.patience.spend():  # the other half is for the post itself
                pulled = await carrier.pull_within(
                    draft.incident or "", context.patience.remaining / 2
                )
            say_pulled(context, pulled)
            say_unheard(context)
        preview = desk.publish.prepare(draft)
        with _findings_told(draft, preview):
            check_strict(line, preview)
            say_where(context, preview, draft.incident)
            _check_again(line, context, draft)
            carrier.check_settings(preview.page)
            posted = desk.publish.send(draft, preview.confirm(), key=line.key)
        _is_kept(context, posted)
        line.said = ""  # in the outbox now: a draft of it beside would be a second copy
        if draft.incident is None:
            context.out.line(posted.incident)
        say = context.out.line if draft.incident else context.out.aside
        return await follow(context, carrier, posted, say)
    finally:
        await carrier.aclose()


@contextmanager
def _findings_told(draft: PublicDraft, preview: Preview) -> Iterator[None]:
    """A refusal brings along what was found, and of words that hold a secret none of them."""
    try:
        yield
    except Refused as refused:
        from ircon.commands.finding_lines import findings_document
        from ircon.desk.checking import CheckResult

        found = findings_document([CheckResult(draft.incident or "", preview.findings)])
        unsaid = {"quote": None} if any(one["rule"] == LEAK for one in found) else {}
        refused.findings = [one | unsaid for one in found]
        raise


def check_strict(line: Line, preview: Preview) -> None:
    """With ``--strict``, warnings refuse as errors do.

    Raises:
        Refused: names each finding.
    """
    found = [finding for finding in preview.findings if finding.severity in _STRICT]
    if line.strict and found:
        listed = " ".join(f"{one.rule}: {safe_line(one.message)}" for one in found)
        raise Refused(f"--strict refuses it: {listed}", "Change the words, or leave --strict out.")


def _check_again(line: Line, context: Context, draft: PublicDraft) -> None:
    """Ask once before the same words go out a second time.

    Raises:
        Refused: nobody is there to say yes, or somebody said no.
    """
    is_meant = line.again or line.key  # a key says itself what is posted once
    said = None if is_meant else context.desk.publish.repeated(draft)
    if said is None:
        return
    answer = context.ask(f"{said} Post it once more? [y/N]")
    if answer is None or answer.lower() not in {"y", "yes"}:
        # The line that takes the words up says what was asked here.
        line.argv = [line.argv[0], "--again", *line.argv[1:]]
        raise Refused(said, "To post it once more all the same: --again.")


def show_only(
    line: Line,
    context: Context,
    preview: Preview,
    incident: str | None,
    draft: PublicDraft | None = None,
) -> int:
    """``--dry-run``: what would be posted and what is found in it; 3 with errors."""
    from ircon.commands.finding_lines import finding_lines, findings_document
    from ircon.desk.checking import CheckResult

    say_where(context, preview, incident)
    if draft and (repeated := context.desk.publish.repeated(draft)):
        context.out.aside(f"Warning: {repeated}")
    context.out.line(preview.body)
    for finding in preview.findings:
        for text in finding_lines("text", finding, in_entry=True):
            context.out.aside(text)
    context.out.aside("Nothing was sent.")
    findings = findings_document([CheckResult(incident or "", preview.findings)])
    context.out.answer({"would": _would(incident, preview), "findings": findings})
    refused = _STRICT if line.strict else {ERROR}
    return FOUND if any(finding.severity in refused for finding in preview.findings) else 0


def _would(incident: str | None, preview: Preview) -> dict[str, Any]:
    """What a post would be, as JSON."""
    from ircon.incident.times import iso_or_none

    return {
        "incident": incident,
        "page": preview.page,
        "environment": preview.environment,
        "title": preview.title or None,
        "status": preview.status,
        "body": preview.body,
        "components": {component.id: component.status for component in preview.components},
        "notify": preview.notify,
        "subscribers": preview.subscribers,
        "impact": preview.impact,
        "scheduled_for": iso_or_none(preview.scheduled_for),
        "scheduled_until": iso_or_none(preview.scheduled_until),
        "creates": preview.opens,
        "left_below": [one.id for one in preview.left_below],
        "warnings": list(preview.warnings),
        "needs_reason": list(preview.needs_reason),
    }


async def follow(
    context: Context,
    carrier: Carrier,
    posted: Posted,
    say: Callable[[str], None],
) -> int:
    """Carry what was posted until it is settled, and tell what came of it.

    It is in the outbox already: whatever fails from here on, typing it again would post
    it twice.
    """
    _is_kept(context, posted)
    failure: Exception | None = None
    try:
        with context.patience.spend():
            await carrier.deliver(posted.operation, context.patience.remaining)
    except (IrconError, OSError) as error:
        failure = error
    except asyncio.CancelledError:  # a signal: how far it got is told all the same
        failure = IrconError("Interrupted.")
    try:
        came = _Came.of(context, posted.operation)
    except IrconError as error:
        return _tell_unread(context, posted, failure or error)
    return tell(context, came, say, failure)


def _is_kept(context: Context, posted: Posted) -> None:
    """From now on nothing that fails is a failure of what was posted."""
    context.kept = (
        f"{posted.update} of incident {posted.incident} is kept: 'ircon outbox' says how far "
        "it got, 'ircon sync' goes on."
    )
    context.in_outbox = True


@dataclass(frozen=True, slots=True)
class _Came:
    """What came of an operation, all read before any of it is told."""

    operation: Operation
    item: OutboxItem
    document: dict[str, Any]
    notice: str | None

    @classmethod
    def of(cls, context: Context, op: str) -> _Came:
        """As the journal has it now."""
        operation = find_operation(context.desk, op)
        incident = context.desk.records.incident(operation.incident)
        return cls(
            operation,
            context.desk.outbox.item(op),
            _document(incident, operation),
            next((update.notice for update in incident.updates if update.op == op), None),
        )


def tell(
    context: Context, came: _Came, say: Callable[[str], None], failure: Exception | None
) -> int:
    """Say what came of an operation; the exit code.

    Args:
        failure: what ended the carrying before it was settled, if anything did.
    """
    item, state = came.item, came.operation.state
    if failure and state != "confirmed":
        came.document["error"] = str(failure)
    context.out.answer(came.document)
    reason = f" {failure or item.last_error or ''}".rstrip()
    if state == "confirmed":
        say(f"{item.incident} {item.update} is public on the page '{item.page}'.")
        if came.notice:
            context.out.aside(f"Note: {came.notice}.")
        if failure:
            context.out.aside(f"Note:{reason}")
        _forget_drafts(context, item)
        return 0
    if state == "rejected":
        _tell_refused(context, came, reason)
        return 1
    context.out.aside(f"ircon: Kept, not confirmed: {item.state}, {item.meaning}.{reason}")
    context.out.aside(
        f"Kept: do not type it again. It is {item.update} of incident {item.incident}."
    )
    context.out.aside(next_step(item, context.ircon))
    return KEPT


def tell_refused(context: Context, op: str) -> None:
    """Say that the page refused what was queued before, why, and where its words are."""
    came = _Came.of(context, op)
    _tell_refused(context, came, f" {came.item.last_error or ''}".rstrip())


def _tell_refused(context: Context, came: _Came, reason: str) -> None:
    named = f"{came.item.update} of incident {came.item.incident}"
    context.out.aside(f"ircon: The page refused {named}.{reason}")
    context.out.aside(_kept_again(context, came))


def _tell_unread(context: Context, posted: Posted, failure: Exception) -> int:
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
    context.out.aside(f"ircon: Kept, and how far it got cannot be read now. {failure}")
    context.out.aside(f"Kept: do not type it again. {context.kept}")
    return KEPT


def _forget_drafts(context: Context, item: OutboxItem) -> None:
    """What is public needs no draft; where the journal refuses, they stay, and it is said."""
    try:
        context.desk.saved_drafts.drop_published(item.incident, item.body)
        context.desk.refused_texts.drop_sent(item.body, *POSTING)
    except JournalError as error:
        context.out.aside(f"Note: drafts of it may still be listed. {error}")


def _kept_again(context: Context, came: _Came) -> str:
    """Where the words of a refused update are, in a sentence; at the worst, on the screen."""
    try:
        kept = context.desk.saved_drafts.save_rejected(came.operation)
    except JournalError as error:
        context.out.aside(came.item.body)
        return f"The text could not be kept ({error.message}); it stands above."
    return where_kept(kept) if kept else "The saved postmortem is unchanged."


_WITH: Final = {"it_is_there": " ID", "edit": " TEXT"}  # what a choice needs


def next_step(item: OutboxItem, ircon: list[str]) -> str:
    """What a person can do about what waits; ``ircon`` is how the lines begin."""
    line = shlex.join(ircon)
    if item.state == "confirmed":  # it stands there twice
        if item.kind == "create":
            return "End or delete the second one on the page itself."
        return "It cannot be deleted: edit the second one on the page itself."
    if item.waits_for:
        return f"It goes when that one is decided: '{line} outbox'."
    if item.state in {"queued", "preflight", "sending", "sent", "unknown"}:
        return f"'{line} sync' goes on with it; '{line} outbox' says how far it got."
    options = (f"--{choice.replace('_', '-')}{_WITH.get(choice, '')}" for choice in item.choices)
    decide = f"Decide: {line} outbox resolve {item.operation[:8]} {' | '.join(options)}"
    return f"{decide}\n{second_copy(item)}" if item.may_be else decide


def second_copy(item: OutboxItem) -> str:
    """What sending again would do while what it may be stands on the page."""
    listed = safe_line(", ".join(item.may_be), 300)
    return f"Careful: if {listed} is it, sending again makes a second copy of it."


def say_where(context: Context, preview: Preview, incident: str | None = None) -> None:
    """What is said of which incident, on which page, and who is mailed."""
    aside = context.out.aside
    aside(
        f"{_target(preview.title, incident, preview.page_name, preview.page, preview.environment)}"
        f", {preview.host}: {preview.status}; {_mails(preview)}."
    )
    if preview.scheduled_for or preview.scheduled_until:
        aside(f"Window: {window_words(preview, context.desk.zone)}.")
    if preview.components:
        listed = (
            f"{component.path} {component.status or 'as it is'}" for component in preview.components
        )
        only = ", for the window only" if preview.scheduled_for else ""
        aside(f"Components: {safe_line(', '.join(listed))}{only}.")
    if preview.left_below:
        listed = (f"{one.path} {one.status}" for one in preview.left_below)
        # What --restore itself left, it has given its reason for.
        wants = context.verb == "resolve" and not context.restores
        hint = " --restore sets them so." if wants else ""
        aside(f"Stays below operational: {safe_line(', '.join(listed))}.{hint}")
    for warning in preview.warnings:
        aside(f"Warning: {safe_line(warning)}")


def say_item(context: Context, item: OutboxItem) -> None:
    """As ``say_where``, of what goes on from the outbox."""
    page = context.desk.config.page(item.page)
    called = page.page_name or page.name
    target = _target(item.incident_name, item.incident, called, page.name, page.environment)
    state = context.desk.records.incident(item.incident)
    told = state.public_updates and item.status and item.status != state.status
    shown = f" (the page shows {state.status})" if told else ""
    context.out.aside(f"{target}: {item.status or item.kind}{shown}.")


def _target(title: str, incident: str | None, called: str, page: str, environment: str) -> str:
    where = "PRODUCTION" if environment == "production" else environment
    which = f"incident {incident}, " if incident else "a new incident, "
    return f"To {safe_line(called)} (page '{page}', {where}), {which}{safe_line(title, 120)!r}"


def _mails(preview: Preview) -> str:
    count = "its" if preview.subscribers is None else preview.subscribers
    return f"mails {count} subscribers" if preview.notify else "mails nobody"


def say_unheard(context: Context) -> None:
    """That what others posted meanwhile is not known, where the page could not be asked."""
    for one in context.desk.reachability.unanswered():
        context.out.aside(one.describe(context.desk.zone, context.desk.clock.now()))


def say_pulled(context: Context, pulled: list[Event]) -> None:
    """What others posted meanwhile, and what else the page shows otherwise by now."""
    for event in pulled:
        incident = context.desk.records.incident(event.incident)
        entry = next((one for one in incident.entries if one.event_id == event.id), None)
        words = entry.text.public if entry and isinstance(entry.text, PublicText) else ""
        if event.kind == "update":
            words = f"{event.text('status')}: {event.text('body') or ''}"
        what = "Posted by others" if event.kind == "update" else "Changed on the page"
        update = next((one for one in incident.updates if one.event_id == event.id), None)
        if update and context.desk.outbox.may_be_dropped(incident.id, update):
            what = "On the page by now, perhaps yours that was dropped"
        said = f"{what}, {event.incident} {event.entry}: {safe_line(words, 300)}"
        context.out.aside(said.rstrip(" :"))
        if event.payload.get("deleted") is True and not event.text("remote_id"):
            line = shlex.join(context.ircon)
            context.out.aside(f"'{line} close {event.incident}' ends it here too.")


def _document(incident: Incident, operation: Operation) -> dict[str, Any]:
    from ircon.writing.json_documents import posted_document, postmortem_posted_document

    if operation.kind == POSTMORTEM:
        return postmortem_posted_document(incident)
    update = next(one for one in incident.updates if one.op == operation.op)
    return posted_document(incident, update)
