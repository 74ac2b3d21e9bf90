"""Clock times and windows in a text: ``from around 07:30 to 08:15``, ``7:40 PM``, ``1430 UTC``.

``text_times`` finds them all in place, each with the zone and the day that its
sentence gives it. The instants they may mean are computed in ``instants``.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta, timezone
from functools import lru_cache
from itertools import pairwise
from typing import Final, NamedTuple, TypeVar

from ircon.text.dates import Day, days
from ircon.text.prose import Span, blocks, mask_markup, sentences
from ircon.text.zones import ZoneName, zone_names

NOON: Final = 12
# 14:05   7:40 PM   9pm   2025-03-31T07:30Z   14.30 CET   1430 UTC
_CLOCK: Final = re.compile(
    r"(?:(?<![\w:.$€£+/])|(?<=\d[Tt]))"
    r"(?:(?P<hour>[01]?\d|2[0-3]):(?P<minute>[0-5]\d)(?::[0-5]\d(?:[.,]\d{1,9})?)?(?!:?\d)"
    r"|(?P<dotted>[01]?\d|2[0-3])\.(?P<tenths>[0-5]\d)(?=[ ]?(?:UTC|GMT|CES?T|BST|[ECMP][SD]T)\b)"
    r"|(?P<joined>[01]\d|2[0-3])(?P<two>[0-5]\d)(?=[ ]?(?:UTC|GMT|CES?T|BST|[ECMP][SD]T|Z)\b)"
    r"|(?P<bare>1[0-2]|[1-9])(?=[ ]?[AaPp]\.?[Mm]\b))"
    r"(?:[ \u00a0\u202f]?(?P<half>[AaPp])(?:[Mm]\b|\.[Mm]\b\.?))?"
)
_OFFSET: Final = re.compile(r"Z\b|(?P<sign>[+-])(?P<hours>[01]\d):?(?P<minutes>[0-5]\d)\b")
# What follows or leads a number that only looks like a clock time: 1:30 hours, ratio 10:15.
_NOT_BEHIND: Final = re.compile(r"[ ]?(?:hours?|hrs?|h\b|minutes?|mins?|%|ratio\b|x\b)")
_NOT_BEFORE: Final = re.compile(
    r"(?:\bratio (?:of|is|was)|\blasting|\blasted|\bduration:?|\bport) {0,2}$"
)
_AROUND: Final = re.compile(
    r"(?:\b(?:around|about|approximately|approx\.?|roughly|circa|ca\.|nearly)|~)[ ]{0,2}$",
    re.IGNORECASE,
)
# All times in UTC    Timeline (UTC)    Timestamps are given in Pacific Time
_DOCUMENT_ZONE: Final = re.compile(
    r"\b(?:times?|timestamps?|timeline)\b(?:[ \t:(*,–-]|\b(?:are|is|all|in|given|shown"
    r"|listed|stated|expressed|reported|below|here|of|the|this|report|document|page|entries)\b){1,20}$",
    re.IGNORECASE,
)

# A hole of a draft asks about a time; nobody has said it yet.
_HOLE: Final = re.compile(r"\{\{[^{}\n]{1,500}\}\}")

_TO: Final = re.compile(r"-|–|—|\b(?:to|until|till|through|thru|and)\b", re.IGNORECASE)
_FILLER: Final = re.compile(
    r"(?:\s|[,()~*_]|\b(?:at|on|around|about|approximately|approx\.?|roughly|the|next|following"
    r"|same|day|morning|afternoon|evening|night|of)\b)*",
    re.IGNORECASE,
)
_BETWEEN: Final = re.compile(r"\bbetween\b[^.\n]{0,60}$", re.IGNORECASE)
_NEW_ITEM: Final = re.compile(r"\n\s*(?:[-–—*•+\n]|\d{1,3}[.)])")
# Incident start: ... / Incident end: ..., a line each.
_START_LABEL: Final = re.compile(
    r"\b(?:start(?:ed)?|began|begin(?:ning)?)\b[^\n]{0,30}$", re.IGNORECASE
)
_END_LABEL: Final = re.compile(
    r"[^\n]{0,12}\n[^\n]{0,24}\b(?:end(?:ed)?|resolved|finish(?:ed)?)\b[^\n]{0,16}", re.IGNORECASE
)
_MOST_BETWEEN: Final = 70  # characters between the two ends of a window


@dataclass(frozen=True, slots=True)
class ClockTime:
    """A time of day as a text says it: ``text[start:end]``, its zone not included.

    Attributes:
        hour: 0 to 23; as written where morning and evening are not told apart.
        half: ``am`` or ``pm``, also where the other end of its window says so; else
            empty.
        zone: the zone named right behind it.
        sentence_zone: the zone that counts for it: its own, else one of its sentence,
            else the document's.
        day: the day that its sentence names for it.
        around: where a word before it makes it vague (``around 07:30``); else None.
        other: it repeats the clock before it in another zone: ``15:00 CEST (13:00 UTC)``.
    """

    text: str
    start: int
    end: int
    hour: int
    minute: int
    half: str = ""
    zone: ZoneName | None = None
    sentence_zone: ZoneName | None = None
    day: Day | None = None
    around: int | None = None
    other: bool = False

    @property
    def full_end(self) -> int:
        """Where it ends, its own zone included."""
        return self.zone.end if self.zone else self.end

    @property
    def is_24h(self) -> bool:
        """Written so that only a 24-hour clock is meant."""
        return not self.half and (self.text[0] == "0" or self.hour > NOON)


class Window(NamedTuple):
    """``from 07:30 to 08:15``: a span of time; ``text[start:end]`` reads it with its zone."""

    start: int
    end: int
    first: ClockTime
    last: ClockTime


class TextTimes(NamedTuple):
    """The times of a text, in order."""

    clocks: tuple[ClockTime, ...]
    windows: tuple[Window, ...]
    days: tuple[Day, ...]
    zones: tuple[ZoneName, ...]
    document_zone: ZoneName | None


@lru_cache(maxsize=512)
def text_times(text: str) -> TextTimes:
    """All times of a text's prose."""
    plain = _HOLE.sub(lambda found: " " * len(found.group()), mask_markup(text))
    every_day, zones, raw = _scanned(plain)
    document = _document_zone(plain, zones)
    told = list(_told(plain, sentences(text), raw, zones, every_day, document))
    windows = tuple(_windows(plain, told, every_day))
    return TextTimes(tuple(told), windows, every_day, zones, document)


