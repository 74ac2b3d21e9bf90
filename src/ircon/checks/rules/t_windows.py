"""T2: stated windows beside the record, and beside the text's own timeline."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import combinations
from typing import Final, NamedTuple

from ircon.checks.claims.ledger import ledger_of
from ircon.checks.claims.moments import DETECTED, ENDED, STARTED, Moment, minutes_from, roles
from ircon.checks.finding import ERROR, INFO, SEVERITIES, WARN, Fix, Violation
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
from ircon.checks.subject import POSTMORTEM, Passage, Subject
from ircon.incident.time_input import render_clock_with_utc
from ircon.incident.times import format_duration
from ircon.incident.vocabulary import status_phase
from ircon.text.clock_times import Window, text_times
from ircon.text.outline import IMPACT, INTRO, STORY, role_at
from ircon.text.phrases import contains, phrases
from ircon.text.prose import Span, mask_markup, sentences, spans_between
from ircon.text.zones import zone_abbreviation

# A sentence that says when all of it was, not one step of the repair.
_IMPACT: Final = re.compile(
    r"\b(?:issues?|incident|outage|experienc\w+|unavailab\w+|degrad\w+|disrupt\w+|affect\w+"
    r"|impact\w*|interrupt\w+|down(?:time)?|inaccessible|unable|fail(?:ed|ing|ures?)|errors?"
    r"|offline|unreachable|could not|couldn['’]t|refused|rejected|delayed|late|waited|lost|slow"
    r"|nobody"
    r"|none of"
    r"|no \w+ (?:\w+ )?(?:could|was|were|went|got|arrived|started))\b",
    re.IGNORECASE,
)
# What responders did, and what was planned.
_DEED: Final = re.compile(
    r"\b(?:we|our|us|teams?|engineers?|technicians?|maintenance|scheduled|planned"
    r"|monitor\w*|roll\w*|deploy\w*|will|normal\w*)\b",
    re.IGNORECASE,
)
# A second wave, a part, or the trouble of somebody else.
_ANOTHER: Final = re.compile(
    r"\b(?:second|third|additional\w*|another|again|further|later|subsequent\w*|also|briefly|brief"
    r"|first|initial\w*|phases?|waves?|parts?|partial\w*|remaining|residual|backlog|catch\w*[- ]up"
    r"|some|few|one of|each|peak\w*|worst|provider\w*|vendor\w*|supplier\w*|upstream|carrier\w*"
    r"|third[- ]part(?:y|ies)|hosting|data ?cent(?:er|re)['’]s|their|maintenance|previous\w*"
    r"|earlier|last (?:week|month|year)|day before|following day|next day|until|backups?|tests?"
    r"|rehearsal)\b",
    re.IGNORECASE,
)
# The impact as a whole, with its start or its end.
_IMPACT_BEGAN: Final = phrases(
    "(?:impact|incident|outage|disruption|degradation|problems?|issues?|trouble|failures?)"
    " (?:first )?(?:began|started|begins|starts)",
)
_IMPACT_ENDED: Final = phrases(
    "(?:impact|incident|outage|disruption|degradation|trouble) (?:had |has )?(?:ended|ends)",
    "(?:impact|incident|outage|disruption) (?:was|is) over",
    "end of (?:the )?(?:impact|incident|outage|disruption)",
)
_OF_A_PART: Final = phrases(
    "some", "most", "partial~", "region~", "second", "first wave", "phase~", "only", "for (?:the )?"
    "\\w+ (?:customers|users)", "in (?:the )?[A-Z]\\w+", "still", "until", "not", "backlog",
)  # fmt: skip
_LABEL: Final = r"[\s>|*_•-]*(?:incident |impact |outage |customer )?"
_IS_LABELLED: Final = re.compile(
    rf"{_LABEL}(?:when|time|window|period|duration|date|outage|downtime)\b[^:\n]{{0,20}}:",
    re.IGNORECASE,
)
_START_LABEL: Final = re.compile(
    rf"{_LABEL}(?:start(?:ed)?|began|begin(?:ning)?|from)(?: time| of \w+)?[\s*_]*(?:[:|]|$)",
    re.IGNORECASE,
)
_END_LABEL: Final = re.compile(
    rf"{_LABEL}(?:end(?:ed)?|until|resolved|restored|recovered|over)(?: time| of \w+| at)?"
    r"[\s*_]*(?:[:|]|$)",
    re.IGNORECASE,
)
_LONG_BEFORE: Final = timedelta(hours=6)  # by which a start before the first update is another's
_STILL_TOLD: Final = timedelta(minutes=15)  # by which an update may trail behind the end
_SAME_ROW: Final = 1  # minutes
_DAY: Final = 1440
_TOLERATED: Final = round(TOLERANCE / timedelta(minutes=1))
_MOST_WORDS: Final = 48  # characters of a row in a message


class _Judgement(NamedTuple):
    """What is wrong with one end of a window; no severity where it is right."""

    severity: str | None
    words: str


@rule(
    "T2",
    ERROR,
    good="The incident lasted from 07:30 to 10:56 CEST, the times of the updates.",
    bad="The incident lasted from 07:30 to 08:15, resolved on the page at 10:56.",
)
def window_mismatch(subject: Subject) -> Iterator[Violation]:
    """A stated window contradicts the record, or the text's own timeline, by more than 5 min.

    Customers compare the window with their own logs and their contract. It is read in the zone
    it states, else in the likeliest one that matches, and the message names the recorded time
    that each end does meet. An outage begins before its first update and ends before Resolved:
    that alone is right, and an end that meets Monitoring or nothing is a remark. A start after
    the first report, an end after Resolved or long before the last update that still tells of it,
    another day, and rows that begin or end elsewhere contradict.
    """
    for passage in subject.passages:
        if passage.role == POSTMORTEM:
            yield from _against_record(subject, passage)
            yield from _against_rows(passage)
            yield from _against_sentences(passage)
            yield from _against_each_other(passage)


def _windows_of_the_incident(passage: Passage) -> Iterator[tuple[Window, bool]]:
    """Yield the windows that may be the incident's, and whether the sentence says what failed."""
    text = mask_markup(passage.text)
    windows = text_times(passage.text).windows
    for span in sentences(passage.text) if windows else ():
        here = spans_between(windows, span.start, span.end)
        if not here or _ANOTHER.search(text, span.start, span.end):
            continue
        impact = _is_about_impact(text, span) or _IS_LABELLED.match(text, span.start)
        if impact or _is_about_event(text, span):
            for window in here:
                yield window, bool(impact)


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


