"""Journals of version 1, which knew an incident by its short id only.

What they called ``k7f2`` becomes the incident of the first declaration under that id, and
``k7f2`` its alias. Version 1 could put two incidents under one id; they stay together here,
and ``ircon doctor`` finds them and ``--repair`` separates them.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final

from ircon.incident.ids import is_ulid, short_id_letters, short_id_of
from ircon.incident.times import parse_iso
from ircon.journal.identity import ADD_ALIAS, alias_row, register
from ircon.journal.storage import rows
from ircon.journal.storage.schema import EVENT_KEPT
from ircon.journal.storage.statements import EVENTS, OPERATIONS

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
    raw.execute(EVENT_KEPT)
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


def aliases_for(known: Mapping[str, str], wanted: Mapping[str, str]) -> list[rows.Row]:
    """An alias for each identity of a restored file, as rows of ``ADD_ALIAS``.

    Args:
        known: what was found of them, alias by identity.
        wanted: what each identity would be called, if nothing was found and it is free.
    """
    given, taken = dict(known), set(known.values())
    for identity, free in wanted.items():
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
