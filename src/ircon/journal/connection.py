"""The one place that opens journal.db, and the one that commits to it.

Why a rollback journal, ``TRUNCATE`` and ``EXTRA``: docs/journal.md. In short, nothing that
was acknowledged is lost when the power goes, and a full disk or a read-only folder can still
be read, neither of which holds for the write-ahead log.
"""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from ircon.errors import JournalBusy, JournalDamaged, JournalError, JournalNewer
from ircon.journal.place import private_file
from ircon.journal.rows import decode
from ircon.journal.schema import APPLICATION_ID, MIGRATIONS, OLDEST_SQLITE, STORE_VERSION

_SLICE: Final = 1.0  # seconds SQLite waits for a lock at a time: it is not fair, asking anew is
_DOCTOR: Final = "'ircon doctor' looks closer."

_PRAGMAS: Final = (
    "synchronous = EXTRA",  # of the connection, never stored in the file
    "fullfsync = 1",  # macOS: through the drive's cache
    "foreign_keys = ON",
    "recursive_triggers = ON",  # INSERT OR REPLACE meets the triggers that refuse to delete
    "trusted_schema = OFF",
    "cell_size_check = ON",
    "mmap_size = 0",
)

# SQLite's primary result codes: which error, its sentence, what to do next.
_ERRORS: Final[dict[int, tuple[type[JournalError], str, str]]] = {
    sqlite3.SQLITE_BUSY: (
        JournalBusy,
        "Another process holds the journal {path}.",
        "Try again in a moment.",
    ),
    sqlite3.SQLITE_LOCKED: (
        JournalBusy,
        "Another process holds the journal {path}.",
        "Try again in a moment.",
    ),
    sqlite3.SQLITE_CORRUPT: (JournalDamaged, "The journal {path} is damaged.", _DOCTOR),
    sqlite3.SQLITE_NOTADB: (JournalDamaged, "{path} is not a journal, or is damaged.", _DOCTOR),
    sqlite3.SQLITE_FULL: (
        JournalError,
        "The disk of {path} is full.",
        "Make room, then try again.",
    ),
    sqlite3.SQLITE_READONLY: (
        JournalError,
        "The journal {path} cannot be written.",
        "Check its owner and its folder's.",
    ),
    sqlite3.SQLITE_CANTOPEN: (
        JournalError,
        "The journal {path} cannot be opened.",
        "Check its folder's owner and permissions.",
    ),
    sqlite3.SQLITE_IOERR: (JournalError, "The disk of {path} failed.", _DOCTOR),
}
_BUSY: Final = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})


def _primary(error: sqlite3.Error) -> int:
    return getattr(error, "sqlite_errorcode", 0) & 0xFF


