"""``ircon templates``: what there is, what each wants, what is wrong."""

from __future__ import annotations

import argparse

from ircon.commands.context import Context
from ircon.commands.parsing import Line
from ircon.commands.words import exactly

USAGE = ""
EXAMPLES = """\
  ircon templates
  ircon update --template identified --set cause="a bad release\""""


def options(parser: argparse.ArgumentParser) -> None:
    """None of its own."""


def run(line: Line, context: Context) -> int:
    """List them; files that cannot be used are named on standard error."""
    exactly(line.words)
    from ircon.writing.json_documents import templates_document

    updates = context.desk.page_data.update_templates()
    postmortems = context.desk.review.templates()
    listed = templates_document(updates.templates.values(), postmortems.templates.values())
    for one in listed:
        typed = [field["name"] for field in one["variables"] if field["source"] == "typed"]
        wants = f"; wants --set for {', '.join(typed)}" if typed else ""
        status = f", {one['status']}" if one["status"] else ""
        context.out.line(f"{one['name']} ({one['kind']}{status}){wants}")
    for problem in (*updates.failed, *postmortems.failed):
        context.out.aside(f"ircon: {problem}")
    context.out.answer(listed)
    return 1 if updates.failed or postmortems.failed else 0
