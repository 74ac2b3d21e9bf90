"""The sections of a Markdown text: its headings, and how much under each is not finished."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from ircon.incident.unfinished import find_placeholders

_HEADING: Final = re.compile(r"#{1,6}[ \t]+(\S.*)")
OPENING: Final = "Opening"


class Section(NamedTuple):
    """A heading on a line, counted from 0, and the open ends until the next one."""

    title: str
    line: int
    open_ends: int


def sections(text: str) -> list[Section]:
    """In reading order; words before the first heading are the opening."""
    lines = text.split("\n")
    begins = [(0, OPENING)] if lines[0].strip() and not _HEADING.match(lines[0]) else []
    for number, line in enumerate(lines):
        if found := _HEADING.match(line):
            begins.append((number, found[1].strip()))
    ends = [number for number, _ in begins[1:]] + [len(lines)]
    return [
        Section(title, first, len(find_placeholders("\n".join(lines[first:last]))))
        for (first, title), last in zip(begins, ends, strict=False)  # no section, no end
    ]
