"""Time zones named in a text, and the candidate zones of a time that names none."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from functools import lru_cache
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from ircon.errors import BadTime
from ircon.incident.time_input import ABBREVIATIONS, abbreviation_offsets, load_zone

# The tz database zone of each abbreviation that is in effect for a part of the year only.
# After the tz database. Left out is what some place uses all year round and status pages
# write: MST (Phoenix), AST (Puerto Rico), AEST (Brisbane), ACST (Darwin), GMT, CST (Shanghai).
SEASONAL: Final = {
    "WET": "Europe/Lisbon",
    "WEST": "Europe/Lisbon",
    "BST": "Europe/London",
    "CET": "Europe/Berlin",
    "CEST": "Europe/Berlin",
    "MEZ": "Europe/Berlin",
    "MESZ": "Europe/Berlin",
    "EET": "Europe/Athens",
    "EEST": "Europe/Athens",
    "IDT": "Asia/Jerusalem",
    "ACDT": "Australia/Adelaide",
    "AEDT": "Australia/Sydney",
    "NZST": "Pacific/Auckland",
    "NZDT": "Pacific/Auckland",
    "NST": "America/St_Johns",
    "NDT": "America/St_Johns",
    "ADT": "America/Halifax",
    "EST": "America/New_York",
    "EDT": "America/New_York",
    "CDT": "America/Chicago",
    "MDT": "America/Denver",
    "PST": "America/Los_Angeles",
    "PDT": "America/Los_Angeles",
    "AKST": "America/Anchorage",
    "AKDT": "America/Anchorage",
}
# A region's time by name, whatever the season makes of it.
NAMES: Final = {
    "ET": "America/New_York",
    "CT": "America/Chicago",
    "MT": "America/Denver",
    "PT": "America/Los_Angeles",
    "SGT": "Asia/Singapore",
    "MEZ": "CET",
    "MESZ": "CEST",
    "Eastern": "America/New_York",
    "Central": "America/Chicago",
    "Mountain": "America/Denver",
    "Pacific": "America/Los_Angeles",
    "eastern daylight": "EDT",
    "central daylight": "CDT",
    "mountain daylight": "MDT",
    "pacific daylight": "PDT",
    "eastern standard": "EST",
    "central standard": "CST",
    "pacific standard": "PST",
    "eastern european time": "EET",
    "eastern european summer time": "EEST",
    "western european time": "WET",
    "irish standard time": "Europe/Dublin",
    "australian eastern standard time": "AEST",
    "australian eastern daylight time": "AEDT",
    "singapore time": "Asia/Singapore",
    "uk time": "Europe/London",
    "london time": "Europe/London",
    "berlin time": "Europe/Berlin",
    "paris time": "Europe/Paris",
    "tokyo time": "Asia/Tokyo",
    "sydney time": "Australia/Sydney",
    "new york time": "America/New_York",
    "eastern time": "America/New_York",
    "us eastern": "America/New_York",
    "us central": "America/Chicago",
    "us mountain": "America/Denver",
    "us pacific": "America/Los_Angeles",
    "central time": "America/Chicago",
    "mountain time": "America/Denver",
    "pacific time": "America/Los_Angeles",
    "eastern standard time": "EST",
    "eastern daylight time": "EDT",
    "central standard time": "CST",
    "central daylight time": "CDT",
    "mountain standard time": "MST",
    "mountain daylight time": "MDT",
    "pacific standard time": "PST",
    "pacific daylight time": "PDT",
    "central european time": "CET",
    "central european summer time": "CEST",
    "british summer time": "BST",
    "greenwich mean time": "GMT",
    "coordinated universal time": "UTC",
    "universal time": "UTC",
    "indian standard time": "Asia/Kolkata",
    "india standard time": "Asia/Kolkata",
    "japan standard time": "JST",
}
_GERMAN_NAMES: Final = {"CET": "MEZ", "CEST": "MESZ"}
_GERMAN: Final = frozenset(_GERMAN_NAMES.values())
# Where status pages are written; tried for a time without a zone (CHECKS, T2).
NEIGHBOURS: Final = (
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "America/Chicago",
    "America/Denver",
    "America/Los_Angeles",
)

# Abbreviations that are also words or other acronyms: a zone only right behind a time.
_ONLY_BEHIND: Final = frozenset(
    {
        *("Z", "ET", "CT", "MT", "PT", "CAT", "EAT", "WAT", "WIT", "AST", "NST", "MST", "HST"),
        *("IDT", "PKT", "WET", "WEST", "KST", "WIB", "WITA", "SGT"),
        *("Eastern", "Central", "Mountain", "Pacific"),
    }
)
_SHORT: Final = sorted(
    {*ABBREVIATIONS, *(name for name in NAMES if not name.islower()), "SGT"} - {"Z"},
    key=len,
    reverse=True,
)
_LONG: Final = sorted((name for name in NAMES if name.islower()), key=len, reverse=True)
_WORD: Final = re.compile(
    r"\b(?:UTC|GMT)\s?(?P<sign>[+\u2212\u2013-])\s?(?P<hours>\d{1,2})(?::?(?P<minutes>[0-5]\d))?(?!\d)"
    r"|\b(?:Europe|America|Asia|Africa|Australia|Pacific|Atlantic|US|Etc)/[A-Z][A-Za-z_]{1,30}"
    r"(?:/[A-Z][A-Za-z_]{1,30})?"
    rf"|\b(?i:(?:us )?(?:{'|'.join(_LONG)}))\b(?:[ ]\((?:{'|'.join(_SHORT)})\))?"
    rf"|\b(?:{'|'.join(_SHORT)})(?![\w-])"
    # In small letters only behind a time.
    r"|(?<=[\dmM] )(?:utc|gmt|cet|cest|bst|est|edt|cdt|mdt|pst|pdt|ist|jst)\b"
    r"|(?<=\d)(?:utc|cet|cest|est|edt|pst|pdt)\b"
)


_BRACKET: Final = re.compile(r" \(\w+\)$")


class ZoneName(NamedTuple):
    """A zone named in a text: ``text[start:end]``.

    Attributes:
        zones: those it may mean, likeliest first.
        loose: whether it counts only right behind a time; elsewhere it is likelier a word.
    """

    text: str
    start: int
    end: int
    zones: tuple[tzinfo, ...]
    loose: bool = False


def zone_names(text: str) -> Iterator[ZoneName]:
    """Yield every zone that a text names."""
    for match in _WORD.finditer(text):
        word = match.group()
        if match["hours"]:
            zones = _offset(match["sign"], match["hours"], match["minutes"] or "0")
        else:
            zones = zone_meanings(_BRACKET.sub("", word).removeprefix("US ").removeprefix("us "))
        if zones:
            yield ZoneName(word, match.start(), match.end(), zones, word in _ONLY_BEHIND)


@lru_cache(maxsize=256)
def zone_meanings(word: str) -> tuple[tzinfo, ...]:
    """Return the zones a name may mean, likeliest first; empty for an unknown name.

    An abbreviation stands for its own offset whatever the season.
    """
    name = NAMES.get(word) or NAMES.get(" ".join(word.lower().split())) or word
    if "/" in name:
        try:
            return (load_zone(name),)
        except BadTime:
            return ()
    return tuple(timezone(offset, name.upper()) for offset in abbreviation_offsets(name))


def regional_zone(word: str) -> tzinfo | None:
    """Return the zone, with its seasons, of a place that uses an abbreviation; None if unknown."""
    if region := SEASONAL.get(word.upper()):
        return ZoneInfo(region)
    return next(iter(zone_meanings(word.upper())), None)


def zone_of_stamps(stamps: Iterable[str]) -> tzinfo | None:
    """Return the zone of a page that prints these times; None where they name none."""
    for stamp in stamps:
        for word in zone_names(stamp):
            if (zone := regional_zone(word.text) or word.zones[0]) is not None:
                return zone
    return None


@lru_cache(maxsize=1024)
def seasonal_correction(word: str, day: date) -> str | None:
    """Return the abbreviation in effect on a day instead; None where the given one may be right."""
    word = NAMES.get(_BRACKET.sub("", word.lower()), word)  # Pacific Daylight Time
    region = SEASONAL.get(word.upper())
    if region is None:
        return None
    german = word.upper() in _GERMAN
    # The whole day: on the day of the change both are right.
    names = {
        datetime.combine(day, hour, ZoneInfo(region)).tzname() for hour in (time.min, time(23, 59))
    }
    names = {_GERMAN_NAMES.get(name or "", name) for name in names} if german else names
    return None if word.upper() in names else names.pop()


@lru_cache(maxsize=1024)
def candidate_zones(
    page: tzinfo, configured: tuple[tzinfo, ...], near: datetime
) -> tuple[tzinfo, ...]:
    """Return the zones that a time without one may be meant in, likeliest first.

    The page's, the configured ones, and ``NEIGHBOURS``; of several with the same offset
    at that time, the first.
    """
    by_offset: dict[timedelta | None, tzinfo] = {}
    for zone in (page, *configured, *map(ZoneInfo, NEIGHBOURS)):
        by_offset.setdefault(near.astimezone(zone).utcoffset(), zone)
    return tuple(by_offset.values())


def zone_abbreviation(zone: tzinfo, instant: datetime) -> str:
    """Return the abbreviation of a zone at an instant: ``CEST``."""
    return instant.astimezone(zone).tzname() or "UTC"


def _offset(sign: str, hours: str, minutes: str) -> tuple[tzinfo, ...]:
    size = timedelta(hours=int(hours), minutes=int(minutes))
    if size > timedelta(hours=14):
        return ()
    return (timezone(size if sign == "+" else -size),) if size else (UTC,)
