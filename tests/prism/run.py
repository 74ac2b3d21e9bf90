"""Every request of the Statuspage adapter before a judge that nobody here wrote.

Prism (npm, fetched by npx) serves the service's own description and answers a
request that does not fit it with 422 and the reasons. Run by ``make test-prism``;
needs Node and ../shared/data. It knows no state: it proves that each request is
well formed, not that a flow works.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from ircon.config.load import PageConfig
from ircon.desk.system_clock import SystemClock
from ircon.errors import PageError, RateLimited
from ircon.incident.vocabulary import COMPONENT_STATUSES, STATUSES
from ircon.pages.http import HttpClient
from ircon.pages.protocol import Post
from ircon.pages.secrets import Secret
from ircon.pages.vendors.statuspage import Statuspage
from openapi_requests import DESCRIPTION
from posts import make_post

PRISM = "@stoplight/prism-cli@5.14.2"
START_SECONDS = 180.0  # npx may have to fetch it first


class Recorder(httpx.AsyncBaseTransport):
    """Real sockets; notes what was answered, and may ask Prism for a certain status."""

    def __init__(self, prefer: str = "") -> None:
        self._sockets = httpx.AsyncHTTPTransport()
        self._prefer = prefer
        self.answered: list[tuple[str, int, str]] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Pass the request on and read the answer."""
        if self._prefer:
            request.headers["Prefer"] = self._prefer
        response = await self._sockets.handle_async_request(request)
        body = await response.aread()
        line = f"{request.method} {request.url.raw_path.decode()}"
        self.answered.append((line, response.status_code, body.decode("utf-8", "replace")))
        return httpx.Response(response.status_code, headers=response.headers, content=body)


def a_post(status: str, remote: str | None) -> Post:
    """A write that says all it can."""
    moment = datetime(2026, 3, 2, 9, 0, 0, 123456, tzinfo=UTC)
    return make_post(
        op="op-1",
        remote_incident=remote,
        title="Checkout fails",
        status=status,
        body="Orders fail.",
        components={f"c{number}": level for number, level in enumerate(COMPONENT_STATUSES)},
        component_ids=("c0", "c1"),
        notify=False,
        impact="minor",
        scheduled_for=moment,
        scheduled_until=moment,
        remind=True,
        metadata={"jira": {"id": 3}},
    )


def calls(page: Statuspage) -> list[Callable[[], Awaitable[object]]]:
    """Everything the adapter can ask."""
    writes = [a_post(status, remote) for status in STATUSES for remote in (None, "inc1")]
    return [
        page.identity,
        page.subscribers,
        page.components,
        page.templates,
        page.incidents,
        lambda: page.incident("inc1"),
        *((lambda post=post: page.write(post)) for post in writes),
        lambda: page.postmortem("inc1"),
        lambda: page.draft_postmortem("inc1", "Why it failed."),
        lambda: page.publish_postmortem("inc1", notify=False),
    ]


async def judge(url: str) -> list[str]:
    """What Prism finds wrong with our requests, and we with its refusals."""
    recorder = Recorder()
    for call in calls(adapter(url, recorder)):
        with contextlib.suppress(PageError):  # its examples are of other pages: not judged here
            await call()
    problems = [
        f"{line}: {status} {body}" for line, status, body in recorder.answered if status >= 300
    ]
    if len({line.partition("?")[0] for line, _, _ in recorder.answered}) < 12:
        problems.append("calls are missing")
    for status in (420, 429):
        page = adapter(url, Recorder(f"code={status}"))
        try:
            await page.write(a_post("investigating", None))
        except RateLimited:
            continue
        except PageError as error:
            problems.append(f"{status} is not taken for a wait but: {error}")
        else:
            problems.append(f"{status} is not taken for a wait but for success")
    return problems


def adapter(url: str, transport: httpx.AsyncBaseTransport) -> Statuspage:
    """The adapter over a transport, without a budget."""
    profile = PageConfig(name="prism", url=url, page_id="abc123", token_env="T")
    return Statuspage(
        profile,
        HttpClient(
            url,
            SystemClock(),
            secret=Secret("a-token"),
            authentication=Statuspage.authentication,
            transport=transport,
        ),
    )


@contextlib.contextmanager
def prism() -> Iterator[str]:
    """Prism on a free port, ended with all it started."""
    with socket.create_server(("127.0.0.1", 0)) as once:
        port = once.getsockname()[1]
    argv = ["npx", "--yes", PRISM, "mock", "--errors", "-h", "127.0.0.1", "-p", str(port)]
    child = subprocess.Popen(
        [*argv, str(DESCRIPTION)], stdout=subprocess.DEVNULL, start_new_session=True
    )
    try:
        wait_for(child, port)
        yield f"http://127.0.0.1:{port}"
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGTERM)
        child.wait()


def wait_for(child: subprocess.Popen[bytes], port: int) -> None:
    """Wait until the port answers."""
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        if child.poll() is not None:
            break
        with (
            contextlib.suppress(OSError),
            socket.create_connection(("127.0.0.1", port), timeout=1),
        ):
            return
        time.sleep(0.2)
    sys.exit("Prism did not start.")


def main() -> int:
    """Judge, and say what was found."""
    if shutil.which("npx") is None or not DESCRIPTION.exists():
        sys.stdout.write(f"Not run: this needs npx and {DESCRIPTION.name} beside the clone.\n")
        return 0
    with prism() as url:
        problems = asyncio.run(judge(url))
    sys.stdout.write("\n".join(problems or ["Prism has nothing to say against our requests."]))
    sys.stdout.write("\n")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
