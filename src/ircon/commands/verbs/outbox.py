"""The outbox: pending updates, saved drafts, decisions on them, and delivery now."""

from __future__ import annotations

import argparse
import asyncio

from ircon.commands.arguments import Line, command, exactly, seconds
from ircon.commands.context import UNCONFIRMED, Context
from ircon.commands.draft_guard import guard_draft
from ircon.commands.draft_lines import all_drafts
from ircon.commands.posting import follow
from ircon.commands.posting_outcome import next_step, print_refusal, second_copy
from ircon.commands.posting_preview import print_item_target, print_pulled
from ircon.commands.streams import read_input
from ircon.commands.update_arguments import tidy
from ircon.desk.delivery_session import SyncResult
from ircon.desk.drafts import OutboxItem, Submission
from ircon.errors import UsageError
from ircon.incident.text import PublicText, safe_line
from ircon.incident.times import iso_or_none


def _outbox_options(parser: argparse.ArgumentParser) -> None:
    choice = parser.add_mutually_exclusive_group().add_argument
    choice("--it-is-there", metavar="REMOTE", help="already posted: the page's id of the update")
    choice("--send-again", action="store_true", help="send it again, without --notify silently")
    choice("--send-anyway", action="store_true", help="send it unchanged")
    choice("--edit", metavar="TEXT", help="send this text instead; - reads standard input")
    choice("--look-again", action="store_true", help="ask the page for another minute")
    choice("--drop", action="store_true", help="do not send it; also discards a draft")
    add = parser.add_argument
    add("--status", metavar="S", help="with --edit: the status it sets")
    parser.add_argument(
        "--notify", action="store_true", help="with --send-again: notify subscribers"
    )
    parser.add_argument(
        "--reason",
        default="",
        metavar="TEXT",
        help="with --edit: the reason, where one is required",
    )
    add("--timeout", type=seconds, default=20, metavar="S", help="seconds (20)")


@command(
    usage=(
        "[show OP | resolve OP "
        "--it-is-there REMOTE | --send-again | --send-anyway | --edit TEXT | --drop]"
    ),
    examples="""
  ircon outbox
  ircon outbox show refused:3f9a2c | ircon note k3f9 -
  ircon outbox resolve 3f9a --send-anyway
  ircon outbox resolve 3f9a --edit "The fix is in place; we keep watching."
  ircon outbox resolve 3f9a --it-is-there 7rghmvv5crq0""",
    options=_outbox_options,
)
def outbox(line: Line, context: Context) -> int:
    """List pending updates, print the text of one, or carry out a decision."""
    if line.words[:1] == ["show"]:
        (op,) = exactly(line.words[1:], "OP")
        return _show(op, context)
    if line.words[:1] == ["resolve"]:
        (op,) = exactly(line.words[1:], "OP")
        line.edit = tidy(read_input() if line.edit == "-" else line.edit or "") or None
        line.unsaved = line.edit or ""
        with guard_draft(line, context):
            return _resolve(op, line, context)
    exactly(line.words)
    items, drafts = context.desk.outbox.items(), all_drafts(context.desk, context.ircon)
    for item in items:
        _print(item, context)
    for draft in drafts:
        for text in draft.lines():
            context.out.line(text)
        for text in draft.commands():
            context.out.command(text)
    if not items:
        context.out.line("Nothing is pending.")
    context.out.answer([*map(_document, items), *(draft.document() for draft in drafts)])
    return 0


def _show(op: str, context: Context) -> int:
    """Print the text unchanged, for a pipe; on a terminal made inert."""
    drafts = {draft.key: draft for draft in all_drafts(context.desk, context.ircon)}
    if op in drafts:
        context.out.answer(drafts[op].document())
        body = drafts[op].body
    else:
        item = context.desk.outbox.item(op)
        context.out.answer({**_document(item), "body": item.body})
        body = item.body
    if not context.out.as_json:
        context.out.document(body if body.endswith("\n") else f"{body}\n")
    return 0


