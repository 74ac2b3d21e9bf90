"""Routes of the practice page: HTML, public JSON, feed, and the manage API behind its token."""

from collections.abc import Awaitable, Callable
from importlib import resources

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Mount, Route

from ircon.practice import browser_views, history_feeds, manage_api, public_api
from ircon.practice.access import HostAndSize, RateLimit, TokenAndRate
from ircon.practice.api_errors import NotFound, Refusal, answer_refusal
from ircon.practice.page import Page

# Nothing but the page's own style sheet may be loaded, run, submitted to or framed.
_GUARDS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none';"
        " frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


def make_app(page: Page, rate: int) -> Starlette:
    """The page as an ASGI application.

    Args:
        page: what is served.
        rate: requests to the manage API in any rolling 60 seconds; 0 is no limit.
    """
    css = resources.files(__package__).joinpath("page.css").read_text("utf-8")

    def html(view: Callable[[Request], str]) -> Callable[[Request], Awaitable[Response]]:
        async def respond(request: Request) -> Response:
            return HTMLResponse(view(request), headers=_GUARDS)

        return respond

    async def style(_request: Request) -> Response:
        return Response(css, media_type="text/css", headers=_GUARDS)

    async def feed(_request: Request) -> Response:
        return Response(
            history_feeds.feed(page), media_type="application/atom+xml", headers=_GUARDS
        )

    async def nowhere(request: Request, _error: Exception) -> Response:
        if request.url.path.startswith(("/v1", "/api")) or request.url.path.endswith(".json"):
            return NotFound().response()
        return HTMLResponse(browser_views.not_found(page), NotFound.status, _GUARDS)

    guard = Middleware(TokenAndRate, token=page.token, rate=RateLimit(rate))
    return Starlette(
        routes=[
            Mount("/v1", routes=manage_api.routes(page), middleware=[guard]),
            *public_api.routes(page),
            Route("/", html(lambda _: browser_views.front(page))),
            Route("/mails", html(lambda _: browser_views.outbox(page))),
            Route(
                "/incidents/{incident}",
                html(lambda request: browser_views.incident(page, request.path_params["incident"])),
            ),
            Route("/history.atom", feed),
            Route("/page.css", style),
        ],
        middleware=[Middleware(HostAndSize, url=page.url)],
        exception_handlers={Refusal: answer_refusal, NotFound: nowhere, 404: nowhere, 405: nowhere},
    )
