"""Standard streams that are closed, full, unread or of another encoding change nothing that is done."""

from __future__ import annotations

import os
import pty
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from command_line import IRCON, CommandLine
from ircon.writing.columns import width
from practice_page import PracticePage

CLOSED = ["<&-", ">&-", "2>&-", ">&- 2>&-", "<&- >&- 2>&-"]
UNWRITABLE = [*CLOSED, ">/dev/full", "2>/dev/full", ">/dev/full 2>/dev/full", "</dev/null"]
# What C once was: no encoding at all. Python itself makes UTF-8 of it unless told not to.
BARE = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
ENCODINGS = [
    {"PYTHONIOENCODING": "ascii"},
    {"PYTHONIOENCODING": "latin-1:strict"},
    {"PYTHONIOENCODING": "cp1252"},
    {"LC_ALL": "POSIX"},
    BARE,
]
LETTERS = "Zahlung schlägt fehl – 支付失败 😀"


def shell(home: Path, words: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """A line of a shell, with ``ircon`` in it."""
    line = f'ircon() {{ "{IRCON}" --home "{home}" "$@"; }}; {words}'
    return subprocess.run(
        ["bash", "-c", line], capture_output=True, check=False, env={**os.environ, **environment}
    )


@pytest.fixture
def declared(ircon: CommandLine) -> Iterator[CommandLine]:
    """A home with a public incident."""
    ircon.json("declare", "Checkout fails", "-m", "Payments fail.", "--no-notify")
    yield ircon
    ircon.json("resolve", "-m", "Payments work.", "--no-notify")


def on_page(page: PracticePage) -> list[str]:
    return [
        update["body"]
        for incident in page.manage("GET", "/incidents").json()
        for update in incident["incident_updates"]
    ]


@pytest.mark.parametrize(
    ("streams", "form"), [(one, ("", "--json")[place % 2]) for place, one in enumerate(UNWRITABLE)]
)
def test_a_post_that_went_out_ends_with_0_whoever_reads(declared, page, streams, form):
    body = f"Heard by nobody: {streams} {form}."
    done = shell(
        declared.home, f"ircon update --status identified --no-notify -m '{body}' {form} {streams}"
    )
    assert done.returncode == 0, done.stderr
    assert on_page(page).count(body) == 1
    assert b"Traceback" not in done.stderr


def test_a_post_whose_reader_is_gone_ends_with_0(declared, page):
    words = "ircon update --status identified --no-notify -m 'No reader.' | true"
    done = shell(declared.home, f"{words}; echo ${{PIPESTATUS[0]}}")
    assert done.stdout.split() == [b"0"]
    assert on_page(page).count("No reader.") == 1


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("note 'disk is full'", 0),
        ("mark detected", 0),
        ("assign commander Ada", 0),
        ("action add 'Alert on the pool'", 0),
        ("note zz99 'no such one'", 1),
        ("update zz99 --status identified -m 'no such one'", 1),
        ("note", 2),
        ("no-such-verb", 2),
        ("--help", 0),
        ("run -- sh -c 'echo out; exit 7'", 7),
    ],
)
@pytest.mark.parametrize("streams", ["<&- >&- 2>&-", ">/dev/full 2>/dev/full"])
def test_every_code_is_what_it_is_with_open_ones(bare, words, code, streams):
    bare.json("declare", "Checkout fails", "--internal")
    done = shell(bare.home, f"ircon {words} {streams}")
    assert done.returncode == code, done.stderr
    assert b"Traceback" not in done.stderr


@pytest.mark.parametrize(
    "words",
    [
        *("show", "timeline", "incidents", "incidents --json", "outbox", "keys", "check"),
        *("export --format toml", "export --format json --json", "postmortem", "action list"),
    ],
)
def test_an_answer_that_a_full_disk_took_is_no_success(bare, words):
    bare.json("declare", "Checkout fails", "--internal", "-m", "p99 doubled")
    done = shell(bare.home, f"ircon {words} >/dev/full")
    assert done.returncode == 1
    assert b"No space left" in done.stderr
    assert shell(bare.home, f"ircon {words} >&-").returncode == 0  # nobody wanted it


