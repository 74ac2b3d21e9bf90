"""P21: facts of a postmortem that differ from the record."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from ircon.checks.component_mentions import (
    component_groups,
    find_mentions,
    labelled_components,
    matches_any,
)
from ircon.checks.finding import WARN, Fix, Violation, missing_from
from ircon.checks.lexicon.symptoms import SYMPTOM
from ircon.checks.rule import CONTRADICTION, rule
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
# A step of the repair, with its time right behind it.
_DONE: Final = tuple(
    (status, phrases(*(rf"{pattern}(?: by us)? (?:only )?at(?= \d)" for pattern in patterns)))
    for status, patterns in (
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

# Metrics that only the record can give: the text around the number, and which it is.
_METRICS: Final = tuple(
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
            "the first update {} min after the impact began",
        ),
    )
)


@rule(
    "P21",
    WARN,
    good="'API (group 03) failed', where the record has API (group 03)",
    bad="'The API failed', where the record has API (group 03) only",
    kind=CONTRADICTION,
)
def disagrees_with_record(subject: Subject) -> Iterator[Violation]:
    """The text and the record disagree about a component, a time, a status or a number.

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
    yield from _metrics(subject, passage)


def _whole_group(subject: Subject, passage: Passage) -> Iterator[Violation]:
    """The text names a whole group, the record has only some of its components."""
    partial = {
        group.name: group for group in component_groups(subject) if group.selected and group.is_less
    }
    for mention in find_mentions(passage.text, frozenset(partial)):
        if mention.narrowed or role_at(passage.text, mention.start) not in DESCRIPTION:
            continue
        parts = _some(partial[mention.name].selected)
        yield _violation(
            passage,
            mention.start,
            mention.end,
            f"The text says {mention.name}, the record has {parts} only.",
            "the components recorded as affected",
        )


def _not_affected(subject: Subject, passage: Passage) -> Iterator[Violation]:
    """A component that the record does not have among the affected ones."""
    chosen = {component.name: component.group for component in subject.incident.components}
    listed = {component.name for component in subject.page_components or ()}
    if not chosen:
        return
    recorded = {*chosen, *filter(None, chosen.values())}
    reported = set()
    for name in labelled_components(passage.text):
        if not matches_any(name.text, recorded):
            reported.add(name.start)
            yield _not_recorded(passage, name, tuple(chosen))
    for mention in find_mentions(passage.text, frozenset(listed - {*chosen, *chosen.values()})):
        within = spans_between(sentences(passage.text), 0, mention.start + 1)[-1]
        is_described = role_at(passage.text, mention.start) in DESCRIPTION
        if is_described and mention.start not in reported and SYMPTOM.search(within.text):
            name = Span(mention.name, mention.start, mention.end)
            yield _not_recorded(passage, name, tuple(chosen))


def _not_recorded(passage: Passage, name: Span, chosen: tuple[str, ...]) -> Violation:
    return _violation(
        passage,
        name.start,
        name.end,
        f"{name.text} is not among the affected components of the record.",
        f"the components recorded as affected: {_some(chosen)}",
    )


def _left_out(subject: Subject, passage: Passage) -> Iterator[Violation]:
    """The text names some of the affected components, and not the others."""
    affected = subject.incident.components
    plain = passage.text.casefold()
    named = {
        component.name
        for component in affected
        if component.name.casefold() in plain
        or (component.group and component.group.casefold() in plain)
    }
    missing = tuple(component.name for component in affected if component.name not in named)
    if named and missing:
        yield missing_from(
            passage,
            f"It names {_some(tuple(sorted(named)))}; the record also has {_some(missing)}.",
            "the components recorded as affected",
        )


def _statuses(subject: Subject, passage: Passage) -> Iterator[Violation]:
    """A status that no recorded update has."""
    known = {update.status for update in subject.incident.public_updates}
    for phrase in find_phrases(_SET_STATUS, passage.text):
        status = parse_status(phrase.group("status"))
        if status and status not in known:
            label = STATUSES[status].label
            yield _violation(
                passage,
                *phrase.span("status"),
                f"The record has no {label}.",
                "the statuses of the recorded updates",
            )


