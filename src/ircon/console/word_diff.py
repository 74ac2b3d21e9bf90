"""What differs between two texts, in the words around it."""

from __future__ import annotations

from itertools import takewhile
from typing import Final

_AROUND: Final = 4  # words that both have, shown on either side


def word_diff(before: str, after: str) -> tuple[str, str]:
    """The part of each text that the other has not, between a few words that both have.

    ``…`` stands for more of what is the same.
    """
    was, now = before.split(), after.split()
    first = _alike(was, now)
    last = min(_alike(was[::-1], now[::-1]), len(was) - first, len(now) - first)
    return _part(was, first, last), _part(now, first, last)


def _alike(one: list[str], other: list[str]) -> int:
    """How many words both begin with."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def _part(words: list[str], first: int, last: int) -> str:
    start, end = max(0, first - _AROUND), min(len(words), len(words) - last + _AROUND)
    said = " ".join(words[start:end])
    return f"{'… ' if start else ''}{said}{' …' if end < len(words) else ''}"
