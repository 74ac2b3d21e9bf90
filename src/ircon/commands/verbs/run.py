"""``ircon run``: a command as if typed, recorded."""

from __future__ import annotations

import argparse
import shlex

from ircon.commands.context import Context
from ircon.commands.parsing import Line
from ircon.commands.terminal_recorder import run_recorded
from ircon.commands.words import named, optional_id
from ircon.errors import IrconError, UsageError
from ircon.incident.text import InternalText

USAGE = "[ID] -- COMMAND ..."
EXAMPLES = """\
  ircon run -- kubectl rollout undo deployment/checkout
  ircon run k3f9 -- psql -c 'select count(*) from pg_stat_activity'"""


def options(parser: argparse.ArgumentParser) -> None:
    """None of its own: what follows ``--`` is the command's."""


def run(line: Line, context: Context) -> int:
    """Run it in this terminal, keep what it was and how it ended; its own exit code."""
    word, _ = optional_id(line.words)
    if not line.tail:
        raise UsageError("What should be run?", "Say it after --: ircon run -- make deploy.")
    incident = context.incident(word)
    began = context.desk.clock.now()
    hide = context.desk.without_tokens
    done = run_recorded(line.tail, hide, to_stderr=context.out.as_json)
    command = hide(shlex.join(line.tail))
    printed = done.last_lines
    if printed and context.desk.prints_token(line.tail):
        printed = "(what it printed is not kept: it is a page's token command)"
    text = f"$ {command}\n{printed}".rstrip()
    try:
        kept = context.desk.respond.note(
            incident,
            InternalText(text),
            at=began,
            source="command",
            command={"command": command, "exit_code": done.exit_code, "seconds": done.seconds},
        )
    except IrconError as error:
        context.out.fail(error)
        return done.exit_code
    context.out.aside(f"{incident} {named(kept)} kept: exit {done.exit_code}, {done.seconds:g} s")
    context.out.answer({"incident": incident, "note": kept.entry})
    return done.exit_code
