"""Instants and durations. UTC inside, always; no clock of its own."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Protocol, TypeVar

_When = TypeVar("_When", datetime, str)


class Clock(Protocol):
    """What tells the time. Handed in, so that every moment can be tried."""

    @property
    def boot_id(self) -> str:
        """Names this boot of the machine: the other clocks count within one."""

    def now(self) -> datetime:
        """The wall clock: an aware instant in UTC."""

    def monotonic_ns(self) -> int:
        """Nanoseconds that never go back and do not count sleep."""

    def boot_ns(self) -> int:
        """Nanoseconds that never go back and do count sleep."""


def iso(instant: datetime) -> str:
    """An instant as ISO 8601 in UTC with ``Z``; milliseconds where there are any."""
    text = instant.astimezone(UTC).isoformat(
        timespec="milliseconds" if instant.microsecond else "seconds"
    )
    return text.replace("+00:00", "Z")


def iso_or_none(instant: datetime | None) -> str | None:
    """As ``iso``; nothing stays nothing."""
    return iso(instant) if instant else None


def parse_iso(text: str) -> datetime:
    """An ISO 8601 instant with an offset, as UTC.

    Raises:
        ValueError: it is not one, or says no offset.
    """
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None:
        raise ValueError(f"{text!r} says no zone")
    return instant.astimezone(UTC)


def elapsed_from(started: _When | None, *known: _When | None) -> _When | None:
    """What elapsed time counts from: the impact's start as stated, else the first that is known.

    So it never runs backwards when the first word follows the declaration.
    """
    return started or min((one for one in known if one), default=None)


def minutes_between(start: datetime, end: datetime) -> float:
    """Minutes from start to end, rounded to one decimal (METRICS)."""
    return round((end - start) / timedelta(minutes=1), 1) + 0.0  # never -0.0


def format_minutes(minutes: float) -> str:
    """A figure in minutes for people: ``under a minute``, ``41 min``, ``7 h 35 min``.

    Rounded to whole minutes; one below zero lies before what it is counted from.
    """
    whole = int(abs(minutes) + 0.5)
    said = format_duration(timedelta(minutes=whole)) if whole else "under a minute"
    return f"{said} before" if minutes < 0 else said


def format_duration(span: timedelta) -> str:
    """A duration for people: ``45 s``, ``12 min``, ``3 h 12 min``, ``2 d 4 h``.

    Whole units, truncated: what has not passed yet is not claimed.
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
