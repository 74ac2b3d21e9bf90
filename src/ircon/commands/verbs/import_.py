"""``ircon import``: past incidents into the journal."""

from __future__ import annotations

import argparse

from ircon.commands.context import Context
from ircon.commands.parsing import Line
from ircon.errors import UsageError

USAGE = "SOURCE... [--format auto]"
EXAMPLES = """\
  ircon import incident.txt incidents/
  ircon import https://www.githubstatus.com"""


def options(parser: argparse.ArgumentParser) -> None:
    """Which shape the sources have."""
    parser.add_argument("--format", default="auto", metavar="SHAPE", help="auto, or a shape")


def run(line: Line, context: Context) -> int:
    """Import each source whole or not at all; 1 where one could not be read."""
    if not line.words:
        raise UsageError("What should be imported?", "Name files, folders or a page's address.")
    archive = context.desk.archive
    archive.follow = lambda question: (context.ask(question) or "").lower() in {"y", "yes"}
    done = archive.import_sources(line.words, line.format)
    for one in done:
        if one.error:
            context.out.aside(f"ircon: {one.source}: {one.error}")
            continue
        if one.id is not None:
            what = "imported" if one.created else "was here already"
            context.out.line(f"{one.id} {what}: {one.name} ({one.updates} updates)")
        for warning in one.warnings:
            context.out.aside(f"{one.source}: {warning}")
    context.out.answer(
        [
            {
                "source": one.source,
                "id": one.id,
                "name": one.name,
                "updates": one.updates,
                "created": one.created,
                "warnings": [*one.warnings, *([one.error] if one.error else [])],
            }
            for one in done
        ]
    )
    return 1 if any(one.error for one in done) else 0
