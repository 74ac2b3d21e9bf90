"""Setting a page up: what was answered is not answered for nothing."""

from __future__ import annotations

import os
import pty
import re
import select
import shlex
import time
from pathlib import Path

import pytest

from command_line import IRCON, CommandLine
from practice_page import PracticePage


class Terminal:
    """The program at a terminal of its own."""

    def __init__(self, home: Path, *words: str) -> None:
        self.seen = ""
        self.pid, self._fd = pty.fork()
        if self.pid == 0:
            os.execv(IRCON, [IRCON, "--home", str(home), *words])  # noqa: S606 - no shell is wanted

    def until(self, words: str) -> str:
        """Read until some words were said."""
        ends = time.monotonic() + 30
        while words not in self.seen:
            assert time.monotonic() < ends, self.seen
            self._read()
        return self.seen

    def answer(self, question: str, answer: str) -> None:
        """Type a line when it is asked for."""
        self.until(question)
        self.seen = self.seen.partition(question)[2]
        os.write(self._fd, f"{answer}\n".encode())

    def end(self) -> tuple[int, str]:
        """The exit code, and what was said since the last answer, on one line."""
        while self._read():
            continue
        os.close(self._fd)
        _, status = os.waitpid(self.pid, 0)
        return os.waitstatus_to_exitcode(status), " ".join(self.seen.split())

    def _read(self) -> bool:
        if not select.select([self._fd], [], [], 1)[0]:
            return True
        try:
            more = os.read(self._fd, 4096)
        except OSError:  # the last one has closed its end
            return False
        self.seen += more.decode()
        return bool(more)


def answered(bare: CommandLine, *words: str) -> Terminal:
    terminal = Terminal(bare.home, "init", *words)
    terminal.answer("The API's address", "http://127.0.0.1:9")
    terminal.answer("The page's id", "p1")
    terminal.answer("A command that prints it", "echo 'a token-of-mine'")
    terminal.answer("Its name here", "main")
    return terminal


def line_in(said: str) -> list[str]:
    found = re.search(r"With your answers: (ircon .* init .*)", said)
    assert found, said
    return shlex.split(found[1])


def test_a_page_that_does_not_answer_may_be_saved_all_the_same(bare: CommandLine) -> None:
    terminal = answered(bare)
    terminal.answer("Save it anyway? [y/N]", "y")
    code, said = terminal.end()
    assert code == 0, said
    assert "Saved, not tested" in said
    config = (bare.home / "config/config.toml").read_text()
    assert 'url = "http://127.0.0.1:9"' in config
    assert 'page_id = "p1"' in config


def test_who_says_no_gets_the_line_that_says_it_again(bare: CommandLine) -> None:
    terminal = answered(bare)
    terminal.answer("Save it anyway? [y/N]", "")
    code, said = terminal.end()
    assert code == 1
    line = line_in(said)
    assert line[line.index("--url") + 1] == "http://127.0.0.1:9"
    assert line[line.index("--page-id") + 1] == "p1"
    assert line[line.index("--token-command") + 1] == "echo 'a token-of-mine'"
    assert line[line.index("--name") + 1] == "main"
    assert not (bare.home / "config/config.toml").exists()


@pytest.mark.parametrize("key", ["\x04", "\x03"], ids=["ctrl-d", "ctrl-c"])
def test_who_leaves_half_way_gets_what_was_answered(bare: CommandLine, key: str) -> None:
    terminal = Terminal(bare.home, "init")
    terminal.answer("The API's address", "https://api.example.com")
    terminal.until("The page's id")
    os.write(terminal._fd, key.encode())
    code, said = terminal.end()
    assert code in {2, 130}
    assert "https://api.example.com" in line_in(said)


def test_a_token_file_is_named_in_full(
    bare: CommandLine, page: PracticePage, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = bare.home / "secrets"
    folder.mkdir(mode=0o700)
    token = folder / "token"
    token.touch(mode=0o600)
    token.write_text(page.token or "")
    monkeypatch.chdir(bare.home)
    said = bare(
        *("init", "--url", page.url, "--page-id", page.page_id),
        *("--token-file", "secrets/token", "--name", "main"),
    )
    assert said.code == 0, said.err
    monkeypatch.chdir("/")
    assert f'token_file = "{token}"' in (bare.home / "config/config.toml").read_text()
    assert bare("components", "--refresh").code == 0


def test_one_that_is_not_there_is_said_before_anything_else(
    bare: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(bare.home)
    said = bare("init", "--token-file", "tokn")
    assert said.code == 1
    assert f"No such file: {bare.home}/tokn." in said.err


def test_a_command_that_is_not_closed_is_wrong_usage(bare: CommandLine) -> None:
    said = bare("init", "--url", "http://127.0.0.1:9", "--page-id", "p", "--token-command", "p 'x")
    assert said.code == 2
    assert "--token-command" in said.err


def test_an_address_with_a_password_is_not_printed(bare: CommandLine) -> None:
    url = "https://me:pass-4711@status.example.com"
    for words in (
        ["init", "--url", url, "--page-id", "p", "--token-env", "X"],
        ["import", url],
        ["import", f"{url}/incidents/abc"],
        ["sync", f"--ur={url}"],
        ["check", url],
        ["metrics", url],
    ):
        for more in ([], ["--json"] if words[0] != "init" else []):
            said = bare(*words, *more)
            assert said.code, words
            assert "pass-4711" not in said.out + said.err, said
    for path in bare.home.rglob("*"):
        assert path.is_dir() or b"pass-4711" not in path.read_bytes()


@pytest.mark.parametrize("wrong", ["--page-id", "--token-file"])
def test_what_is_not_written_down_yet_is_not_to_be_looked_for_in_a_file(
    bare: CommandLine, page: PracticePage, tmp_path: Path, wrong: str
) -> None:
    token = tmp_path / "token"
    token.touch(0o600)
    token.write_text("nonsense" if wrong == "--token-file" else page.token or "")
    id_ = "nowhere" if wrong == "--page-id" else page.page_id
    words = ("init", "--url", page.url, "--page-id", id_, "--token-file", str(token))
    said = bare(*words)
    assert said.code == 1
    assert wrong.split("-")[2] in said.err.partition("Check --url")[2]
    assert not (bare.home / "config" / "config.toml").exists()
