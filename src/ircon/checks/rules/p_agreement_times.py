"""P21's times: what the text says happened when, and what the record has."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from ircon.checks.finding import Violation
from ircon.checks.subject import Passage, Subject
from ircon.incident.state import Incident
from ircon.incident.time_input import render_clock
from ircon.incident.vocabulary import STATUSES, parse_status
from ircon.text.clock_times import ClockTime, text_times
from ircon.text.instants import instants, possible_zones
from ircon.text.outline import DESCRIPTION, role_at
from ircon.text.phrases import find_phrases, phrases
from ircon.text.prose import spans_between

_SAME_MINUTE: Final = timedelta(minutes=1)  # a page cuts seconds off
_NEAR: Final = timedelta(minutes=5)  # as the window of T2

STATUS_NAMED: Final = (
    r"(?P<status>investigating|identified|monitoring|resolved|verifying|completed|in progress)"
)
# "10:04 UTC: Identified", "| 10:04 | Monitoring |": a time with a status behind it, not
# "10:04 UTC: monitoring alert".
_AT_STATUS: Final = re.compile(
    rf"[ \t]*(?:\([^()\n]{{1,40}}\))?[ \t]*[:|–—-]+[ \t]*{STATUS_NAMED}\b"
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


def times(subject: Subject, passage: Passage) -> Iterator[Violation]:
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
                yield _off(
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
            yield _off(
                passage,
                clock.start,
                clock.full_end,
                "Nothing in the record is within 5 min of this time: 'ircon note --at' adds it.",
                "the timeline",
            )


def too_late(subject: Subject, passage: Passage) -> Iterator[Violation]:
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
                yield _off(
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


def _off(passage: Passage, start: int, end: int, message: str, compared: str) -> Violation:
    return Violation(passage, start, end, message, compared)
