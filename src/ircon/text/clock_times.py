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
    r"\b(?:times?|timestamps?|timeline|log|chronology|sequence of events)\b"
    r"(?:[ \t:(*,–-]|\b(?:are|is|all|in|given|shown|listed"
    r"|stated|expressed|reported|below|here|of|the|this|report|document|page|entries)\b){1,20}$",
    re.IGNORECASE,
)

# Between a time and its zone: 10:00 (UTC), 10:00 Uhr MESZ, 10:00 hrs IST
_TO_ZONE: Final = re.compile(r"[ \t\u00a0]*(?:(?:Uhr|hrs?\.?|hours|h)\b[ \u00a0]*)?[(\[]?")
# A placeholder of a draft asks for a time; none is stated yet.
_PLACEHOLDER: Final = re.compile(r"\{\{[^{}\n]{1,500}\}\}")

_ZONE_LABEL: Final = re.compile(r"\btime ?zone\b[^\n\d]{0,40}$", re.IGNORECASE)
_HEADING_WORDS, _SHORT_LINE = 10, 4  # words before a zone that is said for all times below
_HEADING_LINE: Final = re.compile(r"^[ \t]*(#{1,6})[ \t]+[^\n]*", re.MULTILINE)
_TABLE_LINES: Final = re.compile(r"(?:^[ \t]*\|[^\n]*\|[ \t]*(?:\n|\Z))+", re.MULTILINE)
_TIME_COLUMN: Final = re.compile(
    r"\b(?:time|times|when|date|timestamp|at|clock)\b[^|]*$|\|[ \t]*$", re.IGNORECASE
)
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
    """A time of day in a text: ``text[start:end]``, its zone not included.

    Attributes:
        hour: 0 to 23; as written where ``half`` is empty.
        half: ``am`` or ``pm``, also where only the other end of its window has it;
            else empty.
        zone: the zone named right behind it.
        sentence_zone: the zone that counts for it: its own, else one of its sentence,
            else the document's.
        day: the day its sentence names for it; None without one.
        around: the offset of a word that makes it vague (``around 07:30``); else None.
        other: whether it repeats the clock time before it in another zone: ``15:00 CEST
            (13:00 UTC)``.
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
        """The offset at which it ends, its own zone included."""
        return self.zone.end if self.zone else self.end

    @property
    def is_24h(self) -> bool:
        """Whether its form allows only a 24-hour clock."""
        return not self.half and (self.text[0] == "0" or self.hour > NOON)


class Window(NamedTuple):
    """A span of time, ``from 07:30 to 08:15``: ``text[start:end]``, its zone included."""

    start: int
    end: int
    first: ClockTime
    last: ClockTime


class TextTimes(NamedTuple):
    """The clock times, windows, days and zones of a text, each in order."""

    clocks: tuple[ClockTime, ...]
    windows: tuple[Window, ...]
    days: tuple[Day, ...]
    zones: tuple[ZoneName, ...]


@lru_cache(maxsize=512)
def text_times(text: str) -> TextTimes:
    """Return all times of a text's prose."""
    plain = _without_placeholders(text)
    all_days, zones, raw = _scan_text(plain)
    clocks = list(_with_context(plain, sentences(text), raw, zones, all_days))
    if scopes := _zone_scopes(text, plain, zones):
        clocks = [_in_scope(clock, scopes) for clock in clocks]
    clocks = list(_with_conversions(plain, clocks))
    windows = tuple(_windows(plain, clocks, all_days))
    # A tag in the middle of a date was masked: "12<br>May".
    all_days = tuple(day._replace(text=text[day.start : day.end]) for day in all_days)
    return TextTimes(tuple(clocks), windows, all_days, zones)


def _without_placeholders(text: str) -> str:
    return _PLACEHOLDER.sub(lambda match: " " * len(match.group()), mask_markup(text))


