"""Derived data for lists and search, in cache.db: rebuilt at any doubt, no rule reads it.

Written by code, never by triggers. It may be lost at any moment without loss: whoever finds
``position`` at 0 folds the journal again.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final, NamedTuple, TypeVar

from ircon.errors import JournalBusy, JournalError
from ircon.incident.text import ingest
from ircon.incident.times import iso, parse_iso
from ircon.journal import cache_database
from ircon.journal.cache_database import BUSY, DOUBTS, code, open_file, transaction
from ircon.journal.storage.journal_folder import private_file
from ircon.journal.storage.rows import to_json

FILE_NAME: Final = "cache.db"
_Answer = TypeVar("_Answer")


class Summary(NamedTuple):
    """What a list of incidents shows of one. Times are ISO 8601 in UTC.

    Attributes:
        components: their names.
        updates: how many there are; waiting: of which are not, or not surely, public.
        postmortem: ``none``, ``draft`` or ``published``.
        words: the text that search looks through, besides name and components. It is
            written, never read back: lists stay light.
    """

    incident: str
    name: str
    page: str | None
    kind: str
    status: str
    impact: str | None
    severity: str | None
    origin: str
    is_open: bool
    declared_at: str | None
    started_at: str | None
    first_public_at: str | None
    resolved_at: str | None
    components: tuple[str, ...]
    updates: int
    waiting: int
    postmortem: str
    words: str = ""


class PageCopy(NamedTuple):
    """What a page last answered, and when."""

    content: Any
    fetched_at: datetime


_COLUMNS: Final = tuple(name for name in Summary._fields if name != "words")
_LISTED: Final = ", ".join(_COLUMNS)
_UPSERT: Final = (
    f"INSERT INTO summary ({_LISTED}) VALUES ({', '.join('?' for _ in _COLUMNS)})"
    " ON CONFLICT (incident) DO UPDATE SET "
    + ", ".join(f"{column} = excluded.{column}" for column in _COLUMNS)
    + " RETURNING id"
)


class Cache:
    """Summaries, their full-text index, and copies of what pages answered.

    Any thread may call, and several processes may have the same file open. A file that
    cannot be used is replaced; where none can be made, it lives in memory.

    Attributes:
        in_memory: whether it will be gone with this process.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self.in_memory = False
        self._raw = self._connected()

    @classmethod
    def open(cls, folder: Path) -> Cache:
        """The cache in a folder; both are made where they are missing."""
        return cls(folder / FILE_NAME)

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            self._raw.close()

    def position(self, journal_id: str) -> int:
        """The last ``seq`` of this journal that is in the summaries.

        0 where they are another journal's: then they are gone.

        Raises:
            JournalBusy: another process holds the file too long. So for all methods.
        """

        def look(raw: sqlite3.Connection) -> int:
            found = raw.execute("SELECT journal_id, position FROM folded").fetchall()
            if found and found[0][0] == journal_id:
                return int(found[0][1])
            with transaction(raw):
                _empty(raw)
            return 0

        return self._do(look)

    def put(self, journal_id: str, summaries: Sequence[Summary], position: int) -> None:
        """Add or replace summaries, which now hold all events up to a position.

        A lower position than before is taken as it is: two processes that fold at the same
        time may overwrite each other's, and the next one then folds the difference again.
        """

        def write(raw: sqlite3.Connection) -> None:
            with transaction(raw):
                if raw.execute(
                    "SELECT 1 FROM folded WHERE journal_id <> ?", (journal_id,)
                ).fetchone():
                    _empty(raw)
                for summary in summaries:
                    ((place,),) = raw.execute(_UPSERT, _row(summary)).fetchall()
                    raw.execute(
                        cache_database.REPLACE_SEARCH,
                        (
                            place,
                            cache_database.indexed(summary.name),
                            cache_database.indexed(" ".join(summary.components)),
                            cache_database.indexed(summary.words),
                        ),
                    )
                raw.execute(
                    "INSERT OR REPLACE INTO folded (journal_id, position) VALUES (?, ?)",
                    (journal_id, position),
                )

        self._do(write)

    def summaries(
        self,
        *,
        open_only: bool = False,
        search: str = "",
        limit: int | None = None,
        offset: int = 0,
        ids: Collection[str] | None = None,
    ) -> list[Summary]:
        """Incidents, the open ones first, then the newest first.

        Args:
            open_only: leave out what is over.
            search: words as typed; each must begin a word of name, components or text.
            limit: how many at most, after ``offset``.
            offset: how many to skip.
            ids: of these incidents only.
        """

        def look(raw: sqlite3.Connection) -> list[Summary]:
            where, values = _where(raw, search, ids, open_only=open_only)
            found = raw.execute(
                f"SELECT {_LISTED} FROM summary {where}"
                " ORDER BY is_open DESC, declared_at DESC, id DESC LIMIT ? OFFSET ?",
                (*values, -1 if limit is None else limit, offset),
            )
            return [_summary(row) for row in found.fetchall()]

        return self._do(look)

    def similar(self, begins: Sequence[str], limit: int) -> list[Summary]:
        """Incidents in whose text any word begins so, those with the most and rarest first.

        Args:
            begins: the beginnings of words.
            limit: how many at most.
        """

        def look(raw: sqlite3.Connection) -> list[Summary]:
            condition, order, values = cache_database.any_of(raw, begins)
            if not condition:
                return []
            columns = ", ".join(f"summary.{column}" for column in _COLUMNS)
            found = raw.execute(
                f"SELECT {columns} FROM search JOIN summary ON summary.id = search.rowid"
                f" WHERE {condition} ORDER BY {order} LIMIT ?",
                (*values, limit),
            )
            return [_summary(row) for row in found.fetchall()]

        return self._do(look)

    def count(self, *, open_only: bool = False, search: str = "") -> int:
        """How many incidents ``summaries`` would give without a limit."""

        def look(raw: sqlite3.Connection) -> int:
            where, values = _where(raw, search, None, open_only=open_only)
            ((number,),) = raw.execute(f"SELECT count(*) FROM summary {where}", values).fetchall()
            return int(number)

        return self._do(look)

    def save_page(self, page: str, what: str, content: Any, at: datetime) -> None:
        """Keep what a page answered about something, as JSON."""
        row = (page, what, ingest(to_json(content)), iso(at))
        self._do(
            lambda raw: raw.execute("INSERT OR REPLACE INTO page_copy VALUES (?, ?, ?, ?)", row)
        )

    def page(self, page: str, what: str) -> PageCopy | None:
        """What a page last answered about something."""
        found = self._do(
            lambda raw: raw.execute(
                "SELECT content, fetched_at FROM page_copy WHERE page = ? AND what = ?",
                (page, what),
            ).fetchone()
        )
        return PageCopy(json.loads(found[0]), parse_iso(found[1])) if found else None

    def _do(self, work: Callable[[sqlite3.Connection], _Answer]) -> _Answer:
        """Do it; where the file fails, with a new one, and where that fails, in memory."""
        with self._lock:
            for remedy in (self._replace, self._retreat):
                try:
                    return work(self._raw)
                except sqlite3.DatabaseError as error:
                    if code(error) in BUSY:
                        raise JournalBusy(
                            f"Another process holds the cache {self._path}.",
                            "Try again in a moment.",
                        ) from error
                    if code(error) not in DOUBTS:
                        raise
                    remedy(error)
            return work(self._raw)

    def _replace(self, error: sqlite3.DatabaseError) -> None:
        self._raw.close()
        moved = error.sqlite_errorcode == sqlite3.SQLITE_READONLY_DBMOVED
        self._raw = self._connected(anew=not moved)  # else another process has made it anew

    def _retreat(self, _error: sqlite3.DatabaseError) -> None:
        self._raw.close()
        self._raw = self._memory()

    def _connected(self, *, anew: bool = False) -> sqlite3.Connection:
        try:
            if anew:
                for path in (self._path, self._path.with_name(f"{self._path.name}-journal")):
                    path.unlink(missing_ok=True)
            private_file(self._path)
            return open_file(str(self._path))
        except (JournalError, OSError):
            return self._memory()
        except sqlite3.DatabaseError as error:
            return self._memory() if anew or code(error) in BUSY else self._connected(anew=True)

    def _memory(self) -> sqlite3.Connection:
        self.in_memory = True
        return open_file(":memory:")