def _against_record(subject: Subject, passage: Passage) -> Iterator[Violation]:
    record = recorded_times(subject)
    if record is None:
        return
    judged = []
    for window, impact in _windows_of_the_incident(passage):
        match = record.match_window(window)
        if match is not None and (impact or _exceeds_impact(match)):
            judged.append((window, match, _judge(subject, record, match, window)))
    if any(severity is None for _, _, severity in judged) and len(judged) > 1:
        return  # the incident's own window is right; the others are of something else
    for window, match, severity in judged:
        if severity is not None:
            yield _violation(record, passage, window, match, severity)


def _exceeds_impact(match: WindowMatch) -> bool:
    """Whether a window ends after the recorded impact; one within it may be a phase of it."""
    return match.expected_end is not None and match.end > match.expected_end.at + TOLERANCE


def _judge(
    subject: Subject, record: RecordedTimes, match: WindowMatch, window: Window
) -> str | None:
    """Return how grave a mismatch is; None where there is none, or only the normal one."""
    if match.start_matches and match.end_matches:
        return None
    noted_start, noted_end = record.start in record.milestones, record.end in record.milestones
    start_severity, end_severity = None, None
    if not match.start_matches:
        late = match.start > record.start.at
        far = window.first.day is not None and record.start.at - match.start > _LONG_BEFORE
        stated = len(record.starts) > 1 and match.start_time is None
        start_severity = ERROR if noted_start or late or far else WARN if stated else None
    if not match.end_matches and record.end is not None:
        if (
            noted_end
            or match.end > record.end.at
            or match.end < record.start.at
            or match.end + _STILL_TOLD < _last_told(subject, record)
        ):
            end_severity = ERROR
        else:
            end_severity = WARN if len(record.ends) > 1 and match.end_time is None else INFO
    severities = {start_severity, end_severity}
    gravest = next((severity for severity in SEVERITIES if severity in severities), None)
    met = match.start_time is not None and match.end_time is not None
    return WARN if gravest == ERROR and met else gravest


def _last_told(subject: Subject, record: RecordedTimes) -> datetime:
    """Return when the last update told of it as still going on."""
    active = [
        update.shown
        for update in subject.incident.public_updates
        if status_phase(update.status) == "active"
    ]
    return max(active, default=record.start.at)


