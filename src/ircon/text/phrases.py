"""Word lists as patterns: what a rule looks for is data, one phrase a string.

What stands in a sentence is remembered by the sentence: while somebody types, only the
one under the cursor is read again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final, NamedTuple

from ircon.text.prose import Span, mask_markup, sentences

_SPACE: Final = r"[ \t\n\u00a0]{1,4}"


class PhraseMatch(NamedTuple):
    """A match in a sentence; places count in the whole text.

    Attributes:
        match: counts from the sentence's start.
        within: the sentence.
    """

    match: re.Match[str]
    within: Span

    @property
    def start(self) -> int:
        """Where it begins."""
        return self.within.start + self.match.start()

    def span(self, group: int | str = 0) -> tuple[int, int]:
        """Where it, or a group of it, begins and ends."""
        start, end = self.match.span(group)
        return self.within.start + start, self.within.start + end

    def group(self, group: int | str = 0) -> str:
        """Its words, or a group's; empty where the group is no part of it."""
        return self.match.group(group) or ""


def phrases(*wanted: str) -> re.Pattern[str]:
    """One of these phrases, on word borders, in any case.

    Each is a regular expression in which a space is any short white space, ``'`` also
    the typographic one, and ``~`` at the end of a word any ending (``improv~``).
    """
    joined = "|".join(
        one.replace(" ", _SPACE).replace("'", "['’]").replace("~", r"\w*") for one in wanted
    )
    return re.compile(rf"(?<![\w-])(?:{joined})(?![\w-])", re.IGNORECASE)


def find_phrases(pattern: re.Pattern[str], text: str) -> Iterator[PhraseMatch]:
    """Where a pattern stands in a text's sentences; code, tables and addresses are none."""
    for sentence in sentences(text):
        for match in find_matches(pattern, sentence.text):
            yield PhraseMatch(match, sentence)


@lru_cache(maxsize=65_536)
def find_matches(pattern: re.Pattern[str], sentence: str) -> tuple[re.Match[str], ...]:
    """Where a pattern stands in one sentence."""
    return tuple(pattern.finditer(mask_markup(sentence)))


@lru_cache(maxsize=65_536)
def contains(pattern: re.Pattern[str], piece: str) -> bool:
    """Whether a pattern stands in a sentence or a paragraph."""
    return pattern.search(piece) is not None
