"""Opening a desk on this machine: who, where, and with which clock."""

from __future__ import annotations

import getpass
import os

from ircon.config import PageConfig, places
from ircon.desk.clock import SystemClock
from ircon.desk.desk import Desk
from ircon.incident.times import Clock
from ircon.pages.protocol import StatusPage


def open_desk(home: str | None) -> Desk:
    """The desk of this user on this machine.

    Args:
        home: the folder that holds config, data and cache; None for the
            platform's own places. Nothing is made before it is needed.
    """
    return Desk(
        places(home),
        SystemClock(),
        actor=_login(),
        host=os.uname().nodename,
        open_page=_open_page,
    )


def _login() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # no such user in this container
        return f"uid {os.getuid()}"


def _open_page(profile: PageConfig, clock: Clock) -> StatusPage:
    from ircon.pages.registry import open_page  # httpx: only when a page is needed

    return open_page(profile, clock)
