"""A postmortem's parts: which stretch of it tells what happened, why, and what will be done.

Headings are lines of their own, also plain ones whose words say what follows (``Root
cause``; pages print them without a mark), questions run into a paragraph (``What happened? The
API ...``), or sentences that announce a list (``... we are taking the following steps:``).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Final, NamedTuple

from ircon.text.phrases import phrases
from ircon.text.prose import HEADING_WORDS, Paragraph, Span, paragraphs, sentences, spans_between

INTRO, CLOSING, OTHER = "intro", "closing", "other"
ACTIONS, LESSONS, TIMELINE, CAUSE = "actions", "lessons", "timeline", "cause"
DETECTION, RESPONSE, IMPACT, STORY = "detection", "response", "impact", "story"
DESCRIPTION: Final = frozenset({INTRO, STORY, IMPACT, CAUSE, DETECTION, RESPONSE, TIMELINE, OTHER})

# What a heading's words say about the part below it; the first row that fits decides.
_ROLES: Final = tuple(
    (role, phrases(*words))
    for role, words in (
        (
            LESSONS,
            ("lessons?", "went (?:well|wrong|badly)", "luck~", "how did we do", "how well",
             "takeaways?", "learn(?:ed|t|ings?)"),
        ),
        (RESPONSE, ("(?:actions?|steps|measures)(?: we| that were)?(?: have)? (?:took|taken)",)),
        (
            ACTIONS,
            ("prevent~", "next steps?", "actions?(?: items?)?", "follow(?:ing)?[- ]?ups?",
             "improv~", "will (?:we|you) (?:do|change)", "we (?:will|are going to|plan to)",
             "are we (?:doing|changing)", "we(?:'re| are) (?:doing|changing)", "(?:we|what)'ll",
             "remediat~", "corrective",
             "(?:going|moving|path) forward", "future", "(?:short|long|medium)[- ]?term",
             "not happen", "avoid", "(?:following|these) (?:steps|measures)", "planned",
             "(?:counter)?measures"),
        ),
        (TIMELINE, ("timeline", "sequence", "chronolog~", "events")),
        (DETECTION, ("detect~", "noticed", "discover~")),
        (
            RESPONSE,
            ("(?:did|have) we (?:do|done)", "resol(?:ution|ved)?", "respon(?:se|ded)", "mitigat~",
             "recover~", "restor~", "immediate", "fix(?:ed)?"),
        ),
        (
            CAUSE,
            ("why", "caus~", "root", "triggers?", "contributing", "analysis", "rca", "reasons?"),
        ),
        (IMPACT, ("impact~", "affected", "scope", "who was")),
        (
            STORY,
            ("summary", "overview", "what (?:has )?happen~", "description", "background",
             "tl;?dr", "incident details", "what went on"),
        ),
    )
)  # fmt: skip
_MARKS: Final = re.compile(r"^[ \t]*(#{1,6})[ \t]+")
_DECORATION: Final = " \t#*_:?"
_PLAIN: Final = re.compile(r"[A-Z][\w ,&/’'-]*\w")
_OVER_WORDS: Final = 4  # of a plain heading right above its words
_QUESTION: Final = re.compile(r"(?:what|why|how|when|where|who)\b", re.IGNORECASE)
_ANNOUNCES: Final = re.compile(
    r"\b(?:(?:following|these|next)\s+(?:[\w-]+\s+){0,2}[a-z]{2,}s|as follows|the following)"
    r"\W{0,3}$",
    re.IGNORECASE,
)
_TAIL: Final = 200  # characters before a colon that say whether a list is announced
# Where the matter ends: an apology, thanks, where to write, a general commitment.
_CLOSING: Final = phrases(
    r"(?:(?:again|finally|once (?:more|again)),? )?(?:we|i)(?:'re| are| would like to| want to)?"
    r"(?: sincerely| deeply| truly| again| very| also| fully)*"
    r" (?:apologi[sz]e|sorry|regret|thank|appreciate|committed|value)",
    r"our (?:sincere |deepest )?apologies",
    r"thank(?:s| you)",
    r"(?:if you|should you) (?:have|continue|need|notice|see|experience)",
    r"please (?:feel free|do not|don't|contact|reach)",
)
_ROW: Final = re.compile(r"^[ \t]*\|[^\n]*\|[ \t]*$", re.MULTILINE)
_LEAD_IN_LEVEL, _PLAIN_LEVEL = 7, 8  # # to ###### are 1 to 6


class Section(NamedTuple):
    """A part of a text: its heading, and what stands below it, ``text[start:end]``.

    Attributes:
        role: what it tells; one of the names of this module.
        heading: its words; None for what stands before the first one.
        level: 1 for ``#``; a lead-in is 7, a plain line 8.
        run_in: its heading stands in a paragraph with the words below it.
        lead_in: its heading is a sentence that announces a list.
    """

    role: str
    heading: Span | None
    start: int
    end: int
    level: int = 0
    run_in: bool = False
    lead_in: bool = False


class _Mark(NamedTuple):
    heading: Span
    below: int
    level: int
    run_in: bool = False
    lead_in: bool = False


@lru_cache(maxsize=256)
def outline(text: str) -> tuple[Section, ...]:
    """The parts of a text, in order; they cover all of it but the headings."""
    marks = sorted(_marks(text), key=lambda mark: mark.heading.start)
    intro, *ends = [*(mark.heading.start for mark in marks), len(text)]
    found = [Section(INTRO, None, 0, intro)]
    above: list[tuple[int, str]] = []  # level and role of the headings around the next one
    for mark, end in zip(marks, ends, strict=True):
        while above and above[-1][0] >= mark.level:
            above.pop()
        role = role_of(mark.heading.text)
        if role == OTHER and above:
            role = above[-1][1]
        above.append((mark.level, role))
        stop = _closing(text, mark.below, end) if role == ACTIONS else end
        found.append(
            Section(role, mark.heading, mark.below, stop, mark.level, mark.run_in, mark.lead_in)
        )
        if stop < end:
            found.append(Section(CLOSING, None, stop, end, mark.level))
    return tuple(found)


@lru_cache(maxsize=4096)
def role_of(heading: str) -> str:
    """What a heading's words say about the part below it; ``other`` where they do not."""
    words = heading.strip(_DECORATION)
    return next((role for role, pattern in _ROLES if pattern.search(words)), OTHER)


