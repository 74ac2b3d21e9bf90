"""Conversations: dialogs that a screen shows one after another, awaiting each answer."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any, TypeVar, cast

from textual.screen import Screen

from ircon.console import background
from ircon.errors import IrconError

if TYPE_CHECKING:
    from ircon.console.app import IrconApp

Answer = TypeVar("Answer")


class Conversation:
    """The dialogs of one screen; a new conversation cancels the one before.

    Args:
        screen: the screen that the dialogs are shown over.
    """

    def __init__(self, screen: Screen[Any]) -> None:
        self._screen = screen
        self._shown = asyncio.Event()  # the first dialog is on the screen

    @property
    def _console(self) -> IrconApp:
        return cast("IrconApp", self._screen.app)

    async def begin(self, conversation: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Run a conversation in the background; return when its first dialog is shown.

        What is typed ahead then goes into the dialog's field. An error of the desk ends
        the conversation with a toast; so does a defect, and the screen stays.
        """
        shown = self._shown = asyncio.Event()

        async def talk() -> None:
            try:
                await conversation()
            except IrconError as error:
                self._console.show_error(error)
            except Exception as defect:  # noqa: BLE001 - the screen stays, with what is typed
                self._console.show_error(
                    await asyncio.to_thread(self._console.recovery.report, defect)
                )
            finally:
                shown.set()

        background.run(self._screen, talk, "dialog", exclusive=True)
        await shown.wait()

    async def ask(self, dialog: Screen[Answer]) -> Answer | None:
        """Show a dialog and return its answer; None if it was left without one."""
        answer: asyncio.Future[Answer | None] = asyncio.get_running_loop().create_future()
        await self._screen.app.push_screen(dialog, answer.set_result)
        self._shown.set()
        return await answer
