"""The console at a pseudo-terminal: what reaches it, and in which state it is left."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from frames import offline

from desks import START, Bench
from ircon.incident.text import InternalText
from terminal import Terminal

HOSTILE = {
    "clipboard": "\x1b]52;c;cHduZWQ=\x07 after-osc",
    "title": "\x1b]2;PWNED\x1b\\ after-title",
    "csi": "\x1b[2J\x1b[H after-csi",
    "c1": "\x9b31m\x9d2;PWNED\x9c after-c1",
    "query": "\x1b[6n\x1b[c after-query",
    "markup": "[/x] [ERROR] [db-1] after-markup",
    "link": "[@click=app.leave]leave[/] after-link",
    "bidi": "\u202eevil\u202c \u200bafter-bidi",
}


def test_hostile_words_reach_the_terminal_as_pictures_only(tmp_path: Path):
    with offline(tmp_path) as bench:
        respond = bench.desk.respond
        for name, words in HOSTILE.items():
            incident = respond.declare_internal(f"{name} {words}", text=InternalText(words))
            respond.assign(incident, "scribe", words)
    with Terminal(bench.home, size=(150, 40)) as terminal:
        for words in ("after-csi", "[/x] [ERROR] [db-1]", "[@click=app.leave]leave[/]"):
            terminal.until(words)
        for _ in HOSTILE:
            terminal.type("\r")
            terminal.until("internal note")
            terminal.type("\x7f")
            terminal.until("History" if "History" in terminal.text() else "Open")
            terminal.type("j")
        terminal.type("q")
        assert terminal.wait() == 0
        raw = terminal.raw
    raw = raw.replace(b"\x1b]22;default\x07", b"")  # the mouse pointer's shape: Textual's own
    for payload in (b"\x1b]", b"PWNED\x1b", b"\x1b[6n", b"\x1b[c", b"\x07"):
        where = raw.find(payload)
        assert where < 0, raw[max(0, where - 60) : where + 60]
    text = raw.decode()
    assert not re.search("[\x80-\x9f\u202a-\u202e\u200b]", text)


@pytest.mark.parametrize("theme", ["colour", "NO_COLOR"])
def test_it_starts_shows_and_leaves_the_terminal_as_it_was(tmp_path: Path, theme: str):
    with offline(tmp_path) as bench:
        bench.desk.respond.declare_internal("Disk full")
    env = {"NO_COLOR": "1"} if theme == "NO_COLOR" else {}
    with Terminal(bench.home, size=(80, 24), env=env) as terminal:
        terminal.until("Disk full")
        terminal.type("q")
        assert terminal.wait() == 0
        assert terminal.is_restored()
        if theme == "NO_COLOR":  # bold, dim and reverse only
            assert b"38;2;" not in terminal.raw
            assert not re.search(rb"\x1b\[[0-9;]*\b3[1-7]\b[0-9;]*m", terminal.raw)


@contextlib.contextmanager
def half_a_thought(folder: Path) -> Iterator[tuple[Bench, str, Terminal]]:
    """Somebody has begun to type a note."""
    with offline(folder) as bench:
        incident = bench.desk.respond.declare_internal("Disk full")
    with Terminal(bench.home, incident) as terminal:
        terminal.until("Disk full")
        terminal.type("nhalf a thought")
        terminal.until("half a thought")
        yield bench, incident, terminal


@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP"])
def test_a_signal_leaves_a_restored_terminal_and_a_kept_draft(tmp_path: Path, name: str):
    with half_a_thought(tmp_path) as (bench, incident, terminal):
        terminal.process.send_signal(getattr(signal, name))
        assert terminal.wait() == 0
        assert terminal.is_restored()
    assert _draft(bench, incident) == "half a thought"


@pytest.mark.parametrize("newline", ["\n", "\r", "\r\n"], ids=["lf", "cr", "crlf"])
def test_a_paste_that_comes_as_keys_stays_whole_and_is_no_command(tmp_path: Path, newline: str):
    lines = ("line one", "line two", "q", "u", "")
    with half_a_thought(tmp_path) as (bench, incident, terminal):
        terminal.type(newline.join(lines))
        seen = terminal.until("half a thoughtline one line two q u")
        assert "internal note" in seen  # the very screen, and nothing submitted
        terminal.type("x" * 5_000 + newline + "z" * 5_000 + newline)  # more than is read at once
        terminal.until("zzzzzzzz")
        terminal.type("\r")
        terminal.until("n, type, enter saves it")
        terminal.type("q")
        terminal.until("in all")
        terminal.type("q")
        assert terminal.wait() == 0
    desk = bench.open()
    (note,) = desk.records.incident(incident).notes
    desk.close()
    assert note.text.internal == f"half a thoughtline one line two q u{'x' * 5_000} {'z' * 5_000}"


def test_a_bracketed_paste_of_any_length_is_one_and_foreign_bytes_end_nothing(tmp_path: Path):
    with half_a_thought(tmp_path) as (bench, incident, terminal):
        os.write(terminal.fd, b" caf\xe9 \xff\xfe")
        terminal.until("half a thought caf")
        terminal.type("\x1b[200~" + "load 24\nq\n" * 2_000 + "\x1b[201~ end")
        terminal.until("load 24 q end")
        terminal.process.send_signal(signal.SIGTERM)
        assert terminal.wait() == 0
    draft = _draft(bench, incident) or ""
    assert draft.count("load 24 q") == 2_000


def test_a_terminal_that_goes_away_takes_the_console_with_it(tmp_path: Path):
    with half_a_thought(tmp_path) as (bench, incident, terminal):
        terminal.hang_up()
        terminal.wait()
    assert _draft(bench, incident) == "half a thought"


def test_a_terminal_that_takes_no_more_cannot_hold_the_console(tmp_path: Path):
    with half_a_thought(tmp_path) as (bench, incident, terminal):
        terminal.stall()
        terminal.process.send_signal(signal.SIGTERM)
        terminal.process.wait(20)  # for a machine that is busy
        assert terminal.modes_are_restored()
    assert _draft(bench, incident) == "half a thought"


def test_a_suspended_console_holds_neither_the_sender_lock_nor_the_terminal(tmp_path: Path):
    with socket.create_server(("127.0.0.1", 0)) as page:  # it takes what comes, and never answers
        page.settimeout(20)
        with Bench(tmp_path, f"http://127.0.0.1:{page.getsockname()[1]}", "p1", "t") as bench:
            bench.clock.advance((datetime.now(UTC) - START).total_seconds())
            told = bench.say("We are looking.")
            outbox = bench.desk.outbox
            with Terminal(bench.home, told.incident) as terminal:
                terminal.until("checking the page")
                calls = [page.accept()[0]]
                assert outbox.item(told.operation).sender is not None
                terminal.type("\x1a")
                terminal.until_stopped()
                assert terminal.is_restored()
                assert outbox.item(told.operation).sender is None
                terminal.process.send_signal(signal.SIGCONT)
                calls.append(page.accept()[0])  # it has gone on
                terminal.until("checking the page")
                terminal.type("q")  # the view
                terminal.until("in all")
                terminal.type("q")
                terminal.until("Quit ircon?")
                terminal.type("\r")
                assert terminal.wait() == 0
            for call in calls:
                call.close()


def test_the_terminal_knows_its_size_better_than_the_environment(tmp_path: Path):
    with offline(tmp_path) as bench:
        bench.desk.respond.declare_internal("Disk full")
    with Terminal(bench.home, size=(120, 30), env={"COLUMNS": "60", "LINES": "9"}) as terminal:
        terminal.until("open for")  # beside the list, where there is room


def _draft(bench, incident: str) -> str | None:
    desk = bench.open()
    draft = desk.saved_drafts.load(f"note:{incident}")
    desk.close()
    return draft["text"] if draft else None


def test_without_a_terminal_it_points_to_the_command_line(tmp_path: Path):
    code = (
        "import sys\nfrom ircon.console.start import run_console\n"
        "from ircon.desk.factory import open_desk\nfrom ircon.errors import IrconError\n"
        "try:\n    run_console(open_desk(sys.argv[1]))\n"
        "except IrconError as error:\n    print(error)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)],
        capture_output=True,
        text=True,
        env={**os.environ, "TERM": "xterm"},
        stdin=subprocess.DEVNULL,
        timeout=60,
        check=True,
    )
    assert "needs a terminal" in done.stdout
    assert "ircon --help" in done.stdout
    assert list(tmp_path.iterdir()) == []