def sections(text: str, *roles: str) -> list[Section]:
    """The parts that tell one of these things."""
    return [part for part in outline(text) if part.role in roles]


def role_at(text: str, offset: int) -> str:
    """What the part around a character tells."""
    found = outline(text)
    return found[max(bisect_right(found, offset, key=lambda part: part.start) - 1, 0)].role


def sentences_of(text: str, part: Section) -> Sequence[Span]:
    """The sentences of one part."""
    return spans_between(sentences(text), part.start, part.end)


def items_of(text: str, part: Section) -> list[Paragraph]:
    """The list items of one part."""
    within = spans_between(paragraphs(text), part.start, part.end)
    return [one for one in within if one.kind == "item"]


def table_rows(text: str, start: int = 0, end: int | None = None) -> list[Span]:
    """The rows of Markdown tables, which are no prose but may state facts."""
    stop = len(text) if end is None else end
    return [Span(row.group(), row.start(), row.end()) for row in _ROW.finditer(text, start, stop)]


def announces_list(line: str) -> bool:
    """Whether a line ends in a colon and says that several things follow (P3)."""
    return line.rstrip().endswith(":") and bool(_ANNOUNCES.search(line[-_TAIL:]))


def _marks(text: str) -> Iterator[_Mark]:
    for paragraph in paragraphs(text):
        if paragraph.kind == "heading":
            hashes = _MARKS.match(paragraph.text)
            level = len(hashes[1]) if hashes else _PLAIN_LEVEL
            span = Span(paragraph.text, paragraph.start, paragraph.end)
            yield _Mark(span, span.end, level)
        elif paragraph.kind == "prose":
            yield from _plain(paragraph)
            within = spans_between(sentences(text), paragraph.start, paragraph.end)
            yield from _run_in(text, within)
            yield from _lead_in(within[-1:])


def _plain(paragraph: Paragraph) -> Iterator[_Mark]:
    """A paragraph's first line, where it is short, has no end, and names a part."""
    line, more, _ = paragraph.text.partition("\n")
    line = line.rstrip()
    short = len(line.split()) <= (_OVER_WORDS if more else HEADING_WORDS)
    if short and _PLAIN.fullmatch(line) and role_of(line) != OTHER:
        span = Span(line, paragraph.start, paragraph.start + len(line))
        yield _Mark(span, span.end, _PLAIN_LEVEL)


def _run_in(text: str, within: Sequence[Span]) -> Iterator[_Mark]:
    """Short questions with their answer right behind them, on the same line."""
    for one, following in pairwise(within):
        if (
            one.text.endswith("?")
            and len(one.text.split()) <= HEADING_WORDS
            and _QUESTION.match(one.text)
            and "\n" not in text[one.end : following.start]
        ):
            yield _Mark(one, one.end, _PLAIN_LEVEL, run_in=True)


def _lead_in(last: Sequence[Span]) -> Iterator[_Mark]:
    """A paragraph's last sentence, where it announces what was done or will be."""
    for one in last:
        if one.text.endswith(":") and role_of(one.text) in {ACTIONS, TIMELINE, LESSONS, RESPONSE}:
            yield _Mark(one, one.end, _LEAD_IN_LEVEL, lead_in=True)


def _closing(text: str, start: int, end: int) -> int:
    """Where, in a part, the matter is over and the courtesies begin."""
    within = spans_between(sentences(text), start, end)
    return next((one.start for one in within if _is_courtesy(one.text)), end)


@lru_cache(maxsize=16_384)
def _is_courtesy(sentence: str) -> bool:
    return _CLOSING.match(sentence) is not None
