"""A status page behind a bad network, on real sockets, with a truth of its own.

What happens to a request is drawn from two tables. Each row says whether the page
did what was asked, and what the client gets to see of it; the two have nothing to
do with each other, as on a bad night.
"""

from __future__ import annotations

import contextlib
import gzip
import json
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from operator import itemgetter
from random import Random
from typing import Any, Final, NamedTuple, Self

from faults.page_truth import PAGE_ID, PAGE_NAME, PageTruth, Write
from faulty_proxy import read_request, reset
from ircon.incident.times import iso
from ircon.pages.protocol import RemoteIncident

# What the client sees of the page's answer.
TRUE, RESET, HALF, DRIP, SILENT, GARBAGE, BAD_GZIP = (
    *("true", "reset", "half", "drip", "silent", "garbage"),
    "bad gzip",
)
_ROOT: Final = f"/v1/pages/{PAGE_ID}"


class Fault(NamedTuple):
    """What becomes of a request: ``done`` is ``yes``, ``no`` or ``late``; ``behind``, of a read.

    ``seen`` is one of the words above, or the answer itself.
    """

    name: str
    weight: int
    done: str
    seen: str | bytes
    behind: int = 0


def _answer(status: int, body: bytes = b"", *headers: str) -> bytes:
    lines = [f"HTTP/1.1 {status} Said", f"Content-Length: {len(body)}", *headers, "", ""]
    return "\r\n".join(lines).encode() + body


_PORTAL: Final = _answer(200, b"<html><title>Sign in</title></html>", "Content-Type: text/html")

WRITES: Final = (
    Fault("none", 55, "yes", TRUE),
    Fault("reset before", 4, "no", RESET),
    Fault("reset after", 5, "yes", RESET),
    Fault("half an answer", 4, "yes", HALF),
    Fault("drip", 1, "yes", DRIP),
    Fault("silence, not done", 1, "no", SILENT),
    Fault("silence, done", 1, "yes", SILENT),
    Fault("late, after a reset", 3, "late", RESET),
    Fault("late, after a 504", 2, "late", _answer(504, b"timeout")),
    Fault("500, not done", 2, "no", _answer(500, b"oops")),
    Fault("500, done", 3, "yes", _answer(500, b"oops")),
    Fault("503, done", 2, "yes", _answer(503, b"busy")),
    Fault("502, not done", 2, "no", _answer(502, b"bad gateway")),
    Fault("420", 2, "no", _answer(420, b"{}", "Retry-After: 2")),
    Fault("429 without a word", 1, "no", _answer(429, b"{}")),
    Fault("garbage, done", 2, "yes", GARBAGE),
    Fault("garbage, not done", 1, "no", GARBAGE),
    Fault("bad gzip, done", 2, "yes", BAD_GZIP),
    Fault("captive portal", 2, "no", _PORTAL),
    Fault("captive portal, done", 1, "yes", _PORTAL),
    Fault("redirect", 1, "no", _answer(302, b"", "Location: http://127.0.0.1:1/")),
    Fault("422", 1, "no", _answer(422, b'{"error": ["not today"]}')),
)
READS: Final = (
    Fault("none", 176, "yes", TRUE),
    Fault("behind", 6, "yes", TRUE, behind=1),
    Fault("far behind", 4, "yes", TRUE, behind=6),
    Fault("reset", 3, "yes", RESET),
    Fault("half an answer", 3, "yes", HALF),
    Fault("500", 2, "yes", _answer(500, b"oops")),
    Fault("garbage", 2, "yes", GARBAGE),
    Fault("bad gzip", 2, "yes", BAD_GZIP),
    Fault("captive portal", 1, "yes", _PORTAL),
    Fault("420", 1, "yes", _answer(420, b"{}", "Retry-After: 2")),
)


