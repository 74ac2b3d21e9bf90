"""A bad network between a client and a status page, on real sockets.

Each request is met by the next fault of a plan; when the plan is over, nothing
is wrong. Faults act on writes only unless ``reads`` is said: what a reader sees
is another question.
"""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
from collections import deque
from collections.abc import Iterable
from typing import Self
from urllib.parse import urlsplit

ANSWERS = {
    "420": b"HTTP/1.1 420 Enhance\r\nRetry-After: 1\r\nContent-Length: 2\r\n\r\n{}",
    "429": b"HTTP/1.1 429 Too Many\r\nContent-Length: 2\r\n\r\n{}",
    "503": b"HTTP/1.1 503 No\r\nContent-Length: 4\r\n\r\nbusy",
    "422": b'HTTP/1.1 422 No\r\nContent-Length: 22\r\n\r\n{"error": ["not you"]}',
    "redirect": b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n",
    "portal": b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 20\r\n\r\n<html>sign in</html>",
}


class FaultyProxy:
    """Passes requests on to ``target``, but for what the plan says.

    Faults: a key of ``ANSWERS`` (answered without passing on), ``reset`` (before
    it is passed on), ``lost`` (passed on, the answer thrown away), ``half`` (passed
    on, half the answer), ``applied-503`` (passed on, and said to have failed),
    ``ok``. ``received`` keeps every byte that a client sent.
    """

    def __init__(self, target: str, plan: Iterable[str] = (), *, reads: bool = False) -> None:
        parts = urlsplit(target)
        self._target = (parts.hostname or "127.0.0.1", parts.port or 80)
        self.plan = deque(plan)
        self.reads = reads
        self.received: list[bytes] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._serve, daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def writes(self) -> list[bytes]:
        """The requests that would change something."""
        return [one for one in self.received if not one.startswith(b"GET ")]

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.close()

    def _serve(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._talk, args=(client,), daemon=True).start()

    def _talk(self, client: socket.socket) -> None:
        client.settimeout(10)
        with client, contextlib.suppress(OSError):
            while request := read_request(client):
                self.received.append(request)
                faulty = self.plan and (self.reads or not request.startswith(b"GET "))
                fault = self.plan.popleft() if faulty else "ok"
                if not self._meet(client, request, fault):
                    return

    def _meet(self, client: socket.socket, request: bytes, fault: str) -> bool:
        """Do what the fault says; False when the connection is over."""
        if fault in ANSWERS:
            client.sendall(ANSWERS[fault])
            return False
        if fault == "reset":
            reset(client)
            return False
        answer = self._pass_on(request)
        if fault == "lost":
            reset(client)
        elif fault == "half":
            client.sendall(answer[: len(answer) // 2])
        elif fault == "applied-503":
            client.sendall(ANSWERS["503"])
        else:
            client.sendall(answer)
        return False

    def _pass_on(self, request: bytes) -> bytes:
        head, _, body = request.partition(b"\r\n\r\n")
        lines = [
            line for line in head.split(b"\r\n") if not line.lower().startswith(b"connection:")
        ]
        with socket.create_connection(self._target, timeout=10) as page:
            page.sendall(b"\r\n".join([*lines, b"Connection: close"]) + b"\r\n\r\n" + body)
            chunks = []
            while chunk := page.recv(65536):
                chunks.append(chunk)
        return b"".join(chunks)


def read_request(client: socket.socket) -> bytes:
    """One whole request, head and body; empty where the client went away."""
    data = b""
    while b"\r\n\r\n" not in data:
        chunk = client.recv(65536)
        if not chunk:
            return b""
        data += chunk
    head, _, body = data.partition(b"\r\n\r\n")
    length = 0
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
    while len(body) < length:
        chunk = client.recv(65536)
        if not chunk:
            break
        body += chunk
    return head + b"\r\n\r\n" + body


def reset(client: socket.socket) -> None:
    """Close with RST, as a box in the middle does."""
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
