"""Times as people type and read them: ``14:05 CEST``, ``10m ago``.

The only place of this room that knows zones. A time that could mean two instants
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
_MOMENT: Final = re.compile(
    r"(?:(?P<date>\d{4}-\d\d-\d\d)(?:T|,? )|(?P<day>yesterday|today|tomorrow),? )?(?:at )?"
    r"(?P<hour>\d?\d)(?::(?P<rest>\d\d(?::\d\d(?:\.\d{1,6})?)?))?"
    r"(?: ?(?P<half>[ap])\.? ?m(?![A-Z])\.?)?"
    r" ?(?P<zone>(?:UTC|GMT)?[+-]\d?\d(?::?\d\d)?|[A-Z]{1,5}|[A-Z]\w+(?:/[\w+-]+){1,2})?",
    re.IGNORECASE | re.ASCII,
)
_AWAY: Final = re.compile(
    r"(?P<ahead>in )?"
    r"(?=\d)(?:(?P<days>\d{1,4}) ?d(?:ays?)? ?)?(?:(?P<hours>\d{1,5}) ?h(?:(?:ou)?rs?)? ?)?"
    r"(?:(?P<minutes>\d{1,6}) ?m(?:in(?:ute)?s?)? ?)?"
    r"(?:(?P<seconds>\d{1,7}) ?s(?:ecs?|econds?)? ?)?(?P<ago>\bago)?",
    re.IGNORECASE | re.ASCII,
)
_OFFSET: Final = re.compile(r"(?:UTC|GMT)?([+-])(\d?\d)(?::?(\d\d))?", re.IGNORECASE | re.ASCII)
_DATED: Final = re.compile(
    r"\s*(?:\d{4}-\d\d|yesterday|today|tomorrow|in\b)|.*\bago\b", re.IGNORECASE
)
_EXAMPLES: Final = (
    "Write 14:05, 2:05pm, 14:05 CEST, 14:05 Europe/Berlin, yesterday 14:05, 10m ago, "
    "2023-08-08 09:30 EDT or 2023-08-08T09:30-04:00."
)


def parse_time(text: str, now: datetime, zone: ZoneInfo, *, ahead: bool = False) -> datetime:
    """The instant, in UTC, that somebody typed.

    An abbreviation stands for its own offset whatever the season: ``EST`` in July
    is five hours behind UTC. One with several meanings is the given zone's, if
    that uses it.

    Args:
        text: ISO 8601 with or without an offset, ``14:05``, ``2:05pm``, ``2 p.m.``,
            ``14:05 CEST``, ``14:05 UTC+2``, ``14:05 Europe/Berlin``,
            ``2023-08-08 09:30 EDT``, ``yesterday 14:05``, ``1h30m ago``, ``in 2h``, ``now``.
        now: an aware instant.
        zone: the zone of a time that names none.
        ahead: a clock time without a day is the next one, for planning. Otherwise
            it is the most recent one, never one to come.

    Raises:
        BadTime: it cannot be read, does not exist in its zone (the clocks were put
            forward), or means several instants; names the readings in UTC.
    """
    typed = " ".join(text.split())
    if typed.lower() == "now":
        return now.astimezone(UTC)
    if away := _AWAY.fullmatch(typed):
        return _away(away, now)
    found = _MOMENT.fullmatch(typed)
    if not found or not (found["rest"] or found["half"]):
        raise BadTime(f"{typed[:60]!r} is not a time.", _EXAMPLES)
    try:
        clock = _clock(found)
        readings = [
            reading
            for tz in _zones(found["zone"] or "", now, zone)
            for reading in _on_its_day(found["date"] or found["day"], clock, tz, now, ahead=ahead)
        ]
    except (ValueError, OverflowError):
        raise BadTime(f"There is no such time as {typed!r}.", _EXAMPLES) from None
    if len(readings) > 1:
        raise _doubtful(typed, clock, readings)
    return readings[0].astimezone(UTC)


def parse_window(
    begins: str | None, ends: str | None, now: datetime, zone: ZoneInfo
) -> tuple[datetime | None, datetime | None]:
    """When something planned begins and ends, as somebody typed it.

    A clock time without a day is, for the beginning, the next one to come; for the
    end, the first one after the beginning.

    Raises:
        BadTime: as ``parse_when``.
    """
    start = parse_time(begins, now, zone, ahead=True) if begins else None
    if not ends:
        return start, None
    dated = _DATED.match(ends)
    since = start + timedelta(microseconds=1) if start and not dated else now
    return start, parse_time(ends, since, zone, ahead=True)


def _away(found: re.Match[str], now: datetime) -> datetime:
    """So long before now, or after it.

    Raises:
        BadTime: it says neither, or both; or there is no such time.
    """
    units = ("days", "hours", "minutes", "seconds")
    span = timedelta(**{unit: int(found[unit] or 0) for unit in units})
    if bool(found["ahead"]) == bool(found["ago"]):
        plain = " ".join(found[0].split()).removeprefix("in ").removesuffix(" ago")
        raise BadTime(
            f"{found[0]!r} may be before now or after it.", f"Write '{plain} ago', or 'in {plain}'."
        )
    try:
        return now.astimezone(UTC) + (span if found["ahead"] else -span)
    except OverflowError:
        raise BadTime(f"There is no such time as {found[0]!r}.", _EXAMPLES) from None


def _clock(found: re.Match[str]) -> time:
    """The time of day that was typed, on a clock of 24 hours.

    Raises:
        BadTime, ValueError: there is none.
    """
    hour = int(found["hour"])
    if half := found["half"]:
        if not 1 <= hour <= 12:
            raise BadTime(
                f"There is no hour {hour} with {half.upper()}M.",
                "Leave AM or PM out, or mend the hour.",
            )
        hour = hour % 12 + (12 if half in "pP" else 0)
    return time.fromisoformat(f"{hour:02}:{found['rest'] or '00'}")


def offset_of(abbreviation: str) -> timedelta | None:
    """What a zone's abbreviation adds to UTC; None if nobody knows, or it means several."""
    meanings = abbreviation_offsets(abbreviation)
    return meanings[0] if len(meanings) == 1 else None


