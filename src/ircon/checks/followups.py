"""The actions that a postmortem promises: each a list item, or a sentence about what will be."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import groupby, zip_longest
from typing import Final, NamedTuple

from ircon.checks.claims import has_duration
from ircon.text.dates import MONTHS, Day, days
from ircon.text.outline import ACTIONS, Section, items_of, outline, sentences_of, table_rows
from ircon.text.phrases import contains, phrases
from ircon.text.prose import Paragraph, Span
from ircon.text.stems import stems

# Verbs that no one can ever call done (CHECKS, P10), and their nearest kin.
WEAK: Final = phrases(
    "(?:further|continu~ to|keep) investigat~", "investigat~ further", "improv(?:e|ing)",
    "revisit~", "continu(?:e|ing)", "enhanc(?:e|ing)", "ensur(?:e|ing)", "strengthen~",
    "conduct~ (?:a |more |further )?regular", "look(?:ing)? into", "explor(?:e|ing)",
    "consider(?:ing)?", "work(?:ing)? on", "work(?:ing)? to", "striv~", "optimi[sz](?:e|ing)",
    "be more careful", "pay~ (?:more |closer )?attention",
)  # fmt: skip

# What will be: "we will ...", "our team is adding ...".
WILL: Final = phrases(
    r"(?:we|i|(?:our|the) [\w -]{0,40}?teams?|(?:our |the )?engineers?|[\w-]+ teams?)"
    r"(?: \w+ly| also| now| currently| then)*"
    r"(?: will| shall|'ll| are going to| (?:plan|intend|aim|commit)s? to| (?:are|is|am)"
    r"(?: also| now| currently| \w+ly)? \w+ing)",
    "(?:we|i)'(?:ll|re)",
)
_SOMEONE_WILL: Final = re.compile(r"^(?!This|That|It|These|Those|They|There)[A-Z][a-z]+ will\b")
# Told as done: it is history, not a promise.
_DONE: Final = re.compile(
    r"(?:\[x\]"
    r"|(?<![a-z-])(?!need|embed|speed|feed|seed)[a-z-]{2,30}ed\b"
    r"|(?:we|i|our team|this|these [\w ]{1,30}?|the [\w -]{1,60}?|our [\w -]{1,60}?)\s+"
    r"(?:(?:have|has|had|was|were|made|took|put|set|built|began|ran)\b"
    r"|(?:\w+ly\s+)?(?!need)[a-z-]{2,30}ed\b))",
    re.IGNORECASE,
)
_SAID_DONE: Final = re.compile(r"\bdone\W{0,3}$", re.IGNORECASE)
_HOLE: Final = re.compile(r"\{\{[^{}\n]*\}\}")
_RULE: Final = re.compile(r"[\s|:-]+")
_TRAILING: Final = " \t\n.,;:"
_ALIKE: Final = 3  # stems that two actions share (CHECKS, P15)
_LABEL_WORDS: Final = 6  # of an item that only names those indented below it

_TICKET: Final = re.compile(r"\b[A-Z][A-Z0-9]{1,9}-\d{1,6}\b|(?<!\w)#\d{1,7}\b|\bhttps?://\S")
_WHEN: Final = phrases(
    r"(?:by|before|until|in|during|at|from|on) (?:the )?(?:(?:end|start|middle|beginning) of )?"
    rf"(?:the |this |next )?(?:week|month|quarter|year|sprint|day|Q[1-4]|H[12]|{'|'.join(MONTHS)})",
    r"(?:this|next|the coming) (?:week|month|quarter|sprint)", "tomorrow", "today", r"Q[1-4]",
    r"due(?: on| by|:)? \S+",
)  # fmt: skip
_OWNER: Final = re.compile(
    r"\b(?i:owner|owned by|assigned to|assignee|responsible|dri|lead)\b\s{0,2}[:=]?\s{0,2}\w"
    r"|(?<!\w)@\w"
    r"|[(\[|–—-]\s{0,2}(?!(?:Done|Open|New|Due|By|In|The|Q[1-4])\b)[A-Z][a-z]+"
    r"(?: [A-Z][a-z]+| [A-Za-z]+ team)?\s{0,2}(?:[,;)\]|–—]|$)"
    r"|\b[Tt]eam [A-Z]\w|\b[A-Z][\w-]+ team\b(?=[,;)]|$)"
    # (storage, by 4 May, OPS-12): a word of its own beside a ticket
    r"|[(\[,]\s{0,2}(?!(?:by|in|due|done|see|on|next|q[1-4])\b)[a-z][\w/&-]*(?: team)?,"
    r"(?=[^()\n]{0,40}\b[A-Z][A-Z0-9]{1,9}-\d)"
    r"|\b(?:[Tt]he|[Oo]ur) (?!(?i:engineering|incident|internal|whole|entire|response|technical"
    r"|support|same)\b)[\w/&]+(?:[ -][\w/&]+)?(?<!response)(?<!engineering)"
    r" (?:team|squad|group|crew)\b"
    r"|^(?!This|That|It|These|Those|They|There|We)[A-Z][a-z]+ will\b"
    r"|:\s{0,2}[A-Z][a-z]+(?: [A-Z][a-z]+)?\s{0,2}$"
)
_CLAUSE: Final = re.compile(r",(?:\s+and\b)?|;|\band\b(?=\s+(?:to\s+)?[a-z]+\s)|\bas well as\b")
# Where the object ends and the reason begins.
_REASON: Final = re.compile(
    r"[(\[{]|\b(?:to|that|which|so|in order|before|after|because|when|if|while|by|based"
    r"|during|until|since|as|across|such)\b",
    re.IGNORECASE,
)
_SUBJECT: Final = re.compile(
    r"^\W*(?:(?:additionally|also|finally|first|second|secondly|furthermore|moreover|in addition"
    r"|long[- ]term|short[- ]term|going forward|moving forward)\W+)?"
    r"(?:(?:we|i|our [\w -]{0,40}?team|the [\w -]{0,40}?team)\b\s*)?"
    r"(?:(?:will|shall|are|is|have|plan|intend|going|also|now|currently|started|begun)\b\s*"
    r"|['’](?:ll|re|ve)\s*|to\b\s*)*",
    re.IGNORECASE,
)


class Traits(NamedTuple):
    """What an action has.

    Attributes:
        owner: a person or a particular team; date: until when; ticket: where it is
            tracked.
        weak: its verb, where that can never be called done and no number bounds it.
    """

    owner: bool
    date: bool
    ticket: bool
    weak: str | None


class FollowUp(NamedTuple):
    """One promised action: ``text[start:end]`` of the postmortem."""

    text: str
    start: int
    end: int

    @property
    def traits(self) -> Traits:
        """What it has of all that an action needs."""
        return _traits(self.text)


class Core(NamedTuple):
    """What an action does to what: the stems of one clause, in its place (P15)."""

    text: str
    stems: frozenset[str]
    start: int
    end: int

    def is_like(self, other: Core) -> bool:
        """Whether both do the same to the same, as far as their words tell."""
        return len(self.stems & other.stems) >= _ALIKE


@lru_cache(maxsize=4096)
def _traits(text: str) -> Traits:
    every_day = list(days(text))
    weak = WEAK.search(text)
    bare = _TICKET.sub("", _without(every_day, text))
    return Traits(
        owner=_OWNER.search(text) is not None,
        date=any(day.is_date for day in every_day)
        or _WHEN.search(text) is not None
        or has_duration(text),
        ticket=_TICKET.search(text) is not None,
        weak=weak.group() if weak and not any(map(str.isdigit, bare)) else None,
    )


@lru_cache(maxsize=256)
def follow_ups(text: str) -> tuple[FollowUp, ...]:
    """The open actions of a postmortem, in order."""
    found: dict[int, FollowUp] = {}
    for part in outline(text):
        if part.role == ACTIONS:
            for item in (*_items(text, part), *_rows(text, part), *_sentences(text, part)):
                found.setdefault(item.start, item)
    return tuple(found[start] for start in sorted(found))


def unkept(text: str) -> Iterator[Span]:
    """Headings that announce actions where none follows, neither open nor done."""
    for is_announced, run in groupby(outline(text), key=lambda part: part.role == ACTIONS):
        parts = list(run)
        heading = parts[0].heading
        if is_announced and heading and not any(_holds_any(text, part) for part in parts):
            yield heading


@lru_cache(maxsize=1024)
def cores(text: str) -> tuple[Core, ...]:
    """What an action does to what, clause by clause; places count from its start."""
    found, begin = [], 0
    for stop in _CLAUSE.finditer(text):
        found.append(_core(text, begin, stop.start()))
        begin = stop.end()
    found.append(_core(text, begin, len(text)))
    return tuple(core for core in found if core.stems)


def alike(one: str, other: str) -> bool:
    """Whether two actions have a verb and its object in common."""
    return any(mine.is_like(theirs) for mine in cores(one) for theirs in cores(other))


def _core(text: str, begin: int, end: int) -> Core:
    clause = text[begin:end]
    skipped = _SUBJECT.match(clause)
    left = skipped.end() if skipped else 0
    reason = _REASON.search(clause, left)
    right = reason.start() if reason and reason.start() > left else len(clause)
    told = clause[left:right].rstrip(_TRAILING)
    return Core(told, stems(told), begin + left, begin + left + len(told))


def _items(text: str, part: Section) -> Iterator[FollowUp]:
    items = items_of(text, part)
    for item, following in zip_longest(items, items[1:]):
        if _is_label(text, item, following) or not _is_open(item.text):
            continue
        yield FollowUp(item.text, item.start, item.end)


def _is_label(text: str, item: Paragraph, following: Paragraph | None) -> bool:
    """It only names those below it."""
    if item.text.endswith(":"):
        return True
    return (
        following is not None
        and len(item.text.split()) <= _LABEL_WORDS
        and _column(text, following) > _column(text, item)
    )


def _column(text: str, item: Paragraph) -> int:
    return item.start - text.rfind("\n", 0, item.start)


def _rows(text: str, part: Section) -> Iterator[FollowUp]:
    """A table's rows below its line of dashes."""
    below = False
    for row in table_rows(text, part.start, part.end):
        if _RULE.fullmatch(row.text):
            below = True
        elif below and _is_open(row.text):
            yield FollowUp(row.text, row.start, row.end)


