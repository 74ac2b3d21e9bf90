"""The practice page as a process: socket, signals, and the lines it prints when ready."""

import asyncio
import os
import shlex
import signal
import socket
import sqlite3
import sys
import threading
from contextlib import closing
from ipaddress import ip_address
from pathlib import Path
from types import FrameType

import uvicorn

from ircon.practice.database import NotAPracticePage, Store
from ircon.practice.page import Page
from ircon.practice.routes import make_app
from ircon.practice.seed import play_past

_GRACE = 2  # seconds that open connections are given at the end


class _Server(uvicorn.Server):
    """A uvicorn that says when it is ready."""

    def __init__(self, config: uvicorn.Config, ready: str) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        print(self._ready, flush=True)

    def stop(self, _signal: int | None = None, _frame: FrameType | None = None) -> None:
        """End soon; safe in a signal handler and from another thread."""
        self.should_exit = True


def serve(
    host: str,
    port: int,
    db: Path | None,
    token: str | None,
    rate: int,
    *,
    seed: bool = False,
    exit_with_stdin: bool = False,
) -> int:
    """Run a practice page until it is told to stop. To be called from the main thread.

    Once requests are answered, ``ready http://HOST:PORT page=PAGE_ID token=TOKEN`` is written to
    standard output, then the 'ircon init' line that connects to it, and nothing else ever is.
    SIGTERM, SIGINT and SIGHUP stop it.

    Args:
        host: name or address to listen on; others than loopback are warned about.
        port: TCP port, 0 for any free one.
        db: the SQLite file, created if it is not there; None keeps everything in memory.
        token: the manage API's token; None keeps the file's own, a new page makes one up.
        rate: requests to the manage API in any rolling 60 seconds; 0 is no limit.
        seed: whether a page without incidents gets some of the past.
        exit_with_stdin: also stop when standard input ends, so that a child does not outlive
            whoever holds the other end of the pipe.

    Returns:
        The exit code: 0 when it was told to stop, 1 when it could not start (standard error says
        why).
    """
    try:
        listener = _listen(host, port)
    except (OSError, OverflowError) as error:  # the latter: a port that is none
        return _fail(f"cannot listen on {host} port {port}: {error}")
    with listener:
        address, bound_port = listener.getsockname()[:2]
        if not ip_address(address).is_loopback:
            _say(f"warning: {address} is not loopback; others can reach this page")
        url = f"http://{f'[{address}]' if ':' in address else address}:{bound_port}"
        try:
            with closing(Store(db)) as store:
                page = Page(store, url, token)
                _run(page, listener, rate, seed=seed, with_stdin=exit_with_stdin)
        except (NotAPracticePage, sqlite3.OperationalError) as error:
            return _fail(f"cannot use {db} as a practice page: {error}")
    return 0


def _listen(host: str, port: int) -> socket.socket:
    family, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    return socket.create_server((address[0], port), family=family)


def _run(page: Page, listener: socket.socket, rate: int, *, seed: bool, with_stdin: bool) -> None:
    if seed:
        play_past(page)
    config = uvicorn.Config(
        make_app(page, rate),
        log_config=None,  # warnings reach standard error; standard output stays for two lines
        access_log=False,
        http="h11",
        ws="none",
        lifespan="off",
        timeout_graceful_shutdown=_GRACE,
    )
    ready = f"ready {page.url} page={page.id} token={page.token}\n{_connect(page)}"
    server = _Server(config, ready)
    # uvicorn handles SIGTERM and SIGINT while it runs, and raises them again when it is done:
    # these handlers keep that from ending the process before the store is closed.
    for name in ("SIGTERM", "SIGINT", "SIGHUP"):
        if number := getattr(signal, name, None):  # no SIGHUP on Windows
            signal.signal(number, server.stop)
    if with_stdin:
        threading.Thread(target=_await_end_of_stdin, args=(server,), daemon=True).start()
    asyncio.run(server.serve(sockets=[listener]))


def _connect(page: Page) -> str:
    """The command that makes the page one of ircon's. Its token is for practice: no secret."""
    url = page.url.replace("//0.0.0.0:", "//127.0.0.1:").replace("//[::]:", "//[::1]:")
    token = shlex.join(["printf", "%s", page.token])
    options = ("--url", url, "--page-id", page.id, "--token-command", token, "--name", "practice")
    return shlex.join(["ircon", "init", *options])


def _await_end_of_stdin(server: _Server) -> None:
    # The descriptor itself: a daemon thread inside sys.stdin would hold its lock at exit.
    while os.read(0, 4096):
        pass
    server.stop()


def _say(sentence: str) -> None:
    print(f"ircon practice: {sentence}", file=sys.stderr, flush=True)


def _fail(sentence: str) -> int:
    _say(sentence)
    return 1
