"""Help: the acts of a screen with their keys, searched by name or key; ``enter`` runs one."""

from __future__ import annotations

from typing import Any, ClassVar

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from ircon.console import safe_content
from ircon.console.acts.act import Act
from ircon.console.key_bindings import key_label
from ircon.console.screens.base import IrconScreen
from ircon.console.screens.dialogs import Dialog


class HelpScreen(Dialog[str | None]):
    """The acts that a screen offers; its result is the id of the one to do, or None.

    Args:
        of: the screen whose acts are listed.
    """

    CSS_PATH: ClassVar = ["dialogs.tcss", "help.tcss"]

    def __init__(self, of: IrconScreen[Any]) -> None:
        super().__init__()
        self._rows = [(act, [key_label(key) for key in of.keys_of(act)]) for act in of.available()]
        self._longest = max(len(act.name) for act, _ in self._rows)
        self._place = of.SCOPE

    def compose(self) -> ComposeResult:
        """Lay out a search line over the list."""
        with Vertical(id="dialog", classes="help"):
            yield Static(
                safe_content.line(("Keys", "bold"), (f"  {self._place}", "$faint")),
                id="dialog-title",
            )
            yield Input(placeholder="type to search by name or key", id="help-search")
            yield OptionList(id="help-list")
            yield Static(id="help-whole")
            yield Static(
                safe_content.line(("enter runs it, ↑ ↓ move, esc closes", "$faint")),
                id="dialog-keys",
            )

    def on_mount(self) -> None:
        """Show all acts, the cursor in the search line."""
        field = self.query_one(Input)
        field.cursor_blink = False
        self.set_focus(field)
        self._fill("")

    def on_input_changed(self, event: Input.Changed) -> None:
        """Narrow the list."""
        self._fill(event.value)

    def on_input_submitted(self) -> None:
        """Answer with the highlighted act."""
        listed = self.query_one(OptionList)
        if listed.highlighted is not None:
            self.dismiss(listed.get_option_at_index(listed.highlighted).id)

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        """Show the help of the highlighted act in full: a narrow list cuts it."""
        help_ = next((act.help() for act, _ in self._rows if act.id == event.option.id), "")
        self.query_one("#help-whole", Static).update(safe_content.line(help_))

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Answer with the clicked act."""
        self.dismiss(event.option.id)

    def on_key(self, event: events.Key) -> None:
        """Move in the list by the arrows while one types."""
        moves = {"up": "action_cursor_up", "down": "action_cursor_down"}
        if event.key in moves:
            getattr(self.query_one(OptionList), moves[event.key])()
            event.stop()

    def _fill(self, typed: str) -> None:
        listed = self.query_one(OptionList)
        listed.clear_options()
        listed.add_options(
            [self._option(act, keys) for act, keys in self._rows if _matches(typed, act, keys)]
        )
        listed.highlighted = 0 if listed.option_count else None

    def _option(self, act: type[Act], keys: list[str]) -> Option:
        listed = safe_content.pad(" ".join(keys) or "–", 12)
        name = safe_content.pad(act.name, self._longest + 1)
        return Option(
            safe_content.line((listed, "bold $accent"), " ", name, (act.help(), "$faint")),
            id=act.id,
        )


def _matches(typed: str, act: type[Act], keys: list[str]) -> bool:
    """Return whether a key is exactly what is typed, or name, help and id hold all its words."""
    words = typed.casefold().split()
    text = f"{act.name} {act.help()} {act.id}".casefold()
    return typed in keys or all(word in text for word in words)
