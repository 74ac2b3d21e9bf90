"""Which incidents belong together: copies of one, and those of the same page."""

from __future__ import annotations

from datetime import timedelta
from functools import lru_cache
from typing import Final

from ircon.checks.subject import Subject
from ircon.text.prose import words

_COPIES: Final = timedelta(days=1)  # copies of one incident cannot be further apart

# What vendors and products put behind a name: "Acme Cloud" and "Acme" are one page.
_SUFFIXES: Final = frozenset(
    {"cloud", "status", "page", "inc", "ltd", "gmbh", "llc", "bv", "ag", "incident", "incidents"}
)


def is_copy(subject: Subject, other: Subject) -> bool:
    """Whether it is a second copy: the same title, the same words in order, not a day apart."""
    if not subject.updates or subject.fingerprint != other.fingerprint:
        return False
    return all(
        one.at is not None and two.at is not None and abs(one.at - two.at) < _COPIES
        for one, two in zip(subject.updates, other.updates, strict=True)
    )


def same_page(one: str | None, other: str | None) -> bool:
    """Whether two pages' names are one page's; what vendors put behind a name does not count."""
    mine = _page_name(one)
    return bool(mine) and mine == _page_name(other)


@lru_cache(maxsize=256)
def _page_name(name: str | None) -> tuple[str, ...]:
    spoken = [word.text.lower() for word in words(name or "")]
    while len(spoken) > 1 and spoken[-1] in _SUFFIXES:
        spoken.pop()
    return tuple(spoken)
