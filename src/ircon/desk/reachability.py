"""Which pages could be asked for news, since when not, and why: silence is not "nothing new"."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING, Final

from ircon.errors import IrconError, JournalError, RateLimited

if TYPE_CHECKING:
    from ircon.desk.desk import Desk

_STORED: Final = "asked"  # what the local copy calls the moment of the last good answer
_PATIENT: Final = 300.0  # seconds in which a page that only wants us to wait is no trouble


class WaitBudget:
    """How long one command waits for pages, all its looks and posts together.

    Only what passes within ``spend`` counts: a person may take their time over a question.
    """

    def __init__(self, seconds: float) -> None:
        self._left = max(0.0, seconds)
        self._since: float | None = None

    @property
    def remaining(self) -> float:
        """Seconds that are left at this moment."""
        spent = 0.0 if self._since is None else time.monotonic() - self._since
        return max(0.0, self._left - spent)

    @contextmanager
    def spend(self) -> Iterator[None]:
        """The block waits for a page."""
        self._since = time.monotonic()
        try:
            yield
        finally:
            self._left, self._since = self.remaining, None


@dataclass(frozen=True, slots=True)
class PageAnswer:
    """How the last look at a page ended.

    Attributes:
        page: its name in config.toml.
        error: why it could not be asked; None where it answered as it should.
        answered_at: when it last did; None where nobody here knows.
    """

    page: str
    error: IrconError | None
    answered_at: datetime | None

    @property
    def answered(self) -> bool:
        """Whether it answered as it should."""
        return self.error is None

    def since(self, zone: tzinfo, now: datetime) -> str:
        """``since 22:41 CET``; empty where nobody knows when it was last asked well."""
        from ircon.writing.text_format import clock

        if self.answered_at is None:
            return ""
        return f"since {clock(self.answered_at, zone, now.astimezone(zone).date())}"

    def describe(self, zone: tzinfo, now: datetime) -> str:
        """What is to be known of a page that could not be asked, in a sentence or two."""
        since = self.since(zone, now)
        return f"No news from page '{self.page}'{since and f' {since}'}: {self.error}"


class Reachability:
    """How each page was last asked, by this process; when it went well, by any."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._asked: dict[str, PageAnswer] = {}

    def last(self, page: str) -> PageAnswer | None:
        """The last look of this process at a page; None before the first."""
        return self._asked.get(page)

    def unanswered(self) -> list[PageAnswer]:
        """The pages that cannot be asked, as of the last look at each."""
        return [one for one in list(self._asked.values()) if not one.answered]

    def record_answer(self, page: str) -> None:
        """A page has just answered as it should."""
        now = self._desk.clock.now()
        self._asked[page] = PageAnswer(page, None, now)
        with suppress(JournalError):  # then a later start knows a moment less
            self._desk.cache.save_page(page, _STORED, None, now)

    def record_failure(self, page: str, error: IrconError) -> PageAnswer:
        """A page could not be asked; what is to be told of it."""
        asked = PageAnswer(page, error, self._well_at(page))
        before = self._asked.get(page)
        if not (isinstance(error, RateLimited) and before and self._is_fresh(before)):
            self._asked[page] = asked
        return asked

    def _is_fresh(self, asked: PageAnswer) -> bool:
        """Whether it answered so lately that a pause that it asks for is no trouble yet."""
        if not asked.answered or asked.answered_at is None:
            return False
        return (self._desk.clock.now() - asked.answered_at).total_seconds() < _PATIENT

    def _well_at(self, page: str) -> datetime | None:
        before = self._asked.get(page)
        if before and before.answered_at:
            return before.answered_at
        try:
            kept = self._desk.cache.page(page, _STORED)
        except JournalError:
            return None
        return kept.fetched_at if kept else None
