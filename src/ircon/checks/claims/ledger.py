"""Ledger of a text's claims: times, windows, durations, figures, denials, each read once.

A text's own timeline is a record as good as the page's: a rule compares claims about the
same subject, wherever in the text, in another text, or in the record they stand.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache

from ircon.checks.claims.lengths import Length, lengths
from ircon.checks.claims.moments import Moment, moments
from ircon.checks.claims.quantities import statements
from ircon.checks.claims.timeline import Timeline, timelines
from ircon.text.clock_times import TextTimes, text_times
from ircon.text.prose import Span


@dataclass(frozen=True, eq=False)
class Ledger:
    """The claims of one text; each kind is read when it is first asked for."""

    text: str

    @cached_property
    def statements(self) -> tuple[Span, ...]:
        """Its sentences, and the rows of its tables."""
        return statements(self.text)

    @cached_property
    def timelines(self) -> tuple[Timeline, ...]:
        """Its own timelines: tables, lists, headings with a time each."""
        return timelines(self.text)

    @cached_property
    def moments(self) -> tuple[Moment, ...]:
        """Its clock times, with what happened then, in prose and timelines."""
        return moments(self.text)

    @cached_property
    def lengths(self) -> tuple[Length, ...]:
        """Its durations, with what each is the length of."""
        return lengths(self.text)

    @cached_property
    def times(self) -> TextTimes:
        """Its clock times, windows, days and zones."""
        return text_times(self.text)


@lru_cache(maxsize=128)  # a rule asks again for what another has read, and after the next key
def ledger_of(text: str) -> Ledger:
    """Return the claims of a text."""
    return Ledger(text)
