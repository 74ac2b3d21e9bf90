"""The end that always comes: by a signal, or when the terminal is gone."""

from __future__ import annotations

import os
import select
import signal
import sys
import termios
import threading
from collections.abc import Callable
from contextlib import suppress
from types import FrameType
from typing import Any, Final

_PULSE: Final = 0.25  # seconds between two looks whether the terminal is still there
_SUSPEND_GRACE: Final = 5.0  # seconds for a write under way to be noted as unknown
_GRACE: Final = 1.5  # seconds in which the app may leave by itself (docs/security.md)
_RESTORED: Final = (
    b"\x1b[?1000l\x1b[?1002l\x1b[?1003l\x1b[?1006l\x1b[?1015l\x1b[?1004l\x1b[?2004l"
    b"\x1b[<u\x1b[?1049l\x1b[?25h\x1b[0m"
)
_SIGNALS: Final = (signal.SIGTERM, signal.SIGHUP)


class Guard:
    """Sees to it that the console ends when it must, even if the app hangs.

    Writing to a terminal that has stalled or is gone blocks whoever writes, the
    app's event loop among them: so this waits in a thread of its own.

    Args:
        leave: asks the app to leave; called in the guard's thread.
        save: what must not be lost if it does not leave in time; called there too.
    """

    def __init__(self, leave: Callable[[], Any], save: Callable[[], None]) -> None:
        self._leave = leave
        self._save = save
        self._told = threading.Event()
        self._over = threading.Event()
        self._terminal = sys.stdin.fileno()

    def start(self) -> None:
        """Begin to watch, before the app: the terminal is left as it is now.

        In the main thread, for only there signals can be handled.
        """
        for name in _SIGNALS:
            signal.signal(name, lambda *_: self._told.set())
        modes = None
        with suppress(termios.error):
            modes = termios.tcgetattr(self._terminal)
        threading.Thread(target=self._watch, args=(modes,), name="guard", daemon=True).start()

    def stop(self) -> None:
        """The app has left."""
        self._over.set()

    def _watch(self, modes: list[Any] | None) -> None:
        while not self._told.wait(_PULSE):
            if self._over.is_set():
                return
            if _is_gone(self._terminal):
                break
        self._leave()
        if self._over.wait(_GRACE):
            return
        try:
            self._save()
        finally:
            if modes is not None:
                with suppress(termios.error):
                    termios.tcsetattr(self._terminal, termios.TCSANOW, modes)
            with suppress(OSError):
                _give_back(self._terminal)
            os._exit(1)  # no other thread can be asked


def _give_back(terminal: int) -> None:
    """Mouse, paste and keyboard as a shell wants them, its own screen and the cursor.

    Without waiting: a terminal that has stalled takes nothing more.
    """
    again = os.open(os.ttyname(terminal), os.O_WRONLY | os.O_NONBLOCK | os.O_NOCTTY)
    os.write(again, _RESTORED)


def _is_gone(terminal: int) -> bool:
    poll = select.poll()
    poll.register(terminal, select.POLLHUP | select.POLLERR | select.POLLNVAL)
    return bool(poll.poll(0))


def call_before_suspend(on_suspend: Callable[[], object]) -> None:
    """Have something done before SIGTSTP (ctrl+z, or from outside) stops this process.

    Call it in the main thread once the terminal's driver has its own handler, which
    then goes on. It is done in a thread of its own and waited for a while only: a
    signal comes between any two steps of the main thread, which may hold a lock.
    """
    driver = signal.getsignal(signal.SIGTSTP)
    if not callable(driver):
        return

    def handler(number: int, frame: FrameType | None) -> None:
        work = threading.Thread(target=on_suspend, name="stand down", daemon=True)
        work.start()
        work.join(_SUSPEND_GRACE)
        driver(number, frame)

    signal.signal(signal.SIGTSTP, handler)
