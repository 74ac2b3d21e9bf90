"""A stated window against the record: in which zone it fits best, and where it does not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Final, NamedTuple

from ircon.checks.clocks import Clock, Window
from ircon.checks.moments import instants, window_instants, zones_of
from ircon.checks.subject import Passage, Subject
from ircon.incident.state import Incident
from ircon.incident.vocabulary import STATUSES, last_status

TOLERANCE: Final = timedelta(minutes=5)


class Moment(NamedTuple):
    """A recorded moment, and what to call it."""

    name: str
    at: datetime

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


def moments(incident: Incident) -> list[Moment]:
    """What the record has: milestones and the changes of status, by time."""
    said = [
        (incident.started_at, "start of the impact"),
        (incident.detected_at, "detection"),
        (incident.ended_at, "end of the impact"),
    ]
    found = [Moment(name, at) for at, name in said if at is not None]
    before = ""
    for update in incident.public_updates:
        if update.status != before and update.status in STATUSES:
            found.append(Moment(STATUSES[update.status].label, update.shown))
        before = update.status
    return sorted(found, key=lambda one: one.at)


def impact(incident: Incident) -> tuple[Moment, Moment | None] | None:
    """When the impact began and ended: by the operator, else by the updates (CHECKS, T2)."""
    public = incident.public_updates
    if incident.started_at is not None:
        start = Moment("start of the impact", incident.started_at)
    elif public:
        start = Moment("first update", public[0].shown)
    else:
        return None
    if incident.ended_at is not None:
        return start, Moment("end of the impact", incident.ended_at)
    if incident.resolved_at is not None:
        return start, Moment(STATUSES[last_status(incident.kind)].label, incident.resolved_at)
    return start, None


def best_fit(subject: Subject, window: Window) -> Fit | None:
    """The window in the zone in which it fits best; None without a record."""
    wanted = impact(subject.incident) if subject.has_record else None
    if wanted is None:
        return None
    known = moments(subject.incident)
    fits = [
        Fit(zone, *both, *wanted, _met(both[0], known), _met(both[1], known))
        for zone in zones_of(window.last, subject.zone, subject.zones, wanted[0].at)
        if (both := window_instants(window, wanted[0].at, zone))
    ]
    return min(fits, key=lambda fit: fit.rank, default=None)


def met(subject: Subject, clock: Clock, known: Sequence[Moment]) -> tuple[tzinfo, Moment] | None:
    """The recorded moment that a clock time means, and in which zone."""
    if not known:
        return None
    near = known[0].at
    zones = zones_of(clock, subject.zone, subject.zones, near)
    own = zones if clock.sentence_zone else (subject.zone, *subject.zones)
    for zone in own:
        for instant in instants(clock, near, zone):
            if (moment := _met(instant, known)) is not None:
                return zone, moment
    return None


def near(subject: Subject, passage: Passage) -> datetime:
    """The moment that a text's times are around: when it was said, or the incident's start."""
    if passage.role == "update" and passage.at is not None:
        return passage.at
    began = subject.incident.started_at or subject.incident.first_public_at
    return began or passage.at or subject.now


def utc(instant: datetime) -> str:
    """``05:30 UTC``."""
    return f"{instant.astimezone(UTC):%H:%M} UTC"


def _met(instant: datetime, known: Sequence[Moment]) -> Moment | None:
    closest = min(known, key=lambda one: abs(one.at - instant), default=None)
    return closest if closest and abs(closest.at - instant) <= TOLERANCE else None
