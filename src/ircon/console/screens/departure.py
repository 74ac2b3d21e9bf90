"""The question on the way out; it never says that something is held which no longer is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Final

from textual.widgets import Static

from ircon.console import show
from ircon.console.screens.dialogs import ChoiceScreen

if TYPE_CHECKING:
    from ircon.desk.desk import Desk

KEEP, SEND, STAY, OVER = "keep", "send", "stay", "over"
_GLANCE: Final = 0.5  # seconds between two looks at what is still held


class DepartureScreen(ChoiceScreen):
    """Asks what becomes of what is held while the hold runs on; ``OVER`` if it runs out.

    Args:
        ends: when each hold is over.
        now: by the desk's clock.
    """

    def __init__(self, ends: Sequence[datetime], now: datetime) -> None:
        super().__init__(
            "Leave ircon?",
            _stand(ends, now),
            (
                (KEEP, "Keep as draft", "what is held is not sent; the words are in the composer"),
                (SEND, "Send now, then leave", "waits until the page has confirmed it"),
                (STAY, "Stay", ""),
            ),
        )

    def on_mount(self) -> None:
        """The clock runs, whatever is asked."""
        self.set_interval(_GLANCE, self.refresh_data)

    def refresh_data(self) -> None:
        """Look at what is still held."""
        self.read(lambda: hold_ends(self.desk), self._follow, group="held")

    def _follow(self, ends: Sequence[datetime]) -> None:
        if ends:
            words = show.block(_stand(ends, self.now()))
            self.query_one("#dialog-text", Static).update(words)
        else:
            self.dismiss(OVER)


def hold_ends(desk: Desk) -> list[datetime]:
    """When each hold of this process is over, soonest first."""
    return [one.hold_until or one.queued_at for one in desk.publish.held()]


def _stand(ends: Sequence[datetime], now: datetime) -> str:
    """How many are held, and for how long."""
    count = "1 confirmed update is" if len(ends) == 1 else f"{len(ends)} confirmed updates are"
    left = max(0, round((min(ends) - now).total_seconds()))
    first = "it" if len(ends) == 1 else "the first"
    return f"{count} still held: {first} is sent in {left} s, unless you decide before."
