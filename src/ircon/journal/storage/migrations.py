"""Migrations of journal.db to its newest version: in one transaction, or not at all.

What the tables, indexes and triggers look like afterwards is noted under a checksum, since
SQLite's own checks accept a changed rule. Version 1 knew an incident by its short id only: what
it called ``k7f2`` becomes the incident of the first declaration under that id, and ``k7f2`` its
alias. Where version 1 put two incidents under one id, they stay together, and ``ircon doctor``
finds and separates them.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final

from ircon.errors import JournalDamaged
from ircon.incident.ids import is_ulid, short_id_letters, short_id_of
from ircon.incident.times import parse_iso
from ircon.journal.identity import ADD_ALIAS, alias_row, register
from ircon.journal.storage import rows, schema
from ircon.journal.storage.connection import Connection
from ircon.journal.storage.statements import EVENTS, OPERATIONS

_LAYOUT: Final = "layout"  # its key in the table meta
_LAID_OUT: Final = "SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL"
_NOTED: Final = "SELECT value FROM meta WHERE key = ?"
_NOTE: Final = "INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)"


def migrate(connection: Connection) -> None:
    """Run what the file has not had yet, and say so in its header, all in one transaction.

    Asked again by another process, or after a kill, it does what is left: nothing or all.

    One statement at a time: ``executescript`` commits halfway, and a kill leaves the rest
    undone (62 of 200 in a test). ``connection.version`` is brought up to date.

    Raises:
        JournalError: it was not done, and nothing was changed.
    """
    try:
        with connection.transaction("EXCLUSIVE") as raw:
            (version,) = raw.execute("PRAGMA user_version").fetchone()
            for steps in schema.MIGRATIONS[version:]:  # none, if another process was faster
                for step in steps:
                    if isinstance(step, str):
                        raw.execute(step)
                    else:
                        step(raw)
            _note_layout(raw)
            raw.execute(f"PRAGMA application_id = {schema.APPLICATION_ID}")
            raw.execute(f"PRAGMA user_version = {max(version, len(schema.MIGRATIONS))}")
    except sqlite3.OperationalError as error:  # its tables are not what its version says
        raise JournalDamaged(
            f"The journal {connection.path} is damaged: {error}.", "Run 'ircon doctor'."
        ) from error
    connection.version = max(version, len(schema.MIGRATIONS))


def note_layout(connection: Connection) -> None:
    """Note it for a file that was made before it was noted.

    Raises:
        JournalError: it cannot be written.
    """
    if not connection.rows(_NOTED, (_LAYOUT,)):
        with connection.transaction() as raw:
            _note_layout(raw)


def is_as_laid_out(connection: Connection) -> bool:
    """Whether tables, indexes and triggers are what the migrations made them.

    Those of other tools beside them do not matter; nor does what was never noted.

    Raises:
        JournalDamaged: SQLite cannot even read them.
    """
    try:
        layout = dict(connection.rows(_LAID_OUT))
        notes = (json.loads(text) for (text,) in connection.rows(_NOTED, (_LAYOUT,)))
        return all(note["sha"] == _seal(layout, note["names"]) for note in notes)
    except (ValueError, TypeError, KeyError):  # the note is damaged, or what it names is gone
        return False


def _note_layout(raw: sqlite3.Connection) -> None:
    layout = dict(raw.execute(_LAID_OUT).fetchall())
    noted = {"names": sorted(layout), "sha": _seal(layout, sorted(layout))}
    raw.execute(_NOTE, (_LAYOUT, rows.to_json(noted)))


def _seal(layout: Mapping[str, str], names: Sequence[str]) -> str:
    return rows.seal([[name, layout[name]] for name in names])


_PAGE: Final = 1000  # rows at a time
_MOVE_EVENT: Final = "UPDATE event SET incident = ?, sha = ? WHERE seq = ?"
INCIDENT: Final = 1 + rows.EVENT_COLUMNS.index("incident")
KIND: Final = 1 + rows.EVENT_COLUMNS.index("kind")
_AT: Final = 1 + rows.EVENT_COLUMNS.index("at")
_INCIDENT_OF_OPERATION: Final = 2 + rows.OPERATION_COLUMNS.index("incident")


def identify(raw: sqlite3.Connection) -> None:
    """Take a file to identities, inside the transaction that migrates it.

    A row whose checksum does not hold stays as it is: sealing it anew would hide the damage.
    """
    declared = raw.execute(f"{EVENTS} WHERE kind = 'declared'").fetchall()
    identities = first_declared(row for row in declared if rows.is_sound_event(row))
    raw.executemany(
        ADD_ALIAS, [alias_row(identity, short) for short, identity in identities.items()]
    )
    last = 0
    while page := raw.execute(f"{EVENTS} WHERE seq > {last} ORDER BY seq LIMIT {_PAGE}").fetchall():
        last = page[-1][0]
        sound = [event_in(row, identities) for row in page if rows.is_sound_event(row)]
        raw.executemany(
            _MOVE_EVENT,
            [(row[INCIDENT], row[-1], row[0]) for row in sound],
        )
    outbox = raw.execute(OPERATIONS).fetchall()
    operations = [operation_in(row, identities) for row in outbox if rows.is_sound_operation(row)]
    raw.executemany(
        "UPDATE outbox SET incident = ?, sha = ? WHERE seq = ?",
        [(row[_INCIDENT_OF_OPERATION], row[-1], row[0]) for row in operations],
    )


def separate(raw: sqlite3.Connection, belongs: Mapping[str, str]) -> dict[str, str]:
    """Give events to the incidents they belong to, inside a transaction.

    Args:
        raw: of a file that has identities.
        belongs: the identity of an event's incident, by the event's id.

    Returns:
        The short ids of those incidents, by identity. The journal has another id from now
        on: what was derived from it is to be made anew.
    """
    aliases = {
        identity: register(raw, identity, short_id_of(identity)) for identity in belongs.values()
    }
    raw.execute("DROP TRIGGER event_kept")
    for event_id, identity in belongs.items():
        row = raw.execute(f"{EVENTS} WHERE id = ?", (event_id,)).fetchone()
        if row and rows.is_sound_event(row):
            moved = event_in(row, {row[INCIDENT]: identity})
            raw.execute(_MOVE_EVENT, (moved[INCIDENT], moved[-1], row[0]))
    raw.execute(schema.EVENT_KEPT)
    raw.execute("UPDATE meta SET value = lower(hex(randomblob(16))) WHERE key = 'journal_id'")
    return aliases


def first_declared(declared: Iterable[rows.Row]) -> dict[str, str]:
    """The identity behind each short id: the first of its ``declared`` events, sound rows."""
    found: dict[str, tuple[datetime, str]] = {}
    for row in declared:
        short, order = row[INCIDENT], (parse_iso(row[_AT]), row[1])
        if not is_ulid(short) and (short not in found or order < found[short]):
            found[short] = order
    return {short: identity for short, (_, identity) in found.items()}


def event_in(row: rows.Row, identities: Mapping[str, str]) -> rows.Row:
    """A sound event's row, under the identity that its short id stands for."""
    return _moved(row, INCIDENT, identities, sealed=1)


def operation_in(row: rows.Row, identities: Mapping[str, str]) -> rows.Row:
    """A sound operation's row, under the identity that its short id stands for."""
    return _moved(row, _INCIDENT_OF_OPERATION, identities, sealed=2)


def aliases_for(known: Mapping[str, str], preferred: Mapping[str, str]) -> list[rows.Row]:
    """An alias for each identity of a restored file, as rows of ``ADD_ALIAS``.

    Args:
        known: the aliases that were found, by identity.
        preferred: the alias of each identity, if none was found and it is free.
    """
    given, taken = dict(known), set(known.values())
    for identity, free in preferred.items():
        if identity not in given:
            alias, letters = free, short_id_letters(identity)
            while alias in taken:
                alias += next(letters)
            given[identity] = alias
            taken.add(alias)
    return [alias_row(identity, alias) for identity, alias in given.items()]


def _moved(row: rows.Row, place: int, identities: Mapping[str, str], *, sealed: int) -> rows.Row:
    values = [*row[:-1]]
    values[place] = identities.get(values[place], values[place])
    return (*values, rows.seal(values[sealed:]))
