"""Promises in a text: ``next update by 14:30 CEST``, ``a postmortem within 5 days``.

A promise of a next update always names its time (``by 14:30 CEST``, ``in 30
minutes``): without one it cannot be kept. So does a maintenance; a postmortem
may be promised for no day in particular.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from typing import Final, NamedTuple

from ircon.checks.subject import Passage
from ircon.incident.promise import MAINTENANCE, POSTMORTEM, UPDATE, Promise
from ircon.text.clock_times import ClockTime, text_times
from ircon.text.dates import FRIDAY, Day, add_business_days, days
from ircon.text.durations import Duration, durations
from ircon.text.instants import instants
from ircon.text.prose import Span, mask_markup, sentences, spans_between

_WILL: Final = (
    r"(?:\bwill\b|[’']ll\b|\bshall\b|\bgoing to\b"
    r"|\b(?:plan|expect|aim|intend|hope)(?:s|ning|ing)? to\b|\bto follow\b"
    r"|\bto be\b|\b(?:is|are) (?:scheduled|planned|expected)\b)"
)
_WORK: Final = (
    r"\b(?:maintenance|failover|fail over|reboots?|restarts?|rollback|roll back|migration|migrate"
    r"|upgrade)\b"
)
# Phrases of each kind of promise; the first that matches counts.
_CUES: Final = (
    (
        POSTMORTEM,
        re.compile(
            r"\b(?:post-? ?mortem|root[- ]cause analysis|RCA|post[- ]incident (?:report|review"
            r"|analysis|summary)|incident (?:report|review)|(?:detailed|full) (?:report|analysis"
            r"|write-?up)|retrospective)\b",
            re.IGNORECASE,
        ),
    ),
    (
        UPDATE,
        re.compile(
            r"\bnext (?:\w+ ){0,2}(?:update|word|news|note|post|report|message|bulletin|entry"
            r"|status)\b|\bupdates? (?:at least )?(?:every|hourly)\b"
            r"|\b(?:we|i)(?: will|['’]ll| shall| plan to| expect to)? (?:be|are|get|come|check|look"
            r"|check in|speak|talk) (?:back |again |here )+(?:to you |with you |here )*"
            r"(?:by|at|in|before|within|no later)\b"
            r"|(?:^|[.!?] +)(?:more|news|an?other (?:update|note|post)|an? (?:update|note)|update"
            r"|again)(?: here| again| follows)? (?:in|by|at|before|within|no later|around"
            r"|from us)\b"
            r"|\bmore (?:news |information |details |to say |to tell )?(?:here )?(?:in (?:about )?"
            r"(?:half|an|a|\d)|by|at|before|no later than) ?(?=\d|half|an|noon|midnight|the|\b)"
            r"|\b(?:look|check|come|see|watch)\w* (?:here |back |in |us |this page )+(?:again )?"
            r"(?:at|by|in|after|from)\b"
            r"|\bwe (?:next )?(?:report|update|write|speak|are back)(?: back| again| here| you)*\b"
            rf"|{_WILL}[^.!?\n]{{0,40}}?\b(?:post|write|report|speak|tell you|be back|get back"
            r"|come back|inform you|reach out)\b(?: \w+){0,2}? (?:again|with (?:\w+ )?(?:news|more"
            r"|details|information|word))\b"
            r"|\bexpect (?:\w+ )?(?:news|word|to hear)\b"
            r"|\bhourly updates?\b|\b(?:updates?|information|details|news)\b(?=[^.!?\n]{0,60}"
            rf"{_WILL})|{_WILL}[^.!?\n]{{0,60}}?\b(?:updates?|updating|more (?:information|details"
            r"|news)|(?:share|say|know|report) more|report back|check back|follow up)\b",
            re.IGNORECASE,
        ),
    ),
    (
        MAINTENANCE,
        re.compile(
            rf"{_WILL}[^.!?\n]{{0,80}}?{_WORK}|{_WORK}[^.!?\n]{{0,80}}?{_WILL}"
            rf"|\b(?:scheduled|planned|upcoming) {_WORK}",
            re.IGNORECASE,
        ),
    ),
)
# Until when, not from when: "the maintenance will be completed at 15:00".
_ENDING: Final = re.compile(
    r"\b(?:complet|finish|conclud|extend|end(?:s|ed)?\b|until|till|resolved|restored)[^.!?\n]{0,30}$",
    re.IGNORECASE,
)
_FUTURE: Final = re.compile(_WILL, re.IGNORECASE)
# An update of software is not an update to customers.
_SOFTWARE: Final = re.compile(
    r"\b(?:deploy|roll(?:ing|ed)? (?:out|back)|apply|install|revert|firmware|software|security"
    r"|kernel|database|package|configuration)\w*\b",
    re.IGNORECASE,
)
_BEFORE_SPAN: Final = re.compile(
    r"\b(?:in|within|every|after|for|next|another|inside)(?: (?:about|around|approximately|roughly"
    r"|at least|the|next|another|a|maximum|of|or|so|first|\d{1,3}\s?(?:-|–|to)))* ?$",
    re.IGNORECASE,
)
# What names a time of day without a clock: until when, at the latest.
_DAY_PARTS: Final = tuple(
    (re.compile(rf"\b(?:{words})\b", re.IGNORECASE), shift, wall)
    for words, shift, wall in (
        ("end of (?:the )?(?:business|working) day|close of business|COB", 0, time(18)),
        ("end of (?:the )?(?:work(?:ing)? )?week", None, None),
        ("end of (?:the |my |our )?day|EOD|later today|end of today", 0, None),
        ("tomorrow morning", 1, time(12)),
        ("tomorrow afternoon", 1, time(18)),
        ("this morning", 0, time(12)),
        ("this afternoon", 0, time(18)),
        ("this evening|tonight", 0, None),
    )
)
_HOUR: Final = re.compile(r"\b(?:hourly|within the hour|every hour)\b", re.IGNORECASE)
_LONG: Final = timedelta(days=1)  # from here on a promise is good until the end of its day
_STALE: Final = timedelta(hours=18)  # a clock time this far ahead was meant for the past
_PAST: Final = timedelta(hours=1)  # ... and this far back it was not a promise
_BY: Final = re.compile(r"\b(?:by|before|at|until|no later than|around)[ ]{1,3}$", re.IGNORECASE)


class _RawPromise(NamedTuple):
    """A promise as a text states it, before its time is computed."""

    kind: str
    start: int
    end: int
    clock: ClockTime | None = None
    duration: Duration | None = None
    day: Day | None = None
    part: tuple[int | None, time | None] | None = None


def find_promises(passage: Passage, zone: tzinfo) -> list[Promise]:
    """Return what a text promises; nothing where it is not known when it was posted.

    Args:
        passage: an update; ``at`` is when it was posted.
        zone: of times that name none.
    """
    if passage.at is None:
        return []
    return [
        Promise(
            raw.kind,
            passage.text[raw.start : raw.end],
            raw.start,
            raw.end,
            passage.at,
            passage.entry,
            due,
        )
        for raw in _raw_promises(passage.text)
        if (due := _due(raw, passage.at, zone)) or raw.kind == POSTMORTEM
    ]


@lru_cache(maxsize=512)
def _raw_promises(text: str) -> tuple[_RawPromise, ...]:
    return tuple(raw for span in sentences(text) for raw in _in_sentence(text, span))


def _in_sentence(text: str, span: Span) -> Iterator[_RawPromise]:
    plain = mask_markup(text)
    for kind, pattern in _CUES:
        cue = pattern.search(plain, span.start, span.end)
        if cue is None or (kind == UPDATE and _SOFTWARE.search(plain, span.start, span.end)):
            continue
        if kind == POSTMORTEM and not _FUTURE.search(plain, span.start, span.end):
            continue
        stated = _stated_time(text, plain, span, cue.start())
        if stated is None:
            if kind == POSTMORTEM:
                yield _RawPromise(kind, cue.start(), cue.end())
                return
            continue
        start, end, raw = stated
        if kind == MAINTENANCE and (
            raw.clock is None or _ENDING.search(plain, max(span.start, start - 45), start)
        ):
            continue
        yield raw._replace(kind=kind, start=min(start, cue.start()), end=max(end, cue.end()))
        return


def _stated_time(
    text: str, plain: str, span: Span, cue: int
) -> tuple[int, int, _RawPromise] | None:
    """Return the time that a sentence names, the first after the cue if there is one."""
    blank = _RawPromise("", 0, 0)
    candidates: list[tuple[int, int, _RawPromise]] = [
        (clock.start, clock.full_end, blank._replace(clock=clock))
        for clock in spans_between(text_times(text).clocks, span.start, span.end)
        if not clock.other
        and (clock.start > cue or _BY.search(plain, max(0, clock.start - 20), clock.start))
    ]
    sentence = plain[span.start : span.end]
    if not candidates:
        for duration in durations(sentence):
            if _BEFORE_SPAN.search(sentence, max(0, duration.start - 40), duration.start):
                start, end = span.start + duration.start, span.start + duration.end
                candidates.append((start, end, blank._replace(duration=duration)))
        if hourly := _HOUR.search(sentence):
            hour = Duration(hourly.group(), hourly.start(), hourly.end(), timedelta(hours=1))
            candidates.append(
                (span.start + hour.start, span.start + hour.end, blank._replace(duration=hour))
            )
    if not candidates:
        day = next(days(sentence), None)
        for pattern, shift, wall in _DAY_PARTS:
            if part := pattern.search(sentence):
                raw = blank._replace(part=(shift, wall), day=day)
                end = max(part.end(), day.end if day else 0)
                candidates.append((span.start + part.start(), span.start + end, raw))
                break
        else:
            if day is not None:
                start, end = span.start + day.start, span.start + day.end
                candidates.append((start, end, blank._replace(day=day)))
    return min(candidates, key=lambda candidate: (candidate[0] < cue, candidate[0]), default=None)


def _due(raw: _RawPromise, made_at: datetime, zone: tzinfo) -> datetime | None:
    if raw.clock is not None:
        return _clock_due(raw.clock, made_at, zone)
    today = made_at.astimezone(zone).date()
    if raw.duration is None:
        return _day_due(raw, today, zone)
    if raw.duration.business_days:
        return _end_of(add_business_days(today, raw.duration.business_days), zone)
    exact = made_at + raw.duration.span
    return exact if raw.duration.span < _LONG else _end_of(exact.astimezone(zone).date(), zone)


def _clock_due(clock: ClockTime, made_at: datetime, zone: tzinfo) -> datetime | None:
    """Return the next such time, or one that had just passed when it was written."""
    own_zone = clock.sentence_zone.zones[0] if clock.sentence_zone else zone
    due = next(iter(instants(clock, made_at, own_zone, ahead=True)), None)
    if due is not None and clock.day is None and due - made_at > _STALE:
        due = next(iter(instants(clock, made_at, own_zone)), None)
    return due if due is not None and due > made_at - _PAST else None


def _day_due(raw: _RawPromise, today: date, zone: tzinfo) -> datetime | None:
    if raw.part is None and raw.day is None:
        return None
    shift, wall = raw.part or (0, None)
    if shift is None:  # the end of the week
        shift = (FRIDAY - today.weekday()) % 7
    day: date | None = today + timedelta(days=shift)
    if raw.day is not None:
        day = next(iter(raw.day.on(today, ahead=True)), None)
    if day is None or day < today:
        return None
    return datetime.combine(day, wall, zone).astimezone(UTC) if wall else _end_of(day, zone)


def _end_of(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day + timedelta(days=1), time.min, zone).astimezone(UTC)
