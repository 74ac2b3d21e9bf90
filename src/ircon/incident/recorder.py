"""Recorder: makes events, stamped with actor, host and time."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from ircon.incident.event import KINDS, Event
from ircon.incident.ids import Entropy, Ulids
from ircon.incident.text import ingest_value
from ircon.incident.times import Clock


class Recorder:
    """A maker of events for one process; clock and entropy are arguments."""

    def __init__(self, clock: Clock, entropy: Entropy, *, actor: str, host: str) -> None:
        self.clock = clock
        self.entropy = entropy
        self.actor = actor
        self.host = host
        self._ulids = Ulids(entropy)

    def event(
        self,
        incident: str,
        kind: str,
        payload: Mapping[str, Any],
        *,
        at: datetime | None = None,
        visibility: str | None = None,
    ) -> Event:
        """Return a new event that happens now, or happened ``at``.

        ``visibility`` is required where the kind does not fix it; there is no default.

        Raises:
            ValueError: the visibility is missing.
        """
        now = self.clock.now()
        visible = KINDS[kind].visibility or visibility
        if visible is None:
            raise ValueError(f"a {kind} event needs a visibility")
        return Event(
            id=self._ulids.next(int(now.timestamp() * 1000)),
            incident=incident,
            kind=kind,
            visibility=visible,
            at=at or now,
            recorded_at=now,
            actor=self.actor,
            payload=ingest_value(
                {name: value for name, value in payload.items() if value is not None}
            ),
            host=self.host,
            boot_id=self.clock.boot_id,
            mono_ns=self.clock.monotonic_ns(),
        )

    def operation_id(self) -> str:
        """Return a random token for an outbox operation, without meaning elsewhere."""
        return self.entropy(10).hex()
