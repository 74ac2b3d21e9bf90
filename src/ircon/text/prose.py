"""Prose: the sentences, paragraphs, list items and headings of a text.

Spans are offsets into the given text. Code blocks, tables, HTML tags and addresses
are masked with spaces of the same length, so that rules about prose skip them and
offsets hold.
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
# A sentence ends at . ! ? before white space, unless the word before is an abbreviation;
# at 。 in any case.
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
        """Whether these offsets lie inside it."""
        return self.start <= start and end <= self.end


class Paragraph(NamedTuple):
    """The lines up to an empty one; ``kind`` is ``prose``, ``item`` or ``heading``."""

    text: str
    start: int
    end: int
    kind: str


class HasStart(Protocol):
    """A value with an offset in a text."""

    @property
    def start(self) -> int:
        """The offset at which it begins."""


_Placed = TypeVar("_Placed", bound=HasStart)
_start: Final = attrgetter("start")  # in C: it is called thousands of times after a key press


@lru_cache(maxsize=16_384)
def mask_markup(text: str) -> str:
    """Return the text with code, tables, tags and addresses as spaces, of the same length."""
    for pattern in (_CODE, _TABLE, _TAG, _ADDRESS):
        text = pattern.sub(lambda match: re.sub(r"[^\n]", " ", match.group()), text)
    return text


@lru_cache(maxsize=256)
def blocks(text: str) -> tuple[Span, ...]:
    """Return the blocks between empty lines; only in masked text is code one block.

    A key press changes one block. Results for the others are cached by their text, so
    that a long text is read once.
    """
    return tuple(Span(match.group(), *match.span()) for match in _BLOCK.finditer(text))


@lru_cache(maxsize=512)
def sentences(text: str) -> tuple[Span, ...]:
    """Return the sentences of a text's prose; a heading or a list item is its own sentence."""
    return tuple(
        Span(sentence.text, sentence.start + block.start, sentence.end + block.start)
        for block in blocks(mask_markup(text))
        for sentence in _sentences_in(text[block.start : block.end], block.text)
    )


@lru_cache(maxsize=4096)
def _sentences_in(text: str, plain: str) -> tuple[Span, ...]:
    spans: list[Span] = []
    for paragraph in _paragraphs_in(text, plain):
        spans += _sentences(text, plain, paragraph.start, paragraph.end)
    return tuple(spans)


def _sentences(text: str, plain: str, start: int, end: int) -> Iterator[Span]:
    begin = start
    for stop in _END.finditer(plain, start, end):
        last_word = plain[begin : stop.start()].rsplit(None, 1)[-1:] or [""]
        if stop.group() == "." and last_word[0].lower().lstrip("(") in _SHORT and stop.end() < end:
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
    """Return the paragraphs, list items and headings of a text."""
    return tuple(
        Paragraph(
            paragraph.text,
            paragraph.start + block.start,
            paragraph.end + block.start,
            paragraph.kind,
        )
        for block in blocks(mask_markup(text))
        for paragraph in _paragraphs_in(text[block.start : block.end], block.text)
    )


@lru_cache(maxsize=4096)
def _paragraphs_in(text: str, plain: str) -> tuple[Paragraph, ...]:
    return tuple(_items(text, plain, 0, len(plain)))


def _items(text: str, plain: str, start: int, end: int) -> Iterator[Paragraph]:
    """Yield a block's headings and list items, and the lines between them joined."""
    begin, kind = start, "prose"
    line_start = start
    while line_start < end:
        line_end = plain.find("\n", line_start, end)
        line_end = end if line_end < 0 else line_end + 1
        line = plain[line_start:line_end]
        item = _ITEM.match(line)
        heading = item is None and is_heading(line.strip())
        if item or heading:
            if plain[begin:line_start].strip():
                yield _paragraph(text, plain, begin, line_start, kind)
            begin = line_start + (item.end() if item else 0)
            kind = "item" if item else "heading"
            if heading:
                yield _paragraph(text, plain, begin, line_end, kind)
                begin, kind = line_end, "prose"
        line_start = line_end
    if plain[begin:end].strip():
        yield _paragraph(text, plain, begin, end, kind)


def _paragraph(text: str, plain: str, start: int, end: int, kind: str) -> Paragraph:
    piece = plain[start:end]
    start += len(piece) - len(piece.lstrip())
    end = start + len(piece.strip())
    return Paragraph(text[start:end], start, end, kind)


def is_heading(line: str) -> bool:
    """Whether a line has up to 8 words and ends in ``:`` or ``?``, or is marked up as one (P2)."""
    if _MARKED.match(line):
        return True
    bold = len(line) > 4 and line.startswith("**") and line.rstrip(":").endswith("**")
    return bold or (line.endswith((":", "?")) and 0 < len(line.split()) <= HEADING_WORDS)


def words(text: str) -> list[Span]:
    """Return the words of a text, with their offsets."""
    return [Span(match.group(), match.start(), match.end()) for match in _WORD.finditer(text)]


@lru_cache(maxsize=16_384)
def normalise(text: str) -> str:
    """Return the words alone, in lower case, with single spaces: equal for "the same text"."""
    return " ".join(_WORD.findall(text.lower().replace("’", "'")))


def spans_between(placed: Sequence[_Placed], start: int, end: int) -> Sequence[_Placed]:
    """Return the pieces that begin in ``text[start:end]``; ``placed`` is in the text's order."""
    first = bisect_left(placed, start, key=_start)
    return placed[first : bisect_left(placed, end, first, key=_start)]
