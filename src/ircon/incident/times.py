"""Instants and durations, always in UTC; the clock is an argument."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final, Protocol, TypeVar

SLEEP_GAP: Final = 5.0  # seconds asleep that count as sleep: less is a busy machine

_When = TypeVar("_When", datetime, str)


class Clock(Protocol):
    """A source of time, passed as an argument so that a test can set it."""

    @property
    def boot_id(self) -> str:
        """The id of this boot of the machine: the other clocks count within one."""

    def now(self) -> datetime:
        """Return the wall clock's time, aware and in UTC."""

    def monotonic_ns(self) -> int:
        """Return nanoseconds that never go back and do not count sleep."""

    def boot_ns(self) -> int:
        """Return nanoseconds that never go back and do count sleep."""


def iso(instant: datetime) -> str:
    """Return an instant as ISO 8601 in UTC with ``Z``, and milliseconds unless they are 0."""
    text = instant.astimezone(UTC).isoformat(
        timespec="milliseconds" if instant.microsecond else "seconds"
    )
    return text.replace("+00:00", "Z")


def iso_or_none(instant: datetime | None) -> str | None:
    """Return an instant as ``iso`` does; None stays None."""
    return iso(instant) if instant else None


def parse_iso(text: str) -> datetime:
    """Parse an ISO 8601 instant with an offset, and return it in UTC.

    Raises:
        ValueError: it is not one, or has no offset.
    """
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None:
        raise ValueError(f"{text!r} has no zone")
    return instant.astimezone(UTC)


def elapsed_from(started: _When | None, *others: _When | None) -> _When | None:
    """Return the start of elapsed time: the impact's as stated, else the earliest known time.

    So it never runs backwards when the first update follows the declaration.
    """
    return started or min((time for time in others if time), default=None)


def minutes_between(start: datetime, end: datetime) -> float:
    """Return the minutes from start to end, rounded to one decimal (METRICS)."""
    return round((end - start) / timedelta(minutes=1), 1) + 0.0  # never -0.0


def format_minutes(minutes: float) -> str:
    """Return a number of minutes for people: ``under a minute``, ``41 min``, ``7 h 35 min``.

    Rounded to whole minutes; a negative one ends in ``before``.
    """
    whole = int(abs(minutes) + 0.5)
    duration = format_duration(timedelta(minutes=whole)) if whole else "under a minute"
    return f"{duration} before" if minutes < 0 else duration


def format_duration(span: timedelta) -> str:
    """Return a duration for people: ``45 s``, ``12 min``, ``3 h 12 min``, ``2 d 4 h``.

    Whole units, rounded down: time that has not passed is not counted.
    """
    seconds = int(abs(span).total_seconds())
    minutes, hours, days = seconds // 60, seconds // 3600, seconds // 86400
    if minutes < 1:
        return f"{seconds} s"
    if hours < 1:
        return f"{minutes} min"
    if days < 1:
        return f"{hours} h {minutes % 60} min" if minutes % 60 else f"{hours} h"
    return f"{days} d {hours % 24} h" if hours % 24 else f"{days} d"
