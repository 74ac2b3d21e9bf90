"""``ircon close``: the end of an incident here, without a word to anybody."""

from __future__ import annotations

import argparse

from ircon.commands.context import Context
from ircon.commands.draft_guard import nothing_lost
from ircon.commands.parsing import Line
from ircon.commands.words import named, optional_id
from ircon.incident.text import InternalText

USAGE = "[ID] [--reason TEXT] [--leave-page]"
EXAMPLES = """\
  ircon close k3f9 --reason "false alarm: a drill of the pool"
  ircon close k3f9 --leave-page --reason "the other team tells customers" """


def options(parser: argparse.ArgumentParser) -> None:
    """Why, and what becomes of the page."""
    add = parser.add_argument
    add("--reason", default="", metavar="TEXT", help="why, for the record")
    add("--leave-page", action="store_true", help="though the page still shows it as open")


def run(line: Line, context: Context) -> int:
    """Close it; nothing is sent."""
    from ircon.writing.json_documents import closed_document

    line.said = line.reason
    with nothing_lost(line, context) as kept:
        word, _ = optional_id(line.words)
        incident = kept.incident = context.incident(word)
        reason = InternalText(line.reason) if line.reason.strip() else None
        entry = context.desk.respond.close(
            incident, reason, leave_page=line.leave_page, at=context.at
        )
    state = context.desk.records.incident(incident)
    context.out.line(f"{incident} {named(entry)} closed here; nobody was told.")
    if state.is_public and not state.deleted_at:
        context.out.aside(f"The page still shows it as {state.status}.")
    context.out.answer(
        {"incident": incident, "entry": entry.entry, "closed": closed_document(state.closed)}
    )
    return 0
