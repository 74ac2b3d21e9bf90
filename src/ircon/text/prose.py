"""Prose: the sentences, paragraphs, list items and headings of a text.

Spans are offsets into the given text. Code blocks, tables, quotes, logs, HTML tags and addresses
are masked with spaces of the same length, so that rules about prose skip them and
offsets hold.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from operator import attrgetter
from typing import Final, NamedTuple, Protocol, TypeVar

_CODE: Final = re.compile(r"```.*?(?:```|\Z)|~~~.*?(?:~~~|\Z)|`[^`\n]*`", re.DOTALL)
_TABLE: Final = re.compile(r"^[ \t]*\|.*\|[ \t]*$", re.MULTILINE)
_TAG: Final = re.compile(r"<[!/a-zA-Z][^<>\n]{0,500}>|&(?:[a-z]{2,8}|#\d{1,6});")
_ADDRESS: Final = re.compile(r"\bhttps?://\S+")
# Words of others: a quoted chat, and lines of a log.
_QUOTE: Final = re.compile(r"^[ \t]*>[^\n]*$", re.MULTILINE)
_LOG: Final = re.compile(
    r"^[ \t]*\[?\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d[^\n]*?"
    r"\b(?:ERROR|WARN(?:ING)?|INFO|DEBUG|FATAL|TRACE|CRITICAL)\b[^\n]*$",
    re.MULTILINE,
)
_ITEM: Final = re.compile(r"^[ \t]*(?:[-*+•‣◦]|\d{1,3}[.)])[ \t]+(?=\S)", re.MULTILINE)
_MARKED: Final = re.compile(r"^[ \t]*#{1,6}[ \t]+")
_MARKED_LINE: Final = re.compile(r"^[ \t]*#{1,6}[ \t]+[^\n]*", re.MULTILINE)
_MARKED_WORDS: Final = 25  # of a heading with #; more is a paragraph that lost its line breaks
_LABELLED: Final = re.compile(r"[A-Z][\w’' /&-]{1,40}:[ \t]+\S")
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
_ALONE_WORDS: Final = 12  # of a line above a sentence that is none of it
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
    """Return the text with all that is no prose of its author as spaces, of the same length.

    That is code, tables, quoted lines, lines of a log, tags and addresses.
    """
    for pattern in (_CODE, _TABLE, _QUOTE, _LOG, _TAG, _ADDRESS):
        text = pattern.sub(lambda match: re.sub(r"[^\n]", " ", match.group()), text)
    return text


@lru_cache(maxsize=256)
def mask_quoted(text: str) -> str:
    """Return the text with code, quoted lines and lines of a log as spaces, tables left in."""
    for pattern in (_CODE, _QUOTE, _LOG, _ADDRESS):
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
        for sentence in _sentences_in(
            text[block.start : block.end], block.text, marked=has_marked_headings(text)
        )
    )


@lru_cache(maxsize=4096)
def _sentences_in(text: str, plain: str, *, marked: bool) -> tuple[Span, ...]:
    spans: list[Span] = []
    for paragraph in _paragraphs_in(text, plain, marked=marked):
        begin = paragraph.start
        for stop in _lines_alone(paragraph):
            spans += _sentences(text, plain, begin, stop)
            begin = stop
        spans += _sentences(text, plain, begin, paragraph.end)
    return tuple(spans)


def _lines_alone(paragraph: Paragraph) -> Iterator[int]:
    """Yield where lines end that stand alone above a sentence: ``What we will do``.

    They are short, without a full stop, and the next line begins with a capital letter.
    """
    start, above = paragraph.start, "."
    lines = paragraph.text.split("\n")
    for line, below in pairwise(lines):
        words = line.strip()
        if (
            words[-1:].isalnum()
            and above[-1:] in ".!?:"
            and len(words.split()) <= _ALONE_WORDS
            and below.strip()[:1].isupper()
            and words[:1].isupper()
            and len(words) < len(below)
        ):
            yield start + len(line) + 1
        start, above = start + len(line) + 1, words


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
        for paragraph in _paragraphs_in(
            text[block.start : block.end], block.text, marked=has_marked_headings(text)
        )
    )


@lru_cache(maxsize=256)
def has_marked_headings(text: str) -> bool:
    """Whether headings are marked with ``#``: then nothing else is one."""
    return any(_is_marked(match.group()) for match in _MARKED_LINE.finditer(text))


@lru_cache(maxsize=4096)
def _paragraphs_in(text: str, plain: str, *, marked: bool) -> tuple[Paragraph, ...]:
    return tuple(_items(text, plain, marked=marked))


def _items(text: str, plain: str, *, marked: bool) -> Iterator[Paragraph]:
    """Yield a block's headings and list items, and the lines between them joined."""
    begin, kind, line_start = 0, "prose", 0
    above = ""  # the line above, without white space
    while line_start < len(plain):
        line_end = plain.find("\n", line_start)
        line_end = len(plain) if line_end < 0 else line_end + 1
        line = plain[line_start:line_end]
        item = _ITEM.match(line) or _labelled(line, above, kind)
        heading = item is None and is_heading(line.strip(), above, marked=marked)
        if item is not None or heading:
            if plain[begin:line_start].strip():
                yield _paragraph(text, plain, begin, line_start, kind)
            begin = line_start + (item.end() if item else 0)
            kind = "item" if item else "heading"
            if heading:
                yield _paragraph(text, plain, begin, line_end, kind)
                begin, kind = line_end, "prose"
        line_start, above = line_end, line.strip()
    if plain[begin:].strip():
        yield _paragraph(text, plain, begin, len(plain), kind)


def _labelled(line: str, above: str, kind: str) -> re.Match[str] | None:
    """Return the empty match of an item that begins with a label, in a list that is announced.

    ``We have made these improvements:`` and below it ``Isolation: mail has a router``.
    """
    is_list = above.endswith(":") or (kind == "item" and _LABELLED.match(above))
    return re.match("", line) if is_list and _LABELLED.match(line) else None


def _paragraph(text: str, plain: str, start: int, end: int, kind: str) -> Paragraph:
    piece = plain[start:end]
    start += len(piece) - len(piece.lstrip())
    stop = start + len(piece.strip())
    rest = text[stop:end]
    if rest.lstrip().startswith("http"):  # an address at the end was masked
        stop += len(rest.rstrip())
    return Paragraph(text[start:stop], start, stop, kind)


def is_heading(line: str, above: str = "", *, marked: bool = False) -> bool:
    """Whether a line is a heading (P2).

    It is marked up as one, or has up to 8 words and ends in ``:`` or ``?``; not so where the
    text marks its headings, nor where the line goes on from the one above.
    """
    if _MARKED.match(line):
        return _is_marked(line)
    if len(line) > 4 and line.startswith("**") and line.rstrip(":").endswith("**"):
        return True
    if marked or not line.endswith((":", "?")) or not 0 < len(line.split()) <= HEADING_WORDS:
        return False
    goes_on = bool(above) and above[-1] not in ".!?:…"
    return not (goes_on and line[0].islower())


def _is_marked(line: str) -> bool:
    """Whether a line that begins with ``#`` is a heading, not a paragraph that lost its breaks."""
    return _MARKED.match(line) is not None and len(line.split()) <= _MARKED_WORDS


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
