"""Recorder of a command that runs in the person's own terminal: exit code and last lines."""

from __future__ import annotations

import os
import re
import select
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import BinaryIO, Final

LAST_LINES: Final = 20
_LAST_BYTES: Final = 16_384
_MARGIN: Final = 16_384  # longer than any secret is written: the half of one is cut away with it
# What a terminal obeys and no reader wants: CSI, OSC and two-character sequences.
_SEQUENCES: Final = re.compile(
    r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[ -/]*[0-~]"
)
_NOT_FOUND: Final = 127  # as shells say it
_NOT_RUNNABLE: Final = 126


@dataclass(frozen=True, slots=True)
class Recorded:
    """How a command ended, and its last lines as plain text."""

    exit_code: int
    seconds: float
    last_lines: str


class _Tail:
    """Keeps the end of what passes by."""

    def __init__(self) -> None:
        self._kept = bytearray()
        self._is_cut = False
        self._lock = threading.Lock()

    def add(self, data: bytes) -> None:
        with self._lock:
            self._kept += data
            self._is_cut |= len(self._kept) > _LAST_BYTES + _MARGIN
            del self._kept[: -_LAST_BYTES - _MARGIN]

    def lines(self, hide: Callable[[str], str]) -> str:
        """The last lines, without what only a terminal understands, and what is to be hidden."""
        text = _SEQUENCES.sub("", self._kept.decode("utf-8", "replace")).replace("\r\n", "\n")
        text = hide(text)[_MARGIN if self._is_cut else 0 :]
        # Of a line that was drawn over and over, as progress is, the last state.
        shown = [line.rstrip("\r").rpartition("\r")[2] for line in text.rstrip().split("\n")]
        return "\n".join(shown[-LAST_LINES:])


def run_recorded(
    argv: Sequence[str], hide: Callable[[str], str], *, to_stderr: bool = False
) -> Recorded:
    """Run a command: at a terminal on a pseudo-terminal, else through pipes.

    Args:
        argv: the command and its arguments; no shell is involved.
        hide: takes out of the recorded text what must not be kept.
        to_stderr: keep standard output free of what the command writes.

    Returns:
        The command's exit code: 128 and the signal's number where one ended it, 127
        where there is no such command, 126 where it cannot be run.
    """
    tail = _Tail()
    start = time.monotonic()
    try:
        if sys.stdin.isatty() and sys.stdout.isatty() and not to_stderr:
            code = _on_terminal(argv, tail)
        else:
            code = _through_pipes(argv, tail, to_stderr=to_stderr)
    except OSError as error:
        words = f"{argv[0]}: {error.strerror}"
        print(words, file=sys.stderr)
        tail.add(words.encode())
        code = _NOT_FOUND if isinstance(error, FileNotFoundError) else _NOT_RUNNABLE
    return Recorded(code, round(time.monotonic() - start, 3), tail.lines(hide))


def _on_terminal(argv: Sequence[str], tail: _Tail) -> int:
    """On a terminal of its own that looks and sounds like this one."""
    import fcntl
    import pty
    import termios
    import tty

    here = sys.stdin.fileno()
    outer, inner = pty.openpty()

    def resize(*_: object) -> None:
        size = fcntl.ioctl(here, termios.TIOCGWINSZ, bytes(8))
        fcntl.ioctl(outer, termios.TIOCSWINSZ, size)

    modes = termios.tcgetattr(here)
    termios.tcsetattr(inner, termios.TCSANOW, modes)
    resize()
    before = signal.signal(signal.SIGWINCH, resize)
    try:
        with subprocess.Popen(
            argv,
            stdin=inner,
            stdout=inner,
            stderr=inner,
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),  # noqa: PLW1509 - one thread
        ) as child:
            os.close(inner)
            tty.setraw(here)  # ctrl-c and the like are keys for the command
            _relay(here, outer, tail)
            return _exit_code(child.wait())
    finally:
        termios.tcsetattr(here, termios.TCSADRAIN, modes)
        signal.signal(signal.SIGWINCH, before)
        os.close(outer)


def _relay(here: int, outer: int, tail: _Tail) -> None:
    """Keys to the command, its words to the terminal, until it has closed its own."""
    listened = [here, outer]
    while True:
        ready, _, _ = select.select(listened, [], [])
        if outer in ready:
            try:
                data = os.read(outer, 65_536)
            except OSError:  # Linux says so when the last one has closed the other end
                return
            if not data:
                return
            tail.add(data)
            _write(sys.stdout.fileno(), data)
        if here in ready:
            keys = os.read(here, 4096)
            if keys:
                _write(outer, keys)
            else:
                listened.remove(here)


def _write(sink: int, data: bytes) -> None:
    while data:
        data = data[os.write(sink, data) :]


def _through_pipes(argv: Sequence[str], tail: _Tail, *, to_stderr: bool) -> int:
    sys.stdout.flush()
    with subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=subprocess.PIPE, bufsize=0) as child:
        # ctrl-c is the command's to answer: it is in the same group and gets it too
        before = signal.signal(signal.SIGINT, signal.SIG_IGN)
        copies = [
            threading.Thread(target=_copy, args=(source, sink, tail))
            for source, sink in (
                (child.stdout, sys.stderr.buffer if to_stderr else sys.stdout.buffer),
                (child.stderr, sys.stderr.buffer),
            )
        ]
        try:
            for copy in copies:
                copy.start()
            for copy in copies:
                copy.join()
            return _exit_code(child.wait())
        finally:
            signal.signal(signal.SIGINT, before)


def _copy(source: BinaryIO, sink: BinaryIO, tail: _Tail) -> None:
    while data := source.read(4096):
        tail.add(data)
        try:
            sink.write(data)
            sink.flush()
        except BrokenPipeError:  # the command shall not notice: its end is still recorded
            continue


def _exit_code(code: int) -> int:
    return 128 - code if code < 0 else code
