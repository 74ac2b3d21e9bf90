"""A Markdown text as its readers will see it. Imported when it is first asked for."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.widgets import Markdown, Static

from ircon.console import safe_content
from ircon.console.screens.dialogs import ReadingScreen
from ircon.writing.markdown import tamed


class PreviewScreen(ReadingScreen):
    """Headings, lists and tables; no link is opened and no HTML read."""

    CSS_PATH: ClassVar = ["dialogs.tcss", "preview.tcss"]

    def compose(self) -> ComposeResult:
        """Title and text."""
        with Vertical(id="dialog", classes="reading preview"):
            yield Static(safe_content.line((self._title, "bold")), id="dialog-title")
            with VerticalScroll(id="reading"):
                yield Markdown(tamed(self._text), open_links=False)
            yield Static(safe_content.line(("esc goes back", "$faint")), id="dialog-keys")
