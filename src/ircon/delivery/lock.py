"""One sender for each store: a lock that the kernel frees when its holder dies."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path


class SenderLock:
    """``flock`` on ``outbox.lock`` beside the journal. No lease, no clock.

    Held only while something is due; the file says who holds it, for people.
    """

    def __init__(self, folder: Path, owner: str) -> None:
        self._path = folder / "outbox.lock"
        self._owner = owner
        self._fd: int | None = None

    def acquire(self) -> bool:
        """Take the lock if it is free; never waits. True when it is ours."""
        if self._fd is not None:
            return True
        fd = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(fd)
            return False
        os.ftruncate(fd, 0)
        os.pwrite(fd, self._owner.encode(), 0)
        self._fd = fd
        return True

    def release(self) -> None:
        """Give the lock back; nothing happens if it is not ours."""
        if self._fd is not None:
            os.ftruncate(self._fd, 0)
            os.close(self._fd)
            self._fd = None

    def holder(self) -> str | None:
        """Who holds it, as ``host:pid:boot``; None if nobody does."""
        try:
            return self._path.read_text() or None
        except OSError:
            return None


def is_alive(owner: str | None, here: str) -> bool:
    """Whether the process that holds something still runs; on another host: assume so."""
    if not owner:
        return False
    host, pid, boot = [*owner.split(":"), "", ""][:3]
    my_host, _, my_boot = [*here.split(":"), "", ""][:3]
    if host != my_host:
        return True
    if boot != my_boot or not pid.isdigit():
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass  # somebody else's process: alive
    return True
