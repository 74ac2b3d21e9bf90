"""The SQLite file behind a practice page, and the timestamps as it stores and shows them.

A timestamp is UTC, ISO 8601 with milliseconds and ``Z``; as text they sort in the order of time.
"""

import json
import os
import secrets
import sqlite3
import string
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path
from typing import Any

Row = dict[str, Any]
"""One row by column name; booleans and JSON columns already in their own types."""

# SQLite has neither booleans nor JSON values: these columns are translated, whatever the table.
_BOOLEANS = frozenset(
    {
        "showcase",
        "only_show_if_degraded",
        "deliver_notifications",
        "wants_twitter_update",
        "notify_subscribers",
        "notify_twitter",
        "should_tweet",
        "should_send_notifications",
        "scheduled_remind_prior",
        "scheduled_auto_in_progress",
        "scheduled_auto_completed",
        "auto_transition_to_maintenance_state",
        "auto_transition_to_operational_state",
        "auto_transition_deliver_notifications_at_start",
        "auto_transition_deliver_notifications_at_end",
    }
)
_JSON = frozenset({"metadata", "affected_components", "component_ids"})

# Marks the file as a practice page, so that a journal given by mistake is refused, not written to.
_APPLICATION_ID = 0x6972_7067  # "irpg"
_VERSION = 1

_ID_ALPHABET = string.ascii_lowercase + string.digits


class NotAPracticePage(Exception):
    """The file is not an SQLite file, somebody else's, or of another version."""


def _make_private(path: Path) -> None:
    """Make the file, where it is not there, readable by its owner alone: it holds the token.

    What SQLite puts beside it has the same mode.
    """
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
    except FileExistsError:
        return
    except OSError as error:
        raise sqlite3.OperationalError(error.strerror) from error


def new_id() -> str:
    """A fresh identifier like the service's own: 12 of ``[a-z0-9]``."""
    return "".join(secrets.choice(_ID_ALPHABET) for _ in range(12))


def now() -> datetime:
    """The present instant."""
    return datetime.now(UTC)


def stamp(moment: datetime) -> str:
    """``2026-08-21T00:37:20.051Z``. Such stamps sort as text in the order of time."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def read_stamp(text: str) -> datetime:
    """An ISO 8601 date or instant; without a zone it is UTC.

    Raises:
        ValueError: it is none, or lies outside the years that can be written.
    """
    try:
        moment = datetime.fromisoformat(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except OverflowError as error:
        raise ValueError(text) from error


class Store:
    """One connection, used from one thread.

    Every request is handled from its first statement to its commit without giving up the event
    loop, so no two ever interleave and no lock is needed.

    Args:
        path: the file, created if it is not there; None keeps everything in memory.

    Raises:
        NotAPracticePage: the file holds something else.
        sqlite3.OperationalError: it cannot be opened.
    """

    def __init__(self, path: Path | None) -> None:
        if path is not None:
            _make_private(path)
        self._connection = sqlite3.connect(path or ":memory:", isolation_level=None)
        self._connection.row_factory = _decoded
        try:
            self._prepare()
            if path is not None:  # one of ours, perhaps of an older version
                path.chmod(0o600)
        except NotAPracticePage:
            self._connection.close()
            raise
        except sqlite3.DatabaseError as error:
            self._connection.close()
            if isinstance(error, sqlite3.OperationalError):
                raise
            raise NotAPracticePage(str(error)) from error

    def _prepare(self) -> None:
        self._connection.execute("PRAGMA foreign_keys = ON")
        # A commit survives the death of the process; the disk is waited for only now and then. A
        # power cut may take the last moments: of a page to practise on, that is cheap enough.
        self._connection.execute("PRAGMA synchronous = NORMAL")
        marks = (self._pragma("application_id"), self._pragma("user_version"))
        if marks == (_APPLICATION_ID, _VERSION):
            return
        if marks != (0, 0) or self.rows("SELECT name FROM sqlite_master"):
            raise NotAPracticePage("the file belongs to another program or another version")
        self._connection.execute("PRAGMA journal_mode = WAL")
        schema = resources.files(__package__).joinpath("schema.sql").read_text("utf-8")
        self._connection.executescript(
            f"BEGIN; {schema} PRAGMA application_id = {_APPLICATION_ID};"
            f" PRAGMA user_version = {_VERSION}; COMMIT;"
        )

    def _pragma(self, name: str) -> int:
        value: int = self.rows(f"PRAGMA {name}")[0][name]
        return value

    def close(self) -> None:
        """Close the file; what was committed stays."""
        self._connection.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All of the block or nothing of it; committed when the block is left."""
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._connection.execute("ROLLBACK")
            raise
        self._connection.execute("COMMIT")

    def rows(self, sql: str, *values: object) -> list[Row]:
        """Every row a query gives."""
        return self._connection.execute(sql, values).fetchall()

    def row(self, sql: str, *values: object) -> Row | None:
        """The first row a query gives, or None."""
        row: Row | None = self._connection.execute(sql, values).fetchone()
        return row

    def run(self, sql: str, *values: object) -> None:
        """A statement without an answer."""
        self._connection.execute(sql, values)

    # In the next two, table and columns are names of schema.sql written in this package; what
    # comes from outside is always a bound value.

    def insert(self, table: str, row: Mapping[str, Any]) -> None:
        """Add one row."""
        columns, marks = ", ".join(row), ", ".join("?" for _ in row)
        self.run(f"INSERT INTO {table} ({columns}) VALUES ({marks})", *_encoded(row))  # noqa: S608

    def update(self, table: str, key: str, value: str, changes: Mapping[str, Any]) -> None:
        """Change the row of ``table`` whose column ``key`` is ``value``."""
        columns = ", ".join(f"{column} = ?" for column in changes)
        sql = f"UPDATE {table} SET {columns} WHERE {key} = ?"  # noqa: S608
        self.run(sql, *_encoded(changes), value)


def _encoded(row: Mapping[str, Any]) -> list[Any]:
    return [
        json.dumps(value) if column in _JSON and value is not None else value
        for column, value in row.items()
    ]


def _decoded(cursor: sqlite3.Cursor, values: tuple[Any, ...]) -> Row:
    row: Row = {}
    for (column, *_), value in zip(cursor.description, values, strict=True):
        if value is not None and column in _BOOLEANS:
            row[column] = bool(value)
        elif value is not None and column in _JSON:
            row[column] = json.loads(value)
        else:
            row[column] = value
    return row
