"""Words of the command line: which is an incident's id, and which are the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ircon.errors import UsageError

if TYPE_CHECKING:
    from ircon.incident.event import Event

RESERVED: Final = frozenset({"save", "publish", "add", "list", "done", "resolve"})  # never ids


def optional_id(words: list[str], *named: str) -> tuple[str | None, list[str]]:
    """An id that may be left out, and then exactly the named words.

    How many words there are decides: ``note abcd`` is a note that says "abcd".

    Raises:
        UsageError: too few words or too many; names what is wanted.
    """
    if len(words) == len(named):
        return None, list(words)
    if len(words) == len(named) + 1 and words[0] not in RESERVED:
        return words[0], words[1:]
    raise _wanted(("[ID]", *named), words)


def exactly(words: list[str], *named: str) -> list[str]:
    """Exactly the named words.

    Raises:
        UsageError: too few or too many.
    """
    if len(words) != len(named):
        raise _wanted(named or ("no words",), words)
    return list(words)


def named(event: Event) -> str:
    """What people call an entry; one that waits beside the journal has no id yet."""
    return event.entry or "(not in the journal yet)"


def _wanted(named: tuple[str, ...], words: list[str]) -> UsageError:
    given = " ".join(repr(word[:40]) for word in words) or "nothing"
    hint = "Quote what has spaces." if len(words) > len(named) else "'--help' shows an example."
    return UsageError(f"Wanted is {' '.join(named)}, given {given}.", hint)
