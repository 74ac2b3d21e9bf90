"""Incident templates: listed and created; the API can neither edit nor delete them."""

from ircon.practice import component_table
from ircon.practice.database import Row, new_id
from ircon.practice.page import Page
from ircon.practice.request_fields import Fields
from ircon.practice.statuspage_words import MAINTENANCE, REALTIME


def listed(page: Page, limit: int, offset: int) -> list[Row]:
    """Templates in the order they were created."""
    rows = page.store.rows(
        "SELECT * FROM templates ORDER BY number LIMIT ? OFFSET ?", limit, offset
    )
    return [_show(page, row) for row in rows]


def create(page: Page, fields: Fields) -> Row:
    """Add a template.

    Raises:
        Invalid: name, title or body is missing, or a word or component is unknown.
    """
    component_ids = fields.ids("component_ids") or []
    row = {
        "id": new_id(),
        "name": fields.text("name", required=True),
        "title": fields.text("title", required=True),
        "body": fields.text("body", required=True),
        "group_id": fields.text("group_id"),
        "update_status": fields.word("update_status", REALTIME + MAINTENANCE),
        "should_tweet": fields.flag("should_tweet", default=False),
        "should_send_notifications": fields.flag("should_send_notifications", default=False),
        "component_ids": component_ids,
    }
    fields.errors += component_table.unknown(page, component_ids)
    fields.check()
    page.store.insert("templates", row)
    return _show(page, row)


def _show(page: Page, row: Row) -> Row:
    chosen = set(row["component_ids"])
    shown = [
        component_table.show(page, c) for c in component_table.all_of(page) if c["id"] in chosen
    ]
    return {
        "id": row["id"],
        "components": shown,
        "name": row["name"],
        "title": row["title"],
        "body": row["body"],
        "group_id": row["group_id"],
        "update_status": row["update_status"],
        "should_tweet": row["should_tweet"],
        "should_send_notifications": row["should_send_notifications"],
    }
