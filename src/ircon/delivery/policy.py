"""When to try, how long to wait, when to ask a person: numbers with reasons.

All in seconds. The reasons, measured, are in docs/delivery.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from ircon.incident.times import Clock, words
from ircon.journal.operation import Operation

STALE_AFTER: Final = 600.0  # a text that waited this long may no longer be true
CLOCK_JUMP: Final = 60.0  # the wall clock moved against the boot clock by this much
SLEEP_GAP: Final = 5.0  # the machine slept: boot clock against the one that stops
SETTLE: Final = 60.0  # a write whose answer was lost is looked for this long
GOOD_READS: Final = 4  # ... with at least so many reads that succeeded
LOOKS: Final = (1.0, 2.0, 4.0, 8.0, 15.0, 15.0, 15.0)  # waits between looks
BACKOFF: Final = (1.0, 2.0, 4.0, 8.0, 16.0, 30.0)
RATE_LIMITED: Final = 60.0  # 420/429 without Retry-After


def backoff(attempts: int, jitter: float) -> float:
    """How long to wait after that many attempts; ``jitter`` is from 0 to 1."""
    base = BACKOFF[min(max(attempts, 1), len(BACKOFF)) - 1]
    return base * (0.75 + 0.5 * jitter)


def next_look(good_reads: int) -> float:
    """How long to wait before the page is asked again about a lost answer."""
    return LOOKS[min(good_reads, len(LOOKS) - 1)]


@dataclass(frozen=True, slots=True)
class Moment:
    """One reading of all clocks: wall, and nanoseconds without and with sleep."""

    wall: datetime
    mono_ns: int
    boot_ns: int
    boot_id: str

    @classmethod
    def read(cls, clock: Clock) -> Moment:
        """All clocks, now."""
        return cls(clock.now(), clock.monotonic_ns(), clock.boot_ns(), clock.boot_id)


def outdated(operation: Operation, now: Moment) -> str | None:
    """Why a queued text may no longer be true, in words; None while it may go."""
    waited = (now.wall - operation.queued_at).total_seconds()
    if operation.boot_id == now.boot_id and operation.boot_ns:
        awake = (now.mono_ns - operation.mono_ns) / 1e9
        passed = (now.boot_ns - operation.boot_ns) / 1e9
        if passed - awake > SLEEP_GAP:
            return f"the machine slept for {_span(passed - awake)} since it was written"
        if abs(waited - passed) > CLOCK_JUMP:
            return f"the clock was moved by {_span(abs(waited - passed))} since it was written"
        waited = passed
    if waited > STALE_AFTER:
        return f"written {_span(waited)} ago"
    return None


def _span(seconds: float) -> str:
    return words(timedelta(seconds=seconds))
