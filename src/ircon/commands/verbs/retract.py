"""``ircon retract``: an internal entry, withdrawn."""

from __future__ import annotations

import argparse

from ircon.commands.context import Context
from ircon.commands.parsing import Line
from ircon.commands.words import exactly

USAGE = "ID ENTRY [--reason TEXT]"
EXAMPLES = '  ircon retract k3f9 n12 --reason "another incident\'s"'


def options(parser: argparse.ArgumentParser) -> None:
    """``--reason`` is kept with it."""
    parser.add_argument("--reason", default="", metavar="TEXT", help="why")


def run(line: Line, context: Context) -> int:
    """Withdraw it; the journal keeps it."""
    word, entry = exactly(line.words, "ID", "ENTRY")
    incident = context.incident(word)
    context.desk.respond.retract(incident, entry, line.reason)
    context.out.line(f"{incident} {entry} retracted; the journal keeps it")
    context.out.answer({"incident": incident, "entry": entry})
    return 0