def _resolve(op: str, line: Line, context: Context) -> int:
    outbox = context.desk.outbox
    if line.drop and op in {draft.key for draft in all_drafts(context.desk, context.ircon)}:
        closed = context.desk.saved_drafts.discard(op)
        context.out.line(f"{op} dropped")
        if closed:
            _say_closed(context, closed.incident)
        context.out.answer([_document(item) for item in outbox.items()])
        return 0
    choices = ("it_is_there", "send_again", "send_anyway", "edit", "look_again", "drop")
    choice = next((one for one in choices if getattr(line, one)), None)
    if choice is None:
        raise UsageError("No decision is given.", "See 'ircon outbox --help'.")
    before = outbox.item(op)
    if choice == "send_again" and before.may_be:
        context.out.aside(second_copy(before))
    goes_on = outbox.decide(
        op,
        choice,
        remote=line.it_is_there,
        text=PublicText(line.edit) if line.edit else None,
        notify=line.notify,
        reason=line.reason,
        status=line.status,
    )
    line.unsaved = ""  # in the outbox now
    item = outbox.item(goes_on)
    if choice == "drop":
        context.out.line(f"{item.incident} {item.update}: {item.meaning}")
        state = context.desk.records.incident(item.incident)
        if state.closed:
            _say_closed(context, item.incident)
        context.out.answer(_document(item))
        return 0
    print_item_target(context, item)
    if choice == "edit" and item.status != before.status:
        context.out.aside(
            f"It was written as {before.status}; the page has changed since, so it is posted "
            f"as {item.status}. Use --status to set another."
        )
    return asyncio.run(_carry(item, context))


def _say_closed(context: Context, incident: str) -> None:
    context.out.line(f"{incident} is closed here: it was never public.")


async def _carry(item: OutboxItem, context: Context) -> int:
    session = context.desk.open_delivery_session(context.patience)
    posted = Submission(item.incident, item.update, item.operation)
    try:
        return await follow(context, session, posted, context.out.line)
    finally:
        await session.aclose()


def _print(item: OutboxItem, context: Context) -> None:
    name = safe_line(item.incident_name)
    context.out.line(f"{item.operation[:8]}  {item.incident} {item.update}  {item.state}  {name}")
    context.out.line(f"    {item.meaning}; attempts: {item.attempts}")
    if item.last_error:
        context.out.line(f"    {safe_line(item.last_error)}")
    if item.sender:
        context.out.line(f"    {safe_line(item.sender)}")
    context.out.line(f"    {safe_line(item.body, 300)}")
    if item.state in {"stale", "conflict", "needs_human"}:
        for update in context.desk.outbox.page_updates(item.operation):
            whose = "ours" if update.ours else "somebody else's"
            whose = "may be this update" if update.may_be_it else whose
            context.out.line(
                f"    on the page, {safe_line(update.remote_id)} ({whose}), "
                f"{safe_line(update.status)}: "
                f"{safe_line(update.body.public, 300)}"
            )
    for text in next_step(item, context.ircon).split("\n"):
        context.out.line(f"    {text}")


def _document(item: OutboxItem) -> dict[str, object]:
    return {
        "incident": item.incident,
        "update": item.update,
        "operation": item.operation,
        "state": item.state,
        "attempts": item.attempts,
        "next_attempt_at": iso_or_none(item.next_attempt_at),
        "last_error": item.last_error,
        "may_be": list(item.may_be),
    }


def _sync_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--timeout", type=seconds, default=90, metavar="S", help="seconds (90)")


@command(
    usage="[--timeout S]",
    examples="  ircon sync --timeout 300",
    options=_sync_options,
)
def sync(line: Line, context: Context) -> int:
    """Send pending updates and pull; 75 where one is pending, 1 where a page refused or failed."""
    exactly(line.words)
    context.if_interrupted = (
        "Pending updates are saved: 'ircon outbox' lists them, 'ircon sync' continues."
    )
    done = asyncio.run(_sync(context))
    print_pulled(context, done.pulled)
    context.out.line(f"{done.sent} sent, {done.waiting} pending, {len(done.pulled)} pulled")
    for op in done.refused:
        print_refusal(context, op)
    unheard = [page for page in done.pages if not page.answered]
    for one in unheard:
        context.out.aside(f"ircon: {one.describe(context.desk.zone, context.desk.clock.now())}")
    if not done.pages:
        context.out.aside("No status page is configured: 'ircon init' adds one.")
    if done.waiting:
        context.out.aside("'ircon outbox' lists pending updates, and why.")
    for item in context.desk.outbox.alarms():
        context.out.aside(f"{item.incident} {item.update}: {safe_line(item.last_error or '')}")
    pages = [
        {"page": page.page, "ok": page.answered, "error": str(page.error) if page.error else None}
        for page in done.pages
    ]
    context.out.answer(
        {
            "sent": done.sent,
            "waiting": done.waiting,
            "pulled": len(done.pulled),
            "pages": pages,
        }
    )
    return UNCONFIRMED if done.waiting else int(bool(unheard or done.refused))


async def _sync(context: Context) -> SyncResult:
    session = context.desk.open_delivery_session(context.patience)
    try:
        with context.patience.spend():
            return await session.sync(context.patience.remaining)
    finally:
        await session.aclose()