def _in_scope(clock: ClockTime, scopes: Sequence[ZoneScope]) -> ClockTime:
    if clock.sentence_zone is not None:
        return clock
    zone = next((item.zone for item in scopes if item.start <= clock.start < item.end), None)
    return replace(clock, sentence_zone=zone) if zone else clock


def _with_conversions(plain: str, clocks: Sequence[ClockTime]) -> Iterator[ClockTime]:
    """Yield the clock times, those marked that repeat the ones before in another zone.

    ``15:00 CEST (13:00 UTC)``, ``09:00 to 10:45 BST (08:00 to 09:45 UTC)``.
    """
    opened = -1  # where the bracket that is open ends
    for index, clock in enumerate(clocks):
        other = clock.other
        if other and plain[clocks[index - 1].full_end : clock.start].lstrip()[:1] == "(":
            opened = plain.find(")", clock.start)
        yield clock if other or clock.start > opened else replace(clock, other=True)


class _BareTime(NamedTuple):
    """A clock time before the zone and the day of its sentence are attached."""

    text: str
    start: int
    end: int
    hour: int
    minute: int
    half: str
    zone: ZoneName | None
    around: int | None


_Scan = tuple[tuple[Day, ...], tuple[ZoneName, ...], tuple[_BareTime, ...]]


def _scan_text(plain: str) -> _Scan:
    all_days: list[Day] = []
    zones: list[ZoneName] = []
    raw: list[_BareTime] = []
    for block in blocks(plain):
        days_here, zones_here, clocks_here = _scan_block(block.text)
        all_days += (_shifted(item, block.start) for item in days_here)
        zones += (_shifted(item, block.start) for item in zones_here)
        for item in clocks_here:
            zone = item.zone and _shifted(item.zone, block.start)
            around = None if item.around is None else item.around + block.start
            start, end = item.start + block.start, item.end + block.start
            raw.append(
                _BareTime(item.text, start, end, item.hour, item.minute, item.half, zone, around)
            )
    return tuple(all_days), tuple(zones), tuple(raw)


_Mention = TypeVar("_Mention", Day, ZoneName)


def _shifted(item: _Mention, offset: int) -> _Mention:
    return item._replace(start=item.start + offset, end=item.end + offset)


@lru_cache(maxsize=4096)
def _scan_block(block: str) -> _Scan:
    all_days = tuple(days(block))
    return all_days, tuple(zone_names(block)), tuple(_clocks(block, all_days))


def _clocks(plain: str, all_days: Sequence[Day]) -> Iterator[_BareTime]:
    dated = [day.start for day in all_days]
    for match in _CLOCK.finditer(plain):
        start, end = match.span()
        last_day = bisect_right(dated, start) - 1
        if (last_day >= 0 and all_days[last_day].end > start) or _NOT_BEHIND.match(plain, end):
            continue
        if _NOT_BEFORE.search(plain, max(0, start - 15), start):
            continue
        hour = int(match["hour"] or match["dotted"] or match["joined"] or match["bare"])
        half = f"{match['half'].lower()}m" if match["half"] and 1 <= hour <= NOON else ""
        vague = _AROUND.search(plain, max(0, start - 16), start)
        minute = int(match["minute"] or match["tenths"] or match["two"] or 0)
        zone = _iso_zone(plain, start, end)
        around = vague.start() if vague else None
        yield _BareTime(plain[start:end], start, end, hour, minute, half, zone, around)


def _iso_zone(plain: str, start: int, end: int) -> ZoneName | None:
    """Return the zone ``Z`` or ``+02:00`` at the end of an ISO 8601 time."""
    match = _OFFSET.match(plain, end)
    if match is None or plain[max(0, start - 1) : start] not in {"T", "t"}:
        return None
    size = timedelta(hours=int(match["hours"] or 0), minutes=int(match["minutes"] or 0))
    zone = timezone(-size if match["sign"] == "-" else size)
    return ZoneName(match.group(), match.start(), match.end(), (zone,))