def test_a_pipe_that_is_slow_and_does_not_block_gets_all_of_it(bare):
    bare.json("declare", "Checkout fails", "--internal")
    bare.json("note", "x" * 90_000)
    code = (
        "import os, subprocess, sys, time; read, write = os.pipe(); os.set_blocking(write, False); "
        f"child = subprocess.Popen([{IRCON!r}, '--home', {str(bare.home)!r}, 'timeline'], stdout=write);"
        " os.close(write); time.sleep(0.5); got = b''.join(iter(lambda: os.read(read, 4096), b'')); "
        "print(len(got) > 90_000, child.wait())"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["True", "0"]


@pytest.mark.parametrize("environment", ENCODINGS)
def test_no_encoding_stops_a_post_or_changes_its_letters(declared, page, environment):
    body = f"{LETTERS} {sorted(environment.items())}".replace("'", "")
    words = f"ircon update --status identified --no-notify -m '{body}'"
    done = shell(declared.home, words, **environment)
    assert done.returncode == 0, done.stderr
    assert on_page(page).count(body) == 1
    for look in ("show", "timeline", "incidents --json", "outbox"):
        assert shell(declared.home, f"ircon {look}", **environment).returncode == 0


@pytest.mark.parametrize("environment", ENCODINGS)
def test_a_document_is_utf_8_whatever_the_terminal_is(bare, environment):
    bare.json("declare", "Checkout fails", "--internal", "-m", LETTERS)
    done = shell(bare.home, "ircon export --format toml", **environment)
    assert done.returncode == 0
    assert LETTERS in done.stdout.decode("utf-8")


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"plain\n", "plain"),
        ("\ufeffwith a mark\r\n".encode(), "with a mark"),
        ("of PowerShell: ü\n".encode("utf-16"), "of PowerShell: ü"),
        (b"one \xff byte\n", "one \N{REPLACEMENT CHARACTER} byte"),
    ],
)
def test_a_piped_note_is_kept_whatever_its_bytes(bare, data, text):
    bare.json("declare", "Checkout fails", "--internal")
    done = subprocess.run(
        [IRCON, "--home", str(bare.home), "note", "-"],
        input=data, capture_output=True, check=False, env={**os.environ, "LC_ALL": "C.UTF-8"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert bare.json("show")["notes"][-1]["text"].strip() == text


# Each with a word that is no text, where a person may have typed one.
BYTES = [
    "note 'is {}'", "note zz99 'is {}'", "note {} 'words'", "show {}", "declare '{}' --internal",
    "action add '{}' --owner '{}'", "assign commander '{}'", "mark {}", "handover --to '{}'",
    "pin {} n1", "amend {} n1 --text '{}'", "retract {} n1 --reason '{}'", "timeline {}",
    "incidents --search '{}'", "metrics {}", "check {}", "import {}", "replay {} --at 14:05",
    "export {} --format json", "postmortem {} --template '{}'", "outbox show {}",
    "outbox resolve {} --edit '{}'", "update --status {} -m '{}'", "declare x -m '{}' -c '{}'",
    "resolve -m '{}' --reason '{}'", "note x --at '{}'", "note x --page '{}'", "{}", "show --{}",
    "themes --check {}", "init --url {} --page-id x --token-env X", "practice --db /no/{}/such",
    "components --page {}", "sync --timeout {}", "help {}",
]  # fmt: skip


@pytest.mark.parametrize("words", BYTES)
def test_bytes_that_are_no_text_are_no_defect(bare, words):
    bare.json("declare", "Checkout fails", "--internal")
    argv = [os.fsencode(one).replace(b"{}", b"caf\xe9") for one in shlex.split(words)]
    done = subprocess.run(
        [IRCON, "--home", str(bare.home), *argv], capture_output=True, check=False, cwd=bare.home
    )
    assert b"defect" not in done.stderr, done.stderr
    assert b"Traceback" not in done.stderr
    assert done.returncode in {0, 1, 2}


def test_bytes_that_are_no_text_are_not_published(declared, page):
    done = shell(declared.home, r"ircon update --status identified -m $'caf\xe9 is down'")
    assert done.returncode == 1
    assert b"not valid UTF-8" in done.stderr
    assert not any("caf" in one for one in on_page(page))
    assert declared.json("outbox")[0]["state"] == "draft"


def test_a_file_whose_name_is_no_text_is_read(bare, tmp_path):
    named = os.fsencode(tmp_path) + b"/caf\xe9.md"
    Path(os.fsdecode(named)).write_text("Uploads fail\n\nThe outage lasted from 11:00 to 11:40.\n")
    done = shell(bare.home, f"cd {tmp_path}; ircon check $'caf\\xe9.md' --rules T1")
    assert done.returncode == 3, done.stderr


def on_terminal(home: Path, *words: str, columns: int = 80) -> list[str]:
    """The lines that a command writes on a terminal of so many columns."""
    import fcntl
    import struct
    import termios

    outer, inner = pty.openpty()
    fcntl.ioctl(inner, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    environment = {name: value for name, value in os.environ.items() if name != "COLUMNS"}
    with subprocess.Popen(
        [IRCON, "--home", str(home), *words], stdin=inner, stdout=inner, stderr=inner,
        env=environment,
    ) as child:  # fmt: skip
        os.close(inner)
        shown = b""
        try:
            while data := os.read(outer, 65_536):
                shown += data
        except OSError:
            pass  # Linux: the other end is closed
        child.wait()
    os.close(outer)
    return shown.decode().replace("\r\n", "\n").split("\n")


@pytest.fixture
def wide(bare: CommandLine) -> CommandLine:
    """A home whose words are longer than any line."""
    for name in ("Checkout fails for customers with " + "many " * 30, "支付" * 60, "x" * 200):
        incident = bare.json("declare", name, "--internal", "-c", "y" * 120)["incident"]
        bare.json("note", incident, f"{'a very long note ' * 20}\n  {'z' * 150}\n{'字' * 100}")
        bare.json("assign", incident, "commander", "Ada " * 30)
        bare.json("action", incident, "add", "Alert on the pool " * 15)
    return bare


@pytest.mark.parametrize("columns", [80, 132, 20])
@pytest.mark.parametrize(
    "words", ["incidents", "show", "timeline", "action list", "keys", "templates", "--help"]
)
def test_nothing_is_wider_than_the_terminal(wide, words, columns):
    first = wide.json("incidents")[0]["id"]
    typed = words.split()
    if typed[0] in {"show", "timeline", "action"}:
        typed.insert(1, first)
    lines = on_terminal(wide.home, *typed, columns=columns)
    assert len(lines) > 2
    assert [one for one in lines if width(one) > columns] == []


def test_off_a_terminal_nothing_is_broken_or_left_out(wide):
    (line,) = [one for one in wide.real("incidents").out.splitlines() if "many" in one]
    assert line.rstrip().count("many") == 30
    assert "x" * 200 in wide.real("incidents", COLUMNS="80").out
