"""The journal's folder: its files' names, who may write to it, where it is, and who holds a lock.

Nobody but its owner may write to it, else what is kept there could be replaced. Network and
synced folders are warned of, since SQLite's locks may not hold there.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Final, NamedTuple

from ircon.errors import JournalError

JOURNAL: Final = "journal.db"
KNOWN: Final = "known"  # says that there was a journal here: an empty one is a loss, not a start
RESERVE: Final = "reserve"
BACKUPS: Final = "backups"
SPILL: Final = "spill"
RECOVERY: Final = "recovery.lock"

_ELSEWHERE: Final = "Choose another folder with --home."
_NEW: Final = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


def private_folder(folder: Path) -> None:
    """Make a folder for its owner alone, or judge the one there is.

    Raises:
        JournalError: it is another's or open to others, or the disk refuses.
    """
    try:
        if not folder.exists():
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            sync_folder(folder.parent)
        held = folder.stat()
    except OSError as error:
        raise JournalError(f"{folder} cannot be used: {error.strerror}.", _ELSEWHERE) from error
    if held.st_uid != os.geteuid() or held.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        raise JournalError(
            f"Others can write to {folder}: what is kept there could be replaced.",
            "Make it yours alone (chmod 700), or choose another folder with --home.",
        )


def private_file(path: Path) -> None:
    """Make a file for its owner alone, or judge the one there is, before SQLite opens it.

    Modes are given file by file; the process's umask would leak into ``ircon run``. A file
    that exists is never opened here: closing it again would drop the locks that another
    connection of this process has on it (POSIX). Nobody can put a link in its place between
    the look and SQLite's opening it, since nobody else can write to the folder.

    Raises:
        JournalError: the folder is another's or open to others, the file is a link or
            nothing ordinary, or the disk refuses.
    """
    private_folder(path.parent)
    try:
        try:
            os.close(os.open(path, _NEW, 0o600))
        except FileExistsError:
            _judge(path)
    except OSError as error:
        raise JournalError(f"{path} cannot be kept: {error.strerror}.", _ELSEWHERE) from error


def sync_folder(folder: Path) -> None:
    """Have a folder's entries on the disk: a file made or renamed in it stays so.

    Raises:
        OSError: the disk refuses.
    """
    fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def _judge(path: Path) -> None:
    kept = path.lstat()
    if not stat.S_ISREG(kept.st_mode):
        raise JournalError(
            f"{path} is a link or no ordinary file, and was left alone.",
            "Move it away: ircon follows no links to its files.",
        )
    if kept.st_uid == os.geteuid() and kept.st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        path.chmod(0o600)  # a copy that came back with loose permissions


_NETWORK: Final = frozenset(
    {"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "afs", "ceph", "glusterfs", "lustre", "fuse"}
)
_SYNCED: Final = ("dropbox", "icloud", "mobile documents", "onedrive", "google drive", "nextcloud")
_LOCAL: Final = "Use it from one machine at a time, or choose a local folder with --home."
_MOUNTS: Final = Path("/proc/self/mountinfo")
_ESCAPED: Final = {r"\040": " ", r"\011": "\t", r"\012": "\n", r"\134": "\\"}


def location_warning(folder: Path, mounts: Path = _MOUNTS) -> str | None:
    """Return why a folder is unsafe for a journal, in a sentence; None if nothing is known.

    Args:
        folder: where the journal is.
        mounts: what is mounted where, as Linux lists it; other systems have none.
    """
    place = folder.resolve()
    synced = next(
        (part for part in place.parts if any(name in part.lower() for name in _SYNCED)), None
    )
    if synced:
        return (
            f"{folder} is in {synced}, which copies and swaps files while they are written:"
            f" the journal may be damaged or lose events. {_LOCAL}"
        )
    kind = _file_system(place, mounts)
    if kind and (kind in _NETWORK or kind.startswith("fuse.")):
        return (
            f"{folder} is on a network or user-space file system ({kind}), whose locks may not"
            f" hold: two processes may damage the journal. {_LOCAL}"
        )
    return None


def _file_system(place: Path, mounts: Path) -> str | None:
    """The type of the file system that a place is on."""
    try:
        listed = mounts.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return None
    found: dict[Path, str] = {}
    for line in listed:  # 36 35 98:0 / /mnt rw,noatime shared:1 - ext3 /dev/root rw
        head, _, tail = line.partition(" - ")
        if tail and len(fields := head.split(" ")) > 4:
            found[Path(_unescaped(fields[4]))] = tail.split(" ")[0]
    return next((found[parent] for parent in (place, *place.parents) if parent in found), None)


def _unescaped(field: str) -> str:
    for escaped, char in _ESCAPED.items():
        field = field.replace(escaped, char)
    return field


_PROC: Final = Path("/proc")
_STOPPED: Final = frozenset("Tt")  # by a signal, by a debugger


class Holder(NamedTuple):
    """A process with a lock on a file; ``stopped`` is one that a signal has halted."""

    pid: int
    name: str
    stopped: bool


def holders(path: Path) -> list[Holder]:
    """The other processes that hold a lock on a file; none where nobody says."""
    try:
        held = path.stat()
        listed = (_PROC / "locks").read_text(encoding="ascii", errors="replace")
    except OSError:
        return []
    place = f"{os.major(held.st_dev):02x}:{os.minor(held.st_dev):02x}:{held.st_ino}"
    rows = (line.split() for line in listed.splitlines())
    # 1: POSIX ADVISORY WRITE 4242 fd:00:3154 1073741826 1073742335; waiting ones have "->"
    pids = {row[4] for row in rows if len(row) == 8 and row[5] == place and row[4].isdigit()}
    return [_holder(int(pid)) for pid in sorted(pids - {str(os.getpid())})]


def named(found: list[Holder]) -> str:
    """Who they are, in a sentence; empty for nobody."""
    if not found:
        return ""
    names = ", ".join(f"process {one.pid} ({one.name}{', stopped' * one.stopped})" for one in found)
    return f"{names[:1].upper()}{names[1:]} holds it."


def way_out(found: list[Holder]) -> str:
    """What to do about those that are stopped; empty where nobody is."""
    stopped = " ".join(str(one.pid) for one in found if one.stopped)
    return f"'kill -CONT {stopped}' lets it continue." if stopped else ""


def _holder(pid: int) -> Holder:
    try:
        name, _, rest = (
            (_PROC / str(pid) / "stat")
            .read_text(encoding="utf-8", errors="replace")
            .partition("(")[2]
            .rpartition(") ")
        )
    except OSError:
        return Holder(pid, "?", stopped=False)
    return Holder(pid, name, stopped=rest[:1] in _STOPPED)
