"""The fold: the state of an incident at a time, computed from its events up to then.

Live, replay, postmortem and ``show --at`` are this one function. The result does
not depend on the order in which the events arrived, and no set of events makes
it fail: what cannot be understood is skipped, what is missing stays missing.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from ircon.incident.corrections import CorrectedEvent, apply_corrections
from ircon.incident.event import PUBLIC, Event, entry_number
from ircon.incident.page_changes import (
    current_components,
    describe_change,
    describe_previous,
    incident_changes,
    with_page_status,
)
from ircon.incident.state import (
    Action,
    Closure,
    Entry,
    Incident,
    Note,
    Postmortem,
    Update,
    final_index,
)
from ircon.incident.text import InternalText, PublicText
from ircon.incident.updates import Authors, DeliveryLog, page_impact, read_updates
from ircon.incident.vocabulary import (
    IMPACTS,
    MILESTONES,
    OBSERVED,
    SEVERITIES,
    first_status,
    last_status,
    parse_status,
    worst_impact,
)

_NOT_SENT: Final = frozenset({"failed", "cancelled"})  # deliveries that never reached the page


def fold(events: Iterable[Event], at: datetime | None = None) -> Incident | None:
    """Return the state of one incident, from its events.

    Args:
        events: of one incident, in any order; a second copy of an event is ignored.
        at: leave out what happened later. Corrections count whenever they were
            made: the state then, by what is known today.

    Returns:
        The incident, or None where nothing declares it (up to ``at``).
    """
    unique = {event.id: event for event in events if event.is_known}
    events_so_far = [
        corrected
        for corrected in apply_corrections(unique.values())
        if at is None or corrected.at <= at
    ]
    declared = next(
        (corrected for corrected in events_so_far if corrected.event.kind == "declared"), None
    )
    if declared is None:
        return None
    state = _State(declared.event, events_so_far)
    for corrected in events_so_far:
        if handler := _HANDLERS.get(corrected.event.kind):
            handler(state, corrected)
    return state.finish(at)


class _State:
    """The state while events are taken in order; later events may change it."""

    def __init__(self, declared: Event, corrected_events: list[CorrectedEvent]) -> None:
        self.declared = declared
        self.kind = "maintenance" if declared.text("kind") == "maintenance" else "incident"
        self.first_status = parse_status(declared.text("status") or "") or first_status(self.kind)
        self.name = declared.text("name") or ""
        self.page = declared.text("page")
        self.severity = _one_of(SEVERITIES, declared.text("severity"))
        self.impact = page_impact(corrected_events) or _one_of(IMPACTS, declared.text("impact"))
        self.deliveries = DeliveryLog(corrected_events)
        self.speakers = Authors(declared, corrected_events)
        updates = read_updates(
            corrected_events, self.deliveries, first_status(self.kind), self.speakers
        )
        self.updates = {update.event_id: update for update in updates}
        self.public = [update for update in updates if update.is_public]
        self.roles: dict[str, str] = {}
        self.milestones: dict[str, CorrectedEvent] = {}
        self.notes: list[Note] = []
        self.actions: dict[str, Action] = {}
        self.done: dict[str, bool] = {}
        self.pins: dict[str, bool] = {}
        self.silenced: dict[str, CorrectedEvent] = {}
        self.closed: CorrectedEvent | None = None
        self.postmortem = Postmortem()
        self.page_changes: list[CorrectedEvent] = []
        self.entries: list[Entry] = []
        self.warnings: list[str] = []

    def enter(
        self, corrected: CorrectedEvent, text: PublicText | InternalText, **more: Any
    ) -> None:
        """Add an entry to the timeline."""
        self.entries.append(
            Entry(
                id=corrected.label,
                event_id=corrected.event.id,
                at=corrected.at,
                recorded_at=corrected.event.recorded_at,
                kind=corrected.event.kind,
                visibility=corrected.event.visibility,
                author=self.speakers.of(corrected.event),
                text=text,
                retracted=corrected.retracted,
                amended=corrected.amended,
                **more,
            )
        )

    def take_declared(self, corrected: CorrectedEvent) -> None:
        if corrected.event is self.declared:
            public = corrected.event.visibility == PUBLIC
            text = corrected.event.text("name") or ""
            self.enter(
                corrected, PublicText(text) if public else InternalText(corrected.text or text)
            )

    def take_update(self, corrected: CorrectedEvent) -> None:
        update = self.updates[corrected.event.id]
        if update.delivery not in _NOT_SENT:
            self.page = self.page or corrected.event.text("page")
        self.enter(
            corrected,
            update.as_shown,
            delivery=update.delivery,
            status=update.status,
            was=update.body if update.edited is not None else None,
            deleted=update.deleted_at is not None,
        )

    def take_page_changed(self, corrected: CorrectedEvent) -> None:
        event = corrected.event
        remote = event.text("remote_id")
        label = next(
            (up.id for up in self.updates.values() if remote and up.remote_id == remote), ""
        )
        was = event.payload.get("was")
        if isinstance(was, Mapping) and was.get("name") == self.name:
            self.name = event.text("name") or self.name  # unless it has another name here
        self.page_changes.append(corrected)
        self.enter(
            corrected,
            describe_change(event, label),
            delivery=OBSERVED,
            was=describe_previous(event, label),
            seen_before=event.instant("seen_before"),
        )

    def take_note(self, corrected: CorrectedEvent) -> None:
        event = corrected.event
        text = _internal(corrected)
        self.notes.append(
            Note(
                id=corrected.label,
                event_id=event.id,
                at=corrected.at,
                recorded_at=event.recorded_at,
                author=event.text("author") or event.actor,
                text=text,
                source=event.text("source") or "typed",
                retracted=corrected.retracted,
                amended=corrected.amended,
                command=event.text("command"),
                exit_code=event.integer("exit_code"),
                seconds=event.number("seconds"),
            )
        )
        self.enter(corrected, text)

    def take_milestone(self, corrected: CorrectedEvent) -> None:
        name = corrected.event.text("name")
        if name not in MILESTONES:
            return
        before = self.milestones.get(name)
        if not corrected.retracted and (
            before is None or before.recorded_order < corrected.recorded_order
        ):
            self.milestones[name] = corrected  # marked twice: the last one counts
        self.enter(corrected, InternalText(corrected.text or MILESTONES[name]))

    def take_role(self, corrected: CorrectedEvent) -> None:
        role, person = corrected.event.text("role") or "", corrected.event.text("person")
        if not corrected.retracted:
            self.roles.pop(role, None)
            if person:
                self.roles[role] = person
        self.enter(corrected, InternalText(f"{role}: {person or 'nobody'}"))

    def take_handover(self, corrected: CorrectedEvent) -> None:
        self.enter(corrected, _internal(corrected))

    def take_changed(self, corrected: CorrectedEvent) -> None:
        changes = []
        if severity := _one_of(SEVERITIES, corrected.event.text("severity")):
            self.severity = self.severity if corrected.retracted else severity
            changes.append(f"severity {severity}")
        if name := corrected.event.text("name"):
            self.name = self.name if corrected.retracted else name
            changes.append(f"renamed to {name}")
        self.enter(corrected, InternalText(", ".join(changes)))

    def take_action(self, corrected: CorrectedEvent) -> None:
        event = corrected.event
        text = _internal(corrected)
        if not corrected.retracted:
            self.actions[event.id] = Action(
                id=corrected.label,
                text=text,
                owner=event.text("owner"),
                due=event.text("due"),
                ticket=event.text("ticket"),
            )
        self.enter(corrected, text)

    def take_action_done(self, corrected: CorrectedEvent) -> None:
        self.done[corrected.event.text("action") or ""] = (
            corrected.event.payload.get("done") is True
        )

    def take_pinned(self, corrected: CorrectedEvent) -> None:
        self.pins[corrected.event.text("target") or ""] = (
            corrected.event.payload.get("pinned") is True
        )

    def take_closed(self, corrected: CorrectedEvent) -> None:
        if not corrected.retracted and (
            self.closed is None or self.closed.recorded_order < corrected.recorded_order
        ):
            self.closed = corrected
        self.enter(corrected, InternalText(_reason(corrected) or "closed here"))

    def take_check_silenced(self, corrected: CorrectedEvent) -> None:
        rule = corrected.event.text("rule") or ""
        before = self.silenced.get(rule)
        if before is None or before.recorded_order < corrected.recorded_order:
            self.silenced[rule] = corrected

    def take_postmortem_saved(self, corrected: CorrectedEvent) -> None:
        event = corrected.event
        if not corrected.retracted:
            self.postmortem = replace(
                self.postmortem,
                state="published" if self.postmortem.published else "draft",
                body=InternalText(event.text("body") or ""),
                template=event.text("template"),
                audience=event.text("audience") or "public",
                saved_at=corrected.at,
            )
        if not any(
            entry.kind == event.kind for entry in self.entries
        ):  # it is saved while it is typed
            self.enter(corrected, InternalText("postmortem draft begun"))

    def take_postmortem(self, corrected: CorrectedEvent) -> None:
        event = corrected.event
        progress = self.deliveries.of(event)
        body = PublicText(event.text("body") or "")
        # Imported without a time: the time of publication is unknown, and not the import's.
        observed_at = None if event.text("origin") == "import" else corrected.at
        self.postmortem = replace(
            self.postmortem, delivery=progress.delivery, op=progress.op, error=progress.error
        )
        if progress.is_public:
            self.postmortem = replace(
                self.postmortem,
                state="published",
                published=body,
                published_at=progress.server_time or event.instant("shown_at") or observed_at,
            )
        self.enter(corrected, body, delivery=progress.delivery)

    def take_source(self, corrected: CorrectedEvent) -> None:
        listed = corrected.event.payload.get("warnings")
        if isinstance(listed, (list, tuple)):
            self.warnings.extend(str(warning) for warning in listed)

    def finish(self, as_of: datetime | None) -> Incident:
        """Return the state, once every event has been taken."""
        event = self.declared
        milestones = {name: marked.at for name, marked in self.milestones.items()}
        on_page = [update for update in self.public if update.deleted_at is None]
        page = incident_changes(self.page_changes)
        updates = [self.updates[entry.event_id] for entry in self.entries if entry.kind == "update"]
        incident = Incident(
            id=event.incident,
            name=self.name,
            kind=self.kind,
            page=self.page,
            status=on_page[-1].status if on_page else self.first_status,
            impact=self.impact or self._impact_of_components(),
            severity=self.severity,
            declared_at=None if _is_undated(event) else event.at,
            started_at=milestones.get("started") or event.instant("started_at"),
            detected_at=milestones.get("detected"),
            acknowledged_at=milestones.get("acknowledged"),
            ended_at=milestones.get("ended"),
            first_public_at=self.public[0].shown if self.public else None,
            scheduled_for=page.scheduled_for or event.instant("scheduled_for"),
            scheduled_until=page.scheduled_until or event.instant("scheduled_until"),
            roles=self.roles,
            components=current_components(event, self.public, self.page_changes),
            updates=tuple(updates),
            notes=tuple(
                replace(note, pinned=True) if self.pins.get(note.event_id) else note
                for note in self.notes
            ),
            actions=tuple(
                replace(action, done=self.done.get(event_id, False))
                for event_id, action in sorted(
                    self.actions.items(), key=lambda item: (entry_number(item[1].id), item[0])
                )
            ),
            postmortem=self.postmortem,
            entries=tuple(
                replace(entry, pinned=True) if self.pins.get(entry.event_id) else entry
                for entry in self.entries
            ),
            silenced={
                rule: reason
                for rule, silenced in sorted(self.silenced.items())
                if (reason := silenced.event.text("reason"))
            },
            closed=self._closed_here(),
            remote_id=self.deliveries.remote_incident(),
            page_title=self._page_title(page.title),
            page_updated_at=page.updated_at,
            deleted_at=page.deleted_at,
            deleted_components=page.deleted_components,
            seen_components=tuple(
                (change.at, changes)
                for change in self.page_changes
                if (changes := change.event.components())
            ),
            origin=event.text("origin") or "ircon",
            warnings=tuple(self.warnings),
            as_of=as_of,
        )
        return with_page_status(_closed(incident, on_page), on_page, self.page_changes)

    def _page_title(self, changed: str | None) -> PublicText | None:
        """Return the title on the page: as changed there, else as posted."""
        if not self.public:
            return None
        posted = next(
            (update.title.public for update in reversed(self.public) if update.title), None
        )
        declared = self.declared.visibility == PUBLIC and self.declared.text("name")
        title = changed or posted or declared
        return PublicText(title) if title else None

    def _closed_here(self) -> Closure | None:
        """Return the closure made here, unless an update was written since."""
        closing = self.closed
        if closing is None or any(
            update.origin == "ircon"
            and update.delivery not in _NOT_SENT
            and update.recorded_at > closing.event.recorded_at
            for update in self.updates.values()
        ):
            return None
        reason = _reason(closing)
        return Closure(closing.at, InternalText(reason) if reason else None)

    def _impact_of_components(self) -> str | None:
        if self.kind == "maintenance":
            return "maintenance"
        return worst_impact(
            [c.status for update in self.public for c in update.components if c.status]
        )


_HANDLERS: Final[Mapping[str, Callable[[_State, CorrectedEvent], None]]] = {
    "declared": _State.take_declared,
    "update": _State.take_update,
    "page_changed": _State.take_page_changed,
    "note": _State.take_note,
    "milestone": _State.take_milestone,
    "role": _State.take_role,
    "handover": _State.take_handover,
    "action": _State.take_action,
    "action_done": _State.take_action_done,
    "pinned": _State.take_pinned,
    "changed": _State.take_changed,
    "closed": _State.take_closed,
    "check_silenced": _State.take_check_silenced,
    "postmortem_saved": _State.take_postmortem_saved,
    "postmortem": _State.take_postmortem,
    "source": _State.take_source,
}


def _internal(corrected: CorrectedEvent) -> InternalText:
    return InternalText(corrected.text or corrected.event.text("text") or "")


def _reason(corrected: CorrectedEvent) -> str | None:
    return corrected.text or corrected.event.text("reason")


def _one_of(words: Collection[str], word: str | None) -> str | None:
    return word if word in words else None


def _is_undated(declared: Event) -> bool:
    """Whether a report has no time, so that it is dated by its import."""
    return declared.text("origin") == "import" and declared.at == declared.recorded_at


def _closed(incident: Incident, public: list[Update]) -> Incident:
    """Return the incident with its time of resolution, where it has one."""
    final_at = final_index(public)
    if final_at is not None:
        return replace(incident, resolved_at=public[final_at].shown)
    if incident.ended_at and not public and not incident.pending_updates:
        # Never public: it is resolved when its impact was marked as ended.
        return replace(incident, status=last_status(incident.kind), resolved_at=incident.ended_at)
    return incident
