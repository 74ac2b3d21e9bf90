"""T5 T6 T11: times out of order, backdated, or vaguer than the record."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Final

from ircon.checks.claims.ledger import ledger_of
from ircon.checks.finding import INFO, WARN, Fix, Violation, about_entry
from ircon.checks.record import (
    TOLERANCE,
    recorded_times,
    render_utc,
)
from ircon.checks.rule import STYLE, rule
from ircon.checks.subject import POSTMORTEM, TITLE, Passage, Subject
from ircon.incident.state import Incident
from ircon.incident.time_input import render_clock_with_utc
from ircon.incident.times import minutes_between
from ircon.incident.vocabulary import is_closed, status_phase
from ircon.text.clock_times import ClockTime, text_times
from ircon.text.instants import instants, possible_zones, wall_time
from ircon.text.phrases import contains, phrases
from ircon.text.prose import mask_markup, sentences, spans_between

# Before a time, in the present of an update: it has begun, or ended, then.
_SINCE: Final = re.compile(
    r"\b(?:since|(?:began|begun|started|resolved|fixed|identified|deployed|ended|as of) at)\s+"
    r"(?:(?:about|around|approximately)\s+)?$",
    re.IGNORECASE,
)
_DAY: Final = timedelta(days=1)
_EVENING, _NIGHT = 18, 8  # hours: what begins in the evening may end in the morning
_NEAR_START: Final = timedelta(hours=2)


_PAST: Final = phrases(
    "was", "were", "had", "has been", "have been", r"\w{2,}ed", "saw", "began", "went", "found",
    "took", "lost", "fell", "rose", "came", "ran", "broke", "got",
)  # fmt: skip
_TO_COME: Final = phrases(
    "will", "shall", "going to", "next update", "expect~", "until", "by", "schedul~", "plan~",
    "should", "estimat~", "may", "might", "continu~", "further update", "update (?:at|before)",
    "aim~", "target~", "deadline", "due", "tomorrow", "upcoming", "before",
)  # fmt: skip
_LATE: Final = timedelta(minutes=5)
_SAME_DAY: Final = timedelta(hours=6)  # further off, the day before may be meant


@rule(
    "T5",
    WARN,
    good="Investigating 09:10, Monitoring 09:40, Resolved 10:05",
    bad="Investigating 09:10, Resolved 10:05, Monitoring 10:40",
)
def times_out_of_order(subject: Subject) -> Iterator[Violation]:
    """Times are out of order: a timeline's rows, the updates, or one told before it happened.

    Times that are edited by hand after the fact end up in an impossible order, and every metric
    that is computed from them is wrong. An update out of its place in a document counts too.
    """
    incident = subject.incident
    updates = [update for update in subject.updates if update.at is not None]
    for later, message, compared in (
        *_ended_before(incident, updates),
        *_out_of_place(updates),
        *_created_out_of_order(updates),
        *_closed_before_start(updates),
    ):
        yield about_entry(later, message, compared)
    for passage in subject.updates:
        yield from _future_starts(subject, passage)
        if passage.at is not None and subject.incident.kind != "maintenance":
            yield from _after_posting(passage, passage.at)
    for passage in subject.passages:
        yield from _rows_out_of_order(passage)
        yield from _ends_before_it_begins(passage)


def _after_posting(passage: Passage, posted: datetime) -> Iterator[Violation]:
    clocks = text_times(passage.text).clocks
    for sentence in sentences(passage.text) if clocks else ():
        here = spans_between(clocks, sentence.start, sentence.end)
        if not here or contains(_TO_COME, sentence.text) or not contains(_PAST, sentence.text):
            continue
        late = [clock for clock in here if _is_after(clock, posted)]
        if late and (late[-1].day or not _is_of_a_day_before(passage.text, sentence.start, posted)):
            clock = late[-1]
            yield Violation(
                passage,
                clock.start,
                clock.full_end,
                f"At {render_utc(posted)}, when this was posted, that time was still to come.",
                "the time of this update",
            )
            return


def _is_of_a_day_before(text: str, start: int, posted: datetime) -> bool:
    """Whether the last date told before a sentence is of a day before the posting."""
    before = spans_between(text_times(text).days, 0, start)
    day = before[-1] if before else None
    dates = list(day.on(posted.date())) if day is not None else []
    return bool(dates) and max(dates) < posted.date()


def _is_after(clock: ClockTime, posted: datetime) -> bool:
    """Whether a time with a zone of its own lies after the posting, whichever day is meant."""
    if clock.sentence_zone is None or clock.other:
        return False
    readings = [
        instant for zone in clock.sentence_zone.zones for instant in instants(clock, posted, zone)
    ]
    if not readings or min(readings) <= posted + _LATE:
        return False
    return clock.day is not None or min(readings) - posted < _SAME_DAY


def _ends_before_it_begins(passage: Passage) -> Iterator[Violation]:
    """Windows such as ``from 15:10 to 14:20``; over a night they are right."""
    for window in text_times(passage.text).windows:
        first, last = wall_time(window.first), wall_time(window.last)
        same_day = window.first.day == window.last.day or window.last.day is None
        same_zone = window.first.zone is None or window.first.zone == window.last.zone
        if first > last and same_day and same_zone and first.hour < _EVENING and last.hour > _NIGHT:
            yield Violation(
                passage,
                window.start,
                window.end,
                f"It ends at {window.last.text}, before it begins at {window.first.text}.",
                "the other end of the window",
            )


def _rows_out_of_order(passage: Passage) -> Iterator[Violation]:
    """Rows of a text's own timeline that are earlier than the row above."""
    for timeline in ledger_of(passage.text).timelines:
        for row, above in timeline.disordered:
            yield Violation(
                passage,
                row.start,
                row.end,
                f"This row is out of order: {passage.text[above.start : above.end]} "
                "stands above it.",
                "the rows of the same timeline",
            )


