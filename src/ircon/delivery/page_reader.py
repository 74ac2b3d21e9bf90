"""Page reads that decide an operation's fate. Nothing here writes."""

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
class Preflight:
    """State of a page right before a write.

    Attributes:
        ids: everything already there, which the write must not be mistaken for afterwards.
        incident: the one that is written to; None for a creation.
        unseen: what its author has not seen, as a phrase; empty if nothing.
    """

    ids: frozenset[str]
    incident: RemoteIncident | None = None
    unseen: str = ""


class PageReader:
    """Reads pages for the operations of one journal.

    Args:
        journal: knows what is claimed, and what its people have seen.
        page: returns the adapter of a page by its configured name.

    Each method raises ``PageError``, and ``ConfigError`` where a page cannot be opened.
    """

    def __init__(self, journal: Journal, page: Callable[[str], StatusPage]) -> None:
        self._journal = journal
        self._page = page

    async def check_page(self, operation: Operation) -> None:
        """Check that the page is the one that was pinned when the operation was queued.

        Raises:
            Rejected: it is another page.
        """
        identity = await self._page(operation.page).identity()
        if identity.id != operation.page_id:
            raise Rejected(
                f"This is another page: {identity.name} ({identity.id}).",
                f"'{operation.page}' in config.toml was {operation.page_id} when this was written.",
            )

    async def preflight(self, operation: Operation, payload: Payload) -> Preflight:
        """Read what the page has before a write, and compare it with what the author had seen.

        Raises:
            NotSent: the page shows less than it did: an older state, as caches serve it.
        """
        page = self._page(operation.page)
        if payload.kind == CREATE:
            return Preflight(frozenset(incident.id for incident in await page.incidents()))
        incident = await page.incident(operation.remote_incident or "")
        if payload.kind == POSTMORTEM:
            ids = matching.postmortem_ids(await page.postmortem(incident.id))
            own = matching.postmortem_id(payload.body.public)
            is_unseen = operation.base_ids is not None and ids - {*operation.base_ids, own}
            unseen = "the page has a postmortem, or a draft of one, that you had not seen"
            return Preflight(frozenset(ids), incident, unseen if is_unseen else "")
        ids = {update.id for update in incident.updates}
        own_ids = self._posted(operation.incident)
        missing = {*(operation.base_ids or ()), *own_ids} - ids
        if missing:
            missing -= self._deleted(operation.incident)
        if missing and operation.attempts < policy.BEHIND_READS:
            raise NotSent(
                f"The page shows {len(missing)} update(s) fewer than it did.",
                "It may be behind; trying again.",
            )
        return Preflight(
            frozenset(ids), incident, self._unseen_updates(operation, payload, incident)
        )

    async def find(self, operation: Operation, payload: Payload) -> matching.Match:
        """Search the page for a write whose answer was lost."""
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
            incident = await self._incident(page, operation)
            incidents = [incident] if incident else []
        if operation.remote_id:  # a person says that it is this
            shown = shown_candidates(self._journal.events(operation.incident), operation.op)
            return _match_by_id(operation, payload, incidents, claimed, shown)
        if payload.kind == CREATE:
            return matching.find_incident(payload, operation.op, incidents, base, claimed)
        matches = [
            matching.find_update(payload, operation.op, incident, base, claimed)
            for incident in incidents
        ]
        return matches[0] if matches else matching.Match("none")

    async def shows(
        self, operation: Operation, payload: Payload
    ) -> tuple[bool, RemoteIncident | None]:
        """Return whether the page shows the operation's update, and the incident it is in."""
        page = self._page(operation.page)
        if payload.kind == POSTMORTEM:
            return (await self.find(operation, payload)).verdict == "one", None
        incident = await self._incident(page, operation)
        is_shown = incident is not None and any(
            update.id == operation.remote_id for update in incident.updates
        )
        return is_shown, incident

    def concurrent_posts(
        self,
        operation: Operation,
        incident: RemoteIncident | None,
        ours: RemoteUpdate | None = None,
    ) -> str | None:
        """Describe what others posted between the preflight and the read after the write.

        Args:
            ours: the operation's update, where the operation does not name it yet.

        Returns:
            A phrase for the author, or None if nobody posted.
        """
        if incident is None or operation.kind == CREATE:
            return None
        known = {*(operation.base_ids or ()), *self._journal.claimed(operation.page_id)}
        mine = ours or next(
            (update for update in incident.updates if update.id == operation.remote_id), None
        )
        posts = [
            f"somebody else posted {format_duration(other.created_at - mine.created_at)} "
            f"{'before' if other.created_at <= mine.created_at else 'after'} this"
            for other in incident.updates
            if mine and other.id != mine.id and other.id not in known
        ]
        return "; ".join(posts) or None

    async def _incident(self, page: StatusPage, operation: Operation) -> RemoteIncident | None:
        """Return the incident that was written to; None where the page answers that it has none."""
        try:
            return await page.incident(operation.remote_incident or "")
        except Rejected as error:
            if error.status != 404:
                raise
            return None

    def _posted(self, incident: str) -> set[str]:
        """Return the ids of the incident's updates that are known to be ours."""
        return {
            operation.remote_id
            for operation in self._journal.operations(
                incident=incident, states=("sent", "confirmed")
            )
            if operation.remote_id and operation.kind != POSTMORTEM
        }

    def _deleted(self, incident: str) -> set[str | None]:
        """Return the ids of the incident's updates that are known to be deleted on the page."""
        local = fold(self._journal.events(incident))
        return (
            {update.remote_id for update in local.updates if update.deleted_at} if local else set()
        )

    def _unseen_updates(
        self, operation: Operation, payload: Payload, incident: RemoteIncident
    ) -> str:
        """Describe what the author has not seen of an incident; empty if nothing."""
        known = {*(operation.base_ids or ()), *self._journal.claimed(operation.page_id)}
        closing = is_closed(incident.status) and not is_closed(payload.status)
        # The base of a lost attempt is older than what was read since, which counts too.
        local = (
            fold(self._journal.events(operation.incident))
            if closing or operation.t_unknown
            else None
        )
        if operation.t_unknown and local:
            known |= {update.remote_id or "" for update in local.updates}
        unseen = [update for update in incident.updates if update.id not in known]
        phrases = []
        if unseen and operation.base_ids is not None:
            phrases.append(f"{len(unseen)} update(s) on the page that you had not seen")
        if closing and not (local and is_closed(local.status)):
            phrases.append(f"the incident is {incident.status} on the page")
        return "; ".join(phrases)


def shown_candidates(events: Iterable[Event], op: str) -> set[str]:
    """Return the ids of the updates that people were shown as candidates for an operation."""
    return {
        candidate["id"]
        for event in events
        if event.kind == "delivery" and event.text("op") == op
        for candidate in event.payload.get("candidates") or ()
    }


def _match_by_id(
    operation: Operation,
    payload: Payload,
    incidents: list[RemoteIncident],
    claimed: set[str],
    shown: set[str],
) -> matching.Match:
    """Match the update that a person named by its id, or by the id of its new incident.

    An update with another text matches only if it was shown beside ours before: a mistyped id
    would call ours public though it is nowhere. A new incident may be one that somebody opened
    by hand. The page's text is recorded as an edit.
    """
    remote = operation.remote_id
    for incident in incidents:
        for index, update in enumerate(incident.updates):
            if remote == update.id or (remote == incident.id and index == 0):
                if update.id in claimed:
                    return matching.Match("none")
                is_other = payload.kind == UPDATE and update.id not in shown
                if is_other and not matching.reads_as_payload(payload, update):
                    return matching.Match("other", candidates=(update,))
                return matching.Match("one", update, incident, at=update.created_at)
    return matching.Match("none")
