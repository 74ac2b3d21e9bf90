"""T15 T16 T17: a text beside its own timeline: the same event, the date, the start and the end."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from functools import lru_cache
from typing import Final

from ircon.checks.claims.ledger import ledger_of
from ircon.checks.claims.moments import (
    DETECTED,
    ENDED,
    REPEATED,
    STARTED,
    Moment,
    event_stems,
    minutes_from,
    roles,
)
from ircon.checks.claims.quantities import has_clock
from ircon.checks.finding import INFO, WARN, Violation
from ircon.checks.rule import GAP, rule
from ircon.checks.subject import POSTMORTEM, TITLE, Passage, Subject
from ircon.text.clock_times import text_times
from ircon.text.dates import Day
from ircon.text.outline import ACTIONS, CLOSING, LESSONS, role_at
from ircon.text.phrases import contains, phrases
from ircon.text.prose import sentences, spans_between

_SAME: Final = 1  # minutes by which two texts may round the same time
_ALIKE: Final = 3  # words that two tellings of one event share at least
_HALF: Final = 0.6  # ... of both, where they are two
_MOST_OF_IT: Final = 0.75  # ... of the shorter one's
_TOLERATED: Final = 5  # minutes between a stated start and its row
_DAY: Final = 1440
_ROWS: Final = 3  # of a timeline that should tell the start and the end
_MOST_WORDS: Final = 48  # characters of a row in a message
# One of these words alone tells an event.
_MILESTONES: Final = phrases(
    "paged", "detected", "resolved", "identified", "mitigated", "restored", "acknowledged",
    "declared", "recovered", "escalated", "discovered", "noticed", "closed",
)  # fmt: skip
# A row that tells when an update was posted, not when it happened.
_POSTING: Final = re.compile(
    r"\W*(?:investigating|identified|monitoring|resolved|update|verifying|completed)\b(?=\W|\Z)"
    r"|.{0,40}\bstatus page\b",
    re.IGNORECASE,
)
# A limit, not the time of the event; and texts in which things happen twice.
_BY: Final = phrases(
    "(?:by|until|before|after|since) (?:about |around )?(?:\\d+|noon|midnight)",
)
_SEVERAL: Final = phrases(
    "waves?", "twice", "two (?:outages|incidents|windows|periods|times)", "second (?:outage|time)",
    "recurr~", "re-?occurr~", "happened again", "came back",
)  # fmt: skip
_HEADER_DATE: Final = re.compile(
    r"^[\s>|*_#-]*(?:incident date|date of (?:the )?(?:incident|outage)|date)\b[\s:|*_]*$",
    re.IGNORECASE,
)
_DOCUMENT: Final = re.compile(
    r"\b(?:published|posted|updated|written|report of|review(?:ed)?|draft|version|meeting"
    r"|revised)\b",
    re.IGNORECASE,
)
_LONGEST: Final = timedelta(days=2)  # by which a date may lie beside the others


@rule(
    "T15",
    WARN,
    good="'10:26: the queue alert fires' in the timeline, 'The queue alert fired at 10:26' below",
    bad="'10:26: the queue alert fires' in the timeline, 'The queue alert fired at 10:46' below",
)
def two_times_for_oneevent_stems(subject: Subject) -> Iterator[Violation]:
    """The text gives two times for the same event, one of them in its timeline perhaps.

    Both cannot be right, and readers do not know which. Compared are the rows of the text's own
    timeline and the sentences that tell the same event in the same words.
    """
    for passage in subject.passages:
        if passage.role == TITLE:
            continue
        every = [moment for moment in ledger_of(passage.text).moments if moment.exact]
        told = [
            moment
            for moment in every
            if moment.row is None
            and not moment.is_window
            and role_at(passage.text, moment.start) not in {ACTIONS, CLOSING, LESSONS}
        ]
        waves = contains(_SEVERAL, passage.text)
        for moment in told:
            if (other := _told_otherwise(moment, every, waves=waves)) is not None:
                yield _two_times(passage, moment, other)


def _two_times(passage: Passage, moment: Moment, other: Moment) -> Violation:
    what = " ".join(other.what.split())
    what = what if len(what) <= _MOST_WORDS else f"{what[: _MOST_WORDS - 1]}…"
    where = "the timeline" if other.row else "another sentence"
    return Violation(
        passage,
        moment.start,
        moment.end,
        f"Here it is {moment.clock.text}, in {where} it is {other.clock.text}: '{what}'.",
        "the other times of this text",
    )


def _told_otherwise(moment: Moment, every: Sequence[Moment], *, waves: bool) -> Moment | None:
    """Return a moment of the same event at another time; None where one has the same time."""
    if contains(REPEATED, moment.what) or contains(_BY, moment.what):
        return None
    same = [
        other
        for other in every
        if other is not moment
        and not other.is_window
        and _POSTING.match(other.what) is None
        and other.within.start != moment.within.start
        and not (other.row and has_clock(other.what))  # a row that tells of another time
        and (other.row is not None or not waves)
        and _is_sameevent_stems(moment.what, other.what, of_a_row=other.row is not None)
    ]
    if any(_distance(moment, other) <= _SAME for other in same):
        return None
    # Two sentences: the later one is told of, once.
    return next((other for other in same if other.row or other.start < moment.start), None)


@lru_cache(maxsize=16_384)
def _is_sameevent_stems(first: str, second: str, *, of_a_row: bool) -> bool:
    """Whether one tells what the other tells, with more words at most."""
    if contains(REPEATED, second):
        return False
    one, two = event_stems(first), event_stems(second)
    shared, least = len(one & two), min(len(one), len(two))
    if not shared:
        return False
    if shared == least == 2:
        return shared >= _HALF * len(one | two)
    if shared == least:
        return least > 1 or (contains(_MILESTONES, first) and contains(_MILESTONES, second))
    if shared >= _ALIKE and shared >= _MOST_OF_IT * least:
        return True
    detected = DETECTED in roles(first) and DETECTED in roles(second)
    return of_a_row and detected and shared > 1 and 2 * shared >= least


def _distance(first: Moment, second: Moment) -> int:
    """Return the least minutes between two moments that the text allows."""
    return min(min(abs(minutes), abs(minutes - _DAY)) for minutes in minutes_from(first, second))


@rule(
    "T16",
    WARN,
    good="'Incident of 3 April 2026', with rows of that day in the timeline",
    bad="'Incident of 3 March 2026', with rows of 2026-04-03 in the timeline",
)
def date_of_another_day(subject: Subject) -> Iterator[Violation]:
    """The date in the title, in the header or beside the window is not that of the other times.

    Whoever looks the incident up looks at the wrong day. Dates of actions, of publication and
    of what happened long before are not compared.
    """
    for passage in subject.passages:
        if passage.role != POSTMORTEM:
            continue
        recorded, told = _dates_of_the_incident(passage), _dates_told(passage)
        for day in text_times(passage.text).days:
            in_title = not passage.text[: passage.text.rfind("\n", 0, day.start) + 1].strip()
            known = recorded or (told if in_title else frozenset())
            if not known or not _names_the_incident(passage.text, day):
                continue
            yield from _of_another_day(passage, day, known)


def _of_another_day(passage: Passage, day: Day, recorded: frozenset[date]) -> Iterator[Violation]:
    """Yield a date that is none of the incident's, nor that of the document."""
    stated = next(iter(day.on(min(recorded))), None) if day.is_date else None
    if stated is None or min(abs(stated - known) for known in recorded) <= _LONGEST:
        return
    if stated < min(recorded) or not _is_document_date(passage, day):
        nearest = min(recorded, key=lambda known: abs(stated - known))
        yield Violation(
            passage,
            day.start,
            day.end,
            f"The incident was on {nearest:%-d %B %Y}, by its other times.",
            "the dates beside the text's other times",
        )


