"""``ircon timeline``: what happened, entry by entry."""

from __future__ import annotations

import argparse
from datetime import UTC

from ircon.commands.context import Context
from ircon.commands.parsing import Line
from ircon.commands.words import optional_id

USAGE = "[ID] [--public] [--utc] [--at TIME]"
EXAMPLES = """\
  ircon timeline
  ircon timeline k3f9 --public --utc"""


def options(parser: argparse.ArgumentParser) -> None:
    """What of it, and in which zone."""
    parser.add_argument("--public", action="store_true", help="only what customers see")
    parser.add_argument("--utc", action="store_true", help="times in UTC")


def run(line: Line, context: Context) -> int:
    """Print it, oldest first."""
    from ircon.writing.json_documents import timeline_document
    from ircon.writing.terminal_views import timeline_lines

    word, _ = optional_id(line.words)
    state = context.desk.records.incident(context.incident(word, ended=True), context.at)
    zone = UTC if line.utc else context.desk.zone
    for text in timeline_lines(state, zone, public_only=line.public):
        context.out.line(text)
    context.out.answer(timeline_document(state, public_only=line.public))
    return 0
