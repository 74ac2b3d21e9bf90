"""``ircon handover``: how it stands, for whoever takes over."""

from __future__ import annotations

import argparse

from ircon.commands.context import Context
from ircon.commands.parsing import Line
from ircon.commands.words import optional_id
from ircon.errors import UsageError
from ircon.incident.text import InternalText

USAGE = "[ID] [--to PERSON]"
EXAMPLES = '  ircon handover --to "Grace Hopper"'


def options(parser: argparse.ArgumentParser) -> None:
    """Who takes over."""
    parser.add_argument("--to", metavar="PERSON", help="who takes over")


def run(line: Line, context: Context) -> int:
    """Print how it stands, and record that it was handed over with these words."""
    from ircon.writing.handover_page import handover

    word, _ = optional_id(line.words)
    if line.to is not None and not line.to.strip():
        raise UsageError("--to names nobody.", "Leave it out, or say who takes over.")
    incident = context.incident(word)
    desk = context.desk
    text = handover(desk.records.incident(incident), desk.zone, desk.clock.now()).rstrip()
    kept = desk.respond.handover(incident, InternalText(text), line.to or "")
    context.out.line(text)
    context.out.answer({"incident": incident, "entry": kept.entry, "text": text})
    return 0
