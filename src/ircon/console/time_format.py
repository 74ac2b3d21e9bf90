"""Time formats of the console: short, in the desk's zone, never more than has passed."""

from __future__ import annotations

from datetime import datetime, timedelta, tzinfo

from ircon.incident.times import format_duration, format_minutes, minutes_between


def clock(instant: datetime, zone: tzinfo) -> str:
    """Format the time of day: ``14:05``."""
    return instant.astimezone(zone).strftime("%H:%M")


def day(instant: datetime, zone: tzinfo) -> str:
    """Format the date: ``2026-03-02``."""
    return instant.astimezone(zone).strftime("%Y-%m-%d")


def weekday(instant: datetime, zone: tzinfo) -> str:
    """Format the date with its weekday: ``Mon 2026-03-02``."""
    return instant.astimezone(zone).strftime("%a %Y-%m-%d")


def date_and_time(instant: datetime, zone: tzinfo) -> str:
    """Format date and time: ``2026-03-02 14:05``."""
    return instant.astimezone(zone).strftime("%Y-%m-%d %H:%M")


def zone_name(instant: datetime, zone: tzinfo) -> str:
    """Return the zone's name at that time: ``CEST``."""
    return instant.astimezone(zone).tzname() or "UTC"


def since(start: datetime, now: datetime) -> str:
    """Format how long ago a time was, at least 0: ``12 min``."""
    return format_duration(max(now - start, timedelta()))


def lasted(start: datetime, end: datetime) -> str:
    """Format the duration of what has ended, as metrics do: ``12 min``."""
    return format_minutes(minutes_between(start, end))


def overdue(due: datetime, now: datetime) -> str:
    """Format how late an update is: ``due now``, after a minute ``missed by 5 min``."""
    late = now - due
    return f"missed by {format_duration(late)}" if late >= timedelta(minutes=1) else "due now"


def until(end: datetime, now: datetime) -> str:
    """Format the time remaining, with a started minute counted as a whole one: ``12 min``."""
    remaining = max(end - now, timedelta())
    return format_duration(
        remaining if remaining < timedelta(minutes=1) else remaining + timedelta(seconds=59)
    )
