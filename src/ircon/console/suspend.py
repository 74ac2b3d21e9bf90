"""Suspended: nothing is held, nothing is sent, and the terminal is the shell's."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable
from types import FrameType
from typing import Final

_PATIENCE: Final = 5.0  # seconds for a write under way to be noted as unknown


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
        work.join(_PATIENCE)
        driver(number, frame)

    signal.signal(signal.SIGTSTP, handler)
