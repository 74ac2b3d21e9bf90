"""Nothing typed is lost: the words of a refused command are kept, and it says where."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Final

from ircon.commands.arguments import RESERVED, Line
from ircon.commands.context import Context
from ircon.commands.table import UPDATE_VERBS
from ircon.desk.saved_drafts import RefusedText
from ircon.errors import IrconError, JournalBusy, JournalError, UsageError
from ircon.incident.times import iso

_JOINED: Final = {"", "-m", "--message=", "--text=", "--edit="}  # what stands before words
_LONG_WORD: Final = 12  # bytes: four signs of a language that puts no blanks
_SOURCES: Final = ("-m", "--message", "-F", "--file")  # of a text; joined to their value:
_SOURCES_JOINED: Final = ("-m-", "--message=", "-F", "--file=")


class DraftGuard:
    """What is known so far of the words.

    Attributes:
        incident: the id of the incident that they are for.
        words: every shape in which they may have been refused before.
    """

    def __init__(self, said: str) -> None:
        self.incident: str | None = None
        self.words = {said}


@contextmanager
def guard_draft(line: Line, context: Context) -> Iterator[DraftGuard]:
    """Keep ``line.unsaved`` as a draft where the command is refused, and say where.

    Whoever has put the words where they belong empties ``line.unsaved``: then no draft of an
    earlier try is needed either.
    """
    kept = DraftGuard(line.unsaved)
    try:
        yield kept
    except IrconError as error:
        if _is_worth_it(line.unsaved, error):
            if isinstance(error, JournalBusy):  # it was waited for as long as is bearable
                where = _printed(line, context)
            else:
                error.draft, where = _keep(line, context, kept.incident, error.message)
            error.hint = f"{error.hint} {where}".strip()
        raise
    except KeyboardInterrupt:
        if line.unsaved:
            context.if_interrupted = _keep(line, context, kept.incident, "Interrupted.")[1]
        raise
    except Exception as defect:
        if line.unsaved:
            context.out.aside(_keep(line, context, kept.incident, type(defect).__name__)[1])
        raise
    else:
        if not line.unsaved:
            _forget(context, line, kept.words | {getattr(line, "message", None) or ""})


def _is_worth_it(words: str, error: IrconError) -> bool:
    """Whether somebody would miss them: of wrong usage a single short word is no text."""
    if error.exit_code != UsageError.exit_code:
        return bool(words.strip())
    return len(words.split()) > 1 or len(words.encode("utf-8", "replace")) >= _LONG_WORD


def _forget(context: Context, line: Line, words: set[str]) -> None:
    """What is said needs no draft; where the journal refuses, it stays, and it is said."""
    verbs = UPDATE_VERBS if line.row.posts_update else (line.verb,)
    try:
        for word in words - {""}:
            context.desk.refused_texts.drop_sent(word, *verbs)
    except JournalError as error:
        context.out.aside(f"Note: drafts of it may still be listed. {error}")


def saved_as(key: str) -> str:
    """Where words are, as an error says it."""
    return f"The text is saved as a draft ({key}): 'ircon outbox' shows how to continue."


def _keep(line: Line, context: Context, incident: str | None, why: str) -> tuple[str | None, str]:
    """The key that they are kept under, if they are, and a sentence that says so."""
    words = RefusedText(
        verb=line.verb,
        body=line.unsaved,
        why=why,
        command=_command(line, context, incident),
        incident=incident,
        piped="-" in line.words,
    )
    try:
        key = context.desk.refused_texts.save(words)
    except JournalError as refusal:
        because = "" if refusal.message == why else f" ({refusal.message})"
        return None, _printed(line, context, because)
    return key, saved_as(key)


def _printed(line: Line, context: Context, because: str = "") -> str:
    """The words on the screen, for want of a better place; where they are, in a sentence."""
    context.out.aside(line.unsaved)
    return f"The text could not be saved{because}; it is printed above."


def _command(line: Line, context: Context, incident: str | None) -> tuple[str | None, ...]:
    """The line as typed, None for the words; ``ID`` where no incident was found.

    Its times are absolute: "10m ago" means something else when it is taken up.
    """
    if " ".join(line.words) == line.unsaved and len(line.words) > 1:  # not quoted
        return (line.verb, incident or "ID", None)
    home = {"--home", line.home} if line.home else set()  # whoever lists it knows where it lies
    shown_only = {"--json", "--dry-run", f"--home={line.home}"}
    typed_line = [one for one in line.argv if one not in home | shown_only]
    command: list[str | None] = [*_with_times(typed_line, line, context)]
    if getattr(line, "elsewhere", False):  # from a file, a pipe or an editor
        command[1:] = ["-m", None, *_without_source(command[1:])]
    for place in range(len(command) - 1, 0, -1):
        option = (command[place] or "").removesuffix(line.unsaved)
        if command[place] != option and option in _JOINED:
            command[place : place + 1] = [option.removesuffix("="), None] if option else [None]
            break
    if line.row.names_incident:
        typed = [word for word in line.words if word not in RESERVED | {line.unsaved, "-"}]
        if typed:
            command[command.index(typed[0])] = incident or "ID"
        else:
            command.insert(1, incident or "ID")
    return tuple(command)


def _with_times(words: list[str], line: Line, context: Context) -> list[str]:
    """A command line whose times say the same at any later moment."""
    try:
        begins, ends = context.window(getattr(line, "begins", None), getattr(line, "ends", None))
        moments = {"--at": context.at, "--from": begins, "--until": ends}
    except (IrconError, OSError):  # they cannot be read: that is what it was refused for
        return words
    result = list(words)
    for place, word in enumerate(words):
        option, joined, _ = word.partition("=")
        moment = moments.get(option)
        if moment is None:
            continue
        if joined:
            result[place] = f"{option}={iso(moment)}"
        elif place + 1 < len(words):
            result[place + 1] = iso(moment)
    return result


def _without_source(words: Sequence[str | None]) -> Iterator[str | None]:
    """A command line without where its text came from."""
    left = iter(words)
    for word in left:
        if word in _SOURCES:
            next(left, None)
        elif not (word or "").startswith(_SOURCES_JOINED):
            yield word
