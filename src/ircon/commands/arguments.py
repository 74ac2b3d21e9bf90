"""Declaration of a verb, and the typed line that it is run with.

A verb is a function under ``@command``; its row in ``table.VERBS`` names it. The
helpers here read its positional words and check its options' values.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import TYPE_CHECKING, Final, NamedTuple

from ircon.errors import UsageError

if TYPE_CHECKING:
    from ircon.commands.context import Context
    from ircon.commands.table import Verb
    from ircon.incident.event import Event

RESERVED: Final = frozenset({"save", "publish", "add", "list", "done", "resolve"})  # never ids


class Line(argparse.Namespace):
    """A parsed command line: the verb's own options, and the attributes below.

    Attributes:
        verb: a key of ``table.VERBS``, or ``table.CONSOLE``.
        row: the verb's row in the table.
        words: the positional words in order, those after ``--`` at the end.
        tail: the words after ``--`` alone; None without a ``--``.
        argv: the whole line as typed, the verb first.
        timeout: seconds to wait for pages in all, of the verbs that take it.
        unsaved: the text that a person typed and must not lose; empty once it is stored.
    """

    verb: str
    row: Verb
    words: list[str]
    tail: list[str] | None
    argv: list[str]
    timeout: float
    unsaved: str
    home: str | None
    page: str | None
    at: str | None
    json: bool


class Command(NamedTuple):
    """A verb as declared: the function that runs it, and the contents of its help.

    ``run`` returns the exit code; ``add_options`` extends the verb's parser.
    """

    run: Callable[[Line, Context], int]
    examples: str
    usage: str
    add_options: Callable[[argparse.ArgumentParser], None] | None


def command(
    *,
    examples: str,
    usage: str = "",
    options: Callable[[argparse.ArgumentParser], None] | None = None,
) -> Callable[[Callable[[Line, Context], int]], Command]:
    """Declare the function below as a verb.

    Args:
        examples: lines for ``--help``, two spaces in front of each.
        usage: the positional words and options, without ``ircon VERB``.
        options: adds the verb's own options to its parser.
    """
    return lambda run: Command(run, examples.strip("\n"), usage, options)


def optional_id(words: list[str], *names: str) -> tuple[str | None, list[str]]:
    """Return the incident's id, if one was typed, and exactly the named words.

    The number of words decides: ``note abcd`` is a note with the text "abcd".

    Raises:
        UsageError: too few words or too many; names what is expected.
    """
    if len(words) == len(names):
        return None, list(words)
    if len(words) == len(names) + 1 and words[0] not in RESERVED:
        return words[0], words[1:]
    raise _unexpected(("[ID]", *names), words)


def exactly(words: list[str], *names: str) -> list[str]:
    """Return the words, exactly as many as are named.

    Raises:
        UsageError: too few or too many.
    """
    if len(words) != len(names):
        raise _unexpected(names or ("no words",), words)
    return list(words)


def entry_id(event: Event) -> str:
    """Return the id of an event's entry; one in the spool has none yet."""
    return event.entry or "(not in the journal yet)"


def seconds(text: str) -> float:
    """Convert an option's value to a duration in seconds, 0 or more."""
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not value >= 0:  # false for NaN, too
        raise argparse.ArgumentTypeError(f"{text[:20]!r} is not a number of seconds, 0 or more")
    return value


def whole(least: int, most: int) -> Callable[[str], int]:
    """Return a converter of an option's value to a whole number in a range."""

    def check(text: str) -> int:
        value = int(text) if text.isascii() and text.isdecimal() else least - 1
        if not least <= value <= most:
            message = f"{text[:20]!r} is not a whole number from {least} to {most:,}"
            raise argparse.ArgumentTypeError(message)
        return value

    return check


def _unexpected(names: tuple[str, ...], words: list[str]) -> UsageError:
    given = " ".join(repr(word[:40]) for word in words) or "nothing"
    hint = "Quote what has spaces." if len(words) > len(names) else "'--help' shows an example."
    return UsageError(f"Expected {' '.join(names)}, got {given}.", hint)
