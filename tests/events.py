"""Events for tests, made in one line, with ids and times that repeat.

    record = Recorder()
    record.declared("Checkout fails")
    record.update("investigating", "We are looking.", at=4)
    record.note("db-1 is out of memory", at=datetime(2026, 3, 2, 9, 7, tzinfo=UTC))
    incident = fold(record.events)

``at`` is an instant, or minutes after ``START``; without it each event comes one
minute after the one before. Payloads are held against ``KINDS`` unless
``hostile=True``: a test cannot drift away from the vocabulary unnoticed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from ircon.incident.event import KINDS, PUBLIC, Event, check_payload
from ircon.incident.event_record import from_record, to_record
from ircon.incident.ids import Ulids

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

Moment = datetime | float


def moment(at: Moment) -> datetime:
    """An instant as it is, or minutes after ``START``."""
    return at if isinstance(at, datetime) else START + timedelta(minutes=at)


class Recorder:
    """Makes one incident's events and keeps them in ``events``.

    Two recorders whose events shall meet (merged journals) need different seeds.
    """

    def __init__(self, incident: str = "k7f2", seed: int = 1) -> None:
        self.incident = incident
        self.events: list[Event] = []
        self._ulids = Ulids(lambda size: seed.to_bytes(size, "big"))
        self._entries: dict[str, int] = {}
        self._last = START - timedelta(minutes=1)

    def make(
        self,
        kind: str,
        payload: Mapping[str, Any] | None = None,
        *,
        at: Moment | None = None,
        visibility: str | None = None,
        recorded_at: Moment | None = None,
        entry: str | None = None,
        actor: str = "ada",
        hostile: bool = False,
    ) -> Event:
        """One event of any kind, added to ``events``.

        ``visibility`` is the kind's own, else public; ``entry`` counts up per
        prefix as the journal does; ``recorded_at`` is ``at`` unless said.
        """
        happened = self._last + timedelta(minutes=1) if at is None else moment(at)
        recorded = happened if recorded_at is None else moment(recorded_at)
        self._last = happened
        row = KINDS.get(kind)
        if row and row.prefix and entry is None:
            self._entries[row.prefix] = self._entries.get(row.prefix, 0) + 1
            entry = f"{row.prefix}{self._entries[row.prefix]}"
        event = Event(
            id=self._ulids.next(int(recorded.timestamp() * 1000)),
            incident=self.incident,
            kind=kind,
            visibility=visibility or (row and row.visibility) or PUBLIC,
            at=happened,
            recorded_at=recorded,
            actor=actor,
            payload=dict(payload or {}),
            entry=entry,
        )
        if not hostile:
            check_payload(kind, event.payload)
        self.events.append(event)
        return event

    def declared(
        self, name: str = "Checkout fails", *, at: Moment | None = None, **more: Any
    ) -> Event:
        """The declaration; ``visibility="internal"`` for one that nobody was told of."""
        visibility = more.pop("visibility", None)
        payload = {"name": name, "kind": "incident", "status": "investigating", **more}
        return self.make("declared", payload, at=at, visibility=visibility)

    def update(
        self,
        status: str,
        body: str = "We are on it.",
        components: Iterable[Mapping[str, Any]] = (),
        *,
        at: Moment | None = None,
        **more: Any,
    ) -> Event:
        """Words for the public: observed on the page, unless ``op`` or ``origin`` says else."""
        payload: dict[str, Any] = {
            "status": status,
            "body": body,
            "components": [dict(one) for one in components],
            "notify": False,
            "origin": "ircon" if "op" in more else "observed",
            **more,
        }
        return self.make("update", payload, at=at)

    def delivery(
        self, update: Event, state: str, *, move: int, at: Moment | None = None, **more: Any
    ) -> Event:
        """A move of an update's (or a postmortem's) outbox operation."""
        payload = {
            "op": update.payload["op"],
            "event": update.id,
            "move": move,
            "state": state,
            **more,
        }
        return self.make("delivery", payload, at=at)

    def note(
        self,
        text: str,
        *,
        at: Moment | None = None,
        recorded_at: Moment | None = None,
        entry: str | None = None,
        **more: Any,
    ) -> Event:
        """An internal entry, as typed."""
        payload = {"text": text, "source": "typed", **more}
        return self.make("note", payload, at=at, recorded_at=recorded_at, entry=entry)

    def milestone(self, name: str, *, at: Moment | None = None) -> Event:
        """``started``, ``detected``, ``acknowledged`` or ``ended``."""
        return self.make("milestone", {"name": name}, at=at)

    def amend(self, target: Event, *, at: Moment | None = None, **fix: Any) -> Event:
        """A correction of an internal entry: ``text="..."`` and/or ``to=INSTANT``."""
        to = fix.pop("to", None)
        if to is not None:
            fix["at"] = moment(to).isoformat()
        return self.make("amended", {"target": target.id, **fix}, at=at)

    def retract(self, target: Event, *, at: Moment | None = None) -> Event:
        """A withdrawal of an internal entry."""
        return self.make("retracted", {"target": target.id}, at=at)


def recorded(event: Event) -> Event:
    """The event as a recording gives it back."""
    return from_record(to_record(event), event.incident)
