"""An outbox item: its delivery status, the text, what is on the page and the possible decisions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, tzinfo
from typing import Final

from textual.content import Content

from ircon.console import safe_content, styles, time_format
from ircon.console.widgets.delivery_status import seconds_left
from ircon.desk.drafts import POSTMORTEM, OutboxItem, PageUpdate

# What happens next in a delivery state, besides its meaning.
_NEXT: Final = {
    "held": "Sent in {left} s; z takes it back.",
    "queued": "Not public yet; {tried}continues {next}.",
    "preflight": "Not public yet; nothing was sent.",
    "sending": "May be public any time.",
    "sent": "Public, by the answer of the page; one more check confirms it.",
    "unknown": "It may be public. The page is checked {next}; it is not sent again meanwhile.",
    "stale": "Not public. It is not sent until you decide.",
    "conflict": "Not public. It is not sent until you decide.",
    "needs_human": "It may be public. It is not sent again until you decide.",
    "confirmed": "Public twice. Edit the second one on the page: it cannot be deleted there.",
}


def is_duplicate(item: OutboxItem) -> bool:
    """Return whether an item is listed only because it is on the page twice."""
    return item.state == "confirmed" and bool(item.last_error)


def row(item: OutboxItem) -> Content:
    """Render an item of the list: incident, delivery status, first words; the list cuts them."""
    return safe_content.lines(
        [
            safe_content.line(
                (f"{item.incident} {item.update}  ", "$faint"), (item.incident_name, "bold")
            ),
            safe_content.line("  ", _state(item)),
            safe_content.line(
                ("  " + safe_content.clip(" ".join(item.body.split()), 200), "$faint")
            ),
        ]
    )


def detail(item: OutboxItem, on_page: Sequence[PageUpdate], zone: tzinfo, now: datetime) -> Content:
    """Render an item in full: state and reason, the text, and the texts on the page."""
    subject = "The postmortem" if item.kind == POSTMORTEM else f"Update {item.update}"
    rows = [
        safe_content.line((f"{subject} of {item.incident}, for page {item.page}", "$faint")),
        safe_content.line(_state(item)),
        *_reasons(item, zone, now),
        safe_content.line(""),
        safe_content.line(("You wrote", "$faint")),
        *_quoted(item.body),
    ]
    if on_page:
        rows += [
            safe_content.line(""),
            safe_content.line(("On the page, as last read", "$faint")),
        ]
        for update in on_page:
            rows += _on_page(update, zone)
    elif len(item.choices) > 1:
        rows += [
            safe_content.line(""),
            safe_content.line("No update of this incident was found on the page."),
        ]
    return safe_content.lines(rows)


def choices(offered: Iterable[tuple[str, str, str]]) -> Content:
    """Render the possible decisions, ``(key, name, help)``, a line each."""
    return safe_content.lines(
        [
            safe_content.line(
                (safe_content.pad(key, 3), "bold $accent"),
                (safe_content.pad(name, 26), "bold"),
                help_,
            )
            for key, name, help_ in offered
        ]
    )


def _state(item: OutboxItem) -> safe_content.Part:
    if is_duplicate(item):
        return (f"ALARM: {item.last_error}", "bold $failed")
    style = "bold $unknown" if item.word == "unknown" or len(item.choices) > 1 else "bold $waiting"
    return (f"{item.state.replace('_', ' ')}: {item.meaning}", style)


def _reasons(item: OutboxItem, zone: tzinfo, now: datetime) -> list[Content]:
    rows = []
    if item.last_error and not is_duplicate(item):
        rows.append(safe_content.line(("Why: ", "$faint"), item.last_error))
    if item.sender:
        rows.append(safe_content.line(item.sender))
    text = _NEXT.get(item.state)
    if text:
        coming = item.next_attempt_at if item.state != "held" else None
        soon = coming is not None and coming > now
        next_ = f"at {coming.astimezone(zone):%H:%M:%S}" if coming and soon else "now"
        if item.rate_limited and soon:
            next_ += ", as the page asks"
        rows.append(
            safe_content.line(
                text.format(left=seconds_left(item, now), tried=_tried(item), next=next_)
            )
        )
    return rows


def _tried(item: OutboxItem) -> str:
    if not item.attempts:
        return ""
    return "tried once, " if item.attempts == 1 else f"tried {item.attempts} times, "


def _on_page(update: PageUpdate, zone: tzinfo) -> list[Content]:
    if update.may_be_it:
        whose, style = "may be yours: its answer was lost", "bold $unknown"
    elif update.ours:
        whose, style = "yours", "$public"
    else:
        whose, style = "somebody else's", "bold $waiting"
    head = f"{time_format.date_and_time(update.at, zone)}  {styles.status(update.status).label}  "
    return [
        safe_content.line(head, (whose, style), (f"   id {update.remote_id}", "$faint")),
        *_quoted(update.body.public),
    ]


def _quoted(text: str) -> list[Content]:
    return [safe_content.line(("┃ ", "$rule"), line) for line in text.split("\n")]