def _violation(
    record: RecordedTimes, passage: Passage, window: Window, match: WindowMatch, severity: str
) -> Violation:
    zone = zone_abbreviation(match.zone, match.start)
    noted = match.expected_start in record.milestones and match.expected_end in record.milestones
    return Violation(
        passage,
        window.start if window.first.around is None else window.first.around,
        window.end,
        f"As {zone} this is {match.start:%H:%M}-{render_utc(match.end)}: "
        f"{_describe_start(match)}, {_describe_end(match)}.",
        "; ".join(map(str, record.times)),
        _recorded_window(window, match) if noted else None,
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


def _against_rows(passage: Passage) -> Iterator[Violation]:
    """Stated starts and ends, in windows and headers, that are nowhere in the text's timeline."""
    every = ledger_of(passage.text).moments
    rows = [moment for moment in every if moment.row]
    begin = [row for row in rows if roles(row.what) == {STARTED}]
    end = [row for row in rows if ENDED in roles(row.what)]
    told = [
        moment
        for moment in every
        if any(row.within.start <= moment.start < row.within.end for row in rows)
    ]
    incident = {window.start for window, impact in _windows_of_the_incident(passage) if impact}
    misses = []
    for window in text_times(passage.text).windows if rows else ():
        first, last = (
            next((moment for moment in every if moment.clock.start == clock.start), None)
            for clock in (window.first, window.last)
        )
        if first is None or last is None or first.row or last.row:
            continue
        known = [_is_in(moment, told, _SAME_ROW) for moment in (first, last)]
        # Where one end is in the timeline, so should the other be.
        is_start = bool(told) and DETECTED not in roles(told[0].what)
        begins = begin or (told[:1] if known[1] and is_start else [])
        ends = end or (told[-1:] if known[0] else [])
        wrong = [*_missed(first, told, begins, 0), *_missed(last, told, ends, -1)]
        if window.start not in incident:  # of a part: one end in the timeline tells that it is
            wrong = wrong if sum(known) == 1 and len(wrong) == 1 else []
        elif not wrong:
            incident = set()  # the incident's own window is right
        misses += wrong
    misses += _missed_headers(every, told, begin, end)
    for stated, row, turn in misses:
        what = row.what if len(row.what) <= _MOST_WORDS else f"{row.what[: _MOST_WORDS - 1]}…"
        yield Violation(
            passage,
            stated.start,
            stated.end,
            f"The timeline has nothing at {stated.clock.text}: "
            f"it {turn} at {row.clock.text}, '{what}'.",
            "the text's own timeline",
            severity=WARN,
        )


def _missed_headers(
    every: Sequence[Moment],
    rows: Sequence[Moment],
    begin: Sequence[Moment],
    end: Sequence[Moment],
) -> Iterator[tuple[Moment, Moment, str]]:
    """Yield what a header calls the start or the end, where the timeline has another time."""
    for moment in every if rows else ():
        if moment.row or moment.is_window:
            continue
        if _START_LABEL.match(moment.what):
            yield from _missed(moment, rows, begin, 0)
        elif _END_LABEL.match(moment.what):
            yield from _missed(moment, rows, end, -1)


def _missed(
    stated: Moment, rows: Sequence[Moment], meant: Sequence[Moment], which: int
) -> Iterator[tuple[Moment, Moment, str]]:
    """Yield a stated start or end with the row it should be, where no row has its time."""
    if not meant or _is_in(stated, rows, _SAME_ROW):
        return
    if all(_distance(stated, row) > _TOLERATED for row in meant):
        yield stated, meant[which], "ends" if which else "begins"


def _is_in(stated: Moment, rows: Sequence[Moment], tolerance: int) -> bool:
    return any(_distance(stated, row) <= tolerance for row in rows)


def _distance(first: Moment, second: Moment) -> int:
    """Return the least minutes between two moments that the text allows."""
    return min(min(abs(minutes), abs(minutes - _DAY)) for minutes in minutes_from(first, second))


def _against_sentences(passage: Passage) -> Iterator[Violation]:
    """Yield what a sentence calls the start or the end of the impact, beside its only window."""
    every = [moment for moment in ledger_of(passage.text).moments if moment.exact]
    told = [moment for moment in every if moment.row is None and not moment.is_window]
    windows = text_times(passage.text).windows
    if len(windows) != 1:
        return
    ends = {moment.clock.start: moment for moment in every if moment.is_window}
    for clock, pattern in ((windows[0].first, _IMPACT_BEGAN), (windows[0].last, _IMPACT_ENDED)):
        end = ends.get(clock.start)
        for moment in told:
            sentence = moment.within.text
            if (
                end is not None
                and end.row is None
                and contains(pattern, sentence)
                and not contains(_OF_A_PART, sentence)
                and len(spans_between(every, moment.within.start, moment.within.end)) == 1
                and _distance(moment, end) > _TOLERATED
            ):
                yield Violation(
                    passage,
                    moment.start,
                    moment.end,
                    f"The window says {end.clock.text}, this sentence {moment.clock.text}.",
                    "the window of the impact",
                    severity=WARN,
                )


def _against_each_other(passage: Passage) -> Iterator[Violation]:
    """Windows of the incident that share one end, and not the other: a header and the summary."""
    every = {moment.clock.start: moment for moment in ledger_of(passage.text).moments}
    windows = [window for window, impact in _windows_of_the_incident(passage) if impact]
    for one, other in combinations(windows, 2):
        pairs = [
            (every.get(mine.start), every.get(theirs.start))
            for mine, theirs in ((one.first, other.first), (one.last, other.last))
        ]
        known = [(mine, theirs) for mine, theirs in pairs if mine and theirs]
        apart = [_distance(mine, theirs) for mine, theirs in known]
        if len(apart) < len(pairs) or min(apart) > _SAME_ROW or max(apart) <= _TOLERATED:
            continue
        mine, theirs = known[apart.index(max(apart))]
        yield Violation(
            passage,
            theirs.start,
            theirs.end,
            f"Here it is {theirs.clock.text}, above it is {mine.clock.text}.",
            "the other window of the impact",
            severity=WARN,
        )
