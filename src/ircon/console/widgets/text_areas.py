"""Text editors of several lines: placeholders stand out and are tab stops."""

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
from ircon.incident.text import find_placeholders
from ircon.writing.placeholders import fill, placeholders

_ACT_KEYS = frozenset({"f6", "f7"})  # Textual selects a line or all by them; here they are acts


def _is_free(binding: BindingType) -> bool:
    keys = binding.key if isinstance(binding, Binding) else binding[0]
    return not _ACT_KEYS & set(keys.split(","))


class LongText(TextArea):
    """A text of several lines; newlines of a paste that comes as keys are taken in."""

    def on_key(self, event: events.Key) -> None:
        """Insert the newline of a paste that comes as keys."""
        if event.key == NEWLINE:
            self.type("\n")
            event.stop()

    def render_line(self, y: int) -> Strip:
        """Render nothing in a width of 0: Textual cannot break a placeholder there."""
        if self.content_size.width < 1:
            return Strip.blank(self.size.width, self.rich_style)
        return super().render_line(y)

    def type(self, text: str) -> None:
        """Insert a text as if it were typed: it replaces the selection."""
        self.replace(text, *self.selection, maintain_selection_offset=False)


class TextEditor(LongText, inherit_bindings=False):
    """An editor of public text that marks its placeholders."""

    BINDINGS: ClassVar = [binding for binding in TextArea.BINDINGS if _is_free(binding)]
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
        self._selected = ("", "", "")  # the placeholder, and the text before and after it

    def get_line(self, line_index: int) -> Text:
        """Return a line with its placeholders marked."""
        line = super().get_line(line_index)
        placeholders = find_placeholders(line.plain)
        if placeholders:
            style = self.get_component_rich_style("text-editor--open", partial=True)
            for placeholder in placeholders:
                line.stylize(style, placeholder.start, placeholder.end)
        return line

    def open_ends(self) -> int:
        """Return the number of placeholders left to fill in."""
        return len(find_placeholders(self.text))

    def select_next_placeholder(self) -> bool:
        """Select the next placeholder after the cursor, to be typed over.

        Returns:
            False if none follows; then nothing has moved.
        """
        start, end = sorted(self.selection)
        for row in range(start[0], self.document.line_count):
            for leftover in find_placeholders(self.document.get_line(row)):
                location = (row, leftover.start)
                if location > start or (location == start and start == end):
                    self.selection = Selection(location, (row, leftover.end))
                    before = self.get_text_range((0, 0), location)
                    rest = self.get_text_range((row, leftover.end), self.document.end)
                    self._selected = (leftover.text, before, rest)
                    return True
        return False

    def select_first_placeholder(self) -> None:
        """Select the first placeholder, if there is one."""
        if self.open_ends():
            self.move_cursor((0, 0))
            self.select_next_placeholder()

    def typed_values(self) -> dict[str, str]:
        """Return the name of the placeholder selected last, and what was typed in its location."""
        placeholder, before, rest = self._selected
        text = self.text
        names = placeholders(placeholder)
        value = text[len(before) : len(text) - len(rest)]
        is_typed = text.startswith(before) and text.endswith(rest) and value.strip()
        return {names[0]: value} if names and is_typed and value != placeholder else {}

    def fill(self, values: Mapping[str, str]) -> None:
        """Replace the placeholders of these names by their values."""
        for row in range(self.document.line_count):
            line = self.document.get_line(row)
            filled = fill(line, values)
            if filled != line:
                self.replace(filled, (row, 0), (row, len(line)))

    def replace_text(self, text: str) -> None:
        """Replace the whole text; ``ctrl+z`` restores the previous one."""
        if text != self.text:
            self.history.checkpoint()
            self.replace(text, (0, 0), self.document.end, maintain_selection_offset=False)
            self.move_cursor((0, 0))


class Title(TextEditor):
    """An editor of one line: the title of an incident."""

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
        """Replace text as Textual does, with pasted lines joined to one."""
        return super().replace(
            " ".join(insert.splitlines()),
            start,
            end,
            maintain_selection_offset=maintain_selection_offset,
        )
