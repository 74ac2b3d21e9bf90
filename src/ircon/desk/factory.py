"""The factory of the desk on this machine: its user, its folders and its clock."""

from __future__ import annotations

import getpass
import os
import re
from collections.abc import Iterable
from contextlib import suppress
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ircon.config.paths import app_paths
from ircon.desk.desk import Desk
from ircon.desk.system_clock import SystemClock
from ircon.errors import ConfigError
from ircon.incident.text import compose, ingest
from ircon.incident.times import Clock

if TYPE_CHECKING:
    from ircon.config.load import PageConfig
    from ircon.pages.protocol import StatusPage
    from ircon.pages.registry import PageOpener
    from ircon.pages.secrets import Secret


def open_desk(home: str | None) -> Desk:
    """Open the desk of this user on this machine. No file is created before it is needed.

    Args:
        home: the folder that holds config, data and cache; None for the
            platform's own folders.
    """
    folders = app_paths(home)
    pages = _Pages(folders.config)
    return Desk(
        folders,
        SystemClock(),
        actor=_author(folders.config) or _login(),
        host=os.uname().nodename,
        open_page=pages,
        tokens=pages.tokens,
        fallback_dirs=_fallback_dirs(folders.data),
    )


def _fallback_dirs(data: Path) -> list[Path]:
    """Folders in memory for notes that the disk of the data folder does not take."""
    name = f"ircon-{os.getuid()}-{sha256(os.fsencode(data)).hexdigest()[:12]}"
    runtime = os.environ.get("XDG_RUNTIME_DIR")
    return [
        Path(folder) / name
        for folder in (runtime, "/dev/shm")  # noqa: S108 - a folder of our own in it, which is checked before use
        if folder and Path(folder).is_dir()
    ]


def _author(config: Path) -> str:
    """The author's name from IRCON_AUTHOR, else from config.toml; empty where neither has one.

    The file is parsed only where it has the key, and an error in it is left to whoever needs
    the configuration: a note is saved all the same.
    """
    name = os.environ.get("IRCON_AUTHOR", "")
    if not name.strip():
        with suppress(OSError, ConfigError):
            if b"author" in (config / "config.toml").read_bytes():
                from ircon.config.load import load

                name = load(config / "config.toml").author or ""
    return " ".join(compose(ingest(name)).split())


def _login() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # no such user in this container
        return f"uid {os.getuid()}"


# Searched for in the file before it is parsed, whatever is wrong with it.
_TOKEN_ENV: Final = re.compile(rb"""token_env["']?\s*=\s*["']([A-Za-z_][A-Za-z0-9_]*)["']""")


class _Pages:
    """Opens the adapters of pages; their modules are imported with the first one.

    The variables that hold tokens are taken out of the environment at once: no child
    process inherits one, be it a recorded command or an editor.
    """

    def __init__(self, config: Path) -> None:
        self._environ: dict[str, str] = {}
        with suppress(OSError):
            for name in _TOKEN_ENV.findall((config / "config.toml").read_bytes()):
                self._take(name.decode())

    def _take(self, name: str) -> None:
        if name in os.environ:
            self._environ[name] = os.environ.pop(name)

    @cached_property
    def _opener(self) -> PageOpener:
        from ircon.pages.registry import PageOpener

        return PageOpener(self._environ)

    def tokens(self, profiles: Iterable[PageConfig]) -> list[Secret]:
        """The tokens of pages, and those in variables though config.toml cannot be read."""
        from ircon.pages.secrets import Secret

        taken = [Secret(value.strip()) for value in self._environ.values() if value.strip()]
        return [*taken, *self._opener.tokens(profiles)]

    def __call__(self, profile: PageConfig, clock: Clock) -> StatusPage:
        if profile.token_env:
            self._take(profile.token_env)  # 'ircon init' has one that is in no file yet
        return self._opener(profile, clock)
