"""``ircon``: the console."""

from __future__ import annotations

import argparse
import sys

from ircon.commands.context import Context
from ircon.commands.parsing import Line
from ircon.errors import Refused

USAGE = ""
EXAMPLES = "  ircon"


def options(parser: argparse.ArgumentParser) -> None:
    """None of its own."""


def run(_line: Line, context: Context) -> int:
    """Open it."""
    check_terminal()
    from ircon.console.run import run_console  # textual: nothing else needs it

    return run_console(context.desk)


def check_terminal() -> None:
    """The console is for a person at a terminal.

    Raises:
        Refused: it has none.
    """
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise Refused("The console needs a terminal.", "'ircon --help' lists what does not.")
