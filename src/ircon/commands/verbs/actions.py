"""Follow-up actions of an incident."""

from __future__ import annotations

import argparse

from ircon.commands.arguments import Line, command, entry_id, exactly, optional_id
from ircon.commands.context import Context
from ircon.commands.draft_guard import guard_draft
from ircon.errors import UsageError
from ircon.incident.state import Action
from ircon.incident.text import InternalText

_WORDS = {"add": ("TEXT",), "list": (), "done": ("N",)}


def _options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--owner", metavar="P", help="the owner")
    parser.add_argument("--due", metavar="DATE", help="the due date, as 2026-12-01")
    parser.add_argument("--ticket", metavar="URL", help="where it is tracked")


@command(
    usage="[ID] add TEXT [--owner P] [--due DATE] [--ticket URL] | [ID] list | [ID] done N",
    examples="""
  ircon action add "Alert on the pool's wait time" --owner ada --due 2026-12-01
  ircon action list
  ircon action k3f9 done 2""",
    options=_options,
)
def action(line: Line, context: Context) -> int:
    """Add an action, list them, or mark one as done."""
    place = next((at for at, word in enumerate(line.words[:2]) if word in _WORDS), None)
    is_added = place is not None and line.words[place] == "add"
    line.unsaved = " ".join(line.words[(place or 0) + 1 :]) if is_added else ""
    with guard_draft(line, context) as draft:
        if place is None:
            raise UsageError("Expected add, list or done.", "See 'ircon action --help'.")
        what = line.words[place]
        rest = exactly(line.words[place + 1 :], *_WORDS[what])
        word, _ = optional_id(line.words[:place])
        incident = draft.incident = context.incident(word)
        if what == "add":
            context.not_an_id(rest[0], "the action's text")
            return _add(incident, rest[0], line, context)
        if what == "done":
            context.desk.respond.action_done(incident, rest[0])
        return _list(incident, context)


def _add(incident: str, text: str, line: Line, context: Context) -> int:
    kept = context.desk.respond.add_action(
        incident, InternalText(text), owner=line.owner, due=line.due, ticket=line.ticket
    )
    line.unsaved = ""
    context.out.line(f"{incident} {entry_id(kept)} added")
    context.out.answer({"incident": incident, "action": kept.entry})
    return 0


def _list(incident: str, context: Context) -> int:
    from ircon.writing.json_documents import action_document

    actions = context.desk.records.incident(incident).actions
    for action in actions:
        context.out.line(_words(action))
    if not actions:
        context.out.line("No follow-up actions yet: ircon action add TEXT")
    context.out.answer([action_document(action) for action in actions])
    return 0


def _words(action: Action) -> str:
    said = [f"[{'x' if action.done else ' '}] {action.id:<4}{action.text.internal}"]
    said += [word for word in (action.owner, action.due, action.ticket) if word]
    return ", ".join(said)
