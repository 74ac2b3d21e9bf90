"""Internal notes. Its imports are few: ``ircon note`` starts as fast as a shell prompt needs."""

from __future__ import annotations

from ircon.commands.arguments import Line, command, entry_id, optional_id
from ircon.commands.context import Context
from ircon.commands.draft_guard import guard_draft
from ircon.commands.streams import read_input
from ircon.errors import JournalError, NotFound
from ircon.incident.text import InternalText


@command(
    usage="[ID] TEXT",
    examples="""
  ircon note "failing over to db-2"
  ircon note k3f9 "pool is back to 40" --at "5m ago"
  kubectl get events | ircon note -""",
)
def note(line: Line, context: Context) -> int:
    """Record a note, and print its id."""
    line.unsaved = read_input() if line.words[-1:] == ["-"] else " ".join(line.words)
    with guard_draft(line, context) as draft:
        if line.words[-1:] == ["-"]:  # a program printed it: whatever becomes of it is kept
            line.unsaved = context.desk.settings.without_tokens(line.unsaved)
        word, (text,) = optional_id(line.words, "TEXT")
        source = "pipe" if text == "-" else "typed"
        if source == "typed":
            line.unsaved = text
            draft.words.add(text)
        words = InternalText(line.unsaved)
        respond = context.desk.respond
        try:
            if word is None and source == "typed":
                context.not_an_id(text, "the note's text")
            draft.incident = context.incident(word)
            kept = respond.note(draft.incident, words, at=context.at, source=source)
            line.unsaved = ""
        except NotFound as error:
            if word and not any(map(str.isdigit, word)):  # no id, but the text's first word
                line.unsaved = " ".join(line.words)
                error.hint = f"{error.hint} Quote a text that has spaces."
            raise
        except JournalError as refusal:
            if context.at:
                raise
            kept = respond.spool_note(word, words, refusal, source=source)
            context.out.aside(f"ircon: {refusal} The note is saved in the spool until then.")
    context.out.line(f"{kept.incident} {entry_id(kept)} saved")
    context.out.answer({"incident": kept.incident, "note": kept.entry})
    return 0
