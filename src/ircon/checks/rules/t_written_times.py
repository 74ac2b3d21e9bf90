"""T1 T3 T4 T8: times that a reader cannot be sure of, whatever the record has."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Hashable, Iterator, Sequence
from datetime import date, datetime, tzinfo
from itertools import pairwise
from typing import Final, TypeVar

from ircon.checks.claims.ledger import ledger_of
from ircon.checks.finding import ERROR, WARN, Fix, Violation, about_entry
from ircon.checks.record import RecordedTimes, known_reference_time, recorded_times, reference_time
from ircon.checks.rule import GAP, rule
from ircon.checks.subject import POSTMORTEM, Passage, Subject
from ircon.text.clock_times import (
    ClockTime,
    Window,
    ZoneScope,
    text_times,
    zone_at,
    zone_scopes,
)
from ircon.text.dates import WEEKDAYS, Day
from ircon.text.instants import render_readings
from ircon.text.outline import ACTIONS, role_at
from ircon.text.prose import mask_markup, spans_between
from ircon.text.zones import ZoneName, seasonal_correction, zone_names

_Form = TypeVar("_Form", bound=Hashable)

_AMBIGUOUS: Final = {
    "dotted": "Elsewhere this is read as month and day, or not at all",
    "slashed": "Some readers take the first number for the month, others for the day",
}
_HALF_A_YEAR: Final = 183  # days; a date without a year may not be meant further off
_LEAD: Final = 20  # characters before a date that say that something is due then
_DUE: Final = re.compile(
    r"\b(?:due|deadline)\b\W*(?:(?:on|by|date|is|until)\b\W*)*$", re.IGNORECASE
)
_BESIDE: Final = 4  # characters between a weekday and its date
_YEARS_BACK: Final = 6  # a weekday and a day of the month recur within so many years
_CLOCKS: Final = {True: "24-hour", False: "12-hour"}


@rule(
    "T1",
    ERROR,
    good="The API was slow from 15:00 to 15:40 CEST (13:00 to 13:40 UTC).",
    bad="The API was slow from 15:00 to 15:40.",
    kind=GAP,
)
def no_zone(subject: Subject) -> Iterator[Violation]:
    """A clock time has no time zone in its sentence, and the document states none for all times.

    A status page is read everywhere, and each reader takes a bare time for local time. In a
    postmortem it makes the window impossible to check. One line 'all times in UTC' is enough.
    """
    record = recorded_times(subject)
    is_placed = subject.has_record  # a text without a record may be in any zone
    for passage in subject.passages:
        read = text_times(passage.text)
        in_window = {end.start for window in read.windows for end in (window.first, window.last)}
        for window in read.windows:
            if window.first.sentence_zone is None and window.last.sentence_zone is None:
                zone = _likely_zone(subject, record, passage, window)
                fix = (
                    _window_fix(passage, window, reference_time(subject, passage), zone)
                    if is_placed
                    else None
                )
                yield _without_zone(passage, window.start, window.end, fix)
        for clock in read.clocks:
            if clock.sentence_zone is None and not clock.other and clock.start not in in_window:
                readings = render_readings(clock, reference_time(subject, passage), subject.zone)
                is_certain = is_placed and len(readings) == 1
                fix = Fix(clock.start, clock.end, readings[0]) if is_certain else None
                yield _without_zone(passage, clock.start, clock.end, fix)
        yield from _tables_without_zone(passage)


def _tables_without_zone(passage: Passage) -> Iterator[Violation]:
    """Yield the times of a table that names no zone, neither in its head nor above it."""
    for timeline in ledger_of(passage.text).timelines:
        row = timeline.rows[0]
        if passage.text[row.begin : row.start].lstrip()[:1] != "|":
            continue
        named = any(row.clock.zone is not None for row in timeline.rows)
        if not named and zone_at(passage.text, row.start) is None:
            yield Violation(
                passage,
                row.start,
                timeline.rows[-1].end,
                "In which time zone are the times of this table? Its head is the place to say it.",
                "no zone in the table, and none stated for all times",
            )


def _without_zone(passage: Passage, start: int, end: int, fix: Fix | None) -> Violation:
    quote = passage.text[start:end]
    return Violation(
        passage,
        start,
        end,
        f"{quote} in which time zone? Readers elsewhere take it for their local time.",
        "no zone in this sentence, and none stated for all times",
        fix,
    )


def _likely_zone(
    subject: Subject, record: RecordedTimes | None, passage: Passage, window: Window
) -> tzinfo:
    """The zone in which the record confirms the window, else the page's."""
    is_postmortem = passage.role == POSTMORTEM
    match = record.match_window(window) if record and is_postmortem else None
    return match.zone if match and (match.start_time or match.end_time) else subject.zone


def _window_fix(passage: Passage, window: Window, around: datetime, zone: tzinfo) -> Fix | None:
    first, last = (render_readings(end, around, zone) for end in (window.first, window.last))
    if len(first) != 1 or len(last) != 1:  # the clocks are changed just then
        return None
    between = passage.text[window.first.end : window.last.start]
    return Fix(window.start, window.end, f"{first[0]}{between}{last[0]}")


