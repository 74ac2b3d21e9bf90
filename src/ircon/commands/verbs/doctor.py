"""``ircon doctor``: what is configured, where it is, and what is wrong."""

from __future__ import annotations

import argparse
from dataclasses import asdict

from ircon.commands.context import Context
from ircon.commands.parsing import Line
from ircon.commands.words import exactly

USAGE = "[--repair]"
EXAMPLES = """\
  ircon doctor --json
  ircon doctor --repair"""


def options(parser: argparse.ArgumentParser) -> None:
    """Its own option."""
    parser.add_argument(
        "--repair",
        action="store_true",
        help="restore what is damaged in the journal, and publish again after a loss",
    )


def run(line: Line, context: Context) -> int:
    """Look at everything; 1 where something is wrong."""
    exactly(line.words)
    if line.repair:
        done = context.desk.setup.repair()
        for sentence in done or ["Nothing in the journal needs repair."]:
            context.out.aside(sentence)
    checks = context.desk.setup.doctor()
    for check in checks:
        context.out.line(f"{'ok ' if check.ok else 'BAD'} {check.check}: {check.detail}")
    context.out.answer([asdict(check) for check in checks])
    return 0 if all(check.ok for check in checks) else 1
