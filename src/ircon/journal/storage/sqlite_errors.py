"""SQLite's errors as ircon's: which class, its sentence, what to do next."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from ircon.errors import JournalBusy, JournalDamaged, JournalError, JournalFull
from ircon.journal.storage.journal_folder import holders, named, way_out

_DOCTOR: Final = "Run 'ircon doctor'."
_HELD: Final = (
    JournalBusy,
    "Another process holds the journal {path}.",
    "Try again in a moment.",
)

# By SQLite's extended result codes where one is listed, else by its primary ones.
_ERRORS: Final[dict[int, tuple[type[JournalError], str, str]]] = {
    sqlite3.SQLITE_BUSY: _HELD,
    sqlite3.SQLITE_LOCKED: _HELD,
    sqlite3.SQLITE_CORRUPT: (JournalDamaged, "The journal {path} is damaged.", _DOCTOR),
    sqlite3.SQLITE_NOTADB: (JournalDamaged, "{path} is not a journal, or is damaged.", _DOCTOR),
    sqlite3.SQLITE_FULL: (
        JournalFull,
        "The disk of {path} is full.",
        "Make room, then try again.",
    ),
    sqlite3.SQLITE_READONLY: (
        JournalError,
        "The journal {path} cannot be written.",
        "Check its owner and its folder's.",
    ),
    sqlite3.SQLITE_READONLY_DBMOVED: (
        JournalError,
        "The journal {path} was replaced while it was open here.",
        "Start ircon again to see the new one.",
    ),
    sqlite3.SQLITE_CANTOPEN: (
        JournalError,
        "The journal {path} cannot be opened.",
        "Check its folder's owner and permissions.",
    ),
    sqlite3.SQLITE_IOERR: (JournalError, "The disk of {path} failed.", _DOCTOR),
}
BUSY: Final = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})


def primary(error: sqlite3.Error) -> int:
    """SQLite's primary code of an error; 0 where Python raised it itself."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Translate SQLite's errors; whatever is not in the table is a defect.

    Raises:
        JournalBusy, JournalFull, JournalDamaged, JournalError: as SQLite said.
    """
    try:
        yield
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", 0)
        found = _ERRORS.get(code) or _ERRORS.get(code & 0xFF)
        if found is None:
            raise
        kind, sentence, hint = found
        sentence = sentence.format(path=path)
        if kind is JournalBusy:
            blocking = holders(path)
            sentence = f"{sentence} {named(blocking)}".strip()
            hint = way_out(blocking) or hint
        raise kind(sentence, hint) from error
    except UnicodeDecodeError as error:  # SQLite quotes what is damaged, and Python cannot
        kind, sentence, hint = _ERRORS[sqlite3.SQLITE_CORRUPT]
        raise kind(sentence.format(path=path), hint) from error
