"""Retry policy: backoff, staleness and deadlines, with the reason of each number.

All durations are in seconds. The measurements behind them are in docs/delivery.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from ircon.incident.times import SLEEP_GAP, Clock, format_duration
from ircon.journal.operation import Operation

STALE_AFTER: Final = 600.0  # a text that waited this long may no longer be true
CLOCK_JUMP: Final = 60.0  # the wall clock moved against the boot clock by this much
SETTLE: Final = 60.0  # a write whose answer was lost is searched for this long
GOOD_READS: Final = 4  # ... with at least this many successful reads
MAX_READ_DELAY: Final = 15.0  # between two reads, after the first quarter minute
BACKOFF: Final = (1.0, 2.0, 4.0, 8.0, 16.0, 30.0)
MAX_BACKOFF: Final = 60.0  # no backoff is longer
MAX_RETRY_AFTER: Final = 3_700.0  # no Retry-After beyond an hour is believed
BEHIND_READS: Final = 4  # reads of a page that shows less than it did, before that is believed
DUPLICATE_WITHIN: Final = timedelta(hours=24)  # the same text again within this time is an alarm


def backoff(attempts: int, jitter: float) -> float:
    """Return the seconds to wait after that many attempts; ``jitter`` is from 0 to 1."""
    base = BACKOFF[min(max(attempts, 1), len(BACKOFF)) - 1]
    return base * (0.75 + 0.5 * jitter)


def next_read_delay(elapsed: float) -> float:
    """Return the seconds to wait before the page is read again for a lost write.

    About as long again as has elapsed: reads after 1, 3, 7, 15, 30, 45 and 60 s, then
    every 15 s. That stays inside the page's rate limit, also while offline.
    """
    return min(max(elapsed, 0.0) + 1.0, MAX_READ_DELAY)


@dataclass(frozen=True, slots=True)
class ClockReading:
    """One reading of all clocks: wall time, and nanoseconds without and with sleep."""

    wall: datetime
    mono_ns: int
    boot_ns: int
    boot_id: str

    @classmethod
    def read(cls, clock: Clock) -> ClockReading:
        """Read all clocks now."""
        return cls(clock.now(), clock.monotonic_ns(), clock.boot_ns(), clock.boot_id)

    def stamps(self) -> dict[str, Any]:
        """Return the monotonic clocks as fields of an operation."""
        return {"mono_ns": self.mono_ns, "boot_ns": self.boot_ns, "boot_id": self.boot_id}

    def slept_since(self, earlier: ClockReading) -> bool:
        """Return whether the machine slept since an earlier reading."""
        awake = self.mono_ns - earlier.mono_ns
        return (self.boot_ns - earlier.boot_ns - awake) / 1e9 > SLEEP_GAP


def elapsed(operation: Operation, since: datetime, now: ClockReading) -> float:
    """Return the seconds since ``since``, by the boot clock where the operation has its stamp."""
    if operation.boot_id == now.boot_id and operation.boot_ns:
        return (now.boot_ns - operation.boot_ns) / 1e9
    return (now.wall - since).total_seconds()


def stale_reason(operation: Operation, now: ClockReading) -> str | None:
    """Return why a queued text may no longer be true, as a phrase; None while it may be sent."""
    waited = (now.wall - operation.queued_at).total_seconds()
    if operation.boot_id == now.boot_id and operation.boot_ns:
        awake = (now.mono_ns - operation.mono_ns) / 1e9
        ran = (now.boot_ns - operation.boot_ns) / 1e9
        if ran - awake > SLEEP_GAP:
            return f"the machine slept for {_span(ran - awake)} since it was written"
        if abs(waited - ran) > CLOCK_JUMP:
            return f"the clock was moved by {_span(abs(waited - ran))} since it was written"
        waited = ran
    if waited > STALE_AFTER:
        return f"written {_span(waited)} ago"
    return None


def _span(seconds: float) -> str:
    return format_duration(timedelta(seconds=seconds))
