"""Posting of an update."""

from __future__ import annotations

import argparse
from dataclasses import replace

from ircon.commands.arguments import Line, command, optional_id
from ircon.commands.context import Context
from ircon.commands.draft_guard import guard_draft
from ircon.commands.posting import post, posted_before
from ircon.commands.update_arguments import add_plan, add_words, compose, plan, read_words, tidy
from ircon.incident.text import PublicText


def _options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--status", metavar="S", help="investigating, identified, monitoring, ...")
    add_words(parser)
    add_plan(parser)
    add = parser.add_argument
    add("--title", metavar="TEXT", help="of an --internal incident: its title on the page")
    add("--reopen", action="store_true", help="post to an incident that is resolved or closed")
    add("--send-anyway", action="store_true", help="even if others posted meanwhile")


@command(
    usage="[ID] --status S (-m TEXT | -F FILE | --template T --set K=V) [-c NAME[=STATUS]]...",
    examples="""
  ircon update --status identified -m "A database is out of connections." -c Checkout=major_outage
  ircon update k3f9 --title "Checkout fails" --status investigating -m "Some payments fail."
  ircon update k3f9 --template monitoring --set change="We rolled back" """,
    options=_options,
)
def update(line: Line, context: Context) -> int:
    """Post an update; 0 once the page shows it."""
    with guard_draft(line, context) as kept:
        read_words(line)
        if (code := posted_before(line, context)) is not None:
            return code
        word, _ = optional_id(line.words)
        incident = kept.incident = context.incident(word)
        state = context.desk.records.incident(incident)
        title = PublicText(tidy(line.title)) if line.title else None
        draft = compose(line, context, line.status, state, title=title, **plan(line, context))
        if title is None and context.desk.page_state.needs_title(state):
            draft = replace(draft, title=_asked(context))
        draft = replace(draft, reopen=line.reopen, send_anyway=line.send_anyway)
        return post(line, context, draft)


def _asked(context: Context) -> PublicText | None:
    """What customers know it as, where a person can be asked before it goes out."""
    answer = context.ask("Nothing of it is public yet. Its title for customers?")
    return PublicText(answer) if answer else None
