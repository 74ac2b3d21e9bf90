"""Where the journal's files may be: in a folder that nobody else can write to."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Final

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
