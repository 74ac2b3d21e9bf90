"""``ircon amend``: an internal entry, corrected."""

from __future__ import annotations

import argparse

from ircon.commands.context import Context
from ircon.commands.draft_guard import nothing_lost
from ircon.commands.parsing import Line
from ircon.commands.words import exactly
from ircon.incident.text import InternalText

USAGE = "ID ENTRY [--text TEXT] [--at TIME]"
EXAMPLES = """\
  ircon amend k3f9 n12 --text "it was db-2, not db-1"
  ircon amend k3f9 m1 --at 14:02"""


def options(parser: argparse.ArgumentParser) -> None:
    """``--text``; ``--at`` is a common one."""
    parser.add_argument("--text", metavar="TEXT", help="what it should have said")


def run(line: Line, context: Context) -> int:
    """Correct it; the journal keeps both."""
    line.said = line.text or ""
    with nothing_lost(line, context) as draft:
        word, entry = exactly(line.words, "ID", "ENTRY")
        incident = draft.incident = context.incident(word)
        text = InternalText(line.text) if line.text is not None else None
        context.desk.respond.amend(incident, entry, text=text, at=context.at)
        line.said = ""
    context.out.line(f"{incident} {entry} amended; what it said before is kept")
    context.out.answer({"incident": incident, "entry": entry})
    return 0
