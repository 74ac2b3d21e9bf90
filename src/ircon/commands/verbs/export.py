"""``ircon export``: an incident as a document."""

from __future__ import annotations

import argparse
from pathlib import Path

from ircon.commands.context import Context
from ircon.commands.parsing import Line
from ircon.commands.words import optional_id
from ircon.desk.reviewing import FORMATS

USAGE = "[ID] --format toml|json|markdown|html [-o FILE] [--internal]"
EXAMPLES = """\
  ircon export k3f9 --format markdown
  ircon export k3f9 --format toml -o k3f9.toml"""


def options(parser: argparse.ArgumentParser) -> None:
    """Which document, and where."""
    parser.add_argument("--format", required=True, choices=FORMATS, help="toml is everything")
    parser.add_argument("-o", "--output", metavar="FILE", help="a new file, for you alone (0600)")
    parser.add_argument(
        "--internal", action="store_true", help="internal entries in markdown and html too"
    )


def run(line: Line, context: Context) -> int:
    """Write it to a new file, or to standard output."""
    word, _ = optional_id(line.words)
    incident = context.incident(word)
    text = context.desk.review.export(incident, line.format, internal=line.internal)
    if line.internal or line.format in {"toml", "json"}:
        context.out.aside(f"Internal: this {line.format} holds notes that customers never saw.")
    if line.output:
        context.desk.review.save_export(Path(line.output), text)
        context.out.line(f"{line.output} written, readable by you alone")
    elif not context.out.as_json:
        context.out.document(text)
    context.out.answer(
        {
            "incident": incident,
            "format": line.format,
            "file": line.output,
            "text": None if line.output else text,
        }
    )
    return 0
