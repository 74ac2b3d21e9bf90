"""What the page is asked about an operation. Nothing here changes anything anywhere."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from ircon.delivery import matching, policy
from ircon.errors import NotSent, Rejected
from ircon.incident.event import Event
from ircon.incident.fold import fold
from ircon.incident.times import format_duration
from ircon.incident.vocabulary import is_closed
from ircon.journal.operation import Operation
from ircon.journal.store import Journal
from ircon.pages.protocol import (
    CREATE,
    POSTMORTEM,
    UPDATE,
    Payload,
    RemoteIncident,
    RemoteUpdate,
    StatusPage,
)


@dataclass(frozen=True, slots=True)
class Before:
    """What a page has right before a write.

    Attributes:
        ids: of all that ours must not be taken for afterwards.
        incident: the one it goes to; None for a creation.
        news: what the author has not seen, in words; empty if nothing.
    """

    ids: frozenset[str]
    incident: RemoteIncident | None = None
    news: str = ""


class Looks:
    """Reads pages for the operations of one journal.

    Args:
        journal: knows what is claimed, and what its people have seen.
        page: the adapter of a page by its configured name.

    Each method raises the page's errors (``PageError``), and ``ConfigError`` where
    a page cannot be opened.
    """

    def __init__(self, journal: Journal, page: Callable[[str], StatusPage]) -> None:
        self._journal = journal
        self._page = page

    async def check_page(self, operation: Operation) -> None:
        """The pinned page, or nothing leaves.

        Raises:
            Rejected: it is another one.
        """
        identity = await self._page(operation.page).identity()
        if identity.id != operation.page_id:
            raise Rejected(
                f"This is another page: {identity.name} ({identity.id}).",
                f"'{operation.page}' in config.toml was {operation.page_id} when this was written.",
            )

    async def before(self, operation: Operation, payload: Payload) -> Before:
        """What is there before a write, held against what its author had seen.

        Raises:
            NotSent: the page shows less than it did: an older state, as caches serve it.
        """
        page = self._page(operation.page)
        if payload.kind == CREATE:
            return Before(frozenset(one.id for one in await page.incidents()))
        incident = await page.incident(operation.remote_incident or "")
        if payload.kind == POSTMORTEM:
            ids = matching.postmortem_ids(await page.postmortem(incident.id))
            own = matching.postmortem_id(payload.body.public)
            unseen = operation.base_ids is not None and ids - {*operation.base_ids, own}
            news = "the page has a postmortem, or a draft of one, that you had not seen"
            return Before(frozenset(ids), incident, news if unseen else "")
        ids = {update.id for update in incident.updates}
        own_ids = self._posted(operation.incident)
        missing = {*(operation.base_ids or ()), *own_ids} - ids
        if missing:
            missing -= self._deleted(operation.incident)
        if missing and operation.attempts < policy.LAGGING:
            raise NotSent(
                f"The page shows {len(missing)} update(s) fewer than it did.",
                "It may be behind; trying again.",
            )
        return Before(frozenset(ids), incident, self._news(operation, payload, incident))

    async def find(self, operation: Operation, payload: Payload) -> matching.Match:
        """Whether a write whose answer was lost arrived."""
        page = self._page(operation.page)
        if payload.kind == POSTMORTEM:
            postmortem = await page.postmortem(operation.remote_incident or "")
            if operation.remote_id and postmortem.published_at:  # a person says that it is this
                return matching.Match("one", at=postmortem.published_at)
            return matching.find_postmortem(payload, postmortem)
        claimed = self._journal.claimed(operation.page_id) - {operation.remote_id}
        base = operation.base_ids or ()
        if payload.kind == CREATE:
            incidents = await page.incidents()
        else:
            one = await self._incident(page, operation)
            incidents = [one] if one else []
        if operation.remote_id:  # a person says that it is this
            asked = asked_about(self._journal.events(operation.incident), operation.op)
            return _named(operation, payload, incidents, claimed, asked)
        if payload.kind == CREATE:
            return matching.find_incident(payload, operation.op, incidents, base, claimed)
        found = [
            matching.find_update(payload, operation.op, incident, base, claimed)
            for incident in incidents
        ]
        return found[0] if found else matching.Match("none")

    async def shows(
        self, operation: Operation, payload: Payload
    ) -> tuple[bool, RemoteIncident | None]:
        """Whether the page shows what an operation became, and the incident it is in."""
        page = self._page(operation.page)
        if payload.kind == POSTMORTEM:
            return (await self.find(operation, payload)).verdict == "one", None
        incident = await self._incident(page, operation)
        there = incident is not None and any(
            update.id == operation.remote_id for update in incident.updates
        )
        return there, incident

    def met(
        self,
        operation: Operation,
        incident: RemoteIncident | None,
        ours: RemoteUpdate | None = None,
    ) -> str | None:
        """Who posted between the look before a write and the one after it, in words.

        Args:
            ours: what the operation became, where it does not say so itself yet.
        """
        if incident is None or operation.kind == CREATE:
            return None
        known = {*(operation.base_ids or ()), *self._journal.claimed(operation.page_id)}
        mine = ours or next(
            (update for update in incident.updates if update.id == operation.remote_id), None
        )
        said = [
            f"somebody else posted {format_duration(other.created_at - mine.created_at)} "
            f"{'before' if other.created_at <= mine.created_at else 'after'} this"
            for other in incident.updates
            if mine and other.id != mine.id and other.id not in known
        ]
        return "; ".join(said) or None

    async def _incident(self, page: StatusPage, operation: Operation) -> RemoteIncident | None:
        """The incident it went to; None where the page says, in good order, that it has none."""
        try:
            return await page.incident(operation.remote_incident or "")
        except Rejected as error:
            if error.status != 404:
                raise
            return None

    def _posted(self, incident: str) -> set[str]:
        """The updates of an incident that are known to be ours."""
        return {
            operation.remote_id
            for operation in self._journal.operations(
                incident=incident, states=("sent", "confirmed")
            )
            if operation.remote_id and operation.kind != POSTMORTEM
        }

    def _deleted(self, incident: str) -> set[str | None]:
        """The updates of an incident that were deleted on the page, as far as known."""
        local = fold(self._journal.events(incident))
        return (
            {update.remote_id for update in local.updates if update.deleted_at} if local else set()
        )

    def _news(self, operation: Operation, payload: Payload, incident: RemoteIncident) -> str:
        """What its author has not seen of an incident, in words."""
        known = {*(operation.base_ids or ()), *self._journal.claimed(operation.page_id)}
        closing = is_closed(incident.status) and not is_closed(payload.status)
        # A sent one's base is from before the lost attempt: what was read since counts too.
        local = (
            fold(self._journal.events(operation.incident))
            if closing or operation.t_unknown
            else None
        )
        if operation.t_unknown and local:
            known |= {update.remote_id or "" for update in local.updates}
        unseen = [update for update in incident.updates if update.id not in known]
        said = []
        if unseen and operation.base_ids is not None:
            said.append(f"{len(unseen)} update(s) on the page that you had not seen")
        if closing and not (local and is_closed(local.status)):
            said.append(f"the page says that the incident is {incident.status}")
        return "; ".join(said)


def asked_about(events: Iterable[Event], op: str) -> set[str]:
    """The updates of the page that people were asked about: is an operation this one?"""
    return {
        one["id"]
        for event in events
        if event.kind == "delivery" and event.text("op") == op
        for one in event.payload.get("candidates") or ()
    }


def _named(
    operation: Operation,
    payload: Payload,
    incidents: list[RemoteIncident],
    claimed: set[str],
    asked: set[str],
) -> matching.Match:
    """What a person says it became, by the id of the update or of its new incident.

    An update with other words is it only if they were shown beside ours before: an id is
    soon mistyped, and ours would be called public and be nowhere. A new incident may be one
    that somebody opened by hand. The words of the page are recorded as its edit.
    """
    remote = operation.remote_id
    for incident in incidents:
        for place, update in enumerate(incident.updates):
            if remote == update.id or (remote == incident.id and place == 0):
                if update.id in claimed:
                    return matching.Match("none")
                is_other = payload.kind == UPDATE and update.id not in asked
                if is_other and not matching.same_to_a_reader(payload, update):
                    return matching.Match("other", candidates=(update,))
                return matching.Match("one", update, incident, at=update.created_at)
    return matching.Match("none")
