"""T7: durations that no two moments of the text or the record confirm."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Final, NamedTuple

from ircon.checks.claims.lengths import (
    AFTER,
    DETECTION,
    DIAGNOSIS,
    LATER,
    PARTS,
    RECOVERY,
    SINCE_START,
    TOTAL,
    WINDOW,
    Length,
    is_further,
    lengths,
)
from ircon.checks.claims.moments import (
    DETECTED,
    ENDED,
    STARTED,
    Moment,
    minutes_from,
    moments,
    roles,
    rows_of,
)
from ircon.checks.finding import INFO, WARN, Violation
from ircon.checks.record import RecordedTimes, recorded_times, reference_time
from ircon.checks.rule import rule
from ircon.checks.subject import POSTMORTEM, TITLE, Passage, Subject
from ircon.incident.metrics import compute_metrics
from ircon.incident.state import Update
from ircon.incident.times import format_duration
from ircon.incident.vocabulary import is_closed, status_phase
from ircon.text.clock_times import Window, text_times
from ircon.text.durations import Duration, durations
from ircon.text.instants import possible_zones, window_instants
from ircon.text.prose import Paragraph, mask_markup, paragraphs, spans_between

_DAY: Final = 1440  # minutes
_HOUR: Final = 60
_ABOUT: Final = 0.15  # "about two hours" may be so much off
_ROUND: Final = 0.05  # "nine hours" may be so much off, as it names no minutes
_POSTED_LATER: Final = 5  # minutes by which a page may report a step late
_ROUGH: Final = 0.25  # "it took two hours", against the times of posting, may be a quarter off
_NEAR: Final = 250  # characters between a window and a line "Duration: ..."
_LONG: Final = 48  # characters of an event in a message
_ROUND_WORDS: Final = frozenset({"half an hour", "half hour", "a day", "one day"})


class _Possible(NamedTuple):
    """Minutes that a duration may be, and between what."""

    minutes: int
    between: str


@rule(
    "T7",
    WARN,
    good="from 13:00 to 14:22 UTC, lasting 82 minutes",
    bad="from 13:00 to 14:22 UTC, lasting 59 minutes",
)
def wrong_duration(subject: Subject) -> Iterator[Violation]:
    """A stated duration fits no two moments that it can mean: window, timeline, parts, record.

    Service levels are computed from durations, and a duration is easily checked. One that
    differs by 2 min or more from the window beside it, or from all that the text's own timeline
    and the record allow, makes readers doubt the rest. Against the times of posting alone it is a
    remark: an outage begins before its first update, and ends before Resolved.
    """
    for passage in subject.passages:
        if passage.role == TITLE:
            continue
        for length in lengths(passage.text):
            yield from _mismatch(subject, passage, length)
        yield from _wrong_sum(passage)


def _mismatch(subject: Subject, passage: Passage, length: Length) -> Iterator[Violation]:
    possible, severity = _possible(subject, passage, length)
    stated = length.duration.minutes
    slack = _slack(length.duration)
    if not possible or any(_fits(length, stated, option.minutes, slack) for option in possible):
        return
    recorded = severity == INFO
    rough = max(_POSTED_LATER, round(stated * _ROUGH)) if recorded and not length.is_label else 0
    if rough and any(_fits(length, stated, option.minutes, rough) for option in possible):
        return
    closest = possible[0]
    yield Violation(
        passage,
        length.duration.start,
        length.duration.end,
        f"{closest.between[:1].upper()}{closest.between[1:]} is "
        f"{format_duration(timedelta(minutes=closest.minutes))}, not {length.duration.text}.",
        closest.between,
        severity=severity,
    )


def _fits(length: Length, stated: int, minutes: int, slack: int) -> bool:
    return minutes <= stated + slack if length.is_limit else abs(stated - minutes) <= slack


def _slack(duration: Duration) -> int:
    """Return the minutes by which a duration may be off, as it is worded."""
    words = duration.text.lower()
    if duration.about or words in _ROUND_WORDS:
        return max(2, round(duration.minutes * _ABOUT))
    if duration.minutes >= _DAY and duration.minutes % _DAY == 0:
        return _DAY // 2
    if duration.minutes >= _HOUR and duration.minutes % 30 == 0 and "min" not in words:
        return max(1, round(duration.minutes * _ROUND))
    return 1


def _possible(
    subject: Subject, passage: Passage, length: Length
) -> tuple[list[_Possible], str | None]:
    """Return what a duration may be, the likeliest first, and the severity if it is another's."""
    if length.kind == WINDOW and length.window is not None:
        return _of_windows(subject, passage, length), None
    if length.kind == LATER:
        return _until(passage, length), None
    if length.kind == AFTER:
        return _after_event(passage, length), None
    if length.kind == PARTS:
        return _sum_of_parts(length), None
    own = [] if length.kind == DIAGNOSIS else list(_in_text(subject, passage, length))
    record = recorded_times(subject) if _is_closed(subject, passage) else None
    recorded = list(_in_record(subject, length, record)) if record else []
    if own:
        return own + recorded, None
    told = record is not None and record.start in record.milestones
    return recorded, WARN if told and record and record.end in record.milestones else INFO


