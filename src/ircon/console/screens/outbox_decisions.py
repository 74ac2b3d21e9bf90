"""Deciding what the program must not: each act of the outbox is one choice."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Final

from ircon.console import safe_content
from ircon.console.acts.outbox import DECISIONS
from ircon.console.screens.base import IrconScreen
from ircon.desk.drafts import OutboxItem
from ircon.incident.text import PublicText

_AGAIN_MAILS = "again_mails"  # as ``send_again``, and subscribers are mailed
BY_CHOICE: Final = {act.id.partition(".")[2]: act for act in DECISIONS}

# What cannot be undone is asked once more: the question, and what its yes is called.
_SURE: Final = {
    "send_again": ("Send it again? Only if you looked, and it is not on the page.", "Send again"),
    _AGAIN_MAILS: (
        "Send it again, and mail every subscriber? Who got the first mail gets two.",
        "Send again and mail",
    ),
    "send_anyway": ("Send it now? Only if it is still true.", "Send it"),
    "drop": ("Drop it? It is not sent any more; the record keeps it.", "Drop it"),
}


class Deciding(IrconScreen[None]):
    """What the outbox screen does about the chosen one; enter lists what is open."""

    def current(self) -> OutboxItem | None:
        """The chosen one."""
        raise NotImplementedError

    async def do_look_again(self) -> None:
        """Ask the page once more."""
        await self._begin("look_again")

    async def do_it_is_there(self) -> None:
        """Say which one it is."""
        await self._begin("it_is_there")

    async def do_send_again(self) -> None:
        """Send it again, mail nobody."""
        await self._begin("send_again")

    async def do_again_mails(self) -> None:
        """Send it again, and mail."""
        await self._begin(_AGAIN_MAILS)

    async def do_send_anyway(self) -> None:
        """Send it though it is old, or somebody else posted."""
        await self._begin("send_anyway")

    async def do_edit(self) -> None:
        """Replace its words."""
        await self._begin("edit")

    async def do_drop(self) -> None:
        """Never send it."""
        await self._begin("drop")

    async def do_decide(self) -> None:
        """Ask what shall be done."""
        item = self.current()
        if item is not None and item.choices:
            await self.converse(partial(self._choose, item))

    async def _begin(self, choice: str) -> None:
        item = self.current()
        if item is not None:
            await self.converse(partial(self._decide, item, choice))

    async def _choose(self, item: OutboxItem) -> None:
        from ircon.console.screens.dialogs import ChoiceScreen

        offered = [
            (choice, act.name, act.help())
            for choice, act in BY_CHOICE.items()
            if as_decided(choice) in item.choices
        ]
        choice = await self.question(
            ChoiceScreen(f"{item.update}: {item.meaning}", item.body[:600], offered)
        )
        if choice is not None:
            await self._decide(item, choice)

    async def _decide(self, item: OutboxItem, choice: str) -> None:
        remote, text, reason = None, None, ""
        if choice == "it_is_there":
            remote = await self._which(item)
            if not remote:
                return
        elif choice == "edit":
            text = await self._words(item)
            if text is None:
                return
            asked = await self._reason(item, text)
            if asked is None:
                return
            reason = asked
        elif choice in _SURE and not await self._is_sure(item, choice):
            return
        await asyncio.to_thread(
            partial(
                self.desk.outbox.decide,
                item.operation,
                as_decided(choice),
                remote=remote,
                text=text,
                notify=choice == _AGAIN_MAILS,
                reason=reason,
            )
        )
        self.console.autosave.drop(_edit_key(item))
        if self.is_whole:
            self.refresh_data()

    async def _is_sure(self, item: OutboxItem, choice: str) -> bool:
        from ircon.console.screens.dialogs import ChoiceScreen

        question, yes = _SURE[choice]
        if as_decided(choice) == "send_again" and item.may_be:
            listed = safe_content.clip(", ".join(item.may_be), 60)
            question = f"If {listed} is it, this makes a second copy. Send it again?"
        answer = await self.question(
            ChoiceScreen(
                question,
                item.body[:600],
                (("leave", "Leave it as it is", ""), ("yes", yes, f"page {item.page}")),
            )
        )
        return answer == "yes"

    async def _which(self, item: OutboxItem) -> str | None:
        """The page's id of the update that it became."""
        from ircon.console.screens.dialogs import ChoiceScreen, PromptScreen

        there = await asyncio.to_thread(self.desk.outbox.page_updates, item.operation)
        maybe = [one for one in there if one.may_be_it]
        if maybe:
            listed = [
                (one.remote_id, one.remote_id, safe_content.clip(one.body.public, 60))
                for one in maybe
            ]
            answer = await self.question(
                ChoiceScreen("Which one is it?", item.body[:300], [*listed, ("", "Another", "")])
            )
            if answer != "":
                return answer
        return await self.question(
            PromptScreen("Which update of the page is it?", "Its id, as the page has it.")
        )

    async def _words(self, item: OutboxItem) -> PublicText | None:
        """The new words; half of them are kept when the question is left."""
        from ircon.console.screens.dialogs import PromptScreen

        key, autosave = _edit_key(item), self.console.autosave
        kept = await asyncio.to_thread(self.desk.saved_drafts.load, key)
        text = await self.question(
            PromptScreen(
                "The new words, public",
                f"They are queued for page {item.page}; the old ones are dropped.",
                value=str(kept["text"]) if kept else item.body,
                long=True,
                changed=lambda typed: autosave.save(key, {"text": typed}),
            )
        )
        return PublicText(text) if text is not None else None

    async def _reason(self, item: OutboxItem, text: PublicText) -> str | None:
        """Why the words go out although the checks object; empty where they do not."""
        from ircon.console.screens.dialogs import PromptScreen

        wanted = await asyncio.to_thread(self.desk.outbox.objections, item.operation, text)
        if not wanted:
            return ""
        return await self.question(
            PromptScreen("This goes out only with a reason", "\n".join(wanted)[:900])
        )


def as_decided(choice: str) -> str:
    """What the desk calls a choice."""
    return "send_again" if choice == _AGAIN_MAILS else choice


def _edit_key(item: OutboxItem) -> str:
    return f"edit:{item.operation}"
