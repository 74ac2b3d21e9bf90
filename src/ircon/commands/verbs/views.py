"""Views of one incident: its state, timeline, handover page and metrics."""

from __future__ import annotations

import argparse
from datetime import UTC

from ircon.commands.arguments import Line, command, optional_id
from ircon.commands.context import Context
from ircon.desk.archive import is_document
from ircon.errors import UsageError
from ircon.incident.metrics import Metrics
from ircon.incident.text import InternalText


@command(
    usage="[ID] [--at TIME]",
    examples="""
  ircon show
  ircon show k3f9 --at "14:05 CEST" --json""",
)
def show(line: Line, context: Context) -> int:
    """Print an incident's state, now or at ``--at``."""
    word, _ = optional_id(line.words)
    incident = context.incident(word, ended=True)
    state = context.desk.records.incident(incident, context.at)
    context.show(state, context.desk.records.metrics(incident, context.at))
    return 0


@command(
    usage="[ID|SOURCE] --at TIME",
    examples="""
  ircon replay incident.txt --at "2023-08-08 09:30 EDT"
  ircon replay k3f9 --at 14:05 --json""",
)
def replay(line: Line, context: Context) -> int:
    """Print the state at a time; nothing is imported, and no page is asked."""
    word, _ = optional_id(line.words)
    if context.at is None and not context.out.as_json:
        raise UsageError("A replay needs a time.", 'Use --at "2023-08-08 09:30 EDT".')
    recorded = context.desk.archive.replay(word or context.incident(None))
    state = recorded.at(context.at)
    context.show(state, context.desk.records.metrics_of(state, context.at))
    return 0


def _timeline_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--public", action="store_true", help="only what customers see")
    parser.add_argument("--utc", action="store_true", help="times in UTC")


@command(
    usage="[ID] [--public] [--utc] [--at TIME]",
    examples="""
  ircon timeline
  ircon timeline k3f9 --public --utc""",
    options=_timeline_options,
)
def timeline(line: Line, context: Context) -> int:
    """Print the timeline, oldest entry first."""
    from ircon.writing.json_documents import timeline_document
    from ircon.writing.terminal_views import timeline_lines

    word, _ = optional_id(line.words)
    state = context.desk.records.incident(context.incident(word, ended=True), context.at)
    zone = UTC if line.utc else context.desk.zone
    for text in timeline_lines(state, zone, public_only=line.public):
        context.out.line(text)
    context.out.answer(timeline_document(state, public_only=line.public))
    return 0


def _handover_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--to", metavar="PERSON", help="the next on-call engineer")


@command(
    usage="[ID] [--to PERSON]",
    examples="""
  ircon handover --to "Grace Hopper\"""",
    options=_handover_options,
)
def handover(line: Line, context: Context) -> int:
    """Print the handover page, and record the handover with its text."""
    word, _ = optional_id(line.words)
    if line.to is not None and not line.to.strip():
        raise UsageError("--to is empty.", "Leave it out, or give a name.")
    incident = context.incident(word)
    desk = context.desk
    text = desk.review.handover(incident)
    event = desk.respond.handover(incident, InternalText(text), line.to or "")
    context.out.line(text)
    context.out.answer({"incident": incident, "entry": event.entry, "text": text})
    return 0


@command(
    usage="[ID|SOURCE] [--at TIME]",
    examples="""
  ircon metrics k3f9
  ircon metrics incident.txt --json
  ircon metrics""",
)
def metrics(line: Line, context: Context) -> int:
    """Print an incident's metrics; without an id, the distribution over all."""
    word, _ = optional_id(line.words)
    if word is None:
        return _distribution(context)
    measured = _measured(word, context)
    from ircon.writing.terminal_views import metrics_lines

    for text in metrics_lines(measured):
        context.out.line(text)
    context.out.answer(measured.to_dict())
    return 0


def _measured(word: str, context: Context) -> Metrics:
    desk = context.desk
    if is_document(word):
        return desk.records.metrics_of(desk.archive.replay(word).at(context.at), context.at)
    return desk.records.metrics(context.incident(word), context.at)


def _distribution(context: Context) -> int:
    """Print the median and spread of each metric, maintenances apart from incidents."""
    from ircon.writing.terminal_views import spread_lines

    context.name_undeclared()
    spreads = context.desk.records.spreads()
    for text in spread_lines(spreads):
        context.out.line(text)
    context.out.answer(
        {**spreads["incident"].to_dict(), "maintenances": spreads["maintenance"].to_dict()}
    )
    return 0