def _sentences(text: str, part: Section) -> Iterator[FollowUp]:
    items = items_of(text, part)
    starts = [item.start for item in items]
    for one in sentences_of(text, part):
        place = bisect_right(starts, one.start) - 1
        if place >= 0 and one.end <= items[place].end:
            continue
        if (contains(WILL, one.text) or _SOMEONE_WILL.match(one.text)) and _is_open(one.text):
            yield FollowUp(one.text, one.start, one.end)


@lru_cache(maxsize=4096)
def _is_open(text: str) -> bool:
    """A promise: not a hole to be filled in, and not told as done."""
    plain = _HOLE.sub("", text).strip(_TRAILING + "()")
    if not plain or _SAID_DONE.search(plain):
        return False
    return bool(WILL.search(plain)) or not _DONE.match(plain)


def _holds_any(text: str, part: Section) -> bool:
    found = follow_ups(text)
    place = bisect_left(found, part.start, key=lambda one: one.start)
    if place < len(found) and found[place].start < part.end:
        return True
    if any(not one.text.endswith(":") for one in items_of(text, part)):
        return True
    told = (one.text for one in sentences_of(text, part))
    return any(_DONE.match(one) or _HOLE.search(one) for one in told)


def _without(named: Sequence[Day], text: str) -> str:
    for day in reversed(named):
        text = text[: day.start] + text[day.end :]
    return text
