"""Opening a desk on this machine: who, where, and with which clock."""

from __future__ import annotations

import getpass
import os
from contextlib import suppress
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from ircon.desk.clock import SystemClock
from ircon.desk.desk import Desk
from ircon.errors import ConfigError
from ircon.incident.text import composed, ingest
from ircon.incident.times import Clock
from ircon.places import places

if TYPE_CHECKING:
    from ircon.config import PageConfig
    from ircon.pages.protocol import StatusPage
    from ircon.pages.registry import PageOpener


def open_desk(home: str | None) -> Desk:
    """The desk of this user on this machine.

    Args:
        home: the folder that holds config, data and cache; None for the
            platform's own places. Nothing is made before it is needed.
    """
    where = places(home)
    return Desk(
        where,
        SystemClock(),
        actor=_author(where.config) or _login(),
        host=os.uname().nodename,
        open_page=_Pages(),
        refuges=_refuges(where.data),
    )


def _refuges(data: Path) -> list[Path]:
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
                from ircon.config import load

                said = load(config / "config.toml").author or ""
    return " ".join(composed(ingest(said)).split())


def _login() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # no such user in this container
        return f"uid {os.getuid()}"


class _Pages:
    """Opens pages when one is first needed: until then nothing of them is imported."""

    @cached_property
    def _opener(self) -> PageOpener:
        from ircon.pages.registry import PageOpener

        return PageOpener(os.environ)

    def __call__(self, profile: PageConfig, clock: Clock) -> StatusPage:
        return self._opener(profile, clock)
