"""``ircon metrics``: an incident's figures, or the spread over all."""

from __future__ import annotations

import argparse

from ircon.commands.context import Context
from ircon.commands.parsing import Line
from ircon.commands.words import optional_id
from ircon.desk.archive import is_source
from ircon.incident.metrics import Metrics, distribution, measure

USAGE = "[ID|SOURCE] [--at TIME]"
EXAMPLES = """\
  ircon metrics k3f9
  ircon metrics incident.txt --json
  ircon metrics"""


def options(parser: argparse.ArgumentParser) -> None:
    """None of its own."""


def run(line: Line, context: Context) -> int:
    """One incident's figures; without a word, medians over all."""
    word, _ = optional_id(line.words)
    if word is None:
        return _all(context)
    measured = _measured(word, context)
    from ircon.writing.plain import metrics_lines

    for text in metrics_lines(measured):
        context.out.line(text)
    context.out.answer(measured.to_dict())
    return 0


def _measured(word: str, context: Context) -> Metrics:
    if is_source(word):
        return measure(context.desk.archive.film(word).at(context.at), context.at)
    return context.desk.records.metrics(context.incident(word), context.at)


def _all(context: Context) -> int:
    from ircon.writing.columns import aligned

    context.name_undeclared()
    spread = distribution(context.desk.records.all_metrics())
    rows: list[tuple[str, ...]] = [("", "n", "median", "p25", "p75", "min", "max")]
    for name, figures in spread.items():
        rows.append((name, *("-" if one is None else f"{one:g}" for one in figures.values())))
    for text in aligned(rows):
        context.out.line(text)
    context.out.answer(spread)
    return 0
