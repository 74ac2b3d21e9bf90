"""Internal entries other than notes: recorded commands, milestones, roles, pins, corrections.

None of these reaches a page.
"""

from __future__ import annotations

import argparse
import shlex

from ircon.commands.arguments import Line, command, entry_id, exactly, optional_id
from ircon.commands.context import Context
from ircon.commands.draft_guard import guard_draft
from ircon.errors import IrconError, UsageError
from ircon.incident.text import InternalText
from ircon.incident.vocabulary import MILESTONES


@command(
    usage="[ID] -- COMMAND ...",
    examples="""
  ircon run -- kubectl rollout undo deployment/checkout
  ircon run k3f9 -- psql -c 'select count(*) from pg_stat_activity'""",
)
def run(line: Line, context: Context) -> int:
    """Run a command in this terminal and record it; return its own exit code."""
    from ircon.commands.terminal_recorder import run_recorded

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
        f"{incident} {entry_id(kept)} saved: exit {done.exit_code}, {done.seconds:g} s"
    )
    context.out.answer({"incident": incident, "note": kept.entry})
    return done.exit_code


@command(
    usage="[ID] started|detected|acknowledged|ended",
    examples="""
  ircon mark started --at 14:05
  ircon mark k3f9 ended --at "10m ago\"""",
)
def mark(line: Line, context: Context) -> int:
    """Record a milestone of the impact."""
    word, (name,) = optional_id(line.words, "|".join(MILESTONES))
    incident = context.incident(word)
    from ircon.writing.text_format import moment

    event = context.desk.respond.milestone(incident, name, context.at)
    at = moment(event.at, context.desk.zone)
    context.out.line(f"{incident} {entry_id(event)} {MILESTONES[name]}: {at}")
    context.out.answer({"incident": incident, "entry": event.entry})
    return 0


@command(
    usage="[ID] ROLE PERSON",
    examples="""
  ircon assign commander "Ada Lovelace"
  ircon assign k3f9 scribe \"\"""",
)
def assign(line: Line, context: Context) -> int:
    """Give a role to a person; an empty PERSON takes it back."""
    word, (role, person) = optional_id(line.words, "ROLE", "PERSON")
    if word is None:
        for text in (role, person):
            context.not_an_id(text, "ROLE or PERSON")
    incident = context.incident(word)
    event = context.desk.respond.assign(incident, role, person, context.at)
    context.out.line(f"{incident} {entry_id(event)} {role}: {person or 'nobody'}")
    context.out.answer({"incident": incident, "entry": event.entry})
    return 0


def _pin_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--off", action="store_true", help="remove the mark")


@command(
    usage="ID ENTRY [--off]",
    examples="""
  ircon pin k3f9 n12
  ircon pin k3f9 n12 --off""",
    options=_pin_options,
)
def pin(line: Line, context: Context) -> int:
    """Mark an entry for the postmortem, or remove the mark."""
    word, entry = exactly(line.words, "ID", "ENTRY")
    incident = context.incident(word)
    context.desk.respond.pin(incident, entry, pinned=not line.off)
    context.out.line(f"{incident} {entry} {'no longer pinned' if line.off else 'pinned'}")
    context.out.answer({"incident": incident, "entry": entry})
    return 0


def _amend_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--text", metavar="TEXT", help="the corrected text")


@command(
    usage="ID ENTRY [--text TEXT] [--at TIME]",
    examples="""
  ircon amend k3f9 n12 --text "it was db-2, not db-1"
  ircon amend k3f9 m1 --at 14:02""",
    options=_amend_options,
)
def amend(line: Line, context: Context) -> int:
    """Correct an internal entry; the journal keeps both versions."""
    line.unsaved = line.text or ""
    with guard_draft(line, context) as draft:
        word, entry = exactly(line.words, "ID", "ENTRY")
        incident = draft.incident = context.incident(word)
        text = InternalText(line.text) if line.text is not None else None
        context.desk.respond.amend(incident, entry, text=text, at=context.at)
        line.unsaved = ""
    context.out.line(f"{incident} {entry} amended; the journal keeps the earlier version")
    context.out.answer({"incident": incident, "entry": entry})
    return 0


def _retract_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--reason", default="", metavar="TEXT", help="why, for the record")


@command(
    usage="ID ENTRY [--reason TEXT]",
    examples="""
  ircon retract k3f9 n12 --reason "another incident's\"""",
    options=_retract_options,
)
def retract(line: Line, context: Context) -> int:
    """Withdraw an internal entry; the journal keeps it."""
    word, entry = exactly(line.words, "ID", "ENTRY")
    incident = context.incident(word)
    context.desk.respond.retract(incident, entry, line.reason)
    context.out.line(f"{incident} {entry} retracted; the journal keeps it")
    context.out.answer({"incident": incident, "entry": entry})
    return 0
