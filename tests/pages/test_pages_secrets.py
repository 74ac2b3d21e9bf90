"""Where a token may come from, and that no way of failing shows it."""

from __future__ import annotations

import copy
import os
import pickle
import sys
import traceback

import pytest

from ircon.errors import ConfigError
from ircon.pages import secrets as module
from ircon.pages.secrets import Secret, Tokens
from page_wires import CANARY, profile


def of_command(*argv: str):
    return profile(token_env=None, token_command=argv)


def of_file(path):
    return profile(token_env=None, token_file=str(path))


@pytest.fixture
def token_file(tmp_path):
    path = tmp_path / "token"
    path.touch(0o600)
    path.write_text(f"{CANARY}\n")
    return path


def test_a_token_shows_nothing_of_itself():
    token = Secret(CANARY)
    assert CANARY not in f"{token} {token!r} {[token]} {vars(module)}"
    assert token.reveal() == CANARY
    for write_down in (pickle.dumps, copy.deepcopy):
        with pytest.raises(TypeError):
            write_down(token)


def test_a_variable_is_gone_from_the_environment_and_still_known():
    environ = {"T": f" {CANARY}\n", "PATH": "/bin"}
    tokens = Tokens(environ)
    assert tokens.of(profile()).reveal() == CANARY
    assert environ == {"PATH": "/bin"}
    assert tokens.of(profile(name="another")).reveal() == CANARY


def test_a_command_is_run_without_a_shell_without_input_and_once(tmp_path):
    program = (
        "import sys, pathlib; pathlib.Path(sys.argv[1]).open('a').write('x');"
        "print(sys.argv[2] + str(len(sys.stdin.read()))); print('user: me')"
    )
    argv = (sys.executable, "-c", program, str(tmp_path / "runs"), "$HOME;`id`")
    tokens = Tokens({})
    assert tokens.of(of_command(*argv)).reveal() == "$HOME;`id`0"
    assert tokens.of(of_command(*argv)).reveal() == "$HOME;`id`0"
    assert (tmp_path / "runs").read_text() == "x"


def test_a_file_of_ours_that_only_we_may_read_is_read(token_file, monkeypatch):
    assert Tokens({}).of(of_file(token_file)).reveal() == CANARY
    monkeypatch.setenv("HOME", str(token_file.parent))
    assert Tokens({}).of(of_file("~/token")).reveal() == CANARY


PRINTS_AND = (
    "import sys; print('" + CANARY + "', flush=True); print('" + CANARY + "', file=sys.stderr);"
)


@pytest.mark.parametrize(
    ("argv", "why"),
    [
        ((sys.executable, "-c", PRINTS_AND + "sys.exit(3)"), "exit code 3"),
        ((sys.executable, "-c", PRINTS_AND + "import time; time.sleep(60)"), "no answer"),
        ((sys.executable, "-c", "print()"), "not a token"),
        ((sys.executable, "-c", f"print('{CANARY} {CANARY}')"), "not a token"),
        ((sys.executable, "-c", f"print('{CANARY}\\x00')"), "not a token"),
        ((sys.executable, "-c", f"print('{CANARY}\\u00e9')"), "not a token"),
        (("/nowhere/pass", "show"), "cannot be started"),
        ((".", "show"), "cannot be started"),
    ],
)
def test_a_command_that_fails_is_named_and_the_token_is_not(argv, why, monkeypatch, capfd):
    monkeypatch.setattr(module, "COMMAND_SECONDS", 1.0)
    with pytest.raises(ConfigError, match=why) as caught:
        Tokens({}).of(of_command(*argv))
    assert argv[0] in caught.value.message
    assert caught.value.hint
    shown = str(caught.value) + repr(caught.value.__context__) + "".join(capfd.readouterr())
    assert CANARY not in shown
    assert f"\n{CANARY}" not in "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize("argv", [("yes", CANARY), ("sh", "-c", f"yes {CANARY}; true")])
def test_a_command_that_prints_without_end_is_cut(argv):
    with pytest.raises(ConfigError, match="printed more than 64 KiB") as caught:
        Tokens({}).of(of_command(*argv))
    assert CANARY not in str(caught.value).replace(" ".join(argv), "")


@pytest.mark.parametrize(
    "script",
    [
        f"sleep 60 & echo {CANARY}",
        f"(sleep 60; echo late) & printf '%s\n' {CANARY}",
        f"echo {CANARY}; exec 2>&1; sleep 60 & exit 0",
        f"echo {CANARY}; exec >&-; sleep 0.3",
    ],
)
def test_a_command_that_leaves_something_running_does_not_hang(script):
    assert Tokens({}).of(of_command("sh", "-c", script)).reveal() == CANARY


def test_a_token_file_in_a_folder_where_others_may_put_another_is_refused(token_file):
    token_file.parent.chmod(0o777)
    with pytest.raises(ConfigError, match="can be written by others"):
        Tokens({}).of(of_file(token_file))


def test_a_variable_that_is_not_set_is_named():
    with pytest.raises(ConfigError, match="variable T is not set"):
        Tokens({}).of(profile())


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o620, 0o606])
def test_a_file_that_others_may_use_is_refused(token_file, mode):
    token_file.chmod(mode)
    with pytest.raises(ConfigError, match=r"used by others.*chmod 600"):
        Tokens({}).of(of_file(token_file))


def test_a_link_a_folder_a_pipe_and_nothing_are_refused(token_file, tmp_path):
    link = tmp_path / "link"
    link.symlink_to(token_file)
    os.mkfifo(tmp_path / "pipe", 0o600)
    for path, why in (
        (link, "it is a link"),
        (tmp_path, "not a regular file"),
        (tmp_path / "pipe", "not a regular file"),
        (tmp_path / "none", "No such file"),
    ):
        with pytest.raises(ConfigError, match=why):
            Tokens({}).of(of_file(path))


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
def test_a_file_of_somebody_else_is_refused(token_file):
    os.chown(token_file, 1, -1)
    with pytest.raises(ConfigError, match="another user"):
        Tokens({}).of(of_file(token_file))
