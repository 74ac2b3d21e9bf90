"""Recorded times of an incident, and the zone in which a stated window matches them best."""

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
# Before a time in the first update, or the last: it says when it began, or ended.
_NEARLY: Final = r"\s+(?:(?:about|around|approximately)\s+)?$"
_BEGAN: Final = re.compile(
    rf"\b(?:since|from|between|(?:began|start(?:ed|ing)?)(?: at)?){_NEARLY}", re.IGNORECASE
)
_ENDED: Final = re.compile(rf"\b(?:since|as of|until|till|ended(?: at)?){_NEARLY}", re.IGNORECASE)


class RecordedTime(NamedTuple):
    """A time in the record, and what it is the time of: ``Resolved``, ``first update``."""

    name: str
    at: datetime

    @property
    def phrase(self) -> str:
        """Its name in a sentence: ``Resolved``, ``the first update``."""
        return f"the {self.name}" if self.name[0].islower() else self.name

    def __str__(self) -> str:
        return f"{self.name} {render_utc(self.at)}"


@dataclass(frozen=True, slots=True)
class WindowMatch:
    """A stated window, read in one zone, beside the recorded times that it should meet.

    Attributes:
        start, end: the stated window, in UTC.
        expected_start, expected_end: the impact's, as recorded; the end is None while open.
        start_time, end_time: the recorded time that each end meets, if any.
    """

    zone: tzinfo
    start: datetime
    end: datetime
    expected_start: RecordedTime
    expected_end: RecordedTime | None
    start_time: RecordedTime | None
    end_time: RecordedTime | None

    @property
    def start_matches(self) -> bool:
        """Whether it begins when the impact did."""
        return abs(self.start - self.expected_start.at) <= TOLERANCE

    @property
    def end_matches(self) -> bool:
        """Whether it ends when the impact did; also while the impact lasts."""
        return self.expected_end is None or abs(self.end - self.expected_end.at) <= TOLERANCE

    @property
    def rank(self) -> tuple[int, timedelta]:
        """Sort key: most ends that meet a recorded time first, then the closest."""
        distance = abs(self.start - self.expected_start.at)
        if self.expected_end is not None:
            distance += abs(self.end - self.expected_end.at)
        return -((self.start_time is not None) + (self.end_time is not None)), distance


@dataclass(frozen=True, slots=True)
class RecordedTimes:
    """Times of an incident against which windows and clock times are compared.

    Attributes:
        start, end: of the impact: the operator's, else the first update and the last
            entry into closed (CHECKS, T2); the end is None while it is open.
        starts, ends: these, and where the operator noted none also what the updates
            themselves say ("fails since 14:02 UTC"), as readers take them from there.
        times: milestones and the changes of status, by time.
        milestones: those of them that the operator noted.
        zones: the page's, then the configured ones.
    """

    start: RecordedTime
    end: RecordedTime | None
    starts: tuple[RecordedTime, ...]
    ends: tuple[RecordedTime, ...]
    times: tuple[RecordedTime, ...]
    milestones: tuple[RecordedTime, ...]
    zones: tuple[tzinfo, ...]

    def match_window(self, window: Window) -> WindowMatch | None:
        """Read a window in the zone in which it matches best; None if no zone has it."""
        return _best_match(self, window)

    def match_clock(
        self, clock: ClockTime, *, milestones: bool
    ) -> tuple[tzinfo, RecordedTime] | None:
        """Return the recorded time that a clock time means, and the zone it is read in.

        Args:
            milestones: compare with what the operator noted only.
        """
        zones = clock.sentence_zone.zones if clock.sentence_zone else self.zones
        known = self.milestones if milestones else self.times
        for zone in zones:
            for instant in instants(clock, self.start.at, zone):
                if (recorded := _within_tolerance(instant, known)) is not None:
                    return zone, recorded
        return None


@lru_cache(maxsize=1024)  # several rules need the same window, and again after the next key
def _best_match(record: RecordedTimes, window: Window) -> WindowMatch | None:
    matches = []
    for zone in possible_zones(window.last, record.zones[0], record.zones[1:], record.start.at):
        if ends := window_instants(window, record.start.at, zone):
            start, end = ends
            matches.append(
                WindowMatch(
                    zone,
                    start,
                    end,
                    _nearest(start, record.starts) or record.start,
                    _nearest(end, record.ends),
                    _within_tolerance(start, record.times),
                    _within_tolerance(end, record.times),
                )
            )
    return min(matches, key=lambda match: match.rank, default=None)


