"""T2 T5 T6 T7 T11: times in the texts that the record does not bear out."""

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
_NEAR_BEGIN: Final = timedelta(hours=2)
# What responders did, and what was planned.
_DEED: Final = re.compile(
    r"\b(?:we|our|us|teams?|engineers?|technicians?|provider|vendor|maintenance|scheduled|planned"
    r"|monitor\w*|roll\w*|deploy\w*|will|normal\w*)\b",
    re.IGNORECASE,
)


@rule(
    "T2",
    ERROR,
    good="The incident lasted from 07:30 to 10:56 CEST, as the updates say.",
    bad="The incident lasted from 07:30 to 08:15, resolved on the page at 10:56.",
)
def window_off(subject: Subject) -> Iterator[Violation]:
    """A stated window misses the recorded start or end of the impact by more than 5 min.

    The window is what customers hold against their own logs and their contract. It is read in
    the zone it states, else in the likeliest that fits, and the message names the recorded
    moment that each end does meet. A start or an end that an update told itself ('since 14:02
    UTC') is as good. An end that meets Monitoring is a warning.
    """
    passage, record = subject.postmortem, recorded_times(subject)
    if passage is None or record is None:
        return
    text = mask_markup(passage.text)
    for span in sentences(passage.text):
        windows = spans_between(text_times(passage.text).windows, span.start, span.end)
        impact = _tells_impact(text, span)
        if not windows or not (impact or _tells_event(text, span)):
            continue
        for window in windows:
            fit = record.match_window(window)
            if fit is None or (fit.start_matches and fit.end_matches):
                continue
            if impact or _reaches_out(fit):
                yield _misses(record, passage, window, fit)


def _tells_impact(text: str, span: Span) -> bool:
    """Whether a sentence says what failed, and is not about a step of the repair."""
    if _IMPACT.search(text, span.start, span.end):
        return True
    told = role_at(text, span.start) in {INTRO, STORY, IMPACT}
    return told and SYMPTOM.search(text, span.start, span.end) is not None


def _tells_event(text: str, span: Span) -> bool:
    """Whether it says, in whatever words, what went on, and not what somebody did."""
    told = role_at(text, span.start) in {INTRO, STORY, IMPACT}
    return told and _DEED.search(text, span.start, span.end) is None


def _reaches_out(fit: WindowMatch) -> bool:
    """Whether it lies beyond the recorded impact; within it may be one phase of it."""
    return fit.expected_end is not None and fit.end > fit.expected_end.at + TOLERANCE


def _misses(record: RecordedTimes, passage: Passage, window: Window, fit: WindowMatch) -> Violation:
    zone = zone_abbreviation(fit.zone, fit.start)
    late = fit.end_time is None and not fit.end_matches
    early = fit.start < record.start.at and record.start not in record.milestones
    severity = ERROR if late or not (fit.start_matches or early) else WARN
    return Violation(
        passage,
        window.start if window.first.around is None else window.first.around,
        window.end,
        f"As {zone} this is {fit.start:%H:%M}-{render_utc(fit.end)}: {_start(fit)}, {_end(fit)}.",
        "; ".join(map(str, record.times)),
        _recorded(window, fit),
        severity=severity,
    )


def _start(fit: WindowMatch) -> str:
    if fit.start_matches:
        return f"the start is {(fit.start_time or fit.expected_start).phrase}"
    off = format_duration(fit.start - fit.expected_start.at)
    turn = "before" if fit.start < fit.expected_start.at else "after"
    meets = f"{fit.start_time.phrase}, " if fit.start_time else ""
    return f"the start is {meets}{off} {turn} {_timed(fit.expected_start)}"


def _end(fit: WindowMatch) -> str:
    if fit.expected_end is None:
        return "and it is not over yet"
    if fit.end_matches:
        return f"the end is {fit.expected_end.phrase}"
    if fit.end_time is not None:
        return f"the end is {fit.end_time.phrase}, not {_timed(fit.expected_end)}"
    off = format_duration(fit.end - fit.expected_end.at)
    turn = "before" if fit.end < fit.expected_end.at else "after"
    return f"the end is {off} {turn} {_timed(fit.expected_end)} and meets nothing else"


def _timed(moment: RecordedTime) -> str:
    return f"{moment.phrase} {render_utc(moment.at)}"


def _recorded(window: Window, fit: WindowMatch) -> Fix | None:
    """The recorded times in place of the stated ones."""
    if fit.expected_end is None:
        return None
    start = render_clock_with_utc(fit.expected_start.at, fit.zone)
    end = render_clock_with_utc(fit.expected_end.at, fit.zone)
    return Fix(window.start, window.end, f"{start} to {end}")


@rule(
    "T5",
    WARN,
    good="Investigating 09:10, Monitoring 09:40, Resolved 10:05",
    bad="Investigating 09:10, Resolved 10:05, Monitoring 10:40",
)
def disordered(subject: Subject) -> Iterator[Violation]:
    """Times are out of order: resolved before it started, or 'since' a time still to come.

    Times that are mended by hand after the fact end up in an impossible order, and every figure
    that is computed from them is wrong.
    """
    incident = subject.incident
    updates = [update for update in subject.updates if update.at is not None]
    for later, message, compared in (
        *_ended_before(incident, updates),
        *_out_of_place(updates),
        *_taken_in_another_order(updates),
        *_closed_first(updates),
    ):
        yield about_entry(later, message, compared)
    for passage in subject.updates:
        yield from _still_to_come(subject, passage)


