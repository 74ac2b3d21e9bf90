"""The shape ``statuspage-text``: an incident's page on Statuspage, copied as text.

A title; ``Incident Report for PAGE``; then blocks, newest first, each a status
word on its own line, a body, and ``Posted Mar 31, 2025 - 10:56 CEST``. A block
ends with that line and nowhere else, so a postmortem may hold headings and lists.
After the last one: ``This incident affected: LIST.``
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Final

from ircon.errors import Unreadable
from ircon.history.affected_components import parse_affected
from ircon.history.document import Document, Warnings, trim_blank_lines
from ircon.history.report import (
    POSTMORTEM,
    Block,
    Report,
    Shape,
    kind_from_statuses,
    oldest_first,
    parse_status_word,
    shorten_title,
    title_from_file_name,
)
from ircon.history.statuspage_home import has_blocks
from ircon.history.timestamps import STAMP, parse_or_warn
from ircon.incident.components import Component, ComponentChange

FORMAT: Final = "statuspage-text"

_PAGE: Final = re.compile(r"\s*(Incident|Scheduled Maintenance|Maintenance) Report for\s+(\S.*)")
_POSTED: Final = re.compile(
    rf"\s*Posted\s+(?:[\w ]{{1,40}}\bago\.?\s+)?(?P<stamp>{STAMP})\s*", re.IGNORECASE | re.ASCII
)
# A line of this form with a time that cannot be read.
_POSTED_BADLY: Final = re.compile(r"\s*Posted\s+(?P<stamp>\S.{0,80}\d{4} - .{0,40})", re.ASCII)
_AFFECTED: Final = re.compile(
    r"\s*This (?:incident|scheduled maintenance|maintenance) (?:affected|affects|will affect):(.*)"
)
_LONGEST: Final = 200  # characters of a line that is a status, a time or a page's name


def sniff(document: Document) -> bool:
    """Whether a document is of this shape."""
    if any(_matches(_POSTED, line) for line in document.lines):
        return True
    named = any(_matches(_PAGE, line) for line in document.lines)
    return named and not has_blocks(document.lines)


def read(document: Document, page_components: Sequence[Component]) -> list[Report]:
    """Return the report on an incident's page, as a list of one.

    Raises:
        Unreadable: it holds no block with a time.
    """
    reader = _Reader(document.lines, Warnings(document.warnings))
    name, page, kind, start = reader.header()
    blocks = reader.blocks(start)
    if not blocks:
        raise Unreadable(
            "No update was found.",
            "Expected a status word, a text, and 'Posted Mar 31, 2025 - 10:56 CEST' below it.",
            min(start + 1, len(document.lines)),
        )
    updates = oldest_first(block for block in blocks if block.status != POSTMORTEM)
    reader.check_order([block for block in blocks if block.status != POSTMORTEM])
    components = reader.components(page_components)
    if name is None:
        name = title_from_file_name(document.name)
        reader.warnings.add(1, f"no title: named {name!r} after the document")
    return [
        Report(
            format=FORMAT,
            name=shorten_title(name),
            page=shorten_title(page) if page else None,
            kind=kind or kind_from_statuses(updates),
            impact=None,
            updates=updates,
            postmortem=reader.postmortem(blocks),
            components=components,
            source=document.name,
            text=document.text,
            warnings=reader.warnings.all(),
        )
    ]


def _matches(pattern: re.Pattern[str], line: str) -> re.Match[str] | None:
    return pattern.fullmatch(line) if len(line) <= _LONGEST else None


@dataclass(slots=True)
class _Reader:
    """A reader of the lines from top to bottom; indexes count from 0, warnings from 1."""

    lines: Sequence[str]
    warnings: Warnings
    listed: tuple[int, str] | None = None

    def header(self) -> tuple[str | None, str | None, str | None, int]:
        """Return title, page, kind, and the index of the first line below them."""
        filled = [index for index, line in enumerate(self.lines[:200]) if line.strip()]
        for position, index in enumerate(filled):
            if _matches(_POSTED, self.lines[index]):
                break
            if match := _matches(_PAGE, self.lines[index]):
                kind = "incident" if match[1] == "Incident" else "maintenance"
                title = self.lines[filled[position - 1]].strip() if position else None
                for other in filled[: max(position - 1, 0)]:
                    self.warnings.add(other + 1, "this line above the title is not imported")
                return title, match[2].strip(), kind, index + 1
        # No line names the page: the first line is a title if a blank line follows it.
        if filled and not self._starts_block(filled[0]):
            below = self.lines[filled[0] + 1 : filled[0] + 2]
            if not "".join(below).strip() or parse_status_word(below[0]):
                return self.lines[filled[0]].strip(), None, None, filled[0] + 1
        return None, None, None, filled[0] if filled else 0

    def _starts_block(self, index: int) -> bool:
        return bool(parse_status_word(self.lines[index]) or _matches(_POSTED, self.lines[index]))

    def blocks(self, start: int) -> list[Block]:
        """Return the blocks, in the page's order."""
        blocks: list[Block] = []
        in_block = False
        for index in range(start, len(self.lines)):
            line = self.lines[index]
            if match := _matches(_POSTED, line) or _matches(_POSTED_BADLY, line):
                blocks += self._block(start, index, match["stamp"].strip())
            elif not in_block and (listed := _AFFECTED.fullmatch(line)):
                self.listed = (index, listed[1].strip().removesuffix("."))
            else:
                in_block = in_block or bool(line.strip())
                continue
            start, in_block = index + 1, False
        if rest := self._filled(start, len(self.lines)):
            self._unfinished(rest)
        return blocks

    def _filled(self, start: int, end: int) -> list[int]:
        return [index for index in range(start, end) if self.lines[index].strip()]

    def _unfinished(self, rest: list[int]) -> None:
        first = self.lines[rest[0]]
        if parse_status_word(first):
            warning = (
                f"cut off: this {first.strip()!r} has no time, and is stored in the source only"
            )
        else:
            warning = "below the last time: not part of any update, and stored in the source only"
        self.warnings.add(rest[0] + 1, warning)

    def _block(self, start: int, end: int, stamp: str) -> list[Block]:
        """Return the block above a "Posted" line; several where some have no such line."""
        filled = self._filled(start, end)
        first = filled[0] if filled else end
        inner = [index for index in filled[1:] if parse_status_word(self.lines[index])]
        if inner and parse_status_word(self.lines[first]) == POSTMORTEM:
            word = self.lines[inner[0]].strip()
            self.warnings.add(
                inner[0] + 1, f"{word!r} on its own line in the postmortem: read as a heading"
            )
            inner = []
        blocks = []
        for each, following in pairwise([first, *inner]):
            problem = "no 'Posted' line follows it"
            self.warnings.add(each + 1, f"{self.lines[each].strip()!r}: {problem}")
            blocks.append(self._written(each, following, following - 1, "", None, problem))
        at, problem = parse_or_warn(stamp, end + 1, self.warnings)
        last = inner[-1] if inner else first
        return [*blocks, self._written(last, end, end, stamp, at, problem)]

    def _written(
        self, first: int, end: int, last: int, stamp: str, at: datetime | None, problem: str
    ) -> Block:
        word = self.lines[first].strip() if first < end else ""
        status = parse_status_word(word)
        if status is None:
            word = ""
            self.warnings.add_once(
                first + 1, "a block without a status: the status before it is used"
            )
        body, body_line = trim_blank_lines(self.lines, first + 1 if status else first, end)
        return Block(
            status=status or "",
            word=word,
            body=body,
            at=at,
            at_text=stamp,
            line=first + 1,
            body_line=body_line if body else first + 1,
            end_line=last + 1,
            problem=problem,
        )

    def check_order(self, blocks: list[Block]) -> None:
        """Warn where a page is not newest first; blocks are sorted by their times."""
        for above, below in pairwise(blocks):
            if above.at and below.at and above.at < below.at:
                self.warnings.add(below.end_line, "later than the block above it: sorted by time")

    def postmortem(self, blocks: list[Block]) -> Block | None:
        """Return the newest postmortem."""
        postmortems = [block for block in blocks if block.status == POSTMORTEM]
        for other in postmortems[1:]:
            self.warnings.add(other.line, "a second postmortem is stored in the source only")
        return postmortems[0] if postmortems else None

    def components(self, page_components: Sequence[Component]) -> tuple[ComponentChange, ...]:
        """Return the components that the last line lists."""
        if self.listed is None:
            return ()
        index, listed = self.listed
        changes, doubts = parse_affected(listed, page_components)
        for doubt in doubts:
            self.warnings.add(index + 1, doubt)
        return changes


SHAPE: Final = Shape(FORMAT, sniff, read)
