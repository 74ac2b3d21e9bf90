"""T2 T5 T6 T11: stated times that contradict the recorded ones."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Final

from ircon.checks.finding import ERROR, INFO, WARN, Fix, Violation, about_entry
from ircon.checks.lexicon.symptoms import SYMPTOM
from ircon.checks.record import (
    TOLERANCE,
    RecordedTime,
    RecordedTimes,
    WindowMatch,
    recorded_times,
    render_utc,
)
from ircon.checks.rule import rule
from ircon.checks.subject import POSTMORTEM, TITLE, Passage, Subject
from ircon.incident.state import Incident
from ircon.incident.time_input import render_clock_with_utc
from ircon.incident.times import format_duration, minutes_between
from ircon.incident.vocabulary import is_closed, status_phase
from ircon.text.clock_times import ClockTime, Window, text_times
from ircon.text.instants import instants, possible_zones
from ircon.text.outline import IMPACT, INTRO, STORY, role_at
from ircon.text.prose import Span, mask_markup, sentences, spans_between
from ircon.text.zones import zone_abbreviation

# A sentence that says when all of it was, not one step of the repair.
_IMPACT: Final = re.compile(
    r"\b(?:issues?|incident|outage|experienc\w+|unavailab\w+|degrad\w+|disrupt\w+|affect\w+"
    r"|impact\w*|interrupt\w+|down(?:time)?|inaccessible|unable|fail(?:ed|ing|ures?)|errors?)\b",
    re.IGNORECASE,
)

# Before a time, in the present of an update: it has begun, or ended, then.
_SINCE: Final = re.compile(
    r"\b(?:since|(?:began|begun|started|resolved|fixed|identified|deployed|ended|as of) at)\s+"
    r"(?:(?:about|around|approximately)\s+)?$",
    re.IGNORECASE,
)
_DAY: Final = timedelta(days=1)
_NEAR_START: Final = timedelta(hours=2)
# What responders did, and what was planned.
_DEED: Final = re.compile(
    r"\b(?:we|our|us|teams?|engineers?|technicians?|provider|vendor|maintenance|scheduled|planned"
    r"|monitor\w*|roll\w*|deploy\w*|will|normal\w*)\b",
    re.IGNORECASE,
)


@rule(
    "T2",
    ERROR,
    good="The incident lasted from 07:30 to 10:56 CEST, the times of the updates.",
    bad="The incident lasted from 07:30 to 08:15, resolved on the page at 10:56.",
)
def window_mismatch(subject: Subject) -> Iterator[Violation]:
    """A stated window misses the recorded start or end of the impact by more than 5 min.

    Customers compare the window with their own logs and their contract. It is read in the zone
    it states, else in the likeliest one that matches, and the message names the recorded time
    that each end does meet. A start or end that an update states itself ('since 14:02 UTC')
    counts as recorded. An end that meets Monitoring is a warning.
    """
    passage, record = subject.postmortem, recorded_times(subject)
    if passage is None or record is None:
        return
    text = mask_markup(passage.text)
    for span in sentences(passage.text):
        windows = spans_between(text_times(passage.text).windows, span.start, span.end)
        impact = _is_about_impact(text, span)
        if not windows or not (impact or _is_about_event(text, span)):
            continue
        for window in windows:
            match = record.match_window(window)
            if match is None or (match.start_matches and match.end_matches):
                continue
            if impact or _exceeds_impact(match):
                yield _mismatch(record, passage, window, match)


def _is_about_impact(text: str, span: Span) -> bool:
    """Whether a sentence says what failed, and is not about a step of the repair."""
    if _IMPACT.search(text, span.start, span.end):
        return True
    is_told = role_at(text, span.start) in {INTRO, STORY, IMPACT}
    return is_told and SYMPTOM.search(text, span.start, span.end) is not None


def _is_about_event(text: str, span: Span) -> bool:
    """Whether a sentence says what happened, and not what somebody did."""
    is_told = role_at(text, span.start) in {INTRO, STORY, IMPACT}
    return is_told and _DEED.search(text, span.start, span.end) is None


def _exceeds_impact(match: WindowMatch) -> bool:
    """Whether a window ends after the recorded impact; one within it may be a phase of it."""
    return match.expected_end is not None and match.end > match.expected_end.at + TOLERANCE


def _mismatch(
    record: RecordedTimes, passage: Passage, window: Window, match: WindowMatch
) -> Violation:
    zone = zone_abbreviation(match.zone, match.start)
    late = match.end_time is None and not match.end_matches
    early = match.start < record.start.at and record.start not in record.milestones
    severity = ERROR if late or not (match.start_matches or early) else WARN
    return Violation(
        passage,
        window.start if window.first.around is None else window.first.around,
        window.end,
        f"As {zone} this is {match.start:%H:%M}-{render_utc(match.end)}: "
        f"{_describe_start(match)}, {_describe_end(match)}.",
        "; ".join(map(str, record.times)),
        _recorded_window(window, match),
        severity=severity,
    )


def _describe_start(match: WindowMatch) -> str:
    if match.start_matches:
        return f"the start is {(match.start_time or match.expected_start).phrase}"
    distance = format_duration(match.start - match.expected_start.at)
    turn = "before" if match.start < match.expected_start.at else "after"
    meets = f"{match.start_time.phrase}, " if match.start_time else ""
    return f"the start is {meets}{distance} {turn} {_with_time(match.expected_start)}"


def _describe_end(match: WindowMatch) -> str:
    if match.expected_end is None:
        return "and the impact has not ended yet"
    if match.end_matches:
        return f"the end is {match.expected_end.phrase}"
    if match.end_time is not None:
        return f"the end is {match.end_time.phrase}, not {_with_time(match.expected_end)}"
    distance = format_duration(match.end - match.expected_end.at)
    turn = "before" if match.end < match.expected_end.at else "after"
    return f"the end is {distance} {turn} {_with_time(match.expected_end)} and meets nothing else"


def _with_time(recorded: RecordedTime) -> str:
    return f"{recorded.phrase} {render_utc(recorded.at)}"


def _recorded_window(window: Window, match: WindowMatch) -> Fix | None:
    """Return a fix that puts the recorded times in place of the stated ones."""
    if match.expected_end is None:
        return None
    start = render_clock_with_utc(match.expected_start.at, match.zone)
    end = render_clock_with_utc(match.expected_end.at, match.zone)
    return Fix(window.start, window.end, f"{start} to {end}")


@rule(
    "T5",
    WARN,
    good="Investigating 09:10, Monitoring 09:40, Resolved 10:05",
    bad="Investigating 09:10, Resolved 10:05, Monitoring 10:40",
)
def times_out_of_order(subject: Subject) -> Iterator[Violation]:
    """Times are out of order: resolved before it started, or 'since' a time still to come.

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
