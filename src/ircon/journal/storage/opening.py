"""Start-up of a folder's journal: checked, restored where damaged, migrated, backed up."""

from __future__ import annotations

import os
import re
import sqlite3
from contextlib import suppress
from pathlib import Path
from typing import Final

from ircon.errors import JournalDamaged, JournalError
from ircon.incident.times import Clock
from ircon.journal.storage import schema
from ircon.journal.storage.backups import Backups
from ircon.journal.storage.connection import Connection
from ircon.journal.storage.journal_folder import BACKUPS, JOURNAL, KNOWN, sync_folder
from ircon.journal.storage.migrations import is_as_laid_out, migrate, note_layout

_NEW: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC

# What the checks say of single values: their rows' own checksums are the judges of that.
_VALUES: Final = re.compile(r"(NULL value in|CHECK constraint failed in|(non-)?\w+ value in) ")

# ... and of what could not be read just now: that is no damage to the file.
_UNREAD: Final = re.compile(r"error code=(\d+)")


def open_store(folder: Path, clock: Clock, timeout: float) -> tuple[Connection, list[str]]:
    """The journal of a folder, made, restored or brought up to date as it needs.

    Returns:
        The connection, and sentences about what could not be done.

    Raises:
        JournalError: it cannot be used; JournalBusy, JournalDamaged: as they say.
    """
    connection = _whole(folder, timeout)
    if connection is None:
        connection = _restored(folder, clock, timeout)
    try:
        return connection, _maintain(connection, folder, clock)
    except BaseException:
        connection.close()
        raise


def structure(connection: Connection, check: str = "quick_check") -> list[str]:
    """What is wrong with a file beyond single values, in SQLite's words.

    Raises:
        JournalDamaged: so much that it cannot be said.
        JournalError: the disk did not let it be read.
    """
    ours = connection.version <= len(schema.MIGRATIONS)
    if ours and not is_as_laid_out(connection):
        return ["the tables are not what they were made"]
    found = [str(words) for (words,) in connection.rows(f"PRAGMA {check}")]
    codes = (int(code) for words in found for code in _UNREAD.findall(words))
    if any(code & 0xFF == sqlite3.SQLITE_IOERR for code in codes):
        raise JournalError(
            f"The disk of {connection.path} failed while it was read.", "Check the disk."
        )
    return [words for words in found if words != "ok" and not _VALUES.match(words)]


def _restored(folder: Path, clock: Clock, timeout: float) -> Connection:
    """The journal made anew, by us or by another process that was faster."""
    from ircon.journal.storage.recovery import recover  # on the worst of nights only

    def is_lost() -> bool:
        again = _whole(folder, timeout)
        if again:
            again.close()
        return again is None

    recover(folder, clock, is_lost)
    connection = _whole(folder, timeout)
    if connection is None:
        raise JournalDamaged(
            f"The journal in {folder} is damaged, and could not be restored.",
            "The damaged file is quarantined beside it; check the disk.",
        )
    return connection


def _whole(folder: Path, timeout: float) -> Connection | None:
    """Return the journal if it is whole; None if there was one and it is lost or damaged."""
    path = folder / JOURNAL
    known = (folder / KNOWN).exists()
    if known and _size(path) == 0:
        return None
    try:
        connection = Connection(path, timeout)
    except JournalDamaged:
        if known:
            return None
        raise
    damaged = known and not connection.version  # ours were made: an empty one took its place
    if connection.version and connection.refusal is None:
        try:
            damaged = bool(structure(connection))
        except JournalDamaged:
            damaged = True
        except BaseException:
            connection.close()
            raise
    if damaged:
        connection.close()
        return None
    return connection


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


def _maintain(connection: Connection, folder: Path, clock: Clock) -> list[str]:
    """Migrate it, with a backup before; mark the folder; make the backup of the day."""
    if connection.refusal:
        return []
    backups = Backups(folder / BACKUPS)
    if connection.version < len(schema.MIGRATIONS):
        if connection.version:
            backups.make(connection, clock.now())
        migrate(connection)
    note_layout(connection)
    _mark_known(folder)
    if not backups.is_due(clock.now()) or not _holds_anything(connection):
        return []
    try:
        wrong = structure(connection, "integrity_check")
        if wrong:
            return [f"The journal's lookups are damaged ({wrong[0]}): run 'ircon doctor --repair'."]
        backups.make(connection, clock.now())
    except JournalError as error:
        return [f"Today's backup could not be made. {error}"]
    return []


def _holds_anything(connection: Connection) -> bool:
    return bool(connection.rows("SELECT 1 FROM event LIMIT 1"))


def _mark_known(folder: Path) -> None:
    """Leave the mark that there was a journal here: an empty one is a loss from now on."""
    if not (folder / KNOWN).exists():
        with suppress(OSError):
            os.close(os.open(folder / KNOWN, _NEW, 0o600))
            sync_folder(folder)
