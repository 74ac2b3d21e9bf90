"""Texts for the checks: of a report, with their positions in it, or of the journal."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import tzinfo
from typing import TYPE_CHECKING, Final

from ircon.checks.subject import POSTMORTEM, TITLE, UPDATE, Passage
from ircon.incident.state import Incident, Update
from ircon.incident.time_input import render_clock
from ircon.text.prose import normalise

if TYPE_CHECKING:  # a console has no report to read
    from ircon.history.report import Block, Report

_NUMBER: Final = re.compile(r"\s*\d{1,3}[.)]\s+")


def report_passages(report: Report, incident: Incident) -> tuple[Passage, ...]:
    """Title, updates in time order and postmortem of a report, with positions in its document.

    A report without a title is named by the first words of its postmortem; it gets no
    passage for the title, as those words are checked where they are.
    """
    lines = report.text.split("\n")
    postmortem = normalise(report.postmortem.body) if report.postmortem else ""
    untitled = not report.updates and postmortem.startswith(normalise(report.name))
    passages = [] if untitled else [_title(report, lines)]
    remaining = list(incident.public_updates)
    for written in report.updates:
        update = next((update for update in remaining if _is_same(update, written)), None)
        if update is not None:
            remaining.remove(update)
        passages.append(_passage(report, lines, written, UPDATE, update))
    if report.postmortem is not None:
        passages.append(_passage(report, lines, report.postmortem, POSTMORTEM, None))
    return tuple(passages)


def update_passages(incident: Incident, zone: tzinfo) -> tuple[Passage, ...]:
    """The public updates of an incident of the journal, as the page shows them.

    Args:
        zone: the one that their time stamps are written in.
    """
    return tuple(
        Passage(
            UPDATE,
            update.body.public,
            entry=update.id,
            update=update,
            at=update.shown,
            stamp=render_clock(update.shown, zone),
            status=update.status,
        )
        for update in incident.public_updates
    )


def locate(passages: Sequence[Passage], document: str) -> tuple[Passage, ...]:
    """The passages with their positions in a document; line 0 without a single one."""
    return tuple(_locate(passage, document) for passage in passages)


def _locate(passage: Passage, document: str) -> Passage:
    if not passage.text or document.count(passage.text) != 1:
        return replace(passage, line=0)
    start = document.index(passage.text)
    line = document.count("\n", 0, start) + 1
    return replace(passage, line=line, column=start - document.rfind("\n", 0, start))


def _is_same(update: Update, written: Block) -> bool:
    return update.at == written.at and update.body.public == written.body


def _title(report: Report, lines: Sequence[str]) -> Passage:
    for number, line in enumerate(lines):
        if line.strip() == report.name:
            column = line.index(report.name) + 1
            return Passage(TITLE, report.name, report.first_line + number, column)
    return Passage(TITLE, report.name, report.first_line)


def _passage(
    report: Report, lines: Sequence[str], written: Block, role: str, update: Update | None
) -> Passage:
    first, last = written.line - report.first_line, written.end_line - report.first_line
    stamp = ""
    for number in range(max(first, 0), min(last + 1, len(lines))):
        if written.at_text and written.at_text in lines[number]:
            stamp_line = _NUMBER.sub("", lines[number], count=1).strip()
            # Of JSON the time alone: the line may be all of the document.
            stamp = written.at_text if '"' in stamp_line else stamp_line
    text, line, column = _body(report, lines, written)
    return Passage(
        role,
        text,
        line,
        column,
        update=update,
        at=written.at,
        stamp=stamp,
        block=(written.line, written.end_line),
        status=update.status if update else written.status,
    )


def _body(report: Report, lines: Sequence[str], written: Block) -> tuple[str, int, int]:
    """The body as its document has it, indented and wrapped, else as it was read; line, column."""
    first = written.body_line - report.first_line
    last = min(written.end_line - report.first_line + 1, len(lines))
    wanted = normalise(written.body)
    if 0 <= first < last and wanted:
        for end in range(last, first, -1):
            block = "\n".join(lines[first:end]).rstrip()
            body = block.lstrip()
            if normalise(body) == wanted:
                return body, written.body_line, len(block) - len(body) + 1
            if len(normalise(body)) < len(wanted):
                break
    return written.body, written.body_line, 1