def _with_context(
    plain: str,
    spans: Sequence[Span],
    raw: Sequence[_BareTime],
    zones: Sequence[ZoneName],
    all_days: Sequence[Day],
) -> Iterator[ClockTime]:
    """Yield the clock times with the zone and the day of their sentences attached."""
    starts = [zone.start for zone in zones]
    behind = {}  # a clock's end: the zone right behind it
    for clock in raw:
        index = bisect_left(starts, clock.end)
        if clock.zone:
            behind[clock.end] = clock.zone
        elif index < len(zones) and _TO_ZONE.fullmatch(plain, clock.end, zones[index].start):
            behind[clock.end] = zones[index]
    attached = {zone.start for zone in behind.values()}
    usable = sorted(
        {
            *behind.values(),
            *(
                zone_name
                for zone_name in zones
                if not zone_name.loose or zone_name.start in attached
            ),
        },
        key=lambda zone_name: zone_name.start,
    )
    usable_starts = [zone_name.start for zone_name in usable]
    span_starts = [span.start for span in spans]
    dates = [day for day in all_days if day.is_date]
    last_end = -1  # where the clock time before ends, with its zone
    for clock in raw:
        span = spans[max(0, bisect_right(span_starts, clock.start) - 1)] if spans else None
        span = span or Span(plain, 0, len(plain))
        own = behind.get(clock.end)
        full_end = own.end if own else clock.end
        extent = clock.start, full_end
        yield ClockTime(
            clock.text,
            clock.start,
            clock.end,
            clock.hour,
            clock.minute,
            clock.half,
            zone=own,
            sentence_zone=own or _nearest_zone(usable, usable_starts, clock.end, span),
            day=_nearest_day(plain, dates, extent, span)
            or _nearest_day(plain, all_days, extent, span),
            around=clock.around,
            other=last_end >= 0
            and _between(plain, all_days, last_end, clock.start).strip() in {"(", "/"},
        )
        last_end = full_end


def _between(plain: str, all_days: Sequence[Day], start: int, end: int) -> str:
    """Return what stands between two offsets, without the day: ``(2026-06-07 ``."""
    piece = plain[start:end]
    if len(piece) > _MOST_BETWEEN:
        return piece
    index = bisect_left(all_days, start, key=_start)
    for day in all_days[index : index + 2]:
        if day.end <= end:
            piece = piece.replace(day.text, "", 1)
    return piece


def _nearest_zone(
    zones: Sequence[ZoneName], starts: Sequence[int], end: int, span: Span
) -> ZoneName | None:
    """Return the sentence's next zone, else the last one before."""
    index = bisect_left(starts, end)
    if index < len(zones) and zones[index].start < span.end:
        return zones[index]
    return zones[index - 1] if index and zones[index - 1].start >= span.start else None


def _nearest_day(
    plain: str, all_days: Sequence[Day], extent: tuple[int, int], span: Span
) -> Day | None:
    """Return the day of a clock time: ``at 14:00 on 5 March``, else the closest one."""
    start, end = extent
    index = bisect_left(all_days, start, key=_start)
    candidates = [day for day in all_days[max(0, index - 1) : index + 1] if span.within(*day[1:3])]
    if candidates and plain[end : candidates[-1].start].strip() == "on":
        return candidates[-1]
    return min(candidates, key=lambda day: max(day.start - end, start - day.end), default=None)


def _start(day: Day) -> int:
    return day.start


class ZoneScope(NamedTuple):
    """A zone that is said once for ``text[start:end]``: a table, a section, the document."""

    zone: ZoneName
    start: int
    end: int


def _zone_scopes(text: str, plain: str, zones: Iterable[ZoneName]) -> tuple[ZoneScope, ...]:
    """Return the zones said for more than one time, the narrower scopes first."""
    scopes = []
    for zone in zones:
        line_start = plain.rfind("\n", 0, zone.start) + 1
        heading = _HEADING_LINE.match(plain, line_start)
        if _is_for_all(plain, line_start, zone, is_heading=heading is not None):
            end = _section_end(plain, zone.end, heading[1]) if heading else len(text)
            scopes.append(ZoneScope(zone, zone.end if heading else 0, end))
    for table in _TABLE_LINES.finditer(text):
        head = table.group().split("\n", 1)[0]
        for zone in zone_names(head.replace("|", " ")):
            if not zone.loose or _TIME_COLUMN.search(head, 0, zone.start):
                placed = _shifted(zone, table.start())
                scopes.append(ZoneScope(placed, table.start(), table.end()))
                break
    return tuple(sorted(scopes, key=lambda scope: scope.end - scope.start))


