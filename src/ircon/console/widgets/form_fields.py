"""One-line fields of a form: a text, a choice between a few words, and a line to press."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import events
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget
from textual.widgets import Input

from ircon.console import safe_content


class Line(Input):
    """A text of one line; what is pasted stays on it whole, with or without brackets."""

    def on_key(self, event: events.Key) -> None:
        """The newline of a paste that came as keys is no ``enter``."""
        if event.key == NEWLINE:
            self.insert_text_at_cursor(" ")
            event.stop()

    def _on_paste(self, event: events.Paste) -> None:
        """Textual's takes the first line only."""
        text = " ".join(event.text.splitlines())
        selection = self.selection
        if selection.is_empty:
            self.insert_text_at_cursor(text)
        else:
            self.replace(text, *selection)
        event.stop()
        event.prevent_default()


class Choice(Widget, can_focus=True):
    """A few words of which one is chosen, with the arrows or a click.

    Args:
        label: what is chosen, 12 cells at most.
    """

    ALLOW_SELECT = False
    BINDINGS: ClassVar = [("left", "move(-1)", ""), ("right", "move(1)", "")]
    DEFAULT_CSS = """
    Choice { height: 1; padding: 0 1; text-wrap: nowrap; }
    Choice:focus { background: $chosen; }
    """

    chosen: reactive[str] = reactive("")

    class Changed(Message):
        """Another one is chosen."""

    def __init__(self, label: str, *, id: str) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._label = label
        self._options: Sequence[tuple[str, str, str]] = ()

    def offer(self, options: Sequence[tuple[str, str, str]], chosen: str) -> None:
        """What there is to choose from: ``(value, word, style)``."""
        with self.prevent(Choice.Changed):
            self.chosen = chosen
        if options != self._options:
            self._options = options
            self.refresh()

    def watch_chosen(self) -> None:
        """Tell of it."""
        self.post_message(self.Changed())

    def action_move(self, step: int) -> None:
        """The neighbour, not around the end."""
        values = [value for value, _, _ in self._options]
        if self.chosen in values:
            place = values.index(self.chosen) + step
            self.chosen = values[max(0, min(place, len(values) - 1))]

    def on_click(self, event: events.Click) -> None:
        """The word that was clicked."""
        at = event.x - 1 - LABEL
        for value, word, _ in self._options:
            at -= len(word) + 2
            if at < 0:
                self.chosen = value
                return

    def render(self) -> Content:
        """All words; the chosen one in brackets, so that it is seen without colour."""
        parts: list[safe_content.Part] = [label(self._label)]
        for value, word, style in self._options:
            if value == self.chosen:
                parts.append((f"[{word}]", f"bold {style}"))
            else:
                parts.append((f" {word} ", "$faint"))
        return safe_content.line(*parts)


class Field(Widget, can_focus=True):
    """A line that tells something and can be pressed: ``enter``, ``space`` or a click."""

    ALLOW_SELECT = False
    BINDINGS: ClassVar = [("enter,space", "press", "")]
    DEFAULT_CSS = """
    Field { height: 1; padding: 0 1; text-wrap: nowrap; text-overflow: ellipsis; }
    Field:focus { background: $chosen; }
    """

    class Pressed(Message):
        """It was pressed."""

        def __init__(self, field: Field) -> None:
            super().__init__()
            self.field = field

    def __init__(self, *, id: str) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._content = safe_content.line("")

    def show(self, *parts: safe_content.Part) -> None:
        """Show this."""
        content = safe_content.line(*parts)
        if not content.is_same(self._content):
            self._content = content
            self.refresh()

    def render(self) -> Content:
        """What was told last."""
        return self._content

    def action_press(self) -> None:
        """By a key."""
        self.post_message(self.Pressed(self))

    def on_click(self) -> None:
        """By the mouse."""
        self.action_press()


NEWLINE = "ctrl+j"  # how a terminal says it, where nobody pressed enter
LABEL = 12  # cells for the name of a field


def label(name: str) -> safe_content.Part:
    """The name of a field, before its value."""
    return (name.ljust(LABEL), "$faint")
