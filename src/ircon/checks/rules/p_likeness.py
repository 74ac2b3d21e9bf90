"""P14 P15: text shared with another postmortem, and actions promised again."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from ircon.checks.finding import ERROR, WARN, Violation, missing_from
from ircon.checks.followups import Clause, are_similar, clauses, follow_ups
from ircon.checks.rule import OTHER_POSTMORTEMS, STYLE, rule
from ircon.checks.subject import Subject
from ircon.text.prose import normalise, sentences

_SEQUENCE: Final = 5  # words
_LIMIT: Final = 0.3


@rule(
    "P14",
    WARN,
    good="a text whose every paragraph names something of this incident",
    bad="the last postmortem with another date",
    needs=OTHER_POSTMORTEMS,
    kind=STYLE,
)
def boilerplate(subject: Subject) -> Iterator[Violation]:
    """More than 30 % of its five-word sequences occur in another postmortem of the page.

    Readers who were affected twice notice. A text that fits every incident says nothing about
    this one.
    """
    passage = subject.postmortem
    if passage is None:
        return
    most, source = 0.0, None
    for other in _others(subject):
        own, theirs = sequences(passage.text), other.postmortem
        if theirs is None or not own:
            continue
        share = len(own & sequences(theirs.text)) / len(own)
        if share > most:
            most, source = share, other
    if source is not None and most > _LIMIT:
        yield missing_from(
            passage,
            f"{most:.0%} of this text is also in another postmortem: '{source.incident.name}'.",
            f"the postmortem of {source.source}",
        )


@rule(
    "P15",
    ERROR,
    good="'The scaling policies promised in March are in place since 4 May; new is ...'",
    bad="'We will create automated scaling policies', for the second time",
)
def promised_before(subject: Subject) -> Iterator[Violation]:
    """Another incident of the page promised the same action, and it is not done.

    To promise the same twice says that the first promise was not kept. Close it, or say why it
    takes longer and until when.
    """
    passage = subject.postmortem
    if passage is None:
        return
    others = list(_others(subject))
    for action in follow_ups(passage.text) if others else ():
        for clause in clauses(action.text):
            repeated = next(_repeats(clause, others), None)
            if repeated is None:
                continue
            name, text = repeated
            yield Violation(
                passage,
                action.start + clause.start,
                action.start + clause.end,
                f"Another incident has this action, and it is not done: '{name}'.",
                f"'{text}'",
            )


def _repeats(clause: Clause, others: list[Subject]) -> Iterator[tuple[str, str]]:
    """Yield the name of each incident with a similar open action, and the action's text."""
    for other in others:
        for text, is_done in promised_actions(other):
            if not is_done and any(clause.is_similar_to(theirs) for theirs in clauses(text)):
                yield other.incident.name, text


def promised_actions(subject: Subject) -> Iterator[tuple[str, bool]]:
    """Yield an incident's actions, recorded and in its postmortem, and whether each is done."""
    recorded = subject.incident.actions
    for action in recorded:
        yield action.text.internal, action.done
    passage = subject.postmortem
    for written in follow_ups(passage.text) if passage else ():
        done = any(
            action.done and are_similar(action.text.internal, written.text) for action in recorded
        )
        yield written.text, done


def _others(subject: Subject) -> Iterator[Subject]:
    """Yield other incidents of the same page that have a postmortem or actions."""
    for other in subject.others:
        if (
            (other.postmortem or other.incident.actions)
            and subject.shares_page_with(other)
            and not subject.is_copy_of(other)
        ):
            yield other


@lru_cache(maxsize=2048)
def sequences(text: str) -> frozenset[int]:
    """Return a text's sequences of five words, as hashes, since only equality matters."""
    every = [word for sentence in sentences(text) for word in normalise(sentence.text).split()]
    return frozenset(
        hash(tuple(every[start : start + _SEQUENCE])) for start in range(len(every) - _SEQUENCE + 1)
    )
