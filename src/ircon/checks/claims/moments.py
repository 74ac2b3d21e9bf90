"""Moments of a text: each clock time with what happened then, in prose and in timelines.

Two moments are compared by their distance in minutes. Where a text names no day or no zone for
one of them, all distances that are possible are given.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Final, NamedTuple

from ircon.checks.claims.timeline import Row, moved, timelines
from ircon.incident.time_input import ABBREVIATIONS
from ircon.text.clock_times import ClockTime, TextTimes, text_times
from ircon.text.instants import wall_time
from ircon.text.outline import table_rows
from ircon.text.phrases import contains, phrases
from ircon.text.prose import Span, mask_markup, sentences, spans_between
from ircon.text.stems import stems

STARTED, DETECTED, ENDED = "started", "detected", "ended"

_DAY: Final = 1440  # minutes
_STARTED: Final = phrases(
    "start~", "beg(?:an|in|ins|inning|un)", "onset", "first (?:\\w+ ){0,3}?(?:errors?|failures?)",
    "fail~", "stop(?:s|ped)?", "errors?", "down", "unavailab~", "unreachable", "inaccessible",
    "slow~", "refus~", "drop(?:s|ped)?", "los(?:t|es|ing)", "missing", "time(?:s|d)? out",
    "timeouts?", "spik~", "degrad~", "cannot", "can't", "could not", "couldn't", "no longer",
    "crash~", "hang(?:s|ing)?", "hung", "stuck", "reject~", "outage", "disrupt~", "interrupt~",
    "expir~", "no (?:\\w+ ){1,3}?(?:work|works|worked|go|goes|went|arriv~|load~|open~|get)",
    "unable", "break~", "broke", "broken", "saturat~", "exhaust~", "full", "5\\d\\ds?", "freez~",
    "froze", "delay~", "late", "wrong", "impact(?:ed)?", "affect~", "offline", "vanish~", "impair~",
)  # fmt: skip
_DETECTED: Final = phrases(
    "alert(?:s|ed|ing)?", "alarms?", "pag(?:ed|es|ing|er|ers)", "pagerduty", "opsgenie",
    "notif(?:y|ies|ied|ication|ications)", "detect(?:s|ed|ion)?", "notic(?:e|es|ed)",
    "report(?:s|ed|ing)?", "call(?:s|ed)?(?! it| them)", "phon(?:e|es|ed)", "rang",
    "complain(?:s|ed|ts?)?",
    "(?:opens?|opened|rais~|files?|filed|first) (?:an? |the )?(?:\\w+ )?tickets?",
    "learn(?:s|ed|t)?(?: of)?", "told us", "inform(?:s|ed)?",
    "warn(?:s|ed|ing)?", "spot(?:s|ted)", "discover(?:s|ed)", "monitoring", "observ(?:e|es|ed)",
    "(?:we|engineers?|team|on-call) (?:saw|see|sees)",
    "wr(?:ites?|ote) (?:in|to (?:us|support|our))",
)  # fmt: skip
_ENDED: Final = phrases(
    "again", "resolv(?:ed|es|e)", "resolution", "recover(?:ed|s|y)?", "restor(?:ed|es|e|ation)",
    "operational", "healthy", "stable", "stabili[sz]~", "normal~",
    "back (?:up|online|to|in|at|again)", "(?:is|are|was|were|came|comes|come|went|all) back",
    "end(?:s|ed)?",
    "over", "clos(?:ed|es)", "complete[ds]?", "fix(?:ed|es)?", "mitigat(?:ed|es)", "all clear",
    "everything", "every \\w+ (?:is|are|works?|worked)", "green", "no more \\w+", "zero errors",
    "finish(?:es|ed)?", "drained", "empty", "cleared", "works?", "worked", "solved", "caught up",
    "up and running", "online", "passes", "pass", "succeed~", "served", "confirm(?:s|ed)?",
    "all (?:\\w+ ){1,4}?(?:work~|print~|run(?:ning)?|return~|rout~|load~|open~|deliver~|sent|done)",
    "last (?:\\w+ ){0,2}?(?:errors?|failures?|of)",
    "(?:sent|delivered|processed|replayed|have) all",
    "start(?:s|ed)? (?:up|again|working)", "gone", "ceas~", "subsid~", "disappear~", "reopen~",
    "resum(?:es|ed)", "catch(?:es)? up", "success~",
)  # fmt: skip
# The same thing may happen twice.
_LABELLED: Final = re.compile(
    r"\s*\|[\s*_]*(?:start|began|begin|end|first|last|resolved|restored|recovered|detected|impact)",
    re.IGNORECASE,
)
_ANY_YEAR: Final = date(2024, 1, 1)
REPEATED: Final = phrases(
    "again", "another", "second", "third", "additional~", "further", "re-\\w+", "once more",
    "retr(?:y|ied|ies)", "restart~ (?:it|them)",
)  # fmt: skip
# A clause ends where a comma or a word joins another to it.
_JOINT: Final = re.compile(
    r"[;:]\s|,\s(?:and|but|so|which|while|when|where|before|after|until|then)\s|,\s(?:and\s)?(?=we\s)"
    r"|\s(?:and|but|while|until|before)\s(?=(?:at\s|by\s|we\s|the\s|it\s|they\s|on\s))|\s[–—]\s|\.\s",
)


_IRREGULAR: Final = {
    "began": "begin", "begun": "begin", "went": "go", "goes": "go", "gone": "go", "fell": "fall",
    "rose": "rise", "found": "find", "took": "take", "saw": "see", "seen": "see", "came": "come",
    "sent": "send", "lost": "lose", "broke": "break", "broken": "break", "rang": "ring",
    "ran": "run", "cut": "cut", "told": "tell", "wrote": "write", "knew": "know", "brought":
    "bring", "got": "get", "shut": "shut", "left": "leave", "kept": "keep", "was": "be",
}  # fmt: skip
_WORD: Final = re.compile(r"[^\W\d_][\w’'-]*")
_TIME_WORDS: Final = frozenset(
    {"am", "pm", "around", "about", "approximately", "at", *map(str.lower, ABBREVIATIONS)}
)


class Moment(NamedTuple):
    """A clock time and what happened then: ``text[start:end]`` is the time, zone included.

    Attributes:
        clock: the time as it is written.
        what: the words that tell what happened: the clause, or the rest of the row.
        within: the sentence or the row; offsets in the text.
        row: the row of a timeline; None in prose.
        on: its date; None where the text names none for it.
        minute: of the day, on the clock of its zone.
        offset: of that zone, minutes from UTC; None where no zone is known.
        is_window: whether it is one end of a window in prose.
    """

    start: int
    end: int
    clock: ClockTime
    what: str
    within: Span
    row: Row | None
    on: date | None
    minute: int
    offset: int | None
    is_window: bool = False

    @property
    def exact(self) -> bool:
        """Whether the text gives the minute."""
        return self.clock.around is None


@lru_cache(maxsize=16_384)
def roles(what: str) -> frozenset[str]:
    """Return what a moment may be the start, the detection or the end of."""
    named = {STARTED: _STARTED, DETECTED: _DETECTED, ENDED: _ENDED}
    return frozenset(role for role, pattern in named.items() if contains(pattern, what))


@lru_cache(maxsize=128)
def moments(text: str) -> tuple[Moment, ...]:
    """Return the moments of a text, in order; a repetition in another zone is left out."""
    lines = timelines(text)
    found = [_of_row(text, row) for timeline in lines for row in timeline.rows]
    taken = {moment.clock.start for moment in found}
    found += (moment for moment in _in_prose(text) if moment.clock.start not in taken)
    found += (moment for moment in _in_header(text) if moment.clock.start not in taken)
    return tuple(sorted(found, key=lambda moment: moment.start))


def _of_row(text: str, row: Row) -> Moment:
    line_end = text.find("\n", row.start)
    within = Span(row.event, row.begin, len(text) if line_end < 0 else line_end)
    return Moment(
        row.start,
        row.end,
        row.clock,
        row.event,
        within,
        row,
        row.on,
        row.at.hour * 60 + row.at.minute,
        _offset(row.clock, row.on),
    )


def _in_header(text: str) -> Iterator[Moment]:
    """Yield the times in the rows of a table that begin with a label: ``| End | 11:02 UTC |``."""
    for row in table_rows(text):
        if _LABELLED.match(row.text) is None:
            continue
        read = text_times(row.text.replace("|", " "))
        for clock in read.clocks:
            if not clock.other:
                placed = moved(clock, row.start)
                on = next(iter(clock.day.on(_ANY_YEAR)), None) if clock.day else None
                wall = wall_time(clock)
                yield Moment(
                    placed.start,
                    placed.full_end,
                    placed,
                    " ".join(row.text.strip(" |").split("|")[0].split()),
                    row,
                    None,
                    on,
                    wall.hour * 60 + wall.minute,
                    _offset(clock, on),
                )


def _in_prose(text: str) -> Iterator[Moment]:
    read = text_times(text)
    if not read.clocks:
        return
    plain = mask_markup(text)
    in_windows = {end.start for window in read.windows for end in (window.first, window.last)}
    only_date = _only_date(read)
    every = sentences(text)
    before: ClockTime | None = None  # what repeats it in brackets repeats all in them
    for clock in read.clocks:
        within = spans_between(every, 0, clock.start + 1)
        repeats = before is not None and before.other and ")" not in text[before.end : clock.start]
        before = clock
        if clock.other or repeats or not within:
            continue
        sentence = within[-1]
        on = only_date
        if clock.day is not None:
            on = next(iter(clock.day.on(only_date or _ANY_YEAR)), None)
            if clock.day.shift is not None or (not clock.day.is_date and only_date is None):
                on = None
        wall = wall_time(clock)
        yield Moment(
            clock.start,
            clock.full_end,
            clock,
            _clause(plain[sentence.start : sentence.end], clock.start - sentence.start),
            sentence,
            None,
            on,
            wall.hour * 60 + wall.minute,
            _offset(clock, on),
            clock.start in in_windows,
        )


def _only_date(read: TextTimes) -> date | None:
    """Return the date of a text that names one date only."""
    dates = {day.parts for day in read.days if day.has_year and len(day.parts) == 1}
    if len(dates) != 1:
        return None
    try:
        return date(*next(iter(dates))[0])
    except ValueError:
        return None


@lru_cache(maxsize=8192)
def _clause(sentence: str, at: int) -> str:
    """Return the part of a sentence around an offset."""
    start, end = 0, len(sentence)
    for joint in _JOINT.finditer(sentence):
        if joint.end() <= at:
            start = joint.end()
        elif joint.start() > at:
            end = joint.start()
            break
    return sentence[start:end].strip()


def _offset(clock: ClockTime, on: date | None) -> int | None:
    """Return the minutes from UTC of a clock's zone; None without one, or without its season."""
    name = clock.sentence_zone
    if name is None:
        return None
    zone = name.zones[0]
    size = zone.utcoffset(None)  # of an abbreviation; a region's needs the day
    if size is None and on is not None:
        size = zone.utcoffset(datetime.combine(on, wall_time(clock)))
    return None if size is None else round(size / timedelta(minutes=1))


