"""Adapters over whatever a test wants to answer."""

from __future__ import annotations

import socket
from collections.abc import Callable

import httpx
import pytest

from ircon.pages.http import HttpClient
from ircon.pages.rate_limit import RateLimiter
from ircon.pages.secrets import Secret
from ircon.pages.vendors.statuspage import Statuspage
from page_wires import CANARY, ScriptedServer, StillClock, profile


@pytest.fixture
def clock():
    return StillClock()


@pytest.fixture
def adapter(clock):
    """Make an adapter over a handler (``httpx.MockTransport``) or a real address."""

    def make(
        answer: Callable[[httpx.Request], httpx.Response] | str,
        *,
        token: str = CANARY,
        limit: float = 15.0,
        **more: object,
    ) -> Statuspage:
        url = answer if isinstance(answer, str) else "https://api.statuspage.io"
        page = profile(url, **more)
        http = HttpClient(
            url,
            clock,
            secret=Secret(token),
            authentication=Statuspage.authentication,
            rate_limiter=RateLimiter(clock, Statuspage.rate),
            limit=limit,
            transport=None if isinstance(answer, str) else httpx.MockTransport(answer),
        )
        return Statuspage(page, http)

    return make


@pytest.fixture
def server():
    servers: list[ScriptedServer] = []

    def start(
        talk: Callable[[socket.socket, bytes], None], *, reads: bool = True
    ) -> ScriptedServer:
        servers.append(ScriptedServer(talk, reads=reads))
        return servers[-1]

    yield start
    for one in servers:
        one.close()
