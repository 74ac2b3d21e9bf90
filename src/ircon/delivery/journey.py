"""One operation's way to the page: look, send, look again, and look for what was lost.

Each step ends in exactly one move of the table in ``machine``. What may have
been applied is never sent again from here.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from ircon.delivery import matching, policy
from ircon.delivery.content import CREATE, POSTMORTEM, Content, thaw
from ircon.delivery.moves import make_move
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
from ircon.pages.protocol import Post, RemoteIncident, RemoteUpdate, StatusPage


class Journey:
    """Takes one operation as far as it goes now.

    Args:
        journal: where the operation and its moves are kept.
        recorder: stamps the events of the moves.
        page: the adapter of a page by its configured name.
        owner: who is sending, ``host:pid:boot``.
        jitter: a number from 0 to 1, for the spread of waits.
        pause: told when a page wants to be left alone until an instant.
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
    ) -> None:
        self._journal = journal
        self._recorder = recorder
        self.page = page
        self._owner = owner
        self._jitter = jitter
        self._pause = pause

    async def carry(self, operation: Operation) -> None:
        """Make the moves that are due for an operation that is queued, sent or unknown."""
        step = {
            "queued": self._look,
            "sent": self._look_again,
            "unknown": self._look_for,
        }[operation.state]
        await step(operation)

    def adopt(self, operation: Operation) -> None:
        """Take over what a process that is gone left on its way."""
        if operation.state == "sending":
            self._move(
                operation,
                "owner_died",
                **self._doubt("the program ended while this was on its way"),
            )
        else:
            self._move(operation, "owner_died", by=None)

    async def _look(self, operation: Operation) -> None:
        """Queued: look at the page first, then send."""
        content = self._still_true(operation)
        if content is None:
            return
        remote = operation.remote_incident or self._remote_incident(operation.incident)
        if content.kind != CREATE and remote is None:
            self._move(operation, "no_incident", error="the incident is not on the page")
            return
        looking = self._move(operation, "look", by=self._owner, remote_incident=remote)
        found = await self._examine(looking, content) if looking else None
        if looking is None or found is None:
            return
        base, seen = found
        unseen = self._unseen(operation, seen)
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
            await self._send(sending, content, seen)

    async def _examine(
        self, operation: Operation, content: Content
    ) -> tuple[set[str], RemoteIncident | None] | None:
        """Preflight: the ids that are there and the incident; None if it went elsewhere."""
        try:
            page = self.page(operation.page)
            await self._check_page(operation, page)
            if operation.t_unknown:  # a person sends it again: the lost one may be there by now
                match = await self._find(operation, content, page)
                if match.verdict == "one" and self._settle(operation, "seen", match):
                    return None
            return await self._baseline(page, content, operation.remote_incident)
        except Rejected as error:
            self._move(operation, "page_refused", error=str(error), by=None)
        except IrconError as error:  # nothing was sent: whatever it was, it may be tried again
            self._move(operation, "page_away", **self._later(operation, error))
        return None

    def _still_true(self, operation: Operation) -> Content | None:
        """What was confirmed, unless it waited too long or is not what was confirmed."""
        why = policy.outdated(operation, policy.Moment.read(self._recorder.clock))
        if not why:
            try:
                return thaw(operation.payload, operation.payload_sha)
            except JournalDamaged as error:
                why = str(error)
        self._move(operation, "outdated", error=why)
        return None

    def _unseen(self, operation: Operation, seen: RemoteIncident | None) -> list[RemoteUpdate]:
        """What others posted that the author had not read when confirming."""
        if seen is None or operation.base_ids is None or operation.t_unknown:
            return []
        known = {*operation.base_ids, *self._journal.claimed(operation.page_id)}
        return [update for update in seen.updates if update.id not in known]

    async def _send(
        self, operation: Operation, content: Content, seen: RemoteIncident | None
    ) -> None:
        """The intent is committed: one write, and what came of it."""
        try:
            match = await self._write(operation, content, self.page(operation.page), seen)
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
            await page.publish_postmortem(remote, content.notify and not operation.quiet)
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
                notify=content.notify and not operation.quiet,
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
            self._pause(operation.page, now + timedelta(seconds=wait))
        else:
            wait = policy.backoff(attempts, self._jitter())
        return {
            "attempts": attempts,
            "rate_limited": isinstance(error, RateLimited),
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
            self._pause(operation.page, now + timedelta(seconds=wait))
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

    def _move(self, operation: Operation, event: str, **changes: Any) -> Operation | None:
        return make_move(self._journal, self._recorder, operation, event, **changes)
