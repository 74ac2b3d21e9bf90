"""T12 T13: times that cannot be: no such time or day, and a wrong conversion."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Final, NamedTuple

from ircon.checks.finding import WARN, Violation
from ircon.checks.record import known_reference_time
from ircon.checks.rule import rule
from ircon.checks.subject import Subject
from ircon.text.clock_times import ClockTime, text_times
from ircon.text.dates import MONTHS
from ircon.text.instants import instants, wall_time
from ircon.text.prose import mask_quoted
from ircon.text.zones import ZoneName

_HOURS, _MINUTES, _NOON = 24, 60, 12
_MONTH: Final = "|".join(sorted({*MONTHS, *(name[:3] for name in MONTHS), "Sept"}, key=len)[::-1])
_CLOCK: Final = re.compile(
    r"(?:(?<![\d:.,\w/+$€£-])|(?<=\d[Tt]))(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::\d{2})?(?![\d:])"
    r"(?:[ \u00a0]?(?P<half>[AaPp])\.?[Mm]\b)?"
)
# What makes digits with a colon a time of day: a word before, a zone or a word behind, a row.
_BEFORE_CLOCK: Final = re.compile(
    r"(?:\b(?:at|from|to|until|till|since|between|and|by|around|about|before|after|approximately)"
    r"|[–—-]|\||\d{4}-\d\d-\d\d[T,]?|^[ \t]*(?:[-*+•]|\d+[.)])?[ \t]*[*_\[(]*)[ ]*$",
    re.IGNORECASE | re.MULTILINE,
)
_BEHIND_CLOCK: Final = re.compile(
    r"[ \u00a0]?(?:UTC|GMT|[A-Z]{1,4}S?T\b|MES?Z\b|Uhr\b|hrs\b|Z\b|Pacific|Eastern|Central)"
)
_IS_LENGTH: Final = re.compile(
    r"\b(?:last\w*|for|took|within|duration|long)\b[^.\n]{0,12}$", re.IGNORECASE
)
_DATE: Final = re.compile(
    rf"(?<![\d.-])(?P<day>\d{{1,2}})(?:st|nd|rd|th|\.)?[ ](?:of[ ])?(?P<month>{_MONTH})\b\.?"
    r"(?:,?[ ](?P<year>\d{3,6})(?![\d:]))?"
    rf"|\b(?P<month2>{_MONTH})\b\.?[ ](?P<day2>\d{{1,2}})(?:st|nd|rd|th)?(?![\d:]|\.\d)"
    r"(?:,?[ ](?P<year2>\d{3,6})(?![\d:%]))?"
    r"|(?<![\w.-])(?P<iyear>\d{4,5})-(?P<imonth>\d{2})-(?P<iday>\d{2})(?![\w-])"
)
_OLDEST: Final = 1990  # no incident report is older
_AHEAD: Final = 2  # years ahead of now that a due date may lie
_LEAP: Final = 2024  # a year in which every day exists


class _Fault(NamedTuple):
    start: int
    end: int
    message: str


@rule(
    "T12",
    WARN,
    good="from 23:40 on 28 February 2026 to 01:10 UTC",
    bad="from 25:40 on 30 February 20206 to 01:75 UTC",
)
def impossible_time(subject: Subject) -> Iterator[Violation]:
    """A clock time, a date or a year does not exist: 25:10, 17:22 PM, 30 February, 20206.

    It is a slip of the pen, and nobody knows what was meant.
    """
    for passage in subject.passages:
        for start, end, message in _faults(passage.text, subject.now.year):
            yield Violation(passage, start, end, message, "the clock and the calendar")


@lru_cache(maxsize=256)
def _faults(text: str, this_year: int) -> tuple[_Fault, ...]:
    plain = mask_quoted(text)
    return (*_wrong_clocks(plain), *_wrong_dates(plain, this_year))


def _wrong_clocks(plain: str) -> Iterator[_Fault]:
    for match in _CLOCK.finditer(plain):
        hour, minute, half = int(match["hour"]), int(match["minute"]), match["half"]
        words = match.group()
        if half and hour > _NOON and minute < _MINUTES and hour <= _HOURS:
            yield _Fault(
                *match.span(),
                f"{words}: {match['hour']} is on the 24-hour clock, without AM or PM.",
            )
        elif half and hour == 0:
            yield _Fault(*match.span(), f"{words}: a 12-hour clock begins with 12, not 0.")
        elif (hour > _HOURS or minute >= _MINUTES or (hour == _HOURS and minute)) and _is_of_day(
            plain, match
        ):
            yield _Fault(*match.span(), f"There is no such time: {words}.")


def _is_of_day(plain: str, match: re.Match[str]) -> bool:
    """Whether digits with a colon are a time of day, not a length in minutes or a ratio."""
    line_start = plain.rfind("\n", 0, match.start()) + 1
    before = plain[max(line_start, match.start() - 20) : match.start()]
    if match["half"] or _BEHIND_CLOCK.match(plain, match.end()):
        return True
    return _BEFORE_CLOCK.search(before) is not None and not _IS_LENGTH.search(before)


def _wrong_dates(plain: str, this_year: int) -> Iterator[_Fault]:
    for match in _DATE.finditer(plain):
        if match["iyear"]:
            year, month, day = int(match["iyear"]), int(match["imonth"]), int(match["iday"])
        else:
            name = match["month"] or match["month2"]
            month = next(number for number, full in enumerate(MONTHS, 1) if full[:3] == name[:3])
            day = int(match["day"] or match["day2"])
            year = int(match["year"] or match["year2"] or 0)
        if year and not _OLDEST <= year <= this_year + _AHEAD:
            if not match["iyear"] or len(match["iyear"]) > len("2026"):
                yield _Fault(*match.span(), f"There is no such year: {match.group()}.")
            continue
        if not 1 <= month <= len(MONTHS):
            yield _Fault(*match.span(), f"There is no month {month}: {match.group()}.")
        elif not 1 <= day <= monthrange(year or _LEAP, month)[1]:
            of_year = f" {year}" if year and month == 2 else ""
            yield _Fault(*match.span(), f"{MONTHS[month - 1]}{of_year} has no day {day}.")


@rule(
    "T13",
    WARN,
    good="from 09:00 to 10:45 BST (08:00 to 09:45 UTC)",
    bad="from 09:00 to 10:45 BST (10:00 to 11:45 UTC)",
)
def wrong_conversion(subject: Subject) -> Iterator[Violation]:
    """A time is repeated in another zone, and it is not the same time.

    Readers take the one in their own zone, and half of them take the wrong one.
    """
    for passage in subject.passages:
        around = (known_reference_time(subject, passage) or subject.now).date()
        for own, others in _conversions(passage.text):
            zone, other = own[-1].sentence_zone, others[-1].sentence_zone
            if zone is None or other is None or zone.text == other.text:
                continue
            if len(own) != len(others):
                continue
            on = _day_of((*own, *others), around)
            if not (_agree(own, others, zone, other, on) and _same_days(own, others, zone)):
                expected = _converted(own, zone, other, on)
                yield Violation(
                    passage,
                    others[0].start,
                    others[-1].full_end,
                    f"{own[0].text}{'' if len(own) == 1 else ' to ' + own[-1].text} {zone.text} "
                    f"is {expected} {other.text}.",
                    "the tz database",
                )


def _conversions(text: str) -> Iterator[tuple[list[ClockTime], list[ClockTime]]]:
    """Yield times with their repetition in another zone: ``15:00 CEST (13:00 UTC)``."""
    read = text_times(text)
    clocks = read.clocks
    starts = {window.last.start: window.first for window in read.windows}
    index = 0
    while index < len(clocks):
        if not clocks[index].other:
            index += 1
            continue
        group = [clocks[index]]
        while index + 1 < len(clocks) and clocks[index + 1].other and len(group) < 2:
            if text[group[-1].full_end : clocks[index + 1].start].strip() in {"(", "/"}:
                break
            index += 1
            group.append(clocks[index])
        before = [clock for clock in clocks if clock.start < group[0].start and not clock.other]
        if before:
            last = before[-1]
            first = starts.get(last.start)
            own = [first, last] if first is not None and len(group) > 1 else [last]
            yield own, group
        index += 1


def _day_of(clocks: Sequence[ClockTime], around: date) -> date:
    for clock in clocks:
        for day in clock.day.on(around) if clock.day and clock.day.is_date else ():
            return day
    return around


def _agree(
    own: Sequence[ClockTime],
    others: Sequence[ClockTime],
    zone: ZoneName,
    other: ZoneName,
    on: date,
) -> bool:
    """Whether both are the same times, in any meaning of their zones, on any day."""
    return any(
        all(
            (_minutes(first) - shift - _minutes(second) + back) % (_HOURS * _MINUTES) == 0
            for first, second in zip(own, others, strict=True)
        )
        for shift in _offsets(zone, own[0], on)
        for back in _offsets(other, others[0], on)
    )


def _same_days(own: Sequence[ClockTime], others: Sequence[ClockTime], zone: ZoneName) -> bool:
    return len(own) > 1 or _same_day(own[0], others[0], zone)


def _same_day(own: ClockTime, repeated: ClockTime, zone: ZoneName) -> bool:
    """Whether the dates beside both times are those of one moment; true where one has none."""
    if not (own.day and repeated.day and own.day.is_date and repeated.day.is_date):
        return True
    if own.day == repeated.day or repeated.sentence_zone is None:
        return True
    near = next(iter(own.day.on(date(2024, 1, 1))), None)
    if near is None:
        return True
    around = datetime.combine(near, wall_time(own), zone.zones[0])
    first = instants(own, around, zone.zones[0])
    return any(
        set(first) & set(instants(repeated, around, meaning))
        for meaning in repeated.sentence_zone.zones
    )


def _offsets(zone: ZoneName, clock: ClockTime, on: date) -> Iterator[int]:
    """Yield the minutes from UTC that a zone may have on a day and the days beside it."""
    for meaning in zone.zones:
        for shift in (0, -1, 1):
            moment = datetime.combine(on + timedelta(days=shift), wall_time(clock))
            if (size := meaning.utcoffset(moment)) is not None:
                yield round(size / timedelta(minutes=1))


def _converted(own: Sequence[ClockTime], zone: ZoneName, other: ZoneName, on: date) -> str:
    shift = next(_offsets(zone, own[0], on))
    back = next(_offsets(other, own[0], on))
    times = [(_minutes(clock) - shift + back) % (_HOURS * _MINUTES) for clock in own]
    return " to ".join(f"{minutes // _MINUTES:02}:{minutes % _MINUTES:02}" for minutes in times)


def _minutes(clock: ClockTime) -> int:
    wall = wall_time(clock)
    return wall.hour * _MINUTES + wall.minute
