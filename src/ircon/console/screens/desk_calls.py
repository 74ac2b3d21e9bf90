"""Calls to the desk from a screen: made in a thread, answered on the event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar, cast

from textual.screen import Screen

from ircon.console import background
from ircon.errors import IrconError

if TYPE_CHECKING:
    from ircon.console.app import IrconApp

Answer = TypeVar("Answer")


class DeskCalls:
    """The calls of one screen, in groups: a newer call makes an older one of its group void.

    Args:
        screen: the screen that the calls belong to; they end with it.
        is_whole: whether the screen still stands with all its widgets.
        show_trouble: called when ``unread`` has changed.
    """

    def __init__(
        self,
        screen: Screen[Any],
        *,
        is_whole: Callable[[], bool],
        show_trouble: Callable[[], None],
    ) -> None:
        self._screen = screen
        self._is_whole = is_whole
        self._show_trouble = show_trouble
        self._unread: dict[str, IrconError] = {}  # by group

    @property
    def _console(self) -> IrconApp:
        return cast("IrconApp", self._screen.app)

    @property
    def unread(self) -> tuple[str, ...]:
        """Why parts of the screen could not be read: one sentence each."""
        return tuple(str(error) for error in self._unread.values())

    def ask(self, call: Callable[[], Answer], then: Callable[[Answer], Any], group: str) -> None:
        """Call in a thread, then go on with the answer; an error or a defect is a toast."""
        self._run(call, then, self._console.show_error, group)

    def read(self, call: Callable[[], Answer], then: Callable[[Answer], Any], group: str) -> None:
        """Read what the screen shows; an error stays on top until the group reads again."""

        def show(answer: Answer) -> None:
            if self._unread.pop(group, None):
                self._show_trouble()
            then(answer)

        self._run(call, show, lambda error: self.add_unread(group, error), group)

    def add_unread(self, group: str, error: IrconError) -> None:
        """Note that a group could not be read: a modal screen shows a toast, others a banner."""
        self._unread[group] = error
        if self._screen.is_modal:
            self._console.show_error(error)
        elif self._is_whole():
            self._show_trouble()

    def _run(
        self,
        call: Callable[[], Answer],
        then: Callable[[Answer], Any],
        fail: Callable[[IrconError], None],
        group: str,
    ) -> None:
        async def work() -> None:
            try:
                answer = await asyncio.to_thread(call)
            except IrconError as error:
                fail(error)
            except Exception as defect:  # noqa: BLE001 - the other screens work
                fail(await asyncio.to_thread(self._console.recovery.report, defect))
            else:
                if self._is_whole():
                    then(answer)

        background.run(self._screen, work, group, exclusive=True)
