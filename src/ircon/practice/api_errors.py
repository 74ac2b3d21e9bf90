"""Error responses of the manage API: one class for each HTTP status.

Refusal
├── Malformed        400  the body cannot be read
├── Unauthenticated  401  no token, or another one
├── NotFound         404
├── TooLarge         413  a body longer than is read
├── Misdirected      421  the request names another server than this one
├── Throttled        420  more requests than the rate allows
└── Invalid          422  a field that cannot be accepted
"""

from starlette.requests import Request
from starlette.responses import JSONResponse


class Refusal(Exception):
    """A request that is answered with ``{"error": ...}``.

    ``error`` is a sentence, or a list of sentences as the real service sends for a 422.
    """

    status = 500

    def __init__(self, error: str | list[str], headers: dict[str, str] | None = None) -> None:
        super().__init__(error)
        self.error = error
        self.headers = headers

    def response(self) -> JSONResponse:
        """The refusal as it goes over the wire."""
        return JSONResponse({"error": self.error}, self.status, self.headers)


class Malformed(Refusal):
    """The body is not JSON, not a form, or not Unicode."""

    status = 400


class Unauthenticated(Refusal):
    """The token is missing or wrong."""

    status = 401

    def __init__(self) -> None:
        super().__init__("Could not authenticate")


class NotFound(Refusal):
    """There is no such page, component, incident, update or path."""

    status = 404

    def __init__(self, message: str = "Not found") -> None:
        super().__init__(message)


class TooLarge(Refusal):
    """The body is longer than is read."""

    status = 413

    def __init__(self) -> None:
        super().__init__("The body is too large")


class Misdirected(Refusal):
    """A web page elsewhere has its own name lead here, to read what only this machine may."""

    status = 421

    def __init__(self) -> None:
        super().__init__("This page answers to the name of this machine alone")


class Throttled(Refusal):
    """The rate is used up. 420 rather than 429, because that is what the real service sends."""

    status = 420

    def __init__(self, wait: int) -> None:
        """Refuse until ``wait`` seconds have passed."""
        super().__init__(
            "You have exceeded the rate limit; the request has been rejected",
            {"Retry-After": str(wait)},
        )


class Invalid(Refusal):
    """One or more fields cannot be accepted; nothing was changed."""

    status = 422

    def __init__(self, errors: list[str]) -> None:
        super().__init__(errors)


async def answer_refusal(_request: Request, refusal: Exception) -> JSONResponse:
    """Turn a refusal raised anywhere below into its answer (a Starlette exception handler)."""
    if not isinstance(refusal, Refusal):
        raise refusal
    return refusal.response()
