"""A program on a pseudo-terminal, and the times at which its screen changed.

Nothing is drawn while the clock runs: chunks are stamped as they arrive and read
into a screen afterwards, so the reader's slowness is in no figure.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyte

COLUMNS, ROWS = 120, 40
_QUIET = 0.15  # seconds without output after which a screen counts as still
# What pyte would print as text: kitty and xterm questions, modes, strings, cursor shapes.
_UNREAD = re.compile(
    rb"\x1b\[[<>=?][0-9;]*[A-Za-ln-z]|\x1b\[[0-9;?]*\$[a-z]|\x1b[P_].*?\x1b\\"
    rb"|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b\[[0-9;]* q|\x1b\[[0-9;]*t",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Measured:
    """One run: milliseconds to a usable screen, milliseconds a key, mebibytes at most."""

    ready_ms: float
    key_ms: list[float]
    peak_mib: float


def measure(argv: Sequence[str], ready: str, key: bytes, presses: int) -> Measured:
    """Start a program, wait for ``ready`` on its screen, press a key so many times.

    A key's time is from the write to the first chunk that changes the screen.

    Raises:
        RuntimeError: the screen never showed ``ready``.
    """
    pid, terminal, started = _start(argv)
    try:
        screen = pyte.Screen(COLUMNS, ROWS)
        stream = pyte.ByteStream(screen)
        chunks = _read(terminal, deadline=started + 30, until=ready.encode())
        shown = _first(chunks, screen, stream, lambda text: ready in text)
        if shown is None:
            raise RuntimeError(f"{argv[0]} never showed {ready!r}")
        for _, data in _read(terminal, deadline=time.perf_counter() + 5):
            stream.feed(_UNREAD.sub(b"", data))
        keys = []
        for _ in range(presses):
            pressed = time.perf_counter()
            os.write(terminal, key)
            answer = _read(terminal, deadline=pressed + 2)
            changed = _first(answer, screen, stream, _differs(screen))
            if changed is not None:
                keys.append((changed - pressed) * 1000)
        return Measured((shown - started) * 1000, keys, _peak(pid))
    finally:
        _end(pid, terminal)


def _start(argv: Sequence[str]) -> tuple[int, int, float]:
    gate, opened = os.pipe()
    pid, terminal = pty.fork()
    if pid == 0:
        os.read(gate, 1)
        environment = {**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor"}
        try:
            os.execvpe(argv[0], list(argv), environment)  # noqa: S606 - no shell is the point
        finally:
            os._exit(127)
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
    started = time.perf_counter()
    os.write(opened, b"x")
    os.close(opened)
    os.close(gate)
    return pid, terminal, started


def _read(terminal: int, deadline: float, until: bytes = b"") -> list[tuple[float, bytes]]:
    """Stamped chunks until the deadline, or until it is quiet (after ``until`` was seen)."""
    chunks: list[tuple[float, bytes]] = []
    seen = b""
    while (now := time.perf_counter()) < deadline:
        awaited = until and until not in seen
        if not select.select([terminal], [], [], deadline - now if awaited else _QUIET)[0]:
            break
        try:
            data = os.read(terminal, 65536)
        except OSError:
            break
        chunks.append((time.perf_counter(), data))
        seen += data if awaited else b""
        if b"\x1b[?2026$p" in data:
            os.write(terminal, b"\x1b[?2026;2$y")
    return chunks


def _first(
    chunks: list[tuple[float, bytes]],
    screen: pyte.Screen,
    stream: pyte.ByteStream,
    holds: Callable[[str], bool],
) -> float | None:
    """Return the time of the first chunk after which the condition holds."""
    found = None
    for at, data in chunks:
        stream.feed(_UNREAD.sub(b"", data))
        if found is None and holds("\n".join(screen.display)):
            found = at
    return found


def _differs(screen: pyte.Screen) -> Callable[[str], bool]:
    """Return a test that is true once the screen differs from now."""
    before = "\n".join(screen.display), _look(screen)
    return lambda text: (text, _look(screen)) != before


def _look(screen: pyte.Screen) -> tuple[object, ...]:
    """Return colours and cursor position: moving a highlight changes no character."""
    return tuple(
        tuple((cell.fg, cell.bg, cell.bold, cell.reverse) for cell in row.values())
        for row in screen.buffer.values()
    )


def _peak(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    return int(found[1]) / 1024 if found else 0.0


def _end(pid: int, terminal: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    os.close(terminal)