@rule(
    "T3",
    WARN,
    good="June 24, 14:54 CEST",
    bad="June 24, 14:54 CET",
)
def zone_not_in_effect(subject: Subject) -> Iterator[Violation]:
    """A time zone abbreviation is not in effect on that day: EST in April, CET in June.

    Taken literally the time is an hour off, and readers cannot tell whether it is meant so. The
    zone's own rules decide, on the day that is meant.
    """
    for passage in subject.passages:
        yield from _in_stamp(passage)
        posted = known_reference_time(subject, passage)
        around = posted or subject.now
        announces = subject.incident.kind == "maintenance"
        for clock in text_times(passage.text).clocks:
            if clock.zone is None:
                continue
            today = around.astimezone(clock.zone.zones[0]).date()
            if clock.day is None or not (posted or clock.day.is_date):
                days: Sequence[date] = (today,) if posted else _only_date(passage.text, today)
            elif posted or clock.day.has_year:
                days = clock.day.on(today)
            else:
                days = _likely_dates(passage.text, clock.day, today, announces=announces)
            yield from _not_in_effect(passage, clock.zone, days)
        for scope in zone_scopes(passage.text):
            dates = _dates_within(passage, scope, around.date())
            yield from _not_in_effect(passage, scope.zone, dates[:1])


def _not_in_effect(passage: Passage, zone: ZoneName, days: Sequence[date]) -> Iterator[Violation]:
    corrections = [seasonal_correction(zone.text, day) for day in days]
    if corrections and all(corrections):
        yield Violation(
            passage,
            zone.start,
            zone.end,
            f"{zone.text} is not in effect on {days[0]:%-d %B %Y}: it is {corrections[0]}.",
            "the tz database",
            Fix(zone.start, zone.end, corrections[0] or zone.text),
        )


def _likely_dates(text: str, day: Day, today: date, *, announces: bool) -> Sequence[date]:
    """Return the dates that a day without a year may mean.

    The weekday beside it decides the year, and what is told has happened: only an
    announcement is of a day to come.
    """
    every = [date(year, *day.parts[0][1:]) for year in _years(day, today)] if day.parts else []
    past = [one for one in every if announces or one <= today]
    beside = next(
        (
            other.weekday
            for other in text_times(text).days
            if other.weekday is not None and 0 <= day.start - other.end < _BESIDE
        ),
        None,
    )
    fitting = [one for one in past if beside is None or one.weekday() == beside]
    return fitting[-1:]


def _only_date(text: str, today: date) -> Sequence[date]:
    """Return the date of a text that names one only; nothing where it names several."""
    named = {day.parts: day for day in text_times(text).days if day.has_year}
    return next(iter(named.values())).on(today) if len(named) == 1 else ()


def _years(day: Day, today: date) -> Iterator[int]:
    """Yield the years around today in which a day without a year exists."""
    for year in range(today.year - _YEARS_BACK, today.year + 2):
        if _exists((year, *day.parts[0][1:])):
            yield year


def _dates_within(passage: Passage, scope: ZoneScope, today: date) -> list[date]:
    """Return the dates that the times of a scope are on: those of its rows, else of the text."""
    rows = (row for timeline in ledger_of(passage.text).timelines for row in timeline.rows)
    dates = [row.on for row in rows if row.on and scope.start <= row.start < scope.end]
    named = (day for day in text_times(passage.text).days if day.has_year)
    return dates or [date_ for day in named for date_ in day.on(today)]


def _in_stamp(passage: Passage) -> Iterator[Violation]:
    if not passage.stamp or passage.at is None:
        return
    for zone in zone_names(passage.stamp):
        correction = seasonal_correction(zone.text, passage.at.astimezone(zone.zones[0]).date())
        if correction:
            message = f"The page says {zone.text}, which is not in effect then: it is {correction}."
            yield about_entry(passage, message, "the tz database")


@rule(
    "T4",
    WARN,
    good="on Wednesday, 20 October 2021",
    bad="on Tuesday, 20 October 2021",
)
def wrong_weekday(subject: Subject) -> Iterator[Violation]:
    """A weekday is not that of the date beside it.

    One of the two is wrong, and the reader cannot tell which.
    """
    for passage in subject.passages:
        text = mask_markup(passage.text)
        posted = known_reference_time(subject, passage)
        around = (posted or subject.now).date()
        for first, second in pairwise(text_times(passage.text).days):
            weekday, day = (first, second) if first.weekday is not None else (second, first)
            if weekday.weekday is None or not day.is_date:
                continue
            if text[first.end : second.start].strip(" ,.(") not in {"", "the", "on", "a"}:
                continue
            dates = [
                date_
                for date_ in day.on(around)
                if day.has_year or (posted and _is_close(date_, around))
            ]
            if not dates or any(date_.weekday() == weekday.weekday for date_ in dates):
                continue
            right = WEEKDAYS[dates[0].weekday()]
            short = right[: len(weekday.text)] if len(weekday.text) < len("Monday") else right
            yield Violation(
                passage,
                first.start,
                second.end,
                f"{dates[0]:%-d %B %Y} was a {right}, not a {WEEKDAYS[weekday.weekday]}.",
                "the calendar",
                Fix(weekday.start, weekday.end, short),
            )


