"""``ircon incidents``: all there are."""

from __future__ import annotations

import argparse

from ircon.commands.context import Context
from ircon.commands.parsing import Line
from ircon.commands.words import exactly
from ircon.incident.text import safe_line
from ircon.incident.vocabulary import is_closed

USAGE = "[--open] [--search WORDS]"
EXAMPLES = """\
  ircon incidents --open
  ircon incidents --search "checkout timeout" --json"""


def options(parser: argparse.ArgumentParser) -> None:
    """Which of them."""
    parser.add_argument("--open", action="store_true", help="only what is not over")
    parser.add_argument("--search", default="", metavar="WORDS", help="that have all these words")


def run(line: Line, context: Context) -> int:
    """List them: for people the open ones first, as JSON the newest first."""
    exactly(line.words)
    desk = context.desk
    context.name_undeclared()
    found = desk.records.incidents(open_only=line.open, search=line.search)
    if line.page:
        found = [one for one in found if one.page == line.page]
    if context.out.as_json:
        from ircon.writing.json_documents import summary_document

        newest = sorted(found, key=lambda one: one.declared_at or "", reverse=True)
        context.out.answer(
            [
                summary_document(state, desk.records.metrics_of(state))
                for state in desk.records.states(one.incident for one in newest)
            ]
        )
        return 0
    from ircon.incident.times import elapsed_from, parse_iso
    from ircon.writing.text_format import clock

    rows = []
    for one in found:
        since = elapsed_from(one.started_at, one.declared_at, one.first_public_at)
        began = clock(parse_iso(since), desk.zone) if since else "no date"
        state = "open" if one.is_open else "past"
        over = one.is_open or is_closed(one.status) or one.origin == "import"
        status = one.status if over else "closed"
        rows.append((one.incident, state, status, one.impact or "-", began, safe_line(one.name)))
    context.out.table(rows)
    if not rows:
        context.out.line(
            "No incidents: 'ircon declare' opens one, 'ircon import' brings past ones."
        )
    return 0
