"""Delivery status of public entries in words: never more than is certain."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, tzinfo
from typing import Final

from ircon.console import time_format
from ircon.desk.drafts import OutboxItem
from ircon.incident.state import Entry, Update

# By delivery state: {error} is the reason or who sends, {left} the seconds until it is sent,
# {at} the time on the page.
_TEXTS: Final[Mapping[str, tuple[str, str]]] = {
    "draft": ("taken back, not sent", "$faint"),
    "held": ("sends in {left} s, z takes it back", "bold $waiting"),
    "queued": ("queued, not public yet{error}", "bold $waiting"),
    "preflight": ("checking the page, not public yet{error}", "bold $waiting"),
    "stale": ("waited too long, still true? decide with o", "bold $unknown"),
    "conflict": ("somebody else posted: decide with o", "bold $unknown"),
    "sending": ("sending, may be public any time{error}", "bold $waiting"),
    "sent": ("published {at}", "$public"),
    "confirmed": ("published {at}", "$public"),
    "unknown": ("may already be public, checking", "bold $unknown"),
    "needs_human": ("may already be public: decide with o", "bold $unknown"),
    "rejected": ("failed, not public{error}", "bold $failed"),
    "cancelled": ("dropped, not sent", "$faint"),
}
_BARS: Final = {"published": "┃", "observed": "┃"}


def update_status(
    update: Update, item: OutboxItem | None, zone: tzinfo, now: datetime
) -> tuple[str, str]:
    """Return the delivery status of an update and its style."""
    at = time_format.clock(update.shown, zone)
    state = item.state if item else update.state  # the journal does not hold it
    if state is None or state not in _TEXTS:
        by = f" by {update.author}" if update.origin == "observed" and update.author else ""
        return f"published {at}{by}", "$public"
    text, style = _TEXTS[state]
    error = f": {update.error}" if update.error else ""
    error = f"; {item.sender}" if item and item.sender else error
    return text.format(at=at, error=error, left=seconds_left(item, now)), style


def postmortem_status(
    entry: Entry, item: OutboxItem | None, zone: tzinfo, now: datetime
) -> tuple[str, str]:
    """Return the delivery status of a postmortem and its style."""
    if item and item.state == "held":
        held, style = _TEXTS["held"]
        return held.format(left=seconds_left(item, now)), style
    if entry.delivery in _BARS:
        return f"published {time_format.clock(entry.at, zone)}", "$public"
    texts = {"unknown": "may already be public", "failed": "failed, not public"}
    return texts.get(entry.delivery or "", "not public yet"), "bold $waiting"


def marker(delivery: str | None) -> tuple[str, str]:
    """Return a public entry's bar and its style: solid only if customers certainly see it."""
    if delivery in _BARS:
        return _BARS[delivery], "bold $public"
    return "╏", "bold $failed" if delivery == "failed" else "bold $waiting"


def seconds_left(item: OutboxItem | None, now: datetime) -> int:
    """Return the seconds until a held update is sent."""
    if item is None or item.next_attempt_at is None:
        return 0
    return max(0, round((item.next_attempt_at - now).total_seconds()))
