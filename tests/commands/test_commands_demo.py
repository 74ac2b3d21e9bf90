"""The demo: a console with a past in it, and nothing left behind."""

import fcntl
import os
import pty
import struct
import termios
from pathlib import Path

import pytest

from command_line import IRCON


def leave(argv: list[str], environment: dict[str, str], shows: bytes) -> int:
    """Open the console at a terminal, press q once it shows something; the exit code."""
    pid, master = pty.fork()
    if pid == 0:
        os.environ.update(environment)
        os.execv(argv[0], argv)  # noqa: S606 - a program, and no shell
    fcntl.ioctl(master, termios.TIOCSWINSZ, struct.pack("HHHH", 36, 120, 0, 0))
    seen, pressed = b"", False
    try:
        while data := os.read(master, 65_536):
            seen += data
            if not pressed and shows in seen:
                os.write(master, b"q")
                pressed = True
    except OSError:
        pass  # Linux: the other end is closed
    finally:
        os.close(master)
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    assert pressed, seen[-500:]
    return code


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """Every place that a program might think of is below one empty folder."""
    return {
        **dict.fromkeys(("TMPDIR", "HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME"), str(tmp_path)),
        "XDG_CACHE_HOME": str(tmp_path),
        "TERM": "xterm-256color",
        "PYTHONDONTWRITEBYTECODE": "1",
    }


def test_it_shows_past_incidents_and_leaves_nothing_behind(environment, tmp_path):
    assert leave([IRCON, "demo"], environment, b"Receipts sent twice") == 0
    assert list(tmp_path.iterdir()) == []


def test_with_a_home_it_is_there_again(environment, tmp_path):
    home = tmp_path / "demo"
    for _ in range(2):
        argv = [IRCON, "--home", str(home), "demo"]
        assert leave(argv, environment, b"Receipts sent twice") == 0
    assert (home / "config/practice.token").stat().st_mode & 0o777 == 0o600
    assert (home / "config/config.toml").read_text().count("[pages.") == 1
