"""The page as a process: its first line, its file, its rate, its end."""

import shlex
import signal
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from ircon.practice.access import RateLimit
from ircon.practice.api_errors import Throttled
from practice_page import PracticePage

RUN = [sys.executable, "-m", "ircon.practice"]


def declare(page, **fields: Any):
    body = {"incident": {"name": "Down"} | fields}
    return page.manage("POST", "/incidents", body).raise_for_status().json()


class TestFirstLine:
    def test_says_where_which_page_and_what_token_and_then_how_to_connect(self):
        argv = [*RUN, "--exit-with-stdin", "--token", "t0"]
        with subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
            line = child.stdout.readline().decode()
            word, url, page_id, token = line.split()
            assert (word, token) == ("ready", "token=t0")
            assert url.startswith("http://127.0.0.1:")
            listed = httpx.get(f"{url}/v1/pages", params={"api_key": "t0"})
            assert page_id == f"page={listed.json()[0]['id']}"
            connect = shlex.split(child.stdout.readline().decode())
            assert connect[:2] == ["ircon", "init"]
            assert connect[connect.index("--url") + 1] == url
            child.stdin.close()
            assert child.stdout.read() == b""
        assert child.returncode == 0

    @pytest.mark.parametrize("argv", [["--port", "70000"], ["--host", "nowhere.invalid"]])
    def test_an_address_that_is_none_is_refused_in_words(self, argv):
        done = subprocess.run([*RUN, *argv], capture_output=True, text=True, check=False)
        assert (done.returncode, done.stdout) == (1, "")
        assert done.stderr.startswith("ircon practice: cannot listen on")

    def test_a_taken_port_is_refused_in_words(self, child):
        argv = [*RUN, "--port", str(child.port)]
        done = subprocess.run(argv, capture_output=True, text=True, check=False)
        assert (done.returncode, done.stdout) == (1, "")
        assert f"cannot listen on 127.0.0.1 port {child.port}" in done.stderr

    def test_another_address_than_loopback_is_warned_about(self):
        argv = [*RUN, "--host", "0.0.0.0", "--exit-with-stdin"]  # noqa: S104 -- to be warned
        done = subprocess.run(argv, input="", capture_output=True, text=True, check=False)
        assert done.returncode == 0
        assert "0.0.0.0 is not loopback" in done.stderr


