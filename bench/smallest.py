"""The peer of the console: about the smallest Textual app that lists a thousand rows."""

from __future__ import annotations

from textual.app import App, ComposeResult
from textual.widgets import Footer, Header, OptionList


class Smallest(App[None]):
    """A header, a list, a footer."""

    BINDINGS = [("j", "down", "Down"), ("q", "quit", "Quit")]  # noqa: RUF012 - Textual's own way

    def compose(self) -> ComposeResult:
        yield Header()
        yield OptionList(*(f"incident {number}" for number in range(1000)))
        yield Footer()

    def action_down(self) -> None:
        self.query_one(OptionList).action_cursor_down()


if __name__ == "__main__":
    Smallest().run()
