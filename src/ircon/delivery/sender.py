"""Sender of the outbox: advances every operation that is due, one at a time per incident.

Only the holder of the sender lock runs it, so an operation found in ``preflight`` or
``sending`` when the lock is taken was left there by a process that has ended.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from datetime import datetime

from ircon.delivery import policy
from ircon.delivery.attempt import Attempt
from ircon.delivery.lock import SenderLock
from ircon.delivery.states import IN_DOUBT, NEEDS_DECISION, OPEN
from ircon.incident.recorder import Recorder
from ircon.journal.operation import Operation
from ircon.journal.store import Journal
from ircon.pages.protocol import CREATE, RemoteIncident, StatusPage

_POLL = 0.25  # seconds after which newly queued operations are noticed

OpenPage = Callable[[str], StatusPage]


class Sender:
    """Delivers the open operations of one journal.

    Args:
        journal: where operations and their moves are stored.
        recorder: stamps the events of the moves.
        open_page: returns the adapter of a configured page by its name; its errors
            count as a page that cannot be reached.
        lock: only its holder sends.
        owner: this process, ``host:pid:boot``.
        jitter: returns a number from 0 to 1, for the spread of waits.
        attempt: the class that delivers an operation; tests plant mistakes here.
        on_page_state: called with a page's name and what it shows, once a write is confirmed.
        on_rejected: called with an operation that the page refuses, before the move.
    """

    def __init__(
        self,
        journal: Journal,
        recorder: Recorder,
        open_page: OpenPage,
        lock: SenderLock,
        owner: str,
        jitter: Callable[[], float],
        attempt: type[Attempt] = Attempt,
        on_page_state: Callable[[str, RemoteIncident], None] = lambda _page, _incident: None,
        on_rejected: Callable[[Operation], object] = lambda _operation: None,
    ) -> None:
        self._journal = journal
        self._clock = recorder.clock
        self._open_page = open_page
        self._lock = lock
        self._pages: dict[str, StatusPage] = {}
        self._paused: dict[str, datetime] = {}
        self._attempt = attempt(
            journal,
            recorder,
            self.page,
            owner=owner,
            jitter=jitter,
            pause=self._paused.__setitem__,
            on_page_state=on_page_state,
            on_rejected=on_rejected,
        )

    async def run_due(self, *, patient: bool = True) -> float | None:
        """Advance every operation that is due as far as it can go now.

        Args:
            patient: wait out backoff; otherwise everything but Retry-After and
                the reads for a lost write is due at once (``ircon sync``).

        Returns:
            Seconds until something is due again; None when only manual decisions are left.
        """
        if not self._due(self._journal.operations(states=OPEN), patient=patient):
            return self._next_due(patient=patient)
        if not self._lock.acquire():
            return _POLL  # another process is sending, this journal's operations too
        try:
            for orphan in self._journal.operations(states=("preflight", "sending")):
                self._attempt.recover(orphan)
            await self._advance_all(patient=patient)
        finally:
            self._lock.release()
        return self._next_due(patient=True)

    async def _advance_all(self, *, patient: bool) -> None:
        """Advance what is due, incidents in parallel: a slow one delays no other."""
        running: dict[asyncio.Task[None], str] = {}
        try:
            while True:
                for operation in self._due(self._journal.operations(states=OPEN), patient=patient):
                    if operation.incident not in running.values():
                        task = asyncio.create_task(self._attempt.advance(operation))
                        running[task] = operation.incident
                if not running:
                    return
                done, _ = await asyncio.wait(
                    running, timeout=_POLL, return_when=asyncio.FIRST_COMPLETED
                )
                for task in done:
                    del running[task]
                for task in done:
                    task.result()
                patient = True  # a wait set in this run is to be kept
        except asyncio.CancelledError:
            for task in running:
                task.cancel()
            raise
        finally:
            # A defect in one attempt must not interrupt another in the middle of a write.
            await asyncio.gather(*running, return_exceptions=True)

    async def aclose(self) -> None:
        """Close the pages' connections."""
        for page in self._pages.values():
            await page.aclose()
        self._pages.clear()

    def page(self, name: str) -> StatusPage:
        """Return the adapter of a configured page, opened once."""
        if name not in self._pages:
            self._pages[name] = self._open_page(name)
        return self._pages[name]

    def _heads(self, operations: Iterable[Operation]) -> list[Operation]:
        """Return the first operation of each incident that may move: that preserves the order."""
        heads: dict[str, Operation] = {}
        for operation in operations:
            # What was not sent yet and needs a decision lets others pass; but nothing passes
            # the creation of its own incident.
            may_pass = operation.state in NEEDS_DECISION - IN_DOUBT and operation.kind != CREATE
            if not may_pass:
                heads.setdefault(operation.incident, operation)
        return [head for head in heads.values() if head.state not in {"held", *NEEDS_DECISION}]

    def _wait(self, operation: Operation, *, patient: bool) -> float:
        """Return the seconds until an operation may move."""
        now = self._clock.now()
        # Backoff may be skipped; the page's own wait and the reads for a lost write may not.
        is_required = operation.rate_limited or operation.state in {"unknown", "sent"}
        waits = [
            (self._paused.get(operation.page), policy.MAX_RETRY_AFTER),
            (
                operation.not_before if patient or is_required else None,
                policy.MAX_RETRY_AFTER if operation.rate_limited else policy.MAX_BACKOFF,
            ),
        ]
        remaining = [
            seconds
            for until, longest in waits
            # What is longer than any wait is an error: the clock was set back.
            if until and (seconds := (until - now).total_seconds()) <= longest
        ]
        return max(0.0, *remaining, 0.0)

    def _due(self, operations: Iterable[Operation], *, patient: bool) -> list[Operation]:
        return [
            head for head in self._heads(operations) if self._wait(head, patient=patient) <= 0.0
        ]

    def _next_due(self, *, patient: bool) -> float | None:
        heads = self._heads(self._journal.operations(states=OPEN))
        return min((self._wait(head, patient=patient) for head in heads), default=None)
