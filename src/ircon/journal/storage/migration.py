"""Takes a file's tables to the newest version: in one transaction, or not at all.

What the tables, indexes and triggers look like then is noted under a checksum, since SQLite's
own checks take a changed rule for the rule.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from typing import Final

from ircon.errors import JournalDamaged
from ircon.journal.storage import schema
from ircon.journal.storage.connection import Connection
from ircon.journal.storage.rows import seal, to_json

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
            f"The journal {connection.path} is damaged: {error}.", "'ircon doctor' looks closer."
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
    raw.execute(_NOTE, (_LAYOUT, to_json(noted)))


def _seal(layout: Mapping[str, str], names: Sequence[str]) -> str:
    return seal([[name, layout[name]] for name in names])
