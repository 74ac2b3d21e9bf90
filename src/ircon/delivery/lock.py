"""One sender for each store: a lock that the kernel frees when its holder dies."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from ircon.errors import JournalError


class SenderLock:
    """``flock`` on ``outbox.lock`` beside the journal. No lease, no clock.

    Held only while something is due; the file says who holds it, for people.
    """

    def __init__(self, folder: Path, owner: str) -> None:
        self._path = folder / "outbox.lock"
        self._owner = owner
        self._fd: int | None = None

    def acquire(self) -> bool:
        """Take the lock if it is free; never waits. True when it is ours.

        Raises:
            JournalError: the file cannot be used, or this file system has no locks.
        """
        if self._fd is not None:
            return True
        try:
            fd = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise self._unusable(error) from error
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(fd)
            return False
        except OSError as error:
            os.close(fd)
            raise self._unusable(error) from error
        self._fd = fd
        self._sign(fd)
        return True

    def release(self) -> None:
        """Give the lock back; nothing happens if it is not ours."""
        if self._fd is not None:
            fd, self._fd = self._fd, None
            with suppress(OSError):
                os.ftruncate(fd, 0)
            os.close(fd)

    def holder(self) -> str | None:
        """Who else holds it, as ``host:pid:boot``; None if nobody does.

        The words in the file outlive a holder that was killed: the lock is asked.
        """
        if self._fd is not None:
            return None
        try:
            with self._path.open("rb") as file:
                try:
                    fcntl.flock(file.fileno(), fcntl.LOCK_SH | fcntl.LOCK_NB)
                except BlockingIOError:
                    return file.read().decode("utf-8", "replace") or "::"
        except OSError:
            pass
        return None

    def _sign(self, fd: int) -> None:
        """Say who holds it, for people; a full disk keeps nobody from sending."""
        with suppress(OSError):
            os.ftruncate(fd, 0)
            os.pwrite(fd, self._owner.encode(), 0)

    def _unusable(self, error: OSError) -> JournalError:
        return JournalError(
            f"{self._path} cannot be locked ({error.strerror}), so nothing is sent.",
            "Check the folder's owner and its file system: 'ircon doctor' looks closer.",
        )


@contextmanager
def exclusively(path: Path) -> Iterator[None]:
    """Hold a file's lock for a moment; waits until nobody else does.

    Raises:
        JournalError: the file cannot be used, or this file system has no locks.
    """
    try:
        fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise JournalError(f"{path} cannot be locked ({error.strerror}).") from error
    try:
        fcntl.flock(fd, fcntl.LOCK_EX)
        yield
    finally:
        os.close(fd)


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
