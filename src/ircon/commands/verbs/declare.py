"""Declaration of an incident or a maintenance, with its first update."""

from __future__ import annotations

import argparse

from ircon.commands.arguments import Line, command, exactly
from ircon.commands.context import Context
from ircon.commands.draft_guard import guard_draft
from ircon.commands.posting import post, posted_before
from ircon.commands.update_arguments import add_plan, add_words, compose, plan, read_words, tidy
from ircon.desk.validation import check_status
from ircon.errors import UsageError
from ircon.incident.components import ComponentChange
from ircon.incident.text import InternalText, PublicText
from ircon.incident.vocabulary import COMPONENT_STATUSES, SEVERITIES, STATUSES, first_status


def _options(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("--status", metavar="S", help="investigating; scheduled makes a maintenance")
    add_words(parser)
    add_plan(parser)
    add("--severity", choices=SEVERITIES, help="sets how soon the next update is due")
    add("--internal", action="store_true", help="do not post it yet: the first update does")


@command(
    usage=(
        "NAME [--status S] (-m TEXT | -F FILE | --template T --set K=V) "
        "[-c NAME[=STATUS]]... [--internal]"
    ),
    examples="""
  ircon declare "Checkout fails" -c "API/*=partial_outage" -m "Some payments fail." --at 14:02
  ircon declare "Pool looks odd" --internal -m "p99 doubled after 09:10"
  ircon declare "Database upgrade" --status scheduled --from "22:00 CET" --until "23:00 CET" \\
      -m "Checkout is read-only for a few minutes." --remind
  ircon declare "Checkout fails" -F words.txt --dry-run --strict""",
    options=_options,
)
def declare(line: Line, context: Context) -> int:
    """Open it and post its first update; standard output gets its id."""
    with guard_draft(line, context):
        read_words(line)
        if (code := posted_before(line, context)) is not None:
            return code
        (name,) = exactly(line.words, "NAME")
        if line.internal:
            return _internal(name, line, context)
        template = context.desk.compose.template(line.template) if line.template else None
        status = line.status or (template and template.status) or first_status("incident")
        draft = compose(
            line,
            context,
            status,
            title=PublicText(tidy(name)),
            kind=STATUSES[status].kind if status in STATUSES else "incident",
            severity=line.severity,
            **plan(line, context),
        )
        return post(line, context, draft)


def _internal(name: str, line: Line, context: Context) -> int:
    if line.template or line.key or line.dry_run:
        raise UsageError(
            "--internal posts nothing, so it takes no --template, --key or --dry-run.",
            "Use -m.",
        )
    if line.begins or line.ends or line.remind:
        raise UsageError(
            "--from, --until and --remind are for a maintenance that is announced.",
            "Leave them out, or --internal.",
        )
    if line.status:
        check_status(line.status, "incident")
    incident = context.desk.respond.declare_internal(
        name,
        text=InternalText(tidy(line.message)) if line.message is not None else None,
        components=tuple(_free(word) for word in line.components or ()),
        page=line.page,
        status=line.status,
        severity=line.severity,
        impact=line.impact,
        started_at=context.at,
    )
    line.unsaved = ""
    context.out.line(incident)
    context.out.aside(
        "Nothing was posted. The first 'ircon update' posts it, under the title that --title "
        "gives; 'ircon close' closes it without an update."
    )
    context.out.answer(
        {
            "incident": incident,
            "update": None,
            "operation": None,
            "delivery": None,
            "remote_id": None,
            "error": None,
        }
    )
    return 0


def _free(word: str) -> ComponentChange:
    """A component by whatever name: nothing of it is on a page yet."""
    name, equals, status = word.rpartition("=")
    if equals and status in COMPONENT_STATUSES:
        return ComponentChange(name, name, status=status)
    return ComponentChange(word, word)
