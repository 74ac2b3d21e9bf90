"""Opening a desk on this machine: who, where, and with which clock."""

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
    """The desk of this user on this machine.

    Args:
        home: the folder that holds config, data and cache; None for the
            platform's own places. Nothing is made before it is needed.
    """
    where = app_paths(home)
    pages = _Pages(where.config)
    return Desk(
        where,
        SystemClock(),
        actor=_author(where.config) or _login(),
        host=os.uname().nodename,
        open_page=pages,
        tokens=pages.tokens,
        fallback_dirs=_fallback_dirs(where.data),
    )


def _fallback_dirs(data: Path) -> list[Path]:
    """Where notes go when the disk of the data folder takes none: memory that outlives us."""
    name = f"ircon-{os.getuid()}-{sha256(os.fsencode(data)).hexdigest()[:12]}"
    runtime = os.environ.get("XDG_RUNTIME_DIR")
    return [Path(one) / name for one in (runtime, "/dev/shm") if one and Path(one).is_dir()]  # noqa: S108 - a folder of our own in it, which is judged before use


def _author(config: Path) -> str:
    """Who a person says they are: IRCON_AUTHOR, else config.toml; empty where neither does.

    The file is only parsed where it says so, and what is wrong with it is said by whoever
    needs it: a note is kept all the same.
    """
    said = os.environ.get("IRCON_AUTHOR", "")
    if not said.strip():
        with suppress(OSError, ConfigError):
            if b"author" in (config / "config.toml").read_bytes():
                from ircon.config.load import load

                said = load(config / "config.toml").author or ""
    return " ".join(compose(ingest(said)).split())


def _login() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # no such user in this container
        return f"uid {os.getuid()}"


# A plain look at the file, before it is parsed and whatever is wrong with it.
_TOKEN_ENV: Final = re.compile(rb"""token_env["']?\s*=\s*["']([A-Za-z_][A-Za-z0-9_]*)["']""")


class _Pages:
    """Opens pages when one is first needed: until then nothing of them is imported.

    The variables that hold their tokens are taken out of the environment at once: nothing
    that is started from here on inherits one, be it a command to record or an editor.
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
        """As ``PageOpener``; and what was in a variable, though no page can be read."""
        from ircon.pages.secrets import Secret

        held = [Secret(value.strip()) for value in self._environ.values() if value.strip()]
        return [*held, *self._opener.tokens(profiles)]

    def __call__(self, profile: PageConfig, clock: Clock) -> StatusPage:
        if profile.token_env:
            self._take(profile.token_env)  # 'ircon init' names one that no file does yet
        return self._opener(profile, clock)
