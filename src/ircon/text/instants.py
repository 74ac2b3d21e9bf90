"""Instants that clock times in a text may mean.

Nothing is guessed: an ambiguous time gives all its instants, and a time that the
clocks skip gives none.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache

from ircon.incident.time_input import render_clock
from ircon.text.clock_times import NOON, ClockTime, Window
from ircon.text.zones import candidate_zones, zone_abbreviation


def instants(
    clock: ClockTime, near: datetime, zone: tzinfo, *, ahead: bool = False
) -> tuple[datetime, ...]:
    """Return the instants a clock time means in a zone, in UTC.

    On the day that its text names; without one on the day that brings it closest to
    ``near``, or with ``ahead`` the next such time. Two instants where clocks are put
    back or the day has two readings, none where the clock skips it, or no such day
    exists.
    """
    if clock.day is None:
        return _closest(wall_time(clock), near, zone, ahead=ahead)
    named_days = clock.day.on(near.astimezone(zone).date(), ahead=ahead)
    return tuple(
        instant for day in named_days for instant in instants_showing(day, wall_time(clock), zone)
    )


@lru_cache(maxsize=8192)
def _closest(
    wall: time, near: datetime, zone: tzinfo, *, ahead: bool = False
) -> tuple[datetime, ...]:
    """Return the readings, on any day, closest to ``near``, or with ``ahead`` the next."""
    today = near.astimezone(zone).date()
    days = [instants_showing(today + timedelta(days=shift), wall, zone) for shift in (-1, 0, 1)]
    candidates = [readings for readings in days if readings and (not ahead or readings[-1] >= near)]
    return min(candidates, key=lambda readings: abs(readings[0] - near), default=())


@lru_cache(maxsize=8192)
def instants_showing(day: date, wall: time, zone: tzinfo) -> tuple[datetime, ...]:
    """Return the instants, in UTC, at which a zone's clock shows a time: two, one or none."""
    try:
        local = datetime.combine(day, wall, zone)
        readings = {local.replace(fold=fold).astimezone(UTC) for fold in (0, 1)}
    except OverflowError:  # the first and the last day of the calendar
        return ()
    shown = local.replace(tzinfo=None)
    return tuple(
        sorted(
            instant
            for instant in readings
            if instant.astimezone(zone).replace(tzinfo=None) == shown
        )
    )


def window_instants(
    window: Window, near: datetime, zone: tzinfo
) -> tuple[datetime, datetime] | None:
    """Return the start and the end, in UTC, of a window read in a zone.

    Where there are two readings the one closest to ``near`` counts. The end is the
    next such time after the start. None if either does not exist.
    """
    starts = instants(window.first, near, zone)
    if not starts:
        return None
    start = min(starts, key=lambda start: abs(start - near))
    last = window.last
    if last.day in {None, window.first.day}:
        ends = _closest(wall_time(last), start, zone, ahead=True)
    else:
        ends = instants(last, start, zone)
    return (start, ends[0]) if ends else None


def wall_time(clock: ClockTime) -> time:
    """Return its time of day on a 24-hour clock."""
    if not clock.half:
        return time(clock.hour, clock.minute)
    return time(clock.hour % NOON + (NOON if clock.half == "pm" else 0), clock.minute)


def render_readings(
    clock: ClockTime, near: datetime, zone: tzinfo, *, ahead: bool = False
) -> tuple[str, ...]:
    """Return the clock time with its zone and in UTC: ``15:00 CEST (13:00 UTC)``.

    One text per reading: two where clocks are put back, none where they skip the
    time. The spelling of the time stays the writer's.
    """
    return tuple(
        _render(clock, instant, zone) for instant in instants(clock, near, zone, ahead=ahead)
    )


def _render(clock: ClockTime, instant: datetime, zone: tzinfo) -> str:
    local = instant.astimezone(zone)
    if not local.utcoffset():
        return f"{clock.text} UTC"
    shift = (instant.astimezone(UTC).date() - local.date()).days
    day_note = {-1: " the day before", 1: " the day after"}.get(shift, "")
    return (
        f"{clock.text} {zone_abbreviation(zone, instant)} ({render_clock(instant, UTC)}{day_note})"
    )


def possible_zones(
    clock: ClockTime, page: tzinfo, configured: tuple[tzinfo, ...], near: datetime
) -> tuple[tzinfo, ...]:
    """Return the zones a clock time may be meant in: the stated one, else the candidates."""
    if clock.sentence_zone is not None:
        return clock.sentence_zone.zones
    return candidate_zones(page, configured, near)
