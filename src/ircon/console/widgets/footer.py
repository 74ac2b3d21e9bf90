"""The footer: the acts that are possible now, each with its key."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.content import Content
from textual.message import Message
from textual.widget import Widget

from ircon.console import safe_content

_GAP = "   "


class Footer(Widget):
    """One line of keys and labels; a click does the same as the key."""

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    Footer { dock: bottom; height: 1; background: $panel; color: $foreground; padding: 0 1; }
    """

    class Chosen(Message):
        """An act was clicked."""

        def __init__(self, act_id: str) -> None:
            super().__init__()
            self.act_id = act_id

    def __init__(self) -> None:
        super().__init__()
        self._offers: Sequence[tuple[str, str, str]] = ()

    def offer(self, offers: Sequence[tuple[str, str, str]]) -> None:
        """Show these acts, ``(id, key, label)``, as many as fit."""
        if offers != self._offers:
            self._offers = offers
            self.refresh()

    def render(self) -> Content:
        """Render the line of keys and labels."""
        parts: list[safe_content.Part] = []
        for _, key, label in self._fitting():
            parts += [(key, "bold $accent"), f" {label}{_GAP}"]
        return safe_content.line(*parts)

    def _fitting(self) -> list[tuple[str, str, str]]:
        """Return the first offers that fit, and always the last, which is help."""
        room = self.size.width
        *first, last = self._offers or [("", "", "")]
        room -= len(last[1]) + len(last[2]) + 1
        fitting = []
        for offer in first:
            room -= len(offer[1]) + len(offer[2]) + 1 + len(_GAP)
            if room < 0:
                break
            fitting.append(offer)
        return [*fitting, last]

    def on_click(self, event: events.Click) -> None:
        """Post ``Chosen`` for the act that was clicked."""
        end = 1  # the padding
        for act_id, key, label in self._fitting():
            end += len(key) + len(label) + 1 + len(_GAP)
            if event.x < end:
                self.post_message(self.Chosen(act_id))
                return
