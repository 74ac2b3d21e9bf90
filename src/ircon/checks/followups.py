"""Follow-up actions of a postmortem: a list item, a table row, or a sentence about the future."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import zip_longest
from typing import Final, NamedTuple

from ircon.checks.claims.quantities import has_duration
from ircon.text.dates import MONTHS, Day, days
from ircon.text.outline import (
    ACTIONS,
    CAUSE,
    INTRO,
    LESSONS,
    OTHER,
    RESPONSE,
    STORY,
    Section,
    items_of,
    outline,
    sentences_of,
    table_rows,
)
from ircon.text.phrases import contains, phrases
from ircon.text.prose import Paragraph, Span
from ircon.text.stems import stems

# Verbs that no one can ever call done (CHECKS, P10): of thought and talk, of care, of trying, of
# making better without saying how far.
WEAK: Final = phrases(
    "(?:further|continu~ to|keep) investigat~", "investigat~ further", "improv(?:e|ing)",
    "revisit~", "continu(?:e|ing)", "enhanc(?:e|ing)", "ensur(?:e|ing)", "strengthen~",
    "conduct~ (?:a |more |further )?regular", "look(?:ing)? (?:into|at)", "explor(?:e|ing)",
    "consider(?:ing)?", "work(?:ing)? (?:on|to|closely|more|harder|together)", "striv~",
    "optimi[sz](?:e|ing)", "(?:be|being) (?:more|extra|very) \\w+", "(?:become|stay|remain) \\w+",
    "(?:be|being) (?:careful|aware|vigilant|mindful|attentive|proactive)",
    "pay~ (?:more |closer |better )?attention", "discuss(?:ing)?", "talk~ (?:about|to|with)",
    "think~(?: about| of| over)?", "reflect~ on", "remind~", "encourag(?:e|ing)",
    "rais(?:e|ing) awareness",
    "communicat~ (?:better|more|clearer|earlier|faster)", "(?:better|closer|more) \\w+",
    "try(?:ing)? (?:to|and|harder)", "attempt(?:s|ing)? to", "aim~ to", "seek~ to", "make sure",
    "take care",
    "keep~ (?:an eye|in mind|monitoring|watching|track)", "watch~ (?:more |out|for)", "learn~ from",
    "focus~(?: on)?", "foster~", "promot(?:e|ing)", "prioriti[sz]~", "double[- ]check~",
    "get better", "do better", "evaluat~ whether", "see if", "see whether",
    "brainstorm~", "share (?:the )?(?:learnings|lessons)", "understand~",
    "monitor~ (?:more|closely)",
)  # fmt: skip

# Phrases of the future: "we will ...", "our team is adding ...".
WILL: Final = phrases(
    r"(?:we|i|(?:our|the) [\w -]{0,40}?teams?|(?:our |the )?engineers?|[\w-]+ teams?)"
    r"(?: \w+ly| also| now| currently| then)*"
    r"(?: will| shall|'ll| are going to| (?:plan|intend|aim|commit)s? to| (?:are|is|am)"
    r"(?: also| now| currently| \w+ly)? \w+ing)",
    "(?:we|i)'(?:ll|re)",
)
_SOMEONE_WILL: Final = re.compile(r"^(?!This|That|It|These|Those|They|There)[A-Z][a-z]+ will\b")
# In the past tense: history, not a promise.
_DONE: Final = re.compile(
    r"(?:\[x\]|[✅☑✔]|(?:sent|ran|built|made|put|took|wrote|began|gave|held|told|met)\b"
    r"|[^,.;:]{0,80}\b(?:has|have) been\b"
    r"|(?<![a-z-])(?!need|embed|speed|feed|seed)[a-z-]{2,30}ed\b"
    r"|(?:we|i|our team|this|these [\w ]{1,30}?|the [\w -]{1,60}?|our [\w -]{1,60}?)\s+"
    r"(?:(?:have|has|had|was|were|made|took|put|set|built|began|ran)\b"
    r"|(?:\w+ly\s+)?(?!need)[a-z-]{2,30}ed\b))",
    re.IGNORECASE,
)
_ENDS_WITH_DONE: Final = re.compile(r"\bdone\W{0,3}$", re.IGNORECASE)
# What stands before an action's verb: "Safeguards:", "**Alerting** -", and an adverb.
_LABEL: Final = re.compile(r"[*_\s]*[A-Z][\w’' /&-]{1,40}?[*_\s]*(?::[*_]*\s+|\s[–—-]\s)")
_ADVERB: Final = re.compile(r"(?:\w+ly\s+)?(?:be\s+(?=\w+ing\b))?", re.IGNORECASE)
_REFERENCE: Final = re.compile(r"(?:see|read|cf\.?|more in|details?(?: in)?:?)\b", re.IGNORECASE)
# What is said of news to come: no change to anything.
_OF_NEWS: Final = phrases(
    "(?:provid|post|shar|publish|send|giv|releas|writ)(?:e|ing|s)? (?:\\w+ ){0,3}?(?:updates?"
    "|post-?mortem|report|rca|analysis|details?|information|more)",
    "(?:keep|let) (?:you|everyone|customers|users)", "keep (?:\\w+ )?(?:updated|informed|posted)",
    "updat(?:e|ing) (?:you|this|the (?:status )?page|customers|everyone)", "contact", "reach out",
    "notify", "inform", "credit~", "refund~", "compensat~", "get back to", "be in touch",
    "follow up", "never", "see", "be able to",
)  # fmt: skip
_PLACEHOLDER: Final = re.compile(r"\{\{[^{}\n]*\}\}")
_RULE: Final = re.compile(r"[\s|:-]+")
_TRAILING: Final = " \t\n.,;:"
_MAY_PROMISE: Final = frozenset({INTRO, OTHER, STORY, CAUSE, RESPONSE, LESSONS})
_ALIKE: Final = 3  # stems that two actions share (CHECKS, P15)
_LABEL_WORDS: Final = 6  # of an item that is only a label for those indented below it

_TICKET: Final = re.compile(r"\b[A-Z][A-Z0-9]{1,9}-\d{1,6}\b|(?<!\w)#\d{1,7}\b|\bhttps?://\S")
_WHEN: Final = phrases(
    r"(?:by|before|until|in|during|at|from|on) (?:the )?(?:(?:end|start|middle|beginning) of )?"
    rf"(?:the |this |next )?(?:week|month|quarter|year|sprint|day|Q[1-4]|H[12]|{'|'.join(MONTHS)})",
    r"(?:this|next|the coming) (?:week|month|quarter|sprint)", "tomorrow", "today", r"Q[1-4]",
    r"due(?: on| by|:)? \S+",
)  # fmt: skip
# The last word of a label that names who does it.
_OWNERS: Final = frozenset(
    "team desk group crew squad guild engineering engineers operations ops support facilities"
    " planning office department security platform infrastructure sre sres qa legal finance"
    " lead manager owner on-call oncall management networking network data product backend"
    " frontend devops marketing communications comms staff board committee everyone all".split()
)
_FIRST: Final = re.compile(
    r"[*_\s]*(?:the )?([A-Z][\w/&-]*(?: [\w/&-]+){0,3}?)[*_]*(?::[*_]*\s+[a-z]|\s+(?:will|to)\s)",
)
_NO_OWNER: Final = r"(?i:by|in|due|done|open|new|see|on|next|q[1-4]|ticket|issue|the|until)\b"
_OWNER: Final = re.compile(
    r"\b(?i:owner|owned by|assigned to|assignee|responsible|dri|lead)\b\s{0,2}[:=]?\s{0,2}\w"
    r"|(?<!\w)@\w"
    r"|[(\[|–—-]\s{0,2}(?!(?:Done|Open|New|Due|By|In|The|Q[1-4])\b)[A-Z][a-z]+"
    r"(?: [A-Z][a-z]+| [A-Za-z]+ team)?\s{0,2}(?:[,;)\]|–—]|$)"
    r"|\b[Tt]eam [A-Z]\w|\b[A-Z][\w-]+ team\b(?=[,;)]|$)"
    # (web team, 1 June), – on-call lead; (storage, by 4 May): a role, or a word beside a date
    r"|\b[Tt]he same (?:team|group|crew|desk|squad)\b"
    r"|[(\[,|–—-]\s{0,2}(?:the )?[A-Za-z][\w/&-]*(?: [\w/&-]+){0,2}? (?:team|squad|group|crew|guild"
    r"|desk|lead|manager|engineers?|operations|on-call|owners?|department)\b"
    rf"|[(\[]\s{{0,2}}(?!{_NO_OWNER})[A-Za-z][\w/&-]*(?: [\w/&-]+)?,\s{{0,2}}"
    rf"(?:by |due |until |before )?(?:the )?(?:end of )?(?:\d|{'|'.join(MONTHS)}|Q[1-4]|next|this)"
    # (storage, OPS-12): a word of its own beside a ticket
    r"|[(\[,]\s{0,2}(?!(?:by|in|due|done|see|on|next|q[1-4])\b)[a-z][\w/&-]*(?: team)?,"
    r"(?=[^()\n]{0,40}\b[A-Z][A-Z0-9]{1,9}-\d)"
    r"|\b(?:[Tt]he|[Oo]ur) (?!(?i:engineering|incident|internal|whole|entire|response|technical"
    r"|support)\b)[\w/&]+(?:[ -][\w/&]+)?(?<!response)(?<!engineering)"
    r" (?:team|squad|group|crew)\b"
    # Payments team: run a copy of the job
    r"|^\W*(?:\[ ?\]\W*)?(?:[A-Z][\w&/-]*(?: [\w&/-]+){0,3} )?"
    r"(?i:teams?|desk|squad|group|crew|office|planning|operations|ops|engineering|facilities|support|security|platform|infrastructure"
    r"|network|networking|database|storage|product|legal|billing|finance|sre|devops|it|on-call"
    r"|manager|lead|engineers?|department|unit|service desk)\**:\**\s+[a-z]"
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
    r"(?:(?:we|i|(?:our|the) [\w -]{0,40}?(?:teams?|engineers?|staff|crew|group|squad))\b\s*)?"
    r"(?:(?:will|shall|are|is|have|plan|intend|going|also|now|currently|started|begun)\b\s*"
    r"|['’](?:ll|re|ve)\s*|to\b\s*)*",
    re.IGNORECASE,
)


class Traits(NamedTuple):
    """Traits of an action that make it one that can be done.

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
    """A promised action, at ``start`` to ``end`` of the postmortem."""

    text: str
    start: int
    end: int

    @property
    def traits(self) -> Traits:
        """Owner, date, ticket and verb of the action."""
        return _traits(self.text)


