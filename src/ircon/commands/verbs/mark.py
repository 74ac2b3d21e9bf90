"""``ircon mark``: a milestone of the impact."""

from __future__ import annotations

import argparse

from ircon.commands.context import Context
from ircon.commands.parsing import Line
from ircon.commands.words import named, optional_id
from ircon.incident.vocabulary import MILESTONES

USAGE = "[ID] started|detected|acknowledged|ended"
EXAMPLES = """\
  ircon mark started --at 14:05
  ircon mark k3f9 ended --at "10m ago\""""


def options(parser: argparse.ArgumentParser) -> None:
    """None of its own."""


def run(line: Line, context: Context) -> int:
    """Record it."""
    word, (name,) = optional_id(line.words, "|".join(MILESTONES))
    incident = context.incident(word)
    from ircon.writing.text_format import moment

    kept = context.desk.respond.milestone(incident, name, context.at)
    context.out.line(
        f"{incident} {named(kept)} {MILESTONES[name]}: {moment(kept.at, context.desk.zone)}"
    )
    context.out.answer({"incident": incident, "entry": kept.entry})
    return 0
