"""The outbox of a restored journal: what may have been sent since is never sent again.

A row of a backup, or of a file that lost others, may be older than what happened. So whatever
was still on its way becomes ``needs_human``, by an event as all moves are told: not a move of
docs/delivery.md, since nobody decided it.
"""

from __future__ import annotations

import os
from typing import Any, Final

from ircon.incident.event import Event
from ircon.incident.recorder import Recorder
from ircon.incident.times import Clock
from ircon.journal.operation import Operation
from ircon.journal.storage import rows
from ircon.journal.storage.salvage import SoundRows

_OVER: Final = frozenset({"draft", "confirmed", "rejected", "cancelled"})
_ASKING: Final = frozenset({"sent", "unknown"})  # only looks at the page: goes on
_UNSURE: Final = "needs_human"
_RESTORED: Final = "the journal was restored, and it may have been sent: look at the page first"
_GONE: Final = "what would have been sent was lost with the journal: look at the page, write anew"


def settle_outbox(
    found: SoundRows, clock: Clock
) -> tuple[list[rows.Row], list[rows.Row], list[str]]:
    """The rows of a restored journal, and the operations that wait for a person now.

    Returns:
        Rows for ``ADD_EVENT`` and ``ADD_OPERATION``, in their old order, and the ids.
    """
    recorder = Recorder(clock, os.urandom, actor="ircon", host="")
    sealed = sorted(found.events.values(), key=_place)
    events = [rows.read_event(row) for row in sealed]
    told = _last_told(events)
    kept, held, said = [], [], []
    for row in sorted(found.operations.values(), key=_place):
        operation = _as_told(rows.read_operation(row), told)
        if operation.state not in _OVER | _ASKING:
            if operation.state != _UNSURE:
                operation = _unsure(operation)
                said.append(_move(recorder, operation.incident, operation.op, operation.moves))
            held.append(operation.op)
        kept.append((operation.payload, *rows.operation_row(operation)))
    history = {one.incident for one in events if one.payload.get("origin") == "import"}
    for event in events:
        op = event.text("op")
        if event.incident in history or not op or op in found.operations:
            continue
        if event.kind in {"update", "postmortem"}:
            last = told.get(op)
            if last is None or last.text("state") not in {*_OVER, _UNSURE}:
                moves = (last.integer("move") or 0) if last else 0
                said.append(_move(recorder, event.incident, op, moves + 1, _GONE))
                held.append(op)
    new = (rows.event_row(event, None) for event in said)
    return [*(row[1:] for row in sealed), *new], kept, held


def _place(row: rows.Row) -> tuple[int, str]:
    return row[0], str(row[1])


def _last_told(events: list[Event]) -> dict[str, Event]:
    """The latest move that was recorded of each operation."""
    told: dict[str, Event] = {}
    for event in events:
        op = event.text("op")
        if event.kind == "delivery" and op:
            known = told.get(op)
            if known is None or (known.integer("move") or 0) < (event.integer("move") or 0):
                told[op] = event
    return told


def _as_told(operation: Operation, told: dict[str, Event]) -> Operation:
    """An operation as its events know it, where its row is older than they are."""
    last = told.get(operation.op)
    if last is None or (last.integer("move") or 0) <= operation.moves:
        return operation
    newer: dict[str, Any] = {
        "state": last.text("state") or _UNSURE,
        "moves": last.integer("move") or 0,
        "remote_id": last.text("remote_id") or operation.remote_id,
        "remote_incident": last.text("remote_incident") or operation.remote_incident,
        "error": last.text("error"),
    }
    return operation._replace(**newer)


def _unsure(operation: Operation) -> Operation:
    return operation._replace(
        state=_UNSURE,
        moves=operation.moves + 1,
        error=_RESTORED,
        by=None,
        not_before=None,
        hold_until=None,
    )


def _move(recorder: Recorder, incident: str, op: str, move: int, error: str = _RESTORED) -> Event:
    payload = {"op": op, "move": move, "state": _UNSURE, "event": "restored", "error": error}
    return recorder.event(incident, "delivery", payload)
