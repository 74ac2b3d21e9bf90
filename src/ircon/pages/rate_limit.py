"""Rate limit of a page's API, counted here: no vendor's answer says how many requests are left.

The last requests of a window are kept for what a person waits for.
"""

from __future__ import annotations

from collections import deque
from typing import Final, NamedTuple

from ircon.incident.times import Clock

INTERACTIVE: Final = "interactive"  # somebody waits for the answer
BACKGROUND: Final = "background"


class Rate(NamedTuple):
    """A vendor's limit: ``requests`` in any ``window`` of seconds, for each token.

    The ``reserved`` ones among them are left to interactive requests. The window should be
    a second longer than the vendor's, since requests travel unevenly.
    """

    requests: int
    window: float
    reserved: int


class RateLimiter:
    """Counter of one token's requests in a rolling window.

    Args:
        clock: of it, the clock that counts sleep, as the page's does.
        rate: the vendor's limit.
    """

    def __init__(self, clock: Clock, rate: Rate) -> None:
        self._clock = clock
        self._rate = rate
        self._taken: deque[float] = deque()
        self._paused_until = float("-inf")

    def take(self, priority: str) -> float:
        """Count one request, if it may be sent now.

        Args:
            priority: ``INTERACTIVE`` or ``BACKGROUND``.

        Returns:
            0 where it may be sent; else the seconds until the next try is worth it, and
            nothing was counted.
        """
        now = self._now()
        while self._taken and self._taken[0] <= now - self._rate.window:
            self._taken.popleft()
        room = self._rate.requests
        if priority == BACKGROUND:
            room -= self._rate.reserved
        wait = max(0.0, self._paused_until - now)
        if len(self._taken) >= room:
            wait = max(wait, self._taken[len(self._taken) - room] + self._rate.window - now)
        if not wait:
            self._taken.append(now)
        return wait

    def pause(self, seconds: float) -> None:
        """Allow no request for so long: the page asked for it (420 or 429)."""
        self._paused_until = max(self._paused_until, self._now() + seconds)

    def _now(self) -> float:
        return self._clock.boot_ns() / 1e9
