"""Columns of text on a terminal: widths in cells, aligned rows, lines broken between words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

_WORD: Final = re.compile(r"( *)([^ ]+)")
_NARROW: Final = 8  # cells of a line that nothing is indented in
_HANG: Final = 2  # cells that the rest of a broken line is indented beyond its beginning


def width(text: str) -> int:
    """Return the cells that a text takes on a terminal."""
    if text.isascii():
        return len(text)
    import wcwidth  # a tenth of a second, for what is not ASCII only

    return wcwidth.width(text, control_codes="ignore")


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
    """Return how many characters of a line fit in so many cells: at least one cluster."""
    if line.isascii():
        return max(1, columns)
    import wcwidth

    cells, end = 0, 0
    for cluster in wcwidth.iter_graphemes(line):
        cells += width(cluster)
        if cells > columns and end:
            break
        end += len(cluster)
    return end
