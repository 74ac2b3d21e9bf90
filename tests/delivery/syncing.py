"""Sync of a test's desk: one session, opened and closed around it."""

from __future__ import annotations

import asyncio

from desks import Bench
from ircon.desk.delivery_session import SyncResult


def sync(bench: Bench) -> SyncResult:
    async def run() -> SyncResult:
        session = bench.desk.open_delivery_session()
        try:
            return await session.sync(30)
        finally:
            await session.aclose()

    return asyncio.run(run())
