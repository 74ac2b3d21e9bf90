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
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Final

from ircon.errors import JournalDamaged, JournalError, JournalNewer
from ircon.journal.storage import schema
from ircon.journal.storage.journal_folder import private_file
from ircon.journal.storage.rows import decode
from ircon.journal.storage.sqlite_errors import BUSY, explained, primary

_SLICE: Final = 0.25  # seconds SQLite waits for a lock at a time: it is not fair, asking anew is

_PRAGMAS: Final = (
    "synchronous = EXTRA",  # of the connection, never stored in the file
    "fullfsync = 1",  # macOS: through the drive's cache
    "foreign_keys = ON",
    "recursive_triggers = ON",  # INSERT OR REPLACE meets the triggers that refuse to delete
    "trusted_schema = OFF",
    "cell_size_check = ON",
    "mmap_size = 0",
)


class Connection:
    """One connection to journal.db, usable from any thread, one at a time.

    Args:
        path: the file; its folder is made, for its owner alone, where it is missing.
        timeout: how many seconds to wait for another process, in all.
        copied: read a copy of it in memory; the file is neither made nor changed.

    Attributes:
        refusal: why nothing can be written, or None. Reading works all the same.
        version: of the tables, as they were when it was opened; 0 for a new file.
        aliases: what was read of its short ids, by identity.

    Raises:
        JournalError: the place, the file or the SQLite here cannot be used.
    """

    def __init__(self, path: Path, timeout: float = 5.0, *, copied: bool = False) -> None:
        if sqlite3.sqlite_version_info < schema.OLDEST_SQLITE:
            wanted = ".".join(str(part) for part in schema.OLDEST_SQLITE[:2])
            raise JournalError(
                f"This Python has SQLite {sqlite3.sqlite_version}; the journal needs {wanted}.",
                "Use a Python that brings a newer one.",
            )
        if not copied:
            private_file(path)
        self.path = path
        self.refusal: JournalError | None = None
        self.version = 0
        self.aliases: dict[str, str] = {}
        self._tries = max(1, round(timeout / _SLICE))
        self._wait = min(_SLICE, timeout)
        self._in_vain = False  # waited that long, and no transaction has begun since
        self._lock = threading.Lock()
        with explained(path):
            self._raw = self._copy() if copied else self._opened(str(path))
            try:
                self._settle(copied=copied)
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
        with self._lock, explained(self.path):
            return self._patiently(statement, values)

    @contextmanager
    def transaction(self, mode: str = "IMMEDIATE") -> Iterator[sqlite3.Connection]:
        """All or nothing: what was executed is kept once the block is left, or none of it.

        Raises:
            JournalNewer, JournalError: it is read-only, full, failing.
            JournalBusy: another process holds it too long.
        """
        with self._lock, explained(self.path):
            if self.refusal:
                raise type(self.refusal)(self.refusal.message, self.refusal.hint)
            self._patiently(f"BEGIN {mode}")
            self._in_vain = False
            try:
                yield self._raw
                self._patiently("COMMIT")
            except BaseException:
                if self._raw.in_transaction:  # some failures have rolled back already
                    self._raw.rollback()
                raise

    def _patiently(self, statement: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Execute one statement, asking again while another process has the lock.

        A person waits for all of them together: after one wait in vain the next are short.
        """
        left = 1 if self._in_vain else self._tries
        while True:
            try:
                return self._raw.execute(statement, values).fetchall()
            except sqlite3.OperationalError as error:
                if primary(error) not in BUSY:
                    raise
                left -= 1
                if not left:
                    self._in_vain = True
                    raise

    def _opened(self, name: str, *, uri: bool = False) -> sqlite3.Connection:
        raw = sqlite3.connect(
            name, timeout=self._wait, isolation_level=None, check_same_thread=False, uri=uri
        )
        raw.text_factory = decode
        return raw

    def _copy(self) -> sqlite3.Connection:
        """The file's content in memory, by SQLite's own backup.

        Never with ``immutable``: what a killed writer left half done would be taken for whole.
        """
        from urllib.parse import quote  # what every start would pay for

        copy = self._opened(":memory:")
        name = f"file:{quote(str(self.path))}"
        try:
            self._copy_from(f"{name}?mode=ro", copy)
        except sqlite3.OperationalError as error:
            if primary(error) in BUSY:
                raise
            self._copy_from(f"{name}?mode=rw", copy)  # such a rest: only a writer may undo it
        return copy

    def _copy_from(self, name: str, copy: sqlite3.Connection) -> None:
        """Copy a file under its lock for reading: a copy alone would wait without end for it."""
        with closing(self._opened(name, uri=True)) as source:
            source.execute(f"PRAGMA busy_timeout = {round(self._tries * self._wait * 1000)}")
            source.execute("BEGIN")
            source.execute("SELECT count(*) FROM sqlite_schema").fetchall()
            source.backup(copy)

    def _settle(self, *, copied: bool) -> None:
        """Find out whose file it is before anything else is done to it."""
        ((application, self.version, tables),) = self.rows(
            "SELECT application_id, user_version, (SELECT count(*) FROM sqlite_schema)"
            " FROM pragma_application_id, pragma_user_version"
        )
        if application != schema.APPLICATION_ID and (application or self.version or tables):
            raise JournalDamaged(
                f"{self.path} belongs to another program, and was left alone.",
                "Move it away, or choose another folder with --home.",
            )
        if application and not (self.version and tables):
            raise JournalDamaged(f"The journal {self.path} is damaged.", "Run 'ircon doctor'.")
        for pragma in _PRAGMAS:
            self._patiently(f"PRAGMA {pragma}")
        self.refusal = self._newer() or (self._only_a_copy() if copied else self._unwritable())
        if not copied:
            self.refusal = self.refusal or self._wrong_mode()
        if self.refusal:
            if not self.version:
                raise self.refusal
            self._patiently("PRAGMA query_only = ON")

    def _newer(self) -> JournalError | None:
        known = len(schema.MIGRATIONS)
        if self.version <= known:
            return None
        return JournalNewer(
            f"The journal {self.path} was written by a newer ircon"
            f" (its version is {self.version}, this one knows {known}).",
            "It can be read; upgrade ircon to write to it.",
        )

    def _only_a_copy(self) -> JournalError:
        return JournalError(f"This is a copy of {self.path}.", "It can only be read.")

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
            if primary(error) not in BUSY or mode != "wal":
                raise
        if mode == "truncate":
            return None
        return JournalError(
            f"The journal {self.path} is in {mode} mode, in which a power cut may lose events.",
            "Close the tool that has it open, then start again. Until then it is only read.",
        )


def last_seq(path: Path) -> int:
    """The number of the last event in a copy of the journal; -1 where that cannot be read."""
    from urllib.parse import quote

    try:
        with closing(sqlite3.connect(f"file:{quote(str(path))}?mode=ro", uri=True)) as raw:
            ((seq,),) = raw.execute("SELECT coalesce(max(seq), 0) FROM event").fetchall()
    except sqlite3.Error:
        return -1
    return int(seq)
