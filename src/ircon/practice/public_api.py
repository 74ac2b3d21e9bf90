"""Public JSON of the page: /api/v2, history.json, one incident, and the emails.

Every object is an allow-list, so that an incident's metadata, which is internal, cannot slip out.
"""

from collections import defaultdict
from collections.abc import Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from ircon.practice import component_table, incident_reads
from ircon.practice.database import Row, now
from ircon.practice.history_feeds import months
from ircon.practice.page import Page, list_mails
from ircon.practice.statuspage_words import (
    HEADLINES,
    IMPACT_OF,
    INCIDENT_LISTS,
    MAINTENANCE,
    REALTIME,
    worst_status,
)

_MOST = 50
"""Incidents in a list; "the 50 most recent", as the service's help page says."""

_INCIDENT = (
    "id",
    "name",
    "status",
    "created_at",
    "updated_at",
    "monitoring_at",
    "resolved_at",
    "impact",
    "shortlink",
    "page_id",
    "components",
    "reminder_intervals",
)
_UPDATE = (
    "id",
    "status",
    "body",
    "incident_id",
    "created_at",
    "updated_at",
    "display_at",
    "affected_components",
    "deliver_notifications",
    "custom_tweet",
    "tweet_id",
)
_MAINTENANCE = (*_INCIDENT, "scheduled_for", "scheduled_until")
_POSTMORTEM = ("postmortem_body", "postmortem_body_last_updated_at", "postmortem_published_at")


def show_incident(page: Page, row: Row) -> Row:
    """An incident or a maintenance as the public may see it."""
    names = _MAINTENANCE if row["status"] in MAINTENANCE else _INCIDENT
    shown = incident_reads.show(page, row)
    updates = [{name: each[name] for name in _UPDATE} for each in shown["incident_updates"]]
    return {name: shown[name] for name in names} | {
        "started_at": row["created_at"],
        "incident_updates": updates,
    }


def indicator(page: Page) -> str:
    """The page's one word; it follows components, not incidents."""
    return IMPACT_OF[worst_status(each["status"] for each in component_table.all_of(page))]


def component_rows(page: Page) -> list[Row]:
    """Components and, in their place, the groups as rows of their own with derived status."""
    members: dict[str | None, list[Row]] = defaultdict(list)
    for row in component_table.all_of(page):
        members[row["group_id"]].append(component_table.show(page, row))
    top = members[None] + [
        group
        | {
            "group": True,
            "group_id": None,
            "status": component_table.group_status(members[group["id"]]),
            "showcase": False,
            "only_show_if_degraded": False,
            "start_date": None,
        }
        for group in component_table.groups(page)
    ]
    top.sort(key=lambda row: row["position"])
    return [each for row in top for each in (row, *(members[row["id"]] if row["group"] else ()))]


def _page(page: Page) -> Row:
    row = page.row()
    return {
        "id": row["id"],
        "name": row["name"],
        "url": page.url,
        "time_zone": "Etc/UTC",
        "updated_at": row["updated_at"],
    }


def _status(page: Page) -> Row:
    word = indicator(page)
    return {"indicator": word, "description": HEADLINES[word]}


def _incidents_with(page: Page, statuses: tuple[str, ...]) -> list[Row]:
    return [show_incident(page, row) for row in incident_reads.with_status(page, statuses, _MOST)]


def _unresolved(page: Page) -> list[Row]:
    return _incidents_with(page, INCIDENT_LISTS["unresolved"])


# What each document of /api/v2 holds besides the page.
_DOCUMENTS: dict[str, dict[str, Callable[[Page], Any]]] = {
    "summary": {
        "components": component_rows,
        "incidents": _unresolved,
        "scheduled_maintenances": lambda page: _incidents_with(page, INCIDENT_LISTS["scheduled"]),
        "status": _status,
    },
    "status": {"status": _status},
    "components": {"components": component_rows},
    "incidents": {"incidents": lambda page: _incidents_with(page, REALTIME)},
    "incidents/unresolved": {"incidents": _unresolved},
    "scheduled-maintenances": {
        "scheduled_maintenances": lambda page: _incidents_with(page, MAINTENANCE)
    },
    "scheduled-maintenances/upcoming": {
        "scheduled_maintenances": lambda page: _incidents_with(page, INCIDENT_LISTS["upcoming"])
    },
    "scheduled-maintenances/active": {
        "scheduled_maintenances": lambda page: _incidents_with(
            page, INCIDENT_LISTS["active_maintenance"]
        )
    },
}


def routes(page: Page) -> list[Route]:
    """The public JSON's routes."""

    def document(parts: dict[str, Callable[[Page], Any]]) -> Callable[[Request], Any]:
        async def respond(_request: Request) -> JSONResponse:
            return JSONResponse({"page": _page(page)} | {k: v(page) for k, v in parts.items()})

        return respond

    async def history(request: Request) -> JSONResponse:
        number = request.query_params.get("page", "")
        return JSONResponse(
            {"months": months(page, max(int(number[:4]), 1) if number.isdecimal() else 1, now())}
        )

    async def incident(request: Request) -> JSONResponse:
        row = incident_reads.find(page, request.path_params["incident"])
        return JSONResponse(show_incident(page, row) | {name: row[name] for name in _POSTMORTEM})

    async def mail_list(_request: Request) -> JSONResponse:
        return JSONResponse(list_mails(page))

    return [
        *(Route(f"/api/v2/{path}.json", document(parts)) for path, parts in _DOCUMENTS.items()),
        Route("/history.json", history),
        Route("/incidents/{incident}.json", incident),
        Route("/mails.json", mail_list),
    ]
