"""Text that is drawn anew only when it changes."""

from __future__ import annotations

from textual.content import Content
from textual.widgets import Static


class CachedStatic(Static):
    """A ``Static`` that costs nothing while it is told the same.

    Laying out a screen paints all of it, so that is asked for only where another text
    needs another number of lines.
    """

    _said = Content()

    def show(self, content: Content) -> None:
        """Show this."""
        if content.is_same(self._said):
            return
        before, self._said = self._said, content
        self.update(content, layout=self._lines(content) != self._lines(before))

    def _lines(self, content: Content) -> int:
        height, width = self.styles.height, self.content_size.width
        if height is not None and not height.is_auto:
            return 0  # its style decides
        return content.get_height(self.styles.get_rules(), width) if width else -len(content)
