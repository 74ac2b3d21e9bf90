"""Times as the console writes them: short, in the desk's zone, never more than has passed."""

from __future__ import annotations

from datetime import datetime, timedelta, tzinfo

from ircon.incident.times import format_duration, format_minutes, minutes_between


def clock(instant: datetime, zone: tzinfo) -> str:
    """``14:05``."""
    return instant.astimezone(zone).strftime("%H:%M")


def day(instant: datetime, zone: tzinfo) -> str:
    """``2026-03-02``."""
    return instant.astimezone(zone).strftime("%Y-%m-%d")


def day_in_words(instant: datetime, zone: tzinfo) -> str:
    """``Mon 2026-03-02``."""
    return instant.astimezone(zone).strftime("%a %Y-%m-%d")


def moment(instant: datetime, zone: tzinfo) -> str:
    """``2026-03-02 14:05``."""
    return instant.astimezone(zone).strftime("%Y-%m-%d %H:%M")


def zone_name(instant: datetime, zone: tzinfo) -> str:
    """``CEST``, as the zone was called then."""
    return instant.astimezone(zone).tzname() or "UTC"


def since(start: datetime, now: datetime) -> str:
    """``12 min``: how long ago, nothing below zero."""
    return format_duration(max(now - start, timedelta()))


def lasted(start: datetime, end: datetime) -> str:
    """``12 min``: what is over, in the words of the figures."""
    return format_minutes(minutes_between(start, end))


def overdue(due: datetime, now: datetime) -> str:
    """``due now``, after a minute ``missed by 5 min``."""
    late = now - due
    return f"missed by {format_duration(late)}" if late >= timedelta(minutes=1) else "due now"


def until(end: datetime, now: datetime) -> str:
    """``12 min``: how long until then, a minute that has begun counting as whole."""
    left = max(end - now, timedelta())
    return format_duration(left if left < timedelta(minutes=1) else left + timedelta(seconds=59))
