"""Whether the page could be asked at all is said, and is no success where it could not."""

from __future__ import annotations

import json
import re
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from command_line import CommandLine
from page_wires import ScriptedServer, reset
from practice_page import PracticePage

Answer = Callable[[socket.socket, bytes], None]


def says(status: str, body: str = "{}", *headers: str) -> Answer:
    head = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers, "", ""]
    return lambda client, _asked: client.sendall(("\r\n".join(head) + body).encode())


# What stands between a responder and the page, and what must be read of it.
AWAY = {
    "a refused token": (says("401 No", '{"error": "Could not authenticate"}'), "the token: 401"),
    "a token without rights": (says("403 No"), "403"),
    "moved": (says("301 Moved", "", "Location: https://elsewhere.test/"), "elsewhere.test"),
    "sent to a login": (says("302 Found", "", "Location: /login"), "/login"),
    "no such page": (says("404 Not Found"), "404"),
    "broken": (says("500 Oops", "out of order"), "500, out of order"),
    "in maintenance": (says("503 Wait", "<html><h1>Back soon</h1>"), "Back soon"),
    "a captive portal": (says("200 OK", "<html><title>Sign in</title>"), "Sign in"),
    "another shape": (says("200 OK", "[]"), "shape"),
    "another page": (says("200 OK", '{"id": "x", "name": "Y"}'), "answered"),
    "cut off": (lambda client, _asked: reset(client), "broke"),
    "too many requests": (says("429 No", "", "Retry-After: 30"), "is limiting requests"),
}


@pytest.fixture
def home(ircon: CommandLine) -> CommandLine:
    """An incident that is on the page, and open."""
    ircon.json("declare", "Checkout fails", "--status", "investigating", "-m", "We look.")
    return ircon


def lead(home: CommandLine, old: str, new: str) -> None:
    config = home.home / "config/config.toml"
    assert old in config.read_text()
    config.write_text(config.read_text().replace(old, new))


@pytest.fixture(params=AWAY)
def away(request: pytest.FixtureRequest) -> Iterator[tuple[ScriptedServer, str]]:
    answer, words = AWAY[request.param]
    server = ScriptedServer(answer)
    yield server, words
    server.close()


def test_a_sync_names_each_page_that_could_not_be_asked(
    home: CommandLine, page: PracticePage, away: tuple[ScriptedServer, str]
) -> None:
    server, words = away
    assert home("sync").code == 0
    lead(home, page.url, server.url)
    said = home("sync", "--timeout", "5", "--json")
    assert said.code == 1
    (asked,) = said.document["pages"]
    assert (asked["page"], asked["ok"]) == ("main", False)
    assert words in asked["error"]
    assert re.search(r"No answer from page 'main' since \d\d:\d\d", said.err), said.err
    assert words in said.err
    doctor = home("doctor", "--json")
    assert doctor.code == 1
    (line,) = [one for one in doctor.document if one["check"] == "page main"]
    assert not line["ok"]
    assert words in line["detail"]
    refreshed = home("components", "--refresh")
    assert refreshed.code == 1
    assert words in refreshed.err


def test_it_asks_a_page_of_which_nothing_is_open(
    ircon: CommandLine, page: PracticePage, away: tuple[ScriptedServer, str]
) -> None:
    server, words = away
    lead(ircon, page.url, server.url)
    said = ircon("sync", "--timeout", "5")
    assert said.code == 1
    assert words in said.err
    assert said.out == "0 sent, 0 pending, 0 pulled\n"


def test_a_dead_page_and_a_page_that_says_nothing(home: CommandLine, page: PracticePage) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        lead(home, page.url, url)
        said = home("sync", "--timeout", "0.6", "--json")
        assert said.code == 1
        assert "within" in said.document["pages"][0]["error"]
    said = home("sync", "--timeout", "5", "--json")
    assert said.code == 1
    assert "cannot be reached" in said.document["pages"][0]["error"]


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ('token_env = "IRCON_TEST_NO_TOKEN"', "IRCON_TEST_NO_TOKEN is not set"),
        ('token_file = "/nowhere/token"', "/nowhere/token cannot be used"),
        ('token_command = ["false"]', "'false' failed"),
    ],
)
def test_no_token_is_a_page_that_cannot_be_asked(
    home: CommandLine, source: str, words: str
) -> None:
    config = home.home / "config/config.toml"
    config.write_text(re.sub("token_file = .*", source, config.read_text()))
    said = home("sync", "--json")
    assert said.code == 1
    assert words in said.document["pages"][0]["error"]


def test_one_page_that_is_away_hides_no_other(home: CommandLine, page: PracticePage) -> None:
    token = home.home / "main.token"
    config = home.home / "config/config.toml"
    config.write_text(
        f'{config.read_text()}\n[pages.other]\nurl = "http://127.0.0.1:9"\npage_id = "p1"\n'
        f"token_file = {json.dumps(str(token))}\n"
    )
    post_as_somebody_else(page)
    said = home("sync", "--json")
    assert said.code == 1
    assert said.document["pulled"] == 1
    assert [(one["page"], one["ok"]) for one in said.document["pages"]] == [
        ("main", True),
        ("other", False),
    ]
    assert "page 'other'" in said.err
    assert "page 'main'" not in said.err


def post_as_somebody_else(page: PracticePage) -> None:
    there = page.manage("GET", "/incidents").json()[0]  # the newest: this home's
    update = {"incident": {"status": "identified", "body": "It is the database."}}
    page.manage("PATCH", f"/incidents/{there['id']}", update).raise_for_status()


def test_what_waits_is_75_and_the_page_is_named_all_the_same(
    home: CommandLine, page: PracticePage
) -> None:
    lead(home, page.url, "http://127.0.0.1:9")
    words = ("update", "--status", "identified", "-m", "The pool.", "--timeout", "0.5")
    posted = home(*words)
    assert posted.code == 75
    assert "No answer from page 'main'" in posted.err  # others may have posted meanwhile
    said = home("sync", "--timeout", "1", "--json")
    assert said.code == 75
    assert not said.document["pages"][0]["ok"]


def test_without_a_page_there_is_nobody_to_ask(bare: CommandLine) -> None:
    said = bare("sync", "--json")
    assert said.code == 0
    assert said.document["pages"] == []
    assert "ircon init" in said.err


def test_an_incident_that_is_gone_is_not_a_page_that_is_gone(
    home: CommandLine, page: PracticePage, tmp_path: Path
) -> None:
    for one in page.manage("GET", "/incidents").json():
        page.manage("DELETE", f"/incidents/{one['id']}")
    assert home("sync", "--json").document["pages"] == [{"page": "main", "ok": True, "error": None}]
