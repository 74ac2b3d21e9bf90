"""The outbox: what is not public yet, why, and what only a person may decide."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from functools import partial
from typing import Final

from textual.app import ComposeResult
from textual.containers import Container, VerticalScroll
from textual.widget import AwaitMount, Widget
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from ircon.console import show
from ircon.console.acts.act import Act
from ircon.console.acts.waiting import DECISIONS
from ircon.console.binding import bindings, shown
from ircon.console.screens.base import IrconScreen
from ircon.console.widgets import waiting
from ircon.console.widgets.footer import Footer
from ircon.desk.drafts import OnPage, OutboxItem
from ircon.desk.handed import POSTMORTEM
from ircon.incident.text import PublicText

_SECOND = 1.0
_AGAIN_MAILS = "again_mails"  # as ``send_again``, and subscribers are mailed
_BY_CHOICE: Final = {act.id.partition(".")[2]: act for act in DECISIONS}

# What cannot be undone is asked once more: the question, and what its yes is called.
_SURE: Final = {
    "send_again": ("Send it again? Only if you looked, and it is not on the page.", "Send again"),
    _AGAIN_MAILS: (
        "Send it again, and mail every subscriber? Who got the first mail gets two.",
        "Send again and mail",
    ),
    "send_anyway": ("Send it now? Only if it is still true.", "Send it"),
    "drop": ("Drop it? It is never sent; the timeline keeps it.", "Drop it"),
}


class OutboxScreen(IrconScreen[None]):
    """Everything that waits, in the order it will be sent; beside it the chosen one in full."""

    SCOPE = "outbox"
    BINDINGS = bindings(SCOPE)
    CSS_PATH = "outbox.tcss"

    def __init__(self) -> None:
        super().__init__()
        self._items: list[OutboxItem] = []
        self._shown_page: Sequence[OnPage] = ()

    def compose(self) -> ComposeResult:
        """Title, list, the chosen one with what can be done about it, footer."""
        yield Static(show.line((" outbox ", "bold $background on $primary")), id="title")
        yield Static(id="nothing")
        with Container(id="body"):
            yield OptionList(id="waiting")
            with Container(id="chosen"):
                with VerticalScroll(id="words"):
                    yield Static(id="detail")
                yield Static(id="choices")
        yield Footer()

    def on_mount(self) -> None:
        """Read it."""
        self.set_focus(self._list)
        self.refresh_data()
        self.set_interval(_SECOND, self._show_detail)

    @property
    def _list(self) -> OptionList:
        return self.query_one(OptionList)

    def listing(self) -> Widget:
        """What waits."""
        return self._list

    def refresh_data(self) -> None:
        """Read what waits now."""
        self.ask(self.desk.outbox.items, self._show, group="outbox")

    def _show(self, items: list[OutboxItem]) -> None:
        chosen = self.current()
        self._items = items
        self._list.clear_options()
        self._list.add_options([Option(waiting.row(item), id=item.operation) for item in items])
        places = [item.operation for item in items]
        if places:
            again = chosen.operation if chosen else ""
            self._list.highlighted = places.index(again) if again in places else 0
        self.query_one("#body").display = bool(items)
        nothing = self.query_one("#nothing", Static)
        nothing.display = not items
        nothing.update(
            show.line(("Nothing waits: ", "bold"), ("all that was sent is public.", "$faint"))
        )
        self._read_page()
        self.show_footer()

    def current(self) -> OutboxItem | None:
        """The chosen one."""
        place = self._list.highlighted
        return self._items[place] if place is not None and place < len(self._items) else None

    def _read_page(self) -> None:
        """What is on the page beside the chosen one; the courier keeps it fresh meanwhile."""
        item = self.current()
        if item is None:
            return
        self.console.watched = item.incident
        operation = item.operation if len(item.choices) > 1 or waiting.is_alarm(item) else None
        self.ask(
            lambda: self.desk.outbox.beside(operation) if operation else [],
            self._show_beside,
            group="beside",
        )

    def _show_beside(self, there: Sequence[OnPage]) -> None:
        self._shown_page = there
        self._show_detail()

    def _show_detail(self) -> None:
        item = self.current()
        if item is None or not self.is_current:
            return
        words = waiting.detail(item, self._shown_page, self.desk.zone, self.now())
        self.query_one("#detail", Static).update(words)
        offered = [
            (shown(key) if (key := self.key_of(act)) else "–", act.name, act.help())
            for act in DECISIONS
            if self.can(act)
        ]
        choices = self.query_one("#choices", Static)
        choices.display = bool(offered)
        choices.update(waiting.choices(offered))

    # What can be done

    def offers(self, act: type[Act]) -> bool:
        """Only what is open in its state."""
        item = self.current()
        if item is None:
            return not act.id.startswith("outbox.")
        choice = act.id.partition(".")[2]
        if choice in _BY_CHOICE:
            return _as_decided(choice) in item.choices
        if act.id == "outbox.decide":
            return bool(item.choices)
        return act.id != "outbox.take_back" or item.state == "held"

    def on_option_list_option_highlighted(self) -> None:
        """Other acts, and another page's words, for another one."""
        self._shown_page = ()
        self._read_page()
        self.show_footer()

    async def on_option_list_option_selected(self) -> None:
        """Enter, or a click."""
        await self.do_decide()

    def do_open(self) -> AwaitMount | None:
        """Open its incident."""
        item = self.current()
        return self.console.open_incident(item.incident) if item else None

    def do_take_back(self) -> None:
        """Stop it while it is held, and compose it again."""
        item = self.current()
        if item is not None:
            self.ask(
                lambda: self.desk.drafting.take_back(item.operation),
                lambda _: self._taken_back(item),
                group="take back",
            )

    def _taken_back(self, item: OutboxItem) -> None:
        self.console.say("Taken back. Nothing was sent; the words are here.")
        self.refresh_data()
        if item.kind == POSTMORTEM:
            self.console.open_postmortem(item.incident)
        else:
            self.console.open_composer(item.incident)

    # Deciding: each act is one choice; enter lists those that are open

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
            for choice, act in _BY_CHOICE.items()
            if _as_decided(choice) in item.choices
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
                _as_decided(choice),
                remote=remote,
                text=text,
                notify=choice == _AGAIN_MAILS,
                reason=reason,
            )
        )
        self.console.keeper.drop(_edit_key(item))
        if self.is_whole:
            self.refresh_data()

    async def _is_sure(self, item: OutboxItem, choice: str) -> bool:
        from ircon.console.screens.dialogs import ChoiceScreen

        question, yes = _SURE[choice]
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

        there = await asyncio.to_thread(self.desk.outbox.beside, item.operation)
        maybe = [one for one in there if one.may_be_it]
        if maybe:
            listed = [
                (one.remote_id, one.remote_id, show.clip(one.body.public, 60)) for one in maybe
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

        key, keeper = _edit_key(item), self.console.keeper
        kept = await asyncio.to_thread(self.desk.drafting.load, key)
        text = await self.question(
            PromptScreen(
                "The new words, public",
                f"They are queued for page {item.page}; the old ones are dropped.",
                value=str(kept["text"]) if kept else item.body,
                long=True,
                changed=lambda typed: keeper.keep(key, {"text": typed}),
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


def _as_decided(choice: str) -> str:
    """What the desk calls a choice."""
    return "send_again" if choice == _AGAIN_MAILS else choice


def _edit_key(item: OutboxItem) -> str:
    return f"edit:{item.operation}"
