"""The shape ``statuspage-home``: the past incidents on a home or history page, copied as text.

Under headings such as ``Feb 12, 2025`` are titles, and under each title blocks,
newest first: ``Resolved - This incident has been resolved.`` and on a line of its
own ``Feb 12, 16:51 EST``, without a year, which the heading has.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from ircon.errors import Unreadable
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
from ircon.history.timestamps import STAMP, parse_day_heading, parse_or_warn
from ircon.incident.components import Component

FORMAT: Final = "statuspage-home"

_OPENING: Final = re.compile(r"\s*([A-Z][A-Za-z]+(?: [a-z]+)?) - ?(.*)")
_TIME: Final = re.compile(rf"\s*({STAMP})\s*", re.IGNORECASE | re.ASCII)
_PAGE: Final = re.compile(r"\s*(?:Incident|Scheduled Maintenance) Report for\s+(\S.{0,200})")
_LONGEST_TIME: Final = 80


def sniff(document: Document) -> bool:
    """Whether a document is of this shape: a block's first line and a bare time below it."""
    return has_blocks(document.lines)


def has_blocks(lines: Sequence[str]) -> bool:
    """Whether some lines hold a block of this shape."""
    opened = False
    for line in lines:
        if _opening(line):
            opened = True
        elif opened and _time(line):
            return True
    return False


def read(document: Document, page_components: Sequence[Component]) -> list[Report]:  # noqa: ARG001 - the shape names no components
    """Return the reports of such a page, in its order.

    Raises:
        Unreadable: it holds no block with a time.
    """
    reader = _Reader(document.lines)
    reader.walk()
    incidents = [incident for incident in reader.incidents if incident.blocks]
    if not incidents:
        raise Unreadable(
            "No update was found.",
            "Expected 'Resolved - TEXT' and below it a time such as Feb 12, 16:51 EST.",
            1,
        )
    texts = document.parts(
        [(incident.line, incident.blocks[-1].end_line) for incident in incidents]
    )
    return [
        _report(incident, document, text) for incident, text in zip(incidents, texts, strict=True)
    ]


def _opening(line: str) -> tuple[str, str] | None:
    """Return the status word and the text behind it, of a block's first line."""
    match = _OPENING.fullmatch(line)
    return (match[1], match[2]) if match and parse_status_word(match[1]) else None


def _time(line: str) -> str | None:
    match = _TIME.fullmatch(line) if len(line) <= _LONGEST_TIME else None
    return match[1] if match else None


@dataclass(slots=True)
class _Incident:
    """An incident while its lines are read; ``line`` is its title's, or its first block's."""

    title: str | None
    line: int
    day: date | None
    page: str | None
    until: date | None = None  # older blocks are not later than this day
    blocks: list[Block] = field(default_factory=list)
    warnings: Warnings = field(default_factory=Warnings)


def _report(incident: _Incident, document: Document, text: str) -> Report:
    updates = oldest_first(block for block in incident.blocks if block.status != POSTMORTEM)
    return Report(
        format=FORMAT,
        name=shorten_title(incident.title or title_from_file_name(document.name)),
        page=incident.page,
        kind=kind_from_statuses(updates),
        impact=None,
        updates=updates,
        postmortem=next((block for block in incident.blocks if block.status == POSTMORTEM), None),
        components=(),
        source=document.name,
        text=text,
        first_line=incident.line,
        warnings=(*document.warnings, *incident.warnings.all()),
    )


@dataclass(slots=True)
class _Reader:
    """A reader of the lines from top to bottom; indexes count from 0."""

    lines: Sequence[str]
    incidents: list[_Incident] = field(default_factory=list)
    day: date | None = None
    page: str | None = None
    title: int | None = None  # the last line that may be a title
    opened: int | None = None  # where the current block begins

    def walk(self) -> None:
        """Read all lines."""
        for index, line in enumerate(self.lines):
            if _opening(line):
                self._close(index, "")
                self._open(index)
            elif self.opened is not None:
                if stamp := _time(line):
                    self._close(index, stamp)
            elif day := parse_day_heading(line.strip()[:40]):
                self.day = day
            elif page := _PAGE.fullmatch(line):
                self.page = page[1].strip()
            elif line.strip():
                self.title = index
        if self.opened is not None:
            warning = "cut off: this block has no time, and is stored in the source only"
            self.incidents[-1].warnings.add(self.opened + 1, warning)

    def _open(self, index: int) -> None:
        self.opened = index
        if self.title is not None:
            title = self.lines[self.title].strip()
            self.incidents.append(_Incident(title, self.title + 1, self.day, self.page))
        elif not self.incidents:
            self.incidents.append(_Incident(None, index + 1, self.day, self.page))
            self.incidents[0].warnings.add(index + 1, "no title above the first update")
        self.title = None

    def _close(self, index: int, stamp: str) -> None:
        """End the current block at its time, or, without one, where the next begins."""
        if self.opened is None:
            return
        first, self.opened = self.opened, None
        incident = self.incidents[-1]
        at, problem = None, "no time follows it"
        if stamp:
            at, problem = parse_or_warn(
                stamp, index + 1, incident.warnings, near=incident.day, until=incident.until
            )
            if at:
                incident.until = at.date() + timedelta(days=1)  # a day more, as zones differ
        else:
            incident.warnings.add(first + 1, "no time follows this block")
        word, first_text = _opening(self.lines[first]) or ("", "")
        body, line = trim_blank_lines(
            [first_text, *self.lines[first + 1 : index]], 0, index - first
        )
        incident.blocks.append(
            Block(
                status=parse_status_word(word) or "",
                word=word,
                body=body,
                at=at,
                at_text=stamp,
                line=first + 1,
                body_line=first + line if body else first + 1,
                end_line=index + 1 if stamp else index,
                problem=problem,
            )
        )


SHAPE: Final = Shape(FORMAT, sniff, read)
