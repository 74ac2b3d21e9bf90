"""A finding: which rule, where exactly, compared with what, and how to mend it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ircon.checks.subject import Passage
from ircon.text.prose import sentences

ERROR, WARN, INFO, OFF = "error", "warn", "info", "off"
SEVERITIES: Final = (ERROR, WARN, INFO)


@dataclass(frozen=True, slots=True)
class Fix:
    """One key away: ``replacement`` for the characters ``start`` to ``end``."""

    start: int
    end: int
    replacement: str


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule found in a passage.

    Attributes:
        start, end: offsets into the passage's text.
        message: one sentence for a tired person.
        compared_with: the record's side of it, in words.
        at_stamp: it is about when this was said: the quote is the passage's time, the
            span its whole entry (CHECKS, ANCHOR).
        of_all: it is about something that the passage lacks: the quote is its first
            sentence, the span all of it.
    """

    rule: str
    severity: str
    message: str
    passage: Passage
    start: int
    end: int
    compared_with: str | None = None
    fix: Fix | None = None
    at_stamp: bool = False
    of_all: bool = False

    @property
    def quote(self) -> str:
        """The words it is about, to the letter."""
        if self.at_stamp and self.passage.stamp:
            return self.passage.stamp
        if self.of_all:
            return next((sentence.text for sentence in sentences(self.passage.text)), "")
        return self.passage.text[self.start : self.end]

    @property
    def span(self) -> tuple[int, int, int, int]:
        """``line, column, end_line, end_column`` in the document, from 1; the end exclusive."""
        if self.at_stamp and self.passage.block:
            first, last = self.passage.block
            return first, 1, last + 1, 1
        return (*self.passage.place(self.start), *self.passage.place(self.end))


def lacking(
    rule: str,
    severity: str,
    message: str,
    passage: Passage,
    compared_with: str | None = None,
    fix: Fix | None = None,
) -> Finding:
    """Something that a passage does not say: all of it is the place (CHECKS, ANCHOR)."""
    return Finding(
        rule,
        severity,
        message,
        passage,
        0,
        len(passage.text),
        compared_with=compared_with,
        fix=fix,
        of_all=True,
    )


def about_entry(
    rule: str, severity: str, message: str, passage: Passage, compared_with: str | None = None
) -> Finding:
    """Something about when an entry was said: its time is the quote (CHECKS, ANCHOR)."""
    end = len(passage.text)
    return Finding(rule, severity, message, passage, 0, end, compared_with, at_stamp=True)
