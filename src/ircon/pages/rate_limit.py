"""How many requests may still go out: counted here, since a page does not say.

Statuspage allows one request a second over a rolling minute for each token, and
sends no header that tells how many are left: bursts are fine, 60 in 60 s are not
exceeded. The last 20 of them are kept for what a person waits for.
"""

from __future__ import annotations

from collections import deque
from typing import Final

from ircon.incident.times import Clock

PERSON: Final = "person"
BACKGROUND: Final = "background"

REQUESTS: Final = 60
RESERVED: Final = 20  # of them, for people
WINDOW: Final = 61.0  # seconds: one more than the page's, since requests travel unevenly


class Budget:
    """The requests of one token, in any rolling window.

    Args:
        clock: tells the time; its clock that counts sleep, as the page's does.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._taken: deque[float] = deque()
        self._resting_until = float("-inf")

    def take(self, kind: str) -> float:
        """Take one request of the budget.

        Args:
            kind: ``PERSON`` or ``BACKGROUND``.

        Returns:
            0 where it may go out now; else the seconds until it is worth asking
            again, and nothing was taken.
        """
        now = self._now()
        while self._taken and self._taken[0] <= now - WINDOW:
            self._taken.popleft()
        room = REQUESTS if kind == PERSON else REQUESTS - RESERVED
        wait = max(0.0, self._resting_until - now)
        if len(self._taken) >= room:
            wait = max(wait, self._taken[len(self._taken) - room] + WINDOW - now)
        if not wait:
            self._taken.append(now)
        return wait

    def rest(self, seconds: float) -> None:
        """Let nothing out for so long: the page said so (420 or 429)."""
        self._resting_until = max(self._resting_until, self._now() + seconds)

    def _now(self) -> float:
        return self._clock.boot_ns() / 1e9
