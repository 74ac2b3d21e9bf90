"""U11 U12 U17 U20 U21: phrases that say nothing, or promise too much."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from ircon.checks.finding import ERROR, INFO, WARN, Fix, Violation
from ircon.checks.leftovers import empty_cells, find_leftovers
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
from ircon.checks.rule import STYLE, rule
from ircon.checks.subject import POSTMORTEM, UPDATE, Subject
from ircon.incident.text import find_placeholders
from ircon.incident.vocabulary import is_closed
from ircon.text.prose import Span, mask_markup, mask_quoted, normalise, sentences


@rule(
    "U11",
    WARN,
    english=True,
    good="We know that many of you could not pay your staff on time this morning. We are sorry.",
    bad="We apologize for any inconvenience this may have caused.",
    kind=STYLE,
)
def rote_apology(subject: Subject) -> Iterator[Violation]:
    """An apology occurs twice, or it is about 'any inconvenience'.

    An apology belongs at the end, once, and names what it cost: repeated with every update it
    becomes noise. In a postmortem the phrase is an info.
    """
    earlier: set[str] = set()
    for passage in subject.public_texts:
        if passage.role not in {UPDATE, POSTMORTEM}:
            continue
        for sentence in _apologies(passage.text):
            rote = ROTE.search(sentence.text)
            text = normalise(sentence.text)
            again = passage.role == UPDATE and text in earlier
            if passage.role == UPDATE:
                earlier.add(text)
            if not (rote or again):
                continue
            yield Violation(
                passage,
                sentence.start,
                sentence.end,
                "The same apology as before: once, in the resolving update, is enough."
                if again
                else "'Any inconvenience' is a set phrase: say what it cost whom, or leave it out.",
                "the apologies before it" if again else None,
                Fix(sentence.start, sentence.end, "") if passage.is_draft else None,
                severity=WARN if passage.role == UPDATE else INFO,
            )


def _apologies(text: str) -> Iterator[Span]:
    return (sentence for sentence in sentences(text) if _apologises(sentence.text))


@lru_cache(maxsize=8192)
def _apologises(sentence: str) -> bool:
    return APOLOGY.search(sentence) is not None


@rule(
    "U12",
    INFO,
    english=True,
    good="Next update by 15:30 CEST (13:30 UTC).",
    bad="We will provide an update as soon as possible.",
)
def empty_promise(subject: Subject) -> Iterator[Violation]:
    """A promise gives no time.

    'Shortly' and 'as soon as possible' promise nothing that could be kept, and readers ask
    again. A time can be kept, and moved.
    """
    for passage in subject.updates:
        for start, end in _empty_promises(passage.text):
            yield Violation(passage, start, end, "A promise without a time: give one.")


@lru_cache(maxsize=2048)
def _empty_promises(text: str) -> tuple[tuple[int, int], ...]:
    return tuple(
        (sentence.start + match.start(), sentence.start + match.end())
        for sentence in sentences(text)
        for match in EMPTY_PROMISE.finditer(sentence.text)
        if _is_ahead(sentence.text, match)
    )


def _is_ahead(sentence: str, match: re.Match[str]) -> bool:
    """Whether it promises something: "for a few minutes" may be about the past."""
    phrase = match.group().lower().strip()
    if "few" in phrase:
        return bool(AHEAD.search(sentence)) and not PAST.search(sentence)
    return phrase != "shortly" or bool(AHEAD.search(sentence, 0, match.start()))


@rule(
    "U17",
    ERROR,
    good="Checkout is slow since 09:10 UTC.",
    bad="{{component}} is slow since {{since}}.",
    lasting=True,
    swallows=("U12", "U18", "P3", "P9", "P10", "L5", "L6", "L7", "L8"),
)
def unfinished(subject: Subject) -> Iterator[Violation]:
    """A placeholder, a mark such as TODO, or a row of the template is left in the text.

    The text is not finished. One with a placeholder in braces, TODO or the sample sentence of a
    status page is never sent: no other rule refuses to send. Times, figures and names that were
    never filled in are found too: 'hh:mm', '??', 'XX users', 'TBD', '[link to dashboard]'.
    """
    for passage in subject.passages:
        refused = [
            Span(*placeholder)
            for placeholder in find_placeholders(passage.text)
            if placeholder.text[:1] in "{}" or not _is_quoted(passage.text, placeholder.start)
        ]
        taken = {placeholder.start for placeholder in refused}
        left = [span for span in find_leftovers(passage.text) if span.start not in taken]
        for span in (*refused, *left):
            words = " ".join(span.text.split())
            yield Violation(
                passage,
                span.start,
                span.end,
                "Left over from a template or a draft, not filled in: "
                f"{words[:60] or 'an empty row'}.",
                "placeholders and samples, which are never sent" if span in refused else None,
            )
        for row in empty_cells(passage.text):
            yield Violation(
                passage, row.start, row.end, "A cell of this row is empty.", severity=INFO
            )


def _is_quoted(text: str, offset: int) -> bool:
    """Whether it stands in code or in a quote."""
    return mask_quoted(text)[offset] == " "


@rule(
    "U20",
    INFO,
    english=True,
    good="Questions: support@example.com, or https://example.com/help.",
    bad="Please reach out to our support team for assistance.",
)
def contact_nowhere(subject: Subject) -> Iterator[Violation]:
    """A text sends readers to support without a link or an address.

    Readers who need help now should not have to search for it.
    """
    for passage in subject.public_texts:
        for start, end in _contacts(passage.text):
            yield Violation(
                passage,
                start,
                end,
                "It does not say how to reach support: add a link or an address.",
            )


@lru_cache(maxsize=2048)
def _contacts(text: str) -> tuple[tuple[int, int], ...]:
    """Return where it sends readers to support, if nothing says how to reach it."""
    spans = tuple(match.span() for match in CONTACT.finditer(mask_markup(text)))
    return spans if spans and not WAY.search(text) else ()


@rule(
    "U21",
    INFO,
    english=True,
    good="We do not know yet how long it takes. Next update by 11:00 UTC.",
    bad="We expect this to be resolved within 10 minutes.",
    kind=STYLE,
)
def resolution_estimate(subject: Subject) -> Iterator[Violation]:
    """An update says when the incident will be resolved.

    An estimate is read as a promise and mostly missed. Some vendors do give one, so this is an
    info; a time for the next update is always safe.
    """
    if subject.incident.kind == "maintenance":
        return
    for passage in subject.updates:
        if is_closed(passage.status):
            continue
        for start, end in _estimates(passage.text):
            yield Violation(
                passage,
                start,
                end,
                "A time for the resolution is a promise you may not keep: "
                "promise the next update instead.",
            )


@lru_cache(maxsize=2048)
def _estimates(text: str) -> tuple[tuple[int, int], ...]:
    plain = mask_markup(text)
    return tuple(
        match.span()
        for sentence in sentences(text)
        for match in ESTIMATE.finditer(plain, sentence.start, sentence.end)
    )
