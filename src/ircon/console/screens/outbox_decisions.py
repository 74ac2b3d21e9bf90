"""Decisions about pending updates that ircon must not make: each act is one choice."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Any, Final

from ircon.console import safe_content
from ircon.console.acts.act import Act
from ircon.console.acts.outbox import DECISIONS
from ircon.console.screens.base import IrconScreen
from ircon.console.screens.parts import ScreenPart
from ircon.desk.drafts import OutboxItem
from ircon.incident.text import PublicText

_AGAIN_MAILS = "again_mails"  # ``send_again``, and subscribers are notified by email
BY_CHOICE: Final = {act.id.partition(".")[2]: act for act in DECISIONS}

# What cannot be undone is confirmed: the question, and the name of its yes.
_SURE: Final = {
    "send_again": ("Send it again? Only if you checked that it is not on the page.", "Send again"),
    _AGAIN_MAILS: (
        "Send it again, and email every subscriber? Those who got the first one get two.",
        "Send again and email",
    ),
    "send_anyway": ("Send it now? Only if it is still true.", "Send it"),
    "drop": ("Drop it? It will not be sent; the record keeps it.", "Drop it"),
}


class OutboxDecisions(ScreenPart):
    """Decides about the chosen update of the outbox; ``enter`` lists what is possible.

    Args:
        screen: the outbox screen.
        current: returns the chosen item; None where there is none.
    """

    def __init__(
        self, screen: IrconScreen[Any], *, current: Callable[[], OutboxItem | None]
    ) -> None:
        self._screen = screen
        self._get_current = current

    def offers(self, act: type[Act]) -> bool:
        """Offer the choices that the state of the chosen item leaves open."""
        item = self._get_current()
        if item is None:
            return False
        choice = act.id.partition(".")[2]
        if choice in BY_CHOICE:
            return as_decided(choice) in item.choices
        return bool(item.choices)

    async def do_look_again(self) -> None:
        """Check the page again."""
        await self._begin("look_again")

    async def do_it_is_there(self) -> None:
        """Mark it as already posted: choose which update of the page it is."""
        await self._begin("it_is_there")

    async def do_send_again(self) -> None:
        """Send it again, without emails."""
        await self._begin("send_again")

    async def do_again_mails(self) -> None:
        """Send it again, with emails."""
        await self._begin(_AGAIN_MAILS)

    async def do_send_anyway(self) -> None:
        """Send it although it is old, or somebody else posted."""
        await self._begin("send_anyway")

    async def do_edit(self) -> None:
        """Replace its text."""
        await self._begin("edit")

    async def do_drop(self) -> None:
        """Drop it: it is never sent."""
        await self._begin("drop")

    async def do_decide(self) -> None:
        """List what can be done, and do what is chosen."""
        item = self._get_current()
        if item is not None and item.choices:
            await self._screen.converse(partial(self._choose, item))

    async def _begin(self, choice: str) -> None:
        item = self._get_current()
        if item is not None:
            await self._screen.converse(partial(self._decide, item, choice))

    async def _choose(self, item: OutboxItem) -> None:
        from ircon.console.screens.dialogs import ChoiceScreen

        offered = [
            (choice, act.name, act.help())
            for choice, act in BY_CHOICE.items()
            if as_decided(choice) in item.choices
        ]
        choice = await self._screen.question(
            ChoiceScreen(f"{item.update}: {item.meaning}", item.body[:600], offered)
        )
        if choice is not None:
            await self._decide(item, choice)

    async def _decide(self, item: OutboxItem, choice: str) -> None:
        remote, text, reason = None, None, ""
        if choice == "it_is_there":
            remote = await self._ask_remote_id(item)
            if not remote:
                return
        elif choice == "edit":
            text = await self._ask_text(item)
            if text is None:
                return
            answer = await self._ask_reason(item, text)
            if answer is None:
                return
            reason = answer
        elif choice in _SURE and not await self._is_sure(item, choice):
            return
        await asyncio.to_thread(
            partial(
                self._screen.desk.outbox.decide,
                item.operation,
                as_decided(choice),
                remote=remote,
                text=text,
                notify=choice == _AGAIN_MAILS,
                reason=reason,
            )
        )
        self._screen.console.autosave.drop(_edit_key(item))
        if self._screen.is_whole:
            self._screen.refresh_data()

    async def _is_sure(self, item: OutboxItem, choice: str) -> bool:
        from ircon.console.screens.dialogs import ChoiceScreen

        question, yes = _SURE[choice]
        if as_decided(choice) == "send_again" and item.may_be:
            listed = safe_content.clip(", ".join(item.may_be), 60)
            question = f"If {listed} is this update, a second copy appears. Send it again?"
        answer = await self._screen.question(
            ChoiceScreen(
                question,
                item.body[:600],
                (("leave", "Leave it as it is", ""), ("yes", yes, f"page {item.page}")),
            )
        )
        return answer == "yes"

    async def _ask_remote_id(self, item: OutboxItem) -> str | None:
        """Ask for the page's id of the update that it became; None if that was left."""
        from ircon.console.screens.dialogs import ChoiceScreen, PromptScreen

        nearby = await asyncio.to_thread(self._screen.desk.outbox.page_updates, item.operation)
        candidates = [update for update in nearby if update.may_be_it]
        if candidates:
            listed = [
                (update.remote_id, update.remote_id, safe_content.clip(update.body.public, 60))
                for update in candidates
            ]
            answer = await self._screen.question(
                ChoiceScreen("Which update is it?", item.body[:300], [*listed, ("", "Another", "")])
            )
            if answer != "":
                return answer
        return await self._screen.question(
            PromptScreen("Which update of the page is it?", "Its id, as the page gives it.")
        )

    async def _ask_text(self, item: OutboxItem) -> PublicText | None:
        """Ask for the new text; a half-typed one is saved when the dialog is left."""
        from ircon.console.screens.dialogs import PromptScreen

        key, autosave = _edit_key(item), self._screen.console.autosave
        draft = await asyncio.to_thread(self._screen.desk.saved_drafts.load, key)
        text = await self._screen.question(
            PromptScreen(
                "New text, public",
                f"It is queued for page {item.page}; the old text is dropped.",
                value=str(draft["text"]) if draft else item.body,
                long=True,
                changed=lambda typed: autosave.save(key, {"text": typed}),
            )
        )
        return PublicText(text) if text is not None else None

    async def _ask_reason(self, item: OutboxItem, text: PublicText) -> str | None:
        """Ask why the text is sent although the checks object; empty where they do not."""
        from ircon.console.screens.dialogs import PromptScreen

        objections = await asyncio.to_thread(
            self._screen.desk.outbox.objections, item.operation, text
        )
        if not objections:
            return ""
        return await self._screen.question(
            PromptScreen("This is sent only with a reason", "\n".join(objections)[:900])
        )


def as_decided(choice: str) -> str:
    """Return the desk's name of a choice."""
    return "send_again" if choice == _AGAIN_MAILS else choice


def _edit_key(item: OutboxItem) -> str:
    return f"edit:{item.operation}"
