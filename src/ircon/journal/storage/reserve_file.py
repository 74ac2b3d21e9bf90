"""Reserve of disk space, given up on a full disk so that what is being typed still fits."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import Final

_SIZE: Final = 256 * 1024
_SPARE: Final = 4 * _SIZE  # what must be free besides: it is not to fill the disk itself
_NEW: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


class ReserveFile:
    """The reserve file, which holds nothing but space.

    Attributes:
        released: whether this process gave it up.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self.released = False

    def release(self) -> bool:
        """Give the room back; False where there was none to give."""
        with suppress(OSError):
            self._path.unlink()
            self.released = True
            return True
        return False

    def renew(self) -> None:
        """Take the room again where it is missing and there is plenty."""
        if self._path.exists():
            return
        with suppress(OSError):
            disk = os.statvfs(self._path.parent)
            if disk.f_bavail * disk.f_frsize >= _SIZE + _SPARE:
                self._fill()
                self.released = False

    def _fill(self) -> None:
        fd = os.open(self._path, _NEW, 0o600)
        try:
            content = os.urandom(_SIZE)  # zeros would take no room where files are compressed
            while content:
                content = content[os.write(fd, content) :]
        except OSError:
            self._path.unlink()
            raise
        finally:
            os.close(fd)
