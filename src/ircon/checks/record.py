"""A stated window against the record: in which zone it fits best, and where it does not."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from typing import Final, NamedTuple

from ircon.checks.subject import UPDATE, Passage, Subject
from ircon.incident.vocabulary import STATUSES, last_status
from ircon.text.clock_times import ClockTime, Window, text_times
from ircon.text.instants import instants, possible_zones, window_instants

TOLERANCE: Final = timedelta(minutes=5)
# Before a time in the first update, or the last: it says when it began, or was over.
_NEARLY: Final = r"\s+(?:(?:about|around|approximately)\s+)?$"
_BEGAN: Final = re.compile(
    rf"\b(?:since|from|between|(?:began|start(?:ed|ing)?)(?: at)?){_NEARLY}", re.IGNORECASE
)
_OVER: Final = re.compile(rf"\b(?:since|as of|until|till|ended(?: at)?){_NEARLY}", re.IGNORECASE)


class Moment(NamedTuple):
    """A recorded moment, and what to call it."""

    name: str
    at: datetime

    @property
    def spoken(self) -> str:
        """Its name in a sentence: ``Resolved``, ``the first update``."""
        return f"the {self.name}" if self.name[0].islower() else self.name

    def __str__(self) -> str:
        return f"{self.name} {utc(self.at)}"


@dataclass(frozen=True, slots=True)
class Fit:
    """A window as read in one zone, between the moments it should meet.

    Attributes:
        start, end: the stated window, in UTC.
        wanted_start, wanted_end: the impact's, as recorded; the end is None while open.
        start_is, end_is: the recorded moment that each end meets, if any.
    """

    zone: tzinfo
    start: datetime
    end: datetime
    wanted_start: Moment
    wanted_end: Moment | None
    start_is: Moment | None
    end_is: Moment | None

    @property
    def start_fits(self) -> bool:
        """Whether it begins when the impact did."""
        return abs(self.start - self.wanted_start.at) <= TOLERANCE

    @property
    def end_fits(self) -> bool:
        """Whether it ends when the impact did; nobody knows while it runs."""
        return self.wanted_end is None or abs(self.end - self.wanted_end.at) <= TOLERANCE

    @property
    def rank(self) -> tuple[int, timedelta]:
        """Sorts fits: most ends that meet anything, then the closest."""
        off = abs(self.start - self.wanted_start.at)
        if self.wanted_end is not None:
            off += abs(self.end - self.wanted_end.at)
        return -((self.start_is is not None) + (self.end_is is not None)), off


@dataclass(frozen=True, slots=True)
class Record:
    """What windows and times are held against.

    Attributes:
        start, end: of the impact: the operator's, else the first update and the last
            entry into closed (CHECKS, T2); the end is None while it is open.
        starts, ends: these, and where the operator noted none also what the updates
            themselves say ("fails since 14:02 UTC"): readers were told so.
        moments: milestones and the changes of status, by time.
        milestones: those of them that the operator said.
        zones: the page's, then the configured ones.
    """

    start: Moment
    end: Moment | None
    starts: tuple[Moment, ...]
    ends: tuple[Moment, ...]
    moments: tuple[Moment, ...]
    milestones: tuple[Moment, ...]
    zones: tuple[tzinfo, ...]

    def fit(self, window: Window) -> Fit | None:
        """A window in the zone in which it fits best; None if it does not exist in any."""
        return _fit(self, window)

    def met(self, clock: ClockTime, *, milestones: bool) -> tuple[tzinfo, Moment] | None:
        """The recorded moment that a clock time means, and in which zone.

        Args:
            milestones: only what the operator said counts.
        """
        zones = clock.sentence_zone.zones if clock.sentence_zone else self.zones
        known = self.milestones if milestones else self.moments
        for zone in zones:
            for instant in instants(clock, self.start.at, zone):
                if (moment := _closest(instant, known)) is not None:
                    return zone, moment
        return None


@lru_cache(maxsize=1024)
def _fit(record: Record, window: Window) -> Fit | None:
    """Kept: several rules ask of the same window, and again after the next key."""
    fits = []
    for zone in possible_zones(window.last, record.zones[0], record.zones[1:], record.start.at):
        if both := window_instants(window, record.start.at, zone):
            met = (_closest(one, record.moments) for one in both)
            start = _nearest(both[0], record.starts) or record.start
            fits.append(Fit(zone, *both, start, _nearest(both[1], record.ends), *met))
    return min(fits, key=lambda fit: fit.rank, default=None)


@lru_cache(maxsize=64)  # several rules ask of the same subject
def recorded(subject: Subject) -> Record | None:
    """The record's side of an incident's times; None where there is none."""
    incident = subject.incident
    public = incident.public_updates
    if not subject.has_record or not (public or incident.started_at):
        return None
    said = (
        (incident.started_at, "start of the impact"),
        (incident.detected_at, "detection"),
        (incident.ended_at, "end of the impact"),
    )
    milestones = [Moment(name, at) for at, name in said if at is not None]
    start = milestones[0] if incident.started_at else Moment("first update", public[0].shown)
    end = None
    if incident.ended_at is not None:
        end = milestones[-1]
    elif incident.resolved_at is not None:
        end = Moment(STATUSES[last_status(incident.kind)].label, incident.resolved_at)
    turns = [
        Moment(STATUSES[one.status].label, one.shown)
        for before, one in zip((None, *public), public, strict=False)
        if one.status in STATUSES and (before is None or before.status != one.status)
    ]
    began = () if incident.started_at else _told(subject, start, _BEGAN)
    over = () if incident.ended_at or end is None else _told(subject, end, _OVER)
    return Record(
        start,
        end,
        (start, *began),
        (end, *over) if end else (),
        tuple(sorted([*milestones, *turns, *began, *over], key=lambda milestone: milestone.at)),
        tuple(milestones),
        (subject.zone, *subject.zones),
    )


def _told(subject: Subject, moment: Moment, before: re.Pattern[str]) -> tuple[Moment, ...]:
    """The start or the end as the update of that moment says it: ``fails since 14:02 UTC``."""
    found = []
    for update in subject.incident.public_updates:
        if update.shown != moment.at:
            continue
        body = update.body.public
        for clock in text_times(body).clocks:
            exact = not clock.other and clock.around is None
            if not exact or not before.search(body, max(0, clock.start - 30), clock.start):
                continue
            zone = possible_zones(clock, subject.zone, subject.zones, moment.at)[0]
            found += [
                instant for instant in instants(clock, moment.at, zone) if instant <= moment.at
            ]
    name = f"{'start' if before is _BEGAN else 'end'} by the updates"
    return tuple(Moment(name, one) for one in found)


def near(subject: Subject, passage: Passage) -> datetime:
    """The moment that a text's times are around; now, where nothing says it."""
    return known_near(subject, passage) or subject.now


def known_near(subject: Subject, passage: Passage) -> datetime | None:
    """The moment that a text's times are around: when it was said, or the incident's start.

    Words that are being written are said now. Words without a record, or a time of their
    own, are near the first full date in them, if there is one.
    """
    if passage.role == UPDATE:
        if passage.at is not None:
            return passage.at
        if passage.is_draft:
            return subject.now
    began = subject.incident.started_at or subject.incident.first_public_at
    return began or passage.at or _dated(passage.text, subject.zone)


def _dated(text: str, zone: tzinfo) -> datetime | None:
    """Noon of the first day that is named with its year."""
    for day in text_times(text).days:
        for one in day.on(date.min) if day.has_year else ():
            return datetime.combine(one, time(12), zone)
    return None


def utc(instant: datetime) -> str:
    """``05:30 UTC``."""
    return f"{instant.astimezone(UTC):%H:%M} UTC"


def _closest(instant: datetime, known: Sequence[Moment]) -> Moment | None:
    closest = _nearest(instant, known)
    return closest if closest and abs(closest.at - instant) <= TOLERANCE else None


def _nearest(instant: datetime, known: Sequence[Moment]) -> Moment | None:
    return min(known, key=lambda one: abs(one.at - instant), default=None)
