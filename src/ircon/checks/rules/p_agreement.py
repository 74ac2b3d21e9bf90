"""P21: what a postmortem says happened, and what the record has."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ircon.checks.components import groups, mentions
from ircon.checks.finding import WARN, Fix, Violation, missing_from
from ircon.checks.lexicon.symptoms import SYMPTOM
from ircon.checks.named_components import components_named, is_known
from ircon.checks.rule import rule
from ircon.checks.rules.p_agreement_times import STATUS_NAMED, times, too_late
from ircon.checks.subject import Passage, Subject
from ircon.incident.metrics import compute_metrics
from ircon.incident.vocabulary import STATUSES, parse_status
from ircon.text.outline import DESCRIPTION, role_at
from ircon.text.phrases import find_phrases, phrases
from ircon.text.prose import Span, sentences, spans_between

_SET_STATUS: Final = phrases(
    r"(?:(?:status|incident|page) (?:\w+ ){0,3}?(?:to|as|was) [\"“]?"
    rf"|(?:moved|changed|set|updated) (?:\w+ ){{0,3}}?to [\"“]){STATUS_NAMED}"
)

# Figures that only the record can give: the words around the number, and which it is.
_FIGURES: Final = tuple(
    (attribute, phrases(words), label)
    for attribute, words, label in (
        (
            "updates",
            (
                r"(?:posted|published|sent|shared|gave|wrote) (?P<number>\d{1,3})"
                r" (?:public |status )?updates"
            ),
            "{} updates",
        ),
        (
            "max_update_gap_min",
            r"longest silence(?: \w+){0,2}:? (?P<number>\d{1,5}(?:\.\d)?) ?(?:min|minutes)",
            "a longest silence of {} min",
        ),
        (
            "time_to_first_update_min",
            (
                r"(?:told|informed)(?: [\w:()]+){1,8}, (?P<number>\d{1,5}(?:\.\d)?)"
                r" (?:min|minutes) after it began"
            ),
            "the first word {} min after the impact began",
        ),
    )
)


@rule(
    "P21",
    WARN,
    good="'API (group 03) failed', where the record has API (group 03)",
    bad="'The API failed', where the record has API (group 03) only",
)
def disagrees(subject: Subject) -> Iterator[Violation]:
    """It disagrees with the record about a component, a time, a status or a number.

    The record was kept while it happened. Where text and record differ, one of them is wrong:
    mend it, or note what was missing.
    """
    passage = subject.postmortem
    if passage is None or not subject.has_record:
        return
    yield from _whole_group(subject, passage)
    yield from _not_affected(subject, passage)
    yield from _left_out(subject, passage)
    yield from _statuses(subject, passage)
    yield from times(subject, passage)
    yield from too_late(subject, passage)
    yield from _figures(subject, passage)


def _whole_group(subject: Subject, passage: Passage) -> Iterator[Violation]:
    """The text says the API, the record has one part of it."""
    less = {group.name: group for group in groups(subject) if group.selected and group.is_less}
    for mention in mentions(passage.text, frozenset(less)):
        if mention.narrowed or role_at(passage.text, mention.start) not in DESCRIPTION:
            continue
        parts = _some(less[mention.name].selected)
        yield _finding(
            passage,
            mention.start,
            mention.end,
            f"The text says {mention.name}, the record has {parts} only.",
            "the components recorded as affected",
        )


def _not_affected(subject: Subject, passage: Passage) -> Iterator[Violation]:
    """A component of the page that the record does not have among the affected."""
    chosen = {component.name: component.group for component in subject.incident.components}
    listed = {component.name for component in subject.page_components or ()}
    if not chosen:
        return
    recorded = {*chosen, *filter(None, chosen.values())}
    told = set()
    for called in components_named(passage.text):
        if not is_known(called.text, recorded):
            told.add(called.start)
            yield _not_recorded(passage, called, tuple(chosen))
    for mention in mentions(passage.text, frozenset(listed - {*chosen, *chosen.values()})):
        within = spans_between(sentences(passage.text), 0, mention.start + 1)[-1]
        described = role_at(passage.text, mention.start) in DESCRIPTION
        if described and mention.start not in told and SYMPTOM.search(within.text):
            named = Span(mention.name, mention.start, mention.end)
            yield _not_recorded(passage, named, tuple(chosen))


def _not_recorded(passage: Passage, named: Span, chosen: tuple[str, ...]) -> Violation:
    return _finding(
        passage,
        named.start,
        named.end,
        f"{named.text} is not among the affected components of the record.",
        f"the components recorded as affected: {_some(chosen)}",
    )


def _left_out(subject: Subject, passage: Passage) -> Iterator[Violation]:
    """It names some of the affected components, and not the others."""
    affected = subject.incident.components
    plain = passage.text.casefold()
    named = {
        one.name
        for one in affected
        if one.name.casefold() in plain or (one.group and one.group.casefold() in plain)
    }
    missing = tuple(one.name for one in affected if one.name not in named)
    if named and missing:
        yield missing_from(
            passage,
            f"It names {_some(tuple(sorted(named)))}; the record has {_some(missing)}, too.",
            "the components recorded as affected",
        )


def _statuses(subject: Subject, passage: Passage) -> Iterator[Violation]:
    """A status that no recorded update has."""
    known = {update.status for update in subject.incident.public_updates}
    for found in find_phrases(_SET_STATUS, passage.text):
        status = parse_status(found.group("status"))
        if status and status not in known:
            label = STATUSES[status].label
            yield _finding(
                passage,
                *found.span("status"),
                f"The record has no {label}.",
                "the statuses of the recorded updates",
            )


def _figures(subject: Subject, passage: Passage) -> Iterator[Violation]:
    """A number that was typed over, or was true before the record went on."""
    figures = compute_metrics(subject.incident)
    for attribute, pattern, label in _FIGURES:
        value: float | None = getattr(figures, attribute)
        if value is None:
            continue
        for found in find_phrases(pattern, passage.text):
            if abs(float(found.group("number")) - value) < 1:
                continue
            start, end = found.span("number")
            right = f"{value:g}"
            yield _finding(
                passage,
                start,
                end,
                f"The record has {label.format(right)}.",
                "the figures of the recorded updates",
                Fix(start, end, right),
            )


def _finding(
    passage: Passage, start: int, end: int, message: str, compared: str, fix: Fix | None = None
) -> Violation:
    return Violation(passage, start, end, message, compared, fix)


def _some(names: tuple[str, ...], most: int = 3) -> str:
    shown = ", ".join(names[:most])
    return f"{shown} and {len(names) - most} more" if len(names) > most else shown
