"""Timeline of a text: its rows with a time and an event, in tables, lists, headings and lines.

A text's own timeline is a record: what its prose says of the same events must agree with it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import Final, NamedTuple

from ircon.text.clock_times import ClockTime, text_times
from ircon.text.dates import Day, days
from ircon.text.instants import wall_time

_LINE: Final = re.compile(r"[^\n]+")
_FENCE: Final = re.compile(r"[ \t]*(?:```|~~~)")
# What may stand before the time of a row: a list mark, a heading's, a bracket, "at".
_LEAD: Final = re.compile(
    r"[ \t]*(?:(?:[-*+•‣◦]|\d{1,3}[.)])[ \t]+|#{1,6}[ \t]+)?"
    r"(?:\[[ xX]\][ \t]+)?[*_\[(~\"“ \t]*(?:(?:at|on|ca\.?|around|about|approx\.?)[ \t]+)?",
    re.IGNORECASE,
)
_HEADING: Final = re.compile(r"[ \t]*(?:#{1,6}[ \t]+\S|\*\*[^*\n]+\*\*:?[ \t]*$)")
_GAP: Final = re.compile(r"[\s,.;:/()*_T@–—-]*(?:(?:at|on)[ \t]+)?", re.IGNORECASE)
_SEPARATOR: Final = re.compile(r"[\s:;,.)\]*_|>–—=-]*")
_CELLS: Final = re.compile(r"[ \t]*\|.*\|[ \t]*")
_RULED: Final = re.compile(r"[ \t|:+-]+")
# Without a day of its own, a row this much earlier than the one above is on the next day.
_NEXT_DAY: Final = timedelta(hours=6)
_EVENING: Final = 16  # hour of the day
_HALF_DAY: Final = timedelta(hours=12)
_DAY_LINE: Final = 60  # characters of a line with a day alone
_ANY_YEAR: Final = date(2024, 1, 1)  # a leap year; used where a text names no year at all


class _Line(NamedTuple):
    """A line that begins with a time: offsets within the line."""

    start: int
    end: int  # of the time, its zone included
    clock: ClockTime
    last: ClockTime | None  # of a window: 10:20-10:26
    day: Day | None
    event: str
    in_table: bool


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a timeline: ``text[start:end]`` is its time, ``event`` what happened then.

    Attributes:
        clock, last: its time, and the second one of a window.
        day: the day it names itself.
        on: the date it is on, its own or that of the rows and headings above; None if unknown.
        at: its time on a common clock of the timeline, for differences; the date is arbitrary
            where ``on`` is None.
        begin: where its line begins.
    """

    start: int
    end: int
    begin: int
    clock: ClockTime
    last: ClockTime | None
    day: Day | None
    event: str
    at: datetime
    on: date | None


@dataclass(frozen=True, slots=True)
class Timeline:
    """Rows that stand together, in the order in which they stand.

    Attributes:
        disordered: those that are earlier than the row above; later, where it runs upwards.
    """

    rows: tuple[Row, ...]
    disordered: tuple[tuple[Row, Row], ...] = ()


@lru_cache(maxsize=256)
def timelines(text: str) -> tuple[Timeline, ...]:
    """Return the timelines of a text: two rows or more each."""
    return tuple(_timeline(lines) for lines in _gather(text) if sum(map(_is_row, lines)) > 1)


_Lines = list[tuple[int, _Line]]  # with the offset of each in the text


def _is_row(line: tuple[int, _Line]) -> bool:
    return line[1].start >= 0


def _gather(text: str) -> Iterator[_Lines]:
    """Yield the lines that stand together; a heading or another kind of row parts them."""
    lines: _Lines = []
    in_code = False
    for line in _LINE.finditer(text):
        words = line.group()
        if _FENCE.match(words):
            in_code = not in_code
        if in_code or _RULED.fullmatch(words):
            continue
        row = _read_line(words) or _read_day(words)
        if row is not None:
            if lines and _is_row(lines[-1]) and lines[-1][1].in_table != row.in_table:
                yield lines
                lines = []
            lines.append((line.start(), row))
        elif _HEADING.match(words):
            yield lines
            lines = []
        elif lines and _is_row(lines[-1]) and not lines[-1][1].event:  # what happened is below
            start, above = lines[-1]
            lines[-1] = start, above._replace(event=words.strip())
    yield lines


@lru_cache(maxsize=8192)
def _read_line(line: str) -> _Line | None:
    """Read a line that begins with a time; None for any other."""
    in_table = _CELLS.fullmatch(line) is not None
    plain = line.replace("|", " ").replace("`", " ")
    read = text_times(plain)
    if not read.clocks:
        return None
    clock = read.clocks[0]
    lead = _LEAD.match(plain)
    begin = lead.end() if lead else 0
    between = plain[begin : clock.start]
    day = None
    for named in read.days:
        if named.end <= clock.start and named.start >= begin:
            between = between.replace(named.text, " ", 1)
            day = named if day is None or named.is_date else day
    if in_table and len(between.split()) > 0:
        between = _without_first_number(between)  # a column that counts the rows
    if _GAP.fullmatch(between) is None:
        return None
    start = begin if day is None else min(begin, day.start)
    end, last = clock.full_end, None
    window = next((window for window in read.windows if window.first.start == clock.start), None)
    if window is not None:
        end, last = window.end, window.last
    for other in read.clocks[1:]:
        if other.other and plain[end : other.start].strip() in {"(", "/"}:
            end = other.full_end
    if day is None and (behind := _day_behind(plain, end, read.days)):
        day, end = behind, behind.end
    separator = _SEPARATOR.match(plain, end)
    event = plain[separator.end() if separator else end :].strip()
    return _Line(start, end, clock, last, day, event, in_table)


