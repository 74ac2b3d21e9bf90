"""Delivery session: sends the outbox, and pulls what the pages show into the journal."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from ircon.delivery.comparison import last_seen_on_page
from ircon.delivery.lock import SenderLock
from ircon.delivery.matching import postmortem_id
from ircon.delivery.observer import find_duplicates, observe, observe_deleted
from ircon.delivery.policy import SETTLE, STALE_AFTER
from ircon.delivery.sender import Sender
from ircon.delivery.states import NEEDS_DECISION, OPEN, SETTLED
from ircon.desk.reachability import PageAnswer, WaitBudget
from ircon.errors import ConfigError, IrconError, JournalError, PageError, Rejected, Unknown
from ircon.incident.event import Event
from ircon.incident.fold import fold
from ircon.journal.operation import Operation

if TYPE_CHECKING:
    from pathlib import Path

    from ircon.config.load import Config, PageConfig
    from ircon.desk.holds import Holds
    from ircon.desk.page_data import PageData
    from ircon.desk.reachability import Reachability
    from ircon.desk.records import Records
    from ircon.incident.recorder import Recorder
    from ircon.incident.state import Incident
    from ircon.incident.text import PublicText
    from ircon.incident.times import Clock
    from ircon.journal.store import Journal
    from ircon.pages.protocol import RemoteIncident, StatusPage

_POLL = 0.25  # seconds between two reads of the journal
_AGAIN = (0.5, 1.5)  # seconds before an incident that is not shown is read once more
_PULL = 15.0  # seconds of a sync that are reserved for reading the pages, half of it at most


@dataclass(frozen=True, slots=True)
class SyncResult:
    """Result of a sync.

    Attributes:
        sent: number of operations confirmed by it.
        waiting: number of operations still open.
        refused: ids of the operations that the page refused.
        pulled: entries that the pages had and the journal had not.
        pages: how each page answered.
    """

    sent: int
    waiting: int
    refused: list[str]
    pulled: list[Event]
    pages: list[PageAnswer]


class DeliverySession:
    """Delivers and pulls for one desk. Use it within one event loop, and close it afterwards.

    Args:
        journal: has the outbox.
        recorder: stamps the events of what is sent and pulled.
        records: the incidents.
        config: the configured pages.
        page_data: the local copy that is renewed by what a page shows.
        reachability: is told how each page answered.
        holds: ends the holds of this process.
        open_page: makes the adapter of a configured page.
        on_rejected: called with an operation that a page refuses.
        folder: holds the sender lock.
        owner: this process, ``host:pid:boot``.
        budget: how long the command may take; None for a console, which stays open.
    """

    def __init__(
        self,
        journal: Journal,
        recorder: Recorder,
        records: Records,
        config: Config,
        page_data: PageData,
        reachability: Reachability,
        holds: Holds,
        *,
        open_page: Callable[[PageConfig, Clock], StatusPage],
        on_rejected: Callable[[Operation], object],
        folder: Path,
        owner: str,
        budget: WaitBudget | None = None,
    ) -> None:
        self._journal = journal
        self._recorder = recorder
        self._clock = recorder.clock
        self._records = records
        self._config = config
        self._page_data = page_data
        self._reachability = reachability
        self._holds = holds
        self._open_page = open_page
        self._budget = budget
        self._read_at: dict[str, datetime] = {}  # by incident: its last read
        self.sender = Sender(
            journal,
            recorder,
            self._open,
            SenderLock(folder, owner),
            owner,
            random.random,
            on_page_state=self._update_components,
            on_rejected=on_rejected,
        )

    def _open(self, name: str) -> StatusPage:
        profile = self._config.page(name)
        if self._budget is not None:
            profile = replace(profile, token_seconds=self._budget.remaining)
        return self._open_page(profile, self._clock)

    def _update_components(self, page: str, incident: RemoteIncident) -> None:
        """Store what the page shows of an incident's components in the local copy."""
        with suppress(JournalError, ConfigError):  # then the copy is as old as it was
            self._page_data.update_statuses(incident.components, page)

    def check_page_settings(self, page: str) -> None:
        """Check a page's address and token before an update is queued for it.

        A token command is not run: it may fail for a while, as the network does.

        Raises:
            ConfigError: the token's variable or file, or the address, cannot be used.
        """
        if not self._config.page(page).token_command:
            self.sender.page(page)

    async def is_postmortem_on_page(
        self, incident: Incident, body: PublicText, seconds: float | None = None
    ) -> bool:
        """Return whether the page answers that this text is the published postmortem."""
        if not incident.remote_id:
            return False
        try:
            async with asyncio.timeout(seconds):
                page = self.sender.page(self._config.page(incident.page).name)
                postmortem = await page.postmortem(incident.remote_id)
        except (PageError, ConfigError, TimeoutError):
            return False
        is_same = postmortem_id(postmortem.body or "") == postmortem_id(body.public)
        return bool(postmortem.published_at) and is_same

    async def deliver(self, op: str, timeout: float) -> Operation:
        """Deliver until an operation is settled or needs a decision, or time is up."""
        await self._until(lambda: self._is_finished(op), timeout, patient=True)
        operation = self._journal.operation(op)
        if operation is None:
            raise IrconError(f"Operation {op} is gone.", "'ircon doctor' looks at the journal.")
        return operation

    async def sync(self, timeout: float) -> SyncResult:
        """Deliver all open operations and pull every page, within ``timeout`` seconds."""
        ends = asyncio.get_running_loop().time() + timeout
        before = [operation.op for operation in self._open_operations()]
        delivering = timeout - min(_PULL, timeout / 2)
        await self._until(lambda: not self._deliverable(), delivering, patient=False)
        pulled, pages = await self.pull_all(ends - asyncio.get_running_loop().time())
        after = self._open_operations()
        tried = list(filter(None, map(self._journal.operation, before)))
        sent = [operation.op for operation in tried if operation.state == "confirmed"]
        refused = [operation.op for operation in tried if operation.state == "rejected"]
        return SyncResult(len(sent), len(after), refused, pulled, pages)

    async def pull_within(self, incident: str, seconds: float) -> list[Event]:
        """Pull one incident, see ``pull``, giving its page that many seconds to answer."""
        state = self._records.incident(incident)
        try:
            async with asyncio.timeout(seconds):
                return await self.pull(incident)
        except TimeoutError:
            self._record_timeout(self._name_of(state.page), seconds)
            return []

    async def pull(self, incident: str) -> list[Event]:
        """Record what others posted to one incident.

        Returns:
            The new events; none where nothing is new or the page does not answer, which
            ``Reachability`` tells apart.
        """
        state = fold(self._journal.events(incident))
        if state is None or not state.remote_id or state.origin == "import":
            return []
        name = state.page or ""
        try:
            name = self._config.page(state.page).name
            page = self.sender.page(name).in_background()
            remote = await page.incident(state.remote_id)
            deleted = await self._deleted_components(name, page, state, remote)
        except (PageError, ConfigError) as error:
            return await self._on_page_error(name, error, state)
        self._reachability.record_answer(name)
        self._update_components(name, remote)
        read_before, self._read_at[incident] = self._read_at.get(incident), self._clock.now()
        return observe(
            self._journal,
            self._recorder,
            incident,
            remote,
            read_before=read_before,
            deleted=deleted,
        )

    async def pull_all(
        self,
        seconds: float,
        first: str | None = None,
        on_change: Callable[[], None] = lambda: None,
    ) -> tuple[list[Event], list[PageAnswer]]:
        """Pull the open incidents of every page, all pages in parallel.

        Args:
            seconds: after which a page that has not answered counts as unreachable.
            first: the incident that is read before the others of its page.
            on_change: called when something is new.

        Returns:
            The new events, and how each page answered.
        """
        wanted: dict[str, list[str]] = {name: [] for name in self._config.pages}
        for incident in self._followed(first):
            state = self._records.incident(incident)
            if state.remote_id and not self._is_gone(state):
                wanted.setdefault(self._name_of(state.page), []).append(incident)
        results = await asyncio.gather(
            *(self._pull_page(page, these, seconds, on_change) for page, these in wanted.items()),
            return_exceptions=True,
        )
        pulled: list[Event] = []
        for events in results:
            if isinstance(events, BaseException):
                raise events
            pulled += events
        pages = list(filter(None, map(self._reachability.last, wanted)))
        return pulled, pages

    async def _pull_page(
        self, page: str, incidents: list[str], seconds: float, on_change: Callable[[], None]
    ) -> list[Event]:
        """Pull the incidents of one page; its first failure ends that."""
        events: list[Event] = []
        try:
            async with asyncio.timeout(max(0.0, seconds)):
                for incident in incidents:
                    fresh = await self.pull(incident)
                    events += fresh
                    if fresh:
                        on_change()
                    asked = self._reachability.last(page)
                    if asked is None or not asked.answered:
                        return events
                if not incidents:
                    await self._check_answer(page)
                await self._find_duplicates(page)
        except TimeoutError:
            self._record_timeout(page, seconds)
        return events

    def _record_timeout(self, page: str, seconds: float) -> None:
        message = f"It did not answer within {max(seconds, 0.0):.1f} s."
        self._reachability.record_failure(
            page, Unknown(message, "A longer --timeout waits longer.")
        )

    async def _check_answer(self, page: str) -> None:
        """Record whether a page answers and accepts the token."""
        try:
            await self.sender.page(page).in_background().identity()
        except (PageError, ConfigError) as error:
            self._reachability.record_failure(page, error)
        else:
            self._reachability.record_answer(page)

    async def _on_page_error(
        self, page: str, error: PageError | ConfigError, incident: Incident
    ) -> list[Event]:
        """Record the failure of a page, or that it no longer has the incident."""
        if not (isinstance(error, Rejected) and error.status == 404):
            self._reachability.record_failure(page, error)
            return []
        await self._check_answer(page)
        asked = self._reachability.last(page)
        if asked is None or not asked.answered or await self._is_only_behind(page, incident):
            return []
        read_before = self._read_at.get(incident.id)
        return observe_deleted(self._journal, self._recorder, incident.id, read_before=read_before)

    async def _is_only_behind(self, page: str, incident: Incident) -> bool:
        """Return whether the page may not show an incident yet, or not in every answer."""
        seen = last_seen_on_page(self._journal.events(incident.id))
        if seen is None:
            return True
        if self._clock.now() - seen > timedelta(seconds=SETTLE):
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

    def _followed(self, first: str | None) -> list[str]:
        """List the incidents to pull; a small rate limit runs out on the last of them."""
        listed = self._records.incidents(open_only=True)
        followed = [summary.incident for summary in listed if summary.origin != "import"]
        return list(dict.fromkeys([*filter(None, [first]), *followed]))

    def _is_gone(self, incident: Incident) -> bool:
        """Return whether it was deleted on the page too long ago to be read again."""
        deleted, now = incident.deleted_at, self._clock.now()
        return deleted is not None and now - deleted > timedelta(seconds=STALE_AFTER)

    async def _deleted_components(
        self, name: str, page: StatusPage, state: Incident, remote: RemoteIncident
    ) -> set[str]:
        """Return the ids of an incident's components that were deleted on the page."""
        attached = {component.id for component in remote.components}
        missing = {component.id for component in state.posted_components} - attached
        if not missing:
            return set()
        listed = await page.components()
        # The next update must not offer a deleted one, nor choose it by a Group/*.
        self._page_data.save_components(listed, name)
        return missing - {component.id for component in listed}

    async def _find_duplicates(self, page: str) -> None:
        """Find new incidents of ours that are on the page twice, or there after all."""
        try:
            name = self._config.page(page).name
            adapter = self.sender.page(name).in_background()
            await find_duplicates(self._journal, self._recorder, name, adapter)
        except (PageError, ConfigError):
            return  # the next pull of this page finds it

    def _name_of(self, page: str | None) -> str:
        """Return an incident's page as config.toml names it; else as the journal does."""
        try:
            return self._config.page(page).name
        except ConfigError:
            return page or ""

    async def aclose(self) -> None:
        """Close the pages' connections."""
        await self.sender.aclose()

    def _open_operations(self) -> list[Operation]:
        return self._journal.operations(states=OPEN)

    def _deliverable(self) -> list[Operation]:
        return [
            operation
            for operation in self._open_operations()
            if operation.state not in NEEDS_DECISION | {"held"}
        ]

    def _is_finished(self, op: str) -> bool:
        operation = self._journal.operation(op)
        return operation is None or operation.state in SETTLED | NEEDS_DECISION

    async def _until(self, done: Callable[[], bool], timeout: float, *, patient: bool) -> None:
        self._holds.release(mine_only=False)  # what a console that crashed held blocks the rest
        try:
            async with asyncio.timeout(timeout):
                while not done():
                    wait = await self.sender.run_due(patient=patient)
                    if done():
                        return
                    patient = True
                    await asyncio.sleep(_POLL if wait is None else min(max(wait, 0.05), 1.0))
        except TimeoutError:
            return
