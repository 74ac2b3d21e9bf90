"""Requests to the manage API as plain values, and the wrapper that makes a function an endpoint."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from ircon.practice.api_errors import Invalid, NotFound
from ircon.practice.database import now
from ircon.practice.page import Page
from ircon.practice.request_bodies import read_body
from ircon.practice.request_fields import Fields

_MOST = 100
"""Rows a list gives at most, and where the request does not say."""


@dataclass(frozen=True)
class Call:
    """One request to the manage API: what its path, query and body say, and when it came."""

    path: Mapping[str, str]
    query: Mapping[str, str]
    body: dict[str, Any]
    moment: datetime

    def wrapped(self, wrapper: str, *, required: bool = True) -> Fields:
        """The fields inside ``{wrapper: {...}}``.

        Raises:
            Invalid: there is no such object in the body, and one is required.
        """
        values = self.body.get(wrapper)
        if values is None and not required:
            return Fields({})
        if not isinstance(values, dict):
            raise Invalid([f"{wrapper} is missing"])
        return Fields(values)

    def span(self, size: str = "per_page", first: int = 1) -> tuple[int, int]:
        """Limit and offset of the page of rows that is asked for.

        Args:
            size: the query's name for the number of rows; most lists say ``per_page``, some
                ``limit``.
            first: the number of the first page.
        """
        limit = min(self._number(size, _MOST) or _MOST, _MOST)
        return limit, limit * max(self._number("page", first) - first, 0)

    def _number(self, name: str, default: int) -> int:
        text = self.query.get(name, "")
        # No page has a billion rows, and SQLite's integers end.
        return int(text[:9]) if text.isdecimal() else default


Action = Callable[[Page, Call], Any]
"""What a path and method do: the answer's JSON, or None for an answer without a body."""


def endpoint(page: Page, action: Action, status: int) -> Callable[[Request], Awaitable[Response]]:
    """Run an action as one transaction and answer once it is committed.

    Only reading the body gives up the event loop, so requests never interleave.
    """

    async def respond(request: Request) -> Response:
        call = Call(request.path_params, request.query_params, await read_body(request), now())
        if call.path.get("page", page.id) != page.id:
            raise NotFound
        with page.store.transaction():
            answer = action(page, call)
        return Response(status_code=status) if answer is None else JSONResponse(answer, status)

    return respond
