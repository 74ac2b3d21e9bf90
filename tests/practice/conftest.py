"""A fresh practice page for each test.

``page`` answers on a real socket from a thread, which starts in no time; ``child`` is the whole
process, for tests of what only a process does.
"""

import socket
import threading
from collections.abc import Iterator

import pytest
import uvicorn

from ircon.practice.database import Store
from ircon.practice.page import Page
from ircon.practice.routes import make_app
from practice_page import PageClient, PracticePage

TOKEN = "practice-token"


class _Thread(threading.Thread):
    """A practice page in memory. Its store belongs to this thread, as SQLite wants it."""

    def __init__(self, listener: socket.socket) -> None:
        super().__init__()
        self._listener = listener
        self._set_up = threading.Event()

    def run(self) -> None:
        host, port = self._listener.getsockname()
        self.page = Page(Store(None), f"http://{host}:{port}", TOKEN)
        app = make_app(self.page, rate=0)
        self.server = uvicorn.Server(uvicorn.Config(app, log_config=None, lifespan="off"))
        self._set_up.set()
        self.server.run(sockets=[self._listener])
        self.page.store.close()
        self._listener.close()

    def wait(self) -> None:
        assert self._set_up.wait(60)


@pytest.fixture(scope="session")
def _ending() -> Iterator[list[_Thread]]:
    """Threads told to end. Ending takes uvicorn a moment, which no test has to wait for."""
    threads: list[_Thread] = []
    yield threads
    for thread in threads:
        thread.join()


@pytest.fixture
def page(_ending: list[_Thread]) -> Iterator[PageClient]:
    thread = _Thread(socket.create_server(("127.0.0.1", 0)))
    thread.start()
    thread.wait()
    client = PageClient(thread.page.url, thread.page.id, TOKEN)
    with client.client:
        yield client
    thread.server.should_exit = True
    _ending.append(thread)


@pytest.fixture
def child() -> Iterator[PracticePage]:
    with PracticePage(token=TOKEN) as page:
        yield page
