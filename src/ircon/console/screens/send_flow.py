"""What the screens that publish share: one question, then one send, never two."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import TypeVar

from ircon.console.screens.base import IrconScreen
from ircon.console.screens.confirm import ConfirmScreen
from ircon.desk.drafts import Preview, Submission
from ircon.errors import IrconError, Refused

Answer = TypeVar("Answer")


class PublishingScreen(IrconScreen[None]):
    """A screen whose words become public after a person has confirmed them."""

    sending = False

    async def settle(self) -> None:
        """And take the words over."""
        await super().settle()
        self.read_fields()

    async def prepared(self, prepare: Callable[[], Answer]) -> Answer | None:
        """What is to be confirmed; within a conversation.

        Returns:
            What ``prepare`` made, in a thread; None if the desk refuses it: then
            ``refuse`` has shown why.
        """
        try:
            return await asyncio.to_thread(prepare)
        except Refused as refused:
            self.refuse(refused)
            return None

    def refuse(self, refused: Refused) -> None:
        """Show beside the text why it cannot be sent, and lead to the place. Subclasses do."""
        raise refused

    async def confirm(
        self,
        preview: Preview,
        send: Callable[[float, str], Submission],
        notices: Sequence[str] = (),
    ) -> Submission | None:
        """Ask, then send once; within a conversation.

        Args:
            preview: what is confirmed.
            send: takes it to the outbox, in a thread; given the seconds to hold it, and
                the reason that was typed, if one was wanted.
            notices: more that is worth reading before the yes.

        Returns:
            What was sent; None if the answer was no.

        Raises:
            IrconError: it was not sent.
        """
        hold = self.desk.config.console.hold_seconds
        reason = await self.question(ConfirmScreen(preview, notices=notices, hold=hold))
        if reason is None or self.sending:
            return None
        self.sending = True  # for good, unless it certainly failed: a thread is not stopped
        try:
            return await asyncio.to_thread(send, hold, reason)
        except IrconError:
            self.sending = False
            raise
