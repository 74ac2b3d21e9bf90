"""The machine's clocks."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path


class SystemClock:
    """Wall clock, and two clocks since boot: one that stops in sleep, one that does not."""

    @cached_property
    def boot_id(self) -> str:
        """Names this boot; empty where the system does not say."""
        try:
            return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        except OSError:
            return ""

    def now(self) -> datetime:
        """The wall clock, in UTC."""
        return datetime.now(UTC)

    def monotonic_ns(self) -> int:
        """Nanoseconds awake."""
        return time.monotonic_ns()

    def boot_ns(self) -> int:
        """Nanoseconds since boot, asleep or awake."""
        clock = getattr(time, "CLOCK_BOOTTIME", None)
        return time.monotonic_ns() if clock is None else time.clock_gettime_ns(clock)
