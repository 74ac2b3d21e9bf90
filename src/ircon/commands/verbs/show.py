"""``ircon show``: one incident, now or at a moment."""

from __future__ import annotations

import argparse

from ircon.commands.context import Context
from ircon.commands.parsing import Line
from ircon.commands.words import optional_id

USAGE = "[ID] [--at TIME]"
EXAMPLES = """\
  ircon show
  ircon show k3f9 --at "14:05 CEST" --json"""


def options(parser: argparse.ArgumentParser) -> None:
    """None of its own."""


def run(line: Line, context: Context) -> int:
    """Show it."""
    word, _ = optional_id(line.words)
    incident = context.incident(word, ended=True)
    state = context.desk.records.incident(incident, context.at)
    context.show(state, context.desk.records.metrics(incident, context.at))
    return 0
