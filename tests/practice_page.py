"""A practice page as a child process, for any test that needs a status page to talk to.

    with PracticePage() as page:
        incident = page.manage("POST", "/incidents", {"incident": {"name": "Down"}}).json()
        assert page.public("/api/v2/incidents.json")["incidents"][0]["id"] == incident["id"]

It listens on a real socket of 127.0.0.1, keeps its file in a folder of its own, and ends with the
block, by its pid; should the test run itself be killed, the child sees its standard input end.
"""

import contextlib
import ssl
import subprocess
import sys
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx


class PageClient:
    """Somebody who talks to a practice page, with the token and without.

    Attributes:
        url: origin, without a trailing slash.
        page_id: the page's id.
        token: the manage API's token.
    """

    def __init__(self, url: str = "", page_id: str = "", token: str | None = None) -> None:
        self.url = url
        self.page_id = page_id
        self.token = token
        # Nothing kept alive: a page that was stopped and started again must not be asked over a
        # connection to the one before. No authorities loaded: loopback speaks plain http.
        self.client = httpx.Client(
            trust_env=False,
            verify=ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT),
            limits=httpx.Limits(max_keepalive_connections=0),
        )

    def manage(self, method: str, path: str, body: Any = None, **options: Any) -> httpx.Response:
        """One call to the manage API.

        Args:
            method: GET, POST, ...
            path: below the page, as ``/incidents``.
            body: sent as JSON unless it is None.
            options: for ``httpx.request``, as ``params``.
        """
        headers = {"Authorization": f"OAuth {self.token}"}
        url = f"{self.url}/v1/pages/{self.page_id}{path}"
        if body is not None:
            options["json"] = body
        return self.client.request(method, url, headers=headers, **options)

    def get(self, path: str, **options: Any) -> httpx.Response:
        """What anybody without a token is answered at ``path``, as ``/``."""
        return self.client.get(self.url + path, **options)

    def public(self, path: str) -> Any:
        """What the public reads as JSON at ``path``, as ``/api/v2/summary.json``."""
        return self.get(path).raise_for_status().json()

    def mails(self) -> list[dict[str, Any]]:
        """The mails that would have been sent, newest first."""
        listed: list[dict[str, Any]] = self.public("/mails.json")
        return listed

    def component(self, name: str) -> str:
        """The id of the component of that name."""
        components = self.manage("GET", "/components").json()
        ids: dict[str, str] = {each["name"]: each["id"] for each in components}
        return ids[name]


class PracticePage(PageClient):
    """One practice page in a process of its own, started with the block or by ``start``.

    Args:
        db: its file; without one it lies in a temporary folder, so that a restart keeps it.
        token: the manage API's token; without one the page makes one up.
        rate: requests in any 60 s, 0 for no limit; off unless a test is about it.
        seed: whether past incidents are there from the start.
        port: where to listen; 0 is any free port, and a restart takes the same one again.
    """

    def __init__(
        self,
        *,
        db: Path | None = None,
        token: str | None = None,
        rate: int = 0,
        seed: bool = False,
        port: int = 0,
    ) -> None:
        super().__init__(token=token)
        self._leftovers = contextlib.ExitStack()
        self._leftovers.enter_context(self.client)
        if db is None:
            folder = tempfile.TemporaryDirectory(prefix="practice-")
            db = Path(self._leftovers.enter_context(folder), "practice.db")
        self.db = db
        self.port = port
        self._rate = rate
        self._seed = seed
        self._child: subprocess.Popen[str] | None = None

    @property
    def pid(self) -> int:
        """The child's process id, for tests that stop or freeze it their own way."""
        assert self._child is not None, "the page is not running"
        return self._child.pid

    def start(self) -> Self:
        """Start the page, on the same file and port as before, and wait until it answers."""
        argv = [sys.executable, "-m", "ircon.practice", "--exit-with-stdin"]
        argv += ["--db", str(self.db), "--port", str(self.port), "--rate", str(self._rate)]
        argv += [f"--token={self.token}"] if self.token else []
        argv += ["--seed"] if self._seed else []
        self._child = subprocess.Popen(
            argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
        )
        assert self._child.stdout is not None
        line = self._child.stdout.readline()
        if not line.startswith("ready "):
            self.stop()
            raise RuntimeError(f"the practice page did not start: {line!r}")
        _, self.url, page_id, token = line.split()
        self.page_id = page_id.removeprefix("page=")
        self.token = token.removeprefix("token=")
        self.port = int(self.url.rpartition(":")[2])
        return self

    def stop(self) -> int | None:
        """Ask it to end and wait for that; the exit code, None where it was not running."""
        return self._end(subprocess.Popen.terminate)

    def kill(self) -> int | None:
        """End it as a power cut would."""
        return self._end(subprocess.Popen.kill)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()
        self._leftovers.close()

    def _end(self, how: Any) -> int | None:
        child, self._child = self._child, None
        if child is None:
            return None
        with child:  # closes the pipes and waits
            how(child)
        return child.returncode