def _empty(raw: sqlite3.Connection) -> None:
    for table in ("folded", "summary", "search"):
        raw.execute(f"DELETE FROM {table}")


def _row(summary: Summary) -> tuple[Any, ...]:
    return tuple(
        to_json(list(value)) if isinstance(value, tuple) else value
        for value in (getattr(summary, column) for column in _COLUMNS)
    )


def _summary(row: Sequence[Any]) -> Summary:
    values = dict(zip(_COLUMNS, row, strict=True))
    values["components"] = tuple(json.loads(values["components"]))
    values["is_open"] = bool(values["is_open"])
    return Summary(**values)


def _where(
    raw: sqlite3.Connection, typed: str, ids: Collection[str] | None, *, open_only: bool
) -> tuple[str, list[Any]]:
    """The WHERE of a list, and its values."""
    clauses, values = [], []
    if open_only:
        clauses.append("is_open")
    if ids is not None:
        clauses.append("incident IN (SELECT value FROM json_each(?))")
        values.append(to_json(list(ids)))
    condition, wanted = cache_database.condition(raw, typed)
    if condition:
        clauses.append(f"id IN (SELECT rowid FROM search WHERE {condition})")
        values.extend(wanted)
    return f"WHERE {' AND '.join(clauses)}" if clauses else "", values
