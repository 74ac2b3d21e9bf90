"""How much of an incident's texts is looked at."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from ircon.checks.subject import Passage

# Characters of one incident. The longest postmortems have 50,000, and a page takes 25,000 at
# a time (``vocabulary.MAX_BODY``): nothing that is posted is ever cut.
MOST: Final = 300_000


def within(texts: Iterable[Passage], most: int = MOST) -> tuple[tuple[Passage, ...], int]:
    """The first so many characters of some texts, and how many more there are.

    The text in which the limit lies ends with its last whole line, if it has lines;
    those after it are left out.
    """
    kept: list[Passage] = []
    room, left_out = most, 0
    for one in texts:
        text = one.text
        if len(text) > room:
            text = text[: max(text.rfind("\n", 0, room), 0) or room]
            room = 0
        else:
            room -= len(text)
        left_out += len(one.text) - len(text)
        if text or not one.text:
            kept.append(one if text == one.text else replace(one, text=text))
    return tuple(kept), left_out
