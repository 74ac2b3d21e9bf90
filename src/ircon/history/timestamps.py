"""Timestamps as status pages print them: ``Mar 31, 2025 - 10:56 CEST``.

A zone counts as printed: ``EST`` in April is five hours behind UTC. Whether the
author meant it is a question for the checks.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import Final

from ircon.errors import BadTime
from ircon.history.document import Warnings
from ircon.incident.time_input import abbreviation_offsets

_MONTHS: Final = {
    name: number
    for number, names in enumerate(
        (
            ("jan", "january"),
            ("feb", "february"),
            ("mar", "march"),
            ("apr", "april"),
            ("may",),
            ("jun", "june"),
            ("jul", "july"),
            ("aug", "august"),
            ("sep", "sept", "september"),
            ("oct", "october"),
            ("nov", "november"),
            ("dec", "december"),
        ),
        1,
    )
    for name in names
}
_MONTH: Final = f"(?:{'|'.join(sorted(_MONTHS, key=len, reverse=True))})"

# Mar 31, 2025 - 10:56 CEST    Jan 16, 2025, 12:23 PM UTC    Feb 12, 16:51 EST
STAMP: Final = (
    rf"{_MONTH}\.?\s+\d{{1,2}},?(?:\s+\d{{4}},?)?\s+(?:-\s+)?\d{{1,2}}:\d{{2}}"
    r"(?:\s*[AP]\.?M\.?)?(?:\s+[A-Z0-9:+-]{1,12})?"
)
_STAMP: Final = re.compile(
    rf"(?P<month>{_MONTH})\.?\s+(?P<day>\d{{1,2}}),?(?:\s+(?P<year>\d{{4}}),?)?\s+(?:-\s+)?"
    r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?:\s*(?P<half>[AP])\.?M\.?)?"
    r"(?:\s+(?P<zone>[A-Z0-9:+-]{1,12}))?",
    re.IGNORECASE | re.ASCII,
)
_DAY: Final = re.compile(rf"({_MONTH})\.?\s+(\d{{1,2}}),?\s+(\d{{4}})", re.IGNORECASE | re.ASCII)
_OFFSET: Final = re.compile(r"(?:UTC|GMT)?([+-])(\d{1,2})(?::?(\d{2}))?", re.IGNORECASE | re.ASCII)

_EARLIEST: Final = 1971  # ids count from 1970; nothing had a status page before
_LATEST: Final = 9998


def parse_timestamp(text: str, *, near: date | None = None, until: date | None = None) -> datetime:
    """Return the instant of a printed time, in UTC.

    Args:
        text: one of the spellings at ``STAMP``.
        near: where the year is missing, take the one that comes nearest to this day.
        until: where the year is missing, take the last one not after this day.

    Raises:
        BadTime: it cannot be read, does not exist, or has no zone or no year.
    """
    match = _STAMP.fullmatch(" ".join(text.split()))
    if not match:
        raise BadTime(f"{text[:60]!r} is not a time", "Write it like Mar 31, 2025 - 10:56 CEST.")
    hour = int(match["hour"])
    if match["half"]:
        if not 1 <= hour <= 12:
            raise BadTime(f"{text!r} has hour {hour} with AM or PM", "Fix the hour.")
        hour = hour % 12 + (12 if match["half"] in "pP" else 0)
    month, day = _MONTHS[match["month"].lower()], int(match["day"])
    year = int(match["year"]) if match["year"] else _year(month, day, near, until)
    if year is None:
        raise BadTime(f"{text!r} has no year", "Add the year after the day: Feb 12, 2025.")
    if not match["zone"]:
        raise BadTime(f"{text!r} has no zone", "Add the zone: 16:51 UTC.")
    try:
        local = datetime(year, month, day, hour, int(match["minute"]), tzinfo=UTC)
    except ValueError:
        raise BadTime(f"{text!r} does not exist", "Fix the day or the hour.") from None
    if not _EARLIEST <= year <= _LATEST:
        raise BadTime(f"{text!r} is outside {_EARLIEST} to {_LATEST}", "Fix the year.")
    return local - _offset(match["zone"])


def parse_or_warn(
    text: str,
    line: int,
    warnings: Warnings,
    *,
    near: date | None = None,
    until: date | None = None,
) -> tuple[datetime | None, str]:
    """Parse a printed time; what is wrong or doubtful with it becomes a warning.

    Returns:
        The instant and an empty text, or None and the reason.
    """
    try:
        at = parse_timestamp(text, near=near, until=until)
    except BadTime as error:
        warnings.add(line, f"{error.message}. {error.hint}")
        return None, error.message
    if doubt := _ambiguity(text):
        warnings.add_once(line, doubt)
    return at, ""


def parse_day_heading(text: str) -> date | None:
    """Return the day of a heading such as ``Feb 12, 2025``; None for any other line."""
    match = _DAY.fullmatch(" ".join(text.split()))
    if not match:
        return None
    try:
        return date(int(match[3]), _MONTHS[match[1].lower()], int(match[2]))
    except ValueError:
        return None


def _ambiguity(text: str) -> str | None:
    """Return a warning where a printed zone is ambiguous; the likeliest meaning is used."""
    match = _STAMP.fullmatch(" ".join(text.split()))
    meanings = abbreviation_offsets(match["zone"]) if match and match["zone"] else ()
    if len(meanings) < 2:
        return None
    offsets = [_offset_text(meaning) for meaning in meanings]
    zone = match["zone"] if match else ""
    return f"{zone} is read as {offsets[0]}; elsewhere it means {' or '.join(offsets[1:])}"


def _offset(zone: str) -> timedelta:
    match = _OFFSET.fullmatch(zone)
    if match:
        hours, minutes = int(match[2]), int(match[3] or 0)
        if hours > 14 or minutes > 59:
            raise BadTime(f"{zone!r} is not a valid offset from UTC", "Fix the zone.")
        size = timedelta(hours=hours, minutes=minutes)
        return -size if match[1] == "-" else size
    meanings = abbreviation_offsets(zone)
    if not meanings:
        raise BadTime(f"unknown zone {zone!r}", "Write its offset instead: UTC-3.")
    return meanings[0]


def _offset_text(offset: timedelta) -> str:
    minutes = round(offset / timedelta(minutes=1))
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{'-' if minutes < 0 else '+'}{hours}" + (f":{rest:02}" if rest else "")


def _year(month: int, day: int, near: date | None, until: date | None) -> int | None:
    anchor = until or near
    if anchor is None:
        return None
    years = [year for year in range(anchor.year - 4, anchor.year + 2) if _exists(year, month, day)]
    if until:
        return max((year for year in years if date(year, month, day) <= until), default=None)
    return min(years, key=lambda year: abs(date(year, month, day) - anchor), default=None)


def _exists(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True
