"""Journals as version 0.1.0 wrote them: an incident was its short id, and nothing else."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

from ircon.incident.event import Event
from ircon.journal.operation import Operation
from ircon.journal.storage import migrations, rows, schema
from ircon.journal.storage.statements import ADD_EVENT, ADD_OPERATION, SAVE_DRAFT
from ircon.journal.store import Journal


def write_first_version(
    folder: Path,
    events: Iterable[Event],
    operations: Iterable[Operation] = (),
    drafts: Iterable[tuple[str, str, str]] = (),
) -> None:
    """Make the journal of a folder as version 1 of its tables had it, in place of any other.

    Events are kept under their ``incident`` and ``entry`` as they are.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / "journal.db"
    path.unlink(missing_ok=True)
    path.touch(0o600)
    with closing(sqlite3.connect(path, isolation_level=None)) as raw:
        for statement in schema.MIGRATIONS[0]:
            assert isinstance(statement, str)
            raw.execute(statement)
        raw.execute("BEGIN")
        raw.executemany(ADD_EVENT, [rows.event_row(event, event.entry) for event in events])
        raw.executemany(
            ADD_OPERATION, [(one.payload, *rows.operation_row(one)) for one in operations]
        )
        raw.executemany(SAVE_DRAFT, list(drafts))
        migrations._note_layout(raw)
        raw.execute("COMMIT")
        raw.execute(f"PRAGMA application_id = {schema.APPLICATION_ID}")
        raw.execute("PRAGMA user_version = 1")
    (folder / "known").touch(0o600)


def take_back_to_first_version(journal: Journal, folder: Path) -> None:
    """Write what a journal holds as version 1 would have, in its place; it is closed."""
    events = journal.since(0)
    operations = journal.operations()
    drafts = journal._file.rows("SELECT key, content, saved_at FROM draft")
    journal.close()
    write_first_version(folder, events, operations, drafts)
