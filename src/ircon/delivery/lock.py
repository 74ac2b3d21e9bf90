"""Sender lock: one sender for each store, freed by the kernel when its holder dies."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from ircon.errors import JournalError


class SenderLock:
    """Kernel lock (``flock``) on ``outbox.lock`` in the data folder, without a lease or a clock.

    Held only while something is due; the file names its holder, for people.
    """

    def __init__(self, folder: Path, owner: str) -> None:
        self._path = folder / "outbox.lock"
        self._owner = owner
        self._fd: int | None = None

    def acquire(self) -> bool:
        """Take the lock if it is free, without waiting; return whether this process holds it.

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
        self._write_owner(fd)
        return True

    def release(self) -> None:
        """Release the lock; does nothing where this process does not hold it."""
        if self._fd is not None:
            fd, self._fd = self._fd, None
            with suppress(OSError):
                os.ftruncate(fd, 0)
            os.close(fd)

    def holder(self) -> str | None:
        """Return the other process that holds it, as ``host:pid:boot``; None if nobody does.

        The lock itself is tried, as the file's text outlives a holder that was killed.
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

    def _write_owner(self, fd: int) -> None:
        """Name the holder in the file, for people; a full disk prevents no sending."""
        with suppress(OSError):
            os.ftruncate(fd, 0)
            os.pwrite(fd, self._owner.encode(), 0)

    def _unusable(self, error: OSError) -> JournalError:
        return JournalError(
            f"{self._path} cannot be locked ({error.strerror}), so nothing is sent.",
            "Check the folder's owner and its file system: 'ircon doctor' looks closer.",
        )


@contextmanager
def file_lock(path: Path) -> Iterator[None]:
    """Hold a file's lock within the block; wait until nobody else does.

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
    """Return whether an owner (``host:pid:boot``) still runs; on another host, assume so."""
    if not owner:
        return False
    host, pid, boot = [*owner.split(":"), "", ""][:3]
    own_host, _, own_boot = [*here.split(":"), "", ""][:3]
    if host != own_host:
        return True
    if boot != own_boot or not pid.isdigit():
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass  # somebody else's process: alive
    return True
