"""Recovery from a defect: it costs the screens that were open, and no text that was typed."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Final

from textual.worker import WorkerFailed

from ircon.console import background
from ircon.errors import IrconError

if TYPE_CHECKING:
    from ircon.console.app import IrconApp

_MOST: Final = 3  # defects within the seconds below; after that, a restart has not helped
_WITHIN: Final = 10.0


class CrashRecovery:
    """Reports what nobody caught, saves what is typed, and starts again at the list of incidents.

    Attributes:
        defects: every defect so far, each with the second it came in.
    """

    def __init__(self, app: IrconApp) -> None:
        self.defects: list[tuple[float, Exception]] = []
        self._app = app

    def handle(self, error: Exception) -> bool:
        """Begin to recover; False where the app must end: restarting has not helped."""
        defect = error.error if isinstance(error, WorkerFailed) else error
        now = self._app.desk.clock.monotonic_ns() / 1e9
        recent = [second for second, _ in self.defects if now - second < _WITHIN]
        self.defects.append((now, defect))  # type: ignore[arg-type]  # a worker's is no exit
        if len(recent) >= _MOST:
            return False
        self._app.read_fields()
        return self._app.call_soon(
            lambda: background.run(self._app, partial(self._restart, defect), "defect")
        )

    def report(self, defect: BaseException) -> IrconError:
        """Write a report of a defect, without user data; return the sentence about it."""
        from ircon.crash import report

        return report(defect, "console", self._app.desk.paths.data)

    async def _restart(self, defect: BaseException) -> None:
        """Close every screen, open the list, and say what happened."""
        app = self._app
        problem = await asyncio.to_thread(self.report, defect)
        with suppress(IrconError):  # shown by the autosave, which tries again
            await asyncio.to_thread(app.autosave.flush)
        while len(app.screen_stack) > 1:
            app.pop_screen()
        await app.open_incidents()
        app.show_error(IrconError(f"{problem.message} What you typed is saved.", problem.hint))