class _Raw(NamedTuple):
    """A clock time alone, before its sentence is looked at."""

    text: str
    start: int
    end: int
    hour: int
    minute: int
    half: str
    zone: ZoneName | None
    around: int | None


_Scanned = tuple[tuple[Day, ...], tuple[ZoneName, ...], tuple[_Raw, ...]]


def _scanned(plain: str) -> _Scanned:
    every_day: list[Day] = []
    zones: list[ZoneName] = []
    raw: list[_Raw] = []
    for block in blocks(plain):
        days_here, zones_here, clocks_here = _scan(block.text)
        every_day += (_moved(one, block.start) for one in days_here)
        zones += (_moved(one, block.start) for one in zones_here)
        for one in clocks_here:
            zone = one.zone and _moved(one.zone, block.start)
            around = None if one.around is None else one.around + block.start
            start, end = one.start + block.start, one.end + block.start
            raw.append(_Raw(one.text, start, end, one.hour, one.minute, one.half, zone, around))
    return tuple(every_day), tuple(zones), tuple(raw)


_Moved = TypeVar("_Moved", Day, ZoneName)


def _moved(one: _Moved, by: int) -> _Moved:
    return one._replace(start=one.start + by, end=one.end + by)


@lru_cache(maxsize=4096)
def _scan(block: str) -> _Scanned:
    every_day = tuple(days(block))
    return every_day, tuple(zone_names(block)), tuple(_clocks(block, every_day))


def _clocks(plain: str, every_day: Sequence[Day]) -> Iterator[_Raw]:
    dated = [day.start for day in every_day]
    for found in _CLOCK.finditer(plain):
        start, end = found.span()
        before = bisect_right(dated, start) - 1
        if (before >= 0 and every_day[before].end > start) or _NOT_BEHIND.match(plain, end):
            continue
        if _NOT_BEFORE.search(plain, max(0, start - 15), start):
            continue
        hour = int(found["hour"] or found["dotted"] or found["joined"] or found["bare"])
        half = f"{found['half'].lower()}m" if found["half"] and 1 <= hour <= NOON else ""
        vague = _AROUND.search(plain, max(0, start - 16), start)
        minute = int(found["minute"] or found["tenths"] or found["two"] or 0)
        zone = _iso_zone(plain, start, end)
        around = vague.start() if vague else None
        yield _Raw(plain[start:end], start, end, hour, minute, half, zone, around)


def _iso_zone(plain: str, start: int, end: int) -> ZoneName | None:
    """``Z`` or ``+02:00`` at the end of an ISO 8601 time."""
    found = _OFFSET.match(plain, end)
    if found is None or plain[max(0, start - 1) : start] not in {"T", "t"}:
        return None
    size = timedelta(hours=int(found["hours"] or 0), minutes=int(found["minutes"] or 0))
    zone = timezone(-size if found["sign"] == "-" else size)
    return ZoneName(found.group(), found.start(), found.end(), (zone,))


