"""Days in a text: ``16.01.2025``, ``June 23, 2025``, ``Monday``, ``yesterday``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache
from typing import Final, NamedTuple

MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
WEEKDAYS: Final = (*("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),)
FRIDAY: Final = 4  # the last weekday of a business week, from 0
_RELATIVE: Final = {"yesterday": -1, "today": 0, "tonight": 0, "tomorrow": 1}

_MONTH: Final = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?"
    r"|Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\b\.?"
)
_DAY: Final = re.compile(
    r"(?<![\d.-])(?P<iy>(?:19|20)\d\d)[-/](?P<im>\d\d)[-/](?P<id>\d\d)(?!\d)"
    r"|(?<![\d.])(?P<dd>\d{1,2})\.(?P<dm>\d{1,2})\.(?P<dy>(?:19|20)\d\d)(?![\d.]*\d)"
    r"|(?<![\d/])(?P<sa>\d{1,2})/(?P<sb>\d{1,2})/(?P<sy>(?:19|20)\d\d)(?![\d/])"
    rf"|\b(?P<mm>{_MONTH})[ \t]{{1,3}}(?P<md>\d{{1,2}})(?:st|nd|rd|th)?(?![\d:.]*\d)"
    r"(?:,?[ \t]{1,3}(?P<my>(?:19|20)\d\d)(?![\d:]))?"
    r"|(?<![\d:.])(?P<nd>\d{1,2})(?:st|nd|rd|th|\.)?[ \t]{1,3}(?:of[ \t]{1,3})?"
    rf"(?P<nm>{_MONTH})"
    r"(?:,?[ \t]{1,3}(?P<ny>(?:19|20)\d\d)(?![\d:]))?"
    r"|\b(?P<week>(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)s?\b"
    rf"|\b(?P<short>Mon|Tue|Tues|Wed|Thu|Thur|Thurs|Fri|Sat|Sun)\b\.?(?=,?[ ](?:\d|{_MONTH})|\))"
    r"|\b(?P<near>(?i:yesterday|today|tonight|tomorrow))\b"
)
_ANY: Final = re.compile(r"[0-9]|(?i:day|tonight|tomorrow)")


class Day(NamedTuple):
    """A day named in a text: ``text[start:end]``.

    Attributes:
        form: ``iso``, ``dotted``, ``slashed``, ``month first``, ``day first``,
            ``weekday`` or ``relative``.
        parts: ``(year, month, day)``, the year 0 where it is missing; two of them
            where day and month may be either; none for weekday and relative.
        weekday: 0 for Monday; shift: days from today.
    """

    text: str
    start: int
    end: int
    form: str
    parts: tuple[tuple[int, int, int], ...] = ()
    weekday: int | None = None
    shift: int | None = None

    @property
    def is_date(self) -> bool:
        """Whether it is a date, not a weekday or a relative day."""
        return bool(self.parts)

    @property
    def has_year(self) -> bool:
        """Whether it is a date with its year."""
        return bool(self.parts) and self.parts[0][0] > 0

    def on(self, near: date, *, ahead: bool = False) -> tuple[date, ...]:
        """Return the dates it may mean, seen from ``near``: one, two, or none that exists.

        A weekday is the last one, today included; with ``ahead`` the next one.
        """
        if self.shift is not None:
            return (near + timedelta(days=self.shift),)
        if self.weekday is not None:
            back = (near.weekday() - self.weekday) % 7
            return (near + timedelta(days=-back % 7 if ahead else -back),)
        dates = (_nearest(*parts, near) for parts in self.parts)
        return tuple(dict.fromkeys(day for day in dates if day))


def days(text: str) -> Iterator[Day]:
    """Yield every day that a text names, in order."""
    if not _ANY.search(text):  # most blocks name none
        return
    for match in _DAY.finditer(text):
        if (day := _read(match)) is not None:
            yield day


def _read(match: re.Match[str]) -> Day | None:
    text = match.group().removesuffix(".")
    start, end = match.start(), match.start() + len(text)
    if name := match["week"] or match["short"]:
        weekday = next(index for index, full in enumerate(WEEKDAYS) if full[:3] == name[:3])
        return Day(text, start, end, "weekday", weekday=weekday)
    if match["near"]:
        return Day(text, start, end, "relative", shift=_RELATIVE[match["near"].lower()])
    form, parts = _parts(match)
    parts = tuple(part for part in parts if 1 <= part[1] <= len(MONTHS) and 1 <= part[2] <= 31)
    return Day(text, start, end, form, tuple(dict.fromkeys(parts))) if parts else None


def _parts(match: re.Match[str]) -> tuple[str, tuple[tuple[int, int, int], ...]]:
    """Return a date's form, and its readings as year, month and day."""
    if match["iy"]:
        return "iso", ((int(match["iy"]), int(match["im"]), int(match["id"])),)
    if match["dy"]:
        return "dotted", ((int(match["dy"]), int(match["dm"]), int(match["dd"])),)
    if match["sy"]:
        year, first, second = int(match["sy"]), int(match["sa"]), int(match["sb"])
        return "slashed", ((year, first, second), (year, second, first))
    if match["mm"]:
        return "month first", ((int(match["my"] or 0), _month(match["mm"]), int(match["md"])),)
    return "day first", ((int(match["ny"] or 0), _month(match["nm"]), int(match["nd"])),)


def _month(name: str) -> int:
    return next(number for number, full in enumerate(MONTHS, 1) if full[:3] == name[:3])


@lru_cache(maxsize=1024)
def _nearest(year: int, month: int, day: int, near: date) -> date | None:
    """Return the date; without a year the one of the nearest year in which it exists."""
    dates = []
    for candidate_year in (year,) if year else range(near.year - 4, near.year + 5):
        try:
            dates.append(date(candidate_year, month, day))
        except ValueError:
            continue
    return min(dates, key=lambda candidate: abs(candidate - near), default=None)


def add_business_days(day: date, count: int) -> date:
    """Return the day ``count`` business days later, Monday to Friday."""
    weeks, rest = divmod(count, 5)
    day += timedelta(weeks=weeks)
    while rest or day.weekday() > FRIDAY:
        day += timedelta(days=1)
        rest -= day.weekday() <= FRIDAY and rest > 0
    return day
