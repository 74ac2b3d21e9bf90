"""Posting of an update or a postmortem, as declare, update, resolve and postmortem share it.

Typing the command was the decision, so nothing is held and nothing asked; the target is
printed on standard error first. Success is only what the page shows.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Final

from ircon.checks.finding import ERROR, WARN
from ircon.commands.arguments import Line
from ircon.commands.context import Context
from ircon.commands.posting_outcome import Outcome, print_outcome, print_unread
from ircon.commands.posting_preview import (
    print_dry_run,
    print_findings,
    print_pulled,
    print_target,
    print_unreachable,
)
from ircon.desk.delivery_session import DeliverySession
from ircon.desk.drafts import Preview, PublicDraft, Submission
from ircon.errors import IrconError, Refused
from ircon.incident.text import safe_line

_STRICT: Final = frozenset({ERROR, WARN})


def post(line: Line, context: Context, draft: PublicDraft) -> int:
    """Post a draft and wait until the page shows it; the exit code.

    Of a declaration, standard output gets the new incident's id and nothing else. With
    ``--dry-run`` it is only shown.
    """
    if line.dry_run:
        preview = context.desk.publish.prepare(draft)
        return print_dry_run(line, context, preview, draft.incident, draft)
    return asyncio.run(_post(line, context, draft))


def posted_before(line: Line, context: Context) -> int | None:
    """Go on with what was posted under the same ``--key``; None where nothing was.

    Raises:
        Refused: a person dropped that.
    """
    asked = line.key and not line.dry_run
    before = context.desk.duplicates.find_by_key(line.key) if asked else None
    if before is None:
        return None
    line.unsaved = ""  # it is in the outbox, or public
    context.out.aside(
        f"Already posted with the key {safe_line(line.key, 60)!r}, as {before.update} of "
        f"incident {before.incident}; nothing is posted again."
    )
    return asyncio.run(_resume(line, context, before))


async def _resume(line: Line, context: Context, posted: Submission) -> int:
    session = context.desk.open_delivery_session(context.patience)
    _note_in_outbox(context, posted)
    if line.row.opens_incident:
        context.out.line(posted.incident)
    say = context.out.aside if line.row.opens_incident else context.out.line
    try:
        return await follow(context, session, posted, say)
    finally:
        await session.aclose()


async def _post(line: Line, context: Context, draft: PublicDraft) -> int:
    desk = context.desk
    session = desk.open_delivery_session(context.patience)
    try:
        if draft.incident:
            # What its author had seen is what was here before this look at the page.
            seen = desk.page_state.seen_updates(desk.records.incident(draft.incident))
            draft = replace(draft, seen=seen)
            with context.patience.spend():  # the other half is for the post itself
                pulled = await session.pull_within(
                    draft.incident or "", context.patience.remaining / 2
                )
            print_pulled(context, pulled)
            print_unreachable(context)
        preview = desk.publish.prepare(draft)
        with _findings_attached(draft, preview):
            print_target(context, preview, draft.incident)
            print_findings(context, preview)
            check_strict(line, preview)
            _confirm_repeat(line, context, draft)
            session.check_page_settings(preview.page)
            posted = desk.publish.send(draft, preview.confirm(), key=line.key)
        _note_in_outbox(context, posted)
        line.unsaved = ""  # in the outbox now: a draft of it beside would be a second copy
        if draft.incident is None:
            context.out.line(posted.incident)
        say = context.out.line if draft.incident else context.out.aside
        return await follow(context, session, posted, say)
    finally:
        await session.aclose()


@contextmanager
def _findings_attached(draft: PublicDraft, preview: Preview) -> Iterator[None]:
    """A refusal brings along what was found, and of words that hold a secret none of them."""
    try:
        yield
    except Refused as refused:
        from ircon.commands.finding_documents import findings_document
        from ircon.desk.checking import CheckResult

        found = findings_document([CheckResult(draft.incident or "", preview.findings)])
        unsaid = (
            {"quote": None} if any(finding.confidential for finding in preview.findings) else {}
        )
        refused.findings = [one | unsaid for one in found]
        raise


def check_strict(line: Line, preview: Preview) -> None:
    """With ``--strict``, warnings refuse as errors do.

    Raises:
        Refused: names the rules; ``print_findings`` has said more.
    """
    found = [finding for finding in preview.findings if finding.severity in _STRICT]
    if line.strict and found:
        listed = ", ".join(dict.fromkeys(one.rule for one in found))
        raise Refused(
            f"--strict refuses the {'update' if line.row.posts_update else 'postmortem'}, "
            f"because of {listed}.",
            "Change the text, or leave --strict out.",
        )


def _confirm_repeat(line: Line, context: Context, draft: PublicDraft) -> None:
    """Ask once before the same words go out a second time.

    Raises:
        Refused: nobody can be asked, or the answer was not yes.
    """
    is_meant = line.again or line.key  # a key says itself what is posted once
    said = None if is_meant else context.desk.duplicates.warning(draft)
    if said is None:
        return
    answer = context.ask(f"{said} Post it once more? [y/N]")
    if answer is None or answer.lower() not in {"y", "yes"}:
        # The line that takes the words up says what was asked here.
        line.argv = [line.argv[0], "--again", *line.argv[1:]]
        raise Refused(said, "Use --again to post it once more.")


async def follow(
    context: Context,
    session: DeliverySession,
    posted: Submission,
    say: Callable[[str], None],
) -> int:
    """Carry what was posted until it is settled, and print_outcome what outcome of it.

    It is in the outbox already: whatever fails from here on, typing it again would post
    it twice.
    """
    _note_in_outbox(context, posted)
    failure: Exception | None = None
    try:
        with context.patience.spend():
            await session.deliver(posted.operation, context.patience.remaining)
    except (IrconError, OSError) as error:
        failure = error
    except asyncio.CancelledError:  # a signal: how far it got is told all the same
        failure = IrconError("Interrupted.")
    try:
        outcome = Outcome.of(context, posted.operation)
    except IrconError as error:
        return print_unread(context, posted, failure or error)
    return print_outcome(context, outcome, say, failure)


def _note_in_outbox(context: Context, posted: Submission) -> None:
    """From now on nothing that fails is a failure of what was posted."""
    context.if_interrupted = (
        f"{posted.update} of incident {posted.incident} is saved: 'ircon outbox' shows its state, "
        "'ircon sync' continues."
    )
    context.in_outbox = True
