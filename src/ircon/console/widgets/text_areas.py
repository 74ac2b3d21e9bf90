"""Text fields for words: what is not finished yet stands out and is a tab stop."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from rich.text import Text
from textual import events
from textual.binding import Binding, BindingType
from textual.strip import Strip
from textual.widgets import TextArea
from textual.widgets.text_area import EditResult, Location, Selection

from ircon.console.widgets.form_fields import NEWLINE
from ircon.incident.unfinished import find_placeholders
from ircon.writing.placeholders import fill, placeholders

_OURS = frozenset({"f6", "f7"})  # Textual's for choosing a line or all; acts of ours here


def _kept(binding: BindingType) -> bool:
    keys = binding.key if isinstance(binding, Binding) else binding[0]
    return not _OURS & set(keys.split(","))


class LongText(TextArea):
    """A text of several lines, also where they are pasted as keys."""

    def on_key(self, event: events.Key) -> None:
        """The newline of such a paste."""
        if event.key == NEWLINE:
            self.type("\n")
            event.stop()

    def render_line(self, y: int) -> Strip:
        """Textual's cannot break a placeholder where there is no room at all."""
        if self.content_size.width < 1:
            return Strip.blank(self.size.width, self.rich_style)
        return super().render_line(y)

    def type(self, text: str) -> None:
        """As if it were typed here: in place of what is chosen."""
        self.replace(text, *self.selection, maintain_selection_offset=False)


class TextEditor(LongText, inherit_bindings=False):
    """A text of several lines; placeholders, holes and marks in it are shown as such."""

    BINDINGS: ClassVar = [binding for binding in TextArea.BINDINGS if _kept(binding)]
    COMPONENT_CLASSES: ClassVar = {"text-editor--open"}
    DEFAULT_CSS = """
    TextEditor {
        border: none; padding: 0 1; background: $surface;
        border-left: outer $rule;
        &:focus { border: none; border-left: outer $public; }
        & .text-editor--open { color: $accent; text-style: bold underline; }
        & .text-area--cursor-line { background: $surface; }
    }
    """

    def __init__(self, *, id: str, placeholder: str = "") -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id, placeholder=placeholder, highlight_cursor_line=False)
        self.cursor_blink = False
        self._over = ("", "", "")

    def get_line(self, line_index: int) -> Text:
        """A line as it is drawn."""
        line = super().get_line(line_index)
        found = find_placeholders(line.plain)
        if found:
            style = self.get_component_rich_style("text-editor--open", partial=True)
            for one in found:
                line.stylize(style, one.start, one.end)
        return line

    def open_ends(self) -> int:
        """How many places are not finished."""
        return len(find_placeholders(self.text))

    def next_open(self) -> bool:
        """Choose the next unfinished place after the cursor, to be typed over.

        Returns:
            False where none follows; then nothing has moved.
        """
        start, end = sorted(self.selection)
        for row in range(start[0], self.document.line_count):
            for leftover in find_placeholders(self.document.get_line(row)):
                place = (row, leftover.start)
                if place > start or (place == start and start == end):
                    self.selection = Selection(place, (row, leftover.end))
                    before = self.get_text_range((0, 0), place)
                    rest = self.get_text_range((row, leftover.end), self.document.end)
                    self._over = (leftover.text, before, rest)
                    return True
        return False

    def first_open(self) -> None:
        """Choose the first unfinished place, if there is one."""
        if self.open_ends():
            self.move_cursor((0, 0))
            self.next_open()

    def typed_over(self) -> dict[str, str]:
        """The name of the placeholder chosen last, and what was typed in its place."""
        placeholder, before, rest = self._over
        text = self.text
        names = placeholders(placeholder)
        said = text[len(before) : len(text) - len(rest)]
        is_there = text.startswith(before) and text.endswith(rest) and said.strip()
        return {names[0]: said} if names and is_there and said != placeholder else {}

    def fill(self, values: Mapping[str, str]) -> None:
        """Put values in place of the placeholders of their names."""
        for row in range(self.document.line_count):
            line = self.document.get_line(row)
            filled = fill(line, values)
            if filled != line:
                self.replace(filled, (row, 0), (row, len(line)))

    def say(self, text: str) -> None:
        """Put another text in place of the whole; ``ctrl+z`` brings the one before back."""
        if text != self.text:
            self.history.checkpoint()
            self.replace(text, (0, 0), self.document.end, maintain_selection_offset=False)
            self.move_cursor((0, 0))


class Title(TextEditor):
    """A text of one line."""

    DEFAULT_CSS = """
    Title { height: 1; scrollbar-size: 0 0; }
    """

    def __init__(self, *, id: str, placeholder: str = "") -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id, placeholder=placeholder)
        self.soft_wrap = False

    def replace(
        self,
        insert: str,
        start: Location,
        end: Location,
        *,
        maintain_selection_offset: bool = True,
    ) -> EditResult:
        """As Textual's; what is pasted stays on the line."""
        return super().replace(
            " ".join(insert.splitlines()),
            start,
            end,
            maintain_selection_offset=maintain_selection_offset,
        )
