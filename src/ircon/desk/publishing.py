"""The one door to the public: prepare, confirm, send, and take back while it is held."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256
from itertools import count
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from urllib.parse import urlsplit

from ircon.delivery.lock import exclusively, is_alive
from ircon.delivery.matching import looks_same, postmortem_id
from ircon.delivery.payload import freeze, thaw
from ircon.delivery.transitions import make_move
from ircon.desk.drafts import Confirmation, Elsewhere, Posted, Preview, PublicDraft, Restored
from ircon.desk.outbox import clocks, find_operation
from ircon.desk.responding import check_name
from ircon.desk.validation import (
    announced,
    backdated,
    check_body,
    check_leftovers,
    check_opens,
    check_reason,
    check_speaks,
    check_status,
    check_window,
    in_window,
    left_below,
    rank,
    wants_reason,
    warnings,
)
from ircon.errors import BadValue, Refused
from ircon.incident.components import ComponentChange
from ircon.incident.event import PUBLIC, Event
from ircon.incident.state import Incident
from ircon.incident.text import PublicText, safe_line
from ircon.incident.times import iso, iso_or_none
from ircon.incident.vocabulary import DELIVERY_WORDS, first_status
from ircon.journal.operation import Operation
from ircon.pages.protocol import CREATE, POSTMORTEM, UPDATE, Payload

if TYPE_CHECKING:
    from ircon.checks.finding import Finding
    from ircon.config.load import PageConfig
    from ircon.desk.desk import Desk


_REACTION: Final = 3.0  # seconds that a person needs to take something back
_NEVER_SENT: Final = frozenset({"draft", "rejected"})
_OVERDUE: Final = 30.0  # seconds after which a hold that nobody ended is no longer one


class _Ready(NamedTuple):
    """Confirmed words, and all that goes with them into the journal."""

    page: PageConfig
    payload: Payload
    frozen: bytes
    sha: str
    reason: str
    hold: float


class Publish:
    """Takes a person's words to the outbox; delivery takes them to the page."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def prepare(self, draft: PublicDraft) -> Preview:
        """Everything that will be public, as it will be, for a person to confirm.

        Raises:
            Refused: a rule says no; says which, and what to do.
            NotFound: the incident or the page does not exist.
        """
        incident = self._incident(draft)
        draft = self._whole(draft, incident)
        self._check(draft, incident)
        page = self._page(draft.page, incident)
        payload = self._payload(draft, incident, page)
        _, sha = freeze(payload)
        found = self._desk.checking.update_draft(draft, incident)
        identity = self._desk.page_data.identity(page.name)
        return Preview(
            page=page.name,
            page_name=page.page_name or (identity.name if identity else page.name),
            host=urlsplit(page.url).netloc,
            environment=page.environment,
            title=payload.title.public if payload.title else _title(incident),
            status=payload.status,
            body=payload.body.public,
            components=draft.components,
            notify=payload.notify,
            subscribers=self._desk.page_data.subscribers(page.name),
            left_below=self._standing(left_below(draft, incident), page),
            warnings=(
                *backdated(draft, incident),
                *self._contradicted(draft, incident, page),
                *warnings(found),
            ),
            needs_reason=wants_reason(found, errors=False),
            type_page_name=page.environment == "production"
            and not (incident and incident.public_updates),
            sha=sha,
            opens=payload.kind == CREATE,
            impact=payload.impact,
            scheduled_for=payload.scheduled_for,
            scheduled_until=payload.scheduled_until,
            findings=tuple(found),
        )

    def send(
        self,
        draft: PublicDraft,
        confirmation: Confirmation,
        *,
        hold: float = 0,
        key: str | None = None,
    ) -> Posted:
        """Put confirmed words into the outbox: event and operation, one transaction.

        Args:
            hold: seconds in which ``take_back`` is still possible; the command
                line has none, because typing the command was the decision.
            key: what was sent under the same key before is not sent again.

        Raises:
            Refused: the words are not those that were confirmed, they want a reason and
                none was typed, or as ``prepare``.
        """
        incident = self._incident(draft)
        draft = self._whole(draft, incident)
        self._check(draft, incident)
        page = self._page(draft.page, incident)
        payload = self._payload(draft, incident, page)
        frozen, sha = freeze(payload)
        if sha != confirmation.sha:
            raise Refused("These are not the words that were confirmed.", "Confirm them again.")
        found = self._desk.checking.confidential(draft, incident)
        wanted = wants_reason(found, errors=False)
        reason = check_reason(wanted, draft.reason, confirmation.reason)
        ready = _Ready(page, payload, frozen, sha, reason, hold)
        if key is None:
            return self._queue(draft, incident, ready)
        with exclusively(self._desk.paths.data / "keys.lock"):
            return self.posted_under(key) or self._queue(draft, incident, ready, key)

    def _queue(
        self, draft: PublicDraft, incident: Incident | None, ready: _Ready, key: str | None = None
    ) -> Posted:
        """Event and operation into the journal, in one transaction."""
        payload = ready.payload
        recorder = self._desk.recorder
        incident_id = incident.id if incident else self._desk.respond.new_id()
        op = self._free_token(key) if key else recorder.operation_id()
        events = [] if incident else [self._declared(draft, incident_id, ready.page)]
        update = recorder.event(
            incident_id,
            "update",
            {
                "status": draft.status,
                "body": draft.body.public,
                "title": payload.title.public if payload.title else None,
                # One declared on no page is from its first word on where that went.
                "page": ready.page.name if incident and not incident.page else None,
                "components": [one.to_payload() for one in announced(draft)],
                "notify": payload.notify,
                "origin": "ircon",
                "op": op,
                "reason": ready.reason or None,
                "template": draft.template,
                "key": self._token(key, 0) if key else None,
            },
            at=draft.at,
        )
        base = None
        if payload.kind == UPDATE and incident and not draft.send_anyway:
            base = tuple(sorted(self.seen(incident) if draft.seen is None else draft.seen))
        operation = self._operation(
            op, update, ready.page, payload.kind, ready.frozen, ready.sha, ready.hold
        )
        kept = self._desk.journal.append([*events, update], [operation._replace(base_ids=base)])
        return Posted(kept[-1].incident, kept[-1].entry or "", op)

    def posted_under(self, key: str) -> Posted | None:
        """What was sent under a key before; None where it was not, or the page refused it.

        Raises:
            Refused: a person dropped it.
        """
        for number in count():
            operation = self._desk.journal.operation(self._token(key, number))
            if operation is None:
                return None
            found = operation
            if operation.state == "cancelled":
                found = self._edited(operation, self._token(key, 0)) or operation
            if found.state == "cancelled":
                raise Refused(
                    f"What was posted under the key {safe_line(key, 60)!r} was dropped.",
                    "Use another key to post it after all.",
                )
            if found.state not in _NEVER_SENT:
                event = self._desk.journal.event(found.event)
                return Posted(found.incident, (event and event.entry) or "", found.op)
        return None

    def _edited(self, operation: Operation, token: str) -> Operation | None:
        """What went on in an operation's place, once its words were edited."""
        events = self._desk.journal.events(operation.incident)
        ops = [event.text("op") for event in events if event.text("key") == token]
        return self._desk.journal.operation(ops[-1] or "") if ops else None

    def _free_token(self, key: str) -> str:
        tokens = (self._token(key, number) for number in count())
        return next(token for token in tokens if self._desk.journal.operation(token) is None)

    def _token(self, key: str, number: int) -> str:
        """The operation's token for a key, at each try: it means nothing to anybody else."""
        named = f"{self._desk.journal.journal_id}\n{key}\n{number}"
        return sha256(named.encode("utf-8", "replace")).hexdigest()[:20]

    def repeated(self, draft: PublicDraft) -> str | None:
        """That the same words went out a moment ago, or are on their way, in a sentence.

        Of a declaration, within the hour and while that incident is open; of an update,
        while the first one is not settled.
        """
        title = draft.title.public if draft.title else ""
        recent = self._desk.clock.now() - timedelta(hours=1)
        operations = self._desk.journal.operations(incident=draft.incident)
        for operation in reversed(operations):
            if (
                operation.state in {"draft", "rejected", "cancelled"}
                or operation.kind == POSTMORTEM
            ):
                continue
            payload = thaw(operation)
            if not _alike(payload.body.public, draft.body.public):
                continue
            if draft.incident is None:
                called = payload.title.public if payload.title else ""
                same = operation.kind == CREATE and _alike(called, title)
                if not same or operation.queued_at < recent or not self._is_running(operation):
                    continue
                if operation.page != self._desk.config.page(draft.page).name:
                    continue
                return f"Incident {operation.incident} has this very name and these words."
            if payload.status == draft.status and operation.state != "confirmed":
                return (
                    f"The same words are on their way already ({DELIVERY_WORDS[operation.state]})."
                )
        return None

    def _is_running(self, operation: Operation) -> bool:
        return self._desk.records.incident(operation.incident).is_open

    def take_back(self, op: str) -> Payload:
        """Stop what is still held; returns its words for the composer.

        Raises:
            Refused: it is no longer held: it may be on its way.
        """
        operation = find_operation(self._desk, op)
        if operation.state != "held" or self._move(operation, "take_back", by=None) is None:
            raise Refused("Too late: it is no longer held.", "'ircon outbox' says how far it got.")
        return thaw(operation)

    def release(
        self, *, now: datetime | None = None, mine_only: bool = True, was_away: bool = False
    ) -> None:
        """Let go of what was held long enough by this process; the rest stays.

        What a hold that nobody ended in time leaves (its process died, was suspended,
        or hangs) is a draft again: nothing leaves that nobody could take back.

        Args:
            now: instead of the clock's: a person says that it is over.
            mine_only: leave alone what other processes hold, dead or not.
            was_away: this process was stopped, or its screen hung, until now: what ended
                meanwhile, or is about to end, nobody could take back.
        """
        moment = now or self._desk.clock.now()
        for operation in self._desk.journal.operations(states=("held",)):
            ours = operation.by == self._desk.owner
            if mine_only and not ours:
                continue
            over = (moment - operation.hold_until).total_seconds() if operation.hold_until else 0.0
            if over > _OVERDUE or (ours and was_away and over > -_REACTION):
                self._give_back(operation, "take_back")
            elif ours and over >= 0:
                # Its age counts from when it was confirmed: a sleep meanwhile is noticed.
                self._move(operation, "release", by=None)
            elif not ours and not is_alive(operation.by, self._desk.owner):
                self._give_back(operation, "owner_died")

    def _give_back(self, operation: Operation, event: str) -> None:
        """Back to a draft; the words are kept there first."""
        self._desk.saved_drafts.save_rejected(operation)
        self._move(operation, event, by=None)

    def held(self) -> list[Operation]:
        """What this process still holds, soonest first."""
        return sorted(
            (
                operation
                for operation in self._desk.journal.operations(states=("held",))
                if operation.by == self._desk.owner
            ),
            key=lambda operation: operation.hold_until or operation.queued_at,
        )

    def seen(self, incident: Incident) -> frozenset[str]:
        """The page's update ids that this journal knows, and so its reader has seen."""
        return frozenset(update.remote_id for update in incident.updates if update.remote_id)

    def restorable(self, incident: Incident) -> Restored:
        """What a closing update may set operational again, and what it had better not.

        As the local copy has the page's components: ``catalogue.refresh`` renews it.
        """
        page = self._page(None, incident)
        below = incident.not_operational
        there = self._standing(below, page)
        said = self._said_below(page.name, incident.id)
        return Restored(
            changes=tuple(
                one._replace(status="operational", was=one.status)
                for one in there
                if one.id not in said
            ),
            elsewhere=tuple(said[one.id] for one in there if one.id in said),
            gone=(
                *(
                    component
                    for component in incident.components
                    if component.id in incident.deleted_components
                ),
                *(one for one in below if one not in there),
            ),
        )

    def _said_below(self, page: str, but: str | None) -> dict[str, Elsewhere]:
        """What other open incidents of a page say is below operational, by component."""
        said: dict[str, Elsewhere] = {}
        for row in self._desk.records.incidents(open_only=True):
            # One that was opened internally on no page in particular goes to the default one.
            own = row.page or self._desk.config.page(None).name
            if row.incident == but or own != page:
                continue
            other = self._desk.records.incident(row.incident)
            for one in other.not_operational if other.is_public else ():
                said.setdefault(one.id, Elsewhere(one, other.id, other.name))
        return said

    def _contradicted(
        self, draft: PublicDraft, incident: Incident | None, page: PageConfig
    ) -> Iterator[str]:
        """That another open incident says a component is worse, a sentence each."""
        given = any(change.status for change in draft.components)
        if draft.status == first_status("maintenance") or not given:
            return
        said = self._said_below(page.name, incident.id if incident else None)
        for change in draft.components:
            other = said.get(change.id)
            if other and change.status and rank(change.status) < rank(other.component.status):
                yield f"{change.path} becomes {change.status}, but {other.words}."

    def is_on_page(self, incident: Incident) -> bool:
        """Whether an incident's creation is done, or at least on its way."""
        if incident.remote_id:
            return True
        return any(
            operation.kind == CREATE and operation.state not in {"rejected", "cancelled", "draft"}
            for operation in self._desk.journal.operations(incident=incident.id)
        )

    # Postmortems go through the same door

    def prepare_postmortem(self, incident_id: str, body: PublicText, *, notify: bool) -> Preview:
        """As ``prepare``, for a postmortem."""
        incident, page, payload = self._postmortem(incident_id, body, notify=notify)
        found = self._found(incident_id, body)
        identity = self._desk.page_data.identity(page.name)
        return Preview(
            page=page.name,
            page_name=page.page_name or (identity.name if identity else page.name),
            host=urlsplit(page.url).netloc,
            environment=page.environment,
            title=_title(incident),
            status="postmortem",
            body=body.public,
            components=(),
            notify=notify,
            subscribers=self._desk.page_data.subscribers(page.name),
            left_below=(),
            warnings=(),
            needs_reason=wants_reason(found, errors=True),
            type_page_name=page.environment == "production",
            sha=freeze(payload)[1],
            findings=tuple(found),
        )

    def send_postmortem(
        self,
        incident_id: str,
        body: PublicText,
        confirmation: Confirmation,
        *,
        notify: bool,
        reason: str = "",
        hold: float = 0,
        key: str | None = None,
    ) -> Posted:
        """As ``send``, for a postmortem; any error wants a reason, which is kept with it."""
        incident, page, payload = self._postmortem(incident_id, body, notify=notify)
        frozen, sha = freeze(payload)
        if sha != confirmation.sha:
            raise Refused("These are not the words that were confirmed.", "Confirm them again.")
        reason = check_reason(self._objections(incident_id, body), reason, confirmation.reason)
        ready = _Ready(page, payload, frozen, sha, reason, hold)
        if key is None:
            return self._queue_postmortem(incident, ready)
        with exclusively(self._desk.paths.data / "keys.lock"):
            return self.posted_under(key) or self._queue_postmortem(incident, ready, key)

    def _queue_postmortem(
        self, incident: Incident, ready: _Ready, key: str | None = None
    ) -> Posted:
        payload = ready.payload
        op = self._free_token(key) if key else self._desk.recorder.operation_id()
        told = self._desk.recorder.event(
            incident.id,
            "postmortem",
            {
                "body": payload.body.public,
                "origin": "ircon",
                "op": op,
                "notify": payload.notify,
                "reason": ready.reason or None,
                "key": self._token(key, 0) if key else None,
            },
        )
        published = incident.postmortem.published
        base = (postmortem_id(published.public),) if published else ()
        operation = self._operation(
            op, told, ready.page, POSTMORTEM, ready.frozen, ready.sha, ready.hold
        )
        kept = self._desk.journal.append([told], [operation._replace(base_ids=base)])
        return Posted(incident.id, kept[0].entry or "", op)

    def wanted_reason(self, incident: Incident, payload: Payload) -> tuple[str, ...]:
        """What in words that replace others goes out only with a typed reason."""
        if payload.kind == POSTMORTEM:
            return self._objections(incident.id, payload.body)
        draft = PublicDraft(payload.status, payload.body, title=payload.title)
        found = self._desk.checking.confidential(draft, incident)
        return wants_reason(found, errors=False)

    def _objections(self, incident_id: str, body: PublicText) -> tuple[str, ...]:
        return wants_reason(self._found(incident_id, body), errors=True)

    def _found(self, incident_id: str, body: PublicText) -> Sequence[Finding]:
        self._desk.checking.look_up(body.public)  # a misspelt word is an error here
        return self._desk.checking.postmortem_draft(incident_id, body.public)

    def _postmortem(
        self, incident_id: str, body: PublicText, *, notify: bool
    ) -> tuple[Incident, PageConfig, Payload]:
        incident = self._desk.records.incident(incident_id)
        if incident.origin == "import":
            raise Refused("An imported incident cannot be posted to.", "Export it instead.")
        if not incident.public_updates:
            raise Refused(
                "Nothing of this incident is public, so its postmortem has no place there.",
                "Export it instead.",
            )
        check_body(body)
        page = self._page(None, incident)
        return incident, page, Payload(POSTMORTEM, body, notify)

    # Parts

    def _incident(self, draft: PublicDraft) -> Incident | None:
        return self._desk.records.incident(draft.incident) if draft.incident else None

    def _whole(self, draft: PublicDraft, incident: Incident | None) -> PublicDraft:
        """With all that was meant when the incident was declared, where this opens it."""
        check_status(draft.status, incident.kind if incident else draft.kind)
        if incident is None:
            return draft
        if self.is_on_page(incident):
            return self._added(draft, incident)
        # Its own name, taken over as a title, is no word for the public: the console offers it.
        named = draft.title and draft.title.public == incident.name and self.wants_title(incident)
        check_opens(incident, draft.status, None if named else draft.title)
        title = draft.title or self.public_title(incident)
        if title is None:
            raise Refused(
                f"Nothing of incident {incident.id} is public yet: what do customers know it as? "
                f"Its name here, {safe_line(incident.name, 60)!r}, is internal.",
                f"Say it with --title TEXT; 'ircon close {incident.id}' ends it without a word.",
            )
        declared = next(
            event for event in self._desk.records.events(incident.id) if event.kind == "declared"
        )
        remind = declared.payload.get("remind")
        return replace(
            draft,
            title=title,
            kind=incident.kind,
            impact=draft.impact or declared.text("impact"),
            scheduled_for=draft.scheduled_for or incident.scheduled_for,
            scheduled_until=draft.scheduled_until or incident.scheduled_until,
            remind=remind if draft.remind is None and isinstance(remind, bool) else draft.remind,
        )

    def _added(self, draft: PublicDraft, incident: Incident) -> PublicDraft:
        """An update of what is on the page, where its title and its window stand already."""
        shown = incident.page_title.public if incident.page_title else incident.name
        if draft.title and draft.title.public not in {shown, incident.name}:
            raise Refused(
                f"Incident {incident.id} has its title on the page already.",
                "Leave the title out; it is changed on the page itself.",
            )
        if draft.scheduled_for or draft.scheduled_until or draft.remind is not None:
            raise BadValue(
                f"Incident {incident.id} is on the page already, with or without a window.",
                "Leave --from, --until and --remind out; a window is moved on the page itself.",
            )
        return replace(draft, kind=incident.kind)

    def opening(self, payload: Payload, incident: Incident) -> Payload:
        """Words that were meant for what is on the page, as those that put it there.

        Raises:
            Refused: nobody said its title for the public, or they are its end.
        """
        draft = PublicDraft(payload.status, payload.body, incident=incident.id)
        whole = self._whole(draft, incident)
        return replace(
            payload,
            kind=CREATE,
            title=whole.title,
            impact=payload.impact or whole.impact,
            scheduled_for=whole.scheduled_for,
            scheduled_until=whole.scheduled_until,
            remind=whole.remind,
        )

    def wants_title(self, incident: Incident) -> bool:
        """Whether its first public word has to say what customers know it as."""
        return not self.is_on_page(incident) and self.public_title(incident) is None

    def public_title(self, incident: Incident) -> PublicText | None:
        """What a person called it for the public; None where nobody did yet."""
        for operation in reversed(self._desk.journal.operations(incident=incident.id)):
            title = thaw(operation).title
            if title is not None:
                return title
        return None

    def _page(self, name: str | None, incident: Incident | None) -> PageConfig:
        own = incident.page if incident else None
        if own and name and name != own:
            raise Refused(
                f"This incident is on the page '{own}', not '{name}'.",
                "Declare another one for another page.",
            )
        return self._desk.config.page(own or name)

    def _check(self, draft: PublicDraft, incident: Incident | None) -> None:
        check_window(draft, self._desk.clock.now())
        check_body(draft.body)
        if incident is None:
            check_name(draft.title.public if draft.title else "")
        if draft.title:
            check_name(draft.title.public)
            check_leftovers(draft.title.public)
        if incident is not None:
            check_speaks(incident, reopen=draft.reopen)
        if draft.at and draft.at > self._desk.clock.now():
            raise Refused(f"{iso(draft.at)} has not come yet.", "Give a time that has.")

    def _payload(self, draft: PublicDraft, incident: Incident | None, page: PageConfig) -> Payload:
        create = incident is None or not self.is_on_page(incident)
        return Payload(
            kind=CREATE if create else UPDATE,
            body=draft.body,
            notify=page.notify if draft.notify is None else draft.notify,
            status=draft.status,
            title=draft.title,
            components={}
            if draft.status == first_status("maintenance")
            else {
                component.id: component.status for component in draft.components if component.status
            },
            component_ids=self._attached(draft, incident, page),
            in_window=in_window(draft),
            impact=draft.impact,
            scheduled_for=draft.scheduled_for,
            scheduled_until=draft.scheduled_until,
            remind=draft.remind,
        )

    def _attached(
        self, draft: PublicDraft, incident: Incident | None, page: PageConfig
    ) -> tuple[str, ...]:
        """All components of the incident, once the draft names any: a page replaces its list."""
        if not draft.components:
            return ()
        before = self._standing(incident.posted_components, page) if incident else ()
        return tuple(dict.fromkeys(one.id for one in (*before, *draft.components)))

    def _standing(
        self, changes: Iterable[ComponentChange], page: PageConfig
    ) -> tuple[ComponentChange, ...]:
        """Without those that the page has no more, as far as it was heard."""
        there = {component.id for component in self._desk.page_data.components(page.name)}
        return tuple(change for change in changes if not there or change.id in there)

    def _declared(self, draft: PublicDraft, incident: str, page: PageConfig) -> Event:
        return self._desk.recorder.event(
            incident,
            "declared",
            {
                "name": draft.title.public if draft.title else "",
                "page": page.name,
                "kind": draft.kind,
                "status": draft.status,
                "severity": draft.severity,
                "impact": draft.impact,
                "started_at": iso_or_none(draft.at),
                "scheduled_for": iso_or_none(draft.scheduled_for),
                "scheduled_until": iso_or_none(draft.scheduled_until),
                "remind": draft.remind,
                "components": [change.to_payload() for change in draft.components],
                "origin": "ircon",
            },
            at=draft.at,
            visibility=PUBLIC,
        )

    def _operation(
        self,
        op: str,
        event: Event,
        page: PageConfig,
        kind: str,
        frozen: bytes,
        sha: str,
        hold: float,
    ) -> Operation:
        now = self._desk.clock.now()
        return Operation(
            op=op,
            incident=event.incident,
            page=page.name,
            page_id=page.page_id,
            kind=kind,
            payload=frozen,
            payload_sha=sha,
            state="held" if hold else "queued",
            event=event.id,
            hold_until=now + timedelta(seconds=hold) if hold else None,
            by=self._desk.owner if hold else None,
            **clocks(self._desk.clock),
        )

    def _move(self, operation: Operation, event: str, **changes: Any) -> Operation | None:
        return make_move(self._desk.journal, self._desk.recorder, operation, event, **changes)


def _title(incident: Incident | None) -> str:
    """What the page calls an incident that is there."""
    if incident is None:
        return ""
    return incident.page_title.public if incident.page_title else incident.name


def _alike(one: str, other: str) -> bool:
    """Whether a reader would call two texts the same, whatever their case."""
    return looks_same(one.casefold(), other.casefold())