class TestEnd:
    @pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
    def test_signals_end_it_in_order(self, number):
        with subprocess.Popen(RUN, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as child:
            child.stdout.readline()
            child.send_signal(number)
            _, error = child.communicate()
        assert (child.returncode, error) == (0, b"")

    def test_without_being_told_it_outlives_its_standard_input(self):
        with subprocess.Popen(RUN, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE) as child:
            url = child.stdout.readline().decode().split()[1]
            assert httpx.get(url).status_code == 200
            child.terminate()


class TestFile:
    def test_a_restart_keeps_everything(self, child):
        component = child.component("Checkout")
        incident = declare(child, body="one", components={component: "major_outage"})
        path = f"/incidents/{incident['id']}"
        child.manage("PUT", f"{path}/postmortem", {"postmortem": {"body_draft": "Why"}})

        def everything() -> Any:
            listed = ("", "/components", "/component-groups", "/incidents", f"{path}/postmortem")
            return [child.manage("GET", each).json() for each in listed], child.mails()

        before, identity = everything(), (child.url, child.page_id, child.token)
        child.stop()
        child.start()
        assert everything() == before
        assert (child.url, child.page_id, child.token) == identity

    def test_what_was_answered_survives_a_kill(self, child):
        ids = []
        for _ in range(5):
            ids.append(declare(child)["id"])
            child.kill()
            child.start()
        assert [i["id"] for i in child.manage("GET", "/incidents").json()] == ids[::-1]

    def test_a_token_made_up_is_kept(self):
        with PracticePage() as page:
            first, page.token = page.token, None
            page.stop()
            page.start()
            assert page.token == first

    def test_a_past_is_given_once_and_only_to_an_empty_page(self):
        with PracticePage(seed=True) as page:
            before = page.manage("GET", "/incidents").json()
            page.stop()
            page.start()
            assert page.manage("GET", "/incidents").json() == before

    def test_a_file_of_somebody_else_is_left_alone(self, tmp_path):
        journal, text = tmp_path / "journal.db", tmp_path / "notes.txt"
        with sqlite3.connect(journal) as connection:
            connection.execute("CREATE TABLE notes (text)")
        connection.close()
        text.write_text("not a database, and long enough to be looked at " * 40)
        for path in (journal, text, tmp_path):
            before = path.read_bytes() if path.is_file() else None
            argv = [*RUN, "--db", str(path)]
            done = subprocess.run(argv, capture_output=True, text=True, check=False)
            assert (done.returncode, done.stdout) == (1, "")
            assert f"cannot use {path} as a practice page" in done.stderr
            assert before is None or path.read_bytes() == before


class TestRate:
    def test_beyond_it_is_420_with_the_seconds_to_wait(self):
        with PracticePage(rate=3) as page:
            for _ in range(3):
                assert page.manage("GET", "/components").status_code == 200
            for _ in range(2):
                response = page.manage("POST", "/incidents", {"incident": {"name": "Down"}})
                assert response.status_code == 420
                assert 1 <= int(response.headers["retry-after"]) <= 60
                assert isinstance(response.json()["error"], str)
            assert page.public("/api/v2/incidents.json")["incidents"] == []

    def test_strangers_do_not_use_it_up(self):
        with PracticePage(rate=1) as page:
            for _ in range(3):
                assert page.get("/v1/pages").status_code == 401
            assert page.manage("GET", "/components").status_code == 200

    def test_the_window_rolls(self):
        now = [0.0]
        rate = RateLimit(2, clock=lambda: now[0])
        rate.take()
        now[0] = 30.0
        rate.take()
        now[0] = 59.5
        with pytest.raises(Throttled) as refused:
            rate.take()
        assert refused.value.headers == {"Retry-After": "1"}
        now[0] = 60.0
        rate.take()
        with pytest.raises(Throttled) as refused:
            rate.take()
        assert refused.value.headers == {"Retry-After": "30"}

    def test_zero_is_no_limit(self):
        rate = RateLimit(0, clock=lambda: 0.0)
        for _ in range(1000):
            rate.take()


@pytest.mark.parametrize("host", ["evil.test", "evil.test:80", "127.0.0.1.evil.test", "10.0.0.1"])
def test_it_answers_to_this_machines_names_alone(page, host):
    for path in ("/", "/mails.json", "/api/v2/summary.json"):
        answer = page.get(path, headers={"Host": host})
        assert answer.status_code == 421
        assert "Practice" not in answer.text


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:1", "127.0.0.1", "[::1]:8080"])
def test_whichever_of_them_it_is(page, host):
    assert page.get("/", headers={"Host": host}).status_code == 200


def test_a_body_has_a_bound_whether_it_says_its_length_or_not(page):
    huge = b"x" * 2_000_001

    def dripping() -> Iterator[bytes]:
        for _ in range(30):
            yield b"x" * 100_000

    for content in (huge, dripping()):
        answer = page.client.post(
            f"{page.url}/v1/pages/{page.page_id}/incidents",
            content=content,
            headers={"Authorization": f"OAuth {page.token}"},
        )
        assert answer.status_code == 413
    assert page.get("/").status_code == 200


def test_its_file_is_its_owners(tmp_path):
    db = tmp_path / "page.db"
    with PracticePage(db=db):
        modes = {one.name: stat.S_IMODE(one.stat().st_mode) for one in tmp_path.iterdir()}
    assert modes
    assert set(modes.values()) == {0o600}, modes
    db.chmod(0o644)  # as an older ircon left it
    with PracticePage(db=db):
        assert stat.S_IMODE(db.stat().st_mode) == 0o600
