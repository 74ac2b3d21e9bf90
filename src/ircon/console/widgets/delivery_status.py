"""How far a public entry got, in words: never more than is certain."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, tzinfo
from typing import Final

from ircon.console import time_format
from ircon.desk.drafts import OutboxItem
from ircon.incident.state import Entry, Update

# By the delivery state; {error} is why, or who sends; {left} seconds until it leaves; {at} the
# page's time.
WORDS: Final[Mapping[str, tuple[str, str]]] = {
    "draft": ("taken back, not sent", "$faint"),
    "held": ("sends in {left} s, z takes it back", "bold $waiting"),
    "queued": ("queued, not public yet{error}", "bold $waiting"),
    "preflight": ("checking the page, not public yet{error}", "bold $waiting"),
    "stale": ("waited too long: still true? o decides", "bold $unknown"),
    "conflict": ("somebody else posted: o decides", "bold $unknown"),
    "sending": ("sending, may be public any moment{error}", "bold $waiting"),
    "sent": ("published {at}", "$public"),
    "confirmed": ("published {at}", "$public"),
    "unknown": ("may already be public, checking", "bold $unknown"),
    "needs_human": ("may already be public: o decides", "bold $unknown"),
    "rejected": ("failed, not public{error}", "bold $failed"),
    "cancelled": ("dropped, not sent", "$faint"),
}
_BARS: Final = {"published": "┃", "observed": "┃"}


def update_status(
    update: Update, item: OutboxItem | None, zone: tzinfo, now: datetime
) -> tuple[str, str]:
    """What is known of an update's way, and the style to say it in."""
    at = time_format.clock(update.shown, zone)
    state = item.state if item else update.state  # that it is held is not in the journal
    if state is None or state not in WORDS:
        by = f" by {update.author}" if update.origin == "observed" and update.author else ""
        return f"published {at}{by}", "$public"
    said, style = WORDS[state]
    error = f": {update.error}" if update.error else ""
    error = f"; {item.sender}" if item and item.sender else error
    return said.format(at=at, error=error, left=seconds_left(item, now)), style


def postmortem_status(
    entry: Entry, item: OutboxItem | None, zone: tzinfo, now: datetime
) -> tuple[str, str]:
    """The same for a postmortem, of which only the word for its way is known."""
    if item and item.state == "held":
        held, style = WORDS["held"]
        return held.format(left=seconds_left(item, now)), style
    if entry.delivery in _BARS:
        return f"published {time_format.clock(entry.at, zone)}", "$public"
    said = {"unknown": "may already be public", "failed": "failed, not public"}
    return said.get(entry.delivery or "", "not public yet"), "bold $waiting"


def marker(delivery: str | None) -> tuple[str, str]:
    """The sign before a public entry's lines: whole where customers certainly see it."""
    if delivery in _BARS:
        return _BARS[delivery], "bold $public"
    return "╏", "bold $failed" if delivery == "failed" else "bold $waiting"


def seconds_left(item: OutboxItem | None, now: datetime) -> int:
    """Until what is held leaves."""
    if item is None or item.next_attempt_at is None:
        return 0
    return max(0, round((item.next_attempt_at - now).total_seconds()))
