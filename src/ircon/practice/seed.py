"""Past incidents for an empty page, so that the demo has a history to show."""

import tomllib
from datetime import datetime, time, timedelta
from importlib import resources
from typing import Any

from ircon.practice import component_table, incident_reads, incident_writes, postmortems
from ircon.practice.database import now, stamp
from ircon.practice.page import Page
from ircon.practice.request_fields import Fields

_AGE = timedelta(days=400)


def play_past(page: Page) -> None:
    """Post the incidents of ``past.toml`` as they would have been posted at their times.

    A page that has incidents already is left alone.
    """
    if incident_reads.listed(page, "", 1, 0):
        return
    script = resources.files(__package__).joinpath("past.toml").read_text("utf-8")
    ids = {row["name"]: row["id"] for row in component_table.all_of(page)}
    today = now()
    with page.store.transaction():
        _age(page, today - _AGE)
        for incident in tomllib.loads(script)["incident"]:
            _play(page, incident, ids, today)


def _age(page: Page, born: datetime) -> None:
    """Make the page older than its past."""
    at = stamp(born)
    page.store.run("UPDATE page SET created_at = ?", at)
    page.store.run("UPDATE subscribers SET created_at = ?", at)
    page.store.run("UPDATE component_groups SET created_at = ?, updated_at = ?", at, at)
    page.store.run(
        "UPDATE components SET created_at = ?, updated_at = ?, start_date = ?", at, at, at[:10]
    )


def _play(page: Page, incident: dict[str, Any], ids: dict[str, str], today: datetime) -> None:
    day = today - timedelta(days=incident["days_ago"])
    began = datetime.combine(day.date(), time.fromisoformat(incident["at"]), day.tzinfo)
    opening = {"name": incident["name"]} | _window(incident, began)
    incident_id = None
    for update in incident["update"]:
        moment = began + timedelta(minutes=update["after"])
        statuses = {ids[name]: status for name, status in update.get("components", {}).items()}
        fields = {
            "status": update["status"],
            "body": update["body"],
            "components": statuses,
            "deliver_notifications": update.get("notify", True),
        }
        if incident_id is None:
            incident_id = incident_writes.create(page, Fields(opening | fields), moment)["id"]
        else:
            incident_writes.change(page, incident_id, Fields(fields), moment)
    if incident_id and (postmortem := incident.get("postmortem")):
        moment += timedelta(days=postmortem["days_later"])
        draft = Fields({"body_draft": postmortem["text"].strip()})
        postmortems.save(page, incident_id, draft, moment)
        postmortems.publish(page, incident_id, Fields({"notify_subscribers": False}), moment)


def _window(incident: dict[str, Any], began: datetime) -> dict[str, str]:
    if (window := incident.get("window")) is None:
        return {}
    start = began + timedelta(minutes=window["starts_after"])
    end = start + timedelta(minutes=window["lasts"])
    return {"scheduled_for": stamp(start), "scheduled_until": stamp(end)}
