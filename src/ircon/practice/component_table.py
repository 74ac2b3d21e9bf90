"""Components and their groups in the database: read, create, change, delete."""

from datetime import datetime

from ircon.practice.api_errors import NotFound
from ircon.practice.database import Row, new_id, stamp
from ircon.practice.page import Page
from ircon.practice.request_fields import Fields
from ircon.practice.statuspage_words import COMPONENT_STATUSES, worst_status

_NAME_LIMIT = 255


def show(page: Page, row: Row) -> Row:
    """A component's row as both APIs show it."""
    return {
        "id": row["id"],
        "page_id": page.id,
        "group_id": row["group_id"],
        "created_at": row["created_at"],
        "updated_at": row["updated_at"],
        "group": False,
        "name": row["name"],
        "description": row["description"],
        "position": row["position"],
        "status": row["status"],
        "showcase": row["showcase"],
        "only_show_if_degraded": row["only_show_if_degraded"],
        "start_date": row["start_date"],
    }


def listed(page: Page, limit: int, offset: int) -> list[Row]:
    """Components in the order they were created."""
    rows = page.store.rows(
        "SELECT * FROM components ORDER BY number LIMIT ? OFFSET ?", limit, offset
    )
    return [show(page, row) for row in rows]


def all_of(page: Page) -> list[Row]:
    """Every component's row, in the order of the page: by place, members of a group together."""
    return page.store.rows("SELECT * FROM components ORDER BY position, number")


def find(page: Page, component_id: str) -> Row:
    """A component's row.

    Raises:
        NotFound: there is none.
    """
    row = page.store.row("SELECT * FROM components WHERE id = ?", component_id)
    if row is None:
        raise NotFound
    return row


def create(page: Page, fields: Fields, moment: datetime) -> Row:
    """Add a component at the end of its group, or of the page."""
    row = {
        "name": fields.text("name", limit=_NAME_LIMIT, required=True),
        "status": "operational",
        "showcase": True,
        "only_show_if_degraded": False,
        **_changes(page, fields),
    }
    fields.check()
    row |= {"id": new_id(), "created_at": stamp(moment), "updated_at": stamp(moment)}
    row["position"] = _next_position(page, row.get("group_id"))
    page.store.insert("components", row)
    page.touch(moment)
    return find(page, row["id"])


def change(page: Page, component_id: str, fields: Fields, moment: datetime) -> Row:
    """Change what the request names. A status alone creates no incident and notifies nobody."""
    before = find(page, component_id)
    changes = _changes(page, fields)
    fields.check()
    if "group_id" in changes and changes["group_id"] != before["group_id"]:
        changes["position"] = _next_position(page, changes["group_id"])
    set_columns(page, component_id, changes, moment)
    page.touch(moment)
    return find(page, component_id)


def set_columns(page: Page, component_id: str, changes: Row, moment: datetime) -> None:
    """Write columns that have been checked already."""
    page.store.update("components", "id", component_id, changes | {"updated_at": stamp(moment)})


def remove(page: Page, component_id: str, moment: datetime) -> None:
    """Delete a component; past updates keep its name."""
    find(page, component_id)
    page.store.run("DELETE FROM components WHERE id = ?", component_id)
    page.touch(moment)


def groups(page: Page) -> list[Row]:
    """Every group as the manage API shows it, in the order of the page."""
    rows = page.store.rows("SELECT * FROM component_groups ORDER BY position, number")
    return [_show_group(page, row) for row in rows]


def find_group(page: Page, group_id: str) -> Row:
    """A group as the manage API shows it.

    Raises:
        NotFound: there is none.
    """
    row = page.store.row("SELECT * FROM component_groups WHERE id = ?", group_id)
    if row is None:
        raise NotFound
    return _show_group(page, row)


def create_group(page: Page, fields: Fields, description: str | None, moment: datetime) -> Row:
    """Add a group and move the named components into it."""
    name = fields.text("name", limit=_NAME_LIMIT, required=True)
    members = fields.ids("components") or []
    fields.errors += unknown(page, members)
    fields.check()
    row = {
        "id": new_id(),
        "name": name,
        "description": description,
        "position": _next_position(page, None),
        "created_at": stamp(moment),
        "updated_at": stamp(moment),
    }
    page.store.insert("component_groups", row)
    for position, component_id in enumerate(members, start=1):
        set_columns(page, component_id, {"group_id": row["id"], "position": position}, moment)
    page.touch(moment)
    return _show_group(page, row)


def unknown(page: Page, component_ids: list[str]) -> list[str]:
    """A complaint for each identifier that is no component's."""
    known = "SELECT id FROM components WHERE id = ?"
    return [
        f"{each} is not a component" for each in component_ids if not page.store.row(known, each)
    ]


def group_status(members: list[Row]) -> str:
    """A group is as its worst member."""
    return worst_status(member["status"] for member in members)


def _changes(page: Page, fields: Fields) -> Row:
    """The columns a request names, as they are to be stored."""
    changes: Row = {}
    if fields.has("name"):
        changes["name"] = fields.text("name", limit=_NAME_LIMIT, required=True)
    if fields.has("description"):
        changes["description"] = fields.text("description")
    if status := fields.word("status", COMPONENT_STATUSES):
        changes["status"] = status
    for flag in ("showcase", "only_show_if_degraded"):
        if fields.has(flag):
            changes[flag] = fields.flag(flag, default=False)
    if fields.has("start_date"):
        changes["start_date"] = fields.date("start_date")
    if fields.has("group_id"):
        changes["group_id"] = _group_id(page, fields)
    return changes


def _group_id(page: Page, fields: Fields) -> str | None:
    group_id = fields.text("group_id")
    if group_id in (None, "", "null"):  # the text "null" is the service's own way out of a group
        return None
    if not page.store.row("SELECT id FROM component_groups WHERE id = ?", group_id):
        fields.errors.append("group_id is not a component group")
    return group_id


def _next_position(page: Page, group_id: str | None) -> int:
    """Positions restart at 1 in each group; groups and plain components share one sequence."""
    places = page.store.rows("SELECT position FROM components WHERE group_id IS ?", group_id)
    if group_id is None:
        places += page.store.rows("SELECT position FROM component_groups")
    return max((row["position"] for row in places), default=0) + 1


def _show_group(page: Page, row: Row) -> Row:
    members = page.store.rows(
        "SELECT id FROM components WHERE group_id = ? ORDER BY position, number", row["id"]
    )
    return {
        "id": row["id"],
        "page_id": page.id,
        "name": row["name"],
        "description": row["description"],
        "components": [member["id"] for member in members],
        "position": row["position"],
        "created_at": row["created_at"],
        "updated_at": row["updated_at"],
    }
