"""Journals for benchmarks, with any number of incidents, made through the public interface."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

from ircon.config.paths import app_paths
from ircon.desk.desk import Desk
from ircon.desk.system_clock import SystemClock
from ircon.incident.event import PUBLIC, Event
from ircon.incident.ids import Ulids
from ircon.incident.times import iso
from ircon.pages.registry import PageOpener

START = datetime(2025, 1, 1, tzinfo=UTC)
STATUSES = ("investigating", "identified", "monitoring", "resolved")


def fill(home: Path, incidents: int, updates: int = 9) -> Desk:
    """Fill a home with past incidents of ``updates`` updates each, and build its lists."""
    desk = open_desk(home)
    journal = desk._journal  # noqa: SLF001 - a bench fills it in bulk
    ulids = Ulids(os.urandom)
    batch: list[Event] = []
    for number in range(incidents):
        batch += _incident(ulids, number, updates)
        if len(batch) > 2000:
            journal.append(batch)
            batch = []
    journal.append(batch)
    desk.records.refresh()
    return desk


def open_desk(home: Path) -> Desk:
    """Open a desk over a home, with the real clock."""
    return Desk(
        app_paths(str(home)), SystemClock(), actor="bench", host="bench", open_page=PageOpener({})
    )


def _incident(ulids: Ulids, number: int, updates: int) -> list[Event]:
    began = START + timedelta(hours=number * 3)
    incident = f"b{number:04d}"
    told = [("declared", _declared(number))]
    for place in range(updates):
        status = STATUSES[min(place, 3)] if updates - place > 1 else "resolved"
        told.append(("update", _update(number, place, status, began)))
    return [
        Event(
            id=ulids.next(int((began + timedelta(minutes=7 * place)).timestamp() * 1000)),
            incident=incident,
            kind=kind,
            visibility=PUBLIC,
            at=began + timedelta(minutes=7 * place),
            recorded_at=began + timedelta(minutes=7 * place),
            actor="bench",
            payload=payload,
        )
        for place, (kind, payload) in enumerate(told)
    ]


def _declared(number: int) -> dict[str, object]:
    return {
        "name": f"Checkout slow in region {number % 40}",
        "kind": "incident",
        "status": "investigating",
        "origin": "import",
        "page": "Shop",
        "components": [{"id": f"c{number % 90}", "name": f"Service {number % 90}"}],
    }


def _update(number: int, place: int, status: str, began: datetime) -> dict[str, object]:
    at = began + timedelta(minutes=7 * (place + 1))
    return {
        "status": status,
        "body": f"Orders of about {number % 17 + 1} % of customers wait {place + 2} minutes.",
        "components": [],
        "notify": False,
        "origin": "import",
        "shown_at": iso(at),
    }
