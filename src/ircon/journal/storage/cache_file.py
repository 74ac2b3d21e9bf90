"""Opens cache.db and makes its tables; what may go wrong with it, and what that means."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from ircon.journal import full_text
from ircon.journal.storage.rows import decode

_VERSION: Final = 4  # of the tables; any other is thrown away
_PATIENCE: Final = 5.0  # seconds to wait for another process
BUSY: Final = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
# What says something about the file; any other error is a defect here.
DOUBTS: Final = frozenset(
    {
        sqlite3.SQLITE_CORRUPT,
        sqlite3.SQLITE_NOTADB,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_FULL,
    }
)


_TABLES: Final = (
    "CREATE TABLE folded (journal_id TEXT PRIMARY KEY, position INTEGER NOT NULL)",
    """
    CREATE TABLE summary (
        id INTEGER PRIMARY KEY,
        incident TEXT NOT NULL UNIQUE,
        name TEXT NOT NULL,
        page TEXT,
        kind TEXT NOT NULL,
        status TEXT NOT NULL,
        impact TEXT,
        severity TEXT,
        origin TEXT NOT NULL,
        is_open INTEGER NOT NULL,
        declared_at TEXT,
        started_at TEXT,
        first_public_at TEXT,
        resolved_at TEXT,
        components TEXT NOT NULL,
        updates INTEGER NOT NULL,
        waiting INTEGER NOT NULL,
        postmortem TEXT NOT NULL
    )
    """,
    "CREATE INDEX summary_order ON summary (is_open DESC, declared_at DESC, id DESC)",
    "CREATE TABLE page_copy (page, what, content, fetched_at, PRIMARY KEY (page, what))",
)


def open_file(place: str) -> sqlite3.Connection:
    """A connection to the file, with its tables.

    Raises:
        sqlite3.DatabaseError: it is damaged, held by another process, or of another version.
    """
    raw = sqlite3.connect(place, timeout=_PATIENCE, isolation_level=None, check_same_thread=False)
    raw.text_factory = decode
    try:
        raw.execute("PRAGMA journal_mode = TRUNCATE")
        raw.execute("PRAGMA synchronous = OFF")  # it can always be made again
        indexed = full_text.is_there(raw)
        wanted = 2 * _VERSION + indexed
        if raw.execute("PRAGMA user_version").fetchone() != (wanted,):
            with transaction(raw, "EXCLUSIVE"):
                _make(raw, wanted, indexed=indexed)
    except BaseException:
        raw.close()
        raise
    return raw


def _make(raw: sqlite3.Connection, version: int, *, indexed: bool) -> None:
    if raw.execute("PRAGMA user_version").fetchone() == (version,):
        return  # another process was faster
    for statement in (*_TABLES, full_text.TABLES[indexed]):
        raw.execute(statement)  # fails on the tables of another version: a new file, then
    raw.execute(f"PRAGMA user_version = {version}")


@contextmanager
def transaction(raw: sqlite3.Connection, mode: str = "IMMEDIATE") -> Iterator[None]:
    """All that is executed in the block, or nothing of it."""
    raw.execute(f"BEGIN {mode}")
    try:
        yield
        raw.execute("COMMIT")
    except BaseException:
        if raw.in_transaction:
            raw.rollback()
        raise


def code(error: sqlite3.Error) -> int:
    """SQLite's primary code of an error; 0 where Python raised it itself."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF
