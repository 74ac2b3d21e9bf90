"""A text in blocks between empty lines: a key changes one of them, the others are known.

What is read in a block is kept by its words. So a long text is read once, and
after each key only the block that was typed in.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from ircon.checks.prose import Span

_BLOCK: Final = re.compile(r"(?:[^\n]*\S[^\n]*(?:\n|\Z))+")


@lru_cache(maxsize=256)
def blocks(plain: str) -> tuple[Span, ...]:
    """The blocks of a text whose code and tables are masked."""
    return tuple(Span(found.group(), *found.span()) for found in _BLOCK.finditer(plain))
