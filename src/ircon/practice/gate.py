"""What stands before /v1: the token, the rate, and the optional ``.json`` suffix."""

import hmac
import math
import time
from collections import deque
from collections.abc import Callable

from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

from ircon.practice.refusals import Refusal, Throttled, Unauthenticated

_WINDOW = 60.0  # seconds


class Rate:
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


class Gate:
    """ASGI middleware that lets through what carries the token and keeps to the rate.

    The page has one token, so its window is the token's.
    """

    def __init__(self, app: ASGIApp, token: str, rate: Rate) -> None:
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
