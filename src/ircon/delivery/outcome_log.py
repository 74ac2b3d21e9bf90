"""Writes down what came of each step: the next state, and when to go on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from ircon.delivery import policy
from ircon.delivery.matching import Match
from ircon.delivery.transitions import make_move
from ircon.errors import AlreadyClaimed, IrconError, RateLimited
from ircon.incident.recorder import Recorder
from ircon.incident.times import iso
from ircon.journal.operation import Operation
from ircon.journal.store import Journal


class Ledger:
    """The moves of operations, with what is remembered of each.

    Args:
        journal: where they are kept.
        recorder: stamps the events of the moves.
        jitter: a number from 0 to 1, for the spread of waits.
        pause: told when a page wants to be left alone until an instant.
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
        """As ``moves.make_move``."""
        return make_move(self._journal, self._recorder, operation, event, **changes)

    def settle(
        self, operation: Operation, event: str, match: Match, notice: str | None = None
    ) -> Operation | None:
        """Claim what was found for this operation; None if it is not one, or another's."""
        if match.verdict != "one":
            return None
        update, incident = match.update, match.incident
        now = policy.Moment.read(self._recorder.clock)
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

    def ask(self, operation: Operation, match: Match) -> None:
        """Only a person can say which of these it is, if any."""
        listed = ", ".join(candidate.id for candidate in match.candidates)
        said = f"may be any of these: {listed}"
        if match.verdict != "several":
            said = f"{listed} has other words: is it this one?"
        if match.verdict == "other":
            said += " Name it again to say so; if they replace yours, drop yours"
        self.move(
            operation,
            "several",
            error=said,
            candidates=match.candidates,
            remote_id=None,
            by=None,
        )

    def hold(self, operation: Operation, error: IrconError | None, good_reads: int = 0) -> None:
        """Stay in doubt; look again later."""
        wait = self._asked_to_wait(operation, error) or policy.next_look(self.passed(operation))
        waiting = operation._replace(
            moves=operation.moves + 1,
            not_before=self._recorder.clock.now() + timedelta(seconds=wait),
            good_reads=good_reads or operation.good_reads,
            rate_limited=isinstance(error, RateLimited),
            error=str(error) if error else operation.error,
        )
        self._journal.move(operation, waiting)

    def later(self, operation: Operation, error: IrconError) -> dict[str, Any]:
        """What changes when it is queued again: when, and what is remembered of the attempt."""
        # A send was counted when it was begun: nothing may come back of it to count it by.
        attempts = operation.attempts + (operation.state == "preflight")
        wait = self._asked_to_wait(operation, error) or policy.backoff(attempts, self._jitter())
        return {
            "attempts": attempts,
            "rate_limited": isinstance(error, RateLimited),
            "not_before": self._recorder.clock.now() + timedelta(seconds=wait),
            "error": str(error),
            "by": None,
        }

    def doubt(self, why: str) -> dict[str, Any]:
        """What changes when its fate is open: the looks for it begin."""
        now = policy.Moment.read(self._recorder.clock)
        return {
            "t_unknown": now.wall,
            **now.stamps(),
            "not_before": now.wall + timedelta(seconds=policy.next_look(0)),
            "good_reads": 0,
            "error": why,
            "by": None,
        }

    def passed(self, operation: Operation) -> float:
        """Seconds since its fate is open."""
        now = policy.Moment.read(self._recorder.clock)
        return policy.passed(operation, operation.t_unknown or now.wall, now)

    def _asked_to_wait(self, operation: Operation, error: IrconError | None) -> float | None:
        """Seconds that the page asks for; it is then left alone by all operations."""
        if not isinstance(error, RateLimited):
            return None
        until = self._recorder.clock.now() + timedelta(seconds=error.retry_after)
        self._pause(operation.page, until)
        return error.retry_after
