"""The statements on events and operations, and the one way to add them."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Final

from ircon.incident.event import KINDS, Event
from ircon.journal.identity import Known, alias_in, resolve
from ircon.journal.operation import Operation
from ircon.journal.storage import rows


def quoted(columns: Sequence[str]) -> str:
    """Columns by their names, as SQL has them."""
    return ", ".join(f'"{column}"' for column in columns)


def slots(columns: Sequence[str]) -> str:
    """A place for a value for each column."""
    return ", ".join("?" for _ in columns)


EVENTS: Final = f"SELECT seq, {quoted(rows.EVENT_COLUMNS)}, sha FROM event"
# By its identity, and by the word it is called: what nothing declares has no other, nor has a
# damaged row of version 1.
EVENTS_OF: Final = f"{EVENTS} WHERE incident IN (?, ?) ORDER BY seq"
INCIDENTS: Final = "SELECT DISTINCT incident FROM event ORDER BY incident"
ADD_EVENT: Final = (
    f"INSERT INTO event ({quoted(rows.EVENT_COLUMNS)}, sha)"
    f" VALUES ({slots(rows.EVENT_COLUMNS)}, ?) ON CONFLICT (id) DO NOTHING"
)
_LAST_ENTRY: Final = (
    "SELECT max(CAST(substr(entry, 2) AS INTEGER)) FROM event"
    " WHERE incident = ? AND entry >= ? AND entry < ? AND length(entry) <= 10"
)
OPERATIONS: Final = f"SELECT seq, payload, {quoted(rows.OPERATION_COLUMNS)}, sha FROM outbox"
OUTBOX_OF: Final = "SELECT op, moves FROM outbox WHERE incident = ?"
ADD_OPERATION: Final = (
    f"INSERT INTO outbox (payload, {quoted(rows.OPERATION_COLUMNS)}, sha)"
    f" VALUES (?, {slots(rows.OPERATION_COLUMNS)}, ?) ON CONFLICT (op) DO NOTHING"
)
MOVE: Final = (
    f"UPDATE outbox SET ({quoted(rows.MOVING)}, sha) = ({slots(rows.MOVING)}, ?)"
    " WHERE op = ? AND state = ? AND moves = ?"
)
DRAFTS: Final = "SELECT key, content, saved_at FROM draft"
SAVE_DRAFT: Final = "INSERT OR REPLACE INTO draft (key, content, saved_at) VALUES (?, ?, ?)"
LOSS: Final = "loss"  # its key in the table meta; an acknowledged one's ends in its time
NOTE_META: Final = "INSERT INTO meta (key, value) VALUES (?, ?)"
RENAME_META: Final = "UPDATE meta SET key = ? WHERE key = ?"


def keep(
    raw: sqlite3.Connection, events: Sequence[Event], operations: Sequence[Operation] = ()
) -> list[Event]:
    """Insert the events and queue the operations that are not there yet.

    Returns:
        The events as they are kept. Their ``incident`` is the alias that the incident has
        here, which may not be the one that was asked for.

    Raises:
        JournalDamaged: an event is there, and damaged.
    """
    known = resolve(raw, events, (operation.incident for operation in operations))
    kept = [_add_event(raw, event, known[event.incident]) for event in events]
    for operation in operations:
        meant = operation._replace(incident=known[operation.incident].identity)
        raw.execute(ADD_OPERATION, (meant.payload, *rows.operation_row(meant)))
    return kept


def _add_event(raw: sqlite3.Connection, event: Event, known: Known) -> Event:
    meant = event._replace(incident=known.identity)
    raw.execute(ADD_EVENT, rows.event_row(meant, event.entry or _next_entry(raw, meant)))
    kept = rows.read_event(raw.execute(f"{EVENTS} WHERE id = ?", (event.id,)).fetchone())
    same = kept.incident == known.identity
    return kept._replace(incident=known.alias if same else alias_in(raw, kept.incident))


def _next_entry(raw: sqlite3.Connection, event: Event) -> str | None:
    """``n13`` after ``n12``. Events are never deleted, so a number never comes back."""
    kind = KINDS.get(event.kind)
    if kind is None or kind.prefix is None:
        return None
    after = chr(ord(kind.prefix) + 1)
    (last,) = raw.execute(_LAST_ENTRY, (event.incident, kind.prefix, after)).fetchone()
    return f"{kind.prefix}{(last or 0) + 1}"
