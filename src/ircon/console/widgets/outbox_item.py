"""One thing in the outbox: how far it got, what was written, what is on the page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, tzinfo
from typing import Final

from textual.content import Content

from ircon.console import safe_content, styles, time_format
from ircon.console.widgets.delivery_status import seconds_left
from ircon.desk.drafts import POSTMORTEM, OutboxItem, PageUpdate

# What is said of a state besides its meaning: what is being done, and by whom.
_NOW: Final = {
    "held": "Leaves in {left} s; z takes it back.",
    "queued": "Not public yet; {tried}goes on {next}.",
    "preflight": "Not public yet; nothing was sent.",
    "sending": "May be public any moment.",
    "sent": "Public as far as the page answered; one more look makes sure.",
    "unknown": "It may be public. The page is asked {next}; it is not sent again meanwhile.",
    "stale": "Not public. It is not sent before you say so.",
    "conflict": "Not public. It is not sent before you say so.",
    "needs_human": "It may be public all the same. It is not sent again before you say so.",
    "confirmed": "Public. Edit the second one on the page: it cannot be deleted there.",
}


def is_duplicate(item: OutboxItem) -> bool:
    """Whether it is listed only because it stands on the page twice."""
    return item.state == "confirmed" and bool(item.last_error)


def row(item: OutboxItem) -> Content:
    """An item in the list: whose it is, how far it got, its first words; the list cuts them."""
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


def detail(item: OutboxItem, there: Sequence[PageUpdate], zone: tzinfo, now: datetime) -> Content:
    """Everything about an item: state and reason, the words written, the words on the page."""
    what = "The postmortem" if item.kind == POSTMORTEM else f"Update {item.update}"
    rows = [
        safe_content.line((f"{what} of {item.incident}, for page {item.page}", "$faint")),
        safe_content.line(_state(item)),
        *_reasons(item, zone, now),
        safe_content.line(""),
        safe_content.line(("You wrote", "$faint")),
        *_quoted(item.body),
    ]
    if there:
        rows += [
            safe_content.line(""),
            safe_content.line(("On the page, as it was last read", "$faint")),
        ]
        for one in there:
            rows += _on_page(one, zone)
    elif len(item.choices) > 1:
        rows += [
            safe_content.line(""),
            safe_content.line("Nothing of this incident was seen on the page."),
        ]
    return safe_content.lines(rows)


def choices(offered: Iterable[tuple[str, str, str]]) -> Content:
    """What is open to a person: ``(key, name, what it does)``, a line each."""
    return safe_content.lines(
        [
            safe_content.line(
                (safe_content.pad(key, 3), "bold $accent"),
                (safe_content.pad(name, 26), "bold"),
                why,
            )
            for key, name, why in offered
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
    said = _NOW.get(item.state)
    if said:
        coming = item.next_attempt_at if item.state != "held" else None
        soon = coming is not None and coming > now
        next_ = f"at {coming.astimezone(zone):%H:%M:%S}" if coming and soon else "now"
        if item.rate_limited and soon:
            next_ += ", as the page asks"
        rows.append(
            safe_content.line(
                said.format(left=seconds_left(item, now), tried=_tried(item), next=next_)
            )
        )
    return rows


def _tried(item: OutboxItem) -> str:
    if not item.attempts:
        return ""
    return "tried once, " if item.attempts == 1 else f"tried {item.attempts} times, "


def _on_page(one: PageUpdate, zone: tzinfo) -> list[Content]:
    if one.may_be_it:
        whose, style = "may be yours, the one whose answer was lost", "bold $unknown"
    elif one.ours:
        whose, style = "yours", "$public"
    else:
        whose, style = "somebody else's", "bold $waiting"
    head = f"{time_format.moment(one.at, zone)}  {styles.status(one.status).label}  "
    return [
        safe_content.line(head, (whose, style), (f"   id {one.remote_id}", "$faint")),
        *_quoted(one.body.public),
    ]


def _quoted(text: str) -> list[Content]:
    return [safe_content.line(("┃ ", "$rule"), line) for line in text.split("\n")]
