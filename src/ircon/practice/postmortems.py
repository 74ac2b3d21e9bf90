"""Postmortems: drafted freely, published apart, taken back."""

import secrets
from datetime import datetime

from ircon.practice import incident_reads
from ircon.practice.api_errors import NotFound
from ircon.practice.database import Row, stamp
from ircon.practice.page import Page, notify_subscribers
from ircon.practice.request_fields import Fields


def find(page: Page, incident_id: str) -> Row:
    """An incident's postmortem as the manage API shows it.

    Raises:
        NotFound: there is no such incident, or it has no postmortem.
    """
    incident_reads.find(page, incident_id)
    row = page.store.row("SELECT * FROM postmortems WHERE incident_id = ?", incident_id)
    if row is None:
        raise NotFound
    del row["incident_id"]
    return row


def save(page: Page, incident_id: str, fields: Fields, moment: datetime) -> Row:
    """Keep a draft; the public does not see it."""
    incident_reads.find(page, incident_id)
    draft = fields.text("body_draft", required=True)
    fields.check()
    changes = {"body_draft": draft, "body_draft_updated_at": stamp(moment)}
    if page.store.row("SELECT 1 FROM postmortems WHERE incident_id = ?", incident_id):
        _update(page, incident_id, changes, moment)
    else:
        made = {"created_at": stamp(moment), "updated_at": stamp(moment)}
        key = secrets.token_hex(16)
        page.store.insert(
            "postmortems", {"incident_id": incident_id, "preview_key": key, **changes, **made}
        )
    return find(page, incident_id)


def publish(page: Page, incident_id: str, fields: Fields, moment: datetime) -> Row:
    """Show the draft to the public; mail subscribers if the request says so."""
    draft = find(page, incident_id)["body_draft"]
    changes = {
        "body": draft,
        "body_updated_at": stamp(moment),
        "published_at": stamp(moment),
        "notify_subscribers": fields.flag("notify_subscribers", default=False),
        "notify_twitter": fields.flag("notify_twitter", default=False),
        "custom_tweet": fields.text("custom_tweet"),
    }
    fields.check()
    _update(page, incident_id, changes, moment)
    if changes["notify_subscribers"]:
        incident = incident_reads.find(page, incident_id)
        notify_subscribers(page, incident, "postmortem", draft, moment)
    _touch(page, incident_id, moment)
    return find(page, incident_id)


def revert(page: Page, incident_id: str, moment: datetime) -> Row:
    """Take a published postmortem off the page; the draft stays."""
    find(page, incident_id)
    nothing = {"body": None, "body_updated_at": None, "published_at": None}
    _update(page, incident_id, nothing, moment)
    _touch(page, incident_id, moment)
    return find(page, incident_id)


def remove(page: Page, incident_id: str, moment: datetime) -> None:
    """Delete draft and published text."""
    find(page, incident_id)
    page.store.run("DELETE FROM postmortems WHERE incident_id = ?", incident_id)
    _touch(page, incident_id, moment)


def _update(page: Page, incident_id: str, changes: Row, moment: datetime) -> None:
    changes = changes | {"updated_at": stamp(moment)}
    page.store.update("postmortems", "incident_id", incident_id, changes)


def _touch(page: Page, incident_id: str, moment: datetime) -> None:
    """The public sees a change: incident and page say when."""
    page.store.update("incidents", "id", incident_id, {"updated_at": stamp(moment)})
    page.touch(moment)