def abbreviation_offsets(abbreviation: str) -> tuple[timedelta, ...]:
    """All that a zone's abbreviation may add to UTC, likeliest first."""
    minutes = ABBREVIATIONS.get(abbreviation.upper(), ())
    return tuple(timedelta(minutes=each) for each in minutes)


def load_zone(name: str) -> ZoneInfo:
    """The zone of the tz database, such as ``Europe/Berlin``.

    Raises:
        BadTime: there is none of that name.
    """
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # what ZoneInfo makes of names with slashes, too
        raise BadTime(
            f"There is no time zone {name[:60]!r}.", "Name one like Europe/Berlin or UTC."
        ) from None


def render_clock(instant: datetime, zone: tzinfo) -> str:
    """The clock in a zone: ``14:05 CEST``."""
    return f"{instant.astimezone(zone):%H:%M %Z}"


def render_clock_with_utc(instant: datetime, zone: tzinfo) -> str:
    """The clock in a zone and in UTC: ``15:00 CEST (13:00 UTC)``; UTC only once."""
    here, utc = render_clock(instant, zone), render_clock(instant, UTC)
    return here if here == utc else f"{here} ({utc})"


def _zones(name: str, now: datetime, zone: ZoneInfo) -> list[tzinfo]:
    """What a typed zone may mean; the given one if none was typed."""
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
        raise BadTime(f"Nobody here knows a time zone {name!r}.", "Give its offset: 14:05+02:00.")
    return [timezone(offset) for offset in meanings]


def _on_its_day(
    day: str | None, clock: time, tz: tzinfo, now: datetime, *, ahead: bool
) -> list[datetime]:
    """The readings of a clock time on a date, on ``yesterday``, or on the nearest day."""
    today = now.astimezone(tz).date()
    if day:
        near = _DAYS.get(day.lower())
        exact = date.fromisoformat(day) if near is None else today + timedelta(days=near)
        return _readings(exact, clock, tz)
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
    """The instants a local time may mean: two where clocks are put back or forward.

    Where they are put forward the time does not exist: the readings then show
    other clock times, by the offset before and the offset after.
    """
    wall = datetime.combine(day, clock, tz)
    instants = {wall.replace(fold=fold).astimezone(UTC) for fold in (0, 1)}
    return [instant.astimezone(tz) for instant in sorted(instants)]


def _doubtful(typed: str, clock: time, readings: list[datetime]) -> BadTime:
    said = " or ".join(
        f"{reading:%Y-%m-%d} {render_clock_with_utc(reading, reading.tzinfo or UTC)}"
        for reading in readings
    )
    exact = " or ".join(f"{reading.astimezone(UTC):%Y-%m-%dT%H:%MZ}" for reading in readings)
    if any(reading.time() != clock for reading in readings):
        zone = readings[0].tzinfo
        return BadTime(
            f"{typed!r} does not exist in {zone}, where the clocks were put forward: "
            f"it may be {said}.",
            f"Write {exact}.",
        )
    return BadTime(f"{typed!r} may mean {said}.", f"Write {exact}.")
