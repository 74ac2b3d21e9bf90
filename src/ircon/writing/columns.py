"""Cells under each other on a terminal, wide and combining characters counted."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Final

_WORD: Final = re.compile(r"( *)([^ ]+)")
_NARROW: Final = 8  # cells of a line that nothing is indented in
_HANG: Final = 2  # cells that the rest of a broken line is indented beyond its beginning


def width(text: str) -> int:
    """The cells that a text takes on a terminal."""
    return sum(map(_cells, text))


def aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    """Rows of the same number of cells, as lines whose columns begin below each other."""
    widest = [max(map(width, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(
            cell + " " * (wide - width(cell)) for cell, wide in zip(row, widest, strict=True)
        ).rstrip()
        for row in rows
    ]


def wrapped(text: str, columns: int, hang: int | None = None) -> list[str]:
    """A line as lines of at most so many cells, broken between words.

    Args:
        hang: how far all but the first are indented; without it, or where it leaves hardly
            any room, a little more than the first.
    """
    if width(text) <= columns:
        return [text]
    indent = len(text) - len(text.lstrip(" "))
    roomy = columns // 2 if columns >= _NARROW else 0
    hang = next((one for one in (hang, indent + _HANG) if one and one <= roomy), 0)
    lines, line = [], text[:indent]
    for space, word in _WORD.findall(text[indent:]):
        if width(line + space + word) <= columns:
            line += space + word
            continue
        if line.strip():
            lines.append(line)
            line = " " * hang
        line += word
        while width(line) > columns:  # one word, longer than a line
            cut = _fitting(line, columns)
            lines.append(line[:cut])
            line = " " * hang + line[cut:]
    return [*lines, line]


def _fitting(line: str, columns: int) -> int:
    """How many characters of a line fit in so many cells; one at least."""
    taken = 0
    for place, sign in enumerate(line):
        taken += _cells(sign)
        if taken > columns:
            return max(1, place)
    return len(line)


def _cells(sign: str) -> int:
    if unicodedata.category(sign) in {"Mn", "Me", "Cf"}:
        return 0
    return 2 if unicodedata.east_asian_width(sign) in {"W", "F"} else 1
