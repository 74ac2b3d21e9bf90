"""Attempt to deliver one operation: preflight, write, verification, search for a lost write.

Each step ends in exactly one move of the table in ``states``. What may have been
applied is never sent again from here.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime

from ircon.delivery import matching, policy
from ircon.delivery.comparison import last_seen_on_page
from ircon.delivery.observer import observe, observe_deleted
from ircon.delivery.page_reader import PageReader, Preflight
from ircon.delivery.payload import thaw
from ircon.delivery.transitions import Transitions
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


class Attempt:
    """Takes one operation as far as it can go now.

    Args:
        journal: where operations and their moves are stored.
        recorder: stamps the events of the moves.
        page: returns the adapter of a page by its configured name.
        owner: this process, ``host:pid:boot``.
        jitter: returns a number from 0 to 1, for the spread of waits.
        pause: called with a page's name and the time until which it accepts no request.
        on_page_state: called with a page's name and what it shows, once a write is confirmed.
        on_rejected: called with an operation that the page refuses, before the move.
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
        on_page_state: Callable[[str, RemoteIncident], None],
        on_rejected: Callable[[Operation], object],
    ) -> None:
        self._journal = journal
        self._recorder = recorder
        self._page = page
        self._owner = owner
        self._on_page_state = on_page_state
        self._on_rejected = on_rejected
        self._reader = PageReader(journal, page)
        self._transitions = Transitions(journal, recorder, jitter=jitter, pause=pause)

    async def advance(self, operation: Operation) -> None:
        """Make the moves that are due for an operation in queued, sent or unknown."""
        step = {
            "queued": self._begin,
            "sent": self._verify,
            "unknown": self._resolve_unknown,
        }[operation.state]
        await step(operation)

    def recover(self, operation: Operation) -> None:
        """Move on what a process that has ended left in preflight or sending."""
        if operation.state == "sending":
            reason = "the program ended while this was on its way"
            self._transitions.mark_unknown(operation, "owner_died", reason)
        else:
            self._transitions.move(operation, "owner_died", by=None)

    # Queued: read the page first, then send

    async def _begin(self, operation: Operation) -> None:
        payload = self._confirmed_payload(operation)
        if payload is None:
            return
        remote = operation.remote_incident or self._remote_incident(operation.incident)
        if payload.kind != CREATE and remote is None:
            self._transitions.move(
                operation, "no_incident", error="the incident is not on the page"
            )
            return
        preflight = self._transitions.move(
            operation, "look", by=self._owner, remote_incident=remote
        )
        found = await self._examine(preflight, payload) if preflight else None
        if preflight is None or found is None:
            return
        if found.unseen:
            self._transitions.move(preflight, "others_posted", error=found.unseen, by=None)
            if found.incident:
                self._observe(preflight, found.incident)  # to be read beside the draft
            return
        sending = self._transitions.move(
            preflight,
            "intend",
            base_ids=tuple(sorted(found.ids)),
            attempts=preflight.attempts + 1,
        )
        if sending is not None:
            await self._send(sending, payload, found.incident)

    def _confirmed_payload(self, operation: Operation) -> Payload | None:
        """Return the payload; None once it is too old, damaged, or its incident was closed."""
        now = policy.ClockReading.read(self._recorder.clock)
        reason = policy.stale_reason(operation, now) or self._closed_since(operation)
        if not reason:
            try:
                return thaw(operation)
            except JournalDamaged as error:
                reason = str(error)
        self._transitions.move(operation, "outdated", error=reason)
        return None

    def _closed_since(self, operation: Operation) -> str | None:
        """Say that its incident was closed after it was queued; None if it was not."""
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

    async def _examine(self, operation: Operation, payload: Payload) -> Preflight | None:
        """Read the page before the write; None if that moved the operation on."""
        try:
            await self._reader.check_page(operation)
            if operation.t_unknown:  # a person sends it again: the lost one may be there by now
                match = await self._reader.find(operation, payload)
                if self._confirm(operation, match):
                    return None
                if match.candidates:
                    self._transitions.ask_person(operation, match)
                    return None
            return await self._reader.preflight(operation, payload)
        except Rejected as error:
            self._refused(operation, payload, error)
        except IrconError as error:  # nothing was sent: whatever it was, it may be tried again
            self._transitions.retry_later(operation, "page_away", error)
        except asyncio.CancelledError:  # nothing was sent: time is up, or the program ends
            stopped = "stopped while the page was asked; nothing was sent"
            self._transitions.move(operation, "page_away", by=None, error=stopped)
            raise
        return None

    def _refused(self, operation: Operation, payload: Payload, error: Rejected) -> None:
        """Handle a refusal before the write: the incident may be gone, or not shown yet."""
        reason = str(error)
        if error.status == 404 and payload.kind != CREATE:
            events = self._journal.events(operation.incident)
            local, seen = fold(events), last_seen_on_page(events)
            now = self._recorder.clock.now()
            is_new = seen is None or (now - seen).total_seconds() <= policy.SETTLE
            if is_new and not (local and local.deleted_at):
                behind = NotSent("The page does not show the incident yet.", "Trying again.")
                self._transitions.retry_later(operation, "page_away", behind)
                return
            observe_deleted(self._journal, self._recorder, operation.incident)
            reason = "The incident was deleted on the page. 'ircon close' ends it here."
        self._reject(operation, "page_refused", reason)

    def _reject(self, operation: Operation, event: str, reason: str) -> None:
        """Move a refused operation on, after its text was handed to ``on_rejected``.

        A failure to save the draft does not stop the move: the journal has the text too.
        """
        with suppress(JournalError):
            self._on_rejected(operation)
        self._transitions.move(operation, event, error=reason, by=None)

    # Sending: the intent is committed, then one write and its outcome

    async def _send(
        self, operation: Operation, payload: Payload, incident: RemoteIncident | None
    ) -> None:
        begun = policy.ClockReading.read(self._recorder.clock)
        try:
            match = await self._write(operation, payload, incident)
        except asyncio.CancelledError:
            reason = "stopped while this was on its way"
            self._transitions.mark_unknown(operation, "unsure", reason)
            raise
        except Exception as error:  # noqa: BLE001 - whatever went wrong, it may be public now
            slept = policy.ClockReading.read(self._recorder.clock).slept_since(begun)
            self._failed(operation, error, slept=slept)
            return
        sent = self._transitions.claim(operation, "accepted", match)
        if sent is None:
            reason = "the page's answer does not show it"
            self._transitions.mark_unknown(operation, "unsure", reason)
            return
        await self._verify(sent)

    def _failed(self, operation: Operation, error: Exception, *, slept: bool) -> None:
        """Move on after a failed write: not applied for certain, or unknown."""
        if slept:
            reason = "the machine slept while this was on its way"
            self._transitions.mark_unknown(operation, "unsure", reason)
        elif isinstance(error, Rejected):
            self._reject(operation, "refused", str(error))
        elif isinstance(error, NotSent):
            self._transitions.retry_later(operation, "not_sent", error)
        else:
            reason = str(error) if isinstance(error, IrconError) else type(error).__name__
            self._transitions.mark_unknown(operation, "unsure", reason)

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
        return matching.match_answer(payload, operation.op, answer, base, claimed)

    async def _publish(
        self, operation: Operation, payload: Payload, page: StatusPage, *, notify: bool
    ) -> matching.Match:
        """Publish a postmortem: replacing its draft may be repeated, publishing it may not."""
        remote = operation.remote_incident or ""
        try:
            await page.draft_postmortem(remote, payload.body.public)
        except Unknown as error:
            raise NotSent(
                error.message, "Nothing was published: only the draft was sent."
            ) from error
        await page.publish_postmortem(remote, notify)
        try:
            return await self._reader.find(operation, payload)
        except PageError as error:  # it is published: a failed read does not change that
            raise Unknown(error.message) from error

    # Sent or unknown: read the page until it shows the write

    async def _verify(self, operation: Operation) -> None:
        """Confirm a sent operation once an independent read shows it."""
        payload = thaw(operation)
        try:
            is_shown, incident = await self._reader.shows(operation, payload)
        except IrconError as error:
            self._transitions.reschedule(operation, error)
            return
        if is_shown:
            notice = self._reader.concurrent_posts(operation, incident)
            confirmed = self._transitions.move(
                operation, "seen", error=None, not_before=None, notice=notice
            )
            if confirmed and incident:
                self._observe(confirmed, incident)
        elif self._transitions.elapsed(operation) > policy.SETTLE:
            self._transitions.mark_unknown(operation, "vanished", "no longer shown", remote_id=None)
        else:
            self._transitions.reschedule(operation, None)

    async def _resolve_unknown(self, operation: Operation) -> None:
        """Search the page for a write whose answer was lost; after a while, ask a person."""
        payload = thaw(operation)
        try:
            match = await self._reader.find(operation, payload)
        except IrconError as error:
            self._transitions.reschedule(operation, error)
            return
        reads = operation.good_reads + 1
        if self._confirm(operation, match):
            return
        if match.candidates:
            self._transitions.ask_person(operation, match)
        elif self._transitions.elapsed(operation) >= policy.SETTLE and reads >= policy.GOOD_READS:
            reason = "not on the page after 60 s"
            self._transitions.move(operation, "not_seen", error=reason, remote_id=None, by=None)
        else:
            self._transitions.reschedule(operation, None, good_reads=reads)

    def _confirm(self, operation: Operation, match: matching.Match) -> Operation | None:
        """Confirm an operation by its match; None if that is none, or another operation's."""
        incident = match.incident
        notice = self._reader.concurrent_posts(operation, incident, match.update)
        confirmed = self._transitions.claim(operation, "seen", match, notice=notice)
        if confirmed and incident:
            self._observe(confirmed, incident)
        return confirmed

    def _observe(self, operation: Operation, incident: RemoteIncident) -> None:
        """Record what others posted, as the page has just been read."""
        self._on_page_state(operation.page, incident)
        observe(self._journal, self._recorder, operation.incident, incident)

    def _remote_incident(self, incident: str) -> str | None:
        """Return the incident's id on the page, from the operation that created it there."""
        for operation in self._journal.operations(incident=incident, states=("sent", "confirmed")):
            if operation.kind == CREATE:
                return operation.remote_incident
        return None
