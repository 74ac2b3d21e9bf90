"""A terminal for tests: the console as a child process on a pseudo-terminal of its own."""

from __future__ import annotations

import itertools
import os
import pty
import select
import signal
import subprocess
import sys
import termios
import time
from pathlib import Path
from typing import Self

import pyte

_CHILD = """
import fcntl, sys, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
from ircon.console.start import run_console
from ircon.desk.factory import open_desk
desk = open_desk(sys.argv[1])
code = run_console(desk, start=sys.argv[2] if len(sys.argv) > 2 else None)
desk.close()
sys.exit(code)
"""
_PATIENCE = 20.0  # seconds, for a machine that is busy; nothing here is measured


class Terminal:
    """The console over a home folder, as a person's terminal sees it.

    Attributes:
        raw: every byte that reached the terminal.
    """

    def __init__(
        self,
        home: Path,
        *arguments: str,
        size: tuple[int, int] = (100, 30),
        env: dict[str, str] | None = None,
    ) -> None:
        self.raw = b""
        self._screen = pyte.Screen(*size)
        self._stream = pyte.ByteStream(self._screen)
        self.fd, child = pty.openpty()
        self.before = termios.tcgetattr(child)
        termios.tcsetwinsize(child, (size[1], size[0]))
        self.process = subprocess.Popen(
            [sys.executable, "-c", _CHILD, str(home), *arguments],
            stdin=child,
            stdout=child,
            stderr=child,
            start_new_session=True,
            env={**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor", **(env or {})},
        )
        self._child = child

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        for fd in (self.fd, self._child):
            if fd >= 0:
                os.close(fd)

    def text(self) -> str:
        """The screen as it stands."""
        return "\n".join(line.rstrip() for line in self._screen.display)

    def until(self, words: str) -> str:
        """Read until some words are on the screen."""
        end = time.monotonic() + _PATIENCE
        while time.monotonic() < end:
            self.read(0.05)
            if words in self.text():
                return self.text()
        raise AssertionError(f"{words!r} does not appear on:\n{self.text()}")

    def type(self, keys: str) -> None:
        """Send keys."""
        os.write(self.fd, keys.encode())

    def stall(self) -> None:
        """Read no more, and have more drawn than the terminal can hold."""
        end = time.monotonic() + _PATIENCE
        for columns in itertools.cycle((150, 151)):
            termios.tcsetwinsize(self._child, (60, columns))
            self.process.send_signal(signal.SIGWINCH)
            time.sleep(0.05)
            if not select.select([], [self._child], [], 0)[1]:
                return
            assert time.monotonic() < end, "it takes everything"

    def hang_up(self) -> None:
        """Close the terminal, as a lost connection does."""
        os.close(self._child)
        os.close(self.fd)
        self.fd = self._child = -1

    def until_stopped(self) -> None:
        """Read until the process is suspended."""
        end = time.monotonic() + _PATIENCE
        state = Path(f"/proc/{self.process.pid}/stat")
        while state.read_text().rpartition(")")[2].split()[0] != "T":
            self.read(0.05)
            assert time.monotonic() < end, "it runs on"
        self.read(0.05)

    def wait(self) -> int:
        """Read to the end; the exit code."""
        end = time.monotonic() + _PATIENCE
        while self.process.poll() is None and time.monotonic() < end:
            if self.fd >= 0:
                self.read(0.05)
            else:
                time.sleep(0.02)
        if self.fd >= 0:
            self.read(0.05)
        assert self.process.poll() is not None, "it is still running"
        return self.process.returncode

    def is_restored(self) -> bool:
        """Whether the terminal is as the shell had it: modes, screen, mouse and cursor."""
        left = [b"\x1b[?1049l", b"\x1b[?25h"]
        modes = (b"?1000", b"?1003", b"?2004")  # mouse, motion, bracketed paste
        left += [b"\x1b[" + on + b"l" for on in modes if b"\x1b[" + on + b"h" in self.raw]
        return self.modes_are_restored() and all(sequence in self.raw for sequence in left)

    def modes_are_restored(self) -> bool:
        """Whether it echoes and takes lines again."""
        return bool(termios.tcgetattr(self._child)[3] == self.before[3])

    def read(self, seconds: float) -> None:
        """Take in what reaches the terminal, and what comes within some seconds."""
        while select.select([self.fd], [], [], seconds)[0]:
            try:
                data = os.read(self.fd, 65536)
            except OSError:
                return
            self.raw += data
            self._stream.feed(data)
            seconds = 0