def _day_behind(line: str, end: int, every: Iterable[Day]) -> Day | None:
    """Return the date right behind a time: ``10:20 on 5 March``."""
    behind = next((day for day in every if day.is_date and day.start >= end), None)
    return behind if behind and line[end : behind.start].strip(" ,(") in {"", "on"} else None


def _without_first_number(between: str) -> str:
    words = between.split()
    return " ".join(words[1:]) if words[0].strip(".").isdigit() else between


@lru_cache(maxsize=4096)
def _read_day(line: str) -> _Line | None:
    """Read a line that holds a day and nothing else: ``### Tuesday, 12 May 2026``."""
    if len(line) > _DAY_LINE:
        return None
    rest = line
    dated = None
    for day in days(line):
        rest = rest.replace(day.text, " ", 1)
        dated = day if day.is_date else dated
    if dated is None or re.search(r"[^\W_]{3}", rest.replace("day", "")):
        return None
    return _Line(-1, -1, ClockTime("", 0, 0, 0, 0), None, dated, "", in_table=False)


def _timeline(lines: _Lines) -> Timeline:
    rows: list[Row] = []
    zone_of_first: timedelta | None = None
    half_day = _is_twelve_hours([line.clock for _, line in lines if line.start >= 0])
    on, shift, near = None, timedelta(), _ANY_YEAR
    for offset, line in lines:
        if line.day is not None and (named := _date_of(line.day, near)) is not None:
            on, shift, near = named, timedelta(), named
        if line.start < 0:
            continue
        clock = line.clock
        at = datetime.combine(on or _ANY_YEAR, wall_time(clock)) + shift
        if (zone := _offset(clock, on)) is not None:
            zone_of_first = zone if zone_of_first is None else zone_of_first
            at += zone_of_first - zone
        if rows and line.day is None and half_day and rows[-1].at - at > _HALF_DAY / 2:
            at, shift = at + _HALF_DAY, shift + _HALF_DAY
        if rows and line.day is None and _is_next_day(rows[-1].at, at):
            at, shift = at + timedelta(days=1), shift + timedelta(days=1)
        rows.append(
            Row(
                offset + line.start,
                offset + line.end,
                offset,
                moved(clock, offset),
                moved(line.last, offset) if line.last else None,
                line.day,
                line.event,
                at,
                at.date() if on is not None else None,
            )
        )
    return Timeline(tuple(rows), tuple(_disordered(rows)))


def _is_next_day(above: datetime, at: datetime) -> bool:
    """Whether a row without a day is of the morning after the one above."""
    return above - at > _NEXT_DAY and above.hour >= _EVENING and at.hour <= _EVENING - 4


def _disordered(rows: Sequence[Row]) -> Iterator[tuple[Row, Row]]:
    """Yield the rows out of order, each with the row above it."""
    steps = [second.at - first.at for first, second in pairwise(rows)]
    down = sum(step > timedelta() for step in steps)
    up = sum(step < timedelta() for step in steps)
    yield from _other_halves(rows)
    for (first, second), step in zip(pairwise(rows), steps, strict=True):
        if step and (step > timedelta()) != (down >= up):
            yield second, first


def _other_halves(rows: Sequence[Row]) -> Iterator[tuple[Row, Row]]:
    """Yield rows that would stand in order with AM for PM: 10:21 AM, 10:34 PM, 11:05 AM."""
    for above, row, below in zip(rows, rows[1:], rows[2:], strict=False):
        if not (above.clock.half and row.clock.half and below.clock.half) or row.day or below.day:
            continue
        walls = [wall_time(one.clock) for one in (above, row, below)]
        flipped = walls[1].replace(hour=(walls[1].hour + 12) % 24)
        is_same_half = above.clock.half == below.clock.half != row.clock.half
        if is_same_half and walls[0] <= flipped <= walls[2]:
            yield row, above


def _is_twelve_hours(clocks: Iterable[ClockTime]) -> bool:
    """Whether no time says which half of the day it is in, and none is past noon."""
    return all(not clock.half and not clock.is_24h and clock.hour <= 12 for clock in clocks)


def _offset(clock: ClockTime, on: date | None) -> timedelta | None:
    """Return the distance to UTC of the zone that a time names itself."""
    if clock.zone is None:
        return None
    return clock.zone.zones[0].utcoffset(datetime.combine(on or _ANY_YEAR, wall_time(clock)))


def _date_of(day: Day, near: date) -> date | None:
    return next(iter(day.on(near)), None) if day.is_date else None


def moved(clock: ClockTime, offset: int) -> ClockTime:
    """Return a clock time of a line with its offsets in the text."""
    zone = clock.zone
    moved_zone = (
        zone._replace(start=zone.start + offset, end=zone.end + offset)
        if zone is not None
        else None
    )
    return ClockTime(
        clock.text,
        clock.start + offset,
        clock.end + offset,
        clock.hour,
        clock.minute,
        clock.half,
        zone=moved_zone,
        sentence_zone=moved_zone,
        around=None if clock.around is None else clock.around + offset,
    )
