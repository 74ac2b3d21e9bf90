"""Transitions of an operation: one committed transaction each, with the event that records it.

``make_move`` commits any row of the table in ``states``; ``Transitions`` adds what an attempt
stores with it: waits, doubts, and what was found on the page.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from ircon.delivery import policy
from ircon.delivery.matching import Match
from ircon.delivery.states import move
from ircon.errors import AlreadyClaimed, IrconError, RateLimited
from ircon.incident.event import Event
from ircon.incident.recorder import Recorder
from ircon.incident.times import iso
from ircon.journal.operation import Operation
from ircon.journal.store import Journal
from ircon.pages.protocol import RemoteUpdate


def make_move(
    journal: Journal,
    recorder: Recorder,
    operation: Operation,
    event: str,
    *,
    server_time: str | None = None,
    impact: str | None = None,
    notice: str | None = None,
    candidates: Iterable[RemoteUpdate] = (),
    with_events: Sequence[Event] = (),
    then: Sequence[Operation] = (),
    **changes: Any,
) -> Operation | None:
    """Commit one row of the table together with the event that records it.

    Args:
        server_time: when the page took the write.
        impact: the incident's impact as the page shows it.
        notice: what the author should know though nothing is to be done.
        candidates: updates of the page that it may be, stored so that a person can compare.
        with_events: more events for the same transaction.
        then: operations to queue in the same transaction.
        changes: fields of the operation.

    Returns:
        The operation as it is now, or None if another process moved it first.

    Raises:
        AlreadyClaimed: the remote update already confirms another operation.
    """
    row = move(operation.state, event)
    after = operation._replace(state=row.target, moves=operation.moves + 1, **changes)
    record = recorder.event(
        operation.incident,
        "delivery",
        {
            "op": operation.op,
            "move": after.moves,
            "state": after.state,
            "event": event,
            "remote_id": after.remote_id,
            "remote_incident": after.remote_incident,
            "error": after.error,
            "server_time": server_time,
            "impact": impact,
            "notice": notice,
            "candidates": [_candidate(candidate) for candidate in candidates] or None,
        },
    )
    return journal.move(operation, after, [record, *with_events], then)


def _candidate(update: RemoteUpdate) -> dict[str, str]:
    return {
        "id": update.id,
        "status": update.status,
        "body": update.body,
        "created_at": iso(update.created_at),
    }


class Transitions:
    """The moves that an attempt makes, each with the fields that belong to it.

    Args:
        journal: where operations and their moves are stored.
        recorder: stamps the events of the moves.
        jitter: returns a number from 0 to 1, for the spread of waits.
        pause: called with a page's name and the time until which it accepts no request.
    """

    def __init__(
        self,
        journal: Journal,
        recorder: Recorder,
        *,
        jitter: Callable[[], float],
        pause: Callable[[str, datetime], None],
    ) -> None:
        self._journal = journal
        self._recorder = recorder
        self._jitter = jitter
        self._pause = pause

    def move(self, operation: Operation, event: str, **changes: Any) -> Operation | None:
        """Commit a row of the table, see ``make_move``."""
        return make_move(self._journal, self._recorder, operation, event, **changes)

    def claim(
        self, operation: Operation, event: str, match: Match, notice: str | None = None
    ) -> Operation | None:
        """Claim a match for an operation; None if it is no single one, or another's already."""
        if match.verdict != "one":
            return None
        update, incident = match.update, match.incident
        now = policy.ClockReading.read(self._recorder.clock)
        try:
            return self.move(
                operation,
                event,
                server_time=iso(match.at) if match.at else None,
                impact=incident.impact if incident else None,
                notice=notice,
                remote_id=update.id if update else f"postmortem-{operation.op}",
                remote_incident=incident.id if incident else operation.remote_incident,
                t_unknown=now.wall,
                **now.stamps(),
                not_before=None,
                error=None,
                by=None,
            )
        except AlreadyClaimed:
            return None

    def ask_person(self, operation: Operation, match: Match) -> None:
        """Leave the decision which candidate it is, if any, to a person."""
        listed = ", ".join(candidate.id for candidate in match.candidates)
        question = f"may be any of these: {listed}"
        if match.verdict != "several":
            question = f"{listed} has another text: is it this one?"
        if match.verdict == "other":
            question += " Give its id again to confirm; if it replaces yours, drop yours"
        self.move(
            operation,
            "several",
            error=question,
            candidates=match.candidates,
            remote_id=None,
            by=None,
        )

    def reschedule(
        self, operation: Operation, error: IrconError | None, good_reads: int = 0
    ) -> None:
        """Stay in the same state and read the page again later."""
        wait = self._retry_after(operation, error) or policy.next_read_delay(
            self.elapsed(operation)
        )
        waiting = operation._replace(
            moves=operation.moves + 1,
            not_before=self._recorder.clock.now() + timedelta(seconds=wait),
            good_reads=good_reads or operation.good_reads,
            rate_limited=isinstance(error, RateLimited),
            error=str(error) if error else operation.error,
        )
        self._journal.move(operation, waiting)

    def retry_later(self, operation: Operation, event: str, error: IrconError) -> Operation | None:
        """Queue an operation again, after a backoff or the page's own Retry-After."""
        # A send was counted when it was begun: nothing may come back of it to count it by.
        attempts = operation.attempts + (operation.state == "preflight")
        wait = self._retry_after(operation, error) or policy.backoff(attempts, self._jitter())
        return self.move(
            operation,
            event,
            attempts=attempts,
            rate_limited=isinstance(error, RateLimited),
            not_before=self._recorder.clock.now() + timedelta(seconds=wait),
            error=str(error),
            by=None,
        )

    def mark_unknown(
        self, operation: Operation, event: str, reason: str, **changes: Any
    ) -> Operation | None:
        """Record that a write may be public; the reads that decide it begin."""
        now = policy.ClockReading.read(self._recorder.clock)
        return self.move(
            operation,
            event,
            t_unknown=now.wall,
            **now.stamps(),
            not_before=now.wall + timedelta(seconds=policy.next_read_delay(0)),
            good_reads=0,
            error=reason,
            by=None,
            **changes,
        )

    def elapsed(self, operation: Operation) -> float:
        """Return the seconds since an operation's fate became unknown."""
        now = policy.ClockReading.read(self._recorder.clock)
        return policy.elapsed(operation, operation.t_unknown or now.wall, now)

    def _retry_after(self, operation: Operation, error: IrconError | None) -> float | None:
        """Return the seconds that the page asks to wait, and pause all its operations."""
        if not isinstance(error, RateLimited):
            return None
        until = self._recorder.clock.now() + timedelta(seconds=error.retry_after)
        self._pause(operation.page, until)
        return error.retry_after