@lru_cache(maxsize=64)  # several rules need the same subject's
def recorded_times(subject: Subject) -> RecordedTimes | None:
    """Return the recorded times of an incident; None where there is no record."""
    incident = subject.incident
    public = incident.public_updates
    if not subject.has_record or not (public or incident.started_at):
        return None
    noted = (
        (incident.started_at, "start of the impact"),
        (incident.detected_at, "detection"),
        (incident.ended_at, "end of the impact"),
    )
    milestones = [RecordedTime(name, at) for at, name in noted if at is not None]
    start = milestones[0] if incident.started_at else RecordedTime("first update", public[0].shown)
    end = None
    if incident.ended_at is not None:
        end = milestones[-1]
    elif incident.resolved_at is not None:
        end = RecordedTime(STATUSES[last_status(incident.kind)].label, incident.resolved_at)
    changes = [
        RecordedTime(STATUSES[update.status].label, update.shown)
        for before, update in zip((None, *public), public, strict=False)
        if update.status in STATUSES and (before is None or before.status != update.status)
    ]
    starts = () if incident.started_at else _stated_in_updates(subject, start, _BEGAN)
    ends = () if incident.ended_at or end is None else _stated_in_updates(subject, end, _ENDED)
    return RecordedTimes(
        start,
        end,
        (start, *starts),
        (end, *ends) if end else (),
        tuple(sorted([*milestones, *changes, *starts, *ends], key=lambda recorded: recorded.at)),
        tuple(milestones),
        (subject.zone, *subject.zones),
    )


def _stated_in_updates(
    subject: Subject, recorded: RecordedTime, before: re.Pattern[str]
) -> tuple[RecordedTime, ...]:
    """The start or the end as the update of that time states it: ``fails since 14:02 UTC``."""
    stated = []
    for update in subject.incident.public_updates:
        if update.shown != recorded.at:
            continue
        body = update.body.public
        for clock in text_times(body).clocks:
            is_exact = not clock.other and clock.around is None
            if not is_exact or not before.search(body, max(0, clock.start - 30), clock.start):
                continue
            zone = possible_zones(clock, subject.zone, subject.zones, recorded.at)[0]
            stated += [
                instant for instant in instants(clock, recorded.at, zone) if instant <= recorded.at
            ]
    name = f"{'start' if before is _BEGAN else 'end'} by the updates"
    return tuple(RecordedTime(name, instant) for instant in stated)


def reference_time(subject: Subject, passage: Passage) -> datetime:
    """Return the time that a text's clock times are close to; now, where nothing says it."""
    return known_reference_time(subject, passage) or subject.now


def known_reference_time(subject: Subject, passage: Passage) -> datetime | None:
    """Return when a text was posted, or the incident's start; None if neither is known.

    A draft is posted now. A text without a record, or a time of its own, is close to
    the first full date in it, if there is one.
    """
    if passage.role == UPDATE:
        if passage.at is not None:
            return passage.at
        if passage.is_draft:
            return subject.now
    began = subject.incident.started_at or subject.incident.first_public_at
    return began or passage.at or _first_date(passage.text, subject.zone)


def _first_date(text: str, zone: tzinfo) -> datetime | None:
    """Noon of the first day that is named with its year."""
    for day in text_times(text).days:
        for date_ in day.on(date.min) if day.has_year else ():
            return datetime.combine(date_, time(12), zone)
    return None


def render_utc(instant: datetime) -> str:
    """Render a time as ``05:30 UTC``."""
    return f"{instant.astimezone(UTC):%H:%M} UTC"


def _within_tolerance(instant: datetime, known: Sequence[RecordedTime]) -> RecordedTime | None:
    closest = _nearest(instant, known)
    return closest if closest and abs(closest.at - instant) <= TOLERANCE else None


def _nearest(instant: datetime, known: Sequence[RecordedTime]) -> RecordedTime | None:
    return min(known, key=lambda recorded: abs(recorded.at - instant), default=None)
