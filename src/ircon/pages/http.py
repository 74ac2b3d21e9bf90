"""HTTP client of one origin: the only place where bytes leave for a page.

Pinned to one origin, never following a redirect, on a fresh connection each time
(a stale one made a good POST fail), within one limit for the whole call (httpx's
own limits start anew with every byte that drips in).
"""

from __future__ import annotations

import asyncio
import json
import os
import ssl
from collections.abc import Generator, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import httpx

from ircon import __version__
from ircon.config.schema import checked_origin
from ircon.errors import ConfigError, NotSent, PageError, RateLimited, Rejected
from ircon.incident.text import safe_line, strip_credentials
from ircon.incident.times import Clock
from ircon.pages import outcomes
from ircon.pages.rate_limit import INTERACTIVE, RateLimiter
from ircon.pages.secrets import Authentication, Secret

LIMIT: Final = 15.0  # seconds for a whole call
MOST_BYTES: Final = 32_000_000
LONGEST_WAIT: Final = 3_600.0  # seconds of a Retry-After that are believed
DETAIL: Final = 300  # characters of a foreign sentence
_CA_VARIABLES: Final = ("SSL_CERT_FILE", "SSL_CERT_DIR")
_PROXY_VARIABLES: Final = ("ALL_PROXY", "HTTPS_PROXY", "HTTP_PROXY")


class _TokenAuth(httpx.Auth):
    """Puts the token into the header of a request, as late as possible."""

    def __init__(self, authentication: Authentication, secret: Secret) -> None:
        self._authentication = authentication
        self._secret = secret

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        request.headers[self._authentication.header] = self._authentication.value(self._secret)
        yield request