def _told(
    plain: str,
    spans: Sequence[Span],
    raw: Sequence[_Raw],
    zones: Sequence[ZoneName],
    every_day: Sequence[Day],
    document: ZoneName | None,
) -> Iterator[ClockTime]:
    """Clock times with what their sentences say besides: zone and day."""
    starts = [zone.start for zone in zones]
    behind = {}  # a clock's end: the zone right behind it
    for clock in raw:
        place = bisect_left(starts, clock.end)
        if clock.zone:
            behind[clock.end] = clock.zone
        elif place < len(zones) and not plain[clock.end : zones[place].start].strip(" \u00a0([\t"):
            behind[clock.end] = zones[place]
    attached = {zone.start for zone in behind.values()}
    counted = sorted(
        {*behind.values(), *(one for one in zones if not one.loose or one.start in attached)},
        key=lambda one: one.start,
    )
    places = [one.start for one in counted]
    span_starts = [span.start for span in spans]
    dates = [day for day in every_day if day.is_date]
    last = -1  # where the clock time before ends, with its zone
    for clock in raw:
        span = spans[max(0, bisect_right(span_starts, clock.start) - 1)] if spans else None
        span = span or Span(plain, 0, len(plain))
        own = behind.get(clock.end)
        full_end = own.end if own else clock.end
        where = clock.start, full_end
        yield ClockTime(
            clock.text,
            clock.start,
            clock.end,
            clock.hour,
            clock.minute,
            clock.half,
            zone=own,
            sentence_zone=own or _nearest_zone(counted, places, clock.end, span) or document,
            day=_nearest_day(plain, dates, where, span)
            or _nearest_day(plain, every_day, where, span),
            around=clock.around,
            other=last >= 0 and plain[last : clock.start].strip() in {"(", "/"},
        )
        last = full_end


def _nearest_zone(
    zones: Sequence[ZoneName], places: Sequence[int], end: int, span: Span
) -> ZoneName | None:
    """The next zone of the sentence, else the last before."""
    place = bisect_left(places, end)
    if place < len(zones) and zones[place].start < span.end:
        return zones[place]
    return zones[place - 1] if place and zones[place - 1].start >= span.start else None


def _nearest_day(
    plain: str, every_day: Sequence[Day], clock: tuple[int, int], span: Span
) -> Day | None:
    """The day that a clock time belongs to: ``at 14:00 on 5 March``, else the closest."""
    start, end = clock
    place = bisect_left(every_day, start, key=_start)
    near = [day for day in every_day[max(0, place - 1) : place + 1] if span.within(*day[1:3])]
    if near and plain[end : near[-1].start].strip() == "on":
        return near[-1]
    return min(near, key=lambda day: max(day.start - end, start - day.end), default=None)


def _start(day: Day) -> int:
    return day.start


def _document_zone(plain: str, zones: Iterable[ZoneName]) -> ZoneName | None:
    """The zone of a line such as ``all times in UTC``."""
    for zone in zones:
        if _DOCUMENT_ZONE.search(plain, max(0, zone.start - 90), zone.start):
            return zone
    return None


def _windows(plain: str, told: list[ClockTime], every_day: Sequence[Day]) -> Iterator[Window]:
    """Pairs of clock times; in ``told`` both ends of one then know their half of the day."""
    places = [place for place, clock in enumerate(told) if not clock.other]
    used = -1
    for one, next_one in pairwise(places):
        if one == used:
            continue
        first, last = told[one], told[next_one]
        behind = told[next_one - 1].full_end  # of the last repetition in another zone
        if not _is_window(plain, first, behind, last, every_day):
            continue
        if last.half and not first.half and first.hour <= NOON:
            turned = (first.hour % NOON, first.minute) > (last.hour % NOON, last.minute)
            other = "am" if last.half == "pm" else "pm"
            first = told[one] = replace(first, half=other if turned else last.half)
        used = next_one
        yield Window(first.start, last.full_end, first, last)


def _is_window(
    plain: str, first: ClockTime, behind: int, last: ClockTime, every_day: Sequence[Day]
) -> bool:
    between = plain[behind : last.start].lstrip(") ")
    if len(between) > _MOST_BETWEEN:
        return False
    place = bisect_left(every_day, behind, key=lambda day: day.start)
    for day in every_day[place : place + 3]:
        if day.end <= last.start:
            between = between.replace(day.text, " ", 1)
    before = max(0, first.start - 60)
    before = max(before, plain.rfind("\n", before, first.start) + 1)
    if _START_LABEL.search(plain, before, first.start) and _END_LABEL.fullmatch(between):
        return True
    if _NEW_ITEM.search(between):
        return False
    link = _TO.search(between)
    if link is None or not _FILLER.fullmatch(between[: link.start()] + between[link.end() :]):
        return False
    if link.group().lower() != "and":
        return True
    return bool(_BETWEEN.search(plain, max(0, first.start - 70), first.start))