def _is_close(day: date, around: date) -> bool:
    return abs((day - around).days) < _HALF_A_YEAR


@rule(
    "T8",
    WARN,
    good="16 January 2025, 19:40 UTC",
    bad="01/02/2025, 7:40",
    kind=GAP,
)
def ambiguous_form(subject: Subject) -> Iterator[Violation]:
    """A date or time has a form that is read differently elsewhere, or several forms are mixed.

    16.01.2025 and 01/02/2025 depend on the reader's country, 7:40 on the time of day. Write the
    month by name or the year first, and use one clock throughout.
    """
    texts = [(passage, text_times(passage.text)) for passage in subject.public_texts]
    days = [(passage, day) for passage, read in texts for day in read.days if day.is_date]
    for passage, day in days:
        if day.form in _AMBIGUOUS:
            yield _ambiguous_date(passage, day)
    days = [(passage, day) for passage, day in days if not _is_due(passage, day)]
    rare = _rarer([day.form for _, day in days if day.form not in _AMBIGUOUS])
    usual = next((day.text for _, day in days if day.form not in {*rare, *_AMBIGUOUS}), "")
    for passage, day in days:
        if day.form in rare:
            yield Violation(
                passage,
                day.start,
                day.end,
                f"Dates are written in two forms here: {day.text} and {usual}.",
                "the other dates of this incident",
            )
    clocks = ((passage, clock) for passage, read in texts for clock in read.clocks)
    yield from _clock_forms([pair for pair in clocks if not _is_translation(*pair)])


def _is_translation(passage: Passage, clock: ClockTime) -> bool:
    """Whether a time repeats, in brackets, the one before them: ``9:40 AM PDT (16:40 UTC)``."""
    if clock.other:
        return True
    line = passage.text.rfind("\n", 0, clock.start) + 1
    opened = passage.text.rfind("(", line, clock.start)
    if opened < 0 or ")" in passage.text[opened : clock.start]:
        return False
    before = spans_between(text_times(passage.text).clocks, line, opened)
    return bool(before) and opened - before[-1].full_end <= _BESIDE


def _is_due(passage: Passage, day: Day) -> bool:
    """Whether it is an action's due date, as trackers write it: 2025-11-20."""
    if day.form != "iso":
        return False
    before = passage.text[max(0, day.start - _LEAD) : day.start]
    in_actions = passage.role == POSTMORTEM and role_at(passage.text, day.start) == ACTIONS
    return in_actions or _DUE.search(before) is not None


def _ambiguous_date(passage: Passage, day: Day) -> Violation:
    dates = [date(*parts) for parts in day.parts if _exists(parts)]
    fix = Fix(day.start, day.end, dates[0].isoformat()) if len(dates) == 1 else None
    message = (
        f"{_AMBIGUOUS[day.form]}: write {dates[0].isoformat() if fix else 'the month by name'}."
    )
    return Violation(passage, day.start, day.end, message, fix=fix)


def _exists(parts: tuple[int, int, int]) -> bool:
    try:
        date(*parts)
    except ValueError:
        return False
    return True


def _clock_forms(clocks: Sequence[tuple[Passage, ClockTime]]) -> Iterator[Violation]:
    """12-hour times without AM or PM, and a mix of both clocks in one incident."""
    marked = [(passage, clock) for passage, clock in clocks if clock.half or clock.is_24h]
    rare = _rarer([clock.is_24h for _, clock in marked])
    other = next((clock.text for _, clock in marked if clock.is_24h not in rare), "")
    for passage, clock in marked:
        if clock.is_24h in rare:
            yield _mixed_clock(
                passage,
                clock,
                f"{clock.text} is on the {_CLOCKS[clock.is_24h]} clock, {other} on the other.",
            )
    if any(clock.half for _, clock in marked) and not any(clock.is_24h for _, clock in marked):
        halves = {id(passage) for passage, clock in marked}
        bare = [(passage, clock) for passage, clock in clocks if not clock.half]
        # A text that never says AM or PM is on a 24-hour clock: that is reported once.
        mixed = [pair for pair in bare if id(pair[0]) not in halves][:1]
        for passage, clock in [pair for pair in bare if id(pair[0]) in halves] + mixed:
            yield _mixed_clock(passage, clock, f"{clock.text} in the morning or in the evening?")


def _mixed_clock(passage: Passage, clock: ClockTime, message: str) -> Violation:
    compared = "the other times of this incident"
    return Violation(passage, clock.start, clock.end, message, compared)


def _rarer(forms: Sequence[_Form]) -> set[_Form]:
    """Return all forms but the commonest; of equally common ones, the first stays."""
    counts = Counter(forms)
    usual = max(counts, key=lambda form: counts[form], default=None)
    return {form for form in counts if form != usual}
