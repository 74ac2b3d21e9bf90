"""The fold: an incident's events up to a moment, read into its state.

Live, replay, postmortem and ``show --at`` are this one function. The result does
not depend on the order in which the events arrived, and no set of events makes
it fail: what cannot be understood is skipped, what is missing stays missing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from ircon.incident.components import Change
from ircon.incident.event import INTERNAL, PUBLIC, Event, number_of
from ircon.incident.state import Action, Entry, Incident, Note, Postmortem, Update
from ircon.incident.text import InternalText, PublicText
from ircon.incident.times import parse_iso
from ircon.incident.vocabulary import (
    DELIVERY_WORDS,
    MILESTONES,
    OBSERVED,
    STATUS_ALIASES,
    STATUSES,
    first_status,
    is_closed,
    worst_impact,
)


def fold(events: Iterable[Event], at: datetime | None = None) -> Incident | None:
    """The state of one incident, from its events.

    Args:
        events: of one incident, in any order; a second copy of an event is ignored.
        at: leave out what happened later. Corrections count whenever they were
            made: it is today's knowledge of that moment.

    Returns:
        The incident, or None where nothing declares it (up to ``at``).
    """
    unique = {event.id: event for event in events}
    corrected = _correct(unique)
    told = [one for one in corrected if at is None or one.at <= at]
    told.sort(key=lambda one: (one.at, one.event.id))
    declared = next((one for one in told if one.event.kind == "declared"), None)
    if declared is None:
        return None
    labels = _labels(corrected)
    builder = _Builder(declared.event, deliveries=_deliveries(told))
    for one in told:
        builder.add(one, labels.get(one.event.id, ""))
    return builder.finish(at)


@dataclass(frozen=True, slots=True)
class _Corrected:
    """An event with its corrections: ``amend`` changes words and time, the last one counts."""

    event: Event
    at: datetime
    text: str | None = None
    amended: bool = False
    retracted: bool = False


def _correct(events: dict[str, Event]) -> list[_Corrected]:
    """Amendments and retractions first; they touch internal entries only."""
    corrections: dict[str, list[Event]] = {}
    for event in events.values():
        target = events.get(str(event.payload.get("target")))
        if event.kind in {"amended", "retracted"} and target and target.visibility == INTERNAL:
            corrections.setdefault(target.id, []).append(event)
    result = []
    for event in events.values():
        one = _Corrected(event, event.at)
        for fix in sorted(corrections.get(event.id, ()), key=lambda fix: (fix.recorded_at, fix.id)):
            if fix.kind == "retracted":
                one = replace(one, retracted=True)
            else:
                one = replace(
                    one,
                    at=_time(fix, "at") or one.at,
                    text=fix.payload.get("text") or one.text,
                    amended=True,
                    retracted=False,
                )
        result.append(one)
    return result


def _labels(events: list[_Corrected]) -> dict[str, str]:
    """Entry ids by event id.

    Two journals that were merged may both have an ``n12``: the younger event
    then carries the end of its own id too, the same on every machine.
    """
    labels: dict[str, str] = {}
    taken: set[str] = set()
    for event in sorted((one.event for one in events), key=lambda event: event.id):
        if event.entry:
            label = event.entry if event.entry not in taken else f"{event.entry}-{event.id[-4:]}"
            taken.add(label)
            labels[event.id] = label
    return labels


def _deliveries(told: list[_Corrected]) -> dict[str, list[Event]]:
    """The moves of each outbox operation, in the order they were made."""
    moves: dict[str, list[Event]] = {}
    for one in told:
        if one.event.kind == "delivery":
            moves.setdefault(str(one.event.payload.get("op")), []).append(one.event)
    for events in moves.values():
        # By the move's own count: a clock that was set back must not undo a post.
        events.sort(key=lambda event: (event.payload.get("move") or 0, event.id))
    return moves


def _time(event: Event, name: str) -> datetime | None:
    value = event.payload.get(name)
    if not isinstance(value, str):
        return None
    try:
        return parse_iso(value)
    except (ValueError, OverflowError):
        return None


def _maybe(event: Event, name: str) -> str | None:
    value = event.payload.get(name)
    return value if isinstance(value, str) and value else None


def _words(event: Event, name: str) -> str:
    return _maybe(event, name) or ""


def _changes(event: Event) -> tuple[Change, ...]:
    listed = event.payload.get("components")
    if not isinstance(listed, (list, tuple)):
        return ()
    return tuple(
        Change.from_payload(item)
        for item in listed
        if isinstance(item, dict)
        and isinstance(item.get("id"), str)
        and isinstance(item.get("name"), str)
    )


@dataclass(slots=True)
class _Builder:
    """Takes corrected events in order; one method a kind, named after it."""

    declared: Event
    deliveries: dict[str, list[Event]]
    severity: str | None = None
    name: str = ""
    running: str = ""
    roles: dict[str, str] = field(default_factory=dict)
    moments: dict[str, datetime] = field(default_factory=dict)
    updates: list[Update] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    actions: dict[str, Action] = field(default_factory=dict)
    entries: list[Entry] = field(default_factory=list)
    pins: dict[str, bool] = field(default_factory=dict)
    postmortem: Postmortem = Postmortem()
    warnings: list[str] = field(default_factory=list)

    def add(self, one: _Corrected, label: str) -> None:
        """Take one event; unknown kinds are a newer ircon's, and skipped."""
        handler = getattr(self, f"_on_{one.event.kind}", None)
        if handler is not None:
            handler(one, label)

    def _enter(
        self, one: _Corrected, label: str, text: PublicText | InternalText, **more: Any
    ) -> None:
        event = one.event
        self.entries.append(
            Entry(
                id=label,
                event_id=event.id,
                at=one.at,
                recorded_at=event.recorded_at,
                kind=event.kind,
                visibility=event.visibility,
                author=event.actor,
                text=text,
                retracted=one.retracted,
                amended=one.amended,
                **more,
            )
        )

    def _on_declared(self, one: _Corrected, label: str) -> None:
        event = one.event
        if event is not self.declared:
            return
        self.name = _words(event, "name")
        self.severity = _maybe(event, "severity")
        started = _time(event, "started_at")
        if started:
            self.moments.setdefault("started", started)
        text = _words(event, "name")
        public = event.visibility == PUBLIC
        self._enter(one, label, PublicText(text) if public else InternalText(text))

    def _on_update(self, one: _Corrected, label: str) -> None:
        event = one.event
        raw = _words(event, "status").lower()
        status = STATUS_ALIASES.get(raw, raw)
        if status not in STATUSES:  # "update", or a word nobody knows: the running one
            status = self.running or first_status(_words(self.declared, "kind"))
        op = _maybe(event, "op")
        moves = self.deliveries.get(op, []) if op else []
        last = moves[-1] if moves else None
        state = _words(last, "state") if last else ("queued" if op else None)
        delivery = DELIVERY_WORDS.get(state or "", "unknown") if op else OBSERVED
        if delivery in {"published", OBSERVED}:
            self.running = status
        sent = next((move for move in reversed(moves) if move.payload.get("server_time")), None)
        created = _time(sent, "server_time") if sent else _time(event, "created_at")
        title = _maybe(event, "title")
        body = PublicText(_words(event, "body"))
        self.updates.append(
            Update(
                id=label,
                event_id=event.id,
                status=status,
                raw_status=raw,
                body=body,
                title=PublicText(title) if title else None,
                components=_changes(event),
                notify=bool(event.payload.get("notify")),
                at=one.at,
                recorded_at=event.recorded_at,
                created_at=created,
                shown_at=_time(event, "shown_at") or created,
                delivery=delivery,
                state=state,
                origin=_words(event, "origin"),
                author=_maybe(event, "author") or event.actor,
                op=op,
                remote_id=next(
                    (rid for move in reversed(moves) if (rid := _maybe(move, "remote_id"))),
                    _maybe(event, "remote_id"),
                ),
                error=_maybe(last, "error") if last else None,
            )
        )
        self._enter(one, label, body, delivery=delivery, status=status)

    def _on_note(self, one: _Corrected, label: str) -> None:
        event = one.event
        text = InternalText(one.text or _words(event, "text"))
        code, seconds = event.payload.get("exit_code"), event.payload.get("seconds")
        self.notes.append(
            Note(
                id=label,
                event_id=event.id,
                at=one.at,
                recorded_at=event.recorded_at,
                author=_maybe(event, "author") or event.actor,
                text=text,
                source=_words(event, "source") or "typed",
                retracted=one.retracted,
                amended=one.amended,
                command=_maybe(event, "command"),
                exit_code=code if isinstance(code, int) else None,
                seconds=float(seconds) if isinstance(seconds, (int, float)) else None,
            )
        )
        self._enter(one, label, text)

    def _on_milestone(self, one: _Corrected, label: str) -> None:
        name = _words(one.event, "name")
        if name in MILESTONES:
            if not one.retracted:
                self.moments[name] = one.at
            self._enter(one, label, InternalText(one.text or MILESTONES[name]))

    def _on_role(self, one: _Corrected, label: str) -> None:
        role, person = _words(one.event, "role"), _words(one.event, "person")
        if not one.retracted:
            if person:
                self.roles[role] = person
            else:
                self.roles.pop(role, None)
        self._enter(one, label, InternalText(f"{role}: {person or 'nobody'}"))

    def _on_handover(self, one: _Corrected, label: str) -> None:
        self._enter(one, label, InternalText(one.text or _words(one.event, "text")))

    def _on_changed(self, one: _Corrected, label: str) -> None:
        said = []
        if severity := _maybe(one.event, "severity"):
            self.severity = self.severity if one.retracted else severity
            said.append(f"severity {severity}")
        if name := _maybe(one.event, "name"):
            self.name = self.name if one.retracted else name
            said.append(f"called {name}")
        self._enter(one, label, InternalText(", ".join(said)))

    def _on_action(self, one: _Corrected, label: str) -> None:
        event = one.event
        text = InternalText(one.text or _words(event, "text"))
        if not one.retracted:
            self.actions[event.id] = Action(
                id=label,
                text=text,
                owner=_maybe(event, "owner"),
                due=_maybe(event, "due"),
                ticket=_maybe(event, "ticket"),
            )
        self._enter(one, label, text)

    def _on_action_done(self, one: _Corrected, _label: str) -> None:
        action = self.actions.get(_words(one.event, "action"))
        if action and not one.retracted:
            done = bool(one.event.payload.get("done"))
            self.actions[_words(one.event, "action")] = replace(action, done=done)

    def _on_pinned(self, one: _Corrected, _label: str) -> None:
        self.pins[_words(one.event, "target")] = bool(one.event.payload.get("pinned"))

    def _on_postmortem_saved(self, one: _Corrected, label: str) -> None:
        event = one.event
        body = InternalText(_words(event, "body"))
        self.postmortem = replace(
            self.postmortem,
            state="published" if self.postmortem.published else "draft",
            body=body,
            template=_maybe(event, "template"),
            audience=_words(event, "audience") or "public",
            saved_at=one.at,
        )
        if not any(entry.kind == event.kind for entry in self.entries):  # saved as one types
            self._enter(one, label, InternalText("postmortem draft begun"))

    def _on_postmortem(self, one: _Corrected, label: str) -> None:
        event = one.event
        op = _maybe(event, "op")
        moves = self.deliveries.get(op, []) if op else []
        state = _words(moves[-1], "state") if moves else "queued"
        delivery = DELIVERY_WORDS.get(state, "unknown") if op else OBSERVED
        body = PublicText(_words(event, "body"))
        change: dict[str, Any] = {"delivery": delivery, "op": op}
        if moves:
            change["error"] = _maybe(moves[-1], "error")
        if delivery in {"published", OBSERVED}:
            said = next((move for move in reversed(moves) if move.payload.get("server_time")), None)
            change |= {
                "state": "published",
                "published": body,
                "published_at": (_time(said, "server_time") if said else None)
                or _time(event, "shown_at")
                or one.at,
            }
        self.postmortem = replace(self.postmortem, **change)
        self._enter(one, label, body, delivery=delivery)

    def _on_source(self, one: _Corrected, _label: str) -> None:
        listed = one.event.payload.get("warnings")
        if isinstance(listed, (list, tuple)):
            self.warnings.extend(str(warning) for warning in listed)

    def finish(self, as_of: datetime | None) -> Incident:
        """The state, once every event has been taken."""
        event = self.declared
        public = sorted(
            (update for update in self.updates if update.is_public),
            key=lambda update: (update.shown, update.at, update.event_id),
        )
        status = public[-1].status if public else _words(event, "status")
        status = status if status in STATUSES else first_status(_words(event, "kind"))
        ended = self.moments.get("ended")
        resolved = public[-1].shown if public and is_closed(status) else None
        if resolved:
            for update in reversed(public):
                if not is_closed(update.status):
                    break
                resolved = update.shown
        elif not self.updates and ended:
            # Never told to anybody: over when the people on call say so.
            status, resolved = "resolved", ended
        kind = _words(event, "kind")
        return Incident(
            id=event.incident,
            name=self.name,
            kind=kind if kind in {"incident", "maintenance"} else "incident",
            page=_maybe(event, "page"),
            status=status,
            impact=self._impact(public),
            severity=self.severity,
            declared_at=event.at,
            started_at=self.moments.get("started"),
            detected_at=self.moments.get("detected"),
            acknowledged_at=self.moments.get("acknowledged"),
            ended_at=ended,
            first_public_at=public[0].shown if public else None,
            resolved_at=resolved,
            scheduled_for=_time(event, "scheduled_for"),
            scheduled_until=_time(event, "scheduled_until"),
            roles=self.roles,
            components=self._components(public),
            updates=tuple(self.updates),
            notes=tuple(
                replace(note, pinned=self.pins.get(note.event_id, False)) for note in self.notes
            ),
            actions=tuple(sorted(self.actions.values(), key=lambda action: number_of(action.id))),
            postmortem=self.postmortem,
            entries=tuple(
                replace(entry, pinned=True) if self.pins.get(entry.event_id) else entry
                for entry in self.entries
            ),
            remote_id=self._remote_id(),
            origin=_words(event, "origin") or "ircon",
            warnings=tuple(self.warnings),
            as_of=as_of,
        )

    def _moves(self) -> Iterable[Event]:
        return (move for moves in self.deliveries.values() for move in moves)

    def _remote_id(self) -> str | None:
        for move in self._moves():
            if remote := _maybe(move, "remote_incident"):
                return remote
        return None

    def _impact(self, public: list[Update]) -> str:
        said = sorted(
            (move for move in self._moves() if _maybe(move, "impact")),
            key=lambda move: (move.at, move.id),
        )
        if said:
            return _words(said[-1], "impact")
        if declared := _maybe(self.declared, "impact"):
            return declared
        if _words(self.declared, "kind") == "maintenance":
            return "maintenance"
        levels = [one.status for update in public for one in update.components if one.status]
        return worst_impact(levels)

    def _components(self, public: list[Update]) -> tuple[Change, ...]:
        """As customers see them; before anything is public, as they were."""
        found: dict[str, Change] = {}
        for one in _changes(self.declared):
            found[one.id] = replace(one, status=one.was or "operational")
        for update in public:
            for one in update.components:
                before = found[one.id].status if one.id in found else one.was
                found[one.id] = replace(one, status=one.status or before or "operational")
        return tuple(found.values())
