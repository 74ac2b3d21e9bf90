"""The fold: an incident's events up to a moment, read into its state.

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

_NOT_SAID: Final = frozenset({"failed", "cancelled"})  # deliveries of what never went out


def fold(events: Iterable[Event], at: datetime | None = None) -> Incident | None:
    """The state of one incident, from its events.

    Args:
        events: of one incident, in any order; a second copy of an event is ignored.
        at: leave out what happened later. Corrections count whenever they were
            made: it is today's knowledge of that moment.

    Returns:
        The incident, or None where nothing declares it (up to ``at``).
    """
    unique = {event.id: event for event in events if event.is_known}
    told = [one for one in apply_corrections(unique.values()) if at is None or one.at <= at]
    declared = next((one for one in told if one.event.kind == "declared"), None)
    if declared is None:
        return None
    reader = _Reader(declared.event, told)
    for one in told:
        if read := _READERS.get(one.event.kind):
            read(reader, one)
    return reader.finish(at)


class _Reader:
    """Takes corrected events in order, and keeps what later ones may change."""

    def __init__(self, declared: Event, told: list[CorrectedEvent]) -> None:
        self.declared = declared
        self.kind = "maintenance" if declared.text("kind") == "maintenance" else "incident"
        self.first_status = parse_status(declared.text("status") or "") or first_status(self.kind)
        self.name = declared.text("name") or ""
        self.page = declared.text("page")
        self.severity = _one_of(SEVERITIES, declared.text("severity"))
        self.impact = page_impact(told) or _one_of(IMPACTS, declared.text("impact"))
        self.deliveries = DeliveryLog(told)
        self.speakers = Authors(declared, told)
        shown = read_updates(told, self.deliveries, first_status(self.kind), self.speakers)
        self.updates = {update.event_id: update for update in shown}
        self.public = [update for update in shown if update.is_public]
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

    def enter(self, one: CorrectedEvent, text: PublicText | InternalText, **more: Any) -> None:
        """Add a line to the timeline."""
        self.entries.append(
            Entry(
                id=one.label,
                event_id=one.event.id,
                at=one.at,
                recorded_at=one.event.recorded_at,
                kind=one.event.kind,
                visibility=one.event.visibility,
                author=self.speakers.of(one.event),
                text=text,
                retracted=one.retracted,
                amended=one.amended,
                **more,
            )
        )

    def take_declared(self, one: CorrectedEvent) -> None:
        if one.event is self.declared:
            public = one.event.visibility == PUBLIC
            text = one.event.text("name") or ""
            self.enter(one, PublicText(text) if public else InternalText(one.text or text))

    def take_update(self, one: CorrectedEvent) -> None:
        update = self.updates[one.event.id]
        if update.delivery not in _NOT_SAID:
            self.page = self.page or one.event.text("page")
        self.enter(
            one,
            update.as_shown,
            delivery=update.delivery,
            status=update.status,
            was=update.body if update.edited is not None else None,
            deleted=update.deleted_at is not None,
        )

    def take_page_changed(self, one: CorrectedEvent) -> None:
        event = one.event
        remote = event.text("remote_id")
        label = next(
            (up.id for up in self.updates.values() if remote and up.remote_id == remote), ""
        )
        was = event.payload.get("was")
        if isinstance(was, Mapping) and was.get("name") == self.name:
            self.name = event.text("name") or self.name  # a name of our own for it stays
        self.page_changes.append(one)
        self.enter(
            one,
            describe_change(event, label),
            delivery=OBSERVED,
            was=describe_previous(event, label),
            seen_before=event.instant("seen_before"),
        )

    def take_note(self, one: CorrectedEvent) -> None:
        event = one.event
        text = _internal(one)
        self.notes.append(
            Note(
                id=one.label,
                event_id=event.id,
                at=one.at,
                recorded_at=event.recorded_at,
                author=event.text("author") or event.actor,
                text=text,
                source=event.text("source") or "typed",
                retracted=one.retracted,
                amended=one.amended,
                command=event.text("command"),
                exit_code=event.integer("exit_code"),
                seconds=event.number("seconds"),
            )
        )
        self.enter(one, text)

    def take_milestone(self, one: CorrectedEvent) -> None:
        name = one.event.text("name")
        if name not in MILESTONES:
            return
        before = self.milestones.get(name)
        if not one.retracted and (before is None or before.recorded_order < one.recorded_order):
            self.milestones[name] = one  # marked twice: what was said last counts
        self.enter(one, InternalText(one.text or MILESTONES[name]))

    def take_role(self, one: CorrectedEvent) -> None:
        role, person = one.event.text("role") or "", one.event.text("person")
        if not one.retracted:
            self.roles.pop(role, None)
            if person:
                self.roles[role] = person
        self.enter(one, InternalText(f"{role}: {person or 'nobody'}"))

    def take_handover(self, one: CorrectedEvent) -> None:
        self.enter(one, _internal(one))

    def take_changed(self, one: CorrectedEvent) -> None:
        said = []
        if severity := _one_of(SEVERITIES, one.event.text("severity")):
            self.severity = self.severity if one.retracted else severity
            said.append(f"severity {severity}")
        if name := one.event.text("name"):
            self.name = self.name if one.retracted else name
            said.append(f"called {name}")
        self.enter(one, InternalText(", ".join(said)))

    def take_action(self, one: CorrectedEvent) -> None:
        event = one.event
        text = _internal(one)
        if not one.retracted:
            self.actions[event.id] = Action(
                id=one.label,
                text=text,
                owner=event.text("owner"),
                due=event.text("due"),
                ticket=event.text("ticket"),
            )
        self.enter(one, text)

    def take_action_done(self, one: CorrectedEvent) -> None:
        self.done[one.event.text("action") or ""] = one.event.payload.get("done") is True

    def take_pinned(self, one: CorrectedEvent) -> None:
        self.pins[one.event.text("target") or ""] = one.event.payload.get("pinned") is True

    def take_closed(self, one: CorrectedEvent) -> None:
        if not one.retracted and (
            self.closed is None or self.closed.recorded_order < one.recorded_order
        ):
            self.closed = one
        self.enter(one, InternalText(_reason(one) or "closed here"))

    def take_check_silenced(self, one: CorrectedEvent) -> None:
        rule = one.event.text("rule") or ""
        before = self.silenced.get(rule)
        if before is None or before.recorded_order < one.recorded_order:
            self.silenced[rule] = one

    def take_postmortem_saved(self, one: CorrectedEvent) -> None:
        event = one.event
        if not one.retracted:
            self.postmortem = replace(
                self.postmortem,
                state="published" if self.postmortem.published else "draft",
                body=InternalText(event.text("body") or ""),
                template=event.text("template"),
                audience=event.text("audience") or "public",
                saved_at=one.at,
            )
        if not any(entry.kind == event.kind for entry in self.entries):  # saved as one types
            self.enter(one, InternalText("postmortem draft begun"))

    def take_postmortem(self, one: CorrectedEvent) -> None:
        event = one.event
        progress = self.deliveries.of(event)
        body = PublicText(event.text("body") or "")
        # Imported without a time: when it was published is not known, and not the import's time.
        said_at = None if event.text("origin") == "import" else one.at
        self.postmortem = replace(
            self.postmortem, delivery=progress.delivery, op=progress.op, error=progress.error
        )
        if progress.is_public:
            self.postmortem = replace(
                self.postmortem,
                state="published",
                published=body,
                published_at=progress.server_time or event.instant("shown_at") or said_at,
            )
        self.enter(one, body, delivery=progress.delivery)

    def take_source(self, one: CorrectedEvent) -> None:
        listed = one.event.payload.get("warnings")
        if isinstance(listed, (list, tuple)):
            self.warnings.extend(str(warning) for warning in listed)

    def finish(self, as_of: datetime | None) -> Incident:
        """The state, once every event has been taken."""
        event = self.declared
        moments = {name: one.at for name, one in self.milestones.items()}
        there = [update for update in self.public if update.deleted_at is None]
        page = incident_changes(self.page_changes)
        updates = [self.updates[one.event_id] for one in self.entries if one.kind == "update"]
        incident = Incident(
            id=event.incident,
            name=self.name,
            kind=self.kind,
            page=self.page,
            status=there[-1].status if there else self.first_status,
            impact=self.impact or self._impact_of_components(),
            severity=self.severity,
            declared_at=None if _is_undated(event) else event.at,
            started_at=moments.get("started") or event.instant("started_at"),
            detected_at=moments.get("detected"),
            acknowledged_at=moments.get("acknowledged"),
            ended_at=moments.get("ended"),
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
                for rule, one in sorted(self.silenced.items())
                if (reason := one.event.text("reason"))
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
        return with_page_status(_closed(incident, there), there, self.page_changes)

    def _page_title(self, changed: str | None) -> PublicText | None:
        """The title on the page: as it was changed there, else as it was posted."""
        if not self.public:
            return None
        posted = next((one.title.public for one in reversed(self.public) if one.title), None)
        declared = self.declared.visibility == PUBLIC and self.declared.text("name")
        title = changed or posted or declared
        return PublicText(title) if title else None

    def _closed_here(self) -> Closure | None:
        """Its end here, unless somebody has spoken on it again since."""
        one = self.closed
        if one is None or any(
            update.origin == "ircon"
            and update.delivery not in _NOT_SAID
            and update.recorded_at > one.event.recorded_at
            for update in self.updates.values()
        ):
            return None
        reason = _reason(one)
        return Closure(one.at, InternalText(reason) if reason else None)

    def _impact_of_components(self) -> str | None:
        if self.kind == "maintenance":
            return "maintenance"
        return worst_impact(
            [one.status for update in self.public for one in update.components if one.status]
        )


_READERS: Final[Mapping[str, Callable[[_Reader, CorrectedEvent], None]]] = {
    "declared": _Reader.take_declared,
    "update": _Reader.take_update,
    "page_changed": _Reader.take_page_changed,
    "note": _Reader.take_note,
    "milestone": _Reader.take_milestone,
    "role": _Reader.take_role,
    "handover": _Reader.take_handover,
    "action": _Reader.take_action,
    "action_done": _Reader.take_action_done,
    "pinned": _Reader.take_pinned,
    "changed": _Reader.take_changed,
    "closed": _Reader.take_closed,
    "check_silenced": _Reader.take_check_silenced,
    "postmortem_saved": _Reader.take_postmortem_saved,
    "postmortem": _Reader.take_postmortem,
    "source": _Reader.take_source,
}


def _internal(one: CorrectedEvent) -> InternalText:
    return InternalText(one.text or one.event.text("text") or "")


def _reason(one: CorrectedEvent) -> str | None:
    return one.text or one.event.text("reason")


def _one_of(words: Collection[str], word: str | None) -> str | None:
    return word if word in words else None


def _is_undated(declared: Event) -> bool:
    """Whether a report told no time: then it is filed under the moment of its import."""
    return declared.text("origin") == "import" and declared.at == declared.recorded_at


def _closed(incident: Incident, public: list[Update]) -> Incident:
    """The incident with its end, where it has one."""
    place = final_index(public)
    if place is not None:
        return replace(incident, resolved_at=public[place].shown)
    if incident.ended_at and not public and not incident.pending_updates:
        # Never told to anybody: over when the people on call say so.
        return replace(incident, status=last_status(incident.kind), resolved_at=incident.ended_at)
    return incident
