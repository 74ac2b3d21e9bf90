"""Phrase patterns: word lists made into one regular expression, and the search for them.

Matches are cached by sentence: while somebody types, only the sentence under the
cursor is read again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final, NamedTuple

from ircon.text.prose import Span, mask_markup, sentences

_SPACE: Final = r"[ \t\n\u00a0]{1,4}"


class PhraseMatch(NamedTuple):
    """A match in a sentence; ``start`` and ``span`` are offsets in the whole text.

    Attributes:
        match: the match itself; its offsets are in the sentence.
        within: the sentence, with its offsets in the text.
    """

    match: re.Match[str]
    within: Span

    @property
    def start(self) -> int:
        """The offset at which it begins."""
        return self.within.start + self.match.start()

    def span(self, group: int | str = 0) -> tuple[int, int]:
        """Return the offsets of the match, or of one of its groups."""
        start, end = self.match.span(group)
        return self.within.start + start, self.within.start + end

    def group(self, group: int | str = 0) -> str:
        """Return its text, or a group's; empty where the group did not take part."""
        return self.match.group(group) or ""


def phrases(*alternatives: str) -> re.Pattern[str]:
    """Return a pattern for any of these phrases, on word borders, in any case.

    Each is a regular expression in which a space is any short white space, ``'`` also
    the typographic one, and ``~`` at the end of a word any ending (``improv~``).
    """
    joined = "|".join(
        phrase.replace(" ", _SPACE).replace("'", "['’]").replace("~", r"\w*")
        for phrase in alternatives
    )
    return re.compile(rf"(?<![\w-])(?:{joined})(?![\w-])", re.IGNORECASE)


def find_phrases(pattern: re.Pattern[str], text: str) -> Iterator[PhraseMatch]:
    """Yield a pattern's matches in a text's sentences, outside code, tables and addresses."""
    for sentence in sentences(text):
        for match in find_matches(pattern, sentence.text):
            yield PhraseMatch(match, sentence)


@lru_cache(maxsize=65_536)
def find_matches(pattern: re.Pattern[str], sentence: str) -> tuple[re.Match[str], ...]:
    """Return a pattern's matches in one sentence."""
    return tuple(pattern.finditer(mask_markup(sentence)))


@lru_cache(maxsize=65_536)
def contains(pattern: re.Pattern[str], piece: str) -> bool:
    """Whether a pattern matches anywhere in a sentence or a paragraph."""
    return pattern.search(piece) is not None
