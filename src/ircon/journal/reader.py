"""Queries of the journal: events, operations, drafts, and checks of their soundness."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any, Final, NamedTuple

from ircon.errors import JournalDamaged
from ircon.incident.event import Event
from ircon.incident.ids import is_ulid
from ircon.incident.times import parse_iso
from ircon.journal.identity import ALIASES, is_sound_alias
from ircon.journal.operation import Operation
from ircon.journal.storage import rows
from ircon.journal.storage.file import JournalFile
from ircon.journal.storage.statements import DRAFTS, EVENTS, EVENTS_OF, INCIDENTS, OPERATIONS, slots

_LEFT_OUT: Final = (
    "Event {seq} is damaged and was left out: its checksum does not hold."
    " 'ircon doctor --repair' restores it if a backup has it."
)


class Draft(NamedTuple):
    """Words somebody is still typing, under a key of the caller's choice."""

    key: str
    content: dict[str, Any]
    saved_at: datetime


class JournalReader:
    """The half of ``Journal`` that changes nothing."""

    def __init__(self, file: JournalFile) -> None:
        self._file = file

    def events(self, incident: str) -> list[Event]:
        """Return the events of one incident, as they were saved; last, those in the spool.

        A damaged one is left out, and ``trouble`` names it. So for all that read events.
        """
        kept = self._events(EVENTS_OF, self._identity(incident), incident)
        ids = {event.id for event in kept}
        waiting = (event for event in self._file.waiting() if event.id not in ids)
        return [*kept, *(event for event in waiting if event.incident == incident)]

    def event(self, event_id: str) -> Event | None:
        """The event with this id."""
        return next(iter(self._events(f"{EVENTS} WHERE id = ?", event_id)), None)

    def since(self, seq: int, until: int | None = None) -> list[Event]:
        """What was kept after a place in the journal, all incidents, in order.

        Args:
            seq: that place; until: the last place that counts, the journal's end without it.
        """
        last = self.last_seq() if until is None else until
        return self._events(f"{EVENTS} WHERE seq > ? AND seq <= ? ORDER BY seq", seq, last)

    @property
    def left_out(self) -> list[str]:
        """What proved damaged and was left out of what was read so far, as sentences."""
        return list(self._file.damage.values())

    def last_seq(self) -> int:
        """The place of the newest event; 0 while there is none."""
        ((seq,),) = self._file.rows("SELECT coalesce(max(seq), 0) FROM event")
        return int(seq)

    def incident_ids(self) -> list[str]:
        """The short ids of all incidents, in alphabetical order."""
        found = [incident for (incident,) in self._file.rows(INCIDENTS)]
        aliases = self._aliases(found)
        return sorted({aliases.get(incident, incident) for incident in found})

    def alias(self, identity: str) -> str | None:
        """The short id of the incident whose declaration has this ULID; None if there is none."""
        return self._aliases([identity]).get(identity)

    def mixed(self) -> dict[str, list[Event]]:
        """Incidents that hold the declarations of several, as version 1 could make them.

        Returns:
            The ``declared`` events by short id, the incident's own first.
        """
        found: dict[str, list[Event]] = {}
        for event in self._events(f"{EVENTS} WHERE kind = 'declared' ORDER BY seq"):
            found.setdefault(event.incident, []).append(event)
        return {
            alias: sorted(declared, key=lambda event: (event.id != self._identity(alias), event.id))
            for alias, declared in found.items()
            if len(declared) > 1
        }

    def operations(
        self, incident: str | None = None, states: Collection[str] = ()
    ) -> list[Operation]:
        """Operations in the order they were queued; of one incident, in some states only.

        Raises:
            JournalDamaged: a checksum does not hold. So for all that read operations.
        """
        clauses, values = [], []
        if incident is not None:
            clauses.append("incident IN (?, ?)")
            values += [self._identity(incident), incident]
        if states:
            clauses.append(f"state IN ({slots(list(states))})")
            values.extend(states)
        where = f"WHERE {' AND '.join(clauses)} " if clauses else ""
        return self._operations(f"{where}ORDER BY seq", *values)

    def operation(self, op: str) -> Operation | None:
        """The operation with this token."""
        return next(iter(self._operations("WHERE op = ?", op)), None)

    def claimed(self, page_id: str) -> set[str]:
        """The remote ids of a page that some operation is known to have become."""
        found = self._file.rows(
            "SELECT remote_id FROM outbox WHERE page_id = ? AND remote_id IS NOT NULL", (page_id,)
        )
        return {remote for (remote,) in found}

    def draft(self, key: str) -> Draft | None:
        """The draft kept under this key."""
        return next(iter(self._drafts("WHERE key = ?", key)), None)

    def drafts(self) -> list[Draft]:
        """All drafts, the newest first."""
        return self._drafts("ORDER BY saved_at DESC, key")

    def check(self) -> list[str]:
        """What is wrong with the file, as sentences; none if it is sound."""
        problems = self._file.check()
        for name, statement, is_sound in (
            ("Event", EVENTS, rows.is_sound_event),
            ("Operation", OPERATIONS, rows.is_sound_operation),
        ):
            with suppress(JournalDamaged):  # said already
                problems += [
                    f"{name} {row[0]} is damaged: its checksum does not hold."
                    for row in self._file.rows(f"{statement} ORDER BY seq")
                    if not is_sound(row)
                ]
        return problems

    def _events(self, statement: str, *values: Any) -> list[Event]:
        found = []
        for row in self._file.rows(statement, values):
            try:
                found.append(rows.read_event(row))
            except JournalDamaged:
                self._file.damage[f"event {row[0]}"] = _LEFT_OUT.format(seq=row[0])
        aliases = self._aliases([event.incident for event in found])
        return [
            event._replace(incident=aliases.get(event.incident, event.incident)) for event in found
        ]

    def _operations(self, clause: str, *values: Any) -> list[Operation]:
        read = self._file.rows(f"{OPERATIONS} {clause}", values)
        found = [rows.read_operation(row) for row in read]
        aliases = self._aliases([one.incident for one in found])
        return [one._replace(incident=aliases.get(one.incident, one.incident)) for one in found]

    def _identity(self, alias: str) -> str:
        """The identity behind a short id; the word itself where nothing declares it."""
        if not self._file.knows_aliases:
            return alias
        found = self._file.rows(f"{ALIASES} WHERE alias = ?", (alias,))
        return found[0][0] if found and is_sound_alias(found[0]) else alias

    def _aliases(self, identities: Sequence[str]) -> Mapping[str, str]:
        """The short ids of some incidents, by identity; they never change, so are read once."""
        wanted = {
            identity
            for identity in identities
            if identity not in self._file.aliases and is_ulid(identity)
        }
        if not wanted:
            return self._file.aliases
        # All of them, unless one is asked for: a damaged one must not read as another's prefix.
        one = len(wanted) == 1 and self._file.rows(f"{ALIASES} WHERE incident = ?", (*wanted,))
        found = one if one and is_sound_alias(one[0]) else self._file.rows(ALIASES)
        if not all(is_sound_alias(row) for row in found) and self._file.rebuild_aliases():
            found = self._file.rows(ALIASES)
        self._file.aliases.update({row[0]: row[1] for row in found if is_sound_alias(row)})
        return self._file.aliases

    def _drafts(self, clause: str, *values: Any) -> list[Draft]:
        found = self._file.rows(f"{DRAFTS} {clause}", values)
        return [Draft(key, json.loads(content), parse_iso(saved)) for key, content, saved in found]
