"""P22: two figures for one thing, and more of it than there is."""

from __future__ import annotations

from collections.abc import Iterator

from ircon.checks.claims.figures import Figure, figures_in, more_than_all, wrong_sums
from ircon.checks.claims.quantities import statements
from ircon.checks.finding import WARN, Violation
from ircon.checks.rule import CONTRADICTION, rule
from ircon.checks.subject import POSTMORTEM, UPDATE, Passage, Subject
from ircon.text.outline import ACTIONS, CLOSING, LESSONS, TIMELINE, role_at
from ircon.text.prose import Span, sentences

_ELSEWHERE = frozenset({ACTIONS, CLOSING, LESSONS, TIMELINE})


@rule(
    "P22",
    WARN,
    good="'310 of 1,200 shops could not print', and below 'the 310 affected shops'",
    bad="'310 of 1,200 shops could not print', and below 'the 410 affected shops'",
    kind=CONTRADICTION,
)
def two_figures(subject: Subject) -> Iterator[Violation]:
    """Two figures for one thing, or more of it than there is.

    Readers take the larger one, and doubt both. A part and its whole, a course in time and what
    is said to be about so many are no contradiction.
    """
    passage = subject.postmortem
    for text in subject.passages:
        if text.role in {POSTMORTEM, UPDATE}:
            yield from _more_than_all(text)
    if passage is None:
        return
    final = [update for update in subject.updates if update.status == "resolved"]
    earlier = [
        (figure, sentence, update)
        for update in final[-1:]
        for sentence, figure in _figures_of(update)
    ]
    for sentence, figure in _figures_of(passage):
        other = next(
            (
                (before, where, text)
                for before, where, text in earlier
                if where is not sentence and _contradict(before, figure, earlier)
            ),
            None,
        )
        if other is None:
            earlier.append((figure, sentence, passage))
            continue
        before, where, text = other
        stated = where.text[before.start : before.end]
        yield Violation(
            passage,
            sentence.start + figure.start,
            sentence.start + figure.end,
            f"Two figures for one thing: {'this text' if text is passage else 'Resolved'} also "
            f"says '{' '.join(stated.split())}'.",
            "the other figures of this report",
        )


def _more_than_all(text: Passage) -> Iterator[Violation]:
    for statement in statements(text.text):
        for start, end, words in wrong_sums(statement.text):
            yield Violation(
                text,
                statement.start + start,
                statement.start + end,
                words,
                "the other figures of the sentence",
            )
    for sentence in sentences(text.text):
        for start, end in more_than_all(sentence.text):
            yield Violation(
                text,
                sentence.start + start,
                sentence.start + end,
                "This is more than all of them.",
                "the two figures themselves",
            )


def _figures_of(text: Passage) -> Iterator[tuple[Span, Figure]]:
    for sentence in sentences(text.text):
        if role_at(text.text, sentence.start) not in _ELSEWHERE:
            for figure in figures_in(sentence.text):
                yield sentence, figure


def _contradict(
    before: Figure, figure: Figure, earlier: list[tuple[Figure, Span, Passage]]
) -> bool:
    """Whether the later of two figures is of the same thing, and another."""
    if not before.is_of_same_thing(figure) or before.agrees_with(figure):
        return False
    if any(one.value == figure.value for one, _, _ in earlier if one.head == figure.head):
        return False  # it is told again, of something else
    # A part of those affected may well have fared worse: fewer of them is no contradiction.
    return before.harm == figure.harm or figure.is_named or figure.value > before.value
