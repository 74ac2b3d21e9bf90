"""Internal entries of an incident: notes, milestones, roles, actions, and their corrections."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final

from ircon.errors import BadValue, JournalError, NotFound, Refused
from ircon.incident.event import INTERNAL, PUBLIC, Event
from ircon.incident.ids import ids_matching, short_id
from ircon.incident.text import InternalText, compose
from ircon.incident.times import iso
from ircon.incident.vocabulary import MILESTONES, SEVERITIES, first_status

if TYPE_CHECKING:
    from ircon.desk.records import Records
    from ircon.desk.store import Store
    from ircon.incident.components import ComponentChange
    from ircon.incident.recorder import Recorder
    from ircon.incident.state import Entry, Incident
    from ircon.incident.times import Clock

_NEVER_SENT: Final = frozenset({"draft", "rejected", "cancelled"})  # states of an operation
MAX_NOTE = 100_000  # characters; a log belongs into a file, its end into a note


class Responding:
    """Records internal entries. Nothing here can reach a page: it holds none.

    Args:
        store: the journal that takes the entries.
        clock: tells which times are still to come.
        recorder: who records an entry.
        records: the incidents they belong to.
        has_draft: whether a text for an incident's next update is saved.
    """

    def __init__(
        self,
        store: Store,
        clock: Clock,
        recorder: Recorder,
        records: Records,
        has_draft: Callable[[str], bool],
    ) -> None:
        self._store = store
        self._clock = clock
        self._recorder = recorder
        self._records = records
        self._has_draft = has_draft

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
        """Declare an incident that is on no page yet; returns its id.

        ``text`` becomes its first note. The first update creates it on the page.

        Raises:
            BadValue: it has no name, or the first note is empty.
            Refused: the name is longer than a page takes.
        """
        check_name(name)
        if text is not None and not text.internal.strip():
            raise BadValue("The first note is empty.", "Leave -m out, or give a text.")
        incident = self.new_id()
        events = [
            self._recorder.event(
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
                self._recorder.event(
                    incident, "note", {"text": text.internal.rstrip(), "source": "typed"}
                )
            )
        return self._store.journal.append(events)[0].incident

    def new_id(self) -> str:
        """Return an id that no incident has; the journal may still lengthen it when it appends."""
        return short_id(set(self._store.journal.incident_ids()), self._recorder.entropy)

    def note(
        self,
        incident: str,
        text: InternalText,
        *,
        at: datetime | None = None,
        source: str = "typed",
        command: Mapping[str, Any] | None = None,
    ) -> Event:
        """Record a note; returns it as the journal saved it.

        Args:
            source: ``typed``, ``command``, ``pipe`` or ``import``.
            command: for a recorded command, ``command``, ``exit_code``, ``seconds``.

        Raises:
            BadValue: it is empty.
            Refused: it has more than ``MAX_NOTE`` characters.
        """
        if not text.internal.strip():
            raise BadValue("The note is empty.", "Type what happened.")
        if len(text.internal) > MAX_NOTE:
            raise Refused(
                f"The note has {len(text.internal):,} characters; {MAX_NOTE:,} is the limit.",
                "Keep the log in a file and note where it is.",
            )
        payload = {"text": text.internal.rstrip(), "source": source, **(command or {})}
        return self._record(incident, "note", payload, at=at)

    def spool_note(
        self,
        word: str | None,
        text: InternalText,
        refusal: JournalError,
        *,
        source: str = "typed",
    ) -> Event:
        """Spool a note while the journal cannot even be read, as when a stopped process has it.

        The cache says which incident is meant: a last resort, since it may be old.

        Args:
            word: the incident's id as typed; None for the one that is open.
            refusal: why the journal could not be used.

        Raises:
            JournalError: the refusal, where no single incident is meant or no folder takes it.
        """
        summaries = self._store.cache.summaries(open_only=word is None)
        ids = [summary.incident for summary in summaries]
        candidates = ids if word is None else ids_matching(word, ids)
        if len(candidates) != 1 or not text.internal.strip():
            raise refusal
        payload = {"text": text.internal.rstrip(), "source": source}
        event = self._recorder.event(candidates[0], "note", payload)
        if not self._store.spool([event]):
            raise refusal
        return event

    def milestone(self, incident: str, name: str, at: datetime | None = None) -> Event:
        """Mark when the impact started or ended, or was detected or acknowledged.

        Raises:
            BadValue: there is no such milestone.
        """
        if name not in MILESTONES:
            raise BadValue(f"{name!r} is not a milestone.", f"Use one of: {', '.join(MILESTONES)}.")
        return self._record(incident, "milestone", {"name": name}, at=at)

    def assign(self, incident: str, role: str, person: str, at: datetime | None = None) -> Event:
        """Assign a role to a person; an empty name removes it."""
        if not role.strip():
            raise BadValue("The role is empty.", "Give one, for example: commander.")
        return self._record(
            incident,
            "role",
            {"role": compose(role.strip().lower()), "person": compose(person.strip())},
            at=at,
        )

    def handover(self, incident: str, text: InternalText, person: str = "") -> Event:
        """Record a handover with its text, as it was given to the next on-call engineer."""
        return self._record(
            incident,
            "handover",
            {"text": text.internal.rstrip(), "person": compose(person.strip()) or None},
        )

    def change_severity(self, incident: str, severity: str) -> Event:
        """Give the incident another severity, ``sev1`` to ``sev4``."""
        if severity not in SEVERITIES:
            raise BadValue(
                f"{severity!r} is not a severity.", f"Use one of: {', '.join(SEVERITIES)}."
            )
        return self._record(incident, "changed", {"severity": severity})

    def close(
        self,
        incident: str,
        reason: InternalText | None = None,
        *,
        leave_page: bool = False,
        at: datetime | None = None,
    ) -> Event:
        """Close an incident in the journal alone: what the page shows of it stays as it is.

        An update with ``reopen``, or retracting the entry, opens it again.

        Args:
            leave_page: close it although customers still see it open; not needed where it
                was deleted on the page.

        Raises:
            Refused: it has ended, is imported, or an update of it is still to be sent; or it
                is public and ``leave_page`` is not set: says what the page shows.
        """
        state = self._records.incident(incident)
        if state.origin == "import":
            raise Refused("An imported incident is never open.", "There is nothing to do.")
        if state.has_ended:
            how = "closed here" if state.closed else state.status
            raise Refused(f"Incident {incident} is already {how}.", "There is nothing to do.")
        if state.pending_updates:
            named = ", ".join(update.id for update in state.pending_updates)
            raise Refused(
                f"{named} of incident {incident} may still become public.",
                "Decide that first: 'ircon outbox'.",
            )
        if state.is_public and not state.deleted_at and not leave_page:
            raise Refused(
                f"Customers see incident {incident} as {state.status}{_below(state)}.",
                f"Post its end: 'ircon resolve {incident}'. To leave the page as it is: "
                "--leave-page.",
            )
        return self._record(
            incident, "closed", {"reason": reason.internal if reason else None}, at=at
        )

    def abandon(self, incident: str) -> Event | None:
        """Close an incident that was declared for the page and never reached it: all was dropped.

        Returns:
            The entry that closes it; None where the incident is public, may still become
            public, or was declared internally: it stays open then.
        """
        state = self._records.incident(incident)
        events = self._records.events(incident)
        was_public = any(
            event.kind == "declared" and event.visibility == PUBLIC for event in events
        )
        settled = not state.is_public and not state.pending_updates and not state.has_ended
        in_doubt = any(
            operation.t_unknown or operation.state not in _NEVER_SENT
            for operation in self._store.journal.operations(incident=incident)
        )
        if not was_public or not settled or in_doubt or self._has_draft(incident):
            return None
        return self._record(
            incident, "closed", {"reason": "never public: its updates were dropped"}
        )

    def pin(self, incident: str, entry: str, *, pinned: bool = True) -> Event:
        """Pin an entry for the postmortem, or unpin it."""
        target = self._records.entry(incident, entry)
        return self._record(incident, "pinned", {"target": target.event_id, "pinned": pinned})

    def amend(
        self,
        incident: str,
        entry: str,
        *,
        text: InternalText | None = None,
        at: datetime | None = None,
    ) -> Event:
        """Correct an internal entry's text or time; the journal keeps both versions.

        Raises:
            BadValue: the text is empty, or nothing is to be changed.
            Refused: the entry is public, or the time has not come yet.
        """
        target = self._internal(incident, entry, "amended")
        if text is not None and not text.internal.strip():
            raise BadValue(f"{entry} would be empty.", "'ircon retract' withdraws it.")
        if text is None and at is None:
            raise BadValue("Nothing to change.", "Give --text, --at or both.")
        return self._record(
            incident,
            "amended",
            {
                "target": target.event_id,
                "text": text.internal.rstrip() if text else None,
                "at": iso(at) if at else None,
            },
        )

    def retract(self, incident: str, entry: str, reason: str = "") -> Event:
        """Withdraw an internal entry; the journal keeps it, marked as retracted."""
        target = self._internal(incident, entry, "retracted")
        return self._record(
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
            BadValue: the text is empty, or ``due`` is not a date.
        """
        if not text.internal.strip():
            raise BadValue("The action is empty.", "Describe what will be done.")
        if due:
            parse_due_date(due)
        return self._record(
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
        label = number if number.startswith("a") else f"a{number}"
        entry = self._records.entry(incident, label)
        if entry.kind != "action":
            raise NotFound(
                f"Incident {incident} has no action {number!r}.",
                f"'ircon action {incident} list' lists them.",
            )
        return self._record(incident, "action_done", {"action": entry.event_id, "done": done})

    def _internal(self, incident: str, entry: str, verb: str) -> Entry:
        target = self._records.entry(incident, entry)
        if target.visibility != INTERNAL:
            raise Refused(
                f"{entry} is public: it cannot be {verb} here.",
                "Post an update that corrects it.",
            )
        return target

    def _record(
        self, incident: str, kind: str, payload: Mapping[str, Any], at: datetime | None = None
    ) -> Event:
        self._check_time(at)
        event = self._recorder.event(incident, kind, payload, at=at)
        return self._store.journal.append([event])[0]

    def _check_time(self, at: datetime | None) -> None:
        if at is not None and at > self._clock.now():
            raise Refused(
                f"{iso(at)} is in the future.", "Give the time when it happened, or none for now."
            )


def _below(incident: Incident) -> str:
    """The components that customers see below operational, as the end of a sentence."""
    listed = ", ".join(
        f"{component.path} {component.status}" for component in incident.not_operational
    )
    return f", with {listed}" if listed else ""


def parse_due_date(due: str) -> date:
    """Return the day of an ISO date, as ``--due`` takes it.

    Raises:
        BadValue: it is not a date.
    """
    try:
        return date.fromisoformat(due)
    except ValueError as error:
        raise BadValue(f"{due!r} is not a date.", "Write it as 2026-11-30.") from error


def check_name(name: str) -> None:
    """Check an incident's name against what a page takes.

    Raises:
        BadValue: it is empty.
        Refused: it is longer than 255 characters.
    """
    from ircon.incident.vocabulary import MAX_NAME

    if not name.strip():
        raise BadValue("An incident needs a name.", "Describe in a few words what customers see.")
    if len(name) > MAX_NAME:
        raise Refused(
            f"The name has {len(name)} characters; a page takes {MAX_NAME}.", "Shorten it."
        )
