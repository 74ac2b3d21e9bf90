"""What a status page really has, whatever anybody was told: the judge of every campaign.

It shares no code with ircon's adapters but the values they return: a mistake in
sending cannot hide in what judges it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from ircon.pages.protocol import RemoteIncident, RemotePostmortem, RemoteUpdate

PAGE_ID, PAGE_NAME = "page1", "Practice"


@dataclass(frozen=True, slots=True)
class Write:
    """A request that would change the page: what counts of it."""

    op: str
    remote_incident: str | None
    title: str | None
    status: str
    body: str
    metadata: Mapping[str, Any]


class PageTruth:
    """Incidents and updates, as customers see them; and which operation each came from.

    Attributes:
        applied: the operation of each update that was made by a write, by update id.
        rewrite: what the page makes of the words it is given.
        keeps_metadata: whether what integrations attach can be read again.
        past: earlier states of all incidents, for reads that are behind.
    """

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._last: datetime | None = None
        self._count = 0
        self.incidents: dict[str, RemoteIncident] = {}
        self.applied: dict[str, str] = {}
        self.keeps_metadata = True
        self.rewrite: Callable[[str], str] = str
        self.past: list[dict[str, RemoteIncident]] = []

    def apply(self, write: Write) -> RemoteIncident | None:
        """Do what a write says; None where its incident does not exist."""
        moment = self._tick()
        remote = write.remote_incident
        if remote is None:
            remote = self._id("inc")
            before = RemoteIncident(
                id=remote,
                page_id=PAGE_ID,
                name=write.title or "",
                status=write.status,
                impact="none",
                url=None,
                created_at=moment,
            )
        elif remote in self.incidents:
            before = self.incidents[remote]
        else:
            return None
        words = self.rewrite(write.body)
        update = RemoteUpdate(self._id("upd"), write.status, words, moment, moment)
        if write.op:
            self.applied[update.id] = write.op
        self._keep(
            replace(
                before,
                name=self.rewrite(write.title) if write.title else before.name,
                status=write.status,
                updated_at=moment,
                updates=(*before.updates, update),
                metadata={**before.metadata, **write.metadata} if self.keeps_metadata else {},
            )
        )
        return self.incidents[remote]

    def post_as_somebody_else(self, remote: str, status: str, body: str) -> None:
        """A colleague posts on the page itself."""
        self.apply(Write("", remote, None, status, body, {}))

    def edit_as_somebody_else(self, remote: str, place: int, body: str) -> None:
        """A colleague changes the words of an update that stands there."""
        incident = self.incidents[remote]
        updates = list(incident.updates)
        updates[place] = replace(updates[place], body=body)
        self._keep(replace(incident, updates=tuple(updates), updated_at=self._tick()))

    def publish(self, remote: str, postmortem: RemotePostmortem) -> None:
        """Keep an incident's postmortem, drafted or published."""
        incident = self.incidents[remote]
        self._keep(replace(incident, postmortem=postmortem, updated_at=self._tick()))

    def seen_behind(self, versions: int) -> dict[str, RemoteIncident]:
        """All incidents, as a cache that is so many versions behind shows them."""
        if not versions or not self.past:
            return self.incidents
        return self.past[max(0, len(self.past) - versions)]

    def copies(self, op: str) -> int:
        """How often customers see what one operation sent."""
        return list(self.applied.values()).count(op)

    def update(self, update_id: str) -> RemoteUpdate | None:
        """The update with that id, wherever it stands."""
        return next(
            (
                update
                for incident in self.incidents.values()
                for update in incident.updates
                if update.id == update_id
            ),
            None,
        )

    def _keep(self, incident: RemoteIncident) -> None:
        self.past.append(dict(self.incidents))
        del self.past[:-20]
        self.incidents[incident.id] = incident

    def _tick(self) -> datetime:
        """Now; never the same instant twice, so that order can be told."""
        moment = self._now()
        if self._last is not None and moment <= self._last:
            moment = self._last + timedelta(milliseconds=1)
        self._last = moment
        return moment

    def _id(self, kind: str) -> str:
        self._count += 1
        return f"{kind}{self._count:06d}"
