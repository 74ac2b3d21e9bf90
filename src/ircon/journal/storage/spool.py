"""Spool of events that SQLite refused, kept until the journal takes them.

Each process appends to a file of its own, ``<host>-<pid>-<ulid>.jsonl``, a line for an event:
the CRC-32 of what follows in 8 hex digits, a space, a JSON object of the columns of ``event``
with their checksum. The first folder that takes it is used; where none does, memory. Whoever
next writes to the journal takes over what is there and renames the file: ``.merged``. Nothing
is deleted. A lock on the file (``flock``) keeps its writer and who takes it over apart.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from zlib import crc32

from ircon.errors import JournalError
from ircon.incident.event import Event
from ircon.incident.ids import Entropy, ulid
from ircon.journal.storage import rows
from ircon.journal.storage.journal_folder import private_folder, sync_folder

_SUFFIX: Final = ".jsonl"
_MERGED: Final = ".merged"
_COLUMNS: Final = (*rows.EVENT_COLUMNS, "sha")
_UNSAFE: Final = re.compile(r"[^A-Za-z0-9_.]+")
_TORN: Final = (
    "Lines that could not be read: {count}, in {path}."
    " Half written when the disk failed, or damaged since; the file is kept."
)
_FLAGS: Final = os.O_WRONLY | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC

Take = Callable[[Sequence[Event]], Any]


class Spool:
    """The spool of one process, and the files that others left.

    Args:
        folders: where files may be, the best first; made where they are missing.
        host: the machine's name, for the file's.
        entropy: tells this process's files apart.

    Attributes:
        unsaved: the events that no folder took: gone if this process ends now.
        torn: sentences about lines that could not be read, by file; they stay in it.
    """

    def __init__(self, folders: Sequence[Path], host: str, entropy: Entropy) -> None:
        self._folders = tuple(folders)
        self._name = f"{_UNSAFE.sub('_', host) or 'here'}-{os.getpid()}"
        self._entropy = entropy
        self._current: Path | None = None
        self._lock = threading.Lock()
        self.unsaved: list[Event] = []
        self.torn: dict[str, str] = {}

    def keep(self, events: Sequence[Event], *, in_memory: bool = False) -> bool:
        """Keep events, with those that were unsaved; False where they were not.

        Args:
            in_memory: the last resort.
        """
        with self._lock:
            every = [*self.unsaved, *events]
            lines = b"".join(_line(event) for event in every)
            name = self._new_name(every[0].recorded_at)
            for folder in self._folders:
                with suppress(OSError, JournalError):
                    self._append(folder / name, lines)
                    self.unsaved = []
                    return True
                self._current = None  # it may end in half a line now: never go on there
            self.unsaved += events if in_memory else ()
            return in_memory

    def waiting(self) -> list[Event]:
        """Return the events that are not in the journal yet, of any process, oldest first."""
        found: list[Event] = []
        for path in self._files():
            with suppress(OSError):
                found += _read(path)[0]
        return [*found, *self.unsaved]

    def merge(self, take: Take) -> int:
        """Hand over all events of the spool; return how many they were.

        Args:
            take: keeps events for good, each once however often it comes; what it
                raises leaves the file as it is.
        """
        done = 0
        for path in self._files():
            with _locked(path) as mine:
                if not mine:
                    continue  # its writer is at it, or somebody else takes it over
                events, torn = _read(path)
                take(events)
                done += len(events)
                merged = path.with_name(path.name + _MERGED)
                if torn:
                    self.torn[path.name] = _TORN.format(count=torn, path=merged)
                with suppress(OSError):  # a folder that cannot be written: taken again, once
                    path.rename(merged)
        with self._lock:
            if self.unsaved:  # else the journal's lock would be waited for, for nothing
                take(self.unsaved)
                done += len(self.unsaved)
                self.unsaved = []
        return done

    def stamp(self) -> tuple[int, int]:
        """How many files wait, and their size: changes when any process spools."""
        sizes = []
        for path in self._files():
            with suppress(OSError):
                sizes.append(path.stat().st_size)
        return len(sizes), sum(sizes)

    def folders(self) -> list[Path]:
        """Return the folders that hold events of the spool."""
        return sorted({path.parent for path in self._files()})

    def _files(self) -> list[Path]:
        found: list[Path] = []
        for folder in self._folders:
            with suppress(OSError):
                found += (path for path in folder.iterdir() if path.name.endswith(_SUFFIX))
        return sorted(found, key=lambda path: path.name.rpartition("-")[2])

    def _new_name(self, at: datetime) -> str:
        """A file's name: in the order of time, and no other's."""
        value = int(at.timestamp() * 1000) << 80 | int.from_bytes(self._entropy(10))
        return f"{self._name}-{ulid(value)}{_SUFFIX}"

    def _append(self, path: Path, lines: bytes) -> None:
        """Append to this process's file in a folder, else to a new one; have it on the disk."""
        with self._opened(path) as fd:
            before = os.fstat(fd).st_size
            try:
                rest = lines
                while rest:
                    rest = rest[os.write(fd, rest) :]
                os.fdatasync(fd)
            except OSError:
                with suppress(OSError):
                    os.ftruncate(fd, before)
                raise

    @contextmanager
    def _opened(self, path: Path) -> Iterator[int]:
        if self._current and self._current.parent == path.parent:
            with suppress(FileNotFoundError):  # merged meanwhile: a new one, then
                fd = os.open(self._current, _FLAGS)
                try:
                    fcntl.flock(fd, fcntl.LOCK_EX)
                    if _is(fd, self._current):
                        yield fd
                        return
                finally:
                    os.close(fd)
        private_folder(path.parent)
        fd = os.open(path, _FLAGS | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            fcntl.flock(fd, fcntl.LOCK_EX)
            yield fd
            sync_folder(path.parent)
            self._current = path
        except OSError:
            if os.fstat(fd).st_size == 0:
                path.unlink()  # a full disk shall not fill with empty files
            raise
        finally:
            os.close(fd)


def _line(event: Event) -> bytes:
    row = rows.event_row(event, event.entry)
    content = rows.to_json(dict(zip(_COLUMNS, row, strict=True))).encode()
    return b"%08x %s\n" % (crc32(content), content)


def _read(path: Path) -> tuple[list[Event], int]:
    """The events of a file, and how many of its lines could not be read."""
    lines = [line for line in path.read_bytes().split(b"\n") if line]
    events = [event for line in lines if (event := _event(line))]
    return events, len(lines) - len(events)


def _event(line: bytes) -> Event | None:
    """The event of a line; None where its checksums do not hold."""
    check, _, content = line.partition(b" ")
    if check != b"%08x" % crc32(content):
        return None
    try:
        row = json.loads(content)
        return rows.read_event((None, *(row[column] for column in _COLUMNS)))
    except (ValueError, KeyError, TypeError, JournalError):
        return None


def _is(fd: int, path: Path) -> bool:
    """Whether a path still leads to an open file: it may have been merged and renamed."""
    try:
        return os.path.samestat(os.fstat(fd), path.stat())
    except FileNotFoundError:
        return False


@contextmanager
def _locked(path: Path) -> Iterator[bool]:
    """Lock a spool file against its writer; False where it is taken, or gone."""
    try:
        fd = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError:
        yield False
        return
    try:
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            yield False
            return
        yield _is(fd, path)
    finally:
        os.close(fd)
