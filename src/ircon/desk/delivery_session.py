"""Carrying the outbox to the page and the page's news home, for a command that waits."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from ircon.delivery.lock import SenderLock
from ircon.delivery.matching import postmortem_id
from ircon.delivery.observer import look_for_twins, observe, observe_deleted, seen_there
from ircon.delivery.policy import SETTLE, STALE_AFTER
from ircon.delivery.sender import Sender
from ircon.delivery.states import OPEN, SETTLED, WANTS_PERSON
from ircon.desk.reachability import PageAnswer, WaitBudget
from ircon.errors import ConfigError, IrconError, JournalError, PageError, Rejected, Unknown
from ircon.incident.event import Event
from ircon.incident.fold import fold
from ircon.journal.operation import Operation

if TYPE_CHECKING:
    from ircon.desk.desk import Desk
    from ircon.incident.state import Incident
    from ircon.incident.text import PublicText
    from ircon.pages.protocol import RemoteIncident, StatusPage

_GLANCE = 0.25  # seconds between two looks at the journal
_AGAIN = (0.5, 1.5)  # seconds before an incident that is not shown is looked for once more
_LOOK = 15.0  # seconds of a sync that are kept for asking the pages, half of it at most


@dataclass(frozen=True, slots=True)
class Synced:
    """What a sync did: confirmed, still waiting, refused, entries pulled, pages asked."""

    sent: int
    waiting: int
    refused: list[str]
    pulled: list[Event]
    pages: list[PageAnswer]


class Carrier:
    """Delivers and pulls for one desk. Use within one event loop; close it after.

    Args:
        desk: whose outbox.
        patience: how long whoever waits for it will wait; None for a console, which stays.
    """

    def __init__(self, desk: Desk, patience: WaitBudget | None = None) -> None:
        self._desk = desk
        self._patience = patience
        self._looked: dict[str, datetime] = {}  # at an incident, and when last
        self.sender = Sender(
            desk.journal,
            desk.recorder,
            self._open,
            SenderLock(desk.paths.data, desk.owner),
            desk.owner,
            random.random,
            heard=self._hear,
            refused=desk.saved_drafts.save_rejected,
        )

    def _open(self, name: str) -> StatusPage:
        profile = self._desk.config.page(name)
        if self._patience is not None:
            profile = replace(profile, token_seconds=self._patience.remaining)
        return self._desk.open_page(profile, self._desk.clock)

    def _hear(self, page: str, incident: RemoteIncident) -> None:
        """What the page shows of an incident's components is in the local copy from now on."""
        with suppress(JournalError, ConfigError):  # then the copy is as old as it was
            self._desk.page_data.update_statuses(incident.components, page)

    def check_settings(self, page: str) -> None:
        """Find out that a page cannot be spoken to as configured, before words wait for it.

        A token command may fail for a while, as the network does: that is no reason.

        Raises:
            ConfigError: the token's variable or file, or the address, is of no use.
        """
        if not self._desk.config.page(page).token_command:
            self.sender.page(page)

    async def postmortem_is_there(
        self, incident: Incident, body: PublicText, seconds: float | None = None
    ) -> bool:
        """Whether the page shows these words as the postmortem; False if it cannot be asked."""
        if not incident.remote_id:
            return False
        try:
            async with asyncio.timeout(seconds):
                page = self.sender.page(self._desk.config.page(incident.page).name)
                there = await page.postmortem(incident.remote_id)
        except (PageError, ConfigError, TimeoutError):
            return False
        return bool(there.published_at) and postmortem_id(there.body or "") == postmortem_id(
            body.public
        )

    async def deliver(self, op: str, timeout: float) -> Operation:
        """Carry until one operation is settled or wants a person, or time is up."""
        await self._until(lambda: self._over(op), timeout, patient=True)
        operation = self._desk.journal.operation(op)
        if operation is None:
            raise IrconError(f"Operation {op} is gone.", "'ircon doctor' looks at the journal.")
        return operation

    async def sync(self, timeout: float) -> Synced:
        """Deliver all that waits, and ask every page what others posted, within the time."""
        ends = asyncio.get_running_loop().time() + timeout
        before = [one.op for one in self._waiting()]
        delivering = timeout - min(_LOOK, timeout / 2)
        await self._until(lambda: not self._moving(), delivering, patient=False)
        pulled, pages = await self.news(ends - asyncio.get_running_loop().time())
        after = self._waiting()
        ended = [one for op in before if (one := self._desk.journal.operation(op))]
        sent = [one.op for one in ended if one.state == "confirmed"]
        refused = [one.op for one in ended if one.state == "rejected"]
        return Synced(len(sent), len(after), refused, pulled, pages)

    async def pull_within(self, incident: str, seconds: float) -> list[Event]:
        """As ``pull``, by a page that is given so long to answer."""
        state = self._desk.records.incident(incident)
        try:
            async with asyncio.timeout(seconds):
                return await self.pull(incident)
        except TimeoutError:
            self._late(self._name_of(state.page), seconds)
            return []

    async def pull(self, incident: str) -> list[Event]:
        """What others posted to one incident; empty where the page cannot be asked.

        Which of both it was is in ``Desk.reachability``.
        """
        state = fold(self._desk.journal.events(incident))
        if state is None or not state.remote_id or state.origin == "import":
            return []
        name = state.page or ""
        try:
            name = self._desk.config.page(state.page).name
            page = self.sender.page(name).in_background()
            remote = await page.incident(state.remote_id)
            deleted = await self._deleted_components(name, page, state, remote)
        except (PageError, ConfigError) as error:
            return await self._unheard(name, error, state)
        self._desk.reachability.record_answer(name)
        self._hear(name, remote)
        looked, self._looked[incident] = self._looked.get(incident), self._desk.clock.now()
        return observe(
            self._desk.journal,
            self._desk.recorder,
            incident,
            remote,
            looked=looked,
            deleted=deleted,
        )

    async def news(
        self,
        seconds: float,
        first: str | None = None,
        told: Callable[[], None] = lambda: None,
    ) -> tuple[list[Event], list[PageAnswer]]:
        """Ask every page, side by side: what others posted to open incidents, or if it answers.

        Args:
            seconds: after which a page that has not answered counts as one that could not
                be asked.
            first: the incident that is asked about before the others of its page.
            told: called when something is new.

        Returns:
            What is new, and how each page was asked.
        """
        wanted: dict[str, list[str]] = {name: [] for name in self._desk.config.pages}
        for incident in followed(self._desk, first):
            state = self._desk.records.incident(incident)
            if state.remote_id and not self._is_gone(state):
                wanted.setdefault(self._name_of(state.page), []).append(incident)
        found = await asyncio.gather(
            *(self._news_of(page, these, seconds, told) for page, these in wanted.items()),
            return_exceptions=True,
        )
        pulled: list[Event] = []
        for events in found:
            if isinstance(events, BaseException):
                raise events
            pulled += events
        pages = [one for name in wanted if (one := self._desk.reachability.last(name))]
        return pulled, pages

    async def _news_of(
        self, page: str, incidents: list[str], seconds: float, told: Callable[[], None]
    ) -> list[Event]:
        """What is new on one page; the first failure is the page's, and ends it."""
        events: list[Event] = []
        try:
            async with asyncio.timeout(max(0.0, seconds)):
                for incident in incidents:
                    fresh = await self.pull(incident)
                    events += fresh
                    if fresh:
                        told()
                    asked = self._desk.reachability.last(page)
                    if asked is None or not asked.answered:
                        return events
                if not incidents:
                    await self._greet(page)
                await self._look_for_twins(page)
        except TimeoutError:
            self._late(page, seconds)
        return events

    def _late(self, page: str, seconds: float) -> None:
        said = f"It did not answer within {max(seconds, 0.0):.1f} s."
        self._desk.reachability.record_failure(
            page, Unknown(said, "A longer --timeout waits longer.")
        )

    async def _greet(self, page: str) -> None:
        """Find out whether a page answers and accepts the token."""
        try:
            await self.sender.page(page).in_background().identity()
        except (PageError, ConfigError) as error:
            self._desk.reachability.record_failure(page, error)
        else:
            self._desk.reachability.record_answer(page)

    async def _unheard(
        self, page: str, error: PageError | ConfigError, incident: Incident
    ) -> list[Event]:
        """Tell a page that cannot be asked from one that has lost the incident."""
        if not (isinstance(error, Rejected) and error.status == 404):
            self._desk.reachability.record_failure(page, error)
            return []
        await self._greet(page)
        asked = self._desk.reachability.last(page)
        if asked is None or not asked.answered or await self._is_only_behind(page, incident):
            return []
        looked = self._looked.get(incident.id)
        return observe_deleted(self._desk.journal, self._desk.recorder, incident.id, looked=looked)

    async def _is_only_behind(self, page: str, incident: Incident) -> bool:
        """Whether the page may not show an incident yet, or not in every answer."""
        seen = seen_there(self._desk.journal.events(incident.id))
        if seen is None:
            return True
        if self._desk.clock.now() - seen > timedelta(seconds=SETTLE):
            return False
        for pause in _AGAIN:
            await asyncio.sleep(pause)
            try:
                await self.sender.page(page).in_background().incident(incident.remote_id or "")
            except Rejected as error:
                if error.status != 404:
                    return True
            except (PageError, ConfigError):
                return True
            else:
                return True
        return False

    def _is_gone(self, incident: Incident) -> bool:
        """Whether it was deleted on the page, long enough ago not to be looked for again."""
        deleted, now = incident.deleted_at, self._desk.clock.now()
        return deleted is not None and now - deleted > timedelta(seconds=STALE_AFTER)

    async def _deleted_components(
        self, name: str, page: StatusPage, state: Incident, remote: RemoteIncident
    ) -> set[str]:
        """Components of an incident that the page has not got any more at all."""
        attached = {component.id for component in remote.components}
        missing = {component.id for component in state.posted_components} - attached
        if not missing:
            return set()
        there = await page.components()
        # What is deleted must not be offered, or chosen by a Group/*, by the next update.
        self._desk.page_data.save_components(there, name)
        return missing - {one.id for one in there}

    async def _look_for_twins(self, page: str) -> None:
        """Find out whether a new incident of ours is on the page twice, or there after all."""
        try:
            name = self._desk.config.page(page).name
            there = self.sender.page(name).in_background()
            await look_for_twins(self._desk.journal, self._desk.recorder, name, there)
        except (PageError, ConfigError):
            return  # the next look at this page sees it

    def _name_of(self, page: str | None) -> str:
        """The page an incident is on, as config.toml calls it; else as the record does."""
        try:
            return self._desk.config.page(page).name
        except ConfigError:
            return page or ""

    async def aclose(self) -> None:
        """Close the pages' connections."""
        await self.sender.aclose()

    def _waiting(self) -> list[Operation]:
        return self._desk.journal.operations(states=OPEN)

    def _moving(self) -> list[Operation]:
        return [one for one in self._waiting() if one.state not in WANTS_PERSON | {"held"}]

    def _over(self, op: str) -> bool:
        operation = self._desk.journal.operation(op)
        return operation is None or operation.state in SETTLED | WANTS_PERSON

    async def _until(self, done: Callable[[], bool], timeout: float, *, patient: bool) -> None:
        self._desk.publish.release(mine_only=False)  # what a dead console held blocks the rest
        try:
            async with asyncio.timeout(timeout):
                while not done():
                    wait = await self.sender.run_due(patient=patient)
                    if done():
                        return
                    patient = True
                    await asyncio.sleep(_GLANCE if wait is None else min(max(wait, 0.05), 1.0))
        except TimeoutError:
            return


def followed(desk: Desk, first: str | None = None) -> list[str]:
    """Of which incidents the page is asked for news: what may run out of its budget is last."""
    there = (
        incident
        for incident in desk.records.incidents(open_only=True)
        if incident.origin != "import"
    )
    return list(dict.fromkeys([*([first] if first else []), *(one.incident for one in there)]))
