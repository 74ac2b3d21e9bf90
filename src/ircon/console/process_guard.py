"""The process guard: ends the program on a signal or without a terminal, even if the app hangs."""

from __future__ import annotations

import os
import select
import signal
import sys
import termios
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final

_PULSE: Final = 0.25  # seconds between two checks of the terminal
_GRACE: Final = 1.5  # seconds in which the app may exit by itself (docs/security.md)
_RESTORE_SEQUENCE: Final = (
    b"\x1b[?1000l\x1b[?1002l\x1b[?1003l\x1b[?1006l\x1b[?1015l\x1b[?1004l\x1b[?2004l"
    b"\x1b[<u\x1b[?1049l\x1b[?25h\x1b[0m"
)
_SIGNALS: Final = (signal.SIGTERM, signal.SIGHUP)


class Guard:
    """Ends the process on SIGTERM, SIGHUP or a lost terminal, drafts saved.

    Writing to a terminal that has stalled or is gone blocks the app's event loop: so the
    guard waits in a thread of its own.

    Args:
        request_exit: asks the app to exit; called in the guard's thread.
        save: saves drafts if it does not exit in time; called in the guard's thread.
    """

    def __init__(self, request_exit: Callable[[], Any], save: Callable[[], None]) -> None:
        self._request_exit = request_exit
        self._save = save
        self._signalled = threading.Event()
        self._stopped = threading.Event()
        self._terminal = sys.stdin.fileno()

    def start(self) -> None:
        """Begin to watch, before the app starts, so that the terminal's modes can be restored.

        In the main thread: signals can be handled only there.
        """
        for name in _SIGNALS:
            signal.signal(name, lambda *_: self._signalled.set())
        modes = None
        with suppress(termios.error):
            modes = termios.tcgetattr(self._terminal)
        threading.Thread(target=self._watch, args=(modes,), name="guard", daemon=True).start()

    def stop(self) -> None:
        """Stop watching: the app has exited."""
        self._stopped.set()

    def _watch(self, modes: list[Any] | None) -> None:
        while not self._signalled.wait(_PULSE):
            if self._stopped.is_set():
                return
            if _is_gone(self._terminal):
                break
        self._request_exit()
        if self._stopped.wait(_GRACE):
            return
        try:
            self._save()
        finally:
            if modes is not None:
                with suppress(termios.error):
                    termios.tcsetattr(self._terminal, termios.TCSANOW, modes)
            with suppress(OSError):
                _restore(self._terminal)
            os._exit(1)  # no other thread can be asked


def _restore(terminal: int) -> None:
    """Reset mouse, paste and keyboard modes, the screen and the cursor for the shell.

    Without blocking: a terminal that has stalled takes nothing more.
    """
    output = os.open(os.ttyname(terminal), os.O_WRONLY | os.O_NONBLOCK | os.O_NOCTTY)
    os.write(output, _RESTORE_SEQUENCE)


def _is_gone(terminal: int) -> bool:
    poll = select.poll()
    poll.register(terminal, select.POLLHUP | select.POLLERR | select.POLLNVAL)
    return bool(poll.poll(0))
