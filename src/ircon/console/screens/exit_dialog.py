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

KEEP, SEND, STAY, QUIT = "keep", "send", "stay", "quit"
_POLL: Final = 0.5  # seconds between two reads of the delivery
_CHOICES_HELD: Final = (
    (KEEP, "Keep as draft", "held updates are not sent; their text is in the composer"),
    (SEND, "Send now, then quit", "waits until the page has confirmed"),
    (STAY, "Stay", ""),
)
# Staying comes first: the answer to the earlier choices must not quit.
_CHOICES_SENT: Final = (
    (STAY, "Stay", "ircon goes on sending and confirming"),
    (QUIT, "Quit", "what has not reached the page is sent when ircon runs again"),
)
_OUTCOMES: Final = {
    "draft": "not sent: the text is in the composer",
    "cancelled": "not sent: it was dropped",
    "rejected": "not sent: the page refused it; the text is in the composer",
    "queued": "queued, not public yet",
    "sending": "being sent: it may be public at any time",
    "unknown": "sent, but it is not known yet whether it is public",
    "published": "public",
}


class ExitDialog(ChoiceScreen):
    """Choice of what to do with held updates; once none is held, whether to quit.

    Args:
        ops: ids of the held operations.
        progress: their delivery so far.
        now: the time of the desk's clock.
    """

    def __init__(self, ops: Sequence[str], progress: Progress, now: datetime) -> None:
        super().__init__("Quit ircon?", _summary(progress, now), _CHOICES_HELD)
        self._ops = ops
        self._hold_has_ended = False

    def on_mount(self) -> None:
        """Follow the delivery while the dialog is open."""
        self.set_interval(_POLL, self.refresh_data)

    def refresh_data(self) -> None:
        """Read the delivery of the updates."""
        self.read(lambda: self.desk.shutdown.progress(self._ops), self._follow, group="held")

    def _follow(self, progress: Progress) -> None:
        self.query_one("#dialog-text", Static).update(
            safe_content.block(_summary(progress, self.now()))
        )
        if not progress.ends and not self._hold_has_ended:
            self._hold_has_ended = True
            choices = self.query_one(OptionList)
            choices.set_options([choice_option(*choice) for choice in _CHOICES_SENT])
            choices.highlighted = 0


def _summary(progress: Progress, now: datetime) -> str:
    """Return how many updates are held and for how long, and the outcome of the others."""
    lines = []
    if progress.ends:
        count = len(progress.ends)
        many = "1 confirmed update is" if count == 1 else f"{count} confirmed updates are"
        seconds = max(0, round((min(progress.ends) - now).total_seconds()))
        first = "it" if count == 1 else "the first"
        lines.append(
            f"{many} still held: {first} is sent in {seconds} s, unless you decide before."
        )
    else:
        lines.append("The hold has ended: nothing can be taken back any more.")
    outcomes = Counter(
        _OUTCOMES.get(state) or _OUTCOMES[DELIVERY_WORDS[state]] for state in progress.states
    )
    for outcome, count in outcomes.items():
        lines.append(f"{count} update{'' if count == 1 else 's'}: {outcome}.")
    return "\n".join(lines)
