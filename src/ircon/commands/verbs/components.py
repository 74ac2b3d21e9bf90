"""``ircon components``: what the page is made of."""

from __future__ import annotations

import argparse
from itertools import groupby

from ircon.commands.context import Context
from ircon.commands.parsing import Line
from ircon.commands.words import exactly
from ircon.incident.vocabulary import COMPONENT_STATUSES

USAGE = "[--refresh]"
EXAMPLES = """\
  ircon components
  ircon components --refresh --json"""


def options(parser: argparse.ArgumentParser) -> None:
    """``--refresh`` asks the page."""
    parser.add_argument("--refresh", action="store_true", help="ask the page, not the local copy")


def run(line: Line, context: Context) -> int:
    """List them; asks the page where there is no copy yet."""
    exactly(line.words)
    from ircon.writing.json_documents import components_document

    catalogue = context.desk.page_data
    known = [] if line.refresh else catalogue.components(line.page)
    if not known:
        known = catalogue.refresh(line.page)
    for group, members in groupby(known, key=lambda one: one.group):
        if group:
            context.out.line(group)
        for member in members:
            indent = "  " if group else ""
            context.out.line(
                f"{indent}{member.name}: {COMPONENT_STATUSES[member.status].label} ({member.id})"
            )
    if (fetched := catalogue.fetched_at(line.page)) and not line.refresh:
        from ircon.writing.text_format import clock

        context.out.aside(f"As of {clock(fetched, context.desk.zone)}; --refresh asks the page.")
    context.out.answer(components_document(known))
    return 0
