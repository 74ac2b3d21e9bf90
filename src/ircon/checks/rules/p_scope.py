"""P23: scope against scope: all and only some, by itself and by hand."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from ircon.checks.changes import find_changes
from ircon.checks.claims.moments import ENDED, roles
from ircon.checks.finding import WARN, Violation
from ircon.checks.rule import CONTRADICTION, rule
from ircon.checks.subject import POSTMORTEM, Passage, Subject
from ircon.text.outline import ACTIONS, CLOSING, LESSONS, role_at
from ircon.text.phrases import contains, phrases
from ircon.text.prose import Span, sentences

_PLACES: Final = (
    r"(?:regions?|countries|country|cities|city|sites?|ports?|locations?|zones?|markets?|branches"
    r"|data ?cent(?:er|re)s?|parts of the country|clusters?|states|depots?|wards?)"
)
_PEOPLE: Final = r"(?:customers?|users?|clients?|tenants?|accounts?|subscribers?|members?)"
_HIT: Final = (
    r"(?:affected|impacted|hit|down|unavailable|offline|fail\w*|slow|unreachable|could not|lost"
    r"|missing|refused|disrupted|interrupted|degraded)"
)
_ALL_PLACES: Final = phrases(
    rf"(?:all|every)(?: (?:of )?(?:our|the))?(?: \w+){{0,2}}? {_PLACES}",
    "worldwide",
    "globally",
    "everywhere",
)
_ALL_PEOPLE: Final = phrases(rf"(?:all|every)(?: (?:of )?(?:our|the))? {_PEOPLE}")
_NOT_ALL: Final = phrases(r"not (?:all|every)", r"nearly (?:all|every)", r"almost (?:all|every)")
_HARMED: Final = phrases(_HIT)
_NAME: Final = r"(?:[A-Z][\w-]+|[a-z]{2,}-[a-z]+-\d)"
# One place only, or a place that was spared: capital letters count.
_ONE_PLACE: Final = re.compile(
    r"\b(?:[Oo]nly|[Ss]olely|[Ee]xclusively)"
    rf" (?:in |the |our |for |customers in |users in )*{_NAME}"
    rf"|\b(?:in|of|from|to) (?:the |our )?(?:region )?{_NAME}(?: {_PLACES})? (?:only|alone)\b"
    rf"|\b[Oo]ther (?:\w+ )?{_PLACES} (?:were|was|are|is) (?:not|never|un)\b"
    rf"|\b{_NAME}(?:(?:,| and) {_NAME})* (?:was|were|is|are) (?:not {_HIT}|unaffected)"
)
_SPARED_PEOPLE: Final = re.compile(
    rf"\b{_PEOPLE} (?:on|of|in|with|at|who) [^.;]{{2,60}}?"
    rf" (?:was|were|are|is) (?:not {_HIT}|unaffected)",
    re.IGNORECASE,
)
_BY_ITSELF: Final = phrases(
    r"(?:recover~|resolv~|ended|cleared|went away|came back|healed|caught up|stopped|vanish~)"
    r"(?: \w+){0,4}? (?:by itself|by themselves|on its own|on their own"
    r"|without (?:any |our )?(?:intervention|action|help|doing)~)",
    r"no(?:body| one) had to (?:step in|do anything|act)",
    "self-(?:healed|resolved|recovered)",
)
_WE: Final = phrases(
    "we", "(?:the |our )?(?:\\w+ )?(?:teams?|engineers?|admins?|operators?|on[- ]call)"
)
_BY_HAND: Final = phrases("by hand", "manually", "after we", "until", "since", "to get there")


@rule(
    "P23",
    WARN,
    good="'In Norway only 900 sellers were affected', and below 'sellers in Norway wrote to us'",
    bad="'In Norway only 900 sellers were affected', and below 'all regions were affected'",
    kind=CONTRADICTION,
)
def scope_against_scope(subject: Subject) -> Iterator[Violation]:
    """One sentence says all and another only some, or that it ended by itself and by hand.

    Readers take the one that suits them. Compared are sentences of the same text; what ended it is
    compared with the updates, too.
    """
    for passage in subject.passages:
        if passage.role == POSTMORTEM:
            told = [
                sentence
                for sentence in sentences(passage.text)
                if role_at(passage.text, sentence.start) not in {ACTIONS, CLOSING, LESSONS}
            ]
            yield from _all_and_some(passage, told)
            yield from _itself_and_hand(subject, passage, told)


def _all_and_some(passage: Passage, told: list[Span]) -> Iterator[Violation]:
    for every, some in ((_ALL_PLACES, _ONE_PLACE), (_ALL_PEOPLE, _SPARED_PEOPLE)):
        whole = [
            sentence
            for sentence in told
            if contains(every, sentence.text)
            and contains(_HARMED, sentence.text)
            and not contains(_NOT_ALL, sentence.text)
            and not some.search(sentence.text)
        ]
        part = next((sentence for sentence in told if some.search(sentence.text)), None)
        for sentence in whole[:1] if part else ():
            match = every.search(sentence.text)
            if match and part:
                yield _otherwise(passage, sentence, match.span(), part)


def _itself_and_hand(subject: Subject, passage: Passage, told: list[Span]) -> Iterator[Violation]:
    texts = [passage.text, *(update.text for update in subject.updates if not update.is_draft)]
    for sentence in told:
        match = _BY_ITSELF.search(sentence.text)
        if match is None:
            continue
        for other in (one for text in texts for one in sentences(text)):
            if other.text != sentence.text and _ended_by_hand(other.text):
                yield _otherwise(passage, sentence, match.span(), other)
                return


def _ended_by_hand(words: str) -> bool:
    """Whether somebody changed something, and that ended it."""
    if not (contains(_WE, words) and find_changes(words)):
        return False
    return contains(_BY_HAND, words) or ENDED in roles(words)


def _otherwise(passage: Passage, sentence: Span, span: tuple[int, int], other: Span) -> Violation:
    return Violation(
        passage,
        sentence.start + span[0],
        sentence.start + span[1],
        f"Another sentence says otherwise: '{' '.join(other.text.split())}'",
        "the other sentences, and the published updates",
    )
