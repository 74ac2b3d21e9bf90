"""Static text that is rendered again only when it changes."""

from __future__ import annotations

from textual.content import Content
from textual.widgets import Static


class CachedStatic(Static):
    """A ``Static`` that costs nothing while its content stays the same.

    A layout repaints the whole screen, so it is requested only if the new content needs
    another number of lines.
    """

    _content = Content()

    def show(self, content: Content) -> None:
        """Show a content."""
        if content.is_same(self._content):
            return
        previous, self._content = self._content, content
        self.update(content, layout=self._lines(content) != self._lines(previous))

    def _lines(self, content: Content) -> int:
        height, width = self.styles.height, self.content_size.width
        if height is not None and not height.is_auto:
            return 0  # the style fixes it
        return content.get_height(self.styles.get_rules(), width) if width else -len(content)
