"""Leftovers of a template or a draft: times, figures, names and rows that were never filled in.

What is refused when a text is sent is in ``incident.text.find_placeholders``; this finds more.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import groupby, zip_longest
from typing import Final

from ircon.text.outline import ACTIONS, DONE, role_at, table_rows
from ircon.text.prose import Span, mask_quoted, sentences

_FILL: Final = (
    r"(?:link|insert|your|name|date|time|describe|add|owner|team|service|component|number|company"
    r"|placeholder|fill|replace|enter|list|what|who|when|how|short|brief|ticket|url|person|role"
    r"|status|title|impact|summary|description|duration|product|customer|region|reason|details?"
    r"|start|end|yes|example|sample|tbd|tbc|todo|id|author|some|explain|provide|include)"
)
_UNITS: Final = (
    r"(?:%|percent|per cent|minutes?|mins?|hours?|hrs?|seconds?|days?|users?|customers?|clients?"
    r"|requests?|errors?|orders?|messages?|accounts?|people|times|shops?|tickets?)"
)
_MARKS: Final = re.compile(
    # hh:mm, 12:??, --:--, __:__
    r"(?<![\w:%])(?:[Hh]{1,2}:[Mm]{2}(?::[Ss]{2})?|\d{1,2}:(?:[?]{2}|[Xx]{2}|_{2}|-{2})"
    r"|[-_?xX]{2}:[-_?xX]{2})(?![\w:])"
    # ??, ??? on their own
    r"|(?<![\w?!.)\"”’'])\?{2,}(?![\w])"
    r"|\b(?:TBD|TBC|TBA|t\.b\.d\.|WIP|FIXME|tbd|tba)\b"
    # XX shops, ZZZ minutes, NN %
    r"|(?<![\w/.-])(?P<letter>[XYZN])(?P=letter){1,5}(?![\w/-])(?: ?(?:%|[a-z]+\b))?"
    rf"|(?<![\w/.-])[XYZN] ?{_UNITS}(?!\w)"
    # YYYY-MM-DD, dd.mm.yyyy
    r"|\b(?:[Yy]{4}[-/.][Mm]{2}[-/.][Dd]{2}|[Dd]{2}[-/.][Mm]{2}[-/.][Yy]{2,4}"
    r"|[Mm]{2}/[Dd]{2}/[Yy]{2,4})\b"
    # [link to dashboard], <insert name>; [text](address) is a link
    rf"|\[(?i:{_FILL})\b[^\[\]\n]{{0,80}}\](?![(\[:])"
    rf"|<(?i:insert|your|describe|add|fill|enter|name|date|time|owner|team|service|link)\b"
    r"[^<>\n=/]{0,80}>"
    r"|(?i:\blorem ipsum\b[^.\n]{0,80})"
    r"|(?i:\b(?:your|some|sample|example) text (?:goes )?here\b)"
    r"|(?i:\b(?:short|brief) (?:event|incident) (?:description|summary)\b)",
)
# A value that was never filled in: "Owner: ?", "| ? |", "Ticket: -".
_NO_VALUE: Final = re.compile(
    r"(?<=[:|=])[ \t]{0,3}(?P<value>\?|_{2,}|\.{3,}|…)(?=[ \t]*(?:$|[|,;.]|\n))", re.MULTILINE
)
# What a template tells its author.
_INSTRUCTION: Final = re.compile(
    r"[\s>*_(\[-]*(?:(?:briefly )?(?:describe|summari[sz]e|explain|outline|provide|include|insert"
    r"|give|write|fill in|list)\b"
    r" (?:briefly |here |in \w+ \w+ )?"
    r"(?:what|how|why|when|who|which|where|the|a|an|any|all|each)\b"
    r"|(?:a )?(?:short|brief|one[- ]sentence|high[- ]level)"
    r" (?:summary|description|overview|account) of\b"
    r"|(?:delete|remove|replace) this (?:line|section|text|row)|use this (?:section|template))",
    re.IGNORECASE,
)
_AS_A_FORMAT: Final = re.compile(
    r"\b(?:format|pattern|parse\w*|written as|strftime)\b", re.IGNORECASE
)
_CLOSE: Final = 12  # characters between two marks of one missing time
_RULED: Final = re.compile(r"[\s|:-]+")


@lru_cache(maxsize=256)
def find_leftovers(text: str) -> tuple[Span, ...]:
    """Return what was left over in a text, outside code and quotes; in order."""
    plain = mask_quoted(text)
    marks = [Span(match.group().strip(), *match.span()) for match in _MARKS.finditer(plain)]
    found = [span for span in marks if not _is_format(plain, span)]
    found += (Span(match["value"], *match.span("value")) for match in _NO_VALUE.finditer(plain))
    found += (
        sentence
        for sentence in sentences(text)
        if _INSTRUCTION.match(sentence.text)
        and role_at(text, sentence.start) not in {ACTIONS, DONE}
    )
    found += _empty_rows(text)
    return tuple(_one_a_place(plain, sorted(found, key=lambda span: (span.start, -span.end))))


def _is_format(plain: str, span: Span) -> bool:
    """Whether a sentence speaks of the form itself: ``the parser expects hh:mm``."""
    line_start = plain.rfind("\n", 0, span.start) + 1
    return _AS_A_FORMAT.search(plain, line_start, span.start) is not None


def _empty_rows(text: str) -> Iterator[Span]:
    """Yield the rows of tables that hold nothing, below the head."""
    rows = table_rows(text)
    for row, below in zip_longest(rows, rows[1:]):
        is_head = below is not None and "-" in below.text and _RULED.fullmatch(below.text)
        if not row.text.strip(" |\t") and not is_head:
            yield row


def empty_cells(text: str) -> Iterator[Span]:
    """Yield empty cells of a table's column that the other rows have filled in."""
    rows = [row for row in table_rows(text) if not _RULED.fullmatch(row.text)]
    for _, group in groupby(_numbered(text, rows), key=lambda pair: pair[0]):
        table = [(row, row.text.strip().strip("|").split("|")) for _, row in group][1:]
        width = max((len(cells) for _, cells in table), default=0)
        for column in range(width):
            filled = [row for row, cells in table if column < len(cells) and cells[column].strip()]
            empty = [
                row for row, cells in table if len(cells) > column and not cells[column].strip()
            ]
            if len(filled) > len(empty) == 1:
                yield empty[0]


def _numbered(text: str, rows: list[Span]) -> Iterator[tuple[int, Span]]:
    """Yield rows with the number of their table: rows of one table stand together."""
    table, end = 0, -1
    for row in rows:
        if end >= 0 and len(text[end : row.start].strip(" \t\n|:-")) > 0:
            table += 1
        end = row.end
        yield table, row


def _one_a_place(plain: str, spans: list[Span]) -> Iterator[Span]:
    """Yield spans, of those close together on one line the first: ``2026-??-?? ??:??``."""
    end = -1
    for span in spans:
        is_close = end >= 0 and span.start - end < _CLOSE and "\n" not in plain[end : span.start]
        if span.start >= end and not is_close:
            yield span
        end = max(end, span.end)
