"""Mails to subscribers: listed instead of sent."""

from datetime import datetime

from ircon.practice.database import Row
from ircon.practice.page import Page
from ircon.practice.statuspage_words import label
from ircon.practice.timestamps_out import stamp


def notify(page: Page, incident: Row, word: str, body: str, moment: datetime) -> None:
    """List the mail that tells every subscriber of an update.

    Args:
        page: whose subscribers.
        incident: its row.
        word: the update's status, or ``postmortem``.
        body: the text, as it was posted.
        moment: when it would have gone out.
    """
    page.store.insert(
        "mails",
        {
            "incident_id": incident["id"],
            "sent_at": stamp(moment),
            "recipients": page.subscriber_count(),
            "subject": f"[{page.name}] {label(word)}: {incident['name']}",
            "body": body,
        },
    )


def listed(page: Page, limit: int = -1) -> list[Row]:
    """Mails, newest first: incident_id, sent_at, recipients, subject, body.

    Args:
        page: whose mails.
        limit: how many at most; negative is all.
    """
    return page.store.rows(
        "SELECT incident_id, sent_at, recipients, subject, body FROM mails"
        " ORDER BY number DESC LIMIT ?",
        limit,
    )
