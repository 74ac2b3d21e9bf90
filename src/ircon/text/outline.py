"""Sections of a postmortem, by role: summary, impact, cause, timeline, actions and so on.

A heading is a line of its own, also an unmarked one such as ``Root cause``; a question run
into a paragraph (``What happened? The API ...``); or a sentence that announces a list (``... we
are taking the following steps:``).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Final, NamedTuple

from ircon.text.phrases import phrases
from ircon.text.prose import (
    HEADING_WORDS,
    Paragraph,
    Span,
    has_marked_headings,
    paragraphs,
    sentences,
    spans_between,
)

INTRO, CLOSING, OTHER = "intro", "closing", "other"
ACTIONS, DONE, LESSONS, TIMELINE, CAUSE = "actions", "done", "lessons", "timeline", "cause"
DETECTION, RESPONSE, IMPACT, STORY = "detection", "response", "impact", "story"
DESCRIPTION: Final = frozenset({INTRO, STORY, IMPACT, CAUSE, DETECTION, RESPONSE, TIMELINE, OTHER})

# The role of a section by the words of its heading; the first row that matches decides.
_ROLES: Final = tuple(
    (role, phrases(*words))
    for role, words in (
        (
            LESSONS,
            ("lessons?", "(?:went|gone|go|going) (?:\\w+ )?(?:well|better|wrong|badly|poorly)",
             "luck~", "good", "bad", "how did we do", "how well",
             "takeaways?", "learn(?:ed|t|ings?)"),
        ),
        (
            DONE,
            ("(?:already |now )?(?:done|completed|finished|implemented)(?: (?:so far|already))?",
             "(?:we|we've|have)(?: have| already)* (?:made|done|completed|implemented|put)"),
        ),
        (
            RESPONSE,
            ("(?:actions?|steps|measures)(?: we| that were)?(?: have| already)? (?:took|taken)",),
        ),
        (
            ACTIONS,
            ("prevent~", "next steps?", "actions?(?: items?)?", "follow(?:ing)?[- ]?ups?",
             "improv~", "will (?:we|you|be) (?:do|change)", "what will", "will change",
             "what (?:has )?changes", "from now on", "commitments?", "to-?dos?",
             "we (?:will|are going to|plan to)",
             "are we (?:doing|changing|taking)", "(?:we|what)'ll",
             "we(?:'re| are) (?:doing|changing|making|taking|planning|going)",
             "(?:happen~|occur~) again", "keep (?:this|it) from", "changes",
             "remediat~", "corrective",
             "(?:going|moving|path) forward", "future", "(?:short|long|medium)[- ]?term",
             "not happen", "avoid", "(?:following|these) (?:steps|measures)", "planned",
             "(?:counter)?measures"),
        ),
        (TIMELINE, ("timeline", "sequence", "chronolog~", "events")),
        (
            DETECTION,
            ("detect~", "notic(?:e|ed)", "discover~", "f(?:ou|i)nd out", "came to light",
             "learn(?:ed|t) (?:of|about)", "we knew"),
        ),
        (
            RESPONSE,
            ("(?:did|have) we (?:do|done)", "we did", "we fixed", "repair~",
             "resol(?:ution|ved)?", "respon(?:se|ded)", "mitigat~",
             "recover~", "restor~", "immediate", "fix(?:ed)?"),
        ),
        (
            CAUSE,
            ("why", "caus~", "root", "explanation",
             "how (?:did )?(?:it|this) (?:could )?happen~", "triggers?", "contributing",
             "analysis", "rca", "reasons?"),
        ),
        (IMPACT, ("impact~", "affected", "scope", "who was")),
        (
            STORY,
            ("summary", "overview", "what (?:has )?happen~", "description", "background",
             "tl;?dr", "in short", "in brief", "at a glance", "incident details", "what went on"),
        ),
    )
)  # fmt: skip
_MARKS: Final = re.compile(r"^[ \t]*(#{1,6})[ \t]+")
_DECORATION: Final = " \t#*_:?"
_PLAIN: Final = re.compile(r"[A-Z][\w ,&/’'-]*\w")
_REPORT_LABEL: Final = re.compile(
    r"(?:incident )?(?:follow[- ]?up|post[- ]?mortem|report|summary)", re.IGNORECASE
)
_OVER_WORDS: Final = 4  # of a plain heading right above its text
_ASKS: Final = re.compile(
    r"(?:what|why|how|when|where|who|which|steps|measures|actions|changes|lessons|things)\b",
    re.IGNORECASE,
)
_ASKING_WORDS: Final = 12  # of a plain heading that asks
_QUESTION: Final = re.compile(r"(?:what|why|how|when|where|who)\b", re.IGNORECASE)
_ANNOUNCES: Final = re.compile(
    r"\b(?:(?:following|these|next)\s+(?:[\w-]+\s+){0,2}(?!this\b|was\b|us\b)[a-z]{2,}s"
    r"(?:\s+(?:(?:that|which|we)\s+)?(?:was|were|are|will|have|has|had|is|can|may|apply|remain|took"
    r"|made|affected|impacted)(?:\s+(?!this\b|that\b|it\b)[\w'’-]+){0,6})?"
    r"|as follows|the following)\W{0,3}$",
    re.IGNORECASE,
)
_TAIL: Final = 200  # characters before a colon that say whether a list is announced
# Where courtesies begin: an apology, thanks, where to write, a general commitment.
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
    """A section of a text: its heading, and the text below it, ``text[start:end]``.

    Attributes:
        role: one of the constants of this module, ``CAUSE`` for example.
        heading: None for the text before the first heading, and for a closing.
        level: 1 for ``#``; a lead-in is 7, a plain line 8.
        run_in: whether its heading is part of the paragraph below it.
        lead_in: whether its heading is a sentence that announces a list.
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
    """Return the sections of a text, in order; they cover all of it but the headings."""
    marks = sorted(_marks(text), key=lambda mark: mark.heading.start)
    intro, *ends = [*(mark.heading.start for mark in marks), len(text)]
    sections = [Section(INTRO, None, 0, intro)]
    title = _title(text, marks)
    enclosing: list[tuple[int, str]] = []  # level and role of the enclosing headings
    for mark, end in zip(marks, ends, strict=True):
        while enclosing and enclosing[-1][0] >= mark.level:
            enclosing.pop()
        role = INTRO if mark is title else role_of(mark.heading.text)
        if role == OTHER and enclosing and enclosing[-1][1] != INTRO:
            role = enclosing[-1][1]
        enclosing.append((mark.level, role))
        stop = _courtesies_at(text, mark.below, end) if role == ACTIONS else end
        sections.append(
            Section(role, mark.heading, mark.below, stop, mark.level, mark.run_in, mark.lead_in)
        )
        if stop < end:
            sections.append(Section(CLOSING, None, stop, end, mark.level))
    return tuple(sections)


