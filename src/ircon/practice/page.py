"""The page itself: its identity, its subscribers and their mails, and the content of a new one.

Mails are listed instead of sent.
"""

import secrets
from datetime import datetime

from ircon.practice.database import Row, Store, new_id, now, stamp
from ircon.practice.statuspage_words import label

NAME = "Practice"
GROUPS = {"API": ("API (group 01)", "API (group 02)", "API (group 03)")}
PLAIN_COMPONENTS = ("Checkout", "Web App", "Webhooks")
SUBSCRIBERS = 12


class Page:
    """One status page: its store, its address and its identity.

    Args:
        store: where everything is kept. An empty one becomes a new page.
        url: origin under which the page is reached, without a trailing slash.
        token: the manage API's token; without one the page keeps its own, and a new page makes
            one up.
    """

    def __init__(self, store: Store, url: str, token: str | None = None) -> None:
        self.store = store
        self.url = url
        with store.transaction():
            if store.row("SELECT id FROM page") is None:
                _fill(store, now())
            if token:
                store.run("UPDATE page SET token = ?", token)
        row = self.row()
        self.id: str = row["id"]
        self.name: str = row["name"]
        self.token: str = row["token"]

    def row(self) -> Row:
        """The page's row."""
        row = self.store.row("SELECT * FROM page")
        assert row is not None  # noqa: S101 -- the constructor put it there
        return row

    def touch(self, moment: datetime) -> None:
        """Note that something on the page has changed."""
        self.store.run("UPDATE page SET updated_at = ?", stamp(moment))

    def subscriber_count(self) -> int:
        """How many a mail goes to."""
        return len(self.store.rows("SELECT id FROM subscribers"))

    def subscribers(self, limit: int, offset: int) -> list[Row]:
        """Subscribers as the manage API shows them, in the order they came."""
        rows = self.store.rows(
            "SELECT * FROM subscribers ORDER BY number LIMIT ? OFFSET ?", limit, offset
        )
        return [
            {
                "id": row["id"],
                "skip_confirmation_notification": True,
                "mode": "email",
                "email": row["email"],
                "quarantined_at": None,
                "purge_at": None,
                "created_at": row["created_at"],
            }
            for row in rows
        ]

    def show(self) -> Row:
        """The page as the manage API shows it."""
        row = self.row()
        return {
            "id": row["id"],
            "created_at": row["created_at"],
            "updated_at": row["updated_at"],
            "name": row["name"],
            "page_description": None,
            "headline": None,
            "branding": "basic",
            "subdomain": "practice",
            "domain": None,
            "url": self.url,
            "support_url": None,
            "hidden_from_search": True,
            "allow_page_subscribers": True,
            "allow_incident_subscribers": False,
            "allow_email_subscribers": True,
            "allow_sms_subscribers": False,
            "allow_rss_atom_feeds": True,
            "allow_webhook_subscribers": False,
            "notifications_from_email": None,
            "notifications_email_footer": None,
            "activity_score": 0,
            "twitter_username": None,
            "viewers_must_be_team_members": False,
            "ip_restrictions": None,
            "time_zone": "UTC",
        }


def notify_subscribers(page: Page, incident: Row, word: str, body: str, moment: datetime) -> None:
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


def list_mails(page: Page, limit: int = -1) -> list[Row]:
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


def _fill(store: Store, moment: datetime) -> None:
    made = {"created_at": stamp(moment), "updated_at": stamp(moment)}
    token = secrets.token_hex(24)
    store.insert("page", {"id": new_id(), "name": NAME, "token": token, **made})
    for number in range(1, SUBSCRIBERS + 1):
        email = f"subscriber-{number:02}@example.org"
        store.insert(
            "subscribers", {"id": new_id(), "email": email, "created_at": made["created_at"]}
        )
    component = {
        "status": "operational",
        "showcase": True,
        "only_show_if_degraded": False,
        "start_date": moment.date().isoformat(),
        **made,
    }
    for place, (group, members) in enumerate(GROUPS.items(), start=1):
        group_id = new_id()
        store.insert("component_groups", {"id": group_id, "name": group, "position": place, **made})
        for position, name in enumerate(members, start=1):
            mine = {"id": new_id(), "group_id": group_id, "name": name, "position": position}
            store.insert("components", mine | component)
    for position, name in enumerate(PLAIN_COMPONENTS, start=len(GROUPS) + 1):
        store.insert("components", {"id": new_id(), "name": name, "position": position} | component)
