"""Making a move: one transaction, and one event that tells of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from ircon.delivery.states import move
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
    """One row of the table: committed together with the event that tells of it.

    Args:
        server_time: when the page took it.
        impact: the incident's, as the page says it.
        notice: what the author should know though nothing is to be done.
        candidates: what on the page it may be: kept, so that a person can compare.
        with_events: more events, and
        then: operations to queue, in the same transaction.
        changes: fields of the operation.

    Returns:
        The operation as it is now, or None if another process moved it first.

    Raises:
        AlreadyClaimed: the remote update already confirms another operation.
    """
    row = move(operation.state, event)
    after = operation._replace(state=row.target, moves=operation.moves + 1, **changes)
    told = recorder.event(
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
    return journal.move(operation, after, [told, *with_events], then)


def _candidate(update: RemoteUpdate) -> dict[str, str]:
    return {
        "id": update.id,
        "status": update.status,
        "body": update.body,
        "created_at": iso(update.created_at),
    }
