"""When to try, how long to wait, when to ask a person: numbers with reasons.

All in seconds. The reasons, measured, are in docs/delivery.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from ircon.incident.times import Clock, format_duration
from ircon.journal.operation import Operation

STALE_AFTER: Final = 600.0  # a text that waited this long may no longer be true
CLOCK_JUMP: Final = 60.0  # the wall clock moved against the boot clock by this much
SLEEP_GAP: Final = 5.0  # the machine slept: boot clock against the one that stops
SETTLE: Final = 60.0  # a write whose answer was lost is looked for this long
GOOD_READS: Final = 4  # ... with at least so many reads that succeeded
RARELY: Final = 15.0  # between two looks, once the first quarter minute is over
BACKOFF: Final = (1.0, 2.0, 4.0, 8.0, 16.0, 30.0)
OURS: Final = 60.0  # no wait of our own is longer
ASKED: Final = 3_700.0  # ... nor one that a page asks for: an hour is believed
LAGGING: Final = 4  # looks at a page that shows less than it did, before that is believed
TWIN_WITHIN: Final = timedelta(hours=24)  # the same words again: an alarm, not a repetition


def backoff(attempts: int, jitter: float) -> float:
    """How long to wait after that many attempts; ``jitter`` is from 0 to 1."""
    base = BACKOFF[min(max(attempts, 1), len(BACKOFF)) - 1]
    return base * (0.75 + 0.5 * jitter)


def next_look(passed: float) -> float:
    """How long to wait before the page is asked again about a lost answer.

    About as long again as has ``passed``: looks after 1, 3, 7, 15, 30, 45 and 60 s,
    then every 15 s. It stays inside the page's rate limit, offline too.
    """
    return min(max(passed, 0.0) + 1.0, RARELY)


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

    def stamps(self) -> dict[str, Any]:
        """The clocks beside the wall clock, as an operation keeps them."""
        return {"mono_ns": self.mono_ns, "boot_ns": self.boot_ns, "boot_id": self.boot_id}

    def slept_since(self, earlier: Moment) -> bool:
        """Whether the machine slept in between."""
        awake = self.mono_ns - earlier.mono_ns
        return (self.boot_ns - earlier.boot_ns - awake) / 1e9 > SLEEP_GAP


def passed(operation: Operation, since: datetime, now: Moment) -> float:
    """Seconds since an operation was stamped at ``since``; a clock that was set does not count."""
    if operation.boot_id == now.boot_id and operation.boot_ns:
        return (now.boot_ns - operation.boot_ns) / 1e9
    return (now.wall - since).total_seconds()


def outdated(operation: Operation, now: Moment) -> str | None:
    """Why a queued text may no longer be true, in words; None while it may go."""
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
