"""What marks a text as not finished: it is never sent, and a check says where (CHECKS, U17).

One list for the refusal and for the finding, so that they never disagree.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

_LEFT: Final = re.compile(
    r"\{\{[^{}\n]{0,500}\}\}|\{\{|\}\}"
    r"|\b(?:TODO|FIXME|XXX)\b"
    # The sample sentence that status pages offer beside an empty text field.
    r"|(?i:\blet your users know\b[^.\n]{0,200})"
)


class Placeholder(NamedTuple):
    """Words that were to be replaced; ``start`` and ``end`` are offsets in the text."""

    text: str
    start: int
    end: int


def find_placeholders(text: str) -> list[Placeholder]:
    """Everything that must not be sent as it is: holes, placeholders, marks, samples."""
    return [Placeholder(found[0], *found.span()) for found in _LEFT.finditer(text)]
