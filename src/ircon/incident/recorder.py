"""Makes events: stamps what happened with who, where and when."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from ircon.incident.event import KINDS, Event
from ircon.incident.ids import Entropy, Ulids
from ircon.incident.text import ingest_value
from ircon.incident.times import Clock


class Recorder:
    """One process's hand on the journal; clock and entropy are handed in."""

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
        """An event that happens now, or happened ``at``.

        ``visibility`` is said where the kind does not say it; there is no default.
        """
        now = self.clock.now()
        visible = KINDS[kind].visibility or visibility
        if visible is None:
            raise ValueError(f"a {kind} event must say who may see it")
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
        """A random token for an outbox operation; it means nothing to anybody else."""
        return self.entropy(10).hex()
