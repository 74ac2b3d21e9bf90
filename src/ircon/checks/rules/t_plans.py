"""T9 T10: maintenance that is announced, and whether it began."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta, tzinfo
from typing import Final

from ircon.checks.finding import ERROR, WARN, Violation
from ircon.checks.promise_ledger import judge
from ircon.checks.promises import find_promises
from ircon.checks.record import render_utc
from ircon.checks.rule import GAP, rule
from ircon.checks.subject import Passage, Subject
from ircon.incident.promise import KEPT, MAINTENANCE, MISSED, OVERTAKEN, Promise
from ircon.incident.times import format_duration
from ircon.text.clock_times import ClockTime, text_times
from ircon.text.durations import durations
from ircon.text.instants import instants, possible_zones
from ircon.text.prose import mask_markup, sentences, spans_between
from ircon.text.zones import zone_abbreviation

_MOST_READINGS: Final = 2  # that a message names
NOTICE: Final = timedelta(minutes=60)  # Statuspage reminds subscribers that long before


@rule(
    "T9",
    ERROR,
    good="Maintenance from 22:00 to 22:30 UTC tonight, announced in the afternoon",
    bad="We will perform an emergency maintenance at 15:00 (posted at 14:49)",
    kind=GAP,
)
def short_notice(subject: Subject) -> Iterator[Violation]:
    """Maintenance is announced less than 60 min ahead, or without an end or a duration.

    Customers need time to act on it, and to know when to look again. Status pages remind their
    subscribers an hour before: a shorter notice reaches nobody.
    """
    reported = set()
    for passage, promise, clock in _announced(subject):
        made = promise.made_at
        ahead = [(at - made, zone) for zone, at in _future_readings(subject, clock, made)]
        short = [(span, zone) for span, zone in ahead if timedelta() <= span < NOTICE]
        faults = []
        if short:
            span, zone = min(short, key=lambda pair: pair[0])
            read = "" if clock.sentence_zone else f" (as {zone_abbreviation(zone, made)})"
            faults.append(f"announced {format_duration(span)} ahead{read}, less than 60 min")
        if not _says_end(subject, passage, clock):
            faults.append("it gives neither an end nor a duration")
        if faults:
            reported.add(passage)
            yield _announcement("; ".join(faults), passage, promise, str(passage.stamp))
    yield from _scheduled(subject, reported)


def _scheduled(subject: Subject, reported: set[Passage]) -> Iterator[Violation]:
    """A maintenance that the page itself schedules, in so far as no text was reported."""
    incident = subject.incident
    passage = next((update for update in subject.updates if update.status == "scheduled"), None)
    if passage is None or passage in reported or incident.scheduled_for is None:
        return
    faults = []
    span = incident.scheduled_for - (passage.at or subject.now)
    if span < NOTICE:
        faults.append(
            f"announced {format_duration(max(span, timedelta()))} ahead, less than 60 min"
        )
    if incident.scheduled_until is None:
        faults.append("no end is scheduled")
    first = next(iter(sentences(passage.text)), None)
    if faults and first:
        compared = f"scheduled for {render_utc(incident.scheduled_for)}"
        message = f"{'; '.join(faults)}.".capitalize()
        yield Violation(passage, first.start, first.end, message, compared)


@rule(
    "T10",
    WARN,
    good="15:02: The maintenance announced for 15:00 has started.",
    bad="Maintenance at 15:00; resolved at 14:29, and no update about the maintenance",
    kind=GAP,
)
def overtaken(subject: Subject) -> Iterator[Violation]:
    """The announced start of a maintenance passed, and no update says that it began.

    Customers who planned for it are left waiting. Post that it began, or that it is cancelled.
    It also fires where the incident was resolved before that time.
    """
    for passage, promise, clock in _announced(subject):
        if passage.is_draft:
            continue
        fates = [
            (zone, judge(replace(promise, due=due), subject.incident, subject.now))
            for zone, due in _future_readings(subject, clock, promise.made_at)
        ]
        own = {subject.zone, *subject.zones} if clock.sentence_zone is None else set()
        if any(fate.state in {KEPT, MISSED} for zone, fate in fates if zone in own or not own):
            continue
        missed = [
            _describe_missed(subject, zone, fate) for zone, fate in fates if fate.state == OVERTAKEN
        ]
        if missed:
            text = f"announced for {clock.text}: {'; '.join(missed[:_MOST_READINGS])}"
            yield _announcement(text, passage, promise, _end(subject))


def _describe_missed(subject: Subject, zone: tzinfo, promise: Promise) -> str:
    due = promise.due or promise.made_at
    name = zone_abbreviation(zone, due)
    read = f"as {name}" if name == "UTC" else f"as {name} ({render_utc(due)})"
    resolved = subject.incident.resolved_at
    if resolved is not None and resolved < due:
        return f"{read} the incident was resolved {format_duration(due - resolved)} before"
    return f"{read} it passed, and no update says that it began"


def _end(subject: Subject) -> str | None:
    resolved = subject.incident.resolved_at
    return f"Resolved {render_utc(resolved)}" if resolved else None


def _announced(subject: Subject) -> Iterator[tuple[Passage, Promise, ClockTime]]:
    """Yield every maintenance that an update announces with a clock time."""
    for passage in subject.updates:
        if passage.status in {"in_progress", "verifying", "completed", "resolved"}:
            continue
        posted = passage if passage.at else replace(passage, at=subject.now)
        for promise in find_promises(posted, subject.zone):
            if promise.kind != MAINTENANCE:
                continue
            for clock in spans_between(text_times(passage.text).clocks, promise.start, promise.end)[
                :1
            ]:
                yield passage, promise, clock


def _future_readings(
    subject: Subject, clock: ClockTime, made: datetime
) -> list[tuple[tzinfo, datetime]]:
    """Return the times to come that a clock time may mean, each with its zone."""
    return [
        (zone, at)
        for zone in possible_zones(clock, subject.zone, subject.zones, made)
        for at in instants(clock, made, zone, ahead=True)[:1]
        if at >= made and (at - made < timedelta(hours=18) or clock.day is not None)
    ]


def _says_end(subject: Subject, passage: Passage, clock: ClockTime) -> bool:
    if subject.incident.scheduled_until is not None:
        return True
    windows = text_times(passage.text).windows
    if any(window.start <= clock.start <= window.end for window in windows):
        return True
    return any(True for _ in durations(mask_markup(passage.text)))


def _announcement(text: str, passage: Passage, promise: Promise, compared: str | None) -> Violation:
    message = f"{text[:1].upper()}{text[1:]}."
    return Violation(passage, promise.start, promise.end, message, compared or None)
