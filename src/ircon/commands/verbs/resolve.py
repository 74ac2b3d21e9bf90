"""``ircon resolve``: the update that closes it."""

from __future__ import annotations

import argparse
from dataclasses import replace

from ircon.commands.composing import add_words, compose, typed_words
from ircon.commands.context import Context
from ircon.commands.keeping import nothing_lost
from ircon.commands.parsing import Line
from ircon.commands.posting import post
from ircon.commands.words import optional_id
from ircon.incident.vocabulary import last_status

USAGE = "[ID] [-m TEXT | --template T --set K=V] [--restore] [-c NAME[=STATUS]]..."
EXAMPLES = """\
  ircon resolve --restore -m "Payments work again; none were lost."
  ircon resolve k3f9 --restore --set data_loss="No data was lost" """


def options(parser: argparse.ArgumentParser) -> None:
    """As for an update; and what becomes of the components."""
    add_words(parser)
    add = parser.add_argument
    add("--restore", action="store_true", help="set what is below operational to operational")
    add("--send-anyway", action="store_true", help="even if others posted meanwhile")


def run(line: Line, context: Context) -> int:
    """Post it; without words of its own, those of the template of that name."""
    line.said = typed_words(line)
    with nothing_lost(line, context) as kept:
        word, _ = optional_id(line.words)
        incident = kept.incident = context.incident(word)
        state = context.desk.records.incident(incident)
        status = last_status(state.kind)
        if line.message is None and line.template is None:
            line.template = status
        if line.restore:
            restored = [f"{one.id}=operational" for one in state.not_operational]
            line.components = restored + (line.components or [])
        draft = compose(line, context, status, state)
        return post(line, context, replace(draft, send_anyway=line.send_anyway))
