"""``ircon metrics``: an incident's figures, or the spread over all."""

from __future__ import annotations

import argparse

from ircon.commands.context import Context
from ircon.commands.parsing import Line
from ircon.commands.words import optional_id
from ircon.desk.archive import is_document
from ircon.incident.metrics import Metrics

USAGE = "[ID|SOURCE] [--at TIME]"
EXAMPLES = """\
  ircon metrics k3f9
  ircon metrics incident.txt --json
  ircon metrics"""


def options(parser: argparse.ArgumentParser) -> None:
    """None of its own."""


def run(line: Line, context: Context) -> int:
    """One incident's figures; without a word, medians over all, maintenances apart."""
    word, _ = optional_id(line.words)
    if word is None:
        return _all(context)
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


def _all(context: Context) -> int:
    from ircon.writing.terminal_views import spread_lines

    context.name_undeclared()
    spreads = context.desk.records.spreads()
    for text in spread_lines(spreads):
        context.out.line(text)
    context.out.answer(
        {**spreads["incident"].to_dict(), "maintenances": spreads["maintenance"].to_dict()}
    )
    return 0
