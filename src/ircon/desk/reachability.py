"""The last answer of each page: silence of a page that cannot be reached is not "nothing new"."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING, Final

from ircon.errors import IrconError, JournalError, RateLimited

if TYPE_CHECKING:
    from ircon.desk.store import Store
    from ircon.incident.times import Clock

_STORED: Final = "asked"  # the cache's name for the time of the last good answer
_PATIENT: Final = 300.0  # seconds in which a rate limit alone is no trouble


class WaitBudget:
    """How long one command waits for pages, all its reads and posts together.

    Only time within ``spend`` counts: a person may take their time over a question.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = max(0.0, seconds)
        self._since: float | None = None

    @property
    def remaining(self) -> float:
        """Seconds that are not spent yet."""
        spent = 0.0 if self._since is None else time.monotonic() - self._since
        return max(0.0, self._seconds - spent)

    @contextmanager
    def spend(self) -> Iterator[None]:
        """Count the block's time as waiting for a page."""
        self._since = time.monotonic()
        try:
            yield
        finally:
            self._seconds, self._since = self.remaining, None


@dataclass(frozen=True, slots=True)
class PageAnswer:
    """How the last request to a page ended.

    Attributes:
        page: its name in config.toml.
        error: why it gave no good answer; None where it did.
        answered_at: when it last did; None where no process here knows.
    """

    page: str
    error: IrconError | None
    answered_at: datetime | None

    @property
    def answered(self) -> bool:
        """Whether it gave a good answer."""
        return self.error is None

    def since(self, zone: tzinfo, now: datetime) -> str:
        """``since 22:41 CET``; empty where the time of the last good answer is not known."""
        from ircon.writing.text_format import clock

        if self.answered_at is None:
            return ""
        return f"since {clock(self.answered_at, zone, now.astimezone(zone).date())}"

    def describe(self, zone: tzinfo, now: datetime) -> str:
        """What a person must know of a page without an answer, in a sentence or two."""
        since = self.since(zone, now)
        return f"No answer from page '{self.page}'{since and f' {since}'}: {self.error}"


class Reachability:
    """The last answer of each page to this process; the time of the last good one to any.

    Args:
        store: the cache keeps the times.
        clock: tells the time of an answer.
    """

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._answers: dict[str, PageAnswer] = {}

    def last(self, page: str) -> PageAnswer | None:
        """The last answer of a page to this process; None before the first request."""
        return self._answers.get(page)

    def unanswered(self) -> list[PageAnswer]:
        """The pages whose last request failed."""
        return [answer for answer in list(self._answers.values()) if not answer.answered]

    def record_answer(self, page: str) -> None:
        """Record that a page has just given a good answer."""
        now = self._clock.now()
        self._answers[page] = PageAnswer(page, None, now)
        with suppress(JournalError):  # then a later start does not know this time
            self._store.cache.save_page(page, _STORED, None, now)

    def record_failure(self, page: str, error: IrconError) -> PageAnswer:
        """Record that a page gave no good answer; returns what to say of it."""
        answer = PageAnswer(page, error, self._answered_at(page))
        before = self._answers.get(page)
        if not (isinstance(error, RateLimited) and before and self._is_fresh(before)):
            self._answers[page] = answer
        return answer

    def _is_fresh(self, answer: PageAnswer) -> bool:
        """Whether the good answer is so recent that a rate limit is no trouble yet."""
        if not answer.answered or answer.answered_at is None:
            return False
        return (self._clock.now() - answer.answered_at).total_seconds() < _PATIENT

    def _answered_at(self, page: str) -> datetime | None:
        before = self._answers.get(page)
        if before and before.answered_at:
            return before.answered_at
        try:
            copy = self._store.cache.page(page, _STORED)
        except JournalError:
            return None
        return copy.fetched_at if copy else None
