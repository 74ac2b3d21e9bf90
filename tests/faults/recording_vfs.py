"""SQLite under the journal, with every write, truncation and sync of its files written down.

``recording`` lets ``ircon.journal.storage.connection`` open its files through apsw instead of sqlite3,
with the same statements and pragmas: what is recorded is what our own code does. The SQLite is
apsw's, newer than Python's; how a commit is written has not changed between them.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any
from unittest.mock import patch

import apsw

# What was done, to which file, and with what: a write has an offset and bytes, a truncation a
# size; "sync" and "delete" have no more. The caller adds "ack", with an id.
Step = tuple[Any, ...]

_NUMBERS = count()


class _Vfs(apsw.VFS):
    def __init__(self, log: list[Step]) -> None:
        self.vfs_name = f"recording-{next(_NUMBERS)}"
        self._log = log
        super().__init__(self.vfs_name, "unix")

    def xOpen(self, name: Any, flags: list[int]) -> apsw.VFSFile:  # noqa: N802 - SQLite's name
        return _File(name, flags, self._log)

    def xDelete(self, name: str, sync: bool) -> None:  # noqa: N802, FBT001 - the same
        self._log.append(("delete", Path(name).name))
        super().xDelete(name, sync)


class _File(apsw.VFSFile):
    def __init__(self, name: Any, flags: list[int], log: list[Step]) -> None:
        path = name.filename() if isinstance(name, apsw.URIFilename) else name
        self._name = Path(path).name if path else "temporary"
        self._log = log
        super().__init__("unix", name, flags)

    def xWrite(self, data: bytes, offset: int) -> None:  # noqa: N802 - SQLite's name
        self._log.append(("write", self._name, offset, bytes(data)))
        super().xWrite(data, offset)

    def xTruncate(self, size: int) -> None:  # noqa: N802 - the same
        self._log.append(("truncate", self._name, size))
        super().xTruncate(size)

    def xSync(self, flags: int) -> None:  # noqa: N802 - the same
        super().xSync(flags)
        self._log.append(("sync", self._name))


class _Cursor:
    """What is left of sqlite3's cursor when all rows are read at once."""

    def __init__(self, rows: list[Any], changes: int) -> None:
        self._rows = rows
        self.rowcount = changes

    def fetchall(self) -> list[Any]:
        return self._rows

    def fetchone(self) -> Any:
        return self._rows[0] if self._rows else None


class _Connection:
    """As much of ``sqlite3.Connection`` as the journal uses, over apsw."""

    def __init__(self, path: str, vfs: str) -> None:
        self._raw = apsw.Connection(path, vfs=vfs)
        self.text_factory: Any = str

    @property
    def in_transaction(self) -> bool:
        return not self._raw.get_autocommit()

    def execute(self, statement: str, values: Sequence[Any] = ()) -> _Cursor:
        try:
            rows = list(self._raw.execute(statement, tuple(values)))
        except apsw.Error as error:
            raised = sqlite3.OperationalError(str(error))
            raised.sqlite_errorcode = getattr(error, "extendedresult", 1)
            raise raised from error
        return _Cursor(rows, self._raw.changes())

    def executemany(self, statement: str, rows: Iterable[Sequence[Any]]) -> None:
        for values in rows:
            self.execute(statement, values)

    def rollback(self) -> None:
        self.execute("ROLLBACK")

    def close(self) -> None:
        self._raw.close()


@contextmanager
def recording(log: list[Step]) -> Iterator[None]:
    """Whatever the journal opens in the block is recorded."""
    vfs = _Vfs(log)

    def connect(path: str, **_: Any) -> _Connection:
        return _Connection(path, vfs.vfs_name)

    with patch("ircon.journal.storage.connection.sqlite3.connect", connect):
        yield
    vfs.unregister()
