"""A finding: what a rule objects to, where exactly, compared with what, and how to fix it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ircon.checks.subject import Passage
from ircon.text.prose import sentences

ERROR, WARN, INFO, OFF = "error", "warn", "info", "off"
SEVERITIES: Final = (ERROR, WARN, INFO)


@dataclass(frozen=True, slots=True)
class Fix:
    """A fix that one key applies: ``replacement`` for the characters ``start`` to ``end``."""

    start: int
    end: int
    replacement: str


@dataclass(frozen=True, slots=True)
class Violation:
    """A violation of a rule: the place in a passage, and what is wrong there.

    Attributes:
        start, end: offsets into the passage's text.
        message: one sentence for a tired person.
        compared_with: the record's side of it, for a person to read.
        severity: only where it is not the rule's own.
        at_stamp: it is about the time of posting: the quote is the passage's time, the
            span its whole entry (CHECKS, ANCHOR).
        of_all: it is about something that the passage lacks: the quote is its first
            sentence, the span all of it.
        kind: only where it is not the rule's own (``rule.KINDS``).
    """

    passage: Passage
    start: int
    end: int
    message: str
    compared_with: str | None = None
    fix: Fix | None = None
    severity: str | None = None
    at_stamp: bool = False
    of_all: bool = False
    kind: str | None = None

    @property
    def quote(self) -> str:
        """The text it is about, to the letter."""
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
        return (*self.passage.position(self.start), *self.passage.position(self.end))


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding(Violation):
    """A violation as it is reported, with the rule's id and the severity and kind that count here.

    Attributes:
        confidential: the quote may be a secret: it is never repeated in a log or an error,
            and a text with it is sent only with a typed reason.
    """

    rule: str
    severity: str
    kind: str
    confidential: bool = False


def missing_from(
    passage: Passage,
    message: str,
    compared_with: str | None = None,
    fix: Fix | None = None,
    severity: str | None = None,
) -> Violation:
    """Return a violation about something that a passage lacks; its span is the whole passage."""
    return Violation(
        passage, 0, len(passage.text), message, compared_with, fix, severity, of_all=True
    )


def about_entry(passage: Passage, message: str, compared_with: str | None = None) -> Violation:
    """Return a violation about when an entry was posted; its quote is the entry's time."""
    return Violation(passage, 0, len(passage.text), message, compared_with, at_stamp=True)
