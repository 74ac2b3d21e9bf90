"""ASGI middleware in front of the page: host name, body size, and for /v1 token and rate limit."""

import hmac
import math
import time
from collections import deque
from collections.abc import Callable
from ipaddress import ip_address
from urllib.parse import urlsplit

from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ircon.practice.api_errors import Misdirected, Refusal, Throttled, TooLarge, Unauthenticated

_MOST = 2_000_000  # bytes of a body: a postmortem of 25,000 characters is far below it
_WINDOW = 60.0  # seconds


class RateLimit:
    """At most ``limit`` requests in any rolling 60 seconds; 0 is no limit.

    Args:
        limit: requests a window.
        clock: seconds that never run backwards.
    """

    def __init__(self, limit: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._limit = limit
        self._clock = clock
        self._passed: deque[float] = deque()

    def take(self) -> None:
        """Count one request.

        Raises:
            Throttled: there is no room for it; it is not counted.
        """
        if self._limit <= 0:
            return
        now = self._clock()
        while self._passed and self._passed[0] <= now - _WINDOW:
            self._passed.popleft()
        if len(self._passed) >= self._limit:
            raise Throttled(max(1, math.ceil(self._passed[0] + _WINDOW - now)))
        self._passed.append(now)


def is_loopback(host: str) -> bool:
    """Return whether a host name or address can only be this machine."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host.casefold().removesuffix(".") == "localhost"


class HostAndSize:
    """ASGI middleware that refuses requests for another host name, and bodies that are too large.

    A page on loopback answers to loopback's names alone, whatever resolves to it; one that
    others may reach, by names that only they know, to any.
    """

    def __init__(self, app: ASGIApp, url: str) -> None:
        self._app = app
        self._is_private = is_loopback(urlsplit(url).hostname or "")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer 421 or 413 here, or pass the request on with a body that is counted."""
        request = HTTPConnection(scope)
        try:
            self._check(request)
        except Refusal as refusal:
            await refusal.response()(scope, receive, send)
            return
        remaining = _MOST

        async def counted() -> Message:
            nonlocal remaining
            message = await receive()
            remaining -= len(message.get("body", b""))
            if remaining < 0:
                raise TooLarge
            return message

        await self._app(scope, counted, send)

    def _check(self, request: HTTPConnection) -> None:
        host = urlsplit(f"//{request.headers.get('host', 'localhost')}").hostname or ""
        if self._is_private and not is_loopback(host):
            raise Misdirected
        length = request.headers.get("content-length", "0")
        if not length.isdecimal() or len(length) > 12 or int(length) > _MOST:
            raise TooLarge


class TokenAndRate:
    """ASGI middleware of the manage API: passes requests with the token, within the rate limit.

    The page has one token, so its window is the token's.
    """

    def __init__(self, app: ASGIApp, token: str, rate: RateLimit) -> None:
        self._app = app
        self._token = token.encode()
        self._rate = rate

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer 401 or 420 here, or pass the request on without its suffix."""
        try:
            self._authenticate(HTTPConnection(scope))
            self._rate.take()
        except Refusal as refusal:
            await refusal.response()(scope, receive, send)
        else:
            await self._app({**scope, "path": scope["path"].removesuffix(".json")}, receive, send)

    def _authenticate(self, request: HTTPConnection) -> None:
        scheme, _, offered = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "oauth":
            offered = request.query_params.get("api_key", "")
        if not hmac.compare_digest(offered.strip().encode(), self._token):
            raise Unauthenticated
