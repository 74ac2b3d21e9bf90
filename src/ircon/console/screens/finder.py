"""Find one of many by typing a few of its letters."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, NamedTuple

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.fuzzy import Matcher
from textual.widget import Widget
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from ircon.console import safe_content
from ircon.console.screens.dialogs import Dialog

_NAME = 26  # cells


class Item(NamedTuple):
    """One to choose: its id, its name, and what it is."""

    id: str
    name: str
    about: str = ""


class FinderScreen(Dialog[str | None]):
    """Lists things, narrowed as one types; answers with the id of one, or None.

    Args:
        title: what is looked for.
        items: all there is, in the order they are shown before anything is typed.
        empty: said where there is nothing at all.
    """

    CSS_PATH: ClassVar = ["dialogs.tcss", "help.tcss"]

    def __init__(self, title: str, items: Sequence[Item], *, empty: str = "") -> None:
        super().__init__()
        self._title = title
        self._items = items
        self._empty = empty

    def compose(self) -> ComposeResult:
        """A search line over the list."""
        with Vertical(id="dialog", classes="help"):
            yield Static(safe_content.line((self._title, "bold")), id="dialog-title")
            yield Input(placeholder="type a few letters", id="finder")
            yield OptionList(id="finder-list")
            yield Static(
                safe_content.line(("enter takes it, ↑ ↓ choose, esc leaves", "$faint")),
                id="dialog-keys",
            )

    def on_mount(self) -> None:
        """All of them first."""
        super().on_mount()
        field = self.query_one(Input)
        field.cursor_blink = False
        field.focus()
        self._list("")

    def listing(self) -> Widget:
        """What was found."""
        return self.query_one(OptionList)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Search as one types."""
        self._list(event.value)

    def on_input_submitted(self) -> None:
        """Take the chosen one."""
        listed = self.query_one(OptionList)
        if listed.highlighted is not None:
            self.dismiss(listed.get_option_at_index(listed.highlighted).id)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Take the clicked one."""
        self.dismiss(event.option.id)

    def on_key(self, event: events.Key) -> None:
        """The arrows choose while one types."""
        moves = {"up": "action_cursor_up", "down": "action_cursor_down"}
        if event.key in moves and isinstance(self.focused, Input):
            getattr(self.query_one(OptionList), moves[event.key])()
            event.stop()

    def _list(self, typed: str) -> None:
        listed = self.query_one(OptionList)
        listed.clear_options()
        listed.add_options([Option(_row(item), id=item.id) for item in self._found(typed)])
        listed.highlighted = 0 if listed.option_count else None
        if not self._items:
            listed.add_option(Option(safe_content.line((self._empty, "$faint")), disabled=True))

    def _found(self, typed: str) -> Sequence[Item]:
        if not typed.strip():
            return self._items
        match = Matcher(typed.strip()).match
        scored = [(match(item.name), match(item.about), item) for item in self._items]
        found = [(max(name, about / 2), item) for name, about, item in scored if name or about]
        return [item for _, item in sorted(found, key=lambda one: -one[0])]


def _row(item: Item) -> Content:
    return safe_content.line(
        (safe_content.pad(item.name, _NAME), "bold"), " ", (item.about, "$faint")
    )
