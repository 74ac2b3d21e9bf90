"""P21: what a postmortem says happened, and what the record has."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from ircon.checks.component_mentions import components_named, groups, is_known, mentions
from ircon.checks.finding import WARN, Fix, Violation, missing_from
from ircon.checks.lexicon.symptoms import SYMPTOM
from ircon.checks.rule import rule
from ircon.checks.subject import Passage, Subject
from ircon.incident.metrics import compute_metrics
from ircon.incident.state import Incident
from ircon.incident.time_input import render_clock
from ircon.incident.vocabulary import STATUSES, parse_status
from ircon.text.clock_times import ClockTime, text_times
from ircon.text.instants import instants, possible_zones
from ircon.text.outline import DESCRIPTION, role_at
from ircon.text.phrases import find_phrases, phrases
from ircon.text.prose import Span, sentences, spans_between

_SAME_MINUTE: Final = timedelta(minutes=1)  # a page cuts seconds off
_NEAR: Final = timedelta(minutes=5)  # as the window of T2

_STATUS_NAMED: Final = (
    r"(?P<status>investigating|identified|monitoring|resolved|verifying|completed|in progress)"
)
# "10:04 UTC: Identified", "| 10:04 | Monitoring |": a time with a status behind it, not
# "10:04 UTC: monitoring alert".
_AT_STATUS: Final = re.compile(
    rf"[ \t]*(?:\([^()\n]{{1,40}}\))?[ \t]*[:|–—-]+[ \t]*{_STATUS_NAMED}\b"
    r"(?=[ \t]*(?:[^\w \t]|\Z|(?:update|status)\b))",
    re.IGNORECASE,
)
_ISSUE: Final = r"(?:incident|issue|problem|outage|disruption|degradation|event)"
_FOUND: Final = r"(?:identified|found|discovered)"
# What was done, with its time right behind it.
_DONE: Final = tuple(
    (status, phrases(*(rf"{one}(?: by us)? (?:only )?at(?= \d)" for one in wanted)))
    for status, wanted in (
        (
            "resolved",
            (
                rf"(?:{_ISSUE}|it) (?:was|were|is|has been|had been)(?: \w+ly)? (?:resolved|over)",
                rf"resolved (?:the|this) (?:\w+ )?{_ISSUE}",
                rf"{_ISSUE} ended",
            ),
        ),
        (
            "identified",
            (
                rf"{_FOUND} (?:the|its|a|this) (?:\w+ )?(?:cause|source|reason|{_ISSUE})",
                rf"(?:cause|source|{_ISSUE}) (?:was|had been|has been)(?: \w+ly)? {_FOUND}",
            ),
        ),
    )
)
_AT: Final = 3  # characters between these words and their time
_SET_STATUS: Final = phrases(
    r"(?:(?:status|incident|page) (?:\w+ ){0,3}?(?:to|as|was) [\"“]?"
    rf"|(?:moved|changed|set|updated) (?:\w+ ){{0,3}}?to [\"“]){_STATUS_NAMED}"
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

    The record was made while it happened. Where text and record differ, one of them is wrong:
    fix it, or note what was missing. An affected component that is left out counts too.
    """
    passage = subject.postmortem
    if passage is None or not subject.has_record:
        return
    yield from _whole_group(subject, passage)
    yield from _not_affected(subject, passage)
    yield from _left_out(subject, passage)
    yield from _statuses(subject, passage)
    yield from _times(subject, passage)
    yield from _too_late(subject, passage)
    yield from _figures(subject, passage)


