"""Edits on the practice page, and the pulls and syncs that bring them into a test's journal."""

from __future__ import annotations

import asyncio

from desks import Bench
from ircon.desk.delivery_session import SyncResult
from ircon.incident.event import Event
from practice_page import PracticePage

WORDS = "Card payments fail for about 4 % of orders since 02:50 UTC."


def declared(bench: Bench, **more: object) -> tuple[str, str]:
    posted = bench.say(WORDS, **more)  # type: ignore[arg-type]
    operation = asyncio.run(bench.run(posted.operation))
    assert operation.state == "confirmed"
    return posted.incident, operation.remote_incident or ""


def pull(bench: Bench, incident: str) -> list[Event]:
    async def pulled() -> list[Event]:
        session = bench.desk.open_delivery_session()
        try:
            return await session.pull(incident)
        finally:
            await session.aclose()

    return asyncio.run(pulled())


def post(page: PracticePage, remote: str, body: str, status: str = "identified") -> None:
    page.manage("PATCH", f"/incidents/{remote}", {"incident": {"status": status, "body": body}})


def edit(page: PracticePage, remote: str, update: str, body: str) -> None:
    said = {"incident_update": {"body": body}}
    page.manage("PATCH", f"/incidents/{remote}/incident_updates/{update}", said).raise_for_status()


def sync(bench: Bench) -> SyncResult:
    async def run() -> SyncResult:
        session = bench.desk.open_delivery_session()
        try:
            return await session.sync(30)
        finally:
            await session.aclose()

    return asyncio.run(run())
