"""P13: what a postmortem denies, and what it or an update says elsewhere.

One row a claim: the words that deny, and the words that tell of what they deny.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from ircon.checks.finding import Violation
from ircon.checks.subject import Passage, Subject
from ircon.text.phrases import contains, find_phrases, phrases
from ircon.text.prose import Span

_KEPT: Final = (
    r"(?:data|records|files|profiles|messages|e-?mails|orders|payments|documents|uploads"
    r"|accounts|events|rows|entries|transactions|invoices|backups)"
)
_PEOPLE: Final = r"(?:customers|users|clients|tenants|accounts|merchants|subscribers)"
_WAS: Final = r"(?:was|were|has been|have been|had been|is|are)"
_GONE: Final = r"(?:(?:\w+ly )?(?:lost|destroyed|unrecoverable|irrecoverable))"
_NO_WAY_BACK: Final = r"(?:could|can|cannot)(?:n't| ?not)? be (?:recovered|restored)"
# A denial of all of it; "no data was lost in Frankfurt" denies less.
_OF_ALL: Final = (
    r"(?=\s*(?:[.;!)]|\Z)| (?:during|in|by|through|because of|as a result of|due to)"
    r" (?:this|the) (?:\w+ )?(?:incident|outage|issue|event|disruption|degradation|problem))"
)
_NOT: Final = re.compile(
    r"\b(?:no|not|never|none|nothing|without|neither|any|if|whether|could have|might)\b|n['’]t\b",
    re.IGNORECASE,
)
_EXCEPT: Final = phrases("except", "other than", "apart from", "but", "further", "additional")


class _Row(NamedTuple):
    """A claim: what denies it, what tells of it, and what the same sentence must hold besides."""

    denied: re.Pattern[str]
    told: re.Pattern[str]
    besides: re.Pattern[str] | None = None


_ROWS: Final = (
    _Row(
        denied=phrases(
            rf"no (?:\w+ )?{_KEPT} {_WAS} lost{_OF_ALL}",
            rf"(?:there (?:was|were)|with|without)(?: no| any)? (?:\w+ )?data loss{_OF_ALL}",
            rf"no (?:\w+ )?data loss{_OF_ALL}",
            rf"(?:did not|didn't) lose any (?:\w+ )?{_KEPT}{_OF_ALL}",
        ),
        told=phrases(
            rf"{_KEPT} (?:[\w,-]+ ){{0,4}}?{_WAS} {_GONE}",
            rf"{_KEPT} (?:[\w,-]+ ){{0,9}}?{_NO_WAY_BACK}",
            rf"(?:the )?loss of (?:\w+ ){{0,3}}?{_KEPT}",
            r"(?:caused|led to|resulted in|some) (?:\w+ )?data loss",
            rf"(?:we|customers|users|they) (?:have )?lost (?:\w+ ){{0,3}}?{_KEPT}",
        ),
    ),
    _Row(
        denied=phrases(
            rf"no (?:\w+ )?{_PEOPLE} {_WAS} (?:\w+ly )?(?:affected|impacted){_OF_ALL}",
            rf"(?:did not|didn't) (?:affect|impact) (?:any )?(?:of our )?{_PEOPLE}{_OF_ALL}",
            rf"had no impact on (?:our |any )?{_PEOPLE}{_OF_ALL}",
        ),
        told=phrases(
            r"(?=\S*[1-9])\d[\d.,]* ?(?:%|percent)? ?(?:of )?(?:all |our |the )?"
            rf"(?:\w+ )?{_PEOPLE}",
        ),
        besides=phrases(
            "affect~", "impact~", "fail~", "unable", "could not", "couldn't", "slow~", "error~",
            "took", "takes", "delay~", "unavailab~", "saw", "experienc~",
        ),
    ),
)  # fmt: skip


def denied(subject: Subject, passage: Passage) -> Iterator[Violation]:
    """``No data was lost``, and elsewhere that some was."""
    for row in _ROWS:
        for claim in find_phrases(row.denied, passage.text):
            if contains(_EXCEPT, claim.within.text):
                continue
            other = next(_told(subject, passage, row, claim.within), None)
            if other is not None:
                where, words = other
                yield Violation(
                    passage,
                    *claim.span(),
                    f"{where} says otherwise: '{' '.join(words.split())}'",
                    "the other sentences, and the published updates",
                )


def _told(subject: Subject, passage: Passage, row: _Row, claim: Span) -> Iterator[tuple[str, str]]:
    """Where else it is told, and in which words."""
    for text in (passage, *(update for update in subject.updates if not update.is_draft)):
        for found in find_phrases(row.told, text.text):
            before = found.within.text[: found.match.start()]
            if (text is passage and found.within == claim) or _NOT.search(before[-40:]):
                continue
            if row.besides is None or contains(row.besides, found.within.text):
                yield "This text" if text is passage else "An update", found.within.text
