"""A page that has moved to another host is read there after a question, and never unasked."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator

import pytest

from command_line import CommandLine
from page_wires import ScriptedServer
from practice_page import PracticePage


@pytest.fixture
def moved() -> Iterator[Callable[[str], ScriptedServer]]:
    """Starts a server that sends everybody elsewhere."""
    servers: list[ScriptedServer] = []

    def start(location: str) -> ScriptedServer:
        def talk(client: socket.socket, _asked: bytes) -> None:
            head = f"HTTP/1.1 301 Moved\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n"
            client.sendall(head.encode())

        servers.append(ScriptedServer(talk))
        return servers[-1]

    yield start
    for one in servers:
        one.close()


@pytest.fixture
def past() -> Iterator[PracticePage]:
    with PracticePage(seed=True) as page:
        yield page


@pytest.mark.parametrize("verb", ["import", "metrics", "check"])
def test_off_a_terminal_it_is_refused_and_the_address_printed(
    bare: CommandLine, moved: Callable[[str], ScriptedServer], past: PracticePage, verb: str
) -> None:
    old = moved(f"{past.url}/api/v2/summary.json")
    said = bare(verb, old.url)
    assert said.code == 1
    assert past.url in said.err
    assert "not followed" in said.err
    assert bare.json("incidents") == []
    assert all(b"uthorization" not in one for one in old.asked)


@pytest.mark.parametrize(
    ("answer", "imported"), [("y", True), ("yes", True), ("n", False), ("", False), (None, False)]
)
def test_on_a_terminal_it_is_asked_about(
    bare: CommandLine,
    moved: Callable[[str], ScriptedServer],
    past: PracticePage,
    monkeypatch: pytest.MonkeyPatch,
    answer: str | None,
    imported: bool,  # noqa: FBT001 - pytest's own
) -> None:
    from ircon.commands.context import Context

    asked: list[str] = []
    monkeypatch.setattr(Context, "ask", lambda _self, question: asked.append(question) or answer)
    said = bare("import", moved(f"{past.url}/api/v2/summary.json").url)
    assert (said.code == 0) is imported
    assert bool(bare.json("incidents")) is imported
    (question,) = asked
    assert past.url in question


def test_it_does_not_go_round_in_circles(
    bare: CommandLine, moved: Callable[[str], ScriptedServer], monkeypatch: pytest.MonkeyPatch
) -> None:
    from ircon.commands.context import Context

    monkeypatch.setattr(Context, "ask", lambda _self, _question: "y")
    first = moved("placeholder")
    second = moved(f"{first.url}/")
    first._talk = lambda client, _asked: client.sendall(
        f"HTTP/1.1 302 Go\r\nLocation: {second.url}/\r\nContent-Length: 0\r\n\r\n".encode()
    )
    said = bare("import", first.url)
    assert said.code == 1
    assert "again and again" in said.err
    assert len(first.asked) + len(second.asked) == 5


@pytest.mark.parametrize(
    "location", ["http://other.test/", "ftp://other.test/", "https://me:pass-4711@other.test/"]
)
def test_a_yes_does_not_make_an_address_safe(
    bare: CommandLine,
    moved: Callable[[str], ScriptedServer],
    monkeypatch: pytest.MonkeyPatch,
    location: str,
) -> None:
    from ircon.commands.context import Context

    monkeypatch.setattr(Context, "ask", lambda _self, _question: "y")
    said = bare("import", moved(location).url)
    assert said.code == 1
    assert "other.test" in said.err
    assert "pass-4711" not in said.err
