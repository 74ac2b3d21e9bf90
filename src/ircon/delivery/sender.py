"""The sender: takes operations through the machine, one move at a time.

Only the holder of the sender lock runs it, so an operation found in ``preflight``
or ``sending`` when the lock is taken was left there by a process that is gone.
Everything it decides is committed before the next thing happens.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from datetime import datetime

from ircon.delivery import policy
from ircon.delivery.attempt import Journey
from ircon.delivery.lock import SenderLock
from ircon.delivery.states import IN_DOUBT, OPEN, WANTS_PERSON
from ircon.incident.recorder import Recorder
from ircon.journal.operation import Operation
from ircon.journal.store import Journal
from ircon.pages.protocol import CREATE, RemoteIncident, StatusPage

_GLANCE = 0.25  # seconds after which it is seen what was queued meanwhile

PageOpener = Callable[[str], StatusPage]


class Sender:
    """Delivers what waits in one journal.

    Args:
        journal: where operations and their moves are kept.
        recorder: stamps the events of the moves.
        open_page: gives the adapter of a configured page by its name; its errors
            count as a page that cannot be reached.
        lock: only its holder sends.
        owner: who this is, ``host:pid:boot``.
        jitter: a number from 0 to 1, for the spread of waits.
        journey: how an operation is carried; tests plant mistakes here.
        heard: as ``Journey``.
        refused: as ``Journey``.
    """

    def __init__(
        self,
        journal: Journal,
        recorder: Recorder,
        open_page: PageOpener,
        lock: SenderLock,
        owner: str,
        jitter: Callable[[], float],
        journey: type[Journey] = Journey,
        heard: Callable[[str, RemoteIncident], None] = lambda _page, _incident: None,
        refused: Callable[[Operation], object] = lambda _operation: None,
    ) -> None:
        self._journal = journal
        self._clock = recorder.clock
        self._open_page = open_page
        self._lock = lock
        self._pages: dict[str, StatusPage] = {}
        self._paused: dict[str, datetime] = {}
        self._journey = journey(
            journal,
            recorder,
            self.page,
            owner=owner,
            jitter=jitter,
            pause=self._paused.__setitem__,
            heard=heard,
            refused=refused,
        )

    async def run_due(self, *, patient: bool = True) -> float | None:
        """Take everything as far as it goes now.

        Args:
            patient: wait out backoff; otherwise everything but Retry-After and
                the looks for a lost answer is due at once (``ircon sync``).

        Returns:
            Seconds until something is due again; None when nothing waits for
            anything but a person.
        """
        if not self._due(self._journal.operations(states=OPEN), patient=patient):
            return self._next_due(patient=patient)
        if not self._lock.acquire():
            return _GLANCE  # another process is sending: it does ours too
        try:
            for orphan in self._journal.operations(states=("preflight", "sending")):
                self._journey.adopt(orphan)
            await self._carry_all(patient=patient)
        finally:
            self._lock.release()
        return self._next_due(patient=True)

    async def _carry_all(self, *, patient: bool) -> None:
        """Carry what is due, incidents side by side: a slow one holds up no other."""
        under_way: dict[asyncio.Task[None], str] = {}
        try:
            while True:
                for operation in self._due(self._journal.operations(states=OPEN), patient=patient):
                    if operation.incident not in under_way.values():
                        task = asyncio.create_task(self._journey.carry(operation))
                        under_way[task] = operation.incident
                if not under_way:
                    return
                done, _ = await asyncio.wait(
                    under_way, timeout=_GLANCE, return_when=asyncio.FIRST_COMPLETED
                )
                for task in done:
                    del under_way[task]
                for task in done:
                    task.result()
                patient = True  # a wait set in this run is meant
        except asyncio.CancelledError:
            for task in under_way:
                task.cancel()
            raise
        finally:
            # A defect on one way must not cut another off in the middle of a write.
            await asyncio.gather(*under_way, return_exceptions=True)

    async def aclose(self) -> None:
        """Close the pages' connections."""
        for page in self._pages.values():
            await page.aclose()
        self._pages.clear()

    def page(self, name: str) -> StatusPage:
        """The adapter of a configured page, opened once."""
        if name not in self._pages:
            self._pages[name] = self._open_page(name)
        return self._pages[name]

    def _heads(self, operations: Iterable[Operation]) -> list[Operation]:
        """The first operation of each incident that may move: order is kept by it."""
        heads: dict[str, Operation] = {}
        for operation in operations:
            # What was not sent yet, and waits for a person, lets others pass; but nothing
            # passes the creation of its own incident.
            passed = operation.state in WANTS_PERSON - IN_DOUBT and operation.kind != CREATE
            if not passed:
                heads.setdefault(operation.incident, operation)
        return [head for head in heads.values() if head.state not in {"held", *WANTS_PERSON}]

    def _wait(self, operation: Operation, *, patient: bool) -> float:
        """Seconds until an operation may move."""
        now = self._clock.now()
        # Backoff is ours to ignore; the page's own wait, and the looks for an answer, are not.
        meant = operation.rate_limited or operation.state in {"unknown", "sent"}
        waits = [
            (self._paused.get(operation.page), policy.ASKED),
            (
                operation.not_before if patient or meant else None,
                policy.ASKED if operation.rate_limited else policy.OURS,
            ),
        ]
        left = [
            seconds
            for until, longest in waits
            # What is longer than any wait was not meant: the clock was set back.
            if until and (seconds := (until - now).total_seconds()) <= longest
        ]
        return max(0.0, *left, 0.0)

    def _due(self, operations: Iterable[Operation], *, patient: bool) -> list[Operation]:
        return [
            head for head in self._heads(operations) if self._wait(head, patient=patient) <= 0.0
        ]

    def _next_due(self, *, patient: bool) -> float | None:
        heads = self._heads(self._journal.operations(states=OPEN))
        return min((self._wait(head, patient=patient) for head in heads), default=None)
