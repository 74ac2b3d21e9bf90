"""Reading texts: sentences, paragraphs, lists, and what is no prose at all.

Spans are offsets into the text that was given; nothing is moved. Code blocks,
tables, quoted HTML tags and addresses are masked with spaces of the same length,
so that rules about prose stay out of them and offsets hold.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import lru_cache
from operator import attrgetter
from typing import Final, NamedTuple, Protocol, TypeVar

_CODE: Final = re.compile(r"```.*?(?:```|\Z)|~~~.*?(?:~~~|\Z)|`[^`\n]*`", re.DOTALL)
_TABLE: Final = re.compile(r"^[ \t]*\|.*\|[ \t]*$", re.MULTILINE)
_TAG: Final = re.compile(r"<[!/a-zA-Z][^<>\n]{0,500}>|&(?:[a-z]{2,8}|#\d{1,6});")
_ADDRESS: Final = re.compile(r"\bhttps?://\S+")
_ITEM: Final = re.compile(r"^[ \t]*(?:[-*+•‣◦]|\d{1,3}[.)])[ \t]+(?=\S)", re.MULTILINE)
_MARKED: Final = re.compile(r"^[ \t]*#{1,6}[ \t]+")
# A sentence ends at . ! ? with white space behind it, unless the word before is short for
# another; at 。 without.
_END: Final = re.compile(r"[.!?…]+[\"'”’)\]]*(?=\s|\Z)|[。！？]+|\n[ \t]*\n|\Z")
_SHORT: Final = frozenset(
    {
        *("e.g", "i.e", "etc", "vs", "approx", "ca", "no", "nr", "st", "mr", "mrs", "dr", "inc"),
        *("jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec"),
        *("ltd", "a.m", "p.m"),
    }
)
_BLOCK: Final = re.compile(r"(?:^[^\n]*\S[^\n]*(?:\n|\Z))+", re.MULTILINE)
HEADING_WORDS: Final = 8  # of a line that may be a heading (CHECKS, P2)
_WORD: Final = re.compile(r"[^\W_][\w’'-]*")


class Span(NamedTuple):
    """A piece of a text: ``text[start:end]``."""

    text: str
    start: int
    end: int

    def within(self, start: int, end: int) -> bool:
        """Whether it holds these offsets."""
        return self.start <= start and end <= self.end


class Paragraph(NamedTuple):
    """Lines up to an empty one; ``kind`` is ``prose``, ``item`` or ``heading``."""

    text: str
    start: int
    end: int
    kind: str


class HasStart(Protocol):
    """Something that was found in a text."""

    @property
    def start(self) -> int:
        """Where it begins."""


_Placed = TypeVar("_Placed", bound=HasStart)
_start: Final = attrgetter("start")  # in C: this is asked thousands of times after a key


@lru_cache(maxsize=16_384)
def mask_markup(text: str) -> str:
    """The text with code, tables, tags and addresses blanked out, letter for letter."""
    for pattern in (_CODE, _TABLE, _TAG, _ADDRESS):
        text = pattern.sub(lambda found: re.sub(r"[^\n]", " ", found.group()), text)
    return text


@lru_cache(maxsize=256)
def blocks(text: str) -> tuple[Span, ...]:
    """What stands between empty lines; masked text alone has code in one block.

    A key changes one block. What is read in the others is kept by their words, so
    that a long text is read once.
    """
    return tuple(Span(found.group(), *found.span()) for found in _BLOCK.finditer(text))


@lru_cache(maxsize=512)
def sentences(text: str) -> tuple[Span, ...]:
    """The sentences of a text's prose; a heading or a list item is one of its own."""
    return tuple(
        Span(one.text, one.start + block.start, one.end + block.start)
        for block in blocks(mask_markup(text))
        for one in _sentences_in(text[block.start : block.end], block.text)
    )


@lru_cache(maxsize=4096)
def _sentences_in(text: str, plain: str) -> tuple[Span, ...]:
    found: list[Span] = []
    for paragraph in _paragraphs_in(text, plain):
        found += _sentences(text, plain, paragraph.start, paragraph.end)
    return tuple(found)


def _sentences(text: str, plain: str, start: int, end: int) -> Iterator[Span]:
    begin = start
    for stop in _END.finditer(plain, start, end):
        last = plain[begin : stop.start()].rsplit(None, 1)[-1:] or [""]
        if stop.group() == "." and last[0].lower().lstrip("(") in _SHORT and stop.end() < end:
            continue
        if (span := _trimmed(text, plain, begin, stop.end())) is not None:
            yield span
        begin = stop.end()
    if begin < end and (span := _trimmed(text, plain, begin, end)) is not None:
        yield span


def _trimmed(text: str, plain: str, start: int, end: int) -> Span | None:
    piece = plain[start:end]
    inner = piece.strip()
    if not inner:
        return None
    start += len(piece) - len(piece.lstrip())
    return Span(text[start : start + len(inner)], start, start + len(inner))


@lru_cache(maxsize=512)
def paragraphs(text: str) -> tuple[Paragraph, ...]:
    """The paragraphs, list items and headings of a text."""
    return tuple(
        Paragraph(one.text, one.start + block.start, one.end + block.start, one.kind)
        for block in blocks(mask_markup(text))
        for one in _paragraphs_in(text[block.start : block.end], block.text)
    )


@lru_cache(maxsize=4096)
def _paragraphs_in(text: str, plain: str) -> tuple[Paragraph, ...]:
    return tuple(_items(text, plain, 0, len(plain)))


def _items(text: str, plain: str, start: int, end: int) -> Iterator[Paragraph]:
    """A block's lines: headings and list items apart, what else follows on joined."""
    begin, kind = start, "prose"
    place = start
    while place < end:
        stop = plain.find("\n", place, end)
        stop = end if stop < 0 else stop + 1
        line = plain[place:stop]
        item = _ITEM.match(line)
        heading = item is None and is_heading(line.strip())
        if item or heading:
            if plain[begin:place].strip():
                yield _paragraph(text, plain, begin, place, kind)
            begin = place + (item.end() if item else 0)
            kind = "item" if item else "heading"
            if heading:
                yield _paragraph(text, plain, begin, stop, kind)
                begin, kind = stop, "prose"
        place = stop
    if plain[begin:end].strip():
        yield _paragraph(text, plain, begin, end, kind)


def _paragraph(text: str, plain: str, start: int, end: int, kind: str) -> Paragraph:
    piece = plain[start:end]
    start += len(piece) - len(piece.lstrip())
    end = start + len(piece.strip())
    return Paragraph(text[start:end], start, end, kind)


def is_heading(line: str) -> bool:
    """A line of up to 8 words that ends in ``:`` or ``?``, or is marked as a heading (P2)."""
    if _MARKED.match(line):
        return True
    bold = len(line) > 4 and line.startswith("**") and line.rstrip(":").endswith("**")
    return bold or (line.endswith((":", "?")) and 0 < len(line.split()) <= HEADING_WORDS)


def words(text: str) -> list[Span]:
    """The words of a text, with their places."""
    return [Span(found.group(), found.start(), found.end()) for found in _WORD.finditer(text)]


@lru_cache(maxsize=16_384)
def normalise(text: str) -> str:
    """Words alone, lower case, single spaces: what "the same text" means."""
    return " ".join(_WORD.findall(text.lower().replace("’", "'")))


def spans_between(placed: Sequence[_Placed], start: int, end: int) -> Sequence[_Placed]:
    """Those pieces that begin in ``text[start:end]``; they are in the text's order."""
    first = bisect_left(placed, start, key=_start)
    return placed[first : bisect_left(placed, end, first, key=_start)]
