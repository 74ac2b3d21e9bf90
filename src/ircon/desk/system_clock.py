"""The machine's clocks, its sleep, and its time zone."""

from __future__ import annotations

import contextlib
import os
import time
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo


class SystemClock:
    """Wall clock, and two clocks since boot: one that stops in sleep, one that does not."""

    @cached_property
    def boot_id(self) -> str:
        """The id of this boot; empty where the system has none."""
        try:
            return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        except OSError:
            return ""

    def now(self) -> datetime:
        """The wall clock, in UTC."""
        return datetime.now(UTC)

    def monotonic_ns(self) -> int:
        """Nanoseconds that the machine was awake."""
        return time.monotonic_ns()

    def boot_ns(self) -> int:
        """Nanoseconds since boot, asleep or awake."""
        clock = getattr(time, "CLOCK_BOOTTIME", None)
        return time.monotonic_ns() if clock is None else time.clock_gettime_ns(clock)


def local_zone() -> ZoneInfo:
    """The machine's zone by its IANA name: ``TZ``, else what /etc/localtime is; else UTC."""
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    names = [os.environ.get("TZ", "").lstrip(":")]
    with contextlib.suppress(OSError):
        names.append(str(Path("/etc/localtime").resolve()).partition("zoneinfo/")[2])
    for name in filter(None, names):
        with contextlib.suppress(ZoneInfoNotFoundError, ValueError, OSError):
            return ZoneInfo(name)
    return ZoneInfo("UTC")
