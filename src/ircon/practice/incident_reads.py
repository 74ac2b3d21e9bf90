"""Incidents read from the database: one, lists of them, and as the APIs show them."""

import re
from collections.abc import Sequence

from ircon.practice import component_table
from ircon.practice.api_errors import NotFound
from ircon.practice.database import Row
from ircon.practice.page import Page
from ircon.practice.statuspage_words import CLOSED

# What is stored as it is shown. `impact` and `status` are derived, see below.
_AS_STORED = (
    "id",
    "name",
    "created_at",
    "updated_at",
    "monitoring_at",
    "resolved_at",
    "impact_override",
    "metadata",
    "reminder_intervals",
    "scheduled_for",
    "scheduled_until",
    "scheduled_remind_prior",
    "scheduled_auto_in_progress",
    "scheduled_auto_completed",
    "auto_transition_to_maintenance_state",
    "auto_transition_to_operational_state",
    "auto_transition_deliver_notifications_at_start",
    "auto_transition_deliver_notifications_at_end",
)

# One query gives an incident with its postmortem. Newest first; of one instant, the later written.
_INCIDENTS = """
    SELECT incidents.*, postmortems.body AS postmortem_body,
           postmortems.body_updated_at AS postmortem_body_last_updated_at,
           postmortems.published_at AS postmortem_published_at,
           postmortems.notify_subscribers AS postmortem_notified
    FROM incidents LEFT JOIN postmortems ON postmortems.incident_id = incidents.id
"""
_NEWEST_FIRST = "ORDER BY incidents.created_at DESC, incidents.number DESC LIMIT ? OFFSET ?"

# The fields that `q` searches are the ones the service's own description names.
_SEARCHED = (
    "incidents.name LIKE ? ESCAPE '!'",
    "incidents.status LIKE ? ESCAPE '!'",
    "postmortems.body LIKE ? ESCAPE '!'",
    "incidents.id IN (SELECT incident_id FROM incident_updates WHERE body LIKE ? ESCAPE '!')",
)


def find(page: Page, incident_id: str) -> Row:
    """An incident's row.

    Raises:
        NotFound: there is none.
    """
    row = page.store.row(f"{_INCIDENTS} WHERE incidents.id = ?", incident_id)
    if row is None:
        raise NotFound
    return row


def listed(page: Page, query: str, limit: int, offset: int) -> list[Row]:
    """Rows of real-time incidents and maintenances that contain ``query``, newest first."""
    if not query:
        return page.store.rows(f"{_INCIDENTS} {_NEWEST_FIRST}", limit, offset)
    literally = re.sub(r"([!%_])", r"!\1", query)
    sql = f"{_INCIDENTS} WHERE {' OR '.join(_SEARCHED)} {_NEWEST_FIRST}"
    return page.store.rows(sql, *[f"%{literally}%"] * len(_SEARCHED), limit, offset)


def with_status(page: Page, statuses: Sequence[str], limit: int, offset: int = 0) -> list[Row]:
    """Rows of incidents in one of ``statuses``, newest first."""
    marks = ", ".join("?" for _ in statuses)
    sql = f"{_INCIDENTS} WHERE incidents.status IN ({marks}) {_NEWEST_FIRST}"
    return page.store.rows(sql, *statuses, limit, offset)


def of_month(page: Page, month: str) -> list[Row]:
    """Rows of every incident that began in a month given as ``2026-08``, newest first."""
    sql = f"{_INCIDENTS} WHERE incidents.created_at GLOB ? {_NEWEST_FIRST}"
    return page.store.rows(sql, f"{month}-*", -1, 0)


def updates(page: Page, incident_id: str) -> list[Row]:
    """An incident's updates as both APIs show them, newest first by creation."""
    rows = page.store.rows(
        "SELECT * FROM incident_updates WHERE incident_id = ? ORDER BY number DESC", incident_id
    )
    return [show_update(row) for row in rows]


def attached(page: Page, incident_id: str) -> list[Row]:
    """Rows of the components an incident concerns, with their present status."""
    return page.store.rows(
        "SELECT components.* FROM components JOIN incident_components"
        " ON component_id = components.id WHERE incident_id = ? ORDER BY components.number",
        incident_id,
    )


def impact(row: Row) -> str:
    """What somebody said the impact is, else the worst its components came to."""
    word: str = row["impact_override"] or row["computed_impact"]
    return word


def shown_status(row: Row) -> str:
    """``postmortem`` once one is published on a closed incident, else the status itself."""
    status: str = row["status"]
    return "postmortem" if status in CLOSED and row["postmortem_published_at"] else status


def show(page: Page, row: Row) -> Row:
    """An incident's row as the manage API shows it."""
    return {
        **{name: row[name] for name in _AS_STORED},
        "page_id": page.id,
        "status": shown_status(row),
        "impact": impact(row),
        "shortlink": f"{page.url}/incidents/{row['id']}",
        "components": [component_table.show(page, each) for each in attached(page, row["id"])],
        "incident_updates": updates(page, row["id"]),
        "scheduled_reminded_at": None,
        "postmortem_body": row["postmortem_body"],
        "postmortem_body_last_updated_at": row["postmortem_body_last_updated_at"],
        "postmortem_ignored": False,
        "postmortem_notified_subscribers": bool(row["postmortem_notified"]),
        "postmortem_notified_twitter": False,
        "postmortem_published_at": row["postmortem_published_at"],
    }


def show_update(row: Row) -> Row:
    """An update's row as both APIs show it."""
    return {
        "id": row["id"],
        "incident_id": row["incident_id"],
        "status": row["status"],
        "body": row["body"],
        "affected_components": row["affected_components"],
        "deliver_notifications": row["deliver_notifications"],
        "created_at": row["created_at"],
        "updated_at": row["updated_at"],
        "display_at": row["display_at"],
        "custom_tweet": None,
        "tweet_id": None,
        "twitter_updated_at": None,
        "wants_twitter_update": row["wants_twitter_update"],
    }