class HttpClient:
    """Requests to one origin.

    Args:
        origin: scheme, host and port; https, or http to this machine.
        clock: tells the time.
        secret: the token; None for what is public anyway.
        authentication: the header that the token goes into.
        rate_limiter: of the token.
        ca_file: certificates to trust instead of the system's.
        limit: seconds for a whole call.
        transport: instead of sockets, in tests that only sort answers.

    Raises:
        ConfigError: the origin is none, or the token would cross the network in clear.

    Attributes:
        server_time: the other side's clock at its last answer, and
        skew: the seconds it was ahead of ours.
    """

    def __init__(
        self,
        origin: str,
        clock: Clock,
        *,
        secret: Secret | None = None,
        authentication: Authentication = Authentication(),  # noqa: B008 - a constant
        rate_limiter: RateLimiter | None = None,
        ca_file: str | None = None,
        limit: float = LIMIT,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        try:
            checked_origin(origin)
        except ValueError as error:
            raise ConfigError(
                f"The address {safe_line(strip_credentials(origin), DETAIL)} {error}.",
                "Nothing was sent there.",
            ) from None
        self.host = urlsplit(origin).netloc
        self.server_time: datetime | None = None
        self.skew: float | None = None
        self._origin = origin
        self._is_https = origin.startswith("https://")
        self._clock = clock
        self._secret = secret
        self._authentication = authentication
        self._rate_limiter = rate_limiter
        self._ca_file = ca_file
        self._limit = limit
        self._transport = transport
        self._client: httpx.AsyncClient | None = None

    async def call(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str | int] | None = None,
        body: Mapping[str, Any] | None = None,
        priority: str = INTERACTIVE,
    ) -> Any:
        """Make exactly one request; the JSON of its answer.

        Args:
            method: everything but GET is a write.
            path: begins with a slash; its parts are quoted by the caller.
            query: the query's values.
            body: sent as JSON.
            priority: ``INTERACTIVE`` or ``BACKGROUND``, for the rate limit.

        Raises:
            NotSent, RateLimited, Rejected, Unknown: by ``outcomes.TABLE``.
        """
        received = await self.fetch(method, path, query=query, body=body, priority=priority)
        try:
            return json.loads(received)
        except (ValueError, RecursionError):
            said = outcomes.error_text(received) or "an empty answer"
        raise self.error(outcomes.NOT_JSON, said, write=method != "GET")

    async def fetch(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str | int] | None = None,
        body: Mapping[str, Any] | None = None,
        priority: str = INTERACTIVE,
    ) -> bytes:
        """As ``call``, whatever the bytes of the answer are."""
        write = method != "GET"
        self._take(priority)
        client = self._connected()
        content = json.dumps(body).encode() if body is not None else None
        answer: httpx.Response | None = None
        received = b""
        failure: Exception | None = None
        try:
            async with asyncio.timeout(self._limit):
                request = client.build_request(
                    method,
                    self._origin + path,
                    params=query,
                    content=content,
                    headers={"Content-Type": "application/json"} if content else None,
                )
                answer = await client.send(request, stream=True)
                try:
                    received = await _read(answer)
                    if self._secret:
                        received = self._secret.hide_in(received)
                finally:
                    await answer.aclose()
        except Exception as error:  # noqa: BLE001 - the table has a row for anything else
            failure = error
        if answer is not None:
            self._note_time(answer)
            if not answer.is_success:  # its status decides, whatever became of its body
                raise self._by_status(answer, received, write=write)
        if failure is not None:
            raise self._by_error(failure, write=write)
        return received

    def error(self, seen: str, detail: str, *, write: bool) -> PageError:
        """The error for what was seen in an answer; the detail may be foreign."""
        row = outcomes.row_for([seen])
        return outcomes.to_error(row, write=write, host=self.host, detail=self._inert(detail))

    async def aclose(self) -> None:
        """Give up the client; the next call makes another."""
        if self._client is not None:
            await self._client.aclose()
            self._client = None

    def _take(self, priority: str) -> None:
        wait = self._rate_limiter.take(priority) if self._rate_limiter else 0.0
        if wait:
            raise RateLimited(
                f"The requests that {self.host} allows in a minute are used up.",
                f"Nothing was sent; wait {wait:.0f} s.",
                wait,
            )

    def _by_status(self, answer: httpx.Response, received: bytes, *, write: bool) -> PageError:
        status = answer.status_code
        said = answer.headers.get("location") if 300 <= status < 400 else ""
        said = said or outcomes.error_text(received)
        error = outcomes.to_error(
            outcomes.row_for(outcomes.names_of_status(status)),
            write=write,
            host=self.host,
            detail=self._inert(f"{status}, {said}" if said else str(status)),
            status=status,
            retry_after=self._retry_after(answer),
        )
        if isinstance(error, Rejected):
            error.location = answer.headers.get("location")
        if isinstance(error, RateLimited) and self._rate_limiter:
            self._rate_limiter.pause(error.retry_after)
        return error

    def _by_error(self, failure: Exception, *, write: bool) -> PageError:
        row = outcomes.row_for(outcomes.names_of_error(failure))
        if isinstance(failure, _TooLong):
            row = outcomes.row_for([outcomes.TOO_LONG])
        detail = self._inert(outcomes.detail_of(failure))
        return outcomes.to_error(row, write=write, host=self.host, detail=detail)

    def _inert(self, said: str) -> str:
        said = strip_credentials(said)
        return safe_line(self._secret.hide(said) if self._secret else said, DETAIL)

    def _note_time(self, answer: httpx.Response) -> None:
        with suppress(ValueError):
            said = _http_date(answer.headers.get("date", ""))
            self.skew = (said - self._clock.now()).total_seconds()
            self.server_time = said

    def _retry_after(self, answer: httpx.Response) -> float | None:
        """Seconds, as the header says them; or until the moment it names."""
        said = answer.headers.get("retry-after", "").strip()
        if said.isascii() and said.isdigit():
            return min(max(float(said[:9]), 1.0), LONGEST_WAIT)
        try:
            until = _http_date(said)
        except ValueError:
            return None
        now = self.server_time or self._clock.now()
        return min(max((until - now).total_seconds(), 1.0), LONGEST_WAIT)

    def _connected(self) -> httpx.AsyncClient:
        """The client, made when it is first needed: a broken setting shows then, and says which.

        Raises:
            NotSent: the environment or ``ca_file`` cannot be used.
        """
        if self._client is not None:
            return self._client
        try:
            self._client = httpx.AsyncClient(
                auth=_TokenAuth(self._authentication, self._secret) if self._secret else None,
                headers={"User-Agent": f"ircon/{__version__}", "Accept": "application/json"},
                verify=self._trusted()
                if self._is_https
                else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT),
                trust_env=self._is_https,  # a proxy must not see what stays on this machine
                limits=httpx.Limits(max_keepalive_connections=0),
                timeout=httpx.Timeout(min(10.0, self._limit), connect=min(5.0, self._limit)),
                follow_redirects=False,
                transport=self._transport,
            )
        except NotSent:
            raise
        except Exception as error:  # noqa: BLE001 - httpx raises ImportError, InvalidURL, OSError
            what = type(error).__name__
        else:
            return self._client
        raise NotSent(
            f"The environment variable {_broken_proxy()} cannot be used ({what}).",
            "Correct it or unset it.",
        )

    def _trusted(self) -> ssl.SSLContext:
        """The system's certificates, or those of ``ca_file``; there is no switch to trust all."""
        if self._ca_file is not None:
            try:
                return ssl.create_default_context(cafile=Path(self._ca_file).expanduser())
            except OSError as error:
                raise NotSent(
                    f"ca_file {self._ca_file} cannot be used: {error.strerror or error}.",
                    "It must hold certificates in PEM form.",
                ) from None
        for name in _CA_VARIABLES:
            if (path := os.environ.get(name)) and not Path(path).exists():
                raise NotSent(
                    f"The environment variable {name} names what does not exist.",
                    "Correct it or unset it.",
                )
        import truststore  # not for a page on this machine

        return truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


class _TooLong(Exception):
    """An answer of more than ``MOST_BYTES``."""


async def _read(answer: httpx.Response) -> bytes:
    received = bytearray()
    async for chunk in answer.aiter_bytes():
        received += chunk
        if len(received) > MOST_BYTES:
            raise _TooLong(f"more than {MOST_BYTES // 1_000_000} MB")
    return bytes(received)


def _http_date(said: str) -> datetime:
    """The instant that a header names.

    Raises:
        ValueError: it names none that can be counted with.
    """
    try:
        found = parsedate_to_datetime(said)
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except Exception as error:  # whatever the parser stumbles over: Overflow, Type, Index
        raise ValueError(said[:40]) from error


def _broken_proxy() -> str:
    """The variable that httpx stumbled over: each proxy is tried alone; else it is NO_PROXY."""
    for name in _PROXY_VARIABLES:
        for spelled in (name, name.lower()):
            value = os.environ.get(spelled)
            if not value:
                continue
            try:
                httpx.AsyncHTTPTransport(proxy=value)
            except Exception:  # noqa: BLE001 - that is the question
                return spelled
    return "NO_PROXY" if os.environ.get("NO_PROXY") else "no_proxy"
