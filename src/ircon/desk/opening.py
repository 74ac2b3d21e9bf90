"""Opening a desk on this machine: who, where, and with which clock."""

from __future__ import annotations

import getpass
import os
from functools import cached_property
from typing import TYPE_CHECKING

from ircon.desk.clock import SystemClock
from ircon.desk.desk import Desk
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
    return Desk(
        places(home),
        SystemClock(),
        actor=_login(),
        host=os.uname().nodename,
        open_page=_Pages(),
    )


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
