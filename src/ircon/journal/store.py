"""The journal as the rest of ircon knows it: append, move, read."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final, NamedTuple

from ircon.errors import AlreadyClaimed, JournalDamaged, JournalError
from ircon.incident.event import KINDS, Event
from ircon.incident.text import ingest
from ircon.incident.times import Clock, iso, parse_iso
from ircon.journal import rows
from ircon.journal.connection import Connection
from ircon.journal.operation import Operation

FILE_NAME: Final = "journal.db"

# How coarse file times may be: a change this young may be followed by one that looks the same.
_COARSE_NS: Final = 100_000_000


def _quoted(columns: Sequence[str]) -> str:
    return ", ".join(f'"{column}"' for column in columns)


def _slots(columns: Sequence[str]) -> str:
    return ", ".join("?" for _ in columns)


_EVENTS: Final = f"SELECT seq, {_quoted(rows.EVENT_COLUMNS)}, sha FROM event"
_ADD_EVENT: Final = (
    f"INSERT INTO event ({_quoted(rows.EVENT_COLUMNS)}, sha)"
    f" VALUES ({_slots(rows.EVENT_COLUMNS)}, ?) ON CONFLICT (id) DO NOTHING"
)
_LAST_ENTRY: Final = (
    "SELECT max(CAST(substr(entry, 2) AS INTEGER)) FROM event"
    " WHERE incident = ? AND entry >= ? AND entry < ? AND length(entry) <= 10"
)
_OPERATIONS: Final = f"SELECT seq, payload, {_quoted(rows.OPERATION_COLUMNS)}, sha FROM outbox"
_ADD_OPERATION: Final = (
    f"INSERT INTO outbox (payload, {_quoted(rows.OPERATION_COLUMNS)}, sha)"
    f" VALUES (?, {_slots(rows.OPERATION_COLUMNS)}, ?) ON CONFLICT (op) DO NOTHING"
)
_MOVE: Final = (
    f"UPDATE outbox SET ({_quoted(rows.MOVING)}, sha) = ({_slots(rows.MOVING)}, ?)"
    " WHERE op = ? AND state = ? AND moves = ?"
)


class Draft(NamedTuple):
    """Words somebody is still typing, under a key of the caller's choice."""

    key: str
    content: dict[str, Any]
    saved_at: datetime


