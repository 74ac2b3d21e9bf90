"""Virtual list: renders only visible lines, so that 22,000 rows cost as much as 20."""

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
    """Items of one or more lines; one item is selected.

    A subclass gives the number of items, the lines of each and the content of a line;
    after a change it calls ``rebuild``.
    """

    COMPONENT_CLASSES = {"listing--chosen"}  # noqa: RUF012 - Textual's own declaration
    DEFAULT_CSS = """
    VirtualList { background: $background; overflow-x: hidden; }
    VirtualList > .listing--chosen { background: $chosen; }
    VirtualList:focus { background: $background; }
    """

    chosen: reactive[int] = reactive(0, repaint=False)

    class Moved(Message):
        """Another item was selected."""

    class Opened(Message):
        """The selected item was clicked again."""

    _room = Size()

    # Defined by subclasses

    def count(self) -> int:
        """Return the number of items."""
        raise NotImplementedError

    def height(self) -> int:
        """Return the number of lines in all."""
        raise NotImplementedError

    def lines_of(self, index: int) -> tuple[int, int]:
        """Return the first line of an item, and how many it has."""
        raise NotImplementedError

    def index_at(self, line: int) -> int | None:
        """Return the item on a line; None on a heading."""
        raise NotImplementedError

    def content(self, line: int, width: int) -> Content:
        """Return the content of a line, at most ``width`` cells wide."""
        raise NotImplementedError

    # Drawing

    def rebuild(self) -> None:
        """Take in that items were added, removed or changed."""
        self.virtual_size = Size(self.scrollable_content_region.width, self.height())
        self.chosen = min(self.chosen, max(0, self.count() - 1))
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """Render one visible line."""
        line = self.scroll_offset.y + y
        width = self.scrollable_content_region.width
        if not 0 <= line < self.height():
            return Strip.blank(width, self.rich_style)
        is_chosen = self.count() > 0 and self.index_at(line) == self.chosen
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

    def validate_chosen(self, index: int) -> int:
        """Keep the index within the list."""
        return max(0, min(index, self.count() - 1))

    def watch_chosen(self, before: int, after: int) -> None:
        """Render the two items again and scroll to the selected one."""
        for index in (before, after):
            if index < self.count():
                self.refresh_lines(*self.lines_of(index))
        self.show_chosen()
        self.post_message(self.Moved())

    def show_chosen(self) -> None:
        """Scroll as little as needed to show the selected item."""
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
        """Select the next item."""
        self.chosen += 1

    def action_cursor_up(self) -> None:
        """Select the previous item."""
        self.chosen -= 1

    def action_page_down(self) -> None:
        """Move down by a page."""
        self._page(1)

    def action_page_up(self) -> None:
        """Move up by a page."""
        self._page(-1)

    def action_first(self) -> None:
        """Select the first item."""
        self.chosen = 0

    def action_last(self) -> None:
        """Select the last item."""
        self.chosen = self.count() - 1

    def _page(self, direction: int) -> None:
        if not self.count():
            return
        first, _ = self.lines_of(self.chosen)
        target = first + direction * max(1, self.scrollable_content_region.height - 1)
        target = max(0, min(target, self.height() - 1))
        while 0 <= target < self.height():
            index = self.index_at(target)
            if index is not None:
                self.chosen = index
                return
            target += direction
        self.chosen = 0 if direction < 0 else self.count() - 1

    def on_resize(self) -> None:
        """Rebuild for another width; Textual calls this at every layout."""
        room = self.scrollable_content_region.size
        if room != self._room:
            was_visible = self._is_visible(self._room.height)
            self._room = room
            self.rebuild()
            if was_visible:  # a banner on top of the screen must not push it out
                self.show_chosen()

    def _is_visible(self, height: int) -> bool:
        """Return whether the selected item lies in a window of so many lines."""
        if not self.count() or self.chosen >= self.count():
            return False
        return 0 <= self.lines_of(self.chosen)[0] - self.scroll_offset.y < height

    def on_click(self, event: events.Click) -> None:
        """Select an item, or open the selected one."""
        offset = event.get_content_offset(self)
        index = None if offset is None else self.index_at(self.scroll_offset.y + offset.y)
        if index is None:
            return
        if index == self.chosen:
            self.post_message(self.Opened())
        self.chosen = index
