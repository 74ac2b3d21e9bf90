"""``ircon pin``: what the postmortem should tell of."""

from __future__ import annotations

import argparse

from ircon.commands.context import Context
from ircon.commands.parsing import Line
from ircon.commands.words import exactly

USAGE = "ID ENTRY [--off]"
EXAMPLES = """\
  ircon pin k3f9 n12
  ircon pin k3f9 n12 --off"""


def options(parser: argparse.ArgumentParser) -> None:
    """``--off`` takes the mark away."""
    parser.add_argument("--off", action="store_true", help="take the mark off")


def run(line: Line, context: Context) -> int:
    """Mark it."""
    word, entry = exactly(line.words, "ID", "ENTRY")
    incident = context.incident(word)
    context.desk.respond.pin(incident, entry, pinned=not line.off)
    context.out.line(f"{incident} {entry} {'no longer pinned' if line.off else 'pinned'}")
    context.out.answer({"incident": incident, "entry": entry})
    return 0