def _future_starts(subject: Subject, passage: Passage) -> Iterator[Violation]:
    """``Since 15:00``, posted at 05:23: nothing has begun at a time that is still to come."""
    posted_at = passage.at or (subject.now if passage.is_draft else None)
    if posted_at is None or subject.incident.kind == "maintenance":
        return
    text = mask_markup(passage.text)
    for clock in text_times(passage.text).clocks:
        if clock.other or not _SINCE.search(text, max(0, clock.start - 30), clock.start):
            continue
        zones = possible_zones(clock, subject.zone, subject.zones, posted_at)
        readings = [at for zone in zones for at in instants(clock, posted_at, zone)]
        if (
            not readings
            or min(readings) <= posted_at + TOLERANCE
            or _is_day_before(subject, clock, readings)
        ):
            continue
        yield Violation(
            passage,
            clock.start,
            clock.full_end,
            f"At {render_utc(posted_at)}, when this was posted, that time was still to come. "
            "If the day before is meant, name the day.",
            "the time of this update",
        )


def _is_day_before(subject: Subject, clock: ClockTime, readings: Sequence[datetime]) -> bool:
    """Whether the record has something at that time of the day before."""
    record = recorded_times(subject)
    times = [recorded.at for recorded in record.times] if record and clock.day is None else []
    return any(abs(at - _DAY - time) <= _NEAR_START for at in readings for time in times)


_Disorder = Iterator[tuple[Passage, str, str]]


def _ended_before(incident: Incident, updates: Sequence[Passage]) -> _Disorder:
    start, end = incident.started_at, incident.ended_at or incident.resolved_at
    closing = next((update for update in reversed(updates) if is_closed(update.status)), None)
    if start and end and closing and end < start:
        yield closing, "It ended before it began.", f"the impact's start, {render_utc(start)}"


