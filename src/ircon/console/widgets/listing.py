"""A list that draws only what is seen: 22,000 rows cost as much as 20."""

from __future__ import annotations

from rich.segment import Segment
from textual import events
from textual.content import Content
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.style import Style


class VirtualList(ScrollView, can_focus=True):
    """Things in lines; one of them is chosen.

    A subclass says how many things there are, on which lines each stands, and what
    a line holds; after a change it calls ``rebuild``.
    """

    COMPONENT_CLASSES = {"listing--chosen"}  # noqa: RUF012 - Textual's own declaration
    DEFAULT_CSS = """
    VirtualList { background: $background; overflow-x: hidden; }
    VirtualList > .listing--chosen { background: $chosen; }
    VirtualList:focus { background: $background; }
    """

    chosen: reactive[int] = reactive(0, repaint=False)

    class Moved(Message):
        """Another thing is chosen."""

    class Opened(Message):
        """The chosen thing was clicked once more."""

    _room = Size()

    # What a subclass says

    def count(self) -> int:
        """How many things there are."""
        raise NotImplementedError

    def height(self) -> int:
        """How many lines there are in all."""
        raise NotImplementedError

    def lines_of(self, thing: int) -> tuple[int, int]:
        """The first line of a thing, and how many it has."""
        raise NotImplementedError

    def thing_at(self, line: int) -> int | None:
        """The thing on a line; None on a heading."""
        raise NotImplementedError

    def content(self, line: int, width: int) -> Content:
        """What stands on a line, at most ``width`` cells wide."""
        raise NotImplementedError

    # Drawing

    def rebuild(self) -> None:
        """Things came, went or changed."""
        self.virtual_size = Size(self.scrollable_content_region.width, self.height())
        self.chosen = min(self.chosen, max(0, self.count() - 1))
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """One visible line."""
        line = self.scroll_offset.y + y
        width = self.scrollable_content_region.width
        if not 0 <= line < self.height():
            return Strip.blank(width, self.rich_style)
        is_chosen = self.count() > 0 and self.thing_at(line) == self.chosen
        base = self.get_visual_style("listing--chosen") if is_chosen else self.visual_style
        return self._strip(self.content(line, width), base, width)

    def _strip(self, content: Content, base: Style, width: int) -> Strip:
        parse = self.app.stylesheet.parse_style
        segments = [
            Segment(text, style.rich_style)
            for text, style in content.render(base, end="", parse_style=parse)
        ]
        return Strip(segments).adjust_cell_length(width, base.rich_style)

    # Choosing

    def validate_chosen(self, thing: int) -> int:
        """Always one that there is."""
        return max(0, min(thing, self.count() - 1))

    def watch_chosen(self, before: int, after: int) -> None:
        """Draw the two lines anew, and follow with the window."""
        for thing in (before, after):
            if thing < self.count():
                self.refresh_lines(*self.lines_of(thing))
        self.show_chosen()
        self.post_message(self.Moved())

    def show_chosen(self) -> None:
        """Scroll as little as needed for the chosen thing to be seen."""
        if not self.count():
            return
        first, lines = self.lines_of(self.chosen)
        if self.chosen == 0:
            first, lines = 0, first + lines  # with the heading above it
        width, height = self.scrollable_content_region.size
        self.scroll_to_region(
            Region(0, first, max(1, width), min(lines, max(1, height))), animate=False, force=True
        )

    def action_cursor_down(self) -> None:
        """The next one."""
        self.chosen += 1

    def action_cursor_up(self) -> None:
        """The one before."""
        self.chosen -= 1

    def action_page_down(self) -> None:
        """As many on as there are lines."""
        self._page(1)

    def action_page_up(self) -> None:
        """As many back."""
        self._page(-1)

    def action_first(self) -> None:
        """The first one."""
        self.chosen = 0

    def action_last(self) -> None:
        """The last one."""
        self.chosen = self.count() - 1

    def _page(self, direction: int) -> None:
        if not self.count():
            return
        first, _ = self.lines_of(self.chosen)
        target = first + direction * max(1, self.scrollable_content_region.height - 1)
        target = max(0, min(target, self.height() - 1))
        while 0 <= target < self.height():
            thing = self.thing_at(target)
            if thing is not None:
                self.chosen = thing
                return
            target += direction
        self.chosen = 0 if direction < 0 else self.count() - 1

    def on_resize(self) -> None:
        """The width decides where lines break; Textual says this at every layout."""
        room = self.scrollable_content_region.size
        if room != self._room:
            was_seen = self._is_seen(self._room.height)
            self._room = room
            self.rebuild()
            if was_seen:  # a line that comes on top of the screen must not push it out
                self.show_chosen()

    def _is_seen(self, height: int) -> bool:
        """Whether the chosen thing stands in a window of so many lines."""
        if not self.count() or self.chosen >= self.count():
            return False
        return 0 <= self.lines_of(self.chosen)[0] - self.scroll_offset.y < height

    def on_click(self, event: events.Click) -> None:
        """Choose, or open what is chosen."""
        offset = event.get_content_offset(self)
        thing = None if offset is None else self.thing_at(self.scroll_offset.y + offset.y)
        if thing is None:
            return
        if thing == self.chosen:
            self.post_message(self.Opened())
        self.chosen = thing
