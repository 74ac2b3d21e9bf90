"""Lengths of a text: each stated duration with what it is the length of.

A duration beside a window is that window's; ``Duration: 2 h`` and ``a two-hour outage`` are the
incident's; ``detected after 9 minutes`` runs from its start to its detection. The duration of a
part, of a second wave or of somebody else's trouble is none of these and is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from ircon.text.clock_times import TextTimes, Window, text_times
from ircon.text.dates import MONTHS, WEEKDAYS
from ircon.text.durations import Duration, durations
from ircon.text.outline import ACTIONS, CLOSING, LESSONS, role_at, table_rows
from ircon.text.prose import Span, mask_markup, sentences, spans_between

# What a duration is the length of.
WINDOW, TOTAL, PARTS, LATER = "window", "total", "parts", "later"
DETECTION, RECOVERY, DIAGNOSIS = "detection", "recovery", "diagnosis"
SINCE_START, AFTER = "since start", "after"

_ROUGHLY: Final = (
    r"(?:about|around|approximately|approx\.?|roughly|nearly|almost|some|just|only|over|under"
    r"|more than|less than|at least|a little|~|≈)"
)
_NOUN: Final = (
    r"(?:outages?|incidents?|disruptions?|interruptions?|degradations?|downtime|unavailability"
    r"|impact|duration|window|period|event|issue|failure)"
)
# Between a window and its duration: from 10:00 to 10:50, for / that is / a total of 50 minutes.
_BEHIND_WINDOW: Final = re.compile(
    rf"(?:[\s,;:()\[\]*_=~≈/–—-]|\b(?:for|an?|the|total(?:l?ing)?|of|in|all|lasting|lasted|which|is|was"
    rf"|that|i\.?e\.?|or|this|it|made|makes|making|meaning|with|altogether|overall|giving|came|to"
    rf"|on|day|{_ROUGHLY}|{_NOUN})\b\.?|['’]s\b)*"
)
# Between a duration and its window: 50 minutes (10:00 to 10:50), 50 minutes, from ...
_BEFORE_WINDOW: Final = re.compile(
    rf"(?:[\s,;:()\[\]*_=/–—-]|\b(?:from|between|of|in|on|at|long|all|total|altogether|overall|the"
    rf"|during|starting|running|that|is|i\.?e\.?|{_ROUGHLY}|{_NOUN})\b\.?)*"
)
_APART: Final = re.compile(
    r"[ \t]+(?:after|before|later|earlier|into|longer|ago|too|more|less|from now|past|apart|behind"
    r"|ahead|prior|each|every|per|old|delay|timeout|intervals?|late)\b",
    re.IGNORECASE,
)
# 14 minutes after the first failure, four minutes after it began
_AFTER_START: Final = re.compile(
    r"[ \t]+(?:after|into|from) (?:the |our |its )?(?:(?:very )?first"
    r" (?!page|alert|alarm|call|attempt|reply|response|update|restart|fix|retry)\w+|start"
    r"|beginning|onset|outage|incident|impact|failures?|it (?:had )?(?:began|begun|started)"
    r"|(?:the )?(?:outage|incident|impact|errors?|failures?|trouble|problem) (?:began|started))\b",
    re.IGNORECASE,
)
_AFTER_EVENT: Final = re.compile(r"[ \t]+after (?=[\w'’ -]{4,})", re.IGNORECASE)
_LASTED: Final = re.compile(
    r"(?:\b(?:last(?:ed|ing)|duration(?: was| of|:)?|(?:for )?a total of|total(?:l?ing)?|outage of"
    r"|downtime(?: was| of|:)?|disruption of|(?:down|unavailable|unreachable|offline|degraded"
    r"|inaccessible) for|went on for|persisted for|continued for)[^.\n\d]{0,25}"
    r"|(?:[.!?\n]\s*|\A)that(?:['’]s| is| was| makes) (?:\w+ )?)$",
    re.IGNORECASE,
)
_IN_TOTAL: Final = re.compile(
    r",?[ \t]{0,2}(?:in (?:total|all)\b|altogether\b|overall\b|\(total\)|all told\b)", re.IGNORECASE
)
# a 40-minute outage, nine hours of downtime
_ADJECTIVE: Final = re.compile(
    r"[ -]{1,2}(?:of )?(?:\w+ )?(?:outage|incident|disruption|interruption|degradation|downtime"
    r"|unavailability)\b",
    re.IGNORECASE,
)
_IN: Final = re.compile(r"\b(?:in|within|after|every|per) (?:the |only |just )?$", re.IGNORECASE)
_THESE: Final = re.compile(r"\b(?:[Ii]n|[Dd]uring|[Ff]or|[Oo]ver) (?:these|those|all of these) $")
_FOR: Final = re.compile(
    rf"\b(?:for|over|throughout) (?:{_ROUGHLY} |a |the |more |than ){{0,3}}$", re.IGNORECASE
)
_HARM: Final = re.compile(
    r"\b(?:fail\w*|unavailab\w+|unreachable|down|offline|inaccessible|degrad\w+|disrupt\w+|slow\w*"
    r"|could(?:n['’]t| not)|unable|cannot|errors?|outage|refus\w+|reject\w+|delay\w*|no \w+ \w+ed"
    r"|(?:got|had|saw|took|received|without|with|found) no(?:thing)?"
    r"|no \w+ (?:could|was|were|went|came)"
    r"|nobody|stopped|dropped|lost|late|stuck|hung|interrupt\w+|impact\w*|affect\w+|broken"
    r"|(?:did|do|does|was|were|is|are|has|have|had)(?:n['’]t| not)|logged out|wrong|old records"
    r"|missing|empty|blank|twice|kept from|instead of)\b",
    re.IGNORECASE,
)
# Of a part, of one of several, of a limit: not of the incident.
_OF_A_PART: Final = re.compile(
    r"\b(?:parts?|phases?|one|another|second|third|each|some|few|first|additional|further|more|step"
    r"|between|up to|at most|at least|per|every|average|averag\w+|median|p\d\d|typical\w*|longest"
    r"|shortest|individual|most|remaining|backlog|queues?|caches?|retr(?:y|ies)|timeouts?|ttl|until"
    r"|waves?|usual\w*|normal\w*|would|could have|should|will|may|might|regions?|nodes?"
    r"|hosts?|provider\w*|vendor\w*|upstream|subset|others?|several|maximum|minimum|window of"
    r"|instead of|than|whose|those|limit\w*|wait\w*|expire[sd]?|lag\w*|behind|maintenance|peak\w*"
    r"|ago|similar|previous\w*|last (?:year|month|week|time)|earlier this|alerts?|alarms?|noticed?"
    r"|tail|partial\w*|then|briefly|degraded for|days? (?:before|earlier)|gave|give|grant\w*"
    r"|extend\w*)\b",
    re.IGNORECASE,
)
# Of more than one incident together, of another one, of some customers, of a limit.
_SEVERAL: Final = re.compile(
    r"\b(?:across|incidents|outages|combined|cumulative\w*|this (?:month|quarter|year)|sla|slo"
    r"|budget|allow\w*|target\w*|agree\w*|per (?:month|year|quarter)|a (?:month|year|quarter)"
    r"|last (?:outage|incident|time|one|year|month)|of this kind|previous\w*"
    r"|earlier (?:outage|incident)|each|every|times|restarts|retries|attempts)\b",
    re.IGNORECASE,
)
# For some customers, in some place, by one way in: their part of it may have been shorter.
_FOR_SOME: Final = re.compile(
    r"\b(?:[Ff]or|[Tt]o|[Ii]n|[Ff]rom|[Ww]ith|[Oo]n|[Vv]ia) (?:the |our |some |most |all )?"
    r"(?:[A-Z][\w-]+|(?:mobile|web|desktop|other|free|paid|enterprise|european|asian)\b)"
    r"|\b(?:[A-Z]{2,3}|[A-Z][a-z]+(?:an|ish|ese)) (?:customers|users|tenants|shops)",
)
_MONTH_NAME: Final = re.compile(
    rf"\b(?:[Oo]n|[Ii]n|[Ff]rom) (?:\d|{'|'.join((*MONTHS, *WEEKDAYS))})"
)
_LABEL: Final = (
    r"^[\s>|*_#+•–—-]*(?:\d{1,2}[.)] )?(?:the |our |total |overall |incident |outage |impact "
    r"|customer[- ]?(?:facing |visible )?|service |user |approx(?:imate|\.)? |mean ){0,3}"
)
_TOTAL_LABEL: Final = re.compile(
    rf"{_LABEL}(?:duration|length|downtime|outage|disruption|degradation|lasted|time down)"
    r"(?: of (?:the )?(?:impact|incident|outage|disruption))?\b[\s:|*_=–—()\w]{0,30}$",
    re.IGNORECASE,
)
_RECOVERY_LABEL: Final = re.compile(
    rf"{_LABEL}(?:time[ -]to[ -](?:full )?(?:resol\w+|recover\w*|restor\w+|repair|fix|mitigat\w+)"
    r"|(?:resol\w+|recovery|restoration|repair|mitigation)[ -]time|m?ttr|m?ttm"
    r"|(?:restored|recovered|resolved|fixed|mitigated|repaired) (?:after|in|within))"
    r"\b[\s:|*_=–—()\w]{0,30}$",
    re.IGNORECASE,
)
_DETECTION_LABEL: Final = re.compile(
    rf"{_LABEL}(?:time[ -]to[ -](?:detect\w*|notice|discover\w*|alert\w*|page)|detection[ -]time"
    r"|m?ttd|(?:detected|noticed|discovered|alerted|paged|found) (?:after|in|within))"
    r"\b[\s:|*_=–—()\w]{0,30}$",
    re.IGNORECASE,
)
_NOTICED: Final = (
    r"(?:detect\w*|notic\w+|discover\w+|caught|alert\w*|paged?|spotted|became aware|knew)"
)
_MENDED: Final = (
    r"(?:resolv\w+|recover\w*|restor\w+|repair\w*|fix\w*|mitigat\w+|back (?:up|online))"
)
_FOUND: Final = r"(?:identif\w+|f(?:i|ou)nd|locat\w+|isolat\w+|diagnos\w+)"
_WITHIN: Final = r"(?:within|after|in|for)"
_NOTICED_WITHIN: Final = re.compile(
    rf"\b{_NOTICED}\b(?: (?!and\b|but\b|or\b)[\w'’-]+){{0,5}},? {_WITHIN}"
    rf" (?:{_ROUGHLY} |the first ){{0,2}}$",
    re.IGNORECASE,
)
_MENDED_WITHIN: Final = re.compile(
    rf"\b{_MENDED}\b(?: (?!and\b|but\b|or\b|by\b)[\w'’-]+){{0,5}},? (?:within|after|in)"
    rf" (?:{_ROUGHLY} |the first ){{0,2}}$",
    re.IGNORECASE,
)
_FOUND_WITHIN: Final = re.compile(
    rf"\b{_FOUND}\b(?: (?!and\b|but\b|or\b|by\b)[\w'’-]+){{0,5}},? (?:within|after|in)"
    rf" (?:{_ROUGHLY} |the first ){{0,2}}$",
    re.IGNORECASE,
)
# Counted from a step of the repair, not from the first report.
_OF_A_STEP: Final = re.compile(
    r" (?:of|after|from)\b(?! (?:(?:the|a|our) )?(?:first|initial|start|beginning|it|report|onset"
    r"|incident|issue|impact|outage))",
    re.IGNORECASE,
)
_TOOK: Final = re.compile(
    rf"\btook (?:us |our \w+ |the \w+ |them ){{0,2}}(?:{_ROUGHLY} )?$", re.IGNORECASE
)
_TO_NOTICE: Final = re.compile(
    rf" (?:to |before (?:we|anyone|anybody|somebody|the|an?) (?:\w+ )?){_NOTICED}", re.IGNORECASE
)
_TO_MEND: Final = re.compile(rf" to (?:\w+ )?{_MENDED}\b", re.IGNORECASE)
_TO_FIND: Final = re.compile(rf" to (?:\w+ )?{_FOUND}\b", re.IGNORECASE)
_FURTHER: Final = re.compile(
    r"\b(?:another|further|additional|extra|more|longer)\b(?! than)", re.IGNORECASE
)
_UPPER: Final = re.compile(
    r"\b(?:within|(?<!little )(?<!slightly )(?<!just )(?:less than|under)|no more than|at most"
    r"|up to)(?: the first| only| just)? $",
    re.IGNORECASE,
)
_BESIDE: Final = re.compile(rf"[\s,(–—-]*(?:(?:at|by|{_ROUGHLY})\s+)*", re.IGNORECASE)
_LATER: Final = re.compile(r"[ \t]+(?:later|afterwards?)\b", re.IGNORECASE)
_REACH: Final = 80  # characters before a duration that say of what it is


_OF_DETECTION: Final = frozenset({DETECTION, SINCE_START, AFTER})


class Length(NamedTuple):
    """A stated duration, and of what it is the length.

    Attributes:
        kind: one of the constants of this module; ``PARTS`` where its parts stand beside it.
        window: the window beside it; None where there is none.
        is_limit: whether it is the most it may have been (``within 30 minutes``).
        is_label: whether it stands behind a label (``Duration: 2 h``).
        within: its sentence or table row.
        at: the offset of the clock time that it leads to, of ``20 minutes later, at 10:40``.
    """

    duration: Duration
    kind: str
    window: Window | None
    is_limit: bool
    is_label: bool
    within: Span
    at: int = -1


@lru_cache(maxsize=128)
def lengths(text: str) -> tuple[Length, ...]:
    """Return the lengths that a text states, in order."""
    plain = mask_markup(text)
    every = list(durations(plain))
    rows = [Span(row.text.replace("|", " "), row.start, row.end) for row in table_rows(text)]
    found = [*_in_rows(rows)]
    if every:
        read = text_times(text)
        for span in sentences(text):
            here = spans_between(every, span.start, span.end)
            role = role_at(text, span.start) if here else ACTIONS
            if role not in {ACTIONS, CLOSING}:
                told = _in_sentence(plain, read, span, here)
                found += (one for one in told if role != LESSONS or one.kind in _OF_DETECTION)
    return tuple(sorted(found, key=lambda length: length.duration.start))


def _in_rows(rows: Sequence[Span]) -> Iterator[Length]:
    """Yield the lengths in the rows of tables: a label, and its duration in the next cell."""
    for row in rows:
        for duration in durations(row.text):
            if _AFTER_START.match(row.text, duration.end):
                at = next((row.start + clock.start for clock in text_times(row.text).clocks), -1)
                yield Length(_placed(duration, row), SINCE_START, None, False, False, row, at)
            elif kind := _label_kind(row.text[: duration.start]):
                yield Length(_placed(duration, row), kind, None, False, True, row)


def _placed(duration: Duration, row: Span) -> Duration:
    """Return a duration of a row with its offsets in the text."""
    return duration._replace(start=duration.start + row.start, end=duration.end + row.start)


def _in_sentence(
    plain: str, read: TextTimes, span: Span, here: Sequence[Duration]
) -> Iterator[Length]:
    windows = spans_between(read.windows, span.start, span.end)
    for duration in here:
        if (after := _after(plain, read, span, duration)) is not None:
            yield after
            continue
        apart = _APART.match(plain, duration.end)
        if duration.business_days or (apart and not _is_until(plain, duration, apart)):
            if later := _leads_to(plain, read, span, duration):
                yield Length(
                    duration, LATER, None, is_limit=False, is_label=False, within=span, at=later
                )
            continue
        window = _window_beside(plain, read, windows, duration)
        before = plain[max(span.start, duration.start - _REACH) : duration.start]
        is_limit = _UPPER.search(before) is not None
        if window is not None:
            yield Length(duration, WINDOW, window, is_limit, False, span)
        elif kind := _label_kind(_line_before(plain, span, duration)):
            if _SEVERAL.search(span.text):
                continue
            yield Length(duration, kind, None, is_limit, True, span)
        elif kind := _told_kind(plain, before, duration):
            yield Length(duration, kind, None, is_limit, False, span)
        elif _is_total(plain, span, duration, here, before):
            only = windows[0] if len(windows) == 1 else None
            of_parts = len(here) > 2 and all(part.span <= duration.span for part in here)
            kind = WINDOW if only else PARTS if of_parts else TOTAL
            yield Length(duration, kind, only, is_limit, False, span)


def _after(plain: str, read: TextTimes, span: Span, duration: Duration) -> Length | None:
    """Return the length of ``14 minutes after the first failure``, ``... after the release``."""
    if _AFTER_START.match(plain, duration.end):
        at = _clock_before(read, span, duration)
        return Length(duration, SINCE_START, None, False, False, span, at)
    if not duration.business_days and _AFTER_EVENT.match(plain, duration.end):
        return Length(duration, AFTER, None, False, False, span)
    return None


def _clock_before(read: TextTimes, span: Span, duration: Duration) -> int:
    """Return the offset of the last time before a duration in its sentence; -1 without one."""
    ahead = spans_between(read.clocks, span.start, duration.start)
    return next((clock.start for clock in reversed(ahead) if not clock.other), -1)


def _is_until(plain: str, duration: Duration, apart: re.Match[str]) -> bool:
    """Whether ``before`` says how it ended: ``for nine hours before it recovered``."""
    before = plain[max(0, duration.start - _REACH) : duration.start]
    return apart.group().strip().lower() == "before" and _FOR.search(before) is not None


def _line_before(plain: str, span: Span, duration: Duration) -> str:
    """Return what stands before a duration in its line and sentence: its label, if it has one."""
    return plain[max(span.start, plain.rfind("\n", 0, duration.start) + 1) : duration.start]


def _label_kind(before: str) -> str | None:
    for kind, pattern in (
        (DETECTION, _DETECTION_LABEL),
        (RECOVERY, _RECOVERY_LABEL),
        (TOTAL, _TOTAL_LABEL),
    ):
        if pattern.search(before):
            return kind
    return None


def _told_kind(plain: str, before: str, duration: Duration) -> str | None:
    """Return the kind of ``detected within ...``, ``it took us ... to recover``."""
    after = plain[duration.end : duration.end + _REACH]
    if _OF_A_STEP.match(after):
        return None
    took = _TOOK.search(before) is not None
    if _NOTICED_WITHIN.search(before) or (took and _TO_NOTICE.match(after)):
        return DETECTION
    if _MENDED_WITHIN.search(before) or (took and _TO_MEND.match(after)):
        return RECOVERY
    if _FOUND_WITHIN.search(before) or (took and _TO_FIND.match(after)):
        return DIAGNOSIS
    return None


def _leads_to(plain: str, read: TextTimes, span: Span, duration: Duration) -> int:
    """Return the offset of the time in ``20 minutes later, at 10:40``; 0 without one."""
    later = _LATER.match(plain, duration.end)
    if later is None or duration.business_days:
        return 0
    behind = spans_between(read.clocks, later.end(), span.end)[:1]
    ahead = spans_between(read.clocks, span.start, duration.start)[-1:]
    for clock in (*behind, *ahead):
        first, second = sorted(((clock.start, clock.full_end), (duration.start, later.end())))
        if not clock.other and _BESIDE.fullmatch(plain, first[1], second[0]):
            return clock.start
    return 0


def _window_beside(
    plain: str, read: TextTimes, windows: Sequence[Window], duration: Duration
) -> Window | None:
    """Return the window that stands beside a duration, with nothing but fillers between."""
    for window in windows:
        if window.end <= duration.start:
            between = _without_times(plain, read, window.end, duration.start)
            if _BEHIND_WINDOW.fullmatch(between):
                return window
        elif duration.end <= window.start:
            between = _without_times(plain, read, duration.end, window.start)
            if _BEFORE_WINDOW.fullmatch(between) and not _IN.search(
                plain[max(0, duration.start - 20) : duration.start]
            ):
                return window
    return None


def _without_times(plain: str, read: TextTimes, start: int, end: int) -> str:
    """Return a piece of the text without its clock times, days and zones."""
    piece = plain[start:end]
    for day in spans_between(read.days, start, end):
        piece = piece.replace(day.text, " ", 1)
    for clock in spans_between(read.clocks, start, end):
        piece = piece.replace(clock.text, " ", 1)
    for zone in spans_between(read.zones, start, end):
        piece = piece.replace(zone.text, " ", 1)
    return piece


def _is_total(
    plain: str, span: Span, duration: Duration, here: Sequence[Duration], before: str
) -> bool:
    """Whether a duration is that of the whole incident, by its words."""
    clause = plain[span.start : span.end]
    if _SEVERAL.search(clause):
        return False
    told = f"{before} {plain[duration.end : duration.end + _REACH]}".replace("UTC", "")
    if _FOR_SOME.search(_MONTH_NAME.sub("", told)):
        return False
    if _IN_TOTAL.match(plain, duration.end) or _THESE.search(before):
        return True
    if len(here) > 1 or _OF_A_PART.search(clause) or _has_more_behind(plain, duration):
        return False
    if _ADJECTIVE.match(plain, duration.end) or _LASTED.search(before):
        return True
    return bool(_FOR.search(before) and _HARM.search(clause))


def _has_more_behind(plain: str, duration: Duration) -> bool:
    """Whether the paragraph goes on with a duration that comes after: ``for 39 more minutes``."""
    end = plain.find("\n\n", duration.end)
    behind = plain[duration.end : end if end >= 0 else len(plain)]
    return any(
        is_further(behind, part) and _HARM.search(_sentence_of(behind, part))
        for part in durations(behind)
    )


def _sentence_of(text: str, part: Duration) -> str:
    start = max(text.rfind(". ", 0, part.start), 0)
    end = text.find(". ", part.end)
    return text[start : end if end >= 0 else len(text)]


def is_further(text: str, part: Duration) -> bool:
    """Whether a duration comes after another: ``for 39 more minutes``, ``a further hour``."""
    return _FURTHER.search(text, max(0, part.start - 14), part.end + 7) is not None
