"""Suspension of the process (ctrl+z): nothing is held and nothing is sent while it sleeps."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable
from types import FrameType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from ircon.console.app import IrconApp

_STOP: Final = 4.0  # seconds for what is being sent to be noted as unknown
_GRACE: Final = 5.0  # seconds in which that must be done, or the process stops anyway


class Suspension:
    """Stops deliveries before the process is suspended and starts them when it is back."""

    def __init__(self, app: IrconApp) -> None:
        self._app = app
        self._is_suspended = False
        self._returned = 0  # held updates that became drafts

    def watch(self) -> None:
        """Begin to watch. In the main thread, once the terminal's driver runs."""
        _call_before_suspend(self.on_suspend)
        self._app.app_resume_signal.subscribe(self._app, self.on_resume)

    def on_suspend(self) -> None:
        """Turn held updates into drafts and stop the delivery thread."""
        self._is_suspended = True
        self._returned = self._app.desk.shutdown.keep_as_drafts()
        if self._app.delivery_thread is not None:
            self._app.delivery_thread.stop(_STOP)

    def on_resume(self, _app: object) -> None:
        """Start the delivery thread; does nothing after an external editor."""
        if self._is_suspended and self._app.delivery_thread is not None:
            self._is_suspended = False
            self._app.delivery_thread.start()
            if self._returned:
                self._app.show_message(
                    "Nothing was sent; the text is in the composer.",
                    f"{self._returned} held update(s) returned to drafts by the suspension",
                    "warning",
                )


def _call_before_suspend(on_suspend: Callable[[], object]) -> None:
    """Have something done before SIGTSTP (ctrl+z, or from outside) stops this process.

    The handler of the terminal's driver goes on after it. It is done in a thread of its
    own and waited for a few seconds only: a signal comes between any two steps of the
    main thread, which may hold a lock.
    """
    driver = signal.getsignal(signal.SIGTSTP)
    if not callable(driver):
        return

    def handler(number: int, frame: FrameType | None) -> None:
        work = threading.Thread(target=on_suspend, name="on suspend", daemon=True)
        work.start()
        work.join(_GRACE)
        driver(number, frame)

    signal.signal(signal.SIGTSTP, handler)
