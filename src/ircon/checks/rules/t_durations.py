"""T7: durations that the window, the parts or the record do not confirm."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Final

from ircon.checks.finding import INFO, Fix, Violation
from ircon.checks.record import recorded_times, reference_time
from ircon.checks.rule import rule
from ircon.checks.subject import POSTMORTEM, TITLE, Passage, Subject
from ircon.incident.metrics import compute_metrics
from ircon.incident.state import Update
from ircon.incident.times import format_duration
from ircon.incident.vocabulary import is_closed, status_phase
from ircon.text.clock_times import Window, text_times
from ircon.text.durations import Duration, durations
from ircon.text.instants import possible_zones, window_instants
from ircon.text.prose import Span, mask_markup, sentences, spans_between

_LASTED: Final = re.compile(
    r"\b(?:last(?:ed|ing)|duration(?: was| of|:)?|(?:for )?a total of|total(?:l?ing)?|down for"
    r"|unavailable for|downtime(?: was| of|:)?)[^.\n\d]{0,25}$"
    r"|(?:[.!?\n]\s*|\A)that(?:['’]s| is| was| makes) (?:\w+ )?$",
    re.IGNORECASE,
)
# "That's 20 minutes after the deploy" is a distance.
_APART: Final = re.compile(
    r" (?:after|before|later|earlier|into|longer|ago|too|more|less|from|past|of)\b", re.IGNORECASE
)
_IN_TOTAL: Final = re.compile(r"^,? ?(?:in total|altogether|overall|\(total\))", re.IGNORECASE)
_ALL_OF_IT: Final = re.compile(
    r"\b(?:incident|outage|disruption|issue|degradation|interruption|downtime|event)\b",
    re.IGNORECASE,
)
_DEEDS: Final = r"resol\w+|fix(?:ed)?|restor\w+|mitigat\w+|identif\w+|f(?:i|ou)nd|locate\w*"
# Before a duration that limits: "we resolved it within", "identified the cause in under".
_WITHIN: Final = re.compile(
    rf"\b(?P<deed>{_DEEDS})\b(?: (?!and\b|but\b|or\b|by\b)[\w'’-]+){{0,5}},?"
    r" (?:within|in) (?:about |around |less than |under |only |just |the first )?$",
    re.IGNORECASE,
)
_TOOK: Final = re.compile(
    r"\btook (?:us |our (?:team|engineers) |the team )?"
    r"(?:about |around |nearly |almost |only |just |roughly |approximately )?$",
    re.IGNORECASE,
)
_TO_DO: Final = re.compile(rf" to (?:\w+ )?(?P<deed>{_DEEDS})\b", re.IGNORECASE)
# Counted from a step of the repair, not from the first report.
_STEPS: Final = re.compile(
    r" (?:of|after|from)\b(?! (?:(?:the|a|our) )?(?:first|initial|start|beginning|it|report|onset"
    r"|incident|issue|impact|outage))",
    re.IGNORECASE,
)
_REACH: Final = 80  # characters on either side of a duration
_ROUGH: Final = 0.25  # "it took two hours" may be a quarter off
_POSTED_LATER: Final = 5  # minutes by which a page may report a step late
_NEAR: Final = 200  # characters between a window and a line "Duration: ..." below it
_LABEL: Final = 24  # ... which begins with that label
_ROUND: Final = 0.1  # "about two hours" may be off by a tenth


@rule(
    "T7",
    INFO,
    good="from 13:00 to 14:22 UTC, lasting 82 minutes",
    bad="from 13:00 to 14:22 UTC, lasting 59 minutes",
)
def wrong_duration(subject: Subject) -> Iterator[Violation]:
    """A stated duration differs by 2 min or more from its window, its parts or the record.

    Service levels are computed from durations, and a duration is easily checked: against the
    window beside it, its parts, or the record. 'It took two hours' and 'within 30 minutes' are
    compared with the record.
    """
    for passage in subject.passages:
        if passage.role == TITLE:
            continue
        text = mask_markup(passage.text)
        every = list(durations(text))
        for span in sentences(passage.text) if every else ():
            here = spans_between(every, span.start, span.end)
            yield from _time_to_do_mismatch(subject, passage, text, here)
            total = _total(text, here)
            if total is not None and not total.business_days:
                yield from _total_mismatch(subject, passage, span, total, here)


def _time_to_do_mismatch(
    subject: Subject, passage: Passage, text: str, here: Sequence[Duration]
) -> Iterator[Violation]:
    """``Resolved within 30 minutes``, ``it took us two hours to find it``, against the record."""
    if not _is_closed(subject, passage):
        return
    for duration in here:
        before = text[max(0, duration.start - _REACH) : duration.start]
        after = text[duration.end :][:_REACH]
        within = _WITHIN.search(before)
        phrase = within or (_TO_DO.match(after) if _TOOK.search(before) else None)
        if phrase is None or duration.business_days or (within and _STEPS.match(after)):
            continue
        recorded = list(_recorded_minutes(subject, phrase["deed"].lower()))
        slack = max(_POSTED_LATER, round(duration.minutes * _ROUGH))
        excess = [length - duration.minutes for length, _ in recorded]
        if not recorded or (min(excess) <= slack if within else min(map(abs, excess)) <= slack):
            continue
        length, compared = recorded[0]
        yield Violation(
            passage,
            duration.start,
            duration.end,
            f"By the record it was {format_duration(timedelta(minutes=length))}, "
            f"not {duration.text}.",
            compared,
        )


def _recorded_minutes(subject: Subject, deed: str) -> Iterator[tuple[int, str]]:
    """Yield the minutes that a step took by the record, and between what."""
    if not deed.startswith(("identif", "find", "found", "locat")):
        yield from _incident_minutes(subject)
        return
    minutes = compute_metrics(subject.incident).time_to_identified_min
    if minutes is not None:
        yield round(minutes), "from the first update to Identified"


def _total(text: str, here: Sequence[Duration]) -> Duration | None:
    """Return the duration that says how long the whole incident was."""
    for duration in here:
        if _IN_TOTAL.match(text[duration.end : duration.end + 15]):
            return duration
    return next(
        (
            duration
            for duration in here
            if _LASTED.search(text, max(0, duration.start - 60), duration.start)
            and not _APART.match(text, duration.end)
        ),
        None,
    )


def _total_mismatch(
    subject: Subject, passage: Passage, span: Span, total: Duration, here: Sequence[Duration]
) -> Iterator[Violation]:
    parts = [duration for duration in here if duration is not total]
    computed: list[tuple[int, str]] = []
    windows = text_times(passage.text).windows
    beside = spans_between(windows, span.start, span.end) or spans_between(
        windows, span.start - _NEAR, span.start
    )
    labelled = total.start - span.start < _LABEL
    window = beside[-1] if beside and (labelled or beside[-1].start >= span.start) else None
    if window is not None:
        if ends := _ends(subject, passage, window):
            computed = [(_minutes(*ends), "the window beside it")]
    elif len(parts) > 1 and all(part.span < total.span for part in parts):
        computed = [(sum(part.minutes for part in parts), "the sum of the parts")]
    elif _ALL_OF_IT.search(passage.text, span.start, span.end) and _is_closed(subject, passage):
        computed = list(_incident_minutes(subject))
    slack = max(1, round(total.minutes * _ROUND)) if total.about else 1
    if not computed or any(abs(total.minutes - length) <= slack for length, _ in computed):
        return
    length, compared = computed[0]
    fix = Fix(total.start, total.end, format_duration(timedelta(minutes=length)))
    yield Violation(
        passage,
        total.start,
        total.end,
        f"{total.text} is {total.minutes} min; computed, it is {length} min.",
        compared,
        fix,
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


def _incident_minutes(subject: Subject) -> Iterator[tuple[int, str]]:
    """Yield the minutes from the start to the end, and until monitoring began."""
    record = recorded_times(subject)
    if record is None or record.end is None:
        return
    start, end = record.start, record.end
    yield _minutes(start.at, end.at), f"{start} to {end}"
    watched: Update | None = None
    for update in subject.incident.public_updates:
        if status_phase(update.status) == "active":
            watched = None
        elif status_phase(update.status) == "monitoring" and watched is None:
            watched = update
    if watched is not None:
        yield _minutes(start.at, watched.shown), "until monitoring began"


def _minutes(start: datetime, end: datetime) -> int:
    return int((end - start) / timedelta(minutes=1))
