"""The flow of sending: prepare, one confirmation, one send, never two; and taking back."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from ircon.console.screens.base import IrconScreen
from ircon.console.screens.confirm import ConfirmScreen
from ircon.desk.drafts import POSTMORTEM, OutboxItem, Preview, Submission
from ircon.errors import IrconError, Refused

Answer = TypeVar("Answer")


class SendFlow:
    """Sends what a screen composes, once; its steps run within a conversation of the screen.

    Args:
        screen: the screen that composes.
        refuse: shows beside the text why it cannot be sent, and leads to the place.

    Attributes:
        is_sending: a send has begun. It stays true, for a thread is not stopped, unless
            the send certainly failed.
    """

    def __init__(self, screen: IrconScreen[Any], *, refuse: Callable[[Refused], None]) -> None:
        self.is_sending = False
        self._screen = screen
        self._refuse = refuse

    async def prepare(self, call: Callable[[], Answer]) -> Answer | None:
        """Return what ``call`` makes in a thread; None if the desk refused, and ``refuse`` ran."""
        try:
            return await asyncio.to_thread(call)
        except Refused as refused:
            self._refuse(refused)
            return None

    async def confirm(
        self,
        preview: Preview,
        send: Callable[[float, str], Submission],
        notices: Sequence[str] = (),
    ) -> Submission | None:
        """Show the confirmation, then send once.

        Args:
            preview: what is confirmed.
            send: takes it to the outbox, in a thread; given the seconds to hold it, and
                the reason that was typed, if one was needed.
            notices: more that is worth reading before the confirmation.

        Returns:
            What was sent; None if it was not confirmed.

        Raises:
            IrconError: it was not sent.
        """
        hold = self._screen.desk.config.console.hold_seconds
        confirmation = ConfirmScreen(preview, notices=notices, hold=hold)
        reason = await self._screen.question(confirmation)
        if reason is None or self.is_sending:
            return None
        self.is_sending = True
        try:
            return await asyncio.to_thread(send, hold, reason)
        except IrconError:
            self.is_sending = False
            raise


def take_back(screen: IrconScreen[Any], item: OutboxItem) -> None:
    """Take back an update that is still held, and open its text in the composer."""

    def reopen(_: object) -> None:
        screen.console.show_message("Taken back. Nothing was sent; the text is in the composer.")
        screen.refresh_data()
        if item.kind == POSTMORTEM:
            screen.console.open_postmortem(item.incident)
        else:
            screen.console.open_composer(item.incident)

    screen.ask(lambda: screen.desk.holds.take_back(item.operation), reopen, group="take back")
