"""A token is seen by nobody but its page, whatever goes wrong: screens, files, reports."""

from __future__ import annotations

import contextlib
import json
import socket
import threading
from collections.abc import Iterator
from urllib.parse import quote

import pytest

from command_line import CommandLine
from faulty_proxy import read_request
from practice_page import PracticePage

TOKEN = "canary-7b1f/tok+en"
_SOON = ("--timeout", "0.2")


def _said(status: str, kind: str, body: str, *headers: str) -> bytes:
    content = body.encode()
    head = [f"HTTP/1.1 {status}", f"Content-Type: {kind}", f"Content-Length: {len(content)}"]
    return "\r\n".join([*head, *headers, "", ""]).encode() + content


def _incident(echo: str) -> dict[str, object]:
    update = {
        "id": "u1",
        "status": "investigating",
        "body": echo,
        "created_at": "2026-03-02T03:00Z",
    }
    return {"id": echo, "name": echo, "status": echo, "incident_updates": [update]}


# What a careless server or a proxy in between makes of a request that it saw.
CARELESS = {
    "401": lambda echo: _said("401 No", "application/json", json.dumps({"error": echo})),
    "403 in HTML": lambda echo: _said("403 No", "text/html", f"<title>{echo}</title><p>{echo}"),
    "422": lambda echo: _said("422 No", "application/json", json.dumps({"error": [echo] * 9})),
    "500": lambda echo: _said("500 No", "text/plain", echo),
    "429": lambda echo: _said("429 No", "text/plain", echo, f"Retry-After: {TOKEN}"),
    "redirect": lambda _: _said("302 Go", "text/html", "", f"Location: /login?next={TOKEN}"),
    "redirect, quoted": lambda _: _said("302 Go", "x/y", "", f"Location: /?t={quote(TOKEN)}"),
    "HTML": lambda echo: _said("200 OK", "text/html", f"<html><title>{echo}</title>"),
    "not what was asked": lambda echo: _said("200 OK", "application/json", json.dumps([echo])),
    "in an incident": lambda echo: _said("200 OK", "application/json", json.dumps(_incident(echo))),
    "broken head": lambda echo: f"{echo}\r\n\r\n".encode(),
    "broken chunks": lambda echo: (
        f"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{echo}\r\n".encode()
    ),
}


@contextlib.contextmanager
def careless(name: str) -> Iterator[str]:
    """A server that answers everything with the request's own ``Authorization``; its URL."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = listener.accept()
                with client, contextlib.suppress(OSError):
                    request = read_request(client).decode("latin-1")
                    told = [line for line in request.split("\r\n") if TOKEN in line]
                    client.sendall(CARELESS[name](" ".join(told)))

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        listener.close()


@pytest.mark.parametrize("name", CARELESS)
def test_an_answer_that_echoes_it_does_not_show_it(
    ircon: CommandLine, page: PracticePage, name: str
) -> None:
    (ircon.home / "main.token").write_text(TOKEN)
    config = next(ircon.home.rglob("config.toml"))
    with careless(name) as url:
        config.write_text(config.read_text().replace(page.url, url))
        seen = [
            ircon(
                "declare", "Checkout fails", "--status", "investigating", "-m", "We look.", *_SOON
            ),
            ircon("sync", "--json", *_SOON),
            ircon("outbox"),
            ircon("outbox", "--json"),
            ircon("components"),
            ircon("doctor"),
            ircon("incidents", "--json"),
        ]
    assert {one.code for one in seen} - {0}, "nothing went wrong: this proves nothing"
    for one in seen:
        assert TOKEN not in one.out + one.err
        assert quote(TOKEN) not in one.out + one.err
    kept = [path for path in ircon.home.rglob("*") if path.is_file() and path.suffix != ".token"]
    assert kept
    assert [path for path in kept if TOKEN.encode() in path.read_bytes()] == []


@pytest.mark.parametrize(
    "source",
    [
        ["sh", "-c", f"echo {TOKEN} >&2; exit 3"],
        ["sh", "-c", f"printf '{TOKEN}\\001'"],
        ["sh", "-c", f"echo '{TOKEN} {TOKEN}'"],
    ],
    ids=["says it and fails", "with a control character", "with a space"],
)
def test_a_command_that_fails_does_not_show_it(bare: CommandLine, source: list[str]) -> None:
    folder = bare.home / "config"
    folder.mkdir(parents=True)
    (folder / "config.toml").write_text(
        '[pages.main]\nkind = "statuspage"\nurl = "http://127.0.0.1:9"\npage_id = "p1"\n'
        f"token_command = {json.dumps(source)}\n"
    )
    for words in (["doctor"], ["components"], ["declare", "X", "--status", "investigating"]):
        said = bare(*words)
        assert said.code
        assert TOKEN not in said.out + said.err
    kept = [one for one in bare.home.rglob("*") if one.is_file() and one.name != "config.toml"]
    assert [one for one in kept if TOKEN.encode() in one.read_bytes()] == []