def _of_windows(subject: Subject, passage: Passage, length: Length) -> list[_Possible]:
    """Return the minutes of the window beside a length, and of all windows of its sentence."""
    every = text_times(passage.text).windows
    here = spans_between(every, length.within.start, length.within.end)
    possible = [option for window in here for option in _of_window(subject, passage, window)]
    own = _of_window(subject, passage, length.window) if length.window else []
    if len(possible) < 2:
        return own
    return [*own, _Possible(sum(option.minutes for option in possible), "all of these windows")]


def _of_window(subject: Subject, passage: Passage, window: Window) -> list[_Possible]:
    ends = _ends(subject, passage, window)
    if ends is None:
        return []
    words = " ".join(passage.text[window.start : window.end].split())
    return [_Possible(_minutes(*ends), words)]


def _until(passage: Passage, length: Length) -> list[_Possible]:
    """Return the minutes from every other moment to the one that ``later`` leads to."""
    every = moments(passage.text)
    there = next((moment for moment in every if moment.clock.start == length.at), None)
    if there is None:
        return []
    before = [moment for moment in every if moment.start < min(length.at, length.duration.start)]
    return [
        _Possible(minutes, _between(moment, there))
        for moment in reversed(before)
        for minutes in minutes_from(moment, there)
        if moment is not there
    ]


def _sum_of_parts(length: Length) -> list[_Possible]:
    """Return the sum of the other durations of the sentence."""
    here = [part.minutes for part in durations(length.within.text)]
    here.remove(length.duration.minutes)
    return [_Possible(sum(here), "the sum of the parts")]


def _after_event(passage: Passage, length: Length) -> list[_Possible]:
    """Return the minutes between the two rows that ``declared two hours after the fix`` names."""
    rows = [moment for moment in moments(passage.text) if moment.row and moment.exact]
    offset = length.duration.start - length.within.start
    words = length.within.text
    clause = max(words.rfind(sign, 0, offset) for sign in (", ", "; ", ": ", " and ", " but "))
    first = rows_of(words[max(clause, 0) : offset], rows)
    stop = re.search(r"[,;.:]|\band\b", words[offset + len(length.duration.text) :])
    end = offset + len(length.duration.text) + stop.start() if stop else len(words)
    second = rows_of(words[offset + len(length.duration.text) : end], rows)
    return [
        _Possible(minutes, _between(start, after))
        for after in first
        for start in second
        if start is not after
        for minutes in minutes_from(start, after)
        if minutes >= 0
    ]


def _in_text(subject: Subject, passage: Passage, length: Length) -> Iterator[_Possible]:
    """Yield the minutes between the moments of the text that a length may run between."""
    every = moments(passage.text)
    rows = [moment for moment in every if moment.row]
    if length.kind in {TOTAL, RECOVERY}:
        for window in text_times(passage.text).windows:
            yield from _of_window(subject, passage, window)
    starts, ends = _between_which(length, every, rows)
    if length.duration.minutes >= _DAY:
        return
    for end in reversed(ends):
        for start in starts:
            if start is not end and start.exact and end.exact:
                for minutes in minutes_from(start, end):
                    if minutes >= 0:
                        yield _Possible(minutes, _between(start, end))


def _between_which(
    length: Length, every: Sequence[Moment], rows: list[Moment]
) -> tuple[list[Moment], list[Moment]]:
    """Return the moments at which a length may begin, and those at which it may end."""
    named = {
        role: [moment for moment in every if role in roles(moment.what) and not moment.is_window]
        for role in (STARTED, DETECTED, ENDED)
    }
    windowed = [moment for moment in every if moment.is_window]
    firsts = rows[:1] + [second for first, second in pairwise(rows) if _is_apart(first, second)]
    lasts = rows[-1:] + [first for first, second in pairwise(rows) if _is_apart(first, second)]
    if length.kind == SINCE_START:
        return [*named[STARTED], *firsts, *windowed[::2]], _at_the_end(length, every, named)
    if length.kind == DETECTION:
        began = not rows or DETECTED not in roles(rows[0].what)  # else the start is not told
        return [*firsts, *every], named[DETECTED] if began else []
    if length.kind == RECOVERY:
        starts = [*named[STARTED], *named[DETECTED], *firsts, *windowed]
        return starts, [*lasts, *named[ENDED], *windowed]
    return [*named[STARTED], *firsts], [*lasts, *named[ENDED]]


