"""Finder: a dialog to choose one of many by typing a few of its letters."""

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
    """An item to choose: its id, its name, and a description."""

    id: str
    name: str
    about: str = ""


class FilteredListDialog(Dialog[str | None]):
    """List that narrows as one types; its result is the id of the chosen row, or None.

    A subclass lays out one ``Input`` over one ``OptionList``, and says what matches.
    """

    CSS_PATH: ClassVar = ["dialogs.tcss", "help.tcss"]

    def options(self, typed: str) -> Sequence[Option]:
        """Return the rows that match what is typed."""
        raise NotImplementedError

    def on_mount(self) -> None:
        """Show all rows, the cursor in the search line."""
        super().on_mount()
        field = self.query_one(Input)
        field.cursor_blink = False
        self.set_focus(field)
        self._fill("")

    def listing(self) -> Widget:
        """Return the list of rows."""
        return self.query_one(OptionList)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Narrow the list."""
        self._fill(event.value)

    def on_input_submitted(self) -> None:
        """Answer with the highlighted row."""
        listed = self.query_one(OptionList)
        if listed.highlighted is not None:
            self.dismiss(listed.get_option_at_index(listed.highlighted).id)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Answer with the clicked row."""
        self.dismiss(event.option.id)

    def on_key(self, event: events.Key) -> None:
        """Move in the list by the arrows while the search line has the focus."""
        moves = {"up": "action_cursor_up", "down": "action_cursor_down"}
        if event.key in moves and isinstance(self.focused, Input):
            getattr(self.query_one(OptionList), moves[event.key])()
            event.stop()

    def _fill(self, typed: str) -> None:
        listed = self.query_one(OptionList)
        listed.clear_options()
        listed.add_options(self.options(typed))
        is_empty = not any(not option.disabled for option in listed.options)
        listed.highlighted = None if is_empty else 0


class FinderScreen(FilteredListDialog):
    """Finder over items; the best match comes first.

    Args:
        title: what is looked for.
        items: all items, in the order that they are shown in before anything is typed.
        empty: shown where there are no items at all.
    """

    def __init__(self, title: str, items: Sequence[Item], *, empty: str = "") -> None:
        super().__init__()
        self._title = title
        self._items = items
        self._empty = empty

    def compose(self) -> ComposeResult:
        """Lay out a search line over the list."""
        with Vertical(id="dialog", classes="help"):
            yield Static(safe_content.line((self._title, "bold")), id="dialog-title")
            yield Input(placeholder="type a few letters", id="finder")
            yield OptionList(id="finder-list")
            yield Static(
                safe_content.line(("enter chooses, ↑ ↓ move, esc cancels", "$faint")),
                id="dialog-keys",
            )

    def options(self, typed: str) -> Sequence[Option]:
        """Return the items whose name or description matches by a few letters."""
        if not self._items:
            return [Option(safe_content.line((self._empty, "$faint")), disabled=True)]
        return [Option(_row(item), id=item.id) for item in self._matches(typed)]

    def _matches(self, typed: str) -> Sequence[Item]:
        if not typed.strip():
            return self._items
        score = Matcher(typed.strip()).match
        scored = [(score(item.name), score(item.about), item) for item in self._items]
        matches = [(max(name, about / 2), item) for name, about, item in scored if name or about]
        return [item for _, item in sorted(matches, key=lambda match: -match[0])]


def _row(item: Item) -> Content:
    return safe_content.line(
        (safe_content.pad(item.name, _NAME), "bold"), " ", (item.about, "$faint")
    )
