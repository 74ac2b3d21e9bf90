"""``ircon replay``: how it stood at a moment, of any incident anybody wrote up."""

from __future__ import annotations

import argparse

from ircon.commands.context import Context
from ircon.commands.parsing import Line
from ircon.commands.words import optional_id
from ircon.errors import UsageError

USAGE = "[ID|SOURCE] --at TIME"
EXAMPLES = """\
  ircon replay incident.txt --at "2023-08-08 09:30 EDT"
  ircon replay k3f9 --at 14:05 --json"""


def options(parser: argparse.ArgumentParser) -> None:
    """None of its own."""


def run(line: Line, context: Context) -> int:
    """Show the state at a moment; nothing is imported, and no page is asked."""
    word, _ = optional_id(line.words)
    if context.at is None and not context.out.as_json:
        raise UsageError("A replay shows a moment.", 'Say which: --at "2023-08-08 09:30 EDT".')
    film = context.desk.archive.replay(word or context.incident(None))
    state = film.at(context.at)
    context.show(state, context.desk.records.metrics_of(state, context.at))
    return 0
