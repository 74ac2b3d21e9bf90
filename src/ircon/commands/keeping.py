"""Nothing typed is lost: the words of a refused command are kept, and it says where."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from ircon.commands.context import Context
from ircon.commands.parsing import Line
from ircon.commands.words import RESERVED
from ircon.desk.refused import RefusedWords
from ircon.errors import IrconError, JournalBusy, JournalError

_JOINED: Final = {"", "-m", "--message=", "--text=", "--edit="}  # what stands before words
_NO_INCIDENT: Final = {"declare", "outbox"}  # verbs that want no incident's id


class Kept:
    """What is known so far of what the words are for: the incident's id."""

    def __init__(self) -> None:
        self.incident: str | None = None


@contextmanager
def nothing_lost(line: Line, context: Context) -> Iterator[Kept]:
    """Keep ``line.said`` as a draft where the command is refused, and say where."""
    kept = Kept()
    try:
        yield kept
    except IrconError as error:
        if line.said:
            if isinstance(error, JournalBusy):  # it was waited for as long as is bearable
                where = _printed(line, context)
            else:
                error.draft, where = _keep(line, context, kept.incident, error.message)
            error.hint = f"{error.hint} {where}".strip()
        raise
    except Exception as defect:
        if line.said:
            context.out.aside(_keep(line, context, kept.incident, type(defect).__name__)[1])
        raise


def where_kept(key: str) -> str:
    """Where words are, as an error says it."""
    return f"The text is kept as a draft ({key}): 'ircon outbox' says how to post it."


def _keep(line: Line, context: Context, incident: str | None, why: str) -> tuple[str | None, str]:
    """The key that they are kept under, if they are, and a sentence that says so."""
    words = RefusedWords(
        verb=line.verb,
        body=line.said,
        why=why,
        command=_command(line, incident),
        incident=incident,
        piped="-" in line.words,
    )
    try:
        key = context.desk.refusals.keep(words)
    except JournalError as refusal:
        because = "" if refusal.message == why else f" ({refusal.message})"
        return None, _printed(line, context, because)
    return key, where_kept(key)


def _printed(line: Line, context: Context, because: str = "") -> str:
    """The words on the screen, for want of a better place; where they are, in a sentence."""
    context.out.aside(line.said)
    return f"The text could not be kept{because}; it stands above."


def _command(line: Line, incident: str | None) -> tuple[str | None, ...]:
    """The line as typed, None for the words; ``ID`` where no incident was found."""
    if " ".join(line.words) == line.said and len(line.words) > 1:  # not quoted
        return (line.verb, incident or "ID", None)
    home = {"--home", line.home} if line.home else set()  # whoever lists it knows where it lies
    command: list[str | None] = [
        one for one in line.argv if one not in home | {"--json", f"--home={line.home}"}
    ]
    for place in range(len(command) - 1, 0, -1):
        option = (command[place] or "").removesuffix(line.said)
        if command[place] != option and option in _JOINED:
            command[place : place + 1] = [option.removesuffix("="), None] if option else [None]
            break
    if line.verb not in _NO_INCIDENT:
        typed = [one for one in line.words if one not in RESERVED | {line.said, "-"}]
        if typed:
            command[command.index(typed[0])] = incident or "ID"
        else:
            command.insert(1, incident or "ID")
    return tuple(command)
