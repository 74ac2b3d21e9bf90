"""The two ends of an incident: the resolving update, and closing it here without one."""

from __future__ import annotations

import argparse
import asyncio
import shlex
from contextlib import suppress
from dataclasses import replace

from ircon.commands.arguments import Line, command, entry_id, optional_id
from ircon.commands.context import Context
from ircon.commands.draft_guard import guard_draft
from ircon.commands.posting import post, posted_before
from ircon.commands.update_arguments import add_words, compose, read_words
from ircon.desk.validation import check_accepts_updates
from ircon.errors import PageError
from ircon.incident.components import ComponentChange
from ircon.incident.state import Incident
from ircon.incident.text import InternalText, safe_line
from ircon.incident.vocabulary import last_status


def _resolve_options(parser: argparse.ArgumentParser) -> None:
    add_words(parser)
    add = parser.add_argument
    add("--restore", action="store_true", help="set affected components to operational")
    add("--send-anyway", action="store_true", help="even if others posted meanwhile")


@command(
    usage="[ID] [-m TEXT | -F FILE | --template T --set K=V] [--restore] [-c NAME[=STATUS]]...",
    examples="""
  ircon resolve --restore -m "Payments work again; none were lost."
  ircon resolve k3f9 --restore --set data_loss="No data was lost" """,
    options=_resolve_options,
)
def resolve(line: Line, context: Context) -> int:
    """Post the resolving update; without a text, the template of that name."""
    with guard_draft(line, context) as kept:
        read_words(line)
        if (code := posted_before(line, context)) is not None:
            return code
        word, _ = optional_id(line.words)
        incident = kept.incident = context.incident(word)
        state = context.desk.records.incident(incident)
        status = last_status(state.kind)
        if line.message is None and line.template is None:
            line.template = status
        check_accepts_updates(state)
        restored = _restored(line, context, state) if line.restore and state.is_public else ()
        draft = compose(line, context, status, state, restored)
        return post(line, context, replace(draft, send_anyway=line.send_anyway))


def _restored(line: Line, context: Context, state: Incident) -> tuple[ComponentChange, ...]:
    """The components that become operational; which are left, and why, is said."""
    renewal = context.desk.page_data.renew(state.page)
    # Where it cannot be asked, the local copy is as good as it gets.
    with suppress(PageError, TimeoutError), context.patience.spend():
        asyncio.run(asyncio.wait_for(renewal, context.patience.remaining / 3))
    found = context.desk.page_state.restorable(state)
    named = context.desk.page_data.select(line.components or [], state.page)
    insisted = {one.id for one in named if one.status}
    for one in found.elsewhere:
        if one.component.id in insisted:
            continue  # it is set all the same, which the preview warns of
        context.out.aside(
            f"Left unchanged: {safe_line(one.component.path)}, as {one.phrase}. "
            f"-c {shlex.quote(one.component.id)}=operational sets it anyway."
        )
    for gone in found.gone:
        context.out.aside(f"No longer on the page, so left out: {safe_line(gone.path)}.")
    return found.changes


def _close_options(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("--reason", default="", metavar="TEXT", help="why, for the record")
    add("--leave-page", action="store_true", help="even if the page still shows it as open")


@command(
    usage="[ID] [--reason TEXT] [--leave-page]",
    examples="""
  ircon close k3f9 --reason "false alarm: a drill of the pool"
  ircon close k3f9 --leave-page --reason "the other team posts it" """,
    options=_close_options,
)
def close(line: Line, context: Context) -> int:
    """Close the incident here; nothing is sent."""
    from ircon.writing.json_documents import closed_document

    line.unsaved = line.reason
    with guard_draft(line, context) as kept:
        word, _ = optional_id(line.words)
        incident = kept.incident = context.incident(word)
        reason = InternalText(line.reason) if line.reason.strip() else None
        entry = context.desk.respond.close(
            incident, reason, leave_page=line.leave_page, at=context.at
        )
    state = context.desk.records.incident(incident)
    context.out.line(f"{incident} {entry_id(entry)} closed here; nothing was sent.")
    if state.is_public and not state.deleted_at:
        context.out.aside(f"The page still shows it as {state.status}.")
    context.out.answer(
        {"incident": incident, "entry": entry.entry, "closed": closed_document(state.closed)}
    )
    return 0
