"""The little Markdown that postmortems are written in, as HTML.

Headings, lists, paragraphs, ``**bold**`` and ``code``: what makes a report readable. Everything
else, links and HTML included, is shown as it was written.
"""

import re
from collections.abc import Iterator
from itertools import groupby

from ircon.practice.html import Markup, element, joined

_HEADING = re.compile(r"(#{1,6}) +(.+)")
_ITEM = re.compile(r"[-*] +(.+)")
_INLINE = re.compile(r"\*\*([^*\n]+)\*\*|`([^`\n]+)`")


def prose(text: str) -> Markup:
    """A text as blocks: headings (one level below the page's own), lists, paragraphs."""
    return joined(_blocks(text.splitlines()))


def _blocks(lines: list[str]) -> Iterator[Markup]:
    for kind, run in groupby(lines, key=_kind):
        of_kind = list(run)
        if kind == "heading":
            yield from map(_heading, of_kind)
        elif kind == "item":
            yield element("ul", *(element("li", _inline(line[1:].strip())) for line in of_kind))
        elif kind == "paragraph":
            yield element("p", _inline("\n".join(of_kind)))


def _kind(line: str) -> str:
    if not line.strip():
        return "nothing"
    if _HEADING.fullmatch(line):
        return "heading"
    return "item" if _ITEM.fullmatch(line) else "paragraph"


def _heading(line: str) -> Markup:
    marks, _, words = line.partition(" ")
    return element(f"h{min(len(marks) + 1, 6)}", _inline(words.strip()))


def _inline(text: str) -> Markup:
    parts: list[str] = []
    end = 0
    for found in _INLINE.finditer(text):
        bold, code = found.groups()
        marked = element("strong", bold) if bold else element("code", code)
        parts += [text[end : found.start()], marked]
        end = found.end()
    return joined([*parts, text[end:]])
