"""One-line fields of a form: a text input, a choice between a few values, and a line to press."""

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
    """A text of one line; a paste of several lines is joined, with bracketed paste or without."""

    def on_key(self, event: events.Key) -> None:
        """Take the newline of a paste that came as keys for a space, not for ``enter``."""
        if event.key == NEWLINE:
            self.insert_text_at_cursor(" ")
            event.stop()

    def _on_paste(self, event: events.Paste) -> None:
        """Join the lines of a paste; Textual would take the first one only."""
        text = " ".join(event.text.splitlines())
        selection = self.selection
        if selection.is_empty:
            self.insert_text_at_cursor(text)
        else:
            self.replace(text, *selection)
        event.stop()
        event.prevent_default()


class Choice(Widget, can_focus=True):
    """A choice between a few values, with the arrows or a click.

    Args:
        label: the name of the field, 12 cells at most.
    """

    ALLOW_SELECT = False
    BINDINGS: ClassVar = [("left", "move(-1)", ""), ("right", "move(1)", "")]
    DEFAULT_CSS = """
    Choice { height: 1; padding: 0 1; text-wrap: nowrap; }
    Choice:focus { background: $chosen; }
    """

    chosen: reactive[str] = reactive("")

    class Changed(Message):
        """Another value was chosen."""

    def __init__(self, label: str, *, id: str) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._label = label
        self._options: Sequence[tuple[str, str, str]] = ()

    def offer(self, options: Sequence[tuple[str, str, str]], chosen: str) -> None:
        """Set the options, ``(value, text, style)``, and the chosen value."""
        with self.prevent(Choice.Changed):
            self.chosen = chosen
        if options != self._options:
            self._options = options
            self.refresh()

    def watch_chosen(self) -> None:
        """Post a ``Changed`` message."""
        self.post_message(self.Changed())

    def action_move(self, step: int) -> None:
        """Choose a neighbour, without wrapping around."""
        values = [value for value, _, _ in self._options]
        if self.chosen in values:
            index = values.index(self.chosen) + step
            self.chosen = values[max(0, min(index, len(values) - 1))]

    def on_click(self, event: events.Click) -> None:
        """Choose the value that was clicked."""
        at = event.x - 1 - LABEL
        for value, text, _ in self._options:
            at -= len(text) + 2
            if at < 0:
                self.chosen = value
                return

    def render(self) -> Content:
        """Render all values; the chosen one in brackets, to be seen without colour."""
        parts: list[safe_content.Part] = [label(self._label)]
        for value, word, style in self._options:
            if value == self.chosen:
                parts.append((f"[{word}]", f"bold {style}"))
            else:
                parts.append((f" {word} ", "$faint"))
        return safe_content.line(*parts)


class Field(Widget, can_focus=True):
    """A line of text that can be pressed: by ``enter``, ``space`` or a click."""

    ALLOW_SELECT = False
    BINDINGS: ClassVar = [("enter,space", "press", "")]
    DEFAULT_CSS = """
    Field { height: 1; padding: 0 1; text-wrap: nowrap; text-overflow: ellipsis; }
    Field:focus { background: $chosen; }
    """

    class Pressed(Message):
        """The field was pressed."""

        def __init__(self, field: Field) -> None:
            super().__init__()
            self.field = field

    def __init__(self, *, id: str) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._content = safe_content.line("")

    def show(self, *parts: safe_content.Part) -> None:
        """Show a line of these parts."""
        content = safe_content.line(*parts)
        if not content.is_same(self._content):
            self._content = content
            self.refresh()

    def render(self) -> Content:
        """Return the current content."""
        return self._content

    def action_press(self) -> None:
        """Post a ``Pressed`` message."""
        self.post_message(self.Pressed(self))

    def on_click(self) -> None:
        """Press the field by a click."""
        self.action_press()


NEWLINE = "ctrl+j"  # the newline of a paste that a terminal sends as keys
LABEL = 12  # cells for the name of a field


def label(name: str) -> safe_content.Part:
    """Return the name of a field, padded to the width before the value."""
    return (name.ljust(LABEL), "$faint")