def _metrics(subject: Subject, passage: Passage) -> Iterator[Violation]:
    """A number that the record does not confirm, or no longer."""
    metrics = compute_metrics(subject.incident)
    for attribute, pattern, label in _METRICS:
        value: float | None = getattr(metrics, attribute)
        if value is None:
            continue
        for phrase in find_phrases(pattern, passage.text):
            if abs(float(phrase.group("number")) - value) < 1:
                continue
            start, end = phrase.span("number")
            recorded = f"{value:g}"
            yield _violation(
                passage,
                start,
                end,
                f"The record has {label.format(recorded)}.",
                "the metrics of the recorded updates",
                Fix(start, end, recorded),
            )


def _times(subject: Subject, passage: Passage) -> Iterator[Violation]:
    """A time with a status that no such update has; in a record of ircon, any unknown time."""
    incident = subject.incident
    text = passage.text
    # A table's rows are no prose, but its times were made from the record.
    read = text_times(text.replace("|", " "))
    windows = {id(end) for window in read.windows for end in (window.first, window.last)}
    own = (
        [*_recorded_times(incident), *_stated_times(subject)] if incident.origin == "ircon" else []
    )
    for clock in read.clocks:
        behind = _AT_STATUS.match(text, clock.full_end)
        status = parse_status(behind["status"]) if behind else None
        if status:
            shown = [update.shown for update in incident.public_updates if update.status == status]
            if not _is_near(clock, shown, subject, _SAME_MINUTE):
                label = STATUSES[status].label
                has = _render_times(shown, subject)
                yield _violation(
                    passage,
                    clock.start,
                    clock.full_end,
                    f"The record has {label} at {has}." if shown else f"The record has no {label}.",
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
    """A step that the text puts after the update that reported it.

    Before it is no contradiction: a page is updated a while after the fact.
    """
    read = text_times(passage.text).clocks
    for status, pattern in _DONE:
        shown = [
            update.shown for update in subject.incident.public_updates if update.status == status
        ]
        for phrase in find_phrases(pattern, passage.text) if shown else ():
            if role_at(passage.text, phrase.start) not in DESCRIPTION:
                continue
            clock = next(
                iter(spans_between(read, phrase.span()[1] - 1, phrase.span()[1] + _AT)), None
            )
            if clock is None or clock.around is not None:
                continue
            readings = [
                at
                for zone in possible_zones(clock, subject.zone, subject.zones, shown[-1])
                for at in instants(clock, shown[-1], zone)
            ]
            if readings and min(readings) > shown[-1] + _NEAR:
                yield _violation(
                    passage,
                    clock.start,
                    clock.full_end,
                    f"The record has {STATUSES[status].label} at {_render_times(shown, subject)}.",
                    "the times of the recorded updates",
                )


def _is_near(
    clock: ClockTime, shown: list[datetime], subject: Subject, tolerance: timedelta
) -> bool:
    """Whether a clock time may mean one of these times, in any zone that is possible."""
    return any(
        abs(instant - at) <= tolerance
        for at in shown
        for zone in possible_zones(clock, subject.zone, subject.zones, at)
        for instant in instants(clock, at, zone)
    )


def _recorded_times(incident: Incident) -> list[datetime]:
    """Return every time in a record that ircon made."""
    marked = (
        incident.declared_at,
        incident.started_at,
        incident.detected_at,
        incident.acknowledged_at,
        incident.ended_at,
        incident.scheduled_for,
        incident.scheduled_until,
    )
    phrase = [entry.at for entry in incident.entries]
    phrase += [update.shown for update in incident.public_updates]
    return phrase + [at for at in marked if at is not None]


def _stated_times(subject: Subject) -> list[datetime]:
    """Return every time that the published updates state."""
    return [
        instant
        for update in subject.incident.public_updates
        for clock in text_times(update.body.public).clocks
        for zone in possible_zones(clock, subject.zone, subject.zones, update.shown)[:1]
        for instant in instants(clock, update.shown, zone)
    ]


def _render_times(shown: list[datetime], subject: Subject) -> str:
    return " and ".join(render_clock(at, subject.zone) for at in shown)


def _violation(
    passage: Passage, start: int, end: int, message: str, compared: str, fix: Fix | None = None
) -> Violation:
    return Violation(passage, start, end, message, compared, fix)


def _some(names: tuple[str, ...], most: int = 3) -> str:
    shown = ", ".join(names[:most])
    return f"{shown} and {len(names) - most} more" if len(names) > most else shown
