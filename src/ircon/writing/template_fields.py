"""The public fields that an update template may name: the whole allow-list.

Flat words only, made here one by one. No object is handed to a template, so none
can be looked into.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, tzinfo
from types import MappingProxyType
from typing import Final, NamedTuple

from ircon.incident.state import Incident
from ircon.incident.times import format_duration
from ircon.incident.vocabulary import status_phase
from ircon.writing.text_format import Named, component_words, moment

RECORD: Final = "record"
TYPED: Final = "typed"


class Field(NamedTuple):
    """One name of the allow-list.

    ``source`` is ``record`` where ircon fills it as soon as the record has it,
    and ``typed`` where only a person knows.
    """

    name: str
    source: str
    meaning: str


FIELDS: Final[Mapping[str, Field]] = MappingProxyType({
    field.name: field
    for field in (
        Field("components", RECORD, "the components chosen for the update"),
        Field("page", RECORD, "the page's name, as customers read it"),
        Field("since", RECORD, "when the impact began, with zone and UTC"),
        Field("start", RECORD, "when the impact began, with zone and UTC"),
        Field("end", RECORD, "when the impact ended, with zone and UTC"),
        Field("duration", RECORD, "how long the impact lasted"),
        Field("last_update", RECORD, "when the last update was published"),
        Field("fix_time", RECORD, "when the last fix was announced"),
        Field("next_update", RECORD, "when the next update is due"),
        Field("begins", RECORD, "when the maintenance begins"),
        Field("ends", RECORD, "when the maintenance ends"),
        Field("planned", RECORD, "how long the maintenance is planned to take"),
        Field("lead", RECORD, "how long it is until the maintenance begins"),
        Field("symptom", TYPED, "what customers see fail, be slow or wrong; a whole clause"),
        Field("audience", TYPED, "who sees it: all customers, logins in the EU, ..."),
        Field("unaffected", TYPED, "what is known to work"),
        Field("cause", TYPED, "what changed or failed, in customers' words"),
        Field("doing", TYPED, "what is being done: rolling back the 09:10 release"),
        Field("change", TYPED, "what was done: We rolled back the 09:10 release"),
        Field("workaround", TYPED, "what customers can do until then"),
        Field("remaining", TYPED, "what customers may still see"),
        Field("data_loss", TYPED, "what was lost, or that nothing was"),
        Field("account_by", TYPED, "the day by which the postmortem is published"),
        Field("work", TYPED, "what is done in the maintenance"),
        Field("effect", TYPED, "what customers notice during the maintenance"),
        Field("checking", TYPED, "what is checked before a maintenance is called complete"),
    )
})  # fmt: skip


def public_values(
    incident: Incident | None,
    *,
    components: Iterable[Named],
    zone: tzinfo,
    now: datetime,
    next_update: datetime | None = None,
    since: datetime | None = None,
    begins: datetime | None = None,
    ends: datetime | None = None,
    page: str | None = None,
) -> dict[str, str]:
    """What the record fills in by itself; what it does not know is not in it.

    Args:
        incident: the incident, or None for one that is being declared.
        components: those chosen for the update.
        zone: the page's; times carry UTC too, and a date unless it is today's.
        now: the instant the update is written at.
        next_update: the promise that this update makes.
        since: the impact's start where the incident does not have it yet.
        begins: a maintenance's window where the incident does not have it yet.
        ends: its other end.
        page: the page's public name.
    """
    today = now.astimezone(zone).date()
    if incident is not None:
        since = since or incident.started_at
        begins = begins or incident.scheduled_for
        ends = ends or incident.scheduled_until
    ended = incident.ended_at if incident else None
    moments = {
        "since": since,
        "start": since,
        "end": ended,
        "last_update": _last_said(incident, ("active", "monitoring", "closed", "scheduled")),
        "fix_time": _last_said(incident, ("monitoring", "closed")),
        "next_update": next_update,
        "begins": begins,
        "ends": ends,
    }
    values = {name: moment(at, zone, today) for name, at in moments.items() if at}
    if since and ended and ended >= since:
        values["duration"] = format_duration(ended - since)
    if begins and ends and ends > begins:
        values["planned"] = format_duration(ends - begins)
    if begins and begins > now:
        values["lead"] = format_duration(begins - now)
    if said := component_words(components):
        values["components"] = said
    if page:
        values["page"] = page
    return values


def _last_said(incident: Incident | None, phases: tuple[str, ...]) -> datetime | None:
    """When the newest update of these phases was shown to customers."""
    said = incident.public_updates if incident else ()
    return next((one.shown for one in reversed(said) if status_phase(one.status) in phases), None)