def _at_the_end(
    length: Length, every: Sequence[Moment], named: Mapping[str, list[Moment]]
) -> list[Moment]:
    """Return the moments to which ``14 minutes after the first failure`` leads."""
    if length.at >= 0:
        return [moment for moment in every if moment.clock.start == length.at]
    told = roles(length.within.text)
    if DETECTED in told:
        return named[DETECTED]
    return named[ENDED] if ENDED in told else []


def _is_apart(first: Moment, second: Moment) -> bool:
    """Whether two rows stand in two timelines."""
    return second.start - first.within.end > _NEAR


def _between(start: Moment, end: Moment) -> str:
    return f"from {_moment(start)} to {_moment(end)}"


def _moment(moment: Moment) -> str:
    what = " ".join(moment.what.split())
    if moment.row is None or not what:
        return moment.clock.text
    return f"{moment.clock.text} '{what if len(what) <= _LONG else what[: _LONG - 1] + '…'}'"


def _in_record(subject: Subject, length: Length, record: RecordedTimes) -> Iterator[_Possible]:
    """Yield the minutes that the record has."""
    incident = subject.incident
    if length.kind == DETECTION and incident.started_at and incident.detected_at:
        took = _minutes(incident.started_at, incident.detected_at)
        yield _Possible(took, "from the start of the impact to its detection")
    if length.kind == DIAGNOSIS:
        minutes = compute_metrics(incident).time_to_identified_min
        if minutes is not None:
            yield _Possible(round(minutes), "from the first update to Identified")
    if length.kind in {DETECTION, DIAGNOSIS} or record.end is None:
        return
    yield _Possible(
        _minutes(record.start.at, record.end.at), f"from {record.start} to {record.end}"
    )
    watched: Update | None = None
    for update in subject.incident.public_updates:
        if status_phase(update.status) == "active":
            watched = None
        elif status_phase(update.status) == "monitoring" and watched is None:
            watched = update
    if watched is not None:
        yield _Possible(_minutes(record.start.at, watched.shown), "the time until monitoring began")


def _wrong_sum(passage: Passage) -> Iterator[Violation]:
    """Yield parts, one after another, that do not add up to the time between two moments."""
    plain = mask_markup(passage.text)
    every = list(durations(plain))
    if len(every) < 2:
        return
    for paragraph in paragraphs(passage.text):
        parts = spans_between(every, paragraph.start, paragraph.end)
        yield from _wrong_parts(passage, paragraph, parts)


def _wrong_parts(
    passage: Passage, paragraph: Paragraph, parts: Sequence[Duration]
) -> Iterator[Violation]:
    if len(parts) < 2 or not all(is_further(passage.text, part) for part in parts[1:]):
        return
    here = spans_between(moments(passage.text), paragraph.start, paragraph.end)
    before = [moment for moment in here if moment.start < parts[0].start]
    after = [moment for moment in here if moment.start > parts[-1].end]
    starts = [moment for moment in before if STARTED in roles(moment.what)]
    ends = [moment for moment in after if ENDED in roles(moment.what)]
    total = sum(part.minutes for part in parts)
    slack = sum(_slack(part) for part in parts)
    options = [
        _Possible(minutes, _between(start, end))
        for start in starts
        for end in reversed(ends)
        for minutes in minutes_from(start, end)
    ]
    if options and not any(abs(total - option.minutes) <= slack for option in options):
        added = " + ".join(str(part.minutes) for part in parts)
        yield Violation(
            passage,
            parts[-1].start,
            parts[-1].end,
            f"{added} = {total} min, but {options[0].between} it is "
            f"{format_duration(timedelta(minutes=options[0].minutes))}.",
            "the sum of the parts",
        )


def _ends(subject: Subject, passage: Passage, window: Window) -> tuple[datetime, datetime] | None:
    """Return a window in UTC, read in the zone in which it matches the record if there is one."""
    if record := recorded_times(subject):
        match = record.match_window(window)
        return (match.start, match.end) if match else None
    around = reference_time(subject, passage)
    zones = possible_zones(window.last, subject.zone, subject.zones, around)
    return next((both for zone in zones if (both := window_instants(window, around, zone))), None)


def _is_closed(subject: Subject, passage: Passage) -> bool:
    return subject.has_record and (passage.role == POSTMORTEM or is_closed(passage.status))


def _minutes(start: datetime, end: datetime) -> int:
    return int((end - start) / timedelta(minutes=1))
