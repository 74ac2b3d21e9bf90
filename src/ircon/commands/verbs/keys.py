"""``ircon keys``: every act of the console, and the keys it has."""

from __future__ import annotations

import argparse

from ircon.commands.context import Context
from ircon.commands.parsing import Line
from ircon.commands.words import exactly

USAGE = ""
EXAMPLES = "  ircon keys"


def options(parser: argparse.ArgumentParser) -> None:
    """None of its own."""


def run(line: Line, context: Context) -> int:
    """List them, as config.toml changes them; 1 where it says something wrong."""
    exactly(line.words)
    from ircon.console.acts import every_act
    from ircon.console.acts.keymap import resolve

    keymap = resolve(context.desk.config.keys)
    acts = list(every_act())
    rows = [(act.id, ", ".join(keymap.keys_for(act)) or "unbound", act.help()) for act in acts]
    context.out.table(rows)
    for problem in keymap.problems:
        context.out.aside(f"ircon: {problem}")
    context.out.answer(
        [{"act": act.id, "keys": list(keymap.keys_for(act)), "help": act.help()} for act in acts]
    )
    return 1 if keymap.problems else 0
