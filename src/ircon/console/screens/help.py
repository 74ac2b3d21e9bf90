"""Help: the acts of a screen with their keys, searched by name or key; ``enter`` runs one."""

from __future__ import annotations

from typing import Any

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from ircon.console import safe_content
from ircon.console.acts.act import Act
from ircon.console.key_bindings import key_label
from ircon.console.screens.base import IrconScreen
from ircon.console.screens.finder import FilteredListDialog


class HelpScreen(FilteredListDialog):
    """The acts that a screen offers; its result is the id of the one to do, or None.

    Args:
        of: the screen whose acts are listed.
    """

    def __init__(self, of: IrconScreen[Any]) -> None:
        super().__init__()
        self._rows = [(act, [key_label(key) for key in of.keys_of(act)]) for act in of.available()]
        self._longest = max(len(act.name) for act, _ in self._rows)
        self._scope = of.SCOPE

    def compose(self) -> ComposeResult:
        """Lay out a search line over the list."""
        with Vertical(id="dialog", classes="help"):
            yield Static(
                safe_content.line(("Keys", "bold"), (f"  {self._scope}", "$faint")),
                id="dialog-title",
            )
            yield Input(placeholder="type to search by name or key", id="help-search")
            yield OptionList(id="help-list")
            yield Static(id="help-whole")
            yield Static(
                safe_content.line(("enter runs it, ↑ ↓ move, esc closes", "$faint")),
                id="dialog-keys",
            )

    def options(self, typed: str) -> list[Option]:
        """Return the acts whose name, help, id or key matches."""
        return [self._option(act, keys) for act, keys in self._rows if _matches(typed, act, keys)]

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        """Show the help of the highlighted act in full: a narrow list cuts it."""
        help_ = next((act.help() for act, _ in self._rows if act.id == event.option.id), "")
        self.query_one("#help-whole", Static).update(safe_content.line(help_))

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
