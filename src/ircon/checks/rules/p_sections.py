"""P1 P2 P3 P4 P12 P16 P17 P19: the sections of a postmortem, and what is in them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise, zip_longest
from typing import Final

from ircon.checks.claims.quantities import has_clock
from ircon.checks.finding import ERROR, INFO, WARN, Fix, Violation, missing_from
from ircon.checks.lexicon.language import INCIDENT, STRATEGY
from ircon.checks.rule import STYLE, rule
from ircon.checks.subject import Subject
from ircon.text.clock_times import text_times
from ircon.text.outline import TIMELINE, announces_list, is_courtesy, outline, role_of, table_rows
from ircon.text.phrases import contains, phrases
from ircon.text.prose import (
    Paragraph,
    Span,
    mask_markup,
    normalise,
    paragraphs,
    sentences,
    spans_between,
)

_SAME_START: Final = 4  # words that two sentences in a row begin with (CHECKS, P4)
_FEWEST_ROWS: Final = 3  # that begin with a time: a timeline
_STAMP_WITHIN: Final = 30  # characters of a row within which its time begins
_LONG: Final = 15  # words of a paragraph; a shorter one is a remark
_OWN_LINE: Final = 120  # characters: a line this long is a paragraph, not a wrapped one
_FEWEST_POINTS: Final = 2  # of a list without marks: headings, short lines
_AHEAD: Final = 30  # paragraphs in which a list that was announced is looked for
_SHOWN: Final = 3  # words after a run-in heading that are quoted with it

_FEWEST_STRATEGY: Final = 2
_LESSONS: Final = phrases(
    "lessons?", "learned", "learnt", "learnings?", "takeaways?", "went (?:well|wrong)", "luck~"
)


@rule(
    "P1",
    ERROR,
    good="'## Impact', and under it how many logins failed",
    bad="no heading 'Impact' in a postmortem begun from a template that requires it",
)
def missing_section(subject: Subject) -> Iterator[Violation]:
    """A section that the template requires is missing.

    A template's sections answer the questions of readers. Where one was cut, its question stays
    open; write one honest sentence under it instead.
    """
    passage = subject.postmortem
    if passage is None:
        return
    present = {normalise(part.heading.text) for part in outline(passage.text) if part.heading}
    missing = [heading for heading in subject.required if normalise(heading) not in present]
    if not missing:
        return
    end = len(passage.text)
    added = "".join(f"\n\n## {heading}\n" for heading in missing)
    yield missing_from(
        passage,
        f"The template requires {_listed(missing)}: the text has no such heading.",
        "the headings that the postmortem's template requires",
        Fix(end, end, added),
    )


@rule(
    "P2",
    WARN,
    good="'Detection' and under it 'The queue alert fired at 10:04 UTC.'",
    bad="'Detection' followed by 'Resolution'",
)
def empty_heading(subject: Subject) -> Iterator[Violation]:
    """A heading has no text under it.

    It is a question that the author left open, mostly left over from the template. A title
    directly above its own sections is fine.
    """
    passage = subject.postmortem
    if passage is None:
        return
    parts = outline(passage.text)
    for part, following in zip_longest(parts, parts[1:]):
        heading = part.heading
        if heading is None or part.lead_in or passage.text[part.start : part.end].strip():
            continue
        if following is not None and following.heading and following.level > part.level:
            continue  # a title above its own parts
        yield Violation(passage, heading.start, heading.end, "There is no text under this heading.")


@rule(
    "P3",
    WARN,
    english=True,
    good="'These services were affected:' and three items",
    bad="'We are taking these steps:' and a paragraph about the company",
)
def missing_list(subject: Subject) -> Iterator[Violation]:
    """A line announces a list, and no list follows.

    Readers look for the steps that were announced. What was cut from the draft is missed at
    once.
    """
    passage = subject.postmortem
    if passage is None:
        return
    text = passage.text
    every = paragraphs(text)
    for index, paragraph in enumerate(every):
        if paragraph.kind == "item":
            continue
        for last in spans_between(sentences(text), paragraph.start, paragraph.end)[-1:]:
            if announces_list(last.text) and not _is_list(
                text, paragraph.end, every[index + 1 : index + _AHEAD]
            ):
                yield Violation(
                    passage, last.start, last.end, "This announces a list, and none follows."
                )


def _is_list(text: str, end: int, following: Sequence[Paragraph]) -> bool:
    """Whether items, a table or code follow, or several headings or short paragraphs."""
    if not following:
        return bool(text[end:].strip())
    first = following[0]
    if text[end : first.start].strip(" \t\n-*+•‣◦.)0123456789") or first.kind == "item":
        return True
    if is_courtesy(first.text):
        return False
    if first.kind == "heading":
        return sum(paragraph.kind == "heading" for paragraph in following) >= _FEWEST_POINTS
    lines = [
        line for paragraph in following[:_FEWEST_POINTS] for line in paragraph.text.split("\n")
    ]
    return len(lines) >= _FEWEST_POINTS and all(len(line) < _OWN_LINE for line in lines)


@rule(
    "P4",
    WARN,
    good="'To relieve the queue we added two workers and paused the import.'",
    bad="'To relieve the queue we added workers. To relieve the queue we paused the import.'",
    kind=STYLE,
)
def repeated_sentence(subject: Subject) -> Iterator[Violation]:
    """Two sentences in a row begin alike, or a sentence occurs twice.

    Sentences that begin with the same four words are mostly two drafts of one sentence, and a
    sentence that occurs twice was pasted twice. List items may begin alike.
    """
    passage = subject.postmortem
    if passage is None:
        return
    text = passage.text
    split = [(sentence, normalise(sentence.text).split()) for sentence in sentences(text)]
    items = {paragraph.start for paragraph in paragraphs(text) if paragraph.kind == "item"}
    earlier: dict[str, Span] = {}
    for sentence, words in split:
        whole = " ".join(words)
        if whole in earlier and len(words) >= _SAME_START:
            yield Violation(
                passage,
                sentence.start,
                sentence.end,
                "This sentence occurs twice, word for word.",
                f"'{earlier[whole].text}'",
            )
        earlier.setdefault(whole, sentence)
    for (first, words), (second, others) in pairwise(split):
        start = others[:_SAME_START]
        is_alike = len(start) == _SAME_START and words[:_SAME_START] == start and words != others
        if is_alike and second.start not in items:  # list items may begin alike
            yield Violation(
                passage,
                first.start,
                second.end,
                f"Two sentences in a row begin with '{' '.join(start)}'.",
                "the sentence before it",
            )


@rule(
    "P12",
    ERROR,
    good="'10:04 UTC: the queue alert fires', '10:11 UTC: ...', '10:30 UTC: ...'",
    bad="'After a while the alert fired, and then we restarted the workers.'",
)
def no_timeline(subject: Subject) -> Iterator[Violation]:
    """There is no timeline with times; an info where the template requires none.

    Only times can be checked, compared and learnt from. Three lines that begin with a time make
    a timeline.
    """
    passage = subject.postmortem
    if passage is None or _rows_with_times(passage.text) >= _FEWEST_ROWS:
        return
    is_required = any(role_of(heading) == TIMELINE for heading in subject.required)
    yield missing_from(
        passage,
        "There is no timeline: no list says what happened when.",
        "the postmortem's template, which has a timeline" if is_required else None,
        severity=ERROR if is_required else INFO,
    )


def _rows_with_times(text: str) -> int:
    """Count the lines and table rows that begin with a time of day."""
    # The first time of a line: the text after it may quote another.
    clocks = reversed(text_times(text).clocks)
    lines = {text.rfind("\n", 0, clock.start) + 1: clock.start for clock in clocks}
    early = sum(len(text[start:clock].lstrip()) <= _STAMP_WITHIN for start, clock in lines.items())
    return early + sum(has_clock(row.text[:_STAMP_WITHIN]) for row in table_rows(text))


@rule(
    "P16",
    WARN,
    english=True,
    good="a paragraph about why the failover did not start",
    bad="'Our vision is a scalable platform that meets evolving needs ...'",
    kind=STYLE,
)
def no_incident(subject: Subject) -> Iterator[Violation]:
    """A paragraph is about strategy and products, not about the incident.

    Readers who were affected want to know what happened. Plans belong elsewhere; here they read
    as advertising.
    """
    passage = subject.postmortem
    if passage is None:
        return
    for paragraph in _prose_paragraphs(mask_markup(passage.text), paragraphs(passage.text)):
        if len(paragraph.text.split()) < _LONG or contains(INCIDENT, paragraph.text):
            continue
        if len(STRATEGY.findall(paragraph.text)) >= _FEWEST_STRATEGY:
            yield Violation(
                passage,
                paragraph.start,
                paragraph.end,
                "This paragraph is about plans and products, not about the incident.",
            )


def _prose_paragraphs(plain: str, every: Sequence[Paragraph]) -> Iterator[Span]:
    """Yield paragraphs of prose, also those separated by a single line break."""
    for paragraph in every:
        if paragraph.kind != "prose":
            continue
        start = paragraph.start
        lines = plain[paragraph.start : paragraph.end].split("\n")
        if min(map(len, lines)) < _OWN_LINE:
            yield Span(plain[start : paragraph.end], start, paragraph.end)
            continue
        for line in lines:
            yield Span(line, start, start + len(line))
            start += len(line) + 1


@rule(
    "P17",
    INFO,
    good="'What happened?' on its own line",
    bad="'What happened? The API failed for ...' within a paragraph",
    kind=STYLE,
)
def run_in_heading(subject: Subject) -> Iterator[Violation]:
    """A heading is on one line with the text below it.

    A heading on a line of its own is easy to find. Copied text often lost its line breaks.
    """
    passage = subject.postmortem
    if passage is None:
        return
    text = passage.text
    first = len(text) - len(text.lstrip())
    for part in outline(text):
        if part.heading is None or not part.run_in:
            continue
        below = text[part.start : part.end].lstrip()
        start = part.end - len(below)
        shown = start + len(" ".join(below.split(" ")[:_SHOWN]).rstrip())
        above = "\n\n" if part.heading.start > first else ""
        yield Violation(
            passage,
            part.heading.start,
            shown,
            "This heading is on one line with its text.",
            fix=Fix(part.heading.start, start, f"{above}## {part.heading.text}\n\n"),
        )


@rule(
    "P19",
    INFO,
    english=True,
    good="'Where we were lucky: the backup had been tried the day before.'",
    bad="a postmortem that ends with its list of actions",
)
def no_lessons(subject: Subject) -> Iterator[Violation]:
    """An internal postmortem has no lessons: what went well, what went wrong, what was luck.

    What went well is worth keeping, and luck will not last. Only asked where the template is
    for internal readers.
    """
    passage = subject.postmortem
    if passage is None or subject.audience != "internal" or _LESSONS.search(passage.text):
        return
    yield missing_from(
        passage,
        "No lessons: what went well, what went wrong, where we were lucky.",
        "the postmortem's template, which is for internal readers",
    )


def _listed(headings: Sequence[str]) -> str:
    return ", ".join(f"'{heading}'" for heading in headings)