def _whole_group(subject: Subject, passage: Passage) -> Iterator[Violation]:
    """The text says the API, the record has one part of it."""
    less = {group.name: group for group in groups(subject) if group.selected and group.is_less}
    for mention in mentions(passage.text, frozenset(less)):
        if mention.narrowed or role_at(passage.text, mention.start) not in DESCRIPTION:
            continue
        parts = _some(less[mention.name].selected)
        yield _violation(
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
    return _violation(
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
            yield _violation(
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
            yield _violation(
                passage,
                start,
                end,
                f"The record has {label.format(right)}.",
                "the figures of the recorded updates",
                Fix(start, end, right),
            )


def _times(subject: Subject, passage: Passage) -> Iterator[Violation]:
    """A time with a status behind it that no such update has; of our own, any time unknown."""
    incident = subject.incident
    text = passage.text
    # A table's rows are no prose, but its times were made from the record.
    read = text_times(text.replace("|", " "))
    windows = {id(end) for window in read.windows for end in (window.first, window.last)}
    own = [*_moments(incident), *_told(subject)] if incident.origin == "ircon" else []
    for clock in read.clocks:
        behind = _AT_STATUS.match(text, clock.full_end)
        status = parse_status(behind["status"]) if behind else None
        if status:
            said = [update.shown for update in incident.public_updates if update.status == status]
            if not _is_near(clock, said, subject, _SAME_MINUTE):
                label = STATUSES[status].label
                has = _spelled(said, subject)
                yield _violation(
                    passage,
                    clock.start,
                    clock.full_end,
                    f"The record has {label} at {has}." if said else f"The record has no {label}.",
                    "the times of the recorded updates",
                )
        elif (
            own
            and not clock.other
            and id(clock) not in windows
            and role_at(text, clock.start) in DESCRIPTION
            and not _is_near(clock, own, subject, _NEAR)
        ):
            yield _violation(
                passage,
                clock.start,
                clock.full_end,
                "Nothing in the record is within 5 min of this time: 'ircon note --at' adds it.",
                "the timeline",
            )


def _too_late(subject: Subject, passage: Passage) -> Iterator[Violation]:
    """What is said to have been done after the page had said that it was done.

    Before is no contradiction: a page is told a while after the deed.
    """
    read = text_times(passage.text).clocks
    for status, pattern in _DONE:
        said = [
            update.shown for update in subject.incident.public_updates if update.status == status
        ]
        for found in find_phrases(pattern, passage.text) if said else ():
            if role_at(passage.text, found.start) not in DESCRIPTION:
                continue
            clock = next(
                iter(spans_between(read, found.span()[1] - 1, found.span()[1] + _AT)), None
            )
            if clock is None or clock.around is not None:
                continue
            meant = [
                at
                for zone in possible_zones(clock, subject.zone, subject.zones, said[-1])
                for at in instants(clock, said[-1], zone)
            ]
            if meant and min(meant) > said[-1] + _NEAR:
                yield _violation(
                    passage,
                    clock.start,
                    clock.full_end,
                    f"The record has {STATUSES[status].label} at {_spelled(said, subject)}.",
                    "the times of the recorded updates",
                )


def _is_near(
    clock: ClockTime, said: list[datetime], subject: Subject, tolerance: timedelta
) -> bool:
    """Whether it may mean one of these moments, in a zone that it may be meant in."""
    return any(
        abs(meant - at) <= tolerance
        for at in said
        for zone in possible_zones(clock, subject.zone, subject.zones, at)
        for meant in instants(clock, at, zone)
    )


def _moments(incident: Incident) -> list[datetime]:
    """Every moment that our own record knows."""
    marked = (
        incident.declared_at,
        incident.started_at,
        incident.detected_at,
        incident.acknowledged_at,
        incident.ended_at,
        incident.scheduled_for,
        incident.scheduled_until,
    )
    found = [entry.at for entry in incident.entries]
    found += [update.shown for update in incident.public_updates]
    return found + [at for at in marked if at is not None]


def _told(subject: Subject) -> list[datetime]:
    """Every moment that the published updates name: they are the record's own words."""
    return [
        meant
        for update in subject.incident.public_updates
        for clock in text_times(update.body.public).clocks
        for zone in possible_zones(clock, subject.zone, subject.zones, update.shown)[:1]
        for meant in instants(clock, update.shown, zone)
    ]


def _spelled(said: list[datetime], subject: Subject) -> str:
    return " and ".join(render_clock(at, subject.zone) for at in said)


def _violation(
    passage: Passage, start: int, end: int, message: str, compared: str, fix: Fix | None = None
) -> Violation:
    return Violation(passage, start, end, message, compared, fix)


def _some(names: tuple[str, ...], most: int = 3) -> str:
    shown = ", ".join(names[:most])
    return f"{shown} and {len(names) - most} more" if len(names) > most else shown
