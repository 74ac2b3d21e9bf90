"""For tests of pages: a clock that stands still until told, and a server that says anything."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from ircon.config.load import PageConfig

CANARY = "canary-4f1e/2+token"  # with signs that URL-encoding changes
PAGE_ID = "8m2l51279rpl"


class StillClock:
    boot_id = "boot"

    def __init__(self) -> None:
        self.at = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
        self.seconds = 0.0

    def pass_(self, seconds: float) -> None:
        self.seconds += seconds

    def now(self) -> datetime:
        return self.at + timedelta(seconds=self.seconds)

    def monotonic_ns(self) -> int:
        return int(self.seconds * 1e9)

    def boot_ns(self) -> int:
        return int(self.seconds * 1e9)


def profile(url: str = "https://api.statuspage.io", **more: object) -> PageConfig:
    said = {"name": "prod", "url": url, "page_id": PAGE_ID, "token_env": "T", **more}
    return PageConfig(**said)


class ScriptedServer:
    """Talks TCP on loopback: each connection is handed to ``talk`` with what was asked.

    With ``reads=False`` the request is left for ``talk`` to read, and ``asked`` stays empty.
    """

    def __init__(self, talk: Callable[[socket.socket, bytes], None], *, reads: bool = True) -> None:
        self._talk = talk
        self._reads = reads
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.asked: list[bytes] = []
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._meet, args=(client,), daemon=True).start()

    def _meet(self, client: socket.socket) -> None:
        client.settimeout(10)
        try:
            with client:
                asked = b""
                if self._reads:
                    asked = read_request(client)
                    self.asked.append(asked)
                self._talk(client, asked)
        except OSError:
            return

    def close(self) -> None:
        self._listener.close()


def read_request(client: socket.socket) -> bytes:
    asked = b""
    while b"\r\n\r\n" not in asked:
        more = client.recv(65536)
        if not more:
            return asked
        asked += more
    head, _, body = asked.partition(b"\r\n\r\n")
    lengths = [line for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")]
    wanted = int(lengths[0].partition(b":")[2]) if lengths else 0
    while len(body) < wanted:
        body += client.recv(65536)
    return head + b"\r\n\r\n" + body


def reset(client: socket.socket) -> None:
    """Close with a TCP reset instead of a farewell."""
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    client.close()
