"""One operation's way to the page: look, send, look again, and look for what was lost.

Each step ends in exactly one move of the table in ``machine``. What may have
been applied is never sent again from here.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime

from ircon.delivery import matching, policy
from ircon.delivery.observer import observe, observe_deleted, seen_there
from ircon.delivery.outcome_log import Ledger
from ircon.delivery.page_reader import Before, Looks
from ircon.delivery.payload import thaw
from ircon.errors import (
    IrconError,
    JournalDamaged,
    JournalError,
    NotSent,
    PageError,
    Rejected,
    Unknown,
)
from ircon.incident.fold import fold
from ircon.incident.recorder import Recorder
from ircon.incident.vocabulary import is_closed
from ircon.journal.operation import Operation
from ircon.journal.store import Journal
from ircon.pages.protocol import CREATE, POSTMORTEM, Payload, Post, RemoteIncident, StatusPage


class Journey:
    """Takes one operation as far as it goes now.

    Args:
        journal: where the operation and its moves are kept.
        recorder: stamps the events of the moves.
        page: the adapter of a page by its configured name.
        owner: who is sending, ``host:pid:boot``.
        jitter: a number from 0 to 1, for the spread of waits.
        pause: told when a page wants to be left alone until an instant.
        heard: told what a page shows, by its configured name, once a write is confirmed.
        refused: told of an operation that the page refuses, before the outbox forgets it.
    """

    def __init__(
        self,
        journal: Journal,
        recorder: Recorder,
        page: Callable[[str], StatusPage],
        *,
        owner: str,
        jitter: Callable[[], float],
        pause: Callable[[str, datetime], None],
        heard: Callable[[str, RemoteIncident], None],
        refused: Callable[[Operation], object],
    ) -> None:
        self._journal = journal
        self._recorder = recorder
        self._page = page
        self._owner = owner
        self._heard = heard
        self._keep_words = refused
        self._looks = Looks(journal, page)
        self._ledger = Ledger(journal, recorder, jitter=jitter, pause=pause)

    async def carry(self, operation: Operation) -> None:
        """Make the moves that are due for an operation that is queued, sent or unknown."""
        step = {
            "queued": self._begin,
            "sent": self._look_again,
            "unknown": self._look_for,
        }[operation.state]
        await step(operation)

    def adopt(self, operation: Operation) -> None:
        """Take over what a process that is gone left on its way."""
        if operation.state == "sending":
            doubt = self._ledger.doubt("the program ended while this was on its way")
            self._ledger.move(operation, "owner_died", **doubt)
        else:
            self._ledger.move(operation, "owner_died", by=None)

    # Queued: look at the page first, then send

    async def _begin(self, operation: Operation) -> None:
        payload = self._still_true(operation)
        if payload is None:
            return
        remote = operation.remote_incident or self._remote_incident(operation.incident)
        if payload.kind != CREATE and remote is None:
            self._ledger.move(operation, "no_incident", error="the incident is not on the page")
            return
        looking = self._ledger.move(operation, "look", by=self._owner, remote_incident=remote)
        before = await self._examine(looking, payload) if looking else None
        if looking is None or before is None:
            return
        if before.news:
            self._ledger.move(looking, "others_posted", error=before.news, by=None)
            if before.incident:
                self._observe(looking, before.incident)  # to be read beside what was written
            return
        sending = self._ledger.move(
            looking,
            "intend",
            base_ids=tuple(sorted(before.ids)),
            attempts=looking.attempts + 1,
        )
        if sending is not None:
            await self._send(sending, payload, before.incident)

    def _still_true(self, operation: Operation) -> Payload | None:
        """What was confirmed, unless it waited too long or is not what was confirmed."""
        now = policy.Moment.read(self._recorder.clock)
        why = policy.outdated(operation, now) or self._over_since(operation)
        if not why:
            try:
                return thaw(operation)
            except JournalDamaged as error:
                why = str(error)
        self._ledger.move(operation, "outdated", error=why)
        return None

    def _over_since(self, operation: Operation) -> str | None:
        """Whether its incident has ended since it was queued, in words."""
        if operation.kind != "update":
            return None
        events = self._journal.events(operation.incident)
        now = fold(events)
        if now is None or not is_closed(now.status):
            return None
        then = fold([event for event in events if event.recorded_at <= operation.queued_at])
        if then is not None and is_closed(then.status):
            return None  # its author knew
        return f"the incident is {now.status} since it was written"

    async def _examine(self, operation: Operation, payload: Payload) -> Before | None:
        """Preflight: what is there before the write; None if the operation went elsewhere."""
        try:
            await self._looks.check_page(operation)
            if operation.t_unknown:  # a person sends it again: the lost one may be there by now
                match = await self._looks.find(operation, payload)
                if self._found(operation, match):
                    return None
                if match.candidates:
                    self._ledger.ask(operation, match)
                    return None
            return await self._looks.before(operation, payload)
        except Rejected as error:
            self._refused(operation, payload, error)
        except IrconError as error:  # nothing was sent: whatever it was, it may be tried again
            self._ledger.move(operation, "page_away", **self._ledger.later(operation, error))
        except asyncio.CancelledError:  # nor now: who waited for it has no more time
            stopped = "stopped while the page was asked; nothing was sent"
            self._ledger.move(operation, "page_away", by=None, error=stopped)
            raise
        return None

    def _refused(self, operation: Operation, payload: Payload, error: Rejected) -> None:
        """The page says no before anything was sent: what it had may be gone, or not shown yet."""
        said = str(error)
        if error.status == 404 and payload.kind != CREATE:
            events = self._journal.events(operation.incident)
            local, seen = fold(events), seen_there(events)
            now = self._recorder.clock.now()
            is_new = seen is None or (now - seen).total_seconds() <= policy.SETTLE
            if is_new and not (local and local.deleted_at):
                behind = NotSent("The page does not show the incident yet.", "Trying again.")
                self._ledger.move(operation, "page_away", **self._ledger.later(operation, behind))
                return
            observe_deleted(self._journal, self._recorder, operation.incident)
            said = "The incident was deleted on the page. 'ircon close' ends it here."
        self._reject(operation, "page_refused", said)

    def _reject(self, operation: Operation, event: str, said: str) -> None:
        """The page said no, whoever was carrying: the words are kept before the outbox forgets.

        Where they cannot be, what is known of the write counts more: the record has them too.
        """
        with suppress(JournalError):
            self._keep_words(operation)
        self._ledger.move(operation, event, error=said, by=None)

    # Sending: the intent is committed; one write, and what came of it

    async def _send(
        self, operation: Operation, payload: Payload, incident: RemoteIncident | None
    ) -> None:
        begun = policy.Moment.read(self._recorder.clock)
        try:
            match = await self._write(operation, payload, incident)
        except asyncio.CancelledError:
            self._ledger.move(
                operation, "unsure", **self._ledger.doubt("stopped while this was on its way")
            )
            raise
        except Exception as error:  # noqa: BLE001 - whatever went wrong, it may be public now
            slept = policy.Moment.read(self._recorder.clock).slept_since(begun)
            self._failed(operation, error, slept=slept)
            return
        sent = self._ledger.settle(operation, "accepted", match)
        if sent is None:
            self._ledger.move(
                operation, "unsure", **self._ledger.doubt("the page's answer does not show it")
            )
            return
        await self._look_again(sent)

    def _failed(self, operation: Operation, error: Exception, *, slept: bool) -> None:
        """What an error says about a write: certainly not applied, or nothing at all."""
        if slept:
            doubt = self._ledger.doubt("the machine slept while this was on its way")
            self._ledger.move(operation, "unsure", **doubt)
        elif isinstance(error, Rejected):
            self._reject(operation, "refused", str(error))
        elif isinstance(error, NotSent):
            self._ledger.move(operation, "not_sent", **self._ledger.later(operation, error))
        else:
            said = str(error) if isinstance(error, IrconError) else type(error).__name__
            self._ledger.move(operation, "unsure", **self._ledger.doubt(said))

    async def _write(
        self, operation: Operation, payload: Payload, incident: RemoteIncident | None
    ) -> matching.Match:
        page = self._page(operation.page)
        notify = payload.notify and not operation.quiet
        if payload.kind == POSTMORTEM:
            return await self._publish(operation, payload, page, notify=notify)
        metadata = incident.metadata if incident else {}
        confirmed = replace(payload, notify=notify)
        answer = await page.write(
            Post(operation.op, operation.remote_incident, confirmed, metadata)
        )
        claimed = self._journal.claimed(operation.page_id)
        base = operation.base_ids or ()
        return matching.find_answered(payload, operation.op, answer, base, claimed)

    async def _publish(
        self, operation: Operation, payload: Payload, page: StatusPage, *, notify: bool
    ) -> matching.Match:
        """A postmortem: its draft is nobody's to see and may be put again; publishing is not."""
        remote = operation.remote_incident or ""
        try:
            await page.draft_postmortem(remote, payload.body.public)
        except Unknown as error:
            raise NotSent(
                error.message, "Nothing was published: only the draft was sent."
            ) from error
        await page.publish_postmortem(remote, notify)
        try:
            return await self._looks.find(operation, payload)
        except PageError as error:  # it is published: an error of the look says nothing of that
            raise Unknown(error.message) from error

    # Afterwards

    async def _look_again(self, operation: Operation) -> None:
        """Sent: an independent look must show it."""
        payload = thaw(operation)
        try:
            there, incident = await self._looks.shows(operation, payload)
        except IrconError as error:
            self._ledger.hold(operation, error)
            return
        if there:
            notice = self._looks.met(operation, incident)
            seen = self._ledger.move(operation, "seen", error=None, not_before=None, notice=notice)
            if seen and incident:
                self._observe(seen, incident)
        elif self._ledger.passed(operation) > policy.SETTLE:
            self._ledger.move(
                operation, "vanished", remote_id=None, **self._ledger.doubt("no longer shown")
            )
        else:
            self._ledger.hold(operation, None)

    async def _look_for(self, operation: Operation) -> None:
        """Unknown: ask the page whether it arrived; after a while, ask a person."""
        payload = thaw(operation)
        try:
            match = await self._looks.find(operation, payload)
        except IrconError as error:
            self._ledger.hold(operation, error)
            return
        reads = operation.good_reads + 1
        if self._found(operation, match):
            return
        if match.candidates:
            self._ledger.ask(operation, match)
        elif self._ledger.passed(operation) >= policy.SETTLE and reads >= policy.GOOD_READS:
            said = "not on the page after 60 s"
            self._ledger.move(operation, "not_seen", error=said, remote_id=None, by=None)
        else:
            self._ledger.hold(operation, None, good_reads=reads)

    def _found(self, operation: Operation, match: matching.Match) -> Operation | None:
        """It arrived after all, unless what was found is another operation's."""
        incident = match.incident
        notice = self._looks.met(operation, incident, match.update)
        found = self._ledger.settle(operation, "seen", match, notice=notice)
        if found and incident:
            self._observe(found, incident)
        return found

    def _observe(self, operation: Operation, incident: RemoteIncident) -> None:
        """Record what others posted, now that the page has just been read."""
        self._heard(operation.page, incident)
        observe(self._journal, self._recorder, operation.incident, incident)

    def _remote_incident(self, incident: str) -> str | None:
        """The incident's id on the page, from the operation that created it there."""
        for operation in self._journal.operations(incident=incident, states=("sent", "confirmed")):
            if operation.kind == CREATE:
                return operation.remote_incident
        return None
