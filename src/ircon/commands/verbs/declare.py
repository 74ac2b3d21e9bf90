"""``ircon declare``: an incident, or a maintenance, and its first update."""

from __future__ import annotations

import argparse

from ircon.commands.composing import add_words, compose, typed_words
from ircon.commands.context import Context
from ircon.commands.keeping import nothing_lost
from ircon.commands.parsing import Line
from ircon.commands.posting import post
from ircon.commands.words import exactly
from ircon.errors import UsageError
from ircon.incident.components import Change
from ircon.incident.text import InternalText, PublicText
from ircon.incident.vocabulary import IMPACTS, LEVELS, SEVERITIES, STATUSES, first_status

USAGE = "NAME [--status S] (-m TEXT | --template T --set K=V) [-c NAME[=STATUS]]... [--internal]"
EXAMPLES = """\
  ircon declare "Checkout fails" -c "API/*=partial_outage" -m "Some payments fail." --at 14:02
  ircon declare "Pool looks odd" --internal -m "p99 doubled after 09:10"
  ircon declare "Database upgrade" --status scheduled --from "22:00 CET" --until "23:00 CET" \\
      -m "Checkout is read-only for a few minutes." --remind"""


def options(parser: argparse.ArgumentParser) -> None:
    """What it is; and its first words."""
    add = parser.add_argument
    add("--status", metavar="S", help="investigating; scheduled makes a maintenance")
    add_words(parser)
    add("--impact", choices=IMPACTS, help="unless what its components make of it")
    add("--severity", choices=SEVERITIES, help="how often the next word is due")
    add("--from", dest="begins", metavar="T", help="when a maintenance begins")
    add("--until", dest="ends", metavar="T", help="when it ends")
    add("--remind", action="store_true", help="have the page remind its subscribers before")
    add("--internal", action="store_true", help="tell nobody yet: the first update will")


def run(line: Line, context: Context) -> int:
    """Open it; its id is what standard output gets."""
    line.said = typed_words(line)
    with nothing_lost(line, context):
        (name,) = exactly(line.words, "NAME")
        if line.internal:
            return _internal(name, line, context)
        status = line.status or (None if line.template else first_status("incident"))
        known = STATUSES.get(status or "")
        kind = known.kind if known else "incident"
        if status == "scheduled" and not (line.begins and line.ends):
            raise UsageError(
                "A maintenance is planned from when until when?", "--from and --until."
            )
        draft = compose(
            line,
            context,
            status,
            title=PublicText(name),
            kind=kind,
            severity=line.severity,
            impact=line.impact,
            scheduled_for=context.when(line.begins, ahead=True) if line.begins else None,
            scheduled_until=context.when(line.ends, ahead=True) if line.ends else None,
            remind=line.remind or None,
        )
        return post(line, context, draft)


def _internal(name: str, line: Line, context: Context) -> int:
    if line.template:
        raise UsageError("--internal tells nobody, so it wants no template.", "Say it with -m.")
    incident = context.desk.respond.declare_internal(
        name,
        text=InternalText(line.message) if line.message is not None else None,
        components=tuple(_free(word) for word in line.components or ()),
        page=line.page,
        status=line.status,
        severity=line.severity,
        impact=line.impact,
        started_at=context.at,
    )
    line.said = ""
    context.out.line(incident)
    context.out.aside(
        "Nobody was told. The first 'ircon update' puts it on the page: under this name, "
        "or under the one that --title says."
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


def _free(word: str) -> Change:
    """A component by whatever name: nothing of it is on a page yet."""
    name, equals, status = word.rpartition("=")
    if equals and status in LEVELS:
        return Change(name, name, status=status)
    return Change(word, word)