def _still_to_come(subject: Subject, passage: Passage) -> Iterator[Violation]:
    """``Since 15:00``, said at 05:23: nothing has begun at a time that is still to come."""
    said_at = passage.at or (subject.now if passage.is_draft else None)
    if said_at is None or subject.incident.kind == "maintenance":
        return
    text = mask_markup(passage.text)
    for clock in text_times(passage.text).clocks:
        if clock.other or not _SINCE.search(text, max(0, clock.start - 30), clock.start):
            continue
        zones = possible_zones(clock, subject.zone, subject.zones, said_at)
        meant = [at for zone in zones for at in instants(clock, said_at, zone)]
        if not meant or min(meant) <= said_at + TOLERANCE or _the_day_before(subject, clock, meant):
            continue
        yield Violation(
            passage,
            clock.start,
            clock.full_end,
            f"It was {render_utc(said_at)} then, and this is still to come. If it was the day before, "
            "name the day.",
            "the time of this update",
        )


def _the_day_before(subject: Subject, clock: ClockTime, meant: Sequence[datetime]) -> bool:
    """Whether the record knows of something at that time of the day before."""
    known = recorded_times(subject)
    begun = [moment.at for moment in known.times] if known and clock.day is None else []
    return any(abs(at - _DAY - one) <= _NEAR_BEGIN for at in meant for one in begun)


_Disorder = Iterator[tuple[Passage, str, str]]


def _ended_before(incident: Incident, updates: Sequence[Passage]) -> _Disorder:
    start, end = incident.started_at, incident.ended_at or incident.resolved_at
    closing = next((update for update in reversed(updates) if is_closed(update.status)), None)
    if start and end and closing and end < start:
        yield closing, "It was over before it began.", f"the impact's start, {render_utc(start)}"


def _out_of_place(updates: Sequence[Passage]) -> _Disorder:
    """A document lists its updates by time, one way or the other; one that is not in its place."""
    placed = sorted(
        (update for update in updates if update.block),
        key=lambda update: update.block[0] if update.block else 0,
    )
    steps = [_later(one, other) for one, other in pairwise(placed)]
    upwards = sum(step > 0 for step in steps) > sum(step < 0 for step in steps)
    if len(placed) < 3:  # of two, nobody can say which is out of place
        return
    for (one, other), step in zip(pairwise(placed), steps, strict=True):
        if step and (step > 0) != upwards:
            later, before = (other, one) if step > 0 else (one, other)
            yield later, "Its time does not fit its place among the updates.", before.stamp


def _later(one: Passage, other: Passage) -> int:
    if one.at is None or other.at is None or one.at == other.at:
        return 0
    return 1 if other.at > one.at else -1


def _taken_in_another_order(updates: Sequence[Passage]) -> _Disorder:
    for one, other in pairwise(updates):
        made = [each.update.created_at if each.update else None for each in (one, other)]
        if made[0] and made[1] and made[0] > made[1]:
            yield other, "The page took it before the update that it is shown after.", one.stamp


def _closed_first(updates: Sequence[Passage]) -> _Disorder:
    for one, other in pairwise(updates[:2]):
        if is_closed(one.status) and status_phase(other.status) == "active":
            yield other, "It begins after the incident was said to be over.", one.stamp


@rule(
    "T6",
    WARN,
    good="shown 08:06, made 08:06",
    bad="shown 07:30, made 08:06",
)
def backdated(subject: Subject) -> Iterator[Violation]:
    """The time shown is more than 5 min earlier than the time it was made.

    A backdated update looks prompt on the page; who watched the page saw it later. The metrics
    count from when it was made. Only known where the page's data, our own journal or a second
    copy tells when that was.
    """
    copies = [other for other in subject.others if subject.is_copy_of(other)]
    for place, passage in enumerate(subject.updates):
        if passage.at is None or passage.update is None:
            continue
        made = passage.update.created_at
        others = [other.updates[place].at for other in copies]
        made = max([one for one in (made, *others) if one is not None], default=passage.at)
        if made - passage.at > TOLERANCE:
            late = minutes_between(passage.at, made)
            yield about_entry(
                passage,
                f"Backdated by {late:.0f} min: shown {render_clock_with_utc(passage.at, subject.zone)}, "
                f"made {render_utc(made)}. Metrics count from when it was made.",
                "when the page took it"
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
    """'around' or 'approximately' beside a time of which the timeline has the minute.

    The record knows it exactly; a vague time in a postmortem reads like guessing.
    """
    record = recorded_times(subject)
    if record is None:
        return
    for passage in subject.passages:
        read = text_times(passage.text)
        fits = {end.start: window for window in read.windows for end in window[2:]}
        for clock in read.clocks:
            if clock.around is None or passage.role == TITLE:
                continue
            found = record.match_clock(clock, milestones=passage.role != POSTMORTEM)
            if clock.start in fits and passage.role == POSTMORTEM:
                fit = record.match_window(fits[clock.start])
                hit = fit and (fit.start_time if clock is fits[clock.start].first else fit.end_time)
                found = (fit.zone, hit) if fit and hit else None
            if found is None:
                continue
            zone, moment = found
            exact = render_clock_with_utc(moment.at, zone)
            yield Violation(
                passage,
                clock.around,
                clock.end,
                f"The timeline has the minute: {moment.name} {exact}.",
                str(moment),
                Fix(clock.around, clock.full_end, exact),
            )
