"""The sender: takes operations through the machine, one move at a time.

Only the holder of the sender lock runs it, so an operation found in ``preflight``
or ``sending`` when the lock is taken was left there by a process that is gone.
Everything it decides is committed before the next thing happens.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from ircon.delivery import matching, policy
from ircon.delivery.content import CREATE, POSTMORTEM, Content, thaw
from ircon.delivery.lock import SenderLock
from ircon.delivery.machine import SETTLED, WANTS_PERSON, move
from ircon.errors import (
    AlreadyClaimed,
    IrconError,
    JournalDamaged,
    NotSent,
    RateLimited,
    Rejected,
)
from ircon.incident.recorder import Recorder
from ircon.incident.times import iso
from ircon.journal.operation import Operation
from ircon.journal.store import Journal
from ircon.pages.protocol import Post, RemoteIncident, StatusPage

PageOpener = Callable[[str], StatusPage]


class Sender:
    """Delivers what waits in one journal.

    Args:
        journal: where operations and their moves are kept.
        recorder: stamps the events of the moves.
        open_page: gives the adapter of a configured page by its name; its errors
            count as a page that cannot be reached.
        lock: only its holder sends.
        owner: who this is, ``host:pid:boot``.
        jitter: a number from 0 to 1, for the spread of waits.
    """

    def __init__(
        self,
        journal: Journal,
        recorder: Recorder,
        open_page: PageOpener,
        lock: SenderLock,
        owner: str,
        jitter: Callable[[], float],
    ) -> None:
        self._journal = journal
        self._recorder = recorder
        self._open_page = open_page
        self._lock = lock
        self._owner = owner
        self._jitter = jitter
        self._pages: dict[str, StatusPage] = {}
        self._paused: dict[str, datetime] = {}
        self._at_work: set[str] = set()

    async def run_due(self, *, patient: bool = True) -> float | None:
        """Take everything as far as it goes now.

        Args:
            patient: wait out backoff; otherwise everything but Retry-After and
                the looks for a lost answer is due at once (``ircon sync``).

        Returns:
            Seconds until something is due again; None when nothing waits for
            anything but a person.
        """
        if not self._due(self._journal.operations(), patient=patient):
            return self._next_due(patient=patient)
        if not self._lock.acquire():
            return 0.25  # another process is sending: it does ours too
        try:
            self._adopt_orphans()
            while due := self._due(self._journal.operations(), patient=patient):
                await asyncio.gather(*(self._carry(operation) for operation in due))
                patient = True  # a wait set in this run is meant
        finally:
            self._lock.release()
        return self._next_due(patient=True)

    async def aclose(self) -> None:
        """Close the pages' connections."""
        for page in self._pages.values():
            await page.aclose()
        self._pages.clear()

    def page(self, name: str) -> StatusPage:
        """The adapter of a configured page, opened once."""
        if name not in self._pages:
            self._pages[name] = self._open_page(name)
        return self._pages[name]

    # What is due

    def _heads(self, operations: Iterable[Operation]) -> list[Operation]:
        """The first operation of each incident that may move: order is kept by it."""
        heads: dict[str, Operation] = {}
        for operation in operations:
            if operation.state not in SETTLED | WANTS_PERSON - {"needs_human"}:
                heads.setdefault(operation.incident, operation)
        return [head for head in heads.values() if head.state not in {"held", "needs_human"}]

    def _wait(self, operation: Operation, *, patient: bool) -> float:
        """Seconds until an operation may move."""
        now = self._recorder.clock.now()
        until = [self._paused.get(operation.page, now)]
        looking = operation.state in {"unknown", "sent"}
        if operation.not_before and (patient or looking):
            until.append(operation.not_before)
        return max(0.0, (max(until) - now).total_seconds())

    def _due(self, operations: Iterable[Operation], *, patient: bool) -> list[Operation]:
        return [
            head for head in self._heads(operations) if self._wait(head, patient=patient) <= 0.0
        ]

    def _next_due(self, *, patient: bool) -> float | None:
        heads = self._heads(self._journal.operations())
        return min((self._wait(head, patient=patient) for head in heads), default=None)

    def _adopt_orphans(self) -> None:
        for operation in self._journal.operations(states=("preflight", "sending")):
            if operation.op not in self._at_work:
                self._move(
                    operation,
                    "owner_died",
                    t_unknown=self._recorder.clock.now(),
                    good_reads=0,
                    error="the program ended while this was on its way",
                )

    # One operation's way

    async def _carry(self, operation: Operation) -> None:
        step = {
            "queued": self._look,
            "sent": self._look_again,
            "unknown": self._look_for,
        }[operation.state]
        self._at_work.add(operation.op)
        try:
            await step(operation)
        finally:
            self._at_work.discard(operation.op)

    async def _look(self, operation: Operation) -> None:
        """Queued: look at the page first, then send."""
        why = policy.outdated(operation, policy.Moment.read(self._recorder.clock))
        if why:
            self._move(operation, "outdated", error=why)
            return
        try:
            content = thaw(operation.payload, operation.payload_sha)
        except JournalDamaged as error:
            self._move(operation, "outdated", error=str(error))
            return
        remote = operation.remote_incident or self._remote_incident(operation.incident)
        if content.kind != CREATE and remote is None:
            self._move(operation, "no_incident", error="the incident is not on the page")
            return
        looking = self._move(operation, "look", by=self._owner, remote_incident=remote)
        if looking is None:
            return
        try:
            page = self.page(operation.page)
            await self._check_page(operation, page)
            base, seen = await self._baseline(page, content, remote)
        except Rejected as error:
            self._move(looking, "page_refused", error=str(error), by=None)
            return
        except IrconError as error:  # nothing was sent: whatever it was, it may be tried again
            self._move(looking, "page_away", **self._later(looking, error))
            return
        claimed = self._journal.claimed(operation.page_id)
        unseen = [
            one
            for one in (seen.updates if seen else ())
            if operation.base_ids is not None
            and one.id not in operation.base_ids
            and one.id not in claimed
        ]
        if unseen:
            self._move(
                looking,
                "others_posted",
                error=f"{len(unseen)} update(s) on the page that you had not seen",
                by=None,
            )
            return
        sending = self._move(looking, "intend", base_ids=tuple(sorted(base)))
        if sending is not None:
            await self._send(sending, content, page, seen)

    async def _send(
        self, operation: Operation, content: Content, page: StatusPage, seen: RemoteIncident | None
    ) -> None:
        """The intent is committed: one write, and what came of it."""
        try:
            match = await self._write(operation, content, page, seen)
        except asyncio.CancelledError:
            self._move(operation, "unsure", **self._doubt("stopped while this was on its way"))
            raise
        except Rejected as error:
            self._move(operation, "refused", error=str(error), by=None)
            return
        except NotSent as error:
            self._move(operation, "not_sent", **self._later(operation, error))
            return
        except Exception as error:  # noqa: BLE001 - whatever went wrong, it may be public now
            words = str(error) if isinstance(error, IrconError) else type(error).__name__
            self._move(operation, "unsure", **self._doubt(words))
            return
        sent = self._settle(operation, "accepted", match) if match.verdict == "one" else None
        if sent is None:
            self._move(operation, "unsure", **self._doubt("the page's answer does not show it"))
            return
        await self._look_again(sent)

    async def _write(
        self, operation: Operation, content: Content, page: StatusPage, seen: RemoteIncident | None
    ) -> matching.Match:
        if content.kind == POSTMORTEM:
            remote = operation.remote_incident or ""
            await page.draft_postmortem(remote, content.body.public)
            await page.publish_postmortem(remote, content.notify)
            return await self._find(operation, content, page)
        answer = await page.write(
            Post(
                op=operation.op,
                remote_incident=operation.remote_incident,
                title=content.title.public if content.title else None,
                status=content.status,
                body=content.body.public,
                components=content.components,
                component_ids=content.attached,
                notify=content.notify,
                impact=content.impact,
                scheduled_for=content.scheduled_for,
                scheduled_until=content.scheduled_until,
                remind=content.remind,
                metadata=seen.metadata if seen else {},
            )
        )
        claimed = self._journal.claimed(operation.page_id)
        base = operation.base_ids or ()
        if content.kind == CREATE:
            return matching.find_incident(content, operation.op, [answer], base, claimed)
        return matching.find_update(content, operation.op, answer, base, claimed)

    async def _look_again(self, operation: Operation) -> None:
        """Sent: an independent look must show it."""
        content = thaw(operation.payload, operation.payload_sha)
        since = operation.t_unknown or self._recorder.clock.now()
        try:
            shown = await self._shows(operation, content)
        except IrconError as error:
            self._hold(operation, error)
            return
        if shown:
            self._move(operation, "seen", by=None, error=None, not_before=None)
        elif (self._recorder.clock.now() - since).total_seconds() > policy.SETTLE:
            self._move(operation, "vanished", remote_id=None, **self._doubt("no longer shown"))
        else:
            self._hold(operation, None)

    async def _look_for(self, operation: Operation) -> None:
        """Unknown: ask the page whether it arrived; after a while, ask a person."""
        content = thaw(operation.payload, operation.payload_sha)
        try:
            match = await self._find(operation, content, self.page(operation.page))
        except IrconError as error:
            self._hold(operation, error)
            return
        reads = operation.good_reads + 1
        since = operation.t_unknown or self._recorder.clock.now()
        passed = (self._recorder.clock.now() - since).total_seconds()
        if match.verdict == "one" and self._settle(operation, "seen", match):
            return
        if match.verdict in {"several", "near"}:
            listed = ", ".join(one.id for one in match.candidates)
            self._move(operation, "several", error=f"may be any of these: {listed}", by=None)
        elif passed >= policy.SETTLE and reads >= policy.GOOD_READS:
            self._move(operation, "not_seen", error="not on the page after 60 s", by=None)
        else:
            self._hold(operation, None, good_reads=reads)

    # The page

    async def _check_page(self, operation: Operation, page: StatusPage) -> None:
        """The pinned page, or nothing leaves."""
        identity = await page.identity()
        if identity.id != operation.page_id:
            raise Rejected(
                f"This is another page: {identity.name} ({identity.id}).",
                f"'{operation.page}' in config.toml was {operation.page_id} when this was written.",
            )

    async def _baseline(
        self, page: StatusPage, content: Content, remote: str | None
    ) -> tuple[set[str], RemoteIncident | None]:
        """The ids that exist before a write, and the incident they are in."""
        if content.kind == CREATE:
            return {one.id for one in await page.incidents()}, None
        incident = await page.incident(remote or "")
        if content.kind == POSTMORTEM:
            return set(), incident
        return {one.id for one in incident.updates}, incident

    async def _find(
        self, operation: Operation, content: Content, page: StatusPage
    ) -> matching.Match:
        claimed = self._journal.claimed(operation.page_id)
        base = operation.base_ids or ()
        if content.kind == CREATE:
            incidents = await page.incidents()
            return matching.find_incident(content, operation.op, incidents, base, claimed)
        if content.kind == POSTMORTEM:
            postmortem = await page.postmortem(operation.remote_incident or "")
            return matching.find_postmortem(content, postmortem)
        incident = await page.incident(operation.remote_incident or "")
        return matching.find_update(content, operation.op, incident, base, claimed)

    async def _shows(self, operation: Operation, content: Content) -> bool:
        page = self.page(operation.page)
        if content.kind == POSTMORTEM:
            return (await self._find(operation, content, page)).verdict == "one"
        incident = await page.incident(operation.remote_incident or "")
        return any(one.id == operation.remote_id for one in incident.updates)

    def _remote_incident(self, incident: str) -> str | None:
        """The incident's id on the page, from the operation that created it there."""
        for one in self._journal.operations(incident=incident):
            if one.kind == CREATE and one.state in {"sent", "confirmed"}:
                return one.remote_incident
        return None

    # Moves

    def _later(self, operation: Operation, error: IrconError) -> dict[str, Any]:
        """Queued again: when, and what is remembered of the attempt."""
        now = self._recorder.clock.now()
        attempts = operation.attempts + 1
        if isinstance(error, RateLimited):
            wait = error.retry_after
            self._paused[operation.page] = now + timedelta(seconds=wait)
        else:
            wait = policy.backoff(attempts, self._jitter())
        return {
            "attempts": attempts,
            "not_before": now + timedelta(seconds=wait),
            "error": str(error),
            "by": None,
        }

    def _doubt(self, words: str) -> dict[str, Any]:
        now = self._recorder.clock.now()
        return {
            "t_unknown": now,
            "not_before": now + timedelta(seconds=policy.next_look(0)),
            "good_reads": 0,
            "error": words,
            "by": None,
        }

    def _hold(self, operation: Operation, error: IrconError | None, good_reads: int = 0) -> None:
        """Stay in doubt; look again later."""
        now = self._recorder.clock.now()
        wait = policy.next_look(good_reads or operation.good_reads)
        if isinstance(error, RateLimited):
            wait = error.retry_after
            self._paused[operation.page] = now + timedelta(seconds=wait)
        waiting = replace(
            operation,
            moves=operation.moves + 1,
            not_before=now + timedelta(seconds=wait),
            good_reads=good_reads or operation.good_reads,
            error=str(error) if error else operation.error,
        )
        self._journal.move(operation, waiting)

    def _settle(self, operation: Operation, event: str, match: matching.Match) -> Operation | None:
        """Claim the remote update for this operation; None if another one has it."""
        update, incident = match.update, match.incident
        remote = update.id if update else f"postmortem-{operation.op}"
        now = self._recorder.clock.now()
        try:
            return self._move(
                operation,
                event,
                server_time=iso(match.at) if match.at else None,
                impact=incident.impact if incident else None,
                remote_id=remote,
                remote_incident=incident.id if incident else operation.remote_incident,
                t_unknown=now,
                not_before=None,
                error=None,
                by=None,
            )
        except AlreadyClaimed:
            return None

    def _move(
        self,
        operation: Operation,
        event: str,
        *,
        server_time: str | None = None,
        impact: str | None = None,
        **changes: Any,
    ) -> Operation | None:
        return make_move(
            self._journal,
            self._recorder,
            operation,
            event,
            server_time=server_time,
            impact=impact,
            **changes,
        )


def make_move(
    journal: Journal,
    recorder: Recorder,
    operation: Operation,
    event: str,
    *,
    server_time: str | None = None,
    impact: str | None = None,
    **changes: Any,
) -> Operation | None:
    """One row of the table: committed together with the event that tells of it.

    Returns:
        The operation as it is now, or None if another process moved it first.

    Raises:
        AlreadyClaimed: the remote update already confirms another operation.
    """
    row = move(operation.state, event)
    after = replace(operation, state=row.target, moves=operation.moves + 1, **changes)
    told = recorder.event(
        operation.incident,
        "delivery",
        {
            "op": operation.op,
            "move": after.moves,
            "state": after.state,
            "event": event,
            "remote_id": after.remote_id,
            "remote_incident": after.remote_incident,
            "error": after.error,
            "server_time": server_time,
            "impact": impact,
        },
    )
    return journal.move(operation, after, [told])
