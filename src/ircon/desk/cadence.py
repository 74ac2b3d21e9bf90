"""When the next public word is due: as customers were promised, else by the cadence."""

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
    from ircon.desk.desk import Desk

SOON: Final = 0.8  # of the time between two words
FIRST: Final = "first"  # the cadence's name for the first word


@dataclass(frozen=True, slots=True)
class Deadline:
    """The next word about an incident: counted from ``since``, due ``at``.

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


def next_deadline(
    incident: Incident,
    cadence: Mapping[str, Mapping[str, float]],
    promises: Iterable[Promise] = (),
) -> Deadline | None:
    """When the next public word is due; None where nobody waits for one.

    A promise of the newest public update decides, or of a maintenance that has not
    begun. Without one the cadence counts from the last word that is certainly public;
    before there is one, from the declaration, unless that was internal on purpose.

    Args:
        incident: as it stands.
        cadence: severity to status to minutes, ``first`` for the first word.
        promises: what its updates promised, and what became of it.
    """
    if not incident.is_open:
        return None
    spoken = incident.public_updates
    if spoken:
        waited_for = [promise for promise in promises if _is_waited_for(promise, spoken[-1].id)]
        if waited_for:
            first = min(waited_for, key=lambda one: one.due or one.made_at)
            return Deadline(
                incident.id,
                incident.name,
                first.made_at,
                first.due or first.made_at,
                first.kind,
                promised_at=first.made_at,
            )
        return _by_cadence(incident, cadence, incident.status, spoken[-1].shown)
    declared = next((entry for entry in incident.entries if entry.kind == "declared"), None)
    if declared is None or declared.visibility == INTERNAL:
        return None
    return _by_cadence(incident, cadence, FIRST, declared.at)


def deadlines(desk: Desk) -> list[Deadline]:
    """The next word of every open incident, where somebody waits for one."""
    found = []
    for row in desk.records.incidents(open_only=True):
        incident = desk.records.incident(row.incident)
        said = promises(incident, desk.clock.now(), desk.zone) if incident.public_updates else ()
        due = next_deadline(incident, desk.config.cadence, said)
        if due:
            found.append(due)
    return found


def promises(incident: Incident, now: datetime, zone: tzinfo) -> list[Promise]:
    """What an incident's public updates promised customers, and what became of it by now."""
    from ircon.checks.promise_ledger import ledger
    from ircon.checks.subject import Subject
    from ircon.desk.subjects import update_passages

    subject = Subject(incident.id, incident, update_passages(incident, zone), now, zone)
    return [promise for _, promise in ledger(subject)]


def _is_waited_for(promise: Promise, newest: str) -> bool:
    """Whether customers still wait: any later word keeps or breaks the promise of one."""
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
    said = "first word" if status == FIRST else STATUSES[status].label.lower()
    by_impact = not incident.severity and incident.impact not in {None, "none"}
    said += f", {incident.impact if by_impact else severity}"
    at = since + timedelta(minutes=minutes)
    return Deadline(incident.id, incident.name, since, at, cadence=said)
