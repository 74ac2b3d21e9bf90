"""P13: claims of a postmortem that the record, or another sentence, contradicts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from ircon.checks.finding import WARN, Violation
from ircon.checks.followups import follow_ups
from ircon.checks.lexicon.stock_phrases import DEFAULTS, PAST
from ircon.checks.rule import CONTRADICTION, rule
from ircon.checks.rules.u_course import silence
from ircon.checks.subject import Passage, Subject
from ircon.incident.metrics import Metrics, compute_metrics
from ircon.text.durations import durations
from ircon.text.outline import ACTIONS, CLOSING, role_at
from ircon.text.phrases import contains, find_phrases, phrases
from ircon.text.prose import Span, normalise
from ircon.text.stems import stems

_SOON: Final = 15  # minutes from the first update in which "quickly identified" is true
_QUICK: Final = phrases(
    r"(?:immediately|quickly|promptly|rapidly)(?: [\w-]+){0,4} (?:identified|found|isolated)"
)
_OPEN: Final = phrases(
    "(?:regular|frequent) (?:\\w+ )?(?:updates|communication)",
    "(?:regularly|frequently) (?:updat|inform|communicat)(?:ed|ing)",
    "(?:updated|informed|communicated) (?:\\w+ ){0,3}(?:regularly|frequently)",
    "transparent(?:ly)? (?:and \\w+ )?(?:communicat(?:ion|ed|ing)|shar(?:ed|ing)|inform(?:ed|ing))",
    "(?:communicat|shar|inform)(?:ed|ing) (?:\\w+ ){0,3}transparently",
)
_EVERY: Final = phrases(
    r"(?:kept|updated|informed|posted|communicated|published|shared|provided|gave|sent|wrote)"
    r" (?:[\w-]+ ){0,5}?every (?:[\w-]+ ){1,3}?(?:minutes|mins?|hours?)"
)
_IN_TIME: Final = 2  # minutes by which an update may be late and still count as regular
_TESTED: Final = phrases(r"(?:(?:was|were|been|being) |(?=\w+ly ))(?:\w+ly )?tested")
_MORE_TESTS: Final = phrases("tests?", "testing")


@rule(
    "P13",
    WARN,
    english=True,
    good="'We identified the cause 86 minutes after the first report.'",
    bad="'We quickly identified the cause', where no Identified was ever posted",
    kind=CONTRADICTION,
    swallows=("L6",),
)
def contradicted_violation(subject: Subject) -> Iterator[Violation]:
    """The record contradicts a claim of speed, openness, testing, or that nothing was lost.

    Customers have the status page's times at hand. A claim that they can disprove in a minute
    makes them doubt the rest.
    """
    passage = subject.postmortem
    if passage is None:
        return
    if subject.has_record:
        metrics = compute_metrics(subject.incident)
        yield from _quick(passage, metrics)
        yield from _regular(subject, passage, metrics)
        yield from _every(passage, metrics)
    yield from _denied(subject, passage)
    yield from _some_and_none(passage)
    yield from _tested(passage)


def _quick(passage: Passage, metrics: Metrics) -> Iterator[Violation]:
    took = metrics.time_to_identified_min
    if not metrics.updates or (took is not None and took <= _SOON):
        return
    recorded = (
        "no Identified at all" if took is None else f"Identified {took:.0f} min after the first"
    )
    for claim in find_phrases(_QUICK, passage.text):
        yield _violation(
            passage, claim.span(), f"The record has {recorded}.", "the recorded updates"
        )


def _regular(subject: Subject, passage: Passage, metrics: Metrics) -> Iterator[Violation]:
    public = [update for update in subject.updates if not update.is_draft]
    stock = sum(normalise(update.text) in DEFAULTS for update in public)
    facts = []
    if any(silence.check(subject)) and metrics.max_update_gap_min is not None:
        facts.append(f"the longest silence was {metrics.max_update_gap_min:.0f} min")
    if stock:
        facts.append(f"{stock} of {len(public)} updates are a tool's stock sentence")
    if not facts:
        return
    for claim in find_phrases(_OPEN, passage.text):
        is_past = role_at(passage.text, claim.start) not in {ACTIONS, CLOSING}
        if is_past or PAST.search(claim.within.text):
            message = f"By the record {' and '.join(facts)}."
            yield _violation(passage, claim.span(), message, "the recorded updates and the cadence")


def _every(passage: Passage, metrics: Metrics) -> Iterator[Violation]:
    """Claims of ``updates every 10 minutes`` where a silence was longer."""
    longest = metrics.max_update_gap_min
    for claim in find_phrases(_EVERY, passage.text) if longest is not None else ():
        if role_at(passage.text, claim.start) in {ACTIONS, CLOSING}:
            continue
        rest = passage.text[claim.start : claim.within.end]
        claimed = next(durations(rest), None)
        if claimed and longest is not None and longest > claimed.minutes + _IN_TIME:
            message = f"By the record the longest silence was {longest:.0f} min."
            yield _violation(passage, claim.span(), message, "the recorded updates")


def _tested(passage: Passage) -> Iterator[Violation]:
    more = [action for action in follow_ups(passage.text) if contains(_MORE_TESTS, action.text)]
    if not more:
        return
    for claim in find_phrases(_TESTED, passage.text):
        if role_at(passage.text, claim.start) not in {ACTIONS, CLOSING}:
            message = "It was tested, and more tests are an action: say what was not tested."
            yield _violation(passage, claim.span(), message, f"the action '{more[0].text}'")


def _violation(passage: Passage, span: tuple[int, int], message: str, compared: str) -> Violation:
    return Violation(passage, *span, message, compared)


# What a postmortem denies, and the sentences elsewhere that say it happened.
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


class _Denial(NamedTuple):
    """Phrases that deny something, those that state it, and what the same sentence needs."""

    denied: re.Pattern[str]
    stated: re.Pattern[str]
    also: re.Pattern[str] | None = None


_DENIALS: Final = (
    _Denial(
        denied=phrases(
            rf"no (?:\w+ )?{_KEPT} {_WAS} lost{_OF_ALL}",
            rf"(?:there (?:was|were)|with|without)(?: no| any)? (?:\w+ )?data loss{_OF_ALL}",
            rf"no (?:\w+ )?data loss{_OF_ALL}",
            rf"(?:did not|didn't) lose any (?:\w+ )?{_KEPT}{_OF_ALL}",
        ),
        stated=phrases(
            rf"{_KEPT} (?:[\w,-]+ ){{0,4}}?{_WAS} {_GONE}",
            rf"{_KEPT} (?:[\w,-]+ ){{0,9}}?{_NO_WAY_BACK}",
            rf"(?:the )?loss of (?:\w+ ){{0,3}}?{_KEPT}",
            r"(?:caused|led to|resulted in|some) (?:\w+ )?data loss",
            rf"(?:we|customers|users|they) (?:have )?lost (?:\w+ ){{0,3}}?{_KEPT}",
        ),
    ),
    _Denial(
        denied=phrases(
            rf"no (?:\w+ )?{_PEOPLE} {_WAS} (?:\w+ly )?(?:affected|impacted){_OF_ALL}",
            rf"(?:did not|didn't) (?:affect|impact) (?:any )?(?:of our )?{_PEOPLE}{_OF_ALL}",
            rf"had no impact on (?:our |any )?{_PEOPLE}{_OF_ALL}",
        ),
        stated=phrases(
            r"(?=\S*[1-9])\d[\d.,]* ?(?:%|percent)? ?(?:of )?(?:all |our |the )?"
            rf"(?:\w+ )?{_PEOPLE}",
        ),
        also=phrases(
            "affect~", "impact~", "fail~", "unable", "could not", "couldn't", "slow~", "error~",
            "took", "takes", "delay~", "unavailab~", "saw", "experienc~",
        ),
    ),
)  # fmt: skip


def _denied(subject: Subject, passage: Passage) -> Iterator[Violation]:
    """Denials such as ``no data was lost`` where another sentence says that some was."""
    for denial in _DENIALS:
        for claim in find_phrases(denial.denied, passage.text):
            if contains(_EXCEPT, claim.within.text):
                continue
            other = next(_stated(subject, passage, denial, claim.within), None)
            if other is not None:
                where, sentence = other
                yield Violation(
                    passage,
                    *claim.span(),
                    f"{where} says otherwise: '{' '.join(sentence.split())}'",
                    "the other sentences, and the published updates",
                )


# Something of which none was lost, and of which some was: "14 bookings were lost".
_NONE_LOST: Final = phrases(
    rf"(?:no|not (?:one|a single)) (?P<noun>(?:[\w-]+ ){{1,4}}?){_WAS} {_GONE}",
    rf"(?:none|nothing)(?: of (?:them|it|these))? {_WAS} {_GONE}",
)
_MANY: Final = (
    r"(?:(?=[\d.,]*[1-9])\d[\d.,]*|some|several|two|three|four|five|six|seven|eight|nine|ten"
    r"|twelve|dozens of|hundreds of|many|all|most)"
)
_SOME_LOST: Final = phrases(
    rf"{_MANY} (?P<noun>(?:[\w-]+ ){{0,4}}?){_WAS} {_GONE}"
    r"(?! (?:contact|track|sight|in transit))",
)
# What is lost without any data being lost.
_FLEETING: Final = frozenset(
    "request requests packet packets connection connections session sessions minutes hours seconds"
    " sales revenue ping pings".split()
)
_GENERAL: Final = frozenset({"data", "information", "thing", "content"})


def _some_and_none(passage: Passage) -> Iterator[Violation]:
    """A denial that anything was lost, and a number of the same that was."""
    lost = [
        (phrase, words)
        for phrase in find_phrases(_SOME_LOST, passage.text)
        if not _FLEETING.intersection(words := phrase.match["noun"].lower().split())
        and not _NOT.search(phrase.within.text[: phrase.match.start()][-20:])
    ]
    for claim in find_phrases(_NONE_LOST, passage.text) if lost else ():
        nouns = (claim.match["noun"] or "").lower().split()
        denied = stems(" ".join(nouns))
        for phrase, words in lost:
            is_same = not nouns or not _GENERAL.isdisjoint(nouns)
            is_same |= not words or bool(denied & stems(" ".join(words)))
            start, end = phrase.span()
            if is_same and (start >= claim.span()[1] or end <= claim.start):
                yield Violation(
                    passage,
                    start,
                    end,
                    f"Here '{' '.join(phrase.group().split())}', elsewhere in this text "
                    f"'{' '.join(claim.group().split())}'.",
                    "the other sentences of this text",
                )
                break


def _stated(
    subject: Subject, passage: Passage, denial: _Denial, claim: Span
) -> Iterator[tuple[str, str]]:
    """Yield where else it is stated, and in which sentence."""
    for text in (passage, *(update for update in subject.updates if not update.is_draft)):
        for phrase in find_phrases(denial.stated, text.text):
            before = phrase.within.text[: phrase.match.start()]
            if (text is passage and phrase.within == claim) or _NOT.search(before[-40:]):
                continue
            if denial.also is None or contains(denial.also, phrase.within.text):
                yield "This text" if text is passage else "An update", phrase.within.text
