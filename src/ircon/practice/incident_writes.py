"""Incidents written to the database: created, changed, deleted.

There is no call that creates an update: an incident is created or changed, and where the request
says a text or another status, that becomes an update. One request may carry everything at once:
text, status, component statuses, metadata, schedule, and whether subscribers are mailed.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from ircon.practice import component_table, incident_reads
from ircon.practice.api_errors import NotFound
from ircon.practice.database import Row, new_id, read_stamp, stamp
from ircon.practice.page import Page, notify_subscribers
from ircon.practice.request_fields import Fields
from ircon.practice.statuspage_words import (
    CLOSED,
    COMPONENT_STATUSES,
    IMPACT_OF,
    IMPACTS,
    MAINTENANCE,
    REALTIME,
    worst_impact,
    worst_status,
)

# Both limits: the API's own description.
NAME_LIMIT = 255
BODY_LIMIT = 25_000

_FLAGS = (
    "scheduled_remind_prior",
    "scheduled_auto_in_progress",
    "scheduled_auto_completed",
    "auto_transition_to_maintenance_state",
    "auto_transition_to_operational_state",
    "auto_transition_deliver_notifications_at_start",
    "auto_transition_deliver_notifications_at_end",
)

# What a maintenance in a status makes of its components, if this flag says so.
_TRANSITIONS = {
    "in_progress": ("auto_transition_to_maintenance_state", "under_maintenance"),
    "completed": ("auto_transition_to_operational_state", "operational"),
}


@dataclass(frozen=True)
class _Draft:
    """What one request asks of an incident, checked field by field but not yet against it.

    ``statuses`` maps each component to what it shall be; ``attach`` replaces the components the
    incident concerns, None leaves them.
    """

    columns: Row
    status: str | None
    body: str
    notify: bool
    metadata: dict[str, dict[str, Any]]
    statuses: dict[str, str]
    attach: list[str] | None


def create(page: Page, fields: Fields, moment: datetime) -> Row:
    """Open an incident, or a maintenance, with its first update.

    Returns:
        The incident's row.

    Raises:
        Invalid: a field is missing, too long or unknown; nothing was changed.
    """
    draft = _read(page, fields, is_new=True)
    status = draft.status or ("scheduled" if draft.columns.get("scheduled_for") else REALTIME[0])
    if fields.flag("backfilled", default=False):
        if draft.statuses or draft.attach:
            fields.errors.append("components cannot be specified on a backfilled incident")
        status, backfilled = "resolved", fields.instant("backfill_date")
        moment = read_stamp(backfilled) if backfilled else moment
        draft = replace(draft, notify=False)  # nobody is mailed about the past
    fields.check()
    row = {
        "id": new_id(),
        "status": status,
        "computed_impact": "maintenance" if status in MAINTENANCE else "none",
        "metadata": draft.metadata,
        "created_at": stamp(moment),
        "updated_at": stamp(moment),
        **draft.columns,
        **_milestones(None, status, moment),
    }
    page.store.insert("incidents", row)
    affected = _affect(page, row["id"], draft, moment)
    _settle_impact(page, row["id"])
    _add_update(page, row, draft, affected, moment)
    page.touch(moment)
    return incident_reads.find(page, row["id"])


def change(page: Page, incident_id: str, fields: Fields, moment: datetime) -> Row:
    """Change what the request names; a text or another status is an update as well.

    Closing an incident leaves its components as they are, as the real service does.

    Returns:
        The incident's row.

    Raises:
        NotFound: there is no such incident.
        Invalid: a field is too long or unknown, or the status is of the other kind of incident;
            nothing was changed.
    """
    before = incident_reads.find(page, incident_id)
    draft = _read(page, fields, is_new=False)
    status = draft.status or before["status"]
    if (status in MAINTENANCE) != (before["status"] in MAINTENANCE):
        fields.errors.append(f"status cannot go from {before['status']} to {status}")
    fields.check()
    page.store.update(
        "incidents",
        "id",
        incident_id,
        {
            **draft.columns,
            **_milestones(before["status"], status, moment),
            "status": status,
            "metadata": before["metadata"] | draft.metadata,
            "updated_at": stamp(moment),
        },
    )
    draft = _with_transition(page, before, status, draft)
    affected = _affect(page, incident_id, draft, moment)
    _settle_impact(page, incident_id)
    row = incident_reads.find(page, incident_id)
    if draft.body or status != before["status"]:
        _add_update(page, row, draft, affected, moment)
    page.touch(moment)
    return row


def edit_update(
    page: Page, incident_id: str, update_id: str, fields: Fields, moment: datetime
) -> Row:
    """Edit the text or the shown time of a posted update; its status stays.

    Returns:
        The update as the APIs show it.

    Raises:
        NotFound: there is no such update in this incident.
        Invalid: a field cannot be accepted; nothing was changed.
    """
    incident = incident_reads.find(page, incident_id)
    sql = "SELECT * FROM incident_updates WHERE id = ? AND incident_id = ?"
    before = page.store.row(sql, update_id, incident_id)
    if before is None:
        raise NotFound
    changes: Row = {"updated_at": stamp(moment)}
    if fields.has("body"):
        changes["body"] = fields.text("body", limit=BODY_LIMIT) or ""
    if shown := fields.instant("display_at"):
        changes["display_at"] = shown
    for flag in ("deliver_notifications", "wants_twitter_update"):
        if fields.has(flag):
            changes[flag] = fields.flag(flag, default=before[flag])
    fields.check()
    page.store.update("incident_updates", "id", update_id, changes)
    page.store.update("incidents", "id", incident_id, {"updated_at": stamp(moment)})
    after = before | changes
    # Mailing the edit is asked for in the edit itself: what was true of the first post is not.
    if changes.get("deliver_notifications"):
        notify_subscribers(page, incident, after["status"], after["body"], moment)
    page.touch(moment)
    return incident_reads.show_update(after)


def remove(page: Page, incident_id: str, moment: datetime) -> Row:
    """Delete an incident with its updates and postmortem; mails are gone and stay gone.

    Returns:
        The incident as the manage API showed it last.
    """
    last = incident_reads.show(page, incident_reads.find(page, incident_id))
    page.store.run("DELETE FROM incidents WHERE id = ?", incident_id)
    page.touch(moment)
    return last


def _read(page: Page, fields: Fields, *, is_new: bool) -> _Draft:
    statuses = fields.statuses("components", COMPONENT_STATUSES)
    attach = fields.ids("component_ids")
    fields.errors += component_table.unknown(page, [*statuses, *(attach or ())])
    return _Draft(
        columns=_columns(fields, is_new=is_new),
        status=fields.word("status", REALTIME + MAINTENANCE),
        body=fields.text("body", limit=BODY_LIMIT) or "",
        notify=fields.flag("deliver_notifications", default=True),
        metadata=fields.objects("metadata"),
        statuses=statuses,
        attach=attach,
    )


def _columns(fields: Fields, *, is_new: bool) -> Row:
    """Return the named fields that are stored unchanged."""
    columns: Row = {}
    if is_new or fields.has("name"):
        columns["name"] = fields.text("name", limit=NAME_LIMIT, required=True)
    if fields.has("impact_override"):
        columns["impact_override"] = fields.word("impact_override", IMPACTS)
    if fields.has("reminder_intervals"):
        columns["reminder_intervals"] = fields.text("reminder_intervals")
    if fields.has("scheduled_auto_transition"):
        columns["scheduled_auto_in_progress"] = fields.flag(
            "scheduled_auto_transition", default=False
        )
    columns |= {flag: fields.flag(flag, default=False) for flag in _FLAGS if fields.has(flag)}
    times = ("scheduled_for", "scheduled_until")
    columns |= {name: fields.instant(name) for name in times if fields.has(name)}
    start, end = columns.get("scheduled_for"), columns.get("scheduled_until")
    if start and end and end <= start:
        fields.errors.append("scheduled_until must be after scheduled_for")
    return columns


def _milestones(before: str | None, after: str, moment: datetime) -> Row:
    """monitoring_at: last entered. resolved_at: last closed, nothing once it is open again."""
    if before == after:
        return {}
    milestones: Row = {"resolved_at": stamp(moment) if after in CLOSED else None}
    if after == "monitoring":
        milestones["monitoring_at"] = stamp(moment)
    return milestones


def _with_transition(page: Page, before: Row, status: str, draft: _Draft) -> _Draft:
    """Add the component statuses that a maintenance sets by itself when it begins or ends."""
    flag, becomes = _TRANSITIONS.get(status, ("", ""))
    if status == before["status"] or not before.get(flag):
        return draft
    attached = (component["id"] for component in incident_reads.attached(page, before["id"]))
    return replace(draft, statuses=dict.fromkeys(attached, becomes) | draft.statuses)


def _affect(page: Page, incident_id: str, draft: _Draft, moment: datetime) -> list[Row] | None:
    """Attach components and set their statuses.

    Returns:
        What the update shows as affected: the components this request names, None where none.
    """
    if draft.attach is not None:
        page.store.run("DELETE FROM incident_components WHERE incident_id = ?", incident_id)
    attach = "INSERT OR IGNORE INTO incident_components VALUES (?, ?)"
    affected = []
    for component_id in dict.fromkeys([*(draft.attach or ()), *draft.statuses]):
        page.store.run(attach, incident_id, component_id)
        before = component_table.find(page, component_id)
        status = draft.statuses.get(component_id) or before["status"]
        if status != before["status"]:
            component_table.set_columns(page, component_id, {"status": status}, moment)
        affected.append(
            {
                "code": component_id,
                "name": _full_name(page, before),
                "old_status": before["status"],
                "new_status": status,
            }
        )
    return affected or None


def _full_name(page: Page, component: Row) -> str:
    """``Group - Name``, as affected components are named on the real service."""
    if component["group_id"] is None:
        return str(component["name"])
    return (
        f"{component_table.find_group(page, component['group_id'])['name']} - {component['name']}"
    )


def _settle_impact(page: Page, incident_id: str) -> None:
    """The computed impact is the worst its components came to; recovery does not lower it."""
    row = incident_reads.find(page, incident_id)
    if row["status"] in MAINTENANCE:
        return
    present = worst_status(each["status"] for each in incident_reads.attached(page, incident_id))
    worst = worst_impact([row["computed_impact"], IMPACT_OF[present]])
    page.store.update("incidents", "id", incident_id, {"computed_impact": worst})


def _add_update(
    page: Page, incident: Row, draft: _Draft, affected: list[Row] | None, moment: datetime
) -> None:
    at = stamp(moment)
    page.store.insert(
        "incident_updates",
        {
            "id": new_id(),
            "incident_id": incident["id"],
            "status": incident["status"],
            "body": draft.body,
            "affected_components": affected,
            "deliver_notifications": draft.notify,
            "created_at": at,
            "updated_at": at,
            "display_at": at,
        },
    )
    if draft.notify:
        notify_subscribers(page, incident, incident["status"], draft.body, moment)
