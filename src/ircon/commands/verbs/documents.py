"""Incidents in and out of the journal: import of reports, merge of journals, export."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from ircon.commands.arguments import Line, command, optional_id
from ircon.commands.context import Context
from ircon.desk.reviewing import FORMATS
from ircon.errors import UsageError


class _Row(NamedTuple):
    """The result for one source: an error, or a line with remarks; and its JSON document."""

    source: str
    error: str | None
    line: str | None
    remarks: Sequence[str]
    document: dict[str, Any]


def _print_rows(rows: Sequence[_Row], context: Context) -> int:
    """Print a result for each source; return 1 where one of them failed, else 0."""
    for row in rows:
        if row.error:
            context.out.aside(f"ircon: {row.source}: {row.error}")
            continue
        if row.line:
            context.out.line(row.line)
        for remark in row.remarks:
            context.out.aside(remark)
    context.out.answer([row.document for row in rows])
    return 1 if any(row.error for row in rows) else 0


def _import_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--format", default="auto", metavar="SHAPE", help="auto, or a shape")


@command(
    usage="SOURCE... [--format auto]",
    examples="""
  ircon import incident.txt incidents/
  ircon import https://www.githubstatus.com""",
    options=_import_options,
)
def import_(line: Line, context: Context) -> int:
    """Import each source whole or not at all; 1 where one could not be read."""
    if not line.words:
        raise UsageError("No source to import.", "Give files, folders or a page's address.")
    archive = context.desk.archive
    archive.follow = lambda question: (context.ask(question) or "").lower() in {"y", "yes"}
    rows = []
    for result in archive.import_sources(line.words, line.format):
        what = "imported" if result.created else "already imported"
        document = {
            "source": result.source,
            "id": result.id,
            "name": result.name,
            "updates": result.updates,
            "created": result.created,
            "warnings": [*result.warnings, *([result.error] if result.error else [])],
        }
        text = f"{result.id} {what}: {result.name} ({result.updates} updates)"
        remarks = [f"{result.source}: {warning}" for warning in result.warnings]
        text_or_none = None if result.id is None else text
        rows.append(_Row(result.source, result.error, text_or_none, remarks, document))
    return _print_rows(rows, context)


@command(
    usage="FILE...",
    examples="""
  ircon merge k3f9.toml
  ircon merge anna/data/journal.db""",
)
def merge(line: Line, context: Context) -> int:
    """Merge each file into the journal; 1 where one could not be read."""
    if not line.words:
        raise UsageError("No file to merge.", "Give recordings (.toml) or journals (.db).")
    rows = []
    for result in context.desk.merging.merge(line.words):
        what = f"{result.events} new" if result.events else "nothing new"
        called = f" (there: {result.there})" if result.there != result.id else ""
        document = {
            "source": result.source,
            "id": result.id,
            "there": result.there,
            "name": result.name,
            "events": result.events,
            "created": result.created,
            "met": list(result.met),
            "error": result.error,
        }
        text = f"{result.id}{called} {what}: {result.name}"
        remarks = [f"{result.id}: {remark}" for remark in result.met]
        rows.append(_Row(result.source, result.error, text, remarks, document))
    return _print_rows(rows, context)


def _export_options(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("--format", required=True, choices=FORMATS, help="toml is the whole recording")
    add("-o", "--output", metavar="FILE", help="a new file, for you alone (0600)")
    add("--internal", action="store_true", help="internal entries in markdown and html too")


@command(
    usage="[ID] --format toml|json|markdown|html [-o FILE] [--internal]",
    examples="""
  ircon export k3f9 --format markdown
  ircon export k3f9 --format toml -o k3f9.toml""",
    options=_export_options,
)
def export(line: Line, context: Context) -> int:
    """Write an incident to a new file, or to standard output."""
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
