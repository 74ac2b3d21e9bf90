"""How long a command waits, and what becomes of the words of one that is ended meanwhile."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator

import pytest

from command_line import IRCON, CommandLine
from page_wires import ScriptedServer, read_request
from practice_page import PracticePage

WORDS = "We have found the cause and roll it back."
SIGNALS = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP]


@pytest.fixture
def silent() -> Iterator[socket.socket]:
    """A page that takes a connection, and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(20)
        yield listener


@pytest.fixture
def declared(ircon: CommandLine) -> CommandLine:
    ircon.json("declare", "Checkout fails", "--status", "investigating", "-m", "It fails.")
    return ircon


def lead(home: CommandLine, page: PracticePage, to: str) -> None:
    config = home.home / "config/config.toml"
    config.write_text(config.read_text().replace(page.url, to))


def url_of(listener: socket.socket) -> str:
    return f"http://127.0.0.1:{listener.getsockname()[1]}"


def begun(home: CommandLine, *words: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [IRCON, "--home", str(home.home), *words],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )


WAITING = {
    "an update": ("update", "--status", "identified", "-m", WORDS),
    "an update whose component is not known": (
        *("update", "--status", "identified", "-m", WORDS, "-c", "No such component"),
    ),
    "a declaration": ("declare", "Search fails", "--status", "investigating", "-m", WORDS),
    "a resolve": ("resolve", "-m", WORDS),
    "a sync": ("sync",),
}


@pytest.mark.parametrize("command", WAITING)
@pytest.mark.parametrize("slow", ["page", "token command"])
def test_the_timeout_is_the_whole_commands(
    declared: CommandLine, page: PracticePage, silent: socket.socket, command: str, slow: str
) -> None:
    lead(declared, page, url_of(silent))
    if slow == "token command":
        config = declared.home / "config/config.toml"
        text = config.read_text()
        line = next(one for one in text.split("\n") if one.startswith("token_file"))
        config.write_text(text.replace(line, 'token_command = ["sleep", "60"]'))
    began = time.monotonic()
    said = declared(*WAITING[command], "--timeout", "1")
    # One limit for all of it: the page alone takes 15 seconds, the command 10, each time.
    assert time.monotonic() - began < 8
    assert said.code in {1, 75}
    if said.code == 75:
        assert "do not type it again" in said.err
    elif command != "a sync":
        assert WORDS in json.dumps(declared.json("outbox")), said.err


@pytest.mark.parametrize("number", SIGNALS, ids=lambda one: one.name)
def test_who_ends_it_before_it_is_in_the_outbox_finds_the_words(
    declared: CommandLine, page: PracticePage, silent: socket.socket, number: signal.Signals
) -> None:
    lead(declared, page, url_of(silent))
    with begun(declared, "update", "--status", "identified", "-m", WORDS) as child:
        met, _ = silent.accept()  # the pull has begun
        with met:
            child.send_signal(number)
            out, err = child.communicate(timeout=30)
    assert child.returncode == 128 + number, err
    assert "saved as a draft" in err
    assert out == ""
    (draft,) = declared.json("outbox")
    assert draft["state"] == "draft"
    assert WORDS in json.dumps(draft)


@pytest.mark.parametrize("number", SIGNALS, ids=lambda one: one.name)
def test_who_ends_it_afterwards_is_told_not_to_type_it_again(
    ircon: CommandLine, page: PracticePage, silent: socket.socket, number: signal.Signals
) -> None:
    lead(ircon, page, url_of(silent))
    line = ("declare", "Checkout fails", "--status", "investigating", "-m", WORDS, "--json")
    with begun(ircon, *line) as child:
        met, _ = silent.accept()  # it is in the outbox: a declaration pulls nothing
        with met:
            child.send_signal(number)
            out, err = child.communicate(timeout=30)
    assert child.returncode == 75, err
    assert "do not type it again" in err
    document = json.loads(out)
    assert "Interrupted" in document["error"]
    (waiting,) = ircon.json("outbox")
    assert waiting["operation"] == document["operation"]
    assert waiting["state"] != "draft"


def test_who_ends_it_while_it_is_being_sent_hears_that_it_may_be_public(
    ircon: CommandLine, page: PracticePage
) -> None:
    writing = []

    def talk(client: socket.socket, _asked: bytes) -> None:
        request = read_request(client)
        if request.startswith(b"GET "):
            with socket.create_connection(("127.0.0.1", page.port)) as there:
                there.sendall(request.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n", 1))
                while more := there.recv(65536):
                    client.sendall(more)
        else:
            writing.append(request)
            client.recv(1)  # never answered

    server = ScriptedServer(talk, reads=False)
    lead(ircon, page, server.url)
    line = ("declare", "Checkout fails", "--status", "investigating", "-m", WORDS, "--json")
    try:
        with begun(ircon, *line) as child:
            while not writing and child.poll() is None:
                time.sleep(0.02)
            child.send_signal(signal.SIGTERM)
            out, err = child.communicate(timeout=30)
    finally:
        server.close()
    assert child.returncode == 75, err
    assert json.loads(out)["delivery"] == "unknown"
    assert "do not type it again" in err


def test_what_was_to_be_ignored_is_ignored(
    declared: CommandLine, page: PracticePage, silent: socket.socket
) -> None:
    lead(declared, page, url_of(silent))
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)  # as nohup does it
    try:
        child = begun(declared, "sync", "--timeout", "1")
    finally:
        signal.signal(signal.SIGHUP, before)
    with child:
        met, _ = silent.accept()
        with met:
            child.send_signal(signal.SIGHUP)
            _, err = child.communicate(timeout=30)
    assert child.returncode == 1
    assert "Interrupted" not in err