def _title(text: str, marks: Sequence[_Mark]) -> _Mark | None:
    """Return the mark that is the title of the document, or its label: no section's heading.

    The first line where it is the only heading of its level, or ``Follow-up`` alone above the
    whole report.
    """
    if not marks:
        return None
    first = marks[0]
    others = marks[1:]
    if not text[: first.heading.start].strip() and first.level == 1:
        return first if all(mark.level > 1 for mark in others) else None
    is_label = _REPORT_LABEL.fullmatch(first.heading.text.strip(_DECORATION)) is not None
    return first if is_label and first.level == _PLAIN_LEVEL else None


@lru_cache(maxsize=4096)
def role_of(heading: str) -> str:
    """Return the role of the section below a heading; ``other`` where its words name none."""
    words = heading.strip(_DECORATION)
    return next((role for role, pattern in _ROLES if pattern.search(words)), OTHER)


def sections(text: str, *roles: str) -> list[Section]:
    """Return the sections with one of these roles."""
    return [part for part in outline(text) if part.role in roles]


def role_at(text: str, offset: int) -> str:
    """Return the role of the section around an offset."""
    sections = outline(text)
    return sections[max(bisect_right(sections, offset, key=lambda part: part.start) - 1, 0)].role


def sentences_of(text: str, section: Section) -> Sequence[Span]:
    """Return the sentences of one section."""
    return spans_between(sentences(text), section.start, section.end)


