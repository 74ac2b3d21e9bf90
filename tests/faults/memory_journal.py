"""A journal without a disk, for models that take a million steps.

It keeps what the real one promises and nothing else: whole transactions, moves that
compare before they swap, one operation for each remote id. ``test_faults_outbox``
runs the same model over the real one, so that the two cannot drift apart.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from ircon.errors import AlreadyClaimed
from ircon.incident.event import KINDS, Event
from ircon.journal.operation import Operation


class Killed(BaseException):
    """The process that asks is gone: nothing it still says is heard."""


class Shelf:
    """What survives every process."""

    def __init__(self) -> None:
        self.events: dict[str, Event] = {}
        self.operations: dict[str, Operation] = {}


class MemoryJournal:
    """One process's hand on a shelf, with the methods of ``Journal`` that desks use."""

    def __init__(self, shelf: Shelf) -> None:
        self.shelf = shelf
        self.killed = False
        self.unique = True  # a planted mistake turns it off

    def append(self, events: Sequence[Event], operations: Sequence[Operation] = ()) -> list[Event]:
        self._check()
        kept = [self._keep(event) for event in events]
        self._queue(operations)
        return kept

    def append_if_unchanged(
        self, events: Sequence[Event], outbox: Sequence[Operation]
    ) -> list[Event] | None:
        self._check()
        if events and self.operations(events[0].incident) != [*outbox]:
            return None
        return [self._keep(event) for event in events]

    def move(
        self,
        before: Operation,
        after: Operation,
        events: Sequence[Event] = (),
        operations: Sequence[Operation] = (),
    ) -> Operation | None:
        self._check()
        held = self.shelf.operations[before.op]
        if (held.state, held.moves) != (before.state, before.moves):
            return None
        if (
            self.unique
            and after.remote_id
            and any(
                (one.page_id, one.remote_id) == (after.page_id, after.remote_id)
                for one in self.shelf.operations.values()
                if one.op != after.op
            )
        ):
            raise AlreadyClaimed(f"{after.remote_id} belongs to another operation.")
        self.shelf.operations[after.op] = after
        for event in events:
            self._keep(event)
        self._queue(operations)
        return after

    def events(self, incident: str) -> list[Event]:
        return [one for one in self.shelf.events.values() if one.incident == incident]

    def event(self, event_id: str) -> Event | None:
        return self.shelf.events.get(event_id)

    def last_seq(self) -> int:
        return len(self.shelf.events)

    def incident_ids(self) -> list[str]:
        return sorted({one.incident for one in self.shelf.events.values()})

    def operations(
        self, incident: str | None = None, states: Collection[str] = ()
    ) -> list[Operation]:
        return [
            one
            for one in self.shelf.operations.values()
            if incident in {None, one.incident} and (not states or one.state in states)
        ]

    def operation(self, op: str) -> Operation | None:
        return self.shelf.operations.get(op)

    def claimed(self, page_id: str) -> set[str]:
        return {
            one.remote_id
            for one in self.shelf.operations.values()
            if one.page_id == page_id and one.remote_id
        }

    def drafts(self) -> list[Any]:
        return []

    def draft(self, _key: str) -> None:
        return None

    def save_draft(self, _key: str, _content: Any) -> None:
        self._check()

    def close(self) -> None:
        pass

    def _check(self) -> None:
        if self.killed:
            raise Killed

    def _keep(self, event: Event) -> Event:
        known = self.shelf.events.get(event.id)
        if known:
            return known
        prefix = KINDS[event.kind].prefix
        number = sum(
            one.kind == event.kind and one.incident == event.incident
            for one in self.shelf.events.values()
        )
        entry = f"{prefix}{number + 1}" if prefix else None
        kept = event.as_stored(entry=entry, seq=len(self.shelf.events) + 1)
        self.shelf.events[event.id] = kept
        return kept

    def _queue(self, operations: Sequence[Operation]) -> None:
        for one in operations:
            seq = len(self.shelf.operations) + 1
            self.shelf.operations.setdefault(one.op, one._replace(seq=seq))