class FaultyPage:
    """The page and its network; use as a context.

    Args:
        now: the page's clock.
        seed: of the faults.
        lateness: the longest that a late write takes, in seconds by the page's clock.

    Attributes:
        truth: what the page really has; take ``lock`` to read it while requests come.
        received: every byte that any client sent.
        met: how many requests met each fault.
        is_bad: turn off for a network without faults.
    """

    def __init__(self, now: Callable[[], datetime], seed: int, lateness: float) -> None:
        self._now = now
        self.truth = PageTruth(now)
        self.lock = threading.Lock()
        self.received: list[bytes] = []
        self.met: Counter[str] = Counter()
        self.is_bad = True
        self._random = Random(seed)
        self._lateness = lateness
        self._late: list[tuple[datetime, Write]] = []
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self._thread = threading.Thread(target=self._serve, daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def arrive(self) -> None:
        """Let what is late arrive, as far as its time has come."""
        moment = self._now()
        for due, write in sorted(self._late, key=itemgetter(0)):
            if due <= moment:
                self.truth.apply(write)
        self._late = [one for one in self._late if one[0] > moment]

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
        client.settimeout(5)
        with client, contextlib.suppress(OSError):
            request = read_request(client)
            if not _is_whole(request):
                return  # its sender was killed
            head, _, body = request.partition(b"\r\n\r\n")
            method, path, _ = head.split(b"\r\n")[0].decode().split(" ")
            with self.lock:
                self.received.append(request)
                self.arrive()
                fault, answer = self._do(method, path.partition("?")[0], body)
            _show(client, fault.seen, answer)

    def _do(self, method: str, path: str, body: bytes) -> tuple[Fault, bytes]:
        table = READS if method == "GET" else WRITES
        weights = [fault.weight for fault in table]
        fault = self._random.choices(table, weights)[0] if self.is_bad else table[0]
        self.met[("read: " if table is READS else "write: ") + fault.name] += 1
        if method == "GET":
            return fault, self._read(path, fault.behind)
        write = _write(path, json.loads(body)["incident"])
        if fault.done == "late":
            delay = timedelta(seconds=self._random.random() ** 2 * self._lateness)
            self._late.append((self._now() + delay, write))
        if fault.done != "yes":
            return fault, b""
        made = self.truth.apply(write)
        return fault, _json(201, _incident(made)) if made else _json(404, {"error": "not found"})

    def _read(self, path: str, behind: int) -> bytes:
        there = self.truth.seen_behind(behind)
        rest = path.removeprefix(_ROOT).strip("/").split("/")
        if rest == [""]:
            return _json(200, {"id": PAGE_ID, "name": PAGE_NAME})
        if rest == ["incidents"]:
            return _json(200, [_incident(one) for one in reversed(there.values())])
        if rest == ["incidents", "unresolved"]:
            return _json(200, [_incident(one) for one in there.values() if _is_open(one)])
        if rest == ["components"]:
            return _json(200, [])
        incident = there.get(rest[1]) or self.truth.incidents.get(rest[1])
        return _json(200, _incident(incident)) if incident else _json(404, {"error": "not found"})


def _show(client: socket.socket, seen: str | bytes, answer: bytes) -> None:
    """Let the client see what it shall see, and close."""
    if isinstance(seen, bytes):
        client.sendall(seen)
    elif seen == TRUE:
        client.sendall(answer)
    elif seen == RESET:
        reset(client)
    elif seen == HALF:
        client.sendall(answer[: len(answer) // 2])
    elif seen == GARBAGE:
        client.sendall(_answer(200, b'{"id": "inc00', "Content-Type: application/json"))
    elif seen == BAD_GZIP:
        packed = gzip.compress(answer)[:-9] + b"\0" * 9
        client.sendall(_answer(200, packed, "Content-Encoding: gzip"))
    elif seen == DRIP:
        for place in range(len(answer)):
            client.sendall(answer[place : place + 1])
            time.sleep(0.05)
    else:
        client.recv(1)  # silent until the client has had enough


def _is_whole(request: bytes) -> bool:
    """Whether the body is as long as the head says."""
    head, _, body = request.partition(b"\r\n\r\n")
    said = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    return bool(head) and len(body) >= (int(said[0].partition(b":")[2]) if said else 0)


def _write(path: str, said: Mapping[str, Any]) -> Write:
    rest = path.removeprefix(_ROOT).strip("/").split("/")
    metadata = said.get("metadata") or {}
    return Write(
        op=metadata.get("ircon", {}).get("op", ""),
        remote_incident=rest[1] if len(rest) > 1 else None,
        title=said.get("name"),
        status=said["status"],
        body=said["body"],
        metadata=metadata,
    )


def _json(status: int, document: Any) -> bytes:
    return _answer(status, json.dumps(document).encode(), "Content-Type: application/json")


def _is_open(incident: RemoteIncident) -> bool:
    return incident.status != "resolved"


def _incident(incident: RemoteIncident) -> dict[str, Any]:
    return {
        "id": incident.id,
        "page_id": PAGE_ID,
        "name": incident.name,
        "status": incident.status,
        "impact": incident.impact,
        "created_at": iso(incident.created_at),
        "updated_at": iso(incident.updated_at) if incident.updated_at else None,
        "components": [],
        "metadata": incident.metadata,
        "incident_updates": [
            {
                "id": update.id,
                "status": update.status,
                "body": update.body,
                "created_at": iso(update.created_at),
                "display_at": iso(update.shown_at),
            }
            for update in reversed(incident.updates)
        ],
    }
