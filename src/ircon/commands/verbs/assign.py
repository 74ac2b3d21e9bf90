"""``ircon assign``: who does what."""

from __future__ import annotations

import argparse

from ircon.commands.context import Context
from ircon.commands.parsing import Line
from ircon.commands.words import named, optional_id

USAGE = "[ID] ROLE PERSON"
EXAMPLES = """\
  ircon assign commander "Ada Lovelace"
  ircon assign k3f9 scribe \"\""""


def options(parser: argparse.ArgumentParser) -> None:
    """None of its own."""


def run(line: Line, context: Context) -> int:
    """Record it; an empty PERSON takes the role back."""
    word, (role, person) = optional_id(line.words, "ROLE", "PERSON")
    if word is None:
        for one in (role, person):
            context.not_an_id(one, "ROLE or PERSON")
    incident = context.incident(word)
    kept = context.desk.respond.assign(incident, role, person, context.at)
    context.out.line(f"{incident} {named(kept)} {role}: {person or 'nobody'}")
    context.out.answer({"incident": incident, "entry": kept.entry})
    return 0
