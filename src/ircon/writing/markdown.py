"""Markdown: what is quoted in it, made inert, and the shapes that drafts are built of."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

from ircon.incident.text import safe

# Any of CommonMark's signs that mean something inside a line (spec 0.31, section 6)
# and the bar of GFM's tables; an underscore only where it may begin emphasis.
_INLINE: Final = re.compile(r"[\\`*\[\]<>&|~]|(?<![^\W_])_|_(?![^\W_])")
# ... and what means something at a line's beginning: headings, lists, rules, setext.
_LEADING: Final = re.compile(r"(?m)^([ \t]*)(#{1,6}(?=\s|$)|[-+=]|\d{1,9}(?=[.)]))")
# Raw HTML and autolinks, entities, and what makes a link, an image or a reference of brackets.
_LEADING_AWAY: Final = re.compile(r"[<&\[\]]")


def escape_md(text: str) -> str:
    """Foreign text as it shall be read: no character in it is markup.

    Line breaks stay; what is invisible is made visible (``incident.text.safe``).
    """
    escaped = _INLINE.sub(lambda char: f"\\{char[0]}", safe(text))
    return _LEADING.sub(_escape_leading, escaped)


def inline(text: str) -> str:
    """Foreign text on one line, for a list item or a table's cell."""
    return escape_md(" ".join(text.split()))


def quote(text: str) -> str:
    """Foreign text as a block quote, its paragraphs kept."""
    lines = (line.strip() for line in escape_md(text).strip().split("\n"))
    return "\n".join(f"> {line}".rstrip() for line in lines)


def tamed(text: str) -> str:
    """A document that its author wrote as Markdown, without what could run or lead away.

    Headings, lists, tables and emphasis stay; HTML, links and images are shown as
    they were typed.
    """
    return _LEADING_AWAY.sub(lambda char: f"\\{char[0]}", safe(text))


def bullets(items: Iterable[str]) -> str:
    """Return the items as a bullet list."""
    return "\n".join(f"- {item}" for item in items)


def numbered(items: Iterable[str]) -> str:
    """Return the items as a numbered list."""
    return "\n".join(f"{place}. {item}" for place, item in enumerate(items, 1))


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table of cells that are Markdown already."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _escape_leading(found: re.Match[str]) -> str:
    space, char = found.groups()
    return f"{space}{char}\\" if char.isdigit() else f"{space}\\{char}"
