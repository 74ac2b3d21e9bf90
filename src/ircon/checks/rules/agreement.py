"""P21: what a postmortem says happened, and what the record has."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from ircon.checks.catalogue import Rule
from ircon.checks.clock import Clock
from ircon.checks.clocks import reading
from ircon.checks.finding import WARN, Finding, Fix, lacking
from ircon.checks.mentions import groups, mentions
from ircon.checks.moments import instants, zones_of
from ircon.checks.outline import DESCRIPTION, role_at
from ircon.checks.patterns import found_in, phrases
from ircon.checks.prose import inside, sentences
from ircon.checks.subject import Passage, Subject
from ircon.checks.symptoms import SYMPTOM
from ircon.incident.metrics import measure
from ircon.incident.state import Incident
from ircon.incident.vocabulary import STATUSES, known_status
from ircon.incident.when import render

_SAME_MINUTE: Final = timedelta(minutes=1)  # a page cuts seconds off
_NEAR: Final = timedelta(minutes=5)  # as the window of T2

_STATUS: Final = (
    r"(?P<status>investigating|identified|monitoring|resolved|verifying|completed|in progress)"
)
# "10:04 UTC: Identified", "| 10:04 | Monitoring |": a time with a status behind it, not
# "10:04 UTC: monitoring alert".
_AT_STATUS: Final = re.compile(
    rf"[ \t]*(?:\([^()\n]{{1,40}}\))?[ \t]*[:|–—-]+[ \t]*{_STATUS}\b"
    r"(?=[ \t]*(?:[^\w \t]|\Z|(?:update|status)\b))",
    re.IGNORECASE,
)
_SET_STATUS: Final = phrases(
    r"(?:(?:status|incident|page) (?:\w+ ){0,3}?(?:to|as|was) [\"“]?"
    rf"|(?:moved|changed|set|updated) (?:\w+ ){{0,3}}?to [\"“]){_STATUS}"
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


def disagrees(subject: Subject) -> Iterator[Finding]:
    """P21: a component, a time, a status or a figure that the record has not."""
    passage = subject.postmortem
    if passage is None or not subject.has_record:
        return
    yield from _whole_group(subject, passage)
    yield from _not_affected(subject, passage)
    yield from _left_out(subject, passage)
    yield from _statuses(subject, passage)
    yield from _times(subject, passage)
    yield from _figures(subject, passage)


def _whole_group(subject: Subject, passage: Passage) -> Iterator[Finding]:
    """The text says the API, the record has one part of it."""
    less = {group.name: group for group in groups(subject) if group.selected and group.is_less}
    for one in mentions(passage.text, frozenset(less)):
        if one.narrowed or role_at(passage.text, one.start) not in DESCRIPTION:
            continue
        parts = _some(less[one.name].selected)
        yield _finding(
            passage,
            one.start,
            one.end,
            f"The text says {one.name}, the record has {parts} only.",
            "the components recorded as affected",
        )


def _not_affected(subject: Subject, passage: Passage) -> Iterator[Finding]:
    """A component of the page that the record does not have among the affected."""
    chosen = {one.name: one.group for one in subject.incident.components}
    listed = {one.name for one in subject.page_components or ()}
    if not chosen:
        return
    for one in mentions(passage.text, frozenset(listed - {*chosen, *chosen.values()})):
        within = inside(sentences(passage.text), 0, one.start + 1)[-1]
        if role_at(passage.text, one.start) in DESCRIPTION and SYMPTOM.search(within.text):
            yield _finding(
                passage,
                one.start,
                one.end,
                f"{one.name} is not among the affected components of the record.",
                f"the components recorded as affected: {_some(tuple(chosen))}",
            )


def _left_out(subject: Subject, passage: Passage) -> Iterator[Finding]:
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
        yield lacking(
            "P21",
            WARN,
            f"It names {_some(tuple(sorted(named)))}; the record has {_some(missing)}, too.",
            passage,
            "the components recorded as affected",
        )


def _statuses(subject: Subject, passage: Passage) -> Iterator[Finding]:
    """A status that no recorded update has."""
    known = {one.status for one in subject.incident.public_updates}
    for found in found_in(_SET_STATUS, passage.text):
        status = known_status(found.group("status"))
        if status and status not in known:
            label = STATUSES[status].label
            yield _finding(
                passage,
                *found.span("status"),
                f"The record has no {label}.",
                "the statuses of the recorded updates",
            )


def _times(subject: Subject, passage: Passage) -> Iterator[Finding]:
    """A time with a status behind it that no such update has; of our own, any time unknown."""
    incident = subject.incident
    text = passage.text
    # A table's rows are no prose, but its times were made from the record.
    read = reading(text.replace("|", " "))
    windows = {id(end) for window in read.windows for end in (window.first, window.last)}
    own = [*_moments(incident), *_told(subject)] if incident.origin == "ircon" else []
    for clock in read.clocks:
        behind = _AT_STATUS.match(text, clock.full_end)
        status = known_status(behind["status"]) if behind else None
        if status:
            said = [one.shown for one in incident.public_updates if one.status == status]
            if not _is_near(clock, said, subject, _SAME_MINUTE):
                label = STATUSES[status].label
                has = _spelled(said, subject)
                yield _finding(
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
            yield _finding(
                passage,
                clock.start,
                clock.full_end,
                "Nothing in the record is within 5 min of this time: 'ircon note --at' adds it.",
                "the timeline",
            )


def _is_near(clock: Clock, said: list[datetime], subject: Subject, tolerance: timedelta) -> bool:
    """Whether it may mean one of these moments, in a zone that it may be meant in."""
    return any(
        abs(meant - at) <= tolerance
        for at in said
        for zone in zones_of(clock, subject.zone, subject.zones, at)
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
    found = [one.at for one in incident.entries]
    found += [one.shown for one in incident.public_updates]
    return found + [at for at in marked if at is not None]


def _told(subject: Subject) -> list[datetime]:
    """Every moment that the published updates name: they are the record's own words."""
    return [
        meant
        for update in subject.incident.public_updates
        for clock in reading(update.body.public).clocks
        for zone in zones_of(clock, subject.zone, subject.zones, update.shown)[:1]
        for meant in instants(clock, update.shown, zone)
    ]


def _figures(subject: Subject, passage: Passage) -> Iterator[Finding]:
    """A number that was typed over, or was true before the record went on."""
    figures = measure(subject.incident)
    for attribute, pattern, label in _FIGURES:
        value: float | None = getattr(figures, attribute)
        if value is None:
            continue
        for found in found_in(pattern, passage.text):
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
) -> Finding:
    return Finding("P21", WARN, message, passage, start, end, compared, fix)


def _spelled(said: list[datetime], subject: Subject) -> str:
    return " and ".join(render(at, subject.zone) for at in said)


def _some(names: tuple[str, ...], most: int = 3) -> str:
    shown = ", ".join(names[:most])
    return f"{shown} and {len(names) - most} more" if len(names) > most else shown


RULES: Final[tuple[Rule, ...]] = (
    Rule(
        "P21",
        WARN,
        "a component, time, status or figure that the record has not, or an affected component "
        "left out",
        "The record was kept while it happened. Where text and record differ, one of them is "
        "wrong: mend it, or note what was missing.",
        "'API (group 03) failed', where the record has API (group 03)",
        "'The API failed', where the record has API (group 03) only",
        disagrees,
    ),
)
