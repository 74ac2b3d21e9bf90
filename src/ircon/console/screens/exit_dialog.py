"""Exit dialog: asks what to do with held updates; its text follows their delivery."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Final

from textual.widgets import OptionList, Static

from ircon.console import safe_content
from ircon.console.screens.dialogs import ChoiceScreen, choice_option
from ircon.incident.vocabulary import DELIVERY_WORDS

if TYPE_CHECKING:
    from ircon.desk.shutdown import Progress

KEEP, SEND, STAY, LEAVE = "keep", "send", "stay", "leave"
_GLANCE: Final = 0.5  # seconds between two reads of the delivery
_HELD: Final = (
    (KEEP, "Keep as draft", "held updates are not sent; their text is in the composer"),
    (SEND, "Send now, then leave", "waits until the page has confirmed"),
    (STAY, "Stay", ""),
)
# Staying comes first: the answer to the earlier choices must not leave.
_OVER: Final = (
    (STAY, "Stay", "ircon goes on sending and confirming"),
    (LEAVE, "Leave", "what has not reached the page is sent when ircon runs again"),
)
_SAID: Final = {
    "draft": "not sent: the text is in the composer",
    "cancelled": "not sent: it was dropped",
    "rejected": "not sent: the page refused it; the text is in the composer",
    "queued": "queued, not public yet",
    "sending": "being sent: it may be public at any time",
    "unknown": "sent, but it is not known yet whether it is public",
    "published": "public",
}


class DepartureScreen(ChoiceScreen):
    """Choice of what to do with held updates; once none is held, whether to leave.

    Args:
        ops: what it is about.
        progress: how far they are.
        now: by the desk's clock.
    """

    def __init__(self, ops: Sequence[str], progress: Progress, now: datetime) -> None:
        super().__init__("Leave ircon?", _told(progress, now), _HELD)
        self._ops = ops
        self._is_over = False

    def on_mount(self) -> None:
        """Follow the delivery while the dialog is open."""
        self.set_interval(_GLANCE, self.refresh_data)

    def refresh_data(self) -> None:
        """Look how far it got."""
        self.read(lambda: self.desk.shutdown.progress(self._ops), self._follow, group="held")

    def _follow(self, progress: Progress) -> None:
        self.query_one("#dialog-text", Static).update(
            safe_content.block(_told(progress, self.now()))
        )
        if not progress.ends and not self._is_over:
            self._is_over = True
            choices = self.query_one(OptionList)
            choices.set_options([choice_option(*one) for one in _OVER])
            choices.highlighted = 0


def _told(progress: Progress, now: datetime) -> str:
    """How many are held, and for how long; what became of the others."""
    told = []
    if progress.ends:
        count = len(progress.ends)
        many = "1 confirmed update is" if count == 1 else f"{count} confirmed updates are"
        left = max(0, round((min(progress.ends) - now).total_seconds()))
        first = "it" if count == 1 else "the first"
        told.append(f"{many} still held: {first} is sent in {left} s, unless you decide before.")
    else:
        told.append("The hold is over: nothing can be taken back any more.")
    said = Counter(_SAID.get(state) or _SAID[DELIVERY_WORDS[state]] for state in progress.states)
    for words, count in said.items():
        told.append(f"{count} update{'' if count == 1 else 's'}: {words}.")
    return "\n".join(told)
