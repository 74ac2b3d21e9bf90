"""What stays inside: notes, milestones, roles, actions, and their corrections."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final

from ircon.errors import BadValue, JournalError, NotFound, Refused
from ircon.incident.event import INTERNAL, PUBLIC, Event
from ircon.incident.ids import ids_matching, short_id
from ircon.incident.text import InternalText, compose
from ircon.incident.times import iso
from ircon.incident.vocabulary import MILESTONES, SEVERITIES, first_status

if TYPE_CHECKING:
    from ircon.desk.desk import Desk
    from ircon.incident.components import ComponentChange
    from ircon.incident.state import Entry, Incident

_NOT_THERE: Final = frozenset({"draft", "rejected", "cancelled"})  # of an operation: never sent
MAX_NOTE = 100_000  # characters; a log belongs into a file, its end into a note


class Responding:
    """Records internal entries. Nothing here can reach a page: it knows none."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def declare_internal(
        self,
        name: str,
        *,
        text: InternalText | None = None,
        components: tuple[ComponentChange, ...] = (),
        page: str | None = None,
        status: str | None = None,
        severity: str | None = None,
        impact: str | None = None,
        started_at: datetime | None = None,
    ) -> str:
        """Open an incident that nobody outside hears of; returns its id.

        ``text`` becomes its first note. The first update creates it on the page.

        Raises:
            Refused: no name, or one longer than a page takes.
        """
        check_name(name)
        if text is not None and not text.internal.strip():
            raise BadValue("There is nothing in its first note.", "Leave -m out, or say something.")
        incident = self.new_id()
        recorder = self._desk.recorder
        events = [
            recorder.event(
                incident,
                "declared",
                {
                    "name": name.strip(),
                    "page": page,
                    "kind": "incident",
                    "status": status or first_status("incident"),
                    "severity": severity,
                    "impact": impact,
                    "started_at": iso(started_at) if started_at else None,
                    "components": [change.to_payload() for change in components],
                    "origin": "ircon",
                },
                visibility=INTERNAL,
            )
        ]
        if text is not None:
            events.append(
                recorder.event(
                    incident, "note", {"text": text.internal.rstrip(), "source": "typed"}
                )
            )
        return self._desk.journal.append(events)[0].incident

    def new_id(self) -> str:
        """An incident id that this journal has not got; it may give a longer one all the same."""
        return short_id(set(self._desk.journal.incident_ids()), self._desk.recorder.entropy)

    def note(
        self,
        incident: str,
        text: InternalText,
        *,
        at: datetime | None = None,
        source: str = "typed",
        command: Mapping[str, Any] | None = None,
    ) -> Event:
        """Keep an internal entry; returns it as kept.

        Args:
            source: ``typed``, ``command``, ``pipe`` or ``import``.
            command: for a recorded command, ``command``, ``exit_code``, ``seconds``.

        Raises:
            Refused: there is nothing in it, or more than ``MAX_NOTE`` characters.
        """
        if not text.internal.strip():
            raise BadValue("The note is empty.", "Type what happened.")
        if len(text.internal) > MAX_NOTE:
            raise Refused(
                f"The note has {len(text.internal):,} characters; {MAX_NOTE:,} is the limit.",
                "Keep the log in a file and note where it is.",
            )
        payload = {"text": text.internal.rstrip(), "source": source, **(command or {})}
        return self._keep(incident, "note", payload, at=at)

    def spool_note(
        self,
        word: str | None,
        text: InternalText,
        refusal: JournalError,
        *,
        source: str = "typed",
    ) -> Event:
        """Keep an entry while the journal cannot even be read: a stopped process has it.

        Which incident is meant, the cache still knows: a last resort, since it may be old.

        Args:
            word: the incident's id as typed; None for the one that is open.
            refusal: why the journal could not be used.

        Raises:
            JournalError: the refusal, where no one incident is meant or nothing takes it.
        """
        known = [summary.incident for summary in self._desk.cache.summaries(open_only=word is None)]
        meant = known if word is None else ids_matching(word, known)
        if len(meant) != 1 or not text.internal.strip():
            raise refusal
        payload = {"text": text.internal.rstrip(), "source": source}
        event = self._desk.recorder.event(meant[0], "note", payload)
        if not self._desk.spool([event]):
            raise refusal
        return event

    def milestone(self, incident: str, name: str, at: datetime | None = None) -> Event:
        """Mark when the impact started or ended, or was detected or acknowledged.

        Raises:
            Refused: there is no such milestone.
        """
        if name not in MILESTONES:
            raise BadValue(f"{name!r} is no milestone.", f"Use one of: {', '.join(MILESTONES)}.")
        return self._keep(incident, "milestone", {"name": name}, at=at)

    def assign(self, incident: str, role: str, person: str, at: datetime | None = None) -> Event:
        """Give a role to a person; an empty name takes it back."""
        if not role.strip():
            raise BadValue("A role needs a name.", "For example: commander.")
        return self._keep(
            incident,
            "role",
            {"role": compose(role.strip().lower()), "person": compose(person.strip())},
            at=at,
        )

    def handover(self, incident: str, text: InternalText, person: str = "") -> Event:
        """Record a handover, as it was read out."""
        return self._keep(
            incident,
            "handover",
            {"text": text.internal.rstrip(), "person": compose(person.strip()) or None},
        )

    def change_severity(self, incident: str, severity: str) -> Event:
        """Give the incident another severity, ``sev1`` to ``sev4``."""
        if severity not in SEVERITIES:
            raise BadValue(f"{severity!r} is no severity.", f"Use one of: {', '.join(SEVERITIES)}.")
        return self._keep(incident, "changed", {"severity": severity})

    def close(
        self,
        incident: str,
        reason: InternalText | None = None,
        *,
        leave_page: bool = False,
        at: datetime | None = None,
    ) -> Event:
        """End an incident here: what the page shows of it, if anything, stays as it is.

        An update with ``reopen``, or retracting the entry, opens it again.

        Args:
            leave_page: close it though customers still see it open; what the page has
                deleted wants no such word.

        Raises:
            Refused: it is over, imported, or something of it is on its way; or it is public
                and ``leave_page`` was not said: says what the page shows.
        """
        state = self._desk.records.incident(incident)
        if state.origin == "import":
            raise Refused("An imported incident is never open.", "Nothing is to be done.")
        if state.has_ended:
            how = "closed here" if state.closed else state.status
            raise Refused(f"Incident {incident} is already {how}.", "Nothing is to be done.")
        if state.pending_updates:
            named = ", ".join(one.id for one in state.pending_updates)
            raise Refused(
                f"{named} of incident {incident} may still become public.",
                "Decide that first: 'ircon outbox'.",
            )
        if state.is_public and not state.deleted_at and not leave_page:
            raise Refused(
                f"Customers see incident {incident} as {state.status}{_below(state)}.",
                f"Tell them that it is over: 'ircon resolve {incident}'. To leave the page as it "
                "is: --leave-page.",
            )
        return self._keep(
            incident, "closed", {"reason": reason.internal if reason else None}, at=at
        )

    def abandon(self, incident: str) -> Event | None:
        """Close what was declared for customers, and will never reach them: all was dropped.

        Returns:
            The entry that says so; None where it is public, may yet be, or was declared
            internally: then it goes on.
        """
        state = self._desk.records.incident(incident)
        events = self._desk.records.events(incident)
        was_public = any(
            event.kind == "declared" and event.visibility == PUBLIC for event in events
        )
        settled = not state.is_public and not state.pending_updates and not state.has_ended
        in_doubt = any(
            operation.t_unknown or operation.state not in _NOT_THERE
            for operation in self._desk.journal.operations(incident=incident)
        )
        if not was_public or not settled or in_doubt or self._desk.saved_drafts.of(incident):
            return None
        return self._keep(incident, "closed", {"reason": "never public: what was said is dropped"})

    def pin(self, incident: str, entry: str, *, pinned: bool = True) -> Event:
        """Mark an entry as one the postmortem should tell of, or take the mark off."""
        target = self._desk.records.entry(incident, entry)
        return self._keep(incident, "pinned", {"target": target.event_id, "pinned": pinned})

    def amend(
        self,
        incident: str,
        entry: str,
        *,
        text: InternalText | None = None,
        at: datetime | None = None,
    ) -> Event:
        """Correct an internal entry's words or time; the journal keeps both.

        Raises:
            Refused: the entry is public, or nothing is to be changed.
        """
        target = self._internal(incident, entry, "amended")
        if text is not None and not text.internal.strip():
            raise BadValue(f"{entry} would say nothing.", "'ircon retract' withdraws it.")
        if text is None and at is None:
            raise BadValue("Nothing to change.", "Give --text, --at or both.")
        return self._keep(
            incident,
            "amended",
            {
                "target": target.event_id,
                "text": text.internal.rstrip() if text else None,
                "at": iso(at) if at else None,
            },
        )

    def retract(self, incident: str, entry: str, reason: str = "") -> Event:
        """Withdraw an internal entry; the journal keeps it."""
        target = self._internal(incident, entry, "retracted")
        return self._keep(
            incident, "retracted", {"target": target.event_id, "reason": reason or None}
        )

    def add_action(
        self,
        incident: str,
        text: InternalText,
        *,
        owner: str | None = None,
        due: str | None = None,
        ticket: str | None = None,
    ) -> Event:
        """Record a follow-up action; ``due`` is an ISO date.

        Raises:
            Refused: no text, or a date that is none.
        """
        if not text.internal.strip():
            raise BadValue("The action is empty.", "Say what will be done.")
        if due:
            parse_due_date(due)
        return self._keep(
            incident,
            "action",
            {
                "text": text.internal.strip(),
                "owner": compose(owner.strip()) if owner else None,
                "due": due,
                "ticket": ticket,
            },
        )

    def action_done(self, incident: str, number: str, *, done: bool = True) -> Event:
        """Mark a follow-up action as done; ``number`` is ``3`` or ``a3``.

        Raises:
            NotFound: there is no such action.
        """
        wanted = number if number.startswith("a") else f"a{number}"
        entry = self._desk.records.entry(incident, wanted)
        if entry.kind != "action":
            raise NotFound(
                f"Incident {incident} has no action {number!r}.",
                f"'ircon action {incident} list' lists them.",
            )
        return self._keep(incident, "action_done", {"action": entry.event_id, "done": done})

    def _internal(self, incident: str, entry: str, verb: str) -> Entry:
        target = self._desk.records.entry(incident, entry)
        if target.visibility != INTERNAL:
            raise Refused(
                f"{entry} is public: what customers have read cannot be {verb} here.",
                "Post an update that says what is right.",
            )
        return target

    def _keep(
        self, incident: str, kind: str, payload: Mapping[str, Any], at: datetime | None = None
    ) -> Event:
        self._check_time(at)
        event = self._desk.recorder.event(incident, kind, payload, at=at)
        return self._desk.journal.append([event])[0]

    def _check_time(self, at: datetime | None) -> None:
        if at is not None and at > self._desk.clock.now():
            raise Refused(
                f"{iso(at)} has not come yet.", "Give the time when it happened, or none for now."
            )


def _below(incident: Incident) -> str:
    """The components that customers see below operational, as the end of a sentence."""
    listed = ", ".join(f"{one.path} {one.status}" for one in incident.not_operational)
    return f", with {listed}" if listed else ""


def parse_due_date(due: str) -> date:
    """The day that a follow-up action is due.

    Raises:
        BadValue: it is no date.
    """
    try:
        return date.fromisoformat(due)
    except ValueError as error:
        raise BadValue(f"{due!r} is not a date.", "Write it as 2026-11-30.") from error


def check_name(name: str) -> None:
    """Hold an incident's name against what a page takes.

    Raises:
        Refused: it is empty or longer than 255 characters.
    """
    from ircon.incident.vocabulary import MAX_NAME

    if not name.strip():
        raise BadValue("An incident needs a name.", "Say in a few words what customers see.")
    if len(name) > MAX_NAME:
        raise Refused(
            f"The name has {len(name)} characters; a page takes {MAX_NAME}.", "Shorten it."
        )
