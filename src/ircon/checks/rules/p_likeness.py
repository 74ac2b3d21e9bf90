"""P14 P15: what was said before: text that is shared, actions that are promised again."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from ircon.checks.finding import ERROR, WARN, Violation, missing_from
from ircon.checks.followups import Core, alike, cores, follow_ups
from ircon.checks.rule import OTHER_POSTMORTEMS, rule
from ircon.checks.subject import Subject
from ircon.text.prose import normalise, sentences

_SEQUENCE: Final = 5  # words
_MOST_SHARED: Final = 0.3


@rule(
    "P14",
    WARN,
    good="a text whose every paragraph names something of this incident",
    bad="the last postmortem with another date",
    needs=OTHER_POSTMORTEMS,
)
def boilerplate(subject: Subject) -> Iterator[Violation]:
    """More than 30 % of its five-word sequences occur in another postmortem of the page.

    Readers who were affected twice notice. A text that fits every incident says nothing about
    this one.
    """
    passage = subject.postmortem
    if passage is None:
        return
    best, like = 0.0, None
    for other in _others(subject):
        own, theirs = sequences(passage.text), other.postmortem
        if theirs is None or not own:
            continue
        share = len(own & sequences(theirs.text)) / len(own)
        if share > best:
            best, like = share, other
    if like is not None and best > _MOST_SHARED:
        yield missing_from(
            passage,
            f"{best:.0%} of this text stands in another postmortem, too: '{like.incident.name}'.",
            f"the postmortem of {like.source}",
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
        for core in cores(action.text):
            repeated = next(_repeats(core, others), None)
            if repeated is None:
                continue
            name, said = repeated
            yield Violation(
                passage,
                action.start + core.start,
                action.start + core.end,
                f"Another incident has this action, and it is not done: '{name}'.",
                f"'{said}'",
            )


def _repeats(core: Core, others: list[Subject]) -> Iterator[tuple[str, str]]:
    """Incidents with an open action like this one, and its words."""
    for other in others:
        for said, is_done in promised(other):
            if not is_done and any(core.is_like(one) for one in cores(said)):
                yield other.incident.name, said


def promised(subject: Subject) -> Iterator[tuple[str, bool]]:
    """An incident's actions, recorded and in its postmortem, and whether each is done."""
    recorded = subject.incident.actions
    for one in recorded:
        yield one.text.internal, one.done
    passage = subject.postmortem
    for written in follow_ups(passage.text) if passage else ():
        done = any(one.done and alike(one.text.internal, written.text) for one in recorded)
        yield written.text, done


def _others(subject: Subject) -> Iterator[Subject]:
    """Other incidents of the same page that have a postmortem or actions."""
    for other in subject.others:
        if (
            (other.postmortem or other.incident.actions)
            and subject.shares_page_with(other)
            and not subject.is_copy_of(other)
        ):
            yield other


@lru_cache(maxsize=2048)
def sequences(text: str) -> frozenset[int]:
    """Its sequences of five words, as numbers: only their being equal matters."""
    spoken = [word for sentence in sentences(text) for word in normalise(sentence.text).split()]
    return frozenset(
        hash(tuple(spoken[place : place + _SEQUENCE]))
        for place in range(len(spoken) - _SEQUENCE + 1)
    )