class Clause(NamedTuple):
    """A verb and its object in an action, as stems, with their place in it (P15)."""

    text: str
    stems: frozenset[str]
    start: int
    end: int

    def is_similar_to(self, other: Clause) -> bool:
        """Whether both have enough stems in common."""
        return len(self.stems & other.stems) >= _ALIKE


@lru_cache(maxsize=4096)
def _traits(text: str) -> Traits:
    dates = list(days(text))
    weak = _weak_verb(text)
    bare = _TICKET.sub("", _without(dates, text))
    return Traits(
        owner=_OWNER.search(text) is not None or _owner_first(text),
        date=any(day.is_date for day in dates)
        or _WHEN.search(text) is not None
        or has_duration(text),
        ticket=_TICKET.search(text) is not None,
        weak=weak if weak and not any(map(str.isdigit, bare)) else None,
    )


def _owner_first(text: str) -> bool:
    """Whether a label names a team, a role or a person: ``Service desk: keep the number ...``."""
    label = _FIRST.match(text)
    if label is None:
        return False
    words = label[1].split()
    is_person = len(words) == 2 and all(word[:1].isupper() and word[1:].islower() for word in words)
    return is_person or words[-1].lower() in _OWNERS


def _weak_verb(text: str) -> str | None:
    """Return the verb of an action that can never be called done, not one of its reason."""
    label = _LABEL.match(text)
    words = text[label.end() :] if label else text
    for clause in clauses(words):
        adverb = _ADVERB.match(words, clause.start)
        if weak := WEAK.match(words, adverb.end() if adverb else clause.start):
            return weak.group()
    return None