def _out_of_place(updates: Sequence[Passage]) -> _Disorder:
    """Updates out of place: a document lists them by time, upwards or downwards."""
    placed = sorted(
        (update for update in updates if update.block),
        key=lambda update: update.block[0] if update.block else 0,
    )
    steps = [_compare(first, second) for first, second in pairwise(placed)]
    upwards = sum(step > 0 for step in steps) > sum(step < 0 for step in steps)
    if len(placed) < 3:  # of two, nobody can say which is out of place
        return
    for (first, second), step in zip(pairwise(placed), steps, strict=True):
        if step and (step > 0) != upwards:
            later, before = (second, first) if step > 0 else (first, second)
            yield later, "Its time does not match its place among the updates.", before.stamp


def _compare(first: Passage, second: Passage) -> int:
    """1 where the second is later, -1 where it is earlier, 0 where that is not known."""
    if first.at is None or second.at is None or first.at == second.at:
        return 0
    return 1 if second.at > first.at else -1


def _created_out_of_order(updates: Sequence[Passage]) -> _Disorder:
    for first, second in pairwise(updates):
        before, after = (
            passage.update.created_at if passage.update else None for passage in (first, second)
        )
        if before and after and before > after:
            message = "The page received it before the update that it is shown after."
            yield second, message, first.stamp


def _closed_before_start(updates: Sequence[Passage]) -> _Disorder:
    for first, second in pairwise(updates[:2]):
        if is_closed(first.status) and status_phase(second.status) == "active":
            yield second, "It begins after the incident was closed.", first.stamp


@rule(
    "T6",
    WARN,
    good="shown 08:06, created 08:06",
    bad="shown 07:30, created 08:06",
)
def backdated(subject: Subject) -> Iterator[Violation]:
    """An update shows a time more than 5 min before its creation.

    A backdated update looks prompt on the page, but those who watched the page saw it later.
    Metrics count from its creation. That is known only from the page's data, ircon's own
    journal or a second copy of the incident.
    """
    copies = [other for other in subject.others if subject.is_copy_of(other)]
    for number, passage in enumerate(subject.updates):
        if passage.at is None or passage.update is None:
            continue
        times = [passage.update.created_at, *(copy.updates[number].at for copy in copies)]
        created = max([at for at in times if at is not None], default=passage.at)
        if created - passage.at > TOLERANCE:
            late = minutes_between(passage.at, created)
            yield about_entry(
                passage,
                f"Backdated by {late:.0f} min: "
                f"shown {render_clock_with_utc(passage.at, subject.zone)}, "
                f"created {render_utc(created)}. Metrics count from its creation.",
                "when the page received it"
                if passage.update.created_at
                else "another copy of the same incident",
            )


@rule(
    "T11",
    INFO,
    good="at 12:05 CEST (10:05 UTC)",
    bad="at around 12:00",
    kind=STYLE,
)
def vague_time(subject: Subject) -> Iterator[Violation]:
    """A time is 'around' or 'approximately', though the timeline has the minute.

    The record has the exact time; a vague one in a postmortem reads like a guess.
    """
    record = recorded_times(subject)
    if record is None:
        return
    for passage in subject.passages:
        read = text_times(passage.text)
        windows = {end.start: window for window in read.windows for end in window[2:]}
        for clock in read.clocks:
            if clock.around is None or passage.role == TITLE:
                continue
            meant = record.match_clock(clock, milestones=passage.role != POSTMORTEM)
            window = windows.get(clock.start)
            if window is not None and passage.role == POSTMORTEM:
                match = record.match_window(window)
                end = match and (match.start_time if clock is window.first else match.end_time)
                meant = (match.zone, end) if match and end else None
            if meant is None:
                continue
            zone, recorded = meant
            exact = render_clock_with_utc(recorded.at, zone)
            yield Violation(
                passage,
                clock.around,
                clock.end,
                f"The timeline has the minute: {recorded.name} {exact}.",
                str(recorded),
                Fix(clock.around, clock.full_end, exact),
            )