def _is_for_all(plain: str, line_start: int, zone: ZoneName, *, is_heading: bool) -> bool:
    """Whether a zone is said for all times below: ``All times in UTC``, ``Newest first, UTC``."""
    before = plain[max(line_start, zone.start - 90) : zone.start]
    if _DOCUMENT_ZONE.search(before) or _ZONE_LABEL.search(before):
        return True
    line_end = plain.find("\n", zone.end)
    behind = plain[zone.end : line_end if line_end >= 0 else len(plain)]
    is_last = not behind.strip(" .:)*_")
    has_time = any(map(str.isdigit, before))
    few = len(before.split()) <= (_HEADING_WORDS if is_heading else _SHORT_LINE)
    return is_last and few and not has_time


def _section_end(plain: str, start: int, marks: str) -> int:
    """Return where the section ends whose heading has these marks: at one of its level."""
    for heading in _HEADING_LINE.finditer(plain, start):
        if len(heading[1]) <= len(marks):
            return heading.start()
    return len(plain)


@lru_cache(maxsize=256)
def zone_scopes(text: str) -> tuple[ZoneScope, ...]:
    """Return the zones that a text says once for a table, a section or all of it."""
    plain = _without_placeholders(text)
    return _zone_scopes(text, plain, _scan_text(plain)[1])


def zone_at(text: str, offset: int) -> ZoneName | None:
    """Return the zone that is said for all times around an offset, if there is one."""
    scopes = zone_scopes(text)
    return next((scope.zone for scope in scopes if scope.start <= offset < scope.end), None)


def _windows(plain: str, clocks: list[ClockTime], all_days: Sequence[Day]) -> Iterator[Window]:
    """Yield the windows; both ends of one then have their half of the day in ``clocks``."""
    indexes = [index for index, clock in enumerate(clocks) if not clock.other]
    used = -1
    for index, next_index in pairwise(indexes):
        if index == used:
            continue
        first, last = clocks[index], clocks[next_index]
        first_end = clocks[next_index - 1].full_end  # of the last repetition in another zone
        if not _is_window(plain, first, first_end, last, all_days):
            continue
        if last.half and not first.half and first.hour <= NOON:
            crosses_noon = (first.hour % NOON, first.minute) > (last.hour % NOON, last.minute)
            other_half = "am" if last.half == "pm" else "pm"
            first = clocks[index] = replace(first, half=other_half if crosses_noon else last.half)
        used = next_index
        yield Window(first.start, last.full_end, first, last)


def _is_window(
    plain: str, first: ClockTime, first_end: int, last: ClockTime, all_days: Sequence[Day]
) -> bool:
    between = plain[first_end : last.start].lstrip(") ")
    if len(between) > _MOST_BETWEEN:
        return False
    index = bisect_left(all_days, first_end, key=lambda day: day.start)
    for day in all_days[index : index + 3]:
        if day.end <= last.start:
            between = between.replace(day.text, " ", 1)
    line_start = max(0, first.start - 60)
    line_start = max(line_start, plain.rfind("\n", line_start, first.start) + 1)
    if _START_LABEL.search(plain, line_start, first.start) and _END_LABEL.fullmatch(between):
        return True
    if _NEW_ITEM.search(between):
        return False
    link = _TO.search(between)
    if link is None or not _FILLER.fullmatch(between[: link.start()] + between[link.end() :]):
        return False
    if link.group().lower() != "and":
        return True
    return bool(_BETWEEN.search(plain, max(0, first.start - 70), first.start))