class Connection:
    """One connection to journal.db, usable from any thread, one at a time.

    Args:
        path: the file; its folder is made, for its owner alone, where it is missing.
        patience: how many seconds to wait for another process, in all.

    Attributes:
        refusal: why nothing can be written, or None. Reading works all the same.

    Raises:
        JournalError: the place, the file or the SQLite here cannot be used.
    """

    def __init__(self, path: Path, patience: float = 5.0) -> None:
        if sqlite3.sqlite_version_info < OLDEST_SQLITE:
            wanted = ".".join(str(part) for part in OLDEST_SQLITE[:2])
            raise JournalError(
                f"This Python has SQLite {sqlite3.sqlite_version}; the journal needs {wanted}.",
                "Use a Python that brings a newer one.",
            )
        private_file(path)
        self.path = path
        self.refusal: JournalError | None = None
        self._tries = max(1, round(patience / _SLICE))
        self._lock = threading.Lock()
        with self._explained():
            self._raw = sqlite3.connect(
                path, timeout=min(_SLICE, patience), isolation_level=None, check_same_thread=False
            )
            self._raw.text_factory = decode
            try:
                self._settle()
            except BaseException:
                self._raw.close()
                raise

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            self._raw.close()

    def rows(self, statement: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """All rows of a SELECT, in one go: a cursor left half read would block writers.

        Raises:
            JournalBusy: another process holds it too long.
            JournalDamaged: SQLite cannot make sense of the file.
        """
        with self._lock, self._explained():
            return self._patiently(statement, values)

    @contextmanager
    def transaction(self, mode: str = "IMMEDIATE") -> Iterator[sqlite3.Connection]:
        """All or nothing: what was executed is kept once the block is left, or none of it.

        Raises:
            JournalNewer, JournalError: it is read-only, full, failing.
            JournalBusy: another process holds it too long.
        """
        with self._lock, self._explained():
            if self.refusal:
                raise type(self.refusal)(self.refusal.message, self.refusal.hint)
            self._patiently(f"BEGIN {mode}")
            try:
                yield self._raw
                self._patiently("COMMIT")
            except BaseException:
                if self._raw.in_transaction:  # some failures have rolled back already
                    self._raw.rollback()
                raise

    def _patiently(self, statement: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Execute one statement, asking again while another process has the lock."""
        for _ in range(self._tries - 1):
            try:
                return self._raw.execute(statement, values).fetchall()
            except sqlite3.OperationalError as error:
                if _primary(error) not in _BUSY:
                    raise
        return self._raw.execute(statement, values).fetchall()

    @contextmanager
    def _explained(self) -> Iterator[None]:
        """SQLite's refusals as ours; whatever is not in the table is a defect."""
        try:
            yield
        except sqlite3.Error as error:
            if _primary(error) not in _ERRORS:
                raise
            kind, sentence, hint = _ERRORS[_primary(error)]
            raise kind(sentence.format(path=self.path), hint) from error

    def _settle(self) -> None:
        """Find out whose file it is before anything else is done to it."""
        ((application, version, tables),) = self.rows(
            "SELECT application_id, user_version, (SELECT count(*) FROM sqlite_schema)"
            " FROM pragma_application_id, pragma_user_version"
        )
        if application != APPLICATION_ID and (application or version or tables):
            raise JournalError(
                f"{self.path} belongs to another program, and was left alone.",
                "Move it away, or choose another folder with --home.",
            )
        for pragma in _PRAGMAS:
            self._patiently(f"PRAGMA {pragma}")
        self.refusal = self._newer(version) or self._unwritable() or self._wrong_mode()
        if self.refusal:
            if version < STORE_VERSION:
                raise self.refusal
            self._raw.execute("PRAGMA query_only = ON")
        elif version < STORE_VERSION:
            self._migrate()

    def _newer(self, version: int) -> JournalError | None:
        if version <= STORE_VERSION:
            return None
        return JournalNewer(
            f"The journal {self.path} was written by a newer ircon"
            f" (its version is {version}, this one knows {STORE_VERSION}).",
            "It can be read; upgrade ircon to write to it.",
        )

    def _unwritable(self) -> JournalError | None:
        for place in (self.path, self.path.parent):
            if not os.access(place, os.W_OK):
                return JournalError(f"{place} cannot be written.", "The journal can only be read.")
        return None

    def _wrong_mode(self) -> JournalError | None:
        try:
            ((mode,),) = self._patiently("PRAGMA journal_mode = TRUNCATE")
        except sqlite3.OperationalError as error:
            ((mode,),) = self._patiently("PRAGMA journal_mode")
            if _primary(error) not in _BUSY or mode != "wal":
                raise
        if mode == "truncate":
            return None
        return JournalError(
            f"The journal {self.path} is in {mode} mode, in which a power cut may lose events.",
            "Close the tool that has it open, then start again. Until then it is only read.",
        )

    def _migrate(self) -> None:
        with self.transaction("EXCLUSIVE") as raw:
            (version,) = raw.execute("PRAGMA user_version").fetchone()
            for statements in MIGRATIONS[version:]:  # none, if another process was faster
                for statement in statements:
                    raw.execute(statement)
            raw.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            raw.execute(f"PRAGMA user_version = {STORE_VERSION}")
