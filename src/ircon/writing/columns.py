"""Cells under each other on a terminal, wide and combining characters counted."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence


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


def _cells(sign: str) -> int:
    if unicodedata.category(sign) in {"Mn", "Me", "Cf"}:
        return 0
    return 2 if unicodedata.east_asian_width(sign) in {"W", "F"} else 1
