"""The shape ``pingoru``: an incident's page on the aggregator Pingoru, copied as text.

``PAGE incident``, a title, ``Major Resolved View vendor source``, labels with their
values below them, ``Affected components``, and an ``Update timeline``, oldest first:
``2. identified Jan 16, 2025, 01:49 PM UTC`` and an indented body. The header's
summary (how many components, how long) is derived, and at times wrong: only the
timeline is read.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from textwrap import dedent
from typing import Final

from ircon.errors import BadTime, Unreadable
from ircon.history.affected_components import split_run_together
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
from ircon.history.timestamps import STAMP, parse_or_warn, parse_timestamp
from ircon.incident.components import Component, ComponentChange
from ircon.incident.vocabulary import IMPACTS

FORMAT: Final = "pingoru"

_ENTRY: Final = re.compile(
    rf"(?P<indent>\s*)(?P<number>\d{{1,4}})\. (?P<word>[A-Za-z_]+(?: [A-Za-z]+)?)"
    rf" (?P<stamp>{STAMP})\s*",
    re.ASCII | re.IGNORECASE,
)
# A line of this form with a time that cannot be read.
_BAD_ENTRY: Final = re.compile(
    r"(?P<indent>\s*)(?P<number>\d{1,4})\. (?P<word>[a-z_]+(?: [a-z]+)?)"
    r" (?P<stamp>\S{1,20} \S{1,20} \d{4}, .{0,40})",
    re.ASCII,
)
_PAGE: Final = re.compile(r"\s*(\S.{0,200}?) incident\s*")
_IMPACT: Final = re.compile(r"\s*(\w+)\s+\w[\w ]{0,30}\s+View vendor source\b.{0,20}")
_TIMELINE: Final = "update timeline"
_COMPONENTS: Final = "affected components"
_LABELS: Final = frozenset(
    {"started", "resolved", "duration", "detected by pingoru", _COMPONENTS, _TIMELINE}
)
_LONGEST: Final = 300


def sniff(document: Document) -> bool:
    """Whether a document is of this shape."""
    return any(_entry(line) for line in document.lines)


def read(document: Document, page_components: Sequence[Component]) -> list[Report]:
    """Return the report on such a page, as a list of one.

    Raises:
        Unreadable: its timeline holds no entry.
    """
    reader = _Reader(document.lines, Warnings(document.warnings))
    heads = [index for index, line in enumerate(document.lines) if _entry(line)]
    if not heads:
        raise Unreadable(
            "No update was found.", "Expected '1. investigating Jan 16, 2025, 12:23 PM UTC'.", 1
        )
    blocks = reader.entries(heads)
    updates = oldest_first([block for block in blocks if block.status != POSTMORTEM][::-1])
    name, page, impact = reader.header(heads[0])
    if name is None:
        name = title_from_file_name(document.name)
        reader.warnings.add(1, f"no title: named {name!r} after the document")
    reader.check_header(heads[0])
    return [
        Report(
            format=FORMAT,
            name=shorten_title(name),
            page=shorten_title(page) if page else None,
            kind=kind_from_statuses(updates),
            impact=impact,
            updates=updates,
            postmortem=reader.postmortem(blocks),
            components=reader.components(heads[0], page_components),
            source=document.name,
            text=document.text,
            warnings=reader.warnings.all(),
        )
    ]


def _entry(line: str) -> re.Match[str] | None:
    if len(line) > _LONGEST:
        return None
    return _ENTRY.fullmatch(line) or _BAD_ENTRY.fullmatch(line)


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


@dataclass(slots=True)
class _Reader:
    """A reader of the page's parts; line indexes count from 0, warnings from 1."""

    lines: Sequence[str]
    warnings: Warnings

    def header(self, end: int) -> tuple[str | None, str | None, str | None]:
        """Return title, page and impact, from the lines above the timeline."""
        filled = [line.strip() for line in self.lines[:end] if line.strip()][:20]
        impact = next((match[1] for line in filled if (match := _IMPACT.fullmatch(line))), "")
        filled = [line for line in filled if not _IMPACT.fullmatch(line)]
        page = _PAGE.fullmatch(filled[0]) if filled else None
        titles = [line for line in filled[1 if page else 0 :] if line.lower() not in _LABELS]
        return (
            titles[0] if titles and (page or impact) else None,
            page[1] if page else None,
            impact.lower() if impact.lower() in IMPACTS else None,
        )

    def check_header(self, end: int) -> None:
        """Warn where the header contradicts itself; its times are not used."""
        times: dict[str, tuple[int, datetime]] = {}
        for index in range(end - 1):
            label = self.lines[index].strip().lower()
            if label in {"started", "resolved"}:
                try:
                    times.setdefault(label, (index, parse_timestamp(self.lines[index + 1].strip())))
                except BadTime:
                    continue
        if len(times) == 2 and times["resolved"][1] < times["started"][1]:
            self.warnings.add(
                times["resolved"][0] + 2, "the header says it was resolved before it started"
            )

    def components(
        self, end: int, page_components: Sequence[Component]
    ) -> tuple[ComponentChange, ...]:
        """Return the components between "Affected components" and the timeline."""
        labels = [line.strip().lower() for line in self.lines[:end]]
        if _COMPONENTS not in labels:
            return ()
        components: list[ComponentChange] = []
        for index in range(labels.index(_COMPONENTS) + 1, end):
            if labels[index] == _TIMELINE:
                break
            changes, doubts = split_run_together(self.lines[index].strip(), page_components)
            components += changes
            for doubt in doubts:
                self.warnings.add(index + 1, doubt)
        return tuple(dict.fromkeys(components))

    def entries(self, heads: list[int]) -> list[Block]:
        """Return the timeline's entries, in its order."""
        written, expected = [], 1
        for head, end in zip(heads, [*heads[1:], len(self.lines)], strict=True):
            entry = _entry(self.lines[head])
            if entry is None:
                continue
            number = int(entry["number"])
            if number != expected:
                self.warnings.add(head + 1, f"entry {expected} was expected here, not {number}")
            expected = number + 1
            written.append(self._written(entry, head, self._end(head, end)))
        return written

    def _end(self, head: int, end: int) -> int:
        """Return the index at which a body ends; an indented one, at the first line that is not."""
        filled = [index for index in range(head + 1, end) if self.lines[index].strip()]
        if not filled or not _indent(self.lines[filled[0]]):
            return end
        for index in filled:
            if not _indent(self.lines[index]):
                self.warnings.add(index + 1, "below the timeline: stored in the source only")
                return index
        return end

    def _written(self, entry: re.Match[str], head: int, end: int) -> Block:
        status = parse_status_word(entry["word"])
        if status is None:
            warning = f"unknown status {entry['word']!r}: the status before it is used"
            self.warnings.add(head + 1, warning)
        at, problem = parse_or_warn(entry["stamp"].strip(), head + 1, self.warnings)
        body, line = trim_blank_lines(self.lines, head + 1, end)
        return Block(
            status=status or "",
            word=entry["word"],
            body=dedent(body).strip(),
            at=at,
            at_text=entry["stamp"].strip(),
            line=head + 1,
            body_line=line if body else head + 1,
            end_line=line + body.count("\n") if body else head + 1,
            problem=problem,
        )

    def postmortem(self, blocks: list[Block]) -> Block | None:
        """Return the newest postmortem."""
        postmortems = [block for block in blocks if block.status == POSTMORTEM]
        for other in postmortems[:-1]:
            self.warnings.add(other.line, "a second postmortem is stored in the source only")
        return postmortems[-1] if postmortems else None


SHAPE: Final = Shape(FORMAT, sniff, read)
