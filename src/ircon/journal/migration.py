"""Takes a file's tables to the newest version: in one transaction, or not at all."""

from __future__ import annotations

import sqlite3

from ircon.errors import JournalDamaged
from ircon.journal import schema
from ircon.journal.connection import Connection


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
            for statements in schema.MIGRATIONS[version:]:  # none, if another process was faster
                for statement in statements:
                    raw.execute(statement)
            raw.execute(f"PRAGMA application_id = {schema.APPLICATION_ID}")
            raw.execute(f"PRAGMA user_version = {max(version, len(schema.MIGRATIONS))}")
    except sqlite3.OperationalError as error:  # its tables are not what its version says
        raise JournalDamaged(
            f"The journal {connection.path} is damaged: {error}.", "'ircon doctor' looks closer."
        ) from error
    connection.version = max(version, len(schema.MIGRATIONS))
