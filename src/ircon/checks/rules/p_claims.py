"""P13: claims of a postmortem that the record, or another sentence, contradicts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

from ircon.checks.claims.denials import Denied, denials_in, is_made_good, statements_in
from ircon.checks.finding import WARN, Violation
from ircon.checks.followups import follow_ups
from ircon.checks.lexicon.stock_phrases import DEFAULTS, PAST
from ircon.checks.rule import CONTRADICTION, rule
from ircon.checks.rules.u_course import silence
from ircon.checks.subject import Passage, Subject
from ircon.incident.metrics import Metrics, compute_metrics
from ircon.text.durations import durations
from ircon.text.outline import ACTIONS, CLOSING, RESPONSE, TIMELINE, role_at
from ircon.text.phrases import contains, find_phrases, phrases
from ircon.text.prose import Span, normalise, sentences

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
_TESTED: Final = phrases(
    r"(?:(?:was|were|been|being) |(?=\w+ly ))(?:\w+ly )?tested",
    r"(?:we|they|our team|the team|engineers|[A-Z]\w+) (?:had |have )?(?:\w+ly )?tested"
    r"(?! (?:the |this |a |our )?(?:fix|rollback|patch|hotfix|workaround|recovery|restore|theory"
    r"|hypothesis|connection|failover))",
    r"(?:had |has |have )?passed (?:all|every|the full|our full|the whole|each) (?:\w+ )*?"
    r"(?:tests?|checks?|suites?)",
    r"(?:fully |completely )?covered by (?:our |the )?(?:\w+ )?tests",
)
_UNTESTED: Final = phrases("not", "never", "n't", "without", "only", "had (?:we|it)", "if")
# Monitoring that is said to have seen it, and what says that it did not.
_CAUGHT: Final = phrases(
    r"(?:monitoring|alerts?|alerting|alarms?|automated checks?|health checks?"
    r"|probes?)(?: \w+){0,2}?"
    r" (?:caught|detected|noticed|spotted|picked up|flagged|found|saw|told us of)"
    r" (?:it|this|the \w+|them)(?: [\w-]+){0,3}?"
    r" (?:within|immediately|in under|promptly|quickly|at once|right away|straight away|in less"
    r" than|after (?:only |just )?(?:a|one|two) (?:minutes?|seconds))",
)
_UNSEEN: Final = phrases(
    r"(?:first )?(?:heard|learned|learnt) (?:of|about) (?:it|this|the \w+) (?:only )?(?:first )?"
    r"(?:from|through|by) (?:an? |our |the |several )?(?:customers?|users?|clients?|support)",
    r"(?:customers?|users?|clients?|shops?|merchants?|patients?) (?:\w+ ){0,2}?(?:reported|noticed"
    r"|saw|told us of) (?:it|this|the \w+) (?:first|before (?:we|our|any|the))",
    r"no (?:alert|alarm|monitor)s? (?:fired|went off|was raised|were raised|triggered|sounded)",
    r"(?:monitoring|alerts?|alerting|alarms?) (?:did not|didn't|failed to|never) (?:\w+ )?"
    r"(?:fire|notice|detect|catch|see|flag|spot|trigger)",
    r"(?:was|were) (?:first )?(?:reported|noticed) by (?:an? |our |the )?(?:customers?|users?)"
    r" (?:first|before (?:we|our|any|the))",
)
_AT_ONCE: Final = phrases(
    r"(?:immediately|promptly|at once|instantly|straight away|right away|without delay)"
    r" (?:informed|notified|told|updated|alerted|posted|communicated)"
    r" (?:our |all |the |affected |on |to )*(?:customers?|users?|clients?|status page|public"
    r"|everyone)",
    r"(?:informed|notified|told) (?:our |all |the |affected )*(?:customers?|users?|clients?)"
    r" (?:immediately|promptly|at once|instantly|straight away|right away|without delay)",
)
_LATE: Final = 30  # minutes until the first update in which nobody was told at once
_CORRECTS: Final = phrases(
    "correct(?:s|ed|ion|ing)?", "contrary", "we (?:now|since) (?:know|learned|found)", "wrongly",
    "(?:wrote|said|reported|stated|announced|told you)", "was (?:wrong|not true|premature)",
    "earlier (?:statement|update)s?", "turned out", "later found",
)  # fmt: skip
_NO_CLAIMS: Final = frozenset({ACTIONS, CLOSING, RESPONSE, TIMELINE})
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
    """A claim of speed, openness or testing, or a denial, is contradicted elsewhere.

    Customers have the status page's times at hand. A claim that they can disprove in a minute
    makes them doubt the rest.
    """
    passage = subject.postmortem
    yield from _denied(subject)
    if passage is None:
        return
    yield from _tested(passage)
    yield from _noticed(passage)
    if subject.has_record:
        metrics = compute_metrics(subject.incident)
        yield from _quick(passage, metrics)
        yield from _regular(subject, passage, metrics)
        yield from _every(passage, metrics)
        yield from _told_at_once(passage, metrics)


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
        if contains(_UNTESTED, claim.within.text[: claim.match.end()]):
            continue
        if role_at(passage.text, claim.start) not in _NO_CLAIMS:
            message = "It was tested, and more tests are an action: say what was not tested."
            yield _violation(passage, claim.span(), message, f"the action '{more[0].text}'")


def _noticed(passage: Passage) -> Iterator[Violation]:
    """Monitoring that is said to have seen it at once, where customers saw it first."""
    for claim in find_phrases(_CAUGHT, passage.text):
        if role_at(passage.text, claim.start) in {ACTIONS, CLOSING}:
            continue
        for other in find_phrases(_UNSEEN, passage.text):
            if other.within != claim.within and role_at(passage.text, other.start) != ACTIONS:
                message = f"This text says otherwise: '{' '.join(other.within.text.split())}'"
                yield _violation(passage, claim.span(), message, "the other sentences")
                break


def _told_at_once(passage: Passage, metrics: Metrics) -> Iterator[Violation]:
    """Customers said to be told at once, where the first update came late."""
    took = metrics.time_to_first_update_min
    if took is None or took < _LATE:
        return
    for claim in find_phrases(_AT_ONCE, passage.text):
        if role_at(passage.text, claim.start) not in {ACTIONS, CLOSING}:
            message = f"By the record the first update came {took:.0f} min after the start."
            yield _violation(passage, claim.span(), message, "the recorded updates")


def _violation(passage: Passage, span: tuple[int, int], message: str, compared: str) -> Violation:
    return Violation(passage, *span, message, compared)


def _denied(subject: Subject) -> Iterator[Violation]:
    """Denials such as ``no data was lost`` where another sentence says that some was.

    Of two texts the later one is to blame; the postmortem answers for all before it.
    """
    texts = [text for text in (*subject.updates, subject.postmortem) if text is not None]
    stated = {id(text): tuple(_stated_in(text)) for text in texts}
    if not any(stated.values()):
        return
    for place, text in enumerate(texts):
        is_told = False
        for sentence in sentences(text.text):
            for denial in denials_in(sentence.text):
                other = next(_contrary(denial, sentence, text, texts[: place + 1], stated), None)
                if other is not None:
                    is_told = True
                    yield _denial_violation(text, sentence, denial, other)
        if not is_told and not _CORRECTS.search(text.text):
            yield from _denied_before(text, texts[:place], stated[id(text)])


def _denial_violation(
    text: Passage, sentence: Span, denial: Denied, other: tuple[Passage, Span, Denied]
) -> Violation:
    """Return a violation at what a text tells of, or at its denial of what another told."""
    source, where, statement = other
    if source is text:
        begin, end = where.start + statement.start, where.start + statement.end
        said, place = sentence.text, "This text"
    else:
        begin, end = sentence.start + denial.start, sentence.start + denial.end
        said, place = where.text, "An update"
    message = f"{place} says otherwise: '{' '.join(said.split())}'"
    return _violation(text, (begin, end), message, "the other sentences, and the published updates")


def _contrary(
    denial: Denied,
    sentence: Span,
    text: Passage,
    texts: Sequence[Passage],
    stated: dict[int, tuple[tuple[Span, Denied], ...]],
) -> Iterator[tuple[Passage, Span, Denied]]:
    """Yield what states the contrary: its text, sentence and place."""
    for other in texts:
        for where, statement in stated[id(other)]:
            is_itself = other is text and where == sentence and statement.start < denial.end
            if not is_itself and denial.contradicts(statement):
                yield other, where, statement


def _denied_before(
    text: Passage, earlier: Sequence[Passage], stated: tuple[tuple[Span, Denied], ...]
) -> Iterator[Violation]:
    """Yield the first statement of a text that an earlier one denied."""
    for where, statement in stated:
        for before in earlier:
            for sentence in sentences(before.text):
                if any(denial.contradicts(statement) for denial in denials_in(sentence.text)):
                    yield _violation(
                        text,
                        (where.start + statement.start, where.start + statement.end),
                        f"The {before.status_label} update says otherwise: "
                        f"'{' '.join(sentence.text.split())}'",
                        "the published updates",
                    )
                    return


def _stated_in(text: Passage) -> Iterator[tuple[Span, Denied]]:
    """Yield what a text states of what others deny, unless it was made good later on."""
    for sentence, following in pairwise((*sentences(text.text), None)):
        statements = statements_in(sentence.text) if sentence else ()
        if not statements or sentence is None:
            continue
        if following is not None and is_made_good(following.text):
            continue
        if role_at(text.text, sentence.start) not in {ACTIONS, CLOSING}:
            for statement in statements:
                yield sentence, statement