@lru_cache(maxsize=256)
def follow_ups(text: str) -> tuple[FollowUp, ...]:
    """Return the open actions of a postmortem, in order."""
    by_start: dict[int, FollowUp] = {}
    parts = outline(text)
    for part in parts:
        if part.role == ACTIONS:
            for item in (*_items(text, part), *_rows(text, part), *_sentences(text, part)):
                by_start.setdefault(item.start, item)
    if not any(part.role == ACTIONS for part in parts):  # promised in passing
        for part in parts:
            if part.role in _MAY_PROMISE:
                by_start |= {item.start: item for item in _sentences(text, part)}
    return tuple(by_start[start] for start in sorted(by_start))


def empty_action_headings(text: str) -> Iterator[Span]:
    """Yield headings that announce actions where none follows, neither open nor done."""
    parts = outline(text)
    index = 0
    while index < len(parts):
        first = parts[index]
        end = index + 1
        while end < len(parts) and (parts[end].role == ACTIONS or parts[end].level > first.level):
            end += 1
        if first.role != ACTIONS:
            index += 1
            continue
        below = parts[index:end]
        if first.heading and not any(_holds_any(text, part) for part in below):
            yield first.heading
        index = end


@lru_cache(maxsize=1024)
def clauses(text: str) -> tuple[Clause, ...]:
    """Return the clauses of an action; their offsets count from its start."""
    cores, begin = [], 0
    for stop in _CLAUSE.finditer(text):
        cores.append(_clause(text, begin, stop.start()))
        begin = stop.end()
    cores.append(_clause(text, begin, len(text)))
    return tuple(clause for clause in cores if clause.stems)


