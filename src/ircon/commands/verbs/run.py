"""A command run as if typed, and recorded as an internal entry."""

from __future__ import annotations

import shlex

from ircon.commands.arguments import Line, command, entry_id, optional_id
from ircon.commands.context import Context
from ircon.commands.terminal_recorder import run_recorded
from ircon.errors import IrconError, UsageError
from ircon.incident.text import InternalText


@command(
    usage="[ID] -- COMMAND ...",
    examples="""
  ircon run -- kubectl rollout undo deployment/checkout
  ircon run k3f9 -- psql -c 'select count(*) from pg_stat_activity'""",
)
def run(line: Line, context: Context) -> int:
    """Run a command in this terminal and record it; return its own exit code."""
    word, _ = optional_id(line.words)
    if not line.tail:
        raise UsageError("No command to run.", "Put it after --: ircon run -- make deploy.")
    incident = context.incident(word)
    began = context.desk.clock.now()
    hide = context.desk.settings.without_tokens
    done = run_recorded(line.tail, hide, to_stderr=context.out.as_json)
    typed = hide(shlex.join(line.tail))
    printed = done.last_lines
    if printed and context.desk.settings.prints_token(line.tail):
        printed = "(output not recorded: it is a page's token command)"
    text = f"$ {typed}\n{printed}".rstrip()
    try:
        kept = context.desk.respond.note(
            incident,
            InternalText(text),
            at=began,
            source="command",
            command={"command": typed, "exit_code": done.exit_code, "seconds": done.seconds},
        )
    except IrconError as error:
        context.out.fail(error)
        return done.exit_code
    context.out.aside(
        f"{incident} {entry_id(kept)} kept: exit {done.exit_code}, {done.seconds:g} s"
    )
    context.out.answer({"incident": incident, "note": kept.entry})
    return done.exit_code
