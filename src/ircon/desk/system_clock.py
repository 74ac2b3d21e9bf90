"""The machine's clocks, its sleep, and its time zone."""

from __future__ import annotations

import contextlib
import os
import time
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from ircon.incident.times import SLEEP_GAP, Clock

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


class SleepWatch:
    """Sleep of the machine, noticed by two clocks since boot: one stops in sleep, one does not.

    Args:
        clock: has both.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._slept = self._total()

    def seconds(self) -> float:
        """Return how long the machine slept since the last call; 0 below ``SLEEP_GAP``."""
        before, self._slept = self._slept, self._total()
        slept = self._slept - before
        return slept if slept > SLEEP_GAP else 0.0

    def _total(self) -> float:
        return (self._clock.boot_ns() - self._clock.monotonic_ns()) / 1e9


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
