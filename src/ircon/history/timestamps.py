"""Times as status pages print them: ``Mar 31, 2025 - 10:56 CEST``.

What a page prints is taken by the letter: ``EST`` in April is five hours behind
UTC, as written. Whether the author meant it is a question for the checks.
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
    """The instant a printed time means, in UTC.

    Args:
        text: one of the spellings at ``STAMP``.
        near: where the year is missing, take the one that comes nearest to this day.
        until: where the year is missing, take the last one not after this day.

    Raises:
        BadTime: it cannot be read, does not exist, or says no zone or no year.
    """
    found = _STAMP.fullmatch(" ".join(text.split()))
    if not found:
        raise BadTime(f"{text[:60]!r} is not a time", "Write it like Mar 31, 2025 - 10:56 CEST.")
    hour = int(found["hour"])
    if found["half"]:
        if not 1 <= hour <= 12:
            raise BadTime(f"{text!r}: there is no hour {hour} with AM or PM", "Mend the hour.")
        hour = hour % 12 + (12 if found["half"] in "pP" else 0)
    month, day = _MONTHS[found["month"].lower()], int(found["day"])
    year = int(found["year"]) if found["year"] else _year(month, day, near, until)
    if year is None:
        raise BadTime(f"{text!r} says no year", "Put the year behind the day: Feb 12, 2025.")
    if not found["zone"]:
        raise BadTime(f"{text!r} says no zone", "Put the zone behind it: 16:51 UTC.")
    try:
        local = datetime(year, month, day, hour, int(found["minute"]), tzinfo=UTC)
    except ValueError:
        raise BadTime(f"{text!r} does not exist", "Mend the day or the hour.") from None
    if not _EARLIEST <= year <= _LATEST:
        raise BadTime(f"{text!r}: no incident was in {year}", "Mend the year.")
    return local - _offset(found["zone"])


def parse_or_warn(
    text: str,
    line: int,
    warnings: Warnings,
    *,
    near: date | None = None,
    until: date | None = None,
) -> tuple[datetime | None, str]:
    """As ``instant``, but what is wrong or doubtful becomes a warning.

    Returns:
        The instant, or None and why there is none.
    """
    try:
        at = parse_timestamp(text, near=near, until=until)
    except BadTime as error:
        warnings.add(line, f"{error.message}. {error.hint}")
        return None, error.message
    if doubt := _doubt(text):
        warnings.add_once(line, doubt)
    return at, ""


def parse_day_heading(text: str) -> date | None:
    """The day of a heading such as ``Feb 12, 2025``; None where it is none."""
    found = _DAY.fullmatch(" ".join(text.split()))
    if not found:
        return None
    try:
        return date(int(found[3]), _MONTHS[found[1].lower()], int(found[2]))
    except ValueError:
        return None


def _doubt(text: str) -> str | None:
    """What to say where a printed time's zone has several meanings; the likeliest is taken."""
    found = _STAMP.fullmatch(" ".join(text.split()))
    meanings = abbreviation_offsets(found["zone"]) if found and found["zone"] else ()
    if len(meanings) < 2:
        return None
    spelled = [_spelled(meaning) for meaning in meanings]
    zone = found["zone"] if found else ""
    return f"{zone} is read as {spelled[0]}; elsewhere it means {' or '.join(spelled[1:])}"


def _offset(zone: str) -> timedelta:
    written = _OFFSET.fullmatch(zone)
    if written:
        hours, minutes = int(written[2]), int(written[3] or 0)
        if hours > 14 or minutes > 59:
            raise BadTime(f"{zone!r} is no distance from UTC", "Mend the zone.")
        size = timedelta(hours=hours, minutes=minutes)
        return -size if written[1] == "-" else size
    meanings = abbreviation_offsets(zone)
    if not meanings:
        raise BadTime(f"nobody knows the zone {zone!r}", "Write its distance instead: UTC-3.")
    return meanings[0]


def _spelled(offset: timedelta) -> str:
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