class Journal:
    """Events that are never changed, the outbox, and drafts, in one SQLite file.

    Whatever returns has been committed; whatever raises has changed nothing. Several
    processes may have the same file open, and any thread may call. Times are kept to the
    millisecond.
    """

    def __init__(self, connection: Connection, clock: Clock) -> None:
        self._connection = connection
        self._clock = clock
        ((self.journal_id,),) = connection.rows("SELECT value FROM meta WHERE key = 'journal_id'")

    @classmethod
    def open(cls, folder: Path, clock: Clock, patience: float = 5.0) -> Journal:
        """The journal in a folder, made where there is none yet.

        Args:
            folder: where journal.db is; made for its owner alone.
            clock: dates drafts.
            patience: how many seconds to wait for another process.

        Raises:
            JournalError: the folder or the file cannot be used.
            JournalBusy: another process holds it too long.
            JournalDamaged: the file is not SQLite's any more.
        """
        connection = Connection(folder / FILE_NAME, patience)
        try:
            return cls(connection, clock)
        except JournalError:
            connection.close()
            raise

    @property
    def readonly(self) -> bool:
        """Whether it can only be read; then writing raises and says why."""
        return self._connection.refusal is not None

    def close(self) -> None:
        """Let go of the file. Nothing waits to be written."""
        self._connection.close()

    def append(self, events: Sequence[Event], operations: Sequence[Operation] = ()) -> list[Event]:
        """Keep events, and queue operations, in one transaction.

        Each event whose kind has a prefix gets the next entry id of its incident, unless it
        brings one (an import). An event or operation that is kept already is left as it is:
        trying again after an error is harmless.

        Returns:
            The events as they are kept, in the order given.

        Raises:
            JournalBusy, JournalNewer, JournalError: nothing was kept.
        """
        with self._connection.transaction() as raw:
            kept = [_add_event(raw, event) for event in events]
            for operation in operations:
                raw.execute(_ADD_OPERATION, (operation.payload, *rows.operation_row(operation)))
        return kept

    def move(
        self, before: Operation, after: Operation, events: Sequence[Event] = ()
    ) -> Operation | None:
        """Take an operation from one state to the next, and keep the events that say so.

        Args:
            before: as it was read; its ``op``, ``state`` and ``moves`` must still hold.
            after: as it shall be, with ``moves`` one higher.
            events: kept in the same transaction.

        Returns:
            The operation as it is now kept; None when somebody else moved it first, and
            then nothing was kept.

        Raises:
            AlreadyClaimed: ``after.remote_id`` belongs to another operation.
            JournalBusy, JournalNewer, JournalError: nothing was kept.
            ValueError: ``after`` is not the move after ``before``.
        """
        if after.moves != before.moves + 1 or _frozen(before) != _frozen(after):
            raise ValueError("a move counts one up, and leaves what was confirmed alone")
        moving = rows.operation_row(after)[len(rows.FROZEN) :]
        with self._connection.transaction() as raw:
            try:
                done = raw.execute(_MOVE, (*moving, before.op, before.state, before.moves))
            except sqlite3.IntegrityError as error:
                if error.sqlite_errorcode != sqlite3.SQLITE_CONSTRAINT_UNIQUE:
                    raise
                raise AlreadyClaimed(
                    f"{after.remote_id} on the page already belongs to another operation.",
                    "'ircon outbox' lists them.",
                ) from error
            if not done.rowcount:
                return None
            for event in events:
                _add_event(raw, event)
            return rows.read_operation(
                raw.execute(f"{_OPERATIONS} WHERE op = ?", (before.op,)).fetchone()
            )

    def events(self, incident: str) -> list[Event]:
        """The events of one incident, in the order they were kept.

        Raises:
            JournalDamaged: a checksum does not hold. So for all that read events.
        """
        return self._events("WHERE incident = ? ORDER BY seq", incident)

    def event(self, event_id: str) -> Event | None:
        """The event with this id."""
        return next(iter(self._events("WHERE id = ?", event_id)), None)

    def since(self, seq: int, limit: int | None = None) -> list[Event]:
        """What was kept after a place in the journal, all incidents, in order."""
        return self._events(
            "WHERE seq > ? ORDER BY seq LIMIT ?", seq, -1 if limit is None else limit
        )

    def last_seq(self) -> int:
        """The place of the newest event; 0 while there is none."""
        ((seq,),) = self._connection.rows("SELECT coalesce(max(seq), 0) FROM event")
        return int(seq)

    def incident_ids(self) -> list[str]:
        """The ids of all incidents, in alphabetical order."""
        found = self._connection.rows("SELECT DISTINCT incident FROM event ORDER BY incident")
        return [incident for (incident,) in found]

    def operations(
        self, incident: str | None = None, states: Collection[str] = ()
    ) -> list[Operation]:
        """Operations in the order they were queued; of one incident, in some states only.

        Raises:
            JournalDamaged: a checksum does not hold. So for all that read operations.
        """
        clauses, values = [], []
        if incident is not None:
            clauses.append("incident = ?")
            values.append(incident)
        if states:
            clauses.append(f"state IN ({_slots(list(states))})")
            values.extend(states)
        where = f"WHERE {' AND '.join(clauses)} " if clauses else ""
        return self._operations(f"{where}ORDER BY seq", *values)

    def operation(self, op: str) -> Operation | None:
        """The operation with this token."""
        return next(iter(self._operations("WHERE op = ?", op)), None)

    def claimed(self, page_id: str) -> set[str]:
        """The remote ids of a page that some operation is known to have become."""
        found = self._connection.rows(
            "SELECT remote_id FROM outbox WHERE page_id = ? AND remote_id IS NOT NULL", (page_id,)
        )
        return {remote for (remote,) in found}

    def save_draft(self, key: str, content: Mapping[str, Any]) -> None:
        """Keep what is being typed, in place of what was kept under this key before."""
        row = (ingest(key), ingest(rows.to_json(dict(content))), iso(self._clock.now()))
        with self._connection.transaction() as raw:
            raw.execute(
                "INSERT OR REPLACE INTO draft (key, content, saved_at) VALUES (?, ?, ?)", row
            )

    def draft(self, key: str) -> Draft | None:
        """The draft kept under this key."""
        return next(iter(self._drafts("WHERE key = ?", key)), None)

    def drafts(self) -> list[Draft]:
        """All drafts, the newest first."""
        return self._drafts("ORDER BY saved_at DESC, key")

    def drop_draft(self, key: str) -> None:
        """Forget a draft, if there is one."""
        with self._connection.transaction() as raw:
            raw.execute("DELETE FROM draft WHERE key = ?", (key,))

    def stamp(self) -> tuple[int, ...]:
        """A cheap token that changes when any process wrote; take it before reading.

        It is a ``stat``, never an ``open`` (that would drop SQLite's locks). While the last
        change is so young that a next one might carry the same file time, the token differs
        at every call: one reading too many, never one too few.
        """
        held = self._connection.path.stat()
        now = time.time_ns()  # the machine's clock, since the file's times are
        young = abs(now - held.st_mtime_ns) < _COARSE_NS
        return (held.st_ino, held.st_size, held.st_mtime_ns, now if young else 0)

    def check(self) -> list[str]:
        """What is wrong with the file, as sentences; none if it is sound."""
        try:
            found = [str(words) for (words,) in self._connection.rows("PRAGMA quick_check")]
            problems = [f"SQLite: {words}" for words in found if words != "ok"]
            for name, statement, is_sound in (
                ("Event", _EVENTS, rows.is_sound_event),
                ("Operation", _OPERATIONS, rows.is_sound_operation),
            ):
                problems.extend(
                    f"{name} {row[0]} is damaged: its checksum does not hold."
                    for row in self._connection.rows(f"{statement} ORDER BY seq")
                    if not is_sound(row)
                )
        except JournalDamaged as error:
            return [error.message]
        return problems

    def _events(self, clause: str, *values: Any) -> list[Event]:
        return [
            rows.read_event(row) for row in self._connection.rows(f"{_EVENTS} {clause}", values)
        ]

    def _operations(self, clause: str, *values: Any) -> list[Operation]:
        return [
            rows.read_operation(row)
            for row in self._connection.rows(f"{_OPERATIONS} {clause}", values)
        ]

    def _drafts(self, clause: str, *values: Any) -> list[Draft]:
        found = self._connection.rows(f"SELECT key, content, saved_at FROM draft {clause}", values)
        return [Draft(key, json.loads(content), parse_iso(saved)) for key, content, saved in found]


def _add_event(raw: sqlite3.Connection, event: Event) -> Event:
    """Insert an event unless it is there, and read it as it is kept."""
    raw.execute(_ADD_EVENT, rows.event_row(event, event.entry or _next_entry(raw, event)))
    return rows.read_event(raw.execute(f"{_EVENTS} WHERE id = ?", (event.id,)).fetchone())


def _next_entry(raw: sqlite3.Connection, event: Event) -> str | None:
    """``n13`` after ``n12``. Events are never deleted, so a number never comes back."""
    kind = KINDS.get(event.kind)
    if kind is None or kind.prefix is None:
        return None
    after = chr(ord(kind.prefix) + 1)
    (last,) = raw.execute(_LAST_ENTRY, (event.incident, kind.prefix, after)).fetchone()
    return f"{kind.prefix}{(last or 0) + 1}"


def _frozen(operation: Operation) -> tuple[Any, ...]:
    return (operation.payload, *(getattr(operation, name) for name in rows.FROZEN))