def are_similar(action: str, other: str) -> bool:
    """Whether two actions have a verb and its object in common."""
    return any(own.is_similar_to(theirs) for own in clauses(action) for theirs in clauses(other))


def _clause(text: str, begin: int, end: int) -> Clause:
    clause = text[begin:end]
    if begin and clause.lstrip().startswith("to "):  # ..., to improve isolation
        return Clause("", frozenset(), begin, begin)
    subject = _SUBJECT.match(clause)
    start = subject.end() if subject else 0
    reason = _REASON.search(clause, start)
    stop = reason.start() if reason else len(clause)
    core = clause[start:stop].rstrip(_TRAILING)
    return Clause(core, stems(core), begin + start, begin + start + len(core))


def _items(text: str, part: Section) -> Iterator[FollowUp]:
    """Yield the items of a list; those indented below an action are details of it."""
    items = items_of(text, part)
    detailed: int | None = None  # the column of the action above, whose details are indented
    for item, following in zip_longest(items, items[1:]):
        column = _column(text, item)
        if detailed is not None and column > detailed:
            continue
        detailed = None
        if _is_label(text, item, following):
            continue
        detailed = column
        if _is_open(item.text):
            yield FollowUp(item.text, item.start, item.end)


def _is_label(text: str, item: Paragraph, following: Paragraph | None) -> bool:
    """Whether an item is only a label for those below it."""
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
    """Yield the rows of a table below its line of dashes."""
    is_below = False
    for row in table_rows(text, part.start, part.end):
        if _RULE.fullmatch(row.text):
            is_below = True
        elif is_below and _is_open(row.text):
            yield FollowUp(row.text, row.start, row.end)


def _sentences(text: str, part: Section) -> Iterator[FollowUp]:
    items = items_of(text, part)
    starts = [item.start for item in items]
    for sentence in sentences_of(text, part):
        index = bisect_right(starts, sentence.start) - 1
        if index >= 0 and sentence.end <= items[index].end:
            continue
        is_future = contains(WILL, sentence.text) or _SOMEONE_WILL.match(sentence.text)
        if is_future and _is_open(sentence.text) and not contains(_OF_NEWS, sentence.text):
            yield FollowUp(sentence.text, sentence.start, sentence.end)


@lru_cache(maxsize=4096)
def _is_open(text: str) -> bool:
    """Whether it is a promise: not a placeholder, and not said to be done."""
    plain = _PLACEHOLDER.sub("", text).strip(_TRAILING + "()")
    if not plain or _ENDS_WITH_DONE.search(plain) or _REFERENCE.match(plain):
        return False
    return bool(WILL.search(plain)) or not _DONE.match(plain)


def _holds_any(text: str, part: Section) -> bool:
    actions = follow_ups(text)
    index = bisect_left(actions, part.start, key=lambda action: action.start)
    if index < len(actions) and actions[index].start < part.end:
        return True
    if any(not item.text.endswith(":") for item in items_of(text, part)):
        return True
    return any(
        _DONE.match(sentence.text) or _PLACEHOLDER.search(sentence.text)
        for sentence in sentences_of(text, part)
    )


def _without(dates: Sequence[Day], text: str) -> str:
    for day in reversed(dates):
        text = text[: day.start] + text[day.end :]
    return text
