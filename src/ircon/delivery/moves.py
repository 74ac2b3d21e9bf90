"""Making a move: one transaction, and one event that tells of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ircon.delivery.machine import move
from ircon.incident.recorder import Recorder
from ircon.journal.operation import Operation
from ircon.journal.store import Journal


def make_move(
    journal: Journal,
    recorder: Recorder,
    operation: Operation,
    event: str,
    *,
    server_time: str | None = None,
    impact: str | None = None,
    **changes: Any,
) -> Operation | None:
    """One row of the table: committed together with the event that tells of it.

    Returns:
        The operation as it is now, or None if another process moved it first.

    Raises:
        AlreadyClaimed: the remote update already confirms another operation.
    """
    row = move(operation.state, event)
    after = replace(operation, state=row.target, moves=operation.moves + 1, **changes)
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
        },
    )
    return journal.move(operation, after, [told])
