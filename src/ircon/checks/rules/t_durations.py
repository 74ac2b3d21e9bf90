"""T7: durations that do not come out."""

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
# Counted from a step of the repair, not from the first word.
_STEPS: Final = re.compile(
    r" (?:of|after|from)\b(?! (?:(?:the|a|our) )?(?:first|initial|start|beginning|it|report|onset"
    r"|incident|issue|impact|outage))",
    re.IGNORECASE,
)
_REACH: Final = 80  # characters on either side of a duration
_SPOKEN: Final = 0.25  # "it took two hours" is said of a good quarter more or less
_POSTED_LATER: Final = 5  # minutes that a page's word may come after the deed
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
    """A stated duration is not what the window, its parts or the record give.

    A duration is what service levels are computed from, and it is easily checked: against the
    window beside it, its parts, or the record.
    """
    for passage in subject.passages:
        if passage.role == TITLE:
            continue
        text = mask_markup(passage.text)
        said = list(durations(text))
        for span in sentences(passage.text) if said else ():
            here = spans_between(said, span.start, span.end)
            yield from _until_done(subject, passage, text, here)
            total = _total(text, here)
            if total is not None and not total.business_days:
                yield from _against(subject, passage, span, total, here)


def _until_done(
    subject: Subject, passage: Passage, text: str, here: Sequence[Duration]
) -> Iterator[Violation]:
    """``Resolved within 30 minutes``, ``it took us two hours to find it``, against the record."""
    if not _over(subject, passage):
        return
    for one in here:
        before, after = text[max(0, one.start - _REACH) : one.start], text[one.end :][:_REACH]
        within = _WITHIN.search(before)
        found = within or (_TO_DO.match(after) if _TOOK.search(before) else None)
        if found is None or one.business_days or (within and _STEPS.match(after)):
            continue
        took = list(_took(subject, found["deed"].lower()))
        slack = max(_POSTED_LATER, round(one.minutes * _SPOKEN))
        off = [length - one.minutes for length, _ in took]
        if not took or (min(off) <= slack if within else min(map(abs, off)) <= slack):
            continue
        length, compared = took[0]
        yield Violation(
            passage,
            one.start,
            one.end,
            f"By the record it was {format_duration(timedelta(minutes=length))}, not {one.text}.",
            compared,
        )


def _took(subject: Subject, deed: str) -> Iterator[tuple[int, str]]:
    """How long a deed may be said to have taken."""
    if not deed.startswith(("identif", "find", "found", "locat")):
        yield from _lengths(subject)
        return
    minutes = compute_metrics(subject.incident).time_to_identified_min
    if minutes is not None:
        yield round(minutes), "from the first update to Identified"


def _total(text: str, here: Sequence[Duration]) -> Duration | None:
    """The one that says how long all of it was."""
    for one in here:
        if _IN_TOTAL.match(text[one.end : one.end + 15]):
            return one
    return next(
        (
            one
            for one in here
            if _LASTED.search(text, max(0, one.start - 60), one.start)
            and not _APART.match(text, one.end)
        ),
        None,
    )


def _against(
    subject: Subject, passage: Passage, span: Span, total: Duration, here: Sequence[Duration]
) -> Iterator[Violation]:
    parts = [one for one in here if one is not total]
    computed: list[tuple[int, str]] = []
    every = text_times(passage.text).windows
    beside = spans_between(every, span.start, span.end) or spans_between(
        every, span.start - _NEAR, span.start
    )
    labelled = total.start - span.start < _LABEL
    window = beside[-1] if beside and (labelled or beside[-1].start >= span.start) else None
    if window is not None:
        if both := _ends(subject, passage, window):
            computed = [(_minutes(*both), "the window beside it")]
    elif len(parts) > 1 and all(part.span < total.span for part in parts):
        computed = [(sum(part.minutes for part in parts), "the sum of the parts")]
    elif _ALL_OF_IT.search(passage.text, span.start, span.end) and _over(subject, passage):
        computed = list(_lengths(subject))
    slack = max(1, round(total.minutes * _ROUND)) if total.about else 1
    if not computed or any(abs(total.minutes - length) <= slack for length, _ in computed):
        return
    length, compared = computed[0]
    fix = Fix(total.start, total.end, format_duration(timedelta(minutes=length)))
    yield Violation(
        passage,
        total.start,
        total.end,
        f"{total.text} are {total.minutes} min; computed, it is {length} min.",
        compared,
        fix,
    )


def _ends(subject: Subject, passage: Passage, window: Window) -> tuple[datetime, datetime] | None:
    """When a window began and ended: in the zone in which it fits the record, if there is one."""
    if record := recorded_times(subject):
        fit = record.match_window(window)
        return (fit.start, fit.end) if fit else None
    around = reference_time(subject, passage)
    zones = possible_zones(window.last, subject.zone, subject.zones, around)
    return next((both for zone in zones if (both := window_instants(window, around, zone))), None)


def _over(subject: Subject, passage: Passage) -> bool:
    return subject.has_record and (passage.role == POSTMORTEM or is_closed(passage.status))


def _lengths(subject: Subject) -> Iterator[tuple[int, str]]:
    """How long it may be said to have lasted: to its end, or until monitoring began."""
    record = recorded_times(subject)
    if record is None or record.end is None:
        return
    start, end = record.start, record.end
    yield _minutes(start.at, end.at), f"{start} to {end}"
    run: Update | None = None
    for update in subject.incident.public_updates:
        if status_phase(update.status) == "active":
            run = None
        elif status_phase(update.status) == "monitoring" and run is None:
            run = update
    if run is not None:
        yield _minutes(start.at, run.shown), "until monitoring began"


def _minutes(start: datetime, end: datetime) -> int:
    return int((end - start) / timedelta(minutes=1))