def items_of(text: str, section: Section) -> list[Paragraph]:
    """Return the list items of one section."""
    paragraphs_within = spans_between(paragraphs(text), section.start, section.end)
    return [paragraph for paragraph in paragraphs_within if paragraph.kind == "item"]


def table_rows(text: str, start: int = 0, end: int | None = None) -> list[Span]:
    """Return the rows of Markdown tables, which are not prose but may state facts."""
    stop = len(text) if end is None else end
    return [Span(row.group(), row.start(), row.end()) for row in _ROW.finditer(text, start, stop)]


def is_courtesy(paragraph: str) -> bool:
    """Whether a paragraph begins with an apology, thanks, or where to write."""
    return _CLOSING.match(paragraph) is not None


def announces_list(line: str) -> bool:
    """Whether a line ends in a colon and announces several things (P3)."""
    return line.rstrip().endswith(":") and bool(_ANNOUNCES.search(line[-_TAIL:]))


def _marks(text: str) -> Iterator[_Mark]:
    for paragraph in paragraphs(text):
        if paragraph.kind == "heading":
            hashes = _MARKS.match(paragraph.text)
            level = len(hashes[1]) if hashes else _PLAIN_LEVEL
            span = Span(paragraph.text, paragraph.start, paragraph.end)
            yield _Mark(span, span.end, level)
        elif paragraph.kind == "prose":
            if not has_marked_headings(text):
                yield from _plain_headings(paragraph)
            sentences_within = spans_between(sentences(text), paragraph.start, paragraph.end)
            yield from _run_in_headings(text, sentences_within)
            yield from _lead_in_heading(sentences_within[-1:])


def _plain_headings(paragraph: Paragraph) -> Iterator[_Mark]:
    """Yield the lines of a paragraph that are short, have no full stop, and name a role.

    The first line, and those behind the end of a sentence. A longer one has to ask, or to say
    what is listed below it: ``What we will do to prevent this in the future``.
    """
    lines = paragraph.text.split("\n")
    start, above = paragraph.start, ""
    for number, line in enumerate(lines):
        words = line.strip()
        below = lines[number + 1].strip() if number + 1 < len(lines) else ""
        is_apart = not above or above[-1] in ".!?:"
        most = _OVER_WORDS if below else HEADING_WORDS
        if _ASKS.match(words) and (not below or not below[0].islower()):
            most = _ASKING_WORDS
        is_short = is_apart and len(words.split()) <= most
        if is_short and _PLAIN.fullmatch(words) and role_of(words) != OTHER:
            begin = start + len(line) - len(line.lstrip())
            span = Span(words, begin, begin + len(words))
            yield _Mark(span, span.end, _PLAIN_LEVEL)
        start, above = start + len(line) + 1, words


def _run_in_headings(text: str, sentences_within: Sequence[Span]) -> Iterator[_Mark]:
    """Yield short questions with their answer right behind them, on the same line."""
    for sentence, following in pairwise(sentences_within):
        if (
            sentence.text.endswith("?")
            and len(sentence.text.split()) <= HEADING_WORDS
            and _QUESTION.match(sentence.text)
            and "\n" not in text[sentence.end : following.start]
        ):
            yield _Mark(sentence, sentence.end, _PLAIN_LEVEL, run_in=True)


def _lead_in_heading(last_sentences: Sequence[Span]) -> Iterator[_Mark]:
    """Yield a paragraph's last sentence where it announces what was or will be done."""
    for sentence in last_sentences:
        if sentence.text.endswith(":") and role_of(sentence.text) in {
            ACTIONS,
            TIMELINE,
            LESSONS,
            RESPONSE,
        }:
            yield _Mark(sentence, sentence.end, _LEAD_IN_LEVEL, lead_in=True)


def _courtesies_at(text: str, start: int, end: int) -> int:
    """Return the offset in a section at which the courtesies begin, or its end."""
    sentences_within = spans_between(sentences(text), start, end)
    return next(
        (sentence.start for sentence in sentences_within if _is_courtesy(sentence.text)), end
    )


@lru_cache(maxsize=16_384)
def _is_courtesy(sentence: str) -> bool:
    return _CLOSING.match(sentence) is not None