def _dates_of_the_incident(passage: Passage) -> frozenset[date]:
    """Return the dates that the rows of the timeline name."""
    rows = (row for timeline in ledger_of(passage.text).timelines for row in timeline.rows)
    return frozenset(row.on for row in rows if row.on is not None and row.day is not None)


def _dates_told(passage: Passage) -> frozenset[date]:
    """Return the dates beside the clock times of the text, below its first line."""
    body = passage.text.find("\n", len(passage.text) - len(passage.text.lstrip()))
    told: set[date] = set()
    for clock in text_times(passage.text).clocks:
        is_told = role_at(passage.text, clock.start) not in {ACTIONS, CLOSING, LESSONS}
        if clock.day is not None and clock.day.has_year and clock.day.start > body >= 0 and is_told:
            told.update(clock.day.on(date(2024, 1, 1)))
    return frozenset(told)


def _names_the_incident(text: str, day: Day) -> bool:
    """Whether a date is in the title or a header line, or beside the window of the impact."""
    line_start = text.rfind("\n", 0, day.start) + 1
    before = text[line_start : day.start]
    if not text[:line_start].strip() or _HEADER_DATE.match(before):
        return True
    windows = text_times(text).windows
    sentence = spans_between(sentences(text), 0, day.start + 1)[-1:]
    return any(
        window.first.day == day and span.start <= window.start < span.end
        for span in sentence
        for window in windows
    )


def _is_document_date(passage: Passage, day: Day) -> bool:
    """Whether a date may be that of the document: a later one, or one it calls its own."""
    line_start = passage.text.rfind("\n", 0, day.start) + 1
    before = passage.text[line_start : day.start]
    return bool(_DOCUMENT.search(before)) or (
        _HEADER_DATE.match(before) is not None and "incident" not in before.lower()
    )


@rule(
    "T17",
    INFO,
    in_composer=False,
    good="a timeline from '14:02: the first payments fail' to '15:10: all payments work again'",
    bad="a timeline from '13:58: release 12 is deployed' to '14:44: release 12 is rolled back'",
    kind=GAP,
)
def start_or_end_not_in_timeline(subject: Subject) -> Iterator[Violation]:
    """A timeline has no row for the moment the impact began, or for its end.

    They are the two times that every reader looks for, and durations are counted between them.
    """
    for passage in subject.passages:
        if passage.role != POSTMORTEM:
            continue
        every = ledger_of(passage.text).moments
        rows = [moment for moment in every if moment.row]
        if len(rows) < _ROWS:
            continue
        stated = [moment for moment in every if moment.is_window and moment.row is None]
        for row, words, role, ends in (
            (rows[0], "the impact began", STARTED, stated[::2]),
            (rows[-1], "it ended", ENDED, stated[1::2]),
        ):
            told = any(role in roles(other.what) for other in rows)
            if not told and not any(
                _distance(end, other) <= _TOLERATED for end in ends for other in rows
            ):
                yield Violation(
                    passage,
                    row.start,
                    row.end,
                    f"No row of this timeline tells when {words}.",
                    "the rows of the text's own timeline",
                )
