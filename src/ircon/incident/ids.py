"""Identifiers: ULIDs of events, and short ids that people type.

Entropy and time are arguments, so that a test can predict an id.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from hashlib import sha256
from itertools import count
from typing import Final

_CROCKFORD: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_SHORT: Final = "abcdefghijkmnpqrstuvwxyz23456789"  # without letters that are easily confused
_DIGITS: Final = "23456789"
_LENGTH: Final = 4  # of a short id, where it is free
_SHORT_ID: Final = re.compile(r"[a-z0-9]{4,20}")

Entropy = Callable[[int], bytes]


class Ulids:
    """A generator of 26-character ULIDs that never go backwards.

    Time-ordered and unique across machines (https://github.com/ulid/spec). When the
    clock steps back, the last millisecond is kept and the random part counted up,
    so that ids of one process sort in the order they were made.
    """

    def __init__(self, entropy: Entropy) -> None:
        self._entropy = entropy
        self._last = 0

    def next(self, milliseconds: int) -> str:
        """Return a new id for an instant in milliseconds since 1970."""
        value = (milliseconds << 80) | int.from_bytes(self._entropy(10))
        if value >> 80 <= self._last >> 80:
            value = self._last + 1
        self._last = value
        return ulid(value)


def ulid(value: int) -> str:
    """Return the 26 characters of 128 bits: 48 of milliseconds, 80 random or derived."""
    return "".join(_CROCKFORD[(value >> shift) & 31] for shift in range(125, -1, -5))


def ulid_value(text: str) -> int:
    """Return the 128 bits of a well-formed ULID; the inverse of ``ulid``."""
    value = 0
    for char in text:
        value = value << 5 | _CROCKFORD.index(char)
    return value


def is_ulid(text: str) -> bool:
    """Whether a text is a well-formed ULID."""
    return len(text) == 26 and text[0] <= "7" and all(char in _CROCKFORD for char in text)


def short_id(taken: Collection[str], entropy: Entropy, length: int = _LENGTH) -> str:
    """Return a new incident id: ``[a-z0-9]``, at least one digit, at least 4 characters.

    The digit keeps ids apart from the words of the command line. After some
    collisions the id grows, so the search always ends.
    """
    for attempt in range(64):
        size = length + attempt // 16
        candidate = "".join(_SHORT[byte % len(_SHORT)] for byte in entropy(size))
        if not any(char.isdigit() for char in candidate):
            candidate = candidate[:-1] + _DIGITS[entropy(1)[0] % len(_DIGITS)]
        if candidate not in taken:
            return candidate
    return short_id(taken, entropy, length + 4)


def is_short_id(text: str) -> bool:
    """Whether a text has the form of a short id, which no word of the command line has."""
    return bool(_SHORT_ID.fullmatch(text)) and any(char.isdigit() for char in text)


def short_id_of(identity: str) -> str:
    """Return the short id derived from an incident's ULID: the same on every machine."""
    letters = short_id_letters(identity)
    alias = "".join(next(letters) for _ in range(_LENGTH))
    if not any(char.isdigit() for char in alias):
        alias = alias[:-1] + _DIGITS[ord(next(letters)) % len(_DIGITS)]
    return alias


def short_id_letters(identity: str) -> Iterator[str]:
    """Yield characters for short ids, derived from a ULID, without end."""
    for number in count():
        for byte in sha256(f"{identity} {number}".encode()).digest():
            yield _SHORT[byte % len(_SHORT)]


def ids_matching(prefix: str, ids: Collection[str]) -> list[str]:
    """Return the ids a typed prefix matches: the exact one alone, else all that start with it."""
    typed = prefix.lower()
    return (
        [typed]
        if typed in ids
        else sorted(candidate for candidate in ids if candidate.startswith(typed))
    )
