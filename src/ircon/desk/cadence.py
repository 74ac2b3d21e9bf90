"""Deadlines of public updates: the time that customers were promised, else the cadence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import TYPE_CHECKING, Final

from ircon.incident.event import INTERNAL
from ircon.incident.promise import MAINTENANCE, OPEN, UPDATE, Promise
from ircon.incident.state import Incident
from ircon.incident.vocabulary import STATUSES, effective_severity

if TYPE_CHECKING:
    from ircon.desk.records import Records
    from ircon.desk.settings import Settings
    from ircon.incident.times import Clock

SOON: Final = 0.8  # of the time between two updates
FIRST: Final = "first"  # the cadence's name for the first update


@dataclass(frozen=True, slots=True)
class Deadline:
    """The next update of an incident: counted from ``since``, due ``at``.

    Attributes:
        what: ``update``, or ``maintenance``: one that was announced begins.
        promised_at: when customers were promised it; None where the cadence asks for it.
        cadence: the row that asks for it, ``investigating, major``; empty for a promise.
    """

    incident: str
    name: str
    since: datetime
    at: datetime
    what: str = UPDATE
    promised_at: datetime | None = None
    cadence: str = ""

    def urgency(self, now: datetime) -> str:
        """``calm``, ``soon`` (80 % of the time is gone) or ``late``."""
        if now >= self.at:
            return "late"
        return "soon" if now - self.since >= (self.at - self.since) * SOON else "calm"


class Deadlines:
    """When the next public update of each incident is due.

    Args:
        records: the incidents.
        settings: the cadence, and the zone that promised times are read in.
        clock: tells which promises are kept or broken by now.
    """

    def __init__(self, records: Records, settings: Settings, clock: Clock) -> None:
        self._records = records
        self._settings = settings
        self._clock = clock

    def of(self, incident: Incident) -> Deadline | None:
        """An incident's deadline; None where nobody waits for an update."""
        made = (
            promises(incident, self._clock.now(), self._settings.zone)
            if incident.public_updates
            else ()
        )
        return next_deadline(incident, self._settings.config.cadence, made)

    def all(self) -> list[Deadline]:
        """The deadline of every open incident that has one."""
        running = self._records.incidents(open_only=True)
        deadlines = (self.of(self._records.incident(summary.incident)) for summary in running)
        return [deadline for deadline in deadlines if deadline is not None]


def next_deadline(
    incident: Incident,
    cadence: Mapping[str, Mapping[str, float]],
    promises: Iterable[Promise] = (),
) -> Deadline | None:
    """When the next public update is due; None where nobody waits for one.

    A promise of the newest public update decides, or of a maintenance that has not
    begun. Without one the cadence counts from the last update that is certainly public;
    before there is one, from the declaration, unless that was internal on purpose.

    Args:
        incident: its current state.
        cadence: severity to status to minutes, ``first`` for the first update.
        promises: what its updates promised, each with its state.
    """
    if not incident.is_open:
        return None
    updates = incident.public_updates
    if updates:
        pending = [promise for promise in promises if _is_pending(promise, updates[-1].id)]
        if pending:
            first = min(pending, key=lambda promise: promise.due or promise.made_at)
            return Deadline(
                incident.id,
                incident.name,
                first.made_at,
                first.due or first.made_at,
                first.kind,
                promised_at=first.made_at,
            )
        return _by_cadence(incident, cadence, incident.status, updates[-1].shown)
    declared = next((entry for entry in incident.entries if entry.kind == "declared"), None)
    if declared is None or declared.visibility == INTERNAL:
        return None
    return _by_cadence(incident, cadence, FIRST, declared.at)


def promises(incident: Incident, now: datetime, zone: tzinfo) -> list[Promise]:
    """The promises of an incident's public updates, each kept, broken or open at ``now``.

    Args:
        incident: its state at ``now``.
        zone: the one that times without a zone are read in.
    """
    from ircon.checks.promise_ledger import ledger
    from ircon.checks.subject import Subject
    from ircon.desk.subjects import update_passages

    subject = Subject(incident.id, incident, update_passages(incident, zone), now, zone)
    return [promise for _, promise in ledger(subject)]


def _is_pending(promise: Promise, newest: str) -> bool:
    """Whether customers still wait: any later update keeps or breaks the promise of one."""
    if promise.due is None:
        return False
    if promise.kind == UPDATE:
        return promise.entry == newest
    return promise.kind == MAINTENANCE and promise.state == OPEN


def _by_cadence(
    incident: Incident,
    cadence: Mapping[str, Mapping[str, float]],
    status: str,
    since: datetime,
) -> Deadline | None:
    severity = effective_severity(incident.severity, incident.impact)
    minutes = cadence[severity].get(status)
    if not minutes:
        return None
    stage = "first update" if status == FIRST else STATUSES[status].label.lower()
    by_impact = not incident.severity and incident.impact not in {None, "none"}
    row = f"{stage}, {incident.impact if by_impact else severity}"
    at = since + timedelta(minutes=minutes)
    return Deadline(incident.id, incident.name, since, at, cadence=row)
