"""The outbox: what is not public yet, why, and what only a person may decide."""

from __future__ import annotations

from functools import partial
from typing import Final

from textual.app import ComposeResult
from textual.content import Content
from textual.widget import Widget
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from ircon.console import show, timing
from ircon.console.acts.act import Act
from ircon.console.binding import bindings
from ircon.console.screens.base import IrconScreen
from ircon.console.screens.dialogs import ChoiceScreen, PromptScreen
from ircon.console.widgets.footer import Footer
from ircon.desk.drafts import OutboxItem
from ircon.incident.text import PublicText

# What each decision is called, and what it means. ``again_mails`` is send_again with mails.
_DECISIONS: Final = {
    "look_again": ("Look again", "ask the page once more whether it is there"),
    "it_is_there": ("It is there", "say which update of the page it is"),
    "send_again": ("Send again, mail nobody", "you know that it is not on the page"),
    "again_mails": ("Send again and mail subscribers", "they may get it twice"),
    "send_anyway": ("Send it anyway", "it is still true, whatever else was posted"),
    "edit": ("Edit, then send", "this one is dropped, the new words are queued"),
    "drop": ("Drop it", "it is never sent; the timeline keeps it"),
}


class OutboxScreen(IrconScreen[None]):
    """Everything that waits, in the order it will be sent."""

    SCOPE = "outbox"
    BINDINGS = bindings(SCOPE)
    CSS_PATH = "outbox.tcss"

    def __init__(self) -> None:
        super().__init__()
        self._items: list[OutboxItem] = []

    def compose(self) -> ComposeResult:
        """Title, list, footer."""
        yield Static(show.line((" outbox ", "bold $background on $primary")), id="title")
        yield OptionList(id="waiting")
        yield Static(id="nothing")
        yield Footer()

    def on_mount(self) -> None:
        """Read it."""
        self.set_focus(self._list)
        self.refresh_data()

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
        self._list.add_options([Option(self._item(item), id=item.operation) for item in items])
        places = [item.operation for item in items]
        if places:
            again = chosen.operation if chosen else ""
            self._list.highlighted = places.index(again) if again in places else 0
        self._list.display = bool(items)
        nothing = self.query_one("#nothing", Static)
        nothing.display = not items
        nothing.update(
            show.line(("Nothing waits: ", "bold"), ("all that was sent is public.", "$faint"))
        )
        self.show_footer()

    def current(self) -> OutboxItem | None:
        """The chosen one."""
        place = self._list.highlighted
        return self._items[place] if place is not None and place < len(self._items) else None

    def _item(self, item: OutboxItem) -> Content:
        wants_person = len(item.choices) > 1
        style = "bold $unknown" if wants_person else "bold $waiting"
        rows = [
            show.line(
                (f"{item.incident} {item.update}  ", "$faint"),
                (item.incident_name, "bold"),
                (f"   page {item.page}", "$faint"),
            ),
            show.line(("  " + item.meaning, style)),
        ]
        if item.last_error:
            rows.append(show.line(("  why: ", "$faint"), item.last_error))
        if item.next_attempt_at:
            due = timing.clock(item.next_attempt_at, self.desk.zone)
            tried = f", tried {item.attempts} times" if item.attempts else ""
            rows.append(show.line((f"  not before {due}{tried}", "$faint")))
        rows.append(show.line("  ", show.clip(item.body, 200)))
        if wants_person:
            rows.append(show.line(("  enter decides", "bold $accent")))
        return show.lines([*rows, show.line("")])

    # Deciding

    def offers(self, act: type[Act]) -> bool:
        """Only what is open in its state."""
        item = self.current()
        if act.id == "outbox.decide":
            return item is not None and bool(item.choices)
        if act.id == "outbox.take_back":
            return item is not None and item.state == "held"
        return True

    def on_option_list_option_highlighted(self) -> None:
        """Other acts for another one."""
        self.show_footer()

    async def on_option_list_option_selected(self) -> None:
        """Enter, or a click."""
        await self.do_decide()

    async def do_decide(self) -> None:
        """Ask what shall be done."""
        item = self.current()
        if item is not None and item.choices:
            await self.converse(partial(self._decide, item))

    def do_take_back(self) -> None:
        """Stop it while it is held."""
        item = self.current()
        if item is not None:
            self.ask(
                lambda: self.desk.drafting.take_back(item.operation),
                self.console.open_composer,
                group="take back",
            )

    async def _decide(self, item: OutboxItem) -> None:
        names = list(item.choices)
        if "send_again" in names:
            names.insert(names.index("send_again") + 1, "again_mails")
        choices = [(name, *_DECISIONS[name]) for name in names]
        choice = await self.question(
            ChoiceScreen(f"{item.update}: {item.meaning}", item.body[:600], choices)
        )
        if choice is None:
            return
        remote, text = None, None
        if choice == "it_is_there":
            remote = await self.question(
                PromptScreen("Which update of the page is it?", "Its id, as the page has it.")
            )
            if not remote:
                return
        if choice == "edit":
            text = await self.question(
                PromptScreen("The new words, public", value=item.body, long=True)
            )
            if text is None:
                return
        self.ask(
            lambda: self.desk.outbox.decide(
                item.operation,
                "send_again" if choice == "again_mails" else choice,
                remote=remote,
                text=PublicText(text) if text is not None else None,
                notify=choice == "again_mails",
            ),
            lambda _: self.refresh_data(),
            group="decide",
        )