def minutes_from(first: Moment, second: Moment) -> frozenset[int]:
    """Return the minutes there may be from one moment to a later one."""
    if first.row and second.row and first.row is not second.row and _share_clock(first, second):
        return frozenset({round((second.row.at - first.row.at) / timedelta(minutes=1))})
    difference = second.minute - first.minute
    shift = (first.offset or 0) - (second.offset or 0)
    both = first.offset is not None and second.offset is not None
    possible = {difference + shift} if both else {difference, difference + shift}
    if first.on is not None and second.on is not None:
        days = (second.on - first.on).days * _DAY
        return frozenset(minutes + days for minutes in possible)
    return frozenset(minutes % _DAY for minutes in possible)


def _share_clock(first: Moment, second: Moment) -> bool:
    """Whether the rows have dates, or neither has one: rows of one timeline mostly."""
    return bool(first.row and second.row) and (first.on is None) == (second.on is None)


@lru_cache(maxsize=16_384)
def event_stems(what: str) -> frozenset[str]:
    """Return the stems of the words that tell an event, without its times."""
    words = [word.lower() for word in _WORD.findall(what)]
    plain = (_IRREGULAR.get(word, word) for word in words if word not in _TIME_WORDS)
    return stems(" ".join(plain))


def rows_of(words: str, rows: Sequence[Moment]) -> list[Moment]:
    """Return the rows that tell the event of some words best: those with most of its stems."""
    told = event_stems(words)
    shared = {row: len(told & event_stems(row.what)) for row in rows}
    most = max(shared.values(), default=0)
    if not most or 2 * most < len(told):
        return []
    return [row for row, count in shared.items() if count == most]
