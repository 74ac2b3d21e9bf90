"""``ircon``: the console."""

from __future__ import annotations

import argparse

from ircon.commands.context import Context
from ircon.commands.parsing import Line

USAGE = ""
EXAMPLES = "  ircon"


def options(parser: argparse.ArgumentParser) -> None:
    """None of its own."""


def run(_line: Line, context: Context) -> int:
    """Open it."""
    from ircon.console.start import run_console  # textual: nothing else needs it

    return run_console(context.desk)
