"""``ircon note``: an internal entry."""

from __future__ import annotations

import argparse
import sys

from ircon.commands.context import Context
from ircon.commands.parsing import Line
from ircon.commands.words import optional_id
from ircon.incident.text import InternalText

USAGE = "[ID] TEXT"
EXAMPLES = """\
  ircon note "failing over to db-2"
  ircon note k3f9 "pool is back to 40" --at "5m ago"
  kubectl get events | ircon note -"""


def options(parser: argparse.ArgumentParser) -> None:
    """None of its own."""


def run(line: Line, context: Context) -> int:
    """Keep it, and say its id."""
    word, (text,) = optional_id(line.words, "TEXT")
    incident = context.incident(word)
    piped = text == "-"
    kept = context.desk.respond.note(
        incident,
        InternalText(sys.stdin.read() if piped else text),
        at=context.at,
        source="pipe" if piped else "typed",
    )
    context.out.line(f"{incident} {kept.entry} kept")
    context.out.answer({"incident": incident, "note": kept.entry})
    return 0
