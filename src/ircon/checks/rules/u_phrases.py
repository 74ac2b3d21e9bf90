"""U11 U12 U17 U20 U21: phrases that say nothing, or too much."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from ircon.checks.catalogue import Rule
from ircon.checks.finding import ERROR, INFO, WARN, Finding, Fix
from ircon.checks.lexicon.stock_phrases import (
    AHEAD,
    APOLOGY,
    CONTACT,
    EMPTY_PROMISE,
    ESTIMATE,
    PAST,
    ROTE,
    WAY,
)
from ircon.checks.subject import POSTMORTEM, UPDATE, Subject
from ircon.incident.unfinished import find_placeholders
from ircon.incident.vocabulary import is_closed
from ircon.text.prose import Span, mask_markup, normalise, sentences


def rote_apology(subject: Subject) -> Iterator[Finding]:
    """U11: the same apology again, or "any inconvenience"."""
    said: set[str] = set()
    for passage in subject.public_texts:
        if passage.role not in {UPDATE, POSTMORTEM}:
            continue
        for sentence in _apologies(passage.text):
            rote = ROTE.search(sentence.text)
            words = normalise(sentence.text)
            again = passage.role == UPDATE and words in said
            if passage.role == UPDATE:
                said.add(words)
            if not (rote or again):
                continue
            yield Finding(
                "U11",
                WARN if passage.role == UPDATE else INFO,
                "The same apology as before: once, in the resolving update, is enough."
                if again
                else "'Any inconvenience' is rote: say what it cost whom, or leave it out.",
                passage,
                sentence.start,
                sentence.end,
                "the apologies before it" if again else None,
                Fix(sentence.start, sentence.end, "") if passage.is_draft else None,
            )


def _apologies(text: str) -> Iterator[Span]:
    return (sentence for sentence in sentences(text) if _apologises(sentence.text))


@lru_cache(maxsize=8192)
def _apologises(sentence: str) -> bool:
    return APOLOGY.search(sentence) is not None


def empty_promise(subject: Subject) -> Iterator[Finding]:
    """U12: a promise without a time."""
    for passage in subject.updates:
        for start, end in _empty_promises(passage.text):
            yield Finding(
                "U12", INFO, "Nobody can hold you to this: say a time.", passage, start, end
            )


@lru_cache(maxsize=2048)
def _empty_promises(text: str) -> tuple[tuple[int, int], ...]:
    return tuple(
        (sentence.start + found.start(), sentence.start + found.end())
        for sentence in sentences(text)
        for found in EMPTY_PROMISE.finditer(sentence.text)
        if _is_ahead(sentence.text, found)
    )


def _is_ahead(sentence: str, found: re.Match[str]) -> bool:
    """Whether it promises: "for a few minutes" and "shortly" may tell what was."""
    words = found.group().lower().strip()
    if "few" in words:
        return bool(AHEAD.search(sentence)) and not PAST.search(sentence)
    return words != "shortly" or bool(AHEAD.search(sentence, 0, found.start()))


def unfinished(subject: Subject) -> Iterator[Finding]:
    """U17: a placeholder, a mark or a sample sentence is left in it."""
    for passage in subject.passages:
        for left in find_placeholders(passage.text):
            yield Finding(
                "U17",
                ERROR,
                f"Not finished: fill in or remove {left.text[:60]}.",
                passage,
                left.start,
                left.end,
                "what can never be sent",
            )


def contact_nowhere(subject: Subject) -> Iterator[Finding]:
    """U20: "contact support", and no link or address."""
    for passage in subject.public_texts:
        for start, end in _contacts(passage.text):
            yield Finding(
                "U20",
                INFO,
                "It does not say how to reach support: add a link or an address.",
                passage,
                start,
                end,
            )


@lru_cache(maxsize=2048)
def _contacts(text: str) -> tuple[tuple[int, int], ...]:
    """Where it sends people to support, if it nowhere says how."""
    told = tuple(one.span() for one in CONTACT.finditer(mask_markup(text)))
    return told if told and not WAY.search(text) else ()


def resolution_estimate(subject: Subject) -> Iterator[Finding]:
    """U21: a guess about when it will be over."""
    if subject.incident.kind == "maintenance":
        return
    for passage in subject.updates:
        if is_closed(passage.status):
            continue
        for start, end in _estimates(passage.text):
            yield Finding(
                "U21",
                INFO,
                "A time for the resolution is a promise you may not keep: "
                "promise the next update instead.",
                passage,
                start,
                end,
            )


@lru_cache(maxsize=2048)
def _estimates(text: str) -> tuple[tuple[int, int], ...]:
    plain = mask_markup(text)
    return tuple(
        found.span()
        for sentence in sentences(text)
        for found in ESTIMATE.finditer(plain, sentence.start, sentence.end)
    )


RULES: Final[tuple[Rule, ...]] = (
    Rule(
        "U11",
        WARN,
        'the same apology twice, or "any inconvenience"',
        "An apology is for the end, once, and for what it cost: repeated with every update it "
        "becomes noise. In a postmortem the phrase is an info.",
        "We know that many of you could not pay your staff on time this morning. We are sorry.",
        "We apologize for any inconvenience this may have caused.",
        rote_apology,
    ),
    Rule(
        "U12",
        INFO,
        "a promise without a time",
        '"Shortly" and "as soon as possible" promise nothing that could be kept, and people ask '
        "again. A time can be held, and moved.",
        "Next update by 15:30 CEST (13:30 UTC).",
        "We will provide an update as soon as possible.",
        empty_promise,
    ),
    Rule(
        "U17",
        ERROR,
        "a placeholder, a mark such as TODO, or a sample sentence is left in the text",
        "What was to be filled in was not. It is never sent: this is the one rule that refuses.",
        "Checkout is slow since 09:10 UTC.",
        "{{component}} is slow since {{since}}.",
        unfinished,
    ),
    Rule(
        "U20",
        INFO,
        "it sends people to support without a link or an address",
        "Those who need help now should not have to search for the way to it.",
        "Questions: support@example.com, or https://example.com/help.",
        "Please reach out to our support team for assistance.",
        contact_nowhere,
    ),
    Rule(
        "U21",
        INFO,
        "it says when the incident will be over",
        "An estimate is read as a promise and mostly missed. Some vendors do give one, so this "
        "is an info; a time for the next update is always safe.",
        "We do not know yet how long it takes. Next update by 11:00 UTC.",
        "We expect this to be resolved within 10 minutes.",
        resolution_estimate,
    ),
)
