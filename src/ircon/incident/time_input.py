"""Time input: times as people type and read them, ``14:05 CEST``, ``10m ago``.

The only module of this room that knows zones. A time that could mean two instants
is refused with both, never guessed: a wrong minute in a postmortem outlives the
incident.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from typing import Final
from zoneinfo import ZoneInfo

from ircon.errors import BadTime

# Minutes east of UTC, likeliest first where an abbreviation has several meanings.
# After the tz database (https://www.iana.org/time-zones), without the second
# meanings that status pages do not write: PST in Manila, CST and CDT in Havana.
ABBREVIATIONS: Final[Mapping[str, tuple[int, ...]]] = {
    "UTC": (0,),
    "GMT": (0,),
    "Z": (0,),
    "WET": (0,),
    "WEST": (60,),
    "BST": (60,),
    "CET": (60,),
    "CEST": (120,),
    "EET": (120,),
    "EEST": (180,),
    "MSK": (180,),
    "WAT": (60,),
    "CAT": (120,),
    "SAST": (120,),
    "EAT": (180,),
    "IDT": (180,),
    "IST": (330, 60, 120),  # India, Ireland, Israel
    "PKT": (300,),
    "WIB": (420,),
    "WITA": (480,),
    "WIT": (540,),
    "HKT": (480,),
    "AWST": (480,),
    "JST": (540,),
    "KST": (540,),
    "ACST": (570,),
    "ACDT": (630,),
    "AEST": (600,),
    "AEDT": (660,),
    "NZST": (720,),
    "NZDT": (780,),
    "NST": (-210,),
    "NDT": (-150,),
    "AST": (-240,),
    "ADT": (-180,),
    "EST": (-300,),
    "EDT": (-240,),
    "CST": (-360, 480),  # Chicago, Shanghai
    "CDT": (-300,),
    "MST": (-420,),
    "MDT": (-360,),
    "PST": (-480,),
    "PDT": (-420,),
    "AKST": (-540,),
    "AKDT": (-480,),
    "HST": (-600,),
    "HDT": (-540,),
}

_DAYS: Final = {"yesterday": -1, "today": 0, "tomorrow": 1}
_CLOCK_TIME: Final = re.compile(
    r"(?:(?P<date>\d{4}-\d\d-\d\d)(?:T|,? )|(?P<day>yesterday|today|tomorrow),? )?(?:at )?"
    r"(?P<hour>\d?\d)(?::(?P<rest>\d\d(?::\d\d(?:\.\d{1,6})?)?))?"
    r"(?: ?(?P<half>[ap])\.? ?m(?![A-Z])\.?)?"
    r" ?(?P<zone>(?:UTC|GMT)?[+-]\d?\d(?::?\d\d)?|[A-Z]{1,5}|[A-Z]\w+(?:/[\w+-]+){1,2})?",
    re.IGNORECASE | re.ASCII,
)
_RELATIVE: Final = re.compile(
    r"(?P<ahead>in )?"
    r"(?=\d)(?:(?P<days>\d{1,4}) ?d(?:ays?)? ?)?(?:(?P<hours>\d{1,5}) ?h(?:(?:ou)?rs?)? ?)?"
    r"(?:(?P<minutes>\d{1,6}) ?m(?:in(?:ute)?s?)? ?)?"
    r"(?:(?P<seconds>\d{1,7}) ?s(?:ecs?|econds?)? ?)?(?P<ago>\bago)?",
    re.IGNORECASE | re.ASCII,
)
_OFFSET: Final = re.compile(r"(?:UTC|GMT)?([+-])(\d?\d)(?::?(\d\d))?", re.IGNORECASE | re.ASCII)
_HAS_DAY: Final = re.compile(
    r"\s*(?:\d{4}-\d\d|yesterday|today|tomorrow|in\b)|.*\bago\b", re.IGNORECASE
)
_EXAMPLES: Final = (
    "Write 14:05, 2:05pm, 14:05 CEST, 14:05 Europe/Berlin, yesterday 14:05, 10m ago, "
    "2023-08-08 09:30 EDT or 2023-08-08T09:30-04:00."
)


def parse_time(text: str, now: datetime, zone: ZoneInfo, *, ahead: bool = False) -> datetime:
    """Parse a typed time into an instant in UTC.

    An abbreviation stands for its own offset whatever the season: ``EST`` in July
    is five hours behind UTC. One with several meanings is the given zone's, if
    that uses it.

    Args:
        text: ISO 8601 with or without an offset, ``14:05``, ``2:05pm``, ``2 p.m.``,
            ``14:05 CEST``, ``14:05 UTC+2``, ``14:05 Europe/Berlin``,
            ``2023-08-08 09:30 EDT``, ``yesterday 14:05``, ``1h30m ago``, ``in 2h``, ``now``.
        now: an aware instant.
        zone: the zone of a time without one.
        ahead: a clock time without a day is the next one, for planning; otherwise
            it is the most recent one, never a later one.

    Raises:
        BadTime: it cannot be read, does not exist in its zone (clocks were put
            forward), or means several instants; the error gives them in UTC.
    """
    typed = " ".join(text.split())
    if typed.lower() == "now":
        return now.astimezone(UTC)
    if relative := _RELATIVE.fullmatch(typed):
        return _relative(relative, now)
    match = _CLOCK_TIME.fullmatch(typed)
    if not match or not (match["rest"] or match["half"]):
        raise BadTime(f"{typed[:60]!r} is not a time.", _EXAMPLES)
    try:
        clock = _clock(match)
        readings = [
            reading
            for tz in _zones(match["zone"] or "", now, zone)
            for reading in _on_its_day(match["date"] or match["day"], clock, tz, now, ahead=ahead)
        ]
    except (ValueError, OverflowError):
        raise BadTime(f"{typed!r} is not a valid time.", _EXAMPLES) from None
    if len(readings) > 1:
        raise _ambiguous(typed, clock, readings)
    return readings[0].astimezone(UTC)


def parse_window(
    begins: str | None, ends: str | None, now: datetime, zone: ZoneInfo
) -> tuple[datetime | None, datetime | None]:
    """Parse the typed start and end of something planned.

    A clock time without a day is, for the start, the next one; for the end, the first
    one after the start.

    Raises:
        BadTime: ``parse_time`` refuses one of them.
    """
    start = parse_time(begins, now, zone, ahead=True) if begins else None
    if not ends:
        return start, None
    has_day = _HAS_DAY.match(ends)
    since = start + timedelta(microseconds=1) if start and not has_day else now
    return start, parse_time(ends, since, zone, ahead=True)


def _relative(match: re.Match[str], now: datetime) -> datetime:
    """Return the instant a span before or after now.

    Raises:
        BadTime: neither or both directions are given, or the result is out of range.
    """
    units = ("days", "hours", "minutes", "seconds")
    span = timedelta(**{unit: int(match[unit] or 0) for unit in units})
    if bool(match["ahead"]) == bool(match["ago"]):
        span_text = " ".join(match[0].split()).removeprefix("in ").removesuffix(" ago")
        raise BadTime(
            f"{match[0]!r} may be before now or after it.",
            f"Write '{span_text} ago', or 'in {span_text}'.",
        )
    try:
        return now.astimezone(UTC) + (span if match["ahead"] else -span)
    except OverflowError:
        raise BadTime(f"{match[0]!r} is out of range.", _EXAMPLES) from None


def _clock(match: re.Match[str]) -> time:
    """Return the typed time of day, on a 24-hour clock.

    Raises:
        BadTime, ValueError: the hour or the minute does not exist.
    """
    hour = int(match["hour"])
    if half := match["half"]:
        if not 1 <= hour <= 12:
            raise BadTime(
                f"Hour {hour} does not exist with {half.upper()}M.",
                "Leave AM or PM out, or fix the hour.",
            )
        hour = hour % 12 + (12 if half in "pP" else 0)
    return time.fromisoformat(f"{hour:02}:{match['rest'] or '00'}")


def abbreviation_offsets(abbreviation: str) -> tuple[timedelta, ...]:
    """Return the offsets from UTC that an abbreviation may mean, likeliest first."""
    minutes = ABBREVIATIONS.get(abbreviation.upper(), ())
    return tuple(timedelta(minutes=each) for each in minutes)


def load_zone(name: str) -> ZoneInfo:
    """Return a zone of the tz database, such as ``Europe/Berlin``.

    Raises:
        BadTime: no zone has that name.
    """
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # what ZoneInfo makes of names with slashes, too
        raise BadTime(
            f"Unknown time zone {name[:60]!r}.", "Use one like Europe/Berlin or UTC."
        ) from None


def render_clock(instant: datetime, zone: tzinfo) -> str:
    """Return the clock time in a zone: ``14:05 CEST``."""
    return f"{instant.astimezone(zone):%H:%M %Z}"


def render_clock_with_utc(instant: datetime, zone: tzinfo) -> str:
    """Return the clock time in a zone and in UTC: ``15:00 CEST (13:00 UTC)``; UTC only once."""
    here, utc = render_clock(instant, zone), render_clock(instant, UTC)
    return here if here == utc else f"{here} ({utc})"


def _zones(name: str, now: datetime, zone: ZoneInfo) -> list[tzinfo]:
    """Return the zones a typed name may mean; the given one if none was typed."""
    if not name:
        return [zone]
    if offset := _OFFSET.fullmatch(name):
        sign, hours, minutes = offset.groups("00")
        zone_offset = time.fromisoformat(f"00:00{sign}{hours:0>2}:{minutes}").tzinfo
        return [zone_offset] if zone_offset else []
    if "/" in name:
        return [load_zone(name)]
    for month in (1, 7):  # both halves of the year: one may be summer time
        day = datetime(now.year, month, 1, tzinfo=zone)
        if day.tzname() == name.upper():
            return [timezone(day.utcoffset() or timedelta())]
    meanings = abbreviation_offsets(name)
    if not meanings:
        raise BadTime(f"Unknown time zone {name!r}.", "Give its offset: 14:05+02:00.")
    return [timezone(offset) for offset in meanings]


def _on_its_day(
    day: str | None, clock: time, tz: tzinfo, now: datetime, *, ahead: bool
) -> list[datetime]:
    """Return the readings of a clock time on a date, on ``yesterday``, or on the nearest day."""
    today = now.astimezone(tz).date()
    if day:
        shift = _DAYS.get(day.lower())
        date_named = date.fromisoformat(day) if shift is None else today + timedelta(days=shift)
        return _readings(date_named, clock, tz)
    for distance in range(3):  # three, as a zone may leave out a whole day
        readings = _readings(today + timedelta(days=distance if ahead else -distance), clock, tz)
        # In UTC: two times of one zone are compared by their clocks.
        timely = [
            reading
            for reading in readings
            if (reading.astimezone(UTC) >= now if ahead else reading.astimezone(UTC) <= now)
        ]
        if timely:
            return timely if timely[0].time() == clock else readings
    raise ValueError(clock)


def _readings(day: date, clock: time, tz: tzinfo) -> list[datetime]:
    """Return the instants a local time may mean: two where clocks are put back or forward.

    Where they are put forward the time does not exist: the readings then show
    other clock times, by the offset before and the offset after.
    """
    wall = datetime.combine(day, clock, tz)
    instants = {wall.replace(fold=fold).astimezone(UTC) for fold in (0, 1)}
    return [instant.astimezone(tz) for instant in sorted(instants)]


def _ambiguous(typed: str, clock: time, readings: list[datetime]) -> BadTime:
    readings_text = " or ".join(
        f"{reading:%Y-%m-%d} {render_clock_with_utc(reading, reading.tzinfo or UTC)}"
        for reading in readings
    )
    exact_texts = " or ".join(f"{reading.astimezone(UTC):%Y-%m-%dT%H:%MZ}" for reading in readings)
    if any(reading.time() != clock for reading in readings):
        zone = readings[0].tzinfo
        return BadTime(
            f"{typed!r} does not exist in {zone}, where the clocks were put forward: "
            f"it may be {readings_text}.",
            f"Write {exact_texts}.",
        )
    return BadTime(f"{typed!r} may mean {readings_text}.", f"Write {exact_texts}.")
