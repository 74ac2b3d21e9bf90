"""Carrying the outbox to the page and the page's news home, for a command that waits."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ircon.delivery.lock import SenderLock
from ircon.delivery.machine import OPEN, SETTLED, WANTS_PERSON
from ircon.delivery.matching import postmortem_id
from ircon.delivery.pull import observe
from ircon.delivery.sender import Sender
from ircon.errors import ConfigError, IrconError, JournalError, PageError
from ircon.incident.event import Event
from ircon.incident.fold import fold
from ircon.journal.operation import Operation

if TYPE_CHECKING:
    from ircon.desk.desk import Desk
    from ircon.incident.state import Incident
    from ircon.incident.text import PublicText
    from ircon.pages.protocol import RemoteIncident, StatusPage

_GLANCE = 0.25  # seconds between two looks at the journal


@dataclass(frozen=True, slots=True)
class Synced:
    """What a sync did: operations confirmed, still waiting, and entries pulled."""

    sent: int
    waiting: int
    pulled: list[Event]


class Carrier:
    """Delivers and pulls for one desk. Use within one event loop; close it after."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self.sender = Sender(
            desk.journal,
            desk.recorder,
            self._open,
            SenderLock(desk.places.data, desk.owner),
            desk.owner,
            random.random,
            heard=self._hear,
        )

    def _open(self, name: str) -> StatusPage:
        return self._desk.open_page(self._desk.config.page(name), self._desk.clock)

    def _hear(self, page: str, incident: RemoteIncident) -> None:
        """What the page shows of an incident's components is in the local copy from now on."""
        with suppress(JournalError, ConfigError):  # then the copy is as old as it was
            self._desk.catalogue.learn(incident.components, page)

    def check_settings(self, page: str) -> None:
        """Find out that a page cannot be spoken to as configured, before words wait for it.

        A token command may fail for a while, as the network does: that is no reason.

        Raises:
            ConfigError: the token's variable or file, or the address, is of no use.
        """
        if not self._desk.config.page(page).token_command:
            self.sender.page(page)

    async def postmortem_is_there(self, incident: Incident, body: PublicText) -> bool:
        """Whether the page shows these words as the postmortem; False if it cannot be asked."""
        if not incident.remote_id:
            return False
        try:
            page = self.sender.page(self._desk.config.page(incident.page).name)
            there = await page.postmortem(incident.remote_id)
        except (PageError, ConfigError):
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
        """Deliver all that waits, then pull what others posted."""
        before = {one.op for one in self._waiting()}
        await self._until(lambda: not self._moving(), timeout, patient=False)
        pulled = await self.pull_open()
        after = {one.op for one in self._waiting()}
        sent = [
            op
            for op in before - after
            if (one := self._desk.journal.operation(op)) and one.state == "confirmed"
        ]
        return Synced(len(sent), len(after), pulled)

    async def pull(self, incident: str) -> list[Event]:
        """What others posted to one incident; empty where the page cannot be asked."""
        state = fold(self._desk.journal.events(incident))
        if state is None or not state.remote_id or state.origin == "import":
            return []
        try:
            page = self.sender.page(self._desk.config.page(state.page).name).in_background()
            remote = await page.incident(state.remote_id)
        except (PageError, ConfigError):
            return []  # the record simply stays as old as it is; delivery tells of the page
        self._hear(self._desk.config.page(state.page).name, remote)
        return observe(self._desk.journal, self._desk.recorder, incident, remote)

    async def pull_open(self) -> list[Event]:
        """What others posted to any open incident."""
        return [event for one in followed(self._desk) for event in await self.pull(one)]

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
    there = (one for one in desk.records.incidents(open_only=True) if one.origin != "import")
    return list(dict.fromkeys([*([first] if first else []), *(one.incident for one in there)]))
