"""The one door to the public: prepare, confirm, send; and what waits behind it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from ircon.delivery.content import CREATE, POSTMORTEM, UPDATE, Content, freeze, thaw
from ircon.delivery.machine import SETTLED, STATES, WANTS_PERSON, events_from
from ircon.delivery.sender import make_move
from ircon.desk.drafts import Confirmation, OutboxItem, Posted, Preview, PublicDraft
from ircon.desk.respond import check_name
from ircon.errors import NotFound, Refused
from ircon.incident.components import Change
from ircon.incident.event import PUBLIC, Event
from ircon.incident.fold import fold
from ircon.incident.state import Incident
from ircon.incident.text import PublicText, safe
from ircon.incident.times import iso, iso_or_none
from ircon.incident.vocabulary import DELIVERY_WORDS, LEVELS, MAX_BODY, STATUSES, is_closed
from ircon.journal.operation import Operation
from ircon.writing.templates import leftovers

if TYPE_CHECKING:
    from ircon.config import PageConfig
    from ircon.desk.desk import Desk

# What a person may decide, and in which states; --it-is-there and the others of
# the command line, the buttons of the outbox screen.
CHOICES = ("send_anyway", "edit", "look_again", "it_is_there", "send_again", "drop")
_EVENTS = {
    "send_anyway": "reconfirm",
    "edit": "replace",
    "look_again": "look_again",
    "it_is_there": "it_is_there",
    "send_again": "send_again",
    "drop": "drop",
}


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
        page = self._page(draft.page, incident)
        self._check(draft, incident)
        content = self._content(draft, incident, page)
        _, sha = freeze(content)
        identity = self._desk.catalogue.identity(page.name)
        return Preview(
            page=page.name,
            page_name=page.page_name or (identity.name if identity else page.name),
            host=urlsplit(page.url).netloc,
            environment=page.environment,
            title=content.title.public if content.title else (incident.name if incident else ""),
            status=content.status,
            body=content.body.public,
            components=draft.components,
            notify=content.notify,
            subscribers=self._desk.catalogue.subscribers(page.name),
            left_below=_left_below(draft, incident),
            warnings=tuple(_warnings(draft)),
            type_page_name=page.environment == "production"
            and not (incident and incident.public_updates),
            sha=sha,
        )

    def send(self, draft: PublicDraft, confirmation: Confirmation, *, hold: float = 0) -> Posted:
        """Put confirmed words into the outbox: event and operation, one transaction.

        Args:
            hold: seconds in which ``take_back`` is still possible; the command
                line has none, because typing the command was the decision.

        Raises:
            Refused: the words are not those that were confirmed, or as ``prepare``.
        """
        incident = self._incident(draft)
        page = self._page(draft.page, incident)
        self._check(draft, incident)
        content = self._content(draft, incident, page)
        payload, sha = freeze(content)
        if sha != confirmation.sha:
            raise Refused("These are not the words that were confirmed.", "Confirm them again.")
        recorder = self._desk.recorder
        incident_id = incident.id if incident else self._desk.respond.new_id()
        op = recorder.operation_id()
        events = [] if incident else [self._declared(draft, incident_id, page)]
        update = recorder.event(
            incident_id,
            "update",
            {
                "status": draft.status,
                "body": draft.body.public,
                "title": draft.title.public if draft.title else None,
                "components": [change.to_payload() for change in draft.components],
                "notify": content.notify,
                "origin": "ircon",
                "op": op,
                "reason": draft.reason or None,
                "template": draft.template,
            },
            at=draft.at,
        )
        base = None
        if content.kind == UPDATE and incident and not draft.send_anyway:
            base = tuple(sorted(self.seen(incident) if draft.seen is None else draft.seen))
        operation = self._operation(op, update, page, content.kind, payload, sha, hold)
        kept = self._desk.journal.append([*events, update], [replace(operation, base_ids=base)])
        return Posted(incident_id, kept[-1].entry or "", op)

    def take_back(self, op: str) -> Content:
        """Stop what is still held; returns its words for the composer.

        Raises:
            Refused: it is no longer held: it may be on its way.
        """
        operation = self._operation_of(op)
        if operation.state != "held" or self._move(operation, "take_back", by=None) is None:
            raise Refused("Too late: it is no longer held.", "'ircon outbox' says how far it got.")
        return thaw(operation.payload, operation.payload_sha)

    def release(self, *, now: datetime | None = None, mine_only: bool = True) -> None:
        """Let go of what was held long enough by this process; the rest stays."""
        moment = now or self._desk.clock.now()
        for operation in self._desk.journal.operations(states=("held",)):
            ours = operation.by == self._desk.owner
            if ours and operation.hold_until and operation.hold_until <= moment:
                self._move(operation, "release", by=None, **self._clocks())
            elif not ours and not mine_only and not _alive(operation.by, self._desk.owner):
                self._move(operation, "owner_died", by=None)

    def held(self) -> list[Operation]:
        """What this process still holds, soonest first."""
        return sorted(
            (
                one
                for one in self._desk.journal.operations(states=("held",))
                if one.by == self._desk.owner
            ),
            key=lambda one: one.hold_until or one.queued_at,
        )

    def seen(self, incident: Incident) -> frozenset[str]:
        """The page's update ids that this journal knows, and so its reader has seen."""
        return frozenset(one.remote_id for one in incident.updates if one.remote_id)

    # What waits

    def outbox(self, *, every: bool = False) -> list[OutboxItem]:
        """What is not settled, in the order it will be sent; ``every`` adds what is."""
        items = []
        states: dict[str, Incident | None] = {}
        for operation in self._desk.journal.operations():
            if operation.state in SETTLED and not every:
                continue
            if operation.incident not in states:
                states[operation.incident] = fold(self._desk.journal.events(operation.incident))
            items.append(self._item(operation, states[operation.incident]))
        return items

    def item(self, op: str) -> OutboxItem:
        """One operation, by the beginning of its id.

        Raises:
            NotFound: there is none.
        """
        operation = self._operation_of(op)
        return self._item(operation, fold(self._desk.journal.events(operation.incident)))

    def decide(
        self,
        op: str,
        choice: str,
        *,
        remote: str | None = None,
        text: PublicText | None = None,
        notify: bool = False,
    ) -> str:
        """A person's decision on what the program must not decide; one of ``CHOICES``.

        Args:
            remote: for ``it_is_there``, the id of the update on the page.
            text: for ``edit``, the new words.
            notify: for ``send_again``: mail subscribers (again).

        Returns:
            The id of the operation that goes on: a new one after an edit.

        Raises:
            Refused: the choice is not open in its state, or needs more.
            AlreadyClaimed: that remote update confirms another operation.
        """
        operation = self._operation_of(op)
        open_to = _choices(operation.state)
        if choice not in open_to:
            raise Refused(
                f"{operation.op} is {operation.state}: it cannot be decided that way.",
                f"Open to you: {', '.join(open_to) or 'nothing; it goes its way'}.",
            )
        if choice == "it_is_there" and not remote:
            raise Refused("Which update of the page is it?", "Give its id.")
        if choice == "edit":
            return self._edit(operation, text)
        if choice == "send_again":
            return self._send_again(operation, notify=notify)
        changes: dict[str, object] = {"error": None, "by": None}
        if choice == "send_anyway":
            changes |= {"base_ids": None, "not_before": None, **self._clocks()}
        elif choice == "it_is_there":
            changes["remote_id"] = remote
        elif choice == "look_again":
            changes |= {"t_unknown": self._desk.clock.now(), "good_reads": 0, "not_before": None}
        self._must_move(operation, _EVENTS[choice], **changes)
        return operation.op

    def _edit(self, operation: Operation, text: PublicText | None) -> str:
        if text is None:
            raise Refused("What should it say?", "Give the new text.")
        check_body(text)
        content = replace(thaw(operation.payload, operation.payload_sha), body=text)
        before = self._desk.journal.event(operation.event)
        if before is None:
            raise NotFound(f"The entry of {operation.op} is not in the journal.", "'ircon doctor'.")
        op = self._desk.recorder.operation_id()
        update = self._desk.recorder.event(
            operation.incident, before.kind, {**before.payload, "body": text.public, "op": op}
        )
        payload, sha = freeze(content)
        again = replace(
            operation,
            op=op,
            payload=payload,
            payload_sha=sha,
            state="queued",
            event=update.id,
            base_ids=None,
            attempts=0,
            moves=0,
            seq=None,
            not_before=None,
            error=None,
            by=None,
            **self._clocks(),
        )
        self._must_move(operation, "replace", error="replaced by an edited text", by=None)
        self._desk.journal.append([update], [again])
        return op

    def _send_again(self, operation: Operation, *, notify: bool) -> str:
        content = thaw(operation.payload, operation.payload_sha)
        payload, sha = freeze(replace(content, notify=notify))
        self._must_move(
            operation,
            "send_again",
            payload=payload,
            payload_sha=sha,
            base_ids=None,
            not_before=None,
            error=None,
            by=None,
            **self._clocks(),
        )
        return operation.op

    # Postmortems go through the same door

    def prepare_postmortem(self, incident_id: str, body: PublicText, *, notify: bool) -> Preview:
        """As ``prepare``, for a postmortem."""
        incident, page, content = self._postmortem(incident_id, body, notify=notify)
        identity = self._desk.catalogue.identity(page.name)
        return Preview(
            page=page.name,
            page_name=page.page_name or (identity.name if identity else page.name),
            host=urlsplit(page.url).netloc,
            environment=page.environment,
            title=incident.name,
            status="postmortem",
            body=body.public,
            components=(),
            notify=notify,
            subscribers=self._desk.catalogue.subscribers(page.name),
            left_below=(),
            warnings=tuple(_invisible(body.public)),
            type_page_name=page.environment == "production",
            sha=freeze(content)[1],
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
    ) -> Posted:
        """As ``send``, for a postmortem; ``reason`` is kept with it."""
        incident, page, content = self._postmortem(incident_id, body, notify=notify)
        payload, sha = freeze(content)
        if sha != confirmation.sha:
            raise Refused("These are not the words that were confirmed.", "Confirm them again.")
        op = self._desk.recorder.operation_id()
        told = self._desk.recorder.event(
            incident.id,
            "postmortem",
            {
                "body": body.public,
                "origin": "ircon",
                "op": op,
                "notify": notify,
                "reason": reason or None,
            },
        )
        operation = self._operation(op, told, page, POSTMORTEM, payload, sha, hold)
        kept = self._desk.journal.append([told], [operation])
        return Posted(incident.id, kept[0].entry or "", op)

    def _postmortem(
        self, incident_id: str, body: PublicText, *, notify: bool
    ) -> tuple[Incident, PageConfig, Content]:
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
        return incident, page, Content(POSTMORTEM, body, notify)

    # Parts

    def _incident(self, draft: PublicDraft) -> Incident | None:
        return self._desk.records.incident(draft.incident) if draft.incident else None

    def _page(self, name: str | None, incident: Incident | None) -> PageConfig:
        own = incident.page if incident else None
        if own and name and name != own:
            raise Refused(
                f"This incident is on the page '{own}', not '{name}'.",
                "Declare another one for another page.",
            )
        return self._desk.config.page(own or name)

    def _check(self, draft: PublicDraft, incident: Incident | None) -> None:
        kind = incident.kind if incident else draft.kind
        known = STATUSES.get(draft.status)
        if known is None or known.kind != kind:
            allowed = [one.name for one in STATUSES.values() if one.kind == kind]
            raise Refused(
                f"{draft.status!r} is no status of {'an' if kind == 'incident' else 'a'} {kind}.",
                f"Use one of: {', '.join(allowed)}.",
            )
        check_body(draft.body)
        if incident is None:
            check_name(draft.title.public if draft.title else "")
        if draft.title:
            check_name(draft.title.public)
            _check_leftovers(draft.title.public)
        if incident and incident.origin == "import":
            raise Refused(
                "An imported incident is read-only: nothing can be posted to it.",
                "Notes and a postmortem may be added.",
            )
        if incident and is_closed(incident.status) and not draft.reopen:
            raise Refused(
                f"Incident {incident.id} is already {incident.status}.",
                "Say so if it must speak again: --reopen, or declare a new incident.",
            )
        if draft.at and draft.at > self._desk.clock.now():
            raise Refused(f"{iso(draft.at)} has not come yet.", "Give a time that has.")

    def _content(self, draft: PublicDraft, incident: Incident | None, page: PageConfig) -> Content:
        create = incident is None or not self._on_page(incident)
        title = draft.title
        if create and title is None and incident is not None:
            title = PublicText(incident.name)
        return Content(
            kind=CREATE if create else UPDATE,
            body=draft.body,
            notify=page.notify if draft.notify is None else draft.notify,
            status=draft.status,
            title=title,
            components={one.id: one.status for one in draft.components if one.status},
            attached=tuple(one.id for one in draft.components),
            impact=draft.impact,
            scheduled_for=draft.scheduled_for,
            scheduled_until=draft.scheduled_until,
            remind=draft.remind,
        )

    def _on_page(self, incident: Incident) -> bool:
        """Whether its creation is done, or at least on its way."""
        if incident.remote_id:
            return True
        return any(
            one.kind == CREATE and one.state not in {"rejected", "cancelled", "draft"}
            for one in self._desk.journal.operations(incident=incident.id)
        )

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
        payload: bytes,
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
            payload=payload,
            payload_sha=sha,
            state="held" if hold else "queued",
            event=event.id,
            hold_until=now + timedelta(seconds=hold) if hold else None,
            by=self._desk.owner if hold else None,
            **self._clocks(),
        )

    def _clocks(self) -> dict[str, object]:
        clock = self._desk.clock
        return {
            "queued_at": clock.now(),
            "mono_ns": clock.monotonic_ns(),
            "boot_ns": clock.boot_ns(),
            "boot_id": clock.boot_id,
        }

    def _operation_of(self, op: str) -> Operation:
        found = [one for one in self._desk.journal.operations() if one.op.startswith(op)]
        if len(found) != 1:
            raise NotFound(f"No one operation {op!r}.", "'ircon outbox' lists them.")
        return found[0]

    def _item(self, operation: Operation, incident: Incident | None) -> OutboxItem:
        content = thaw(operation.payload, operation.payload_sha)
        entries = incident.entries if incident else ()
        entry = next((one.id for one in entries if one.event_id == operation.event), "")
        return OutboxItem(
            incident=operation.incident,
            incident_name=incident.name if incident else "",
            update=entry,
            operation=operation.op,
            kind=operation.kind,
            state=operation.state,
            word=DELIVERY_WORDS[operation.state],
            meaning=STATES[operation.state].meaning,
            body=content.body.public,
            page=operation.page,
            attempts=operation.attempts,
            next_attempt_at=operation.hold_until
            if operation.state == "held"
            else operation.not_before,
            last_error=operation.error,
            choices=_choices(operation.state),
        )

    def _move(self, operation: Operation, event: str, **changes: object) -> Operation | None:
        return make_move(self._desk.journal, self._desk.recorder, operation, event, **changes)

    def _must_move(self, operation: Operation, event: str, **changes: object) -> Operation:
        moved = self._move(operation, event, **changes)
        if moved is None:
            raise Refused("It has just moved on.", "Look at it again: 'ircon outbox'.")
        return moved


def check_body(body: PublicText) -> None:
    """Hold a text against what a page takes, and against what must never be sent.

    Raises:
        Refused: it is empty, too long, or a placeholder is left in it.
    """
    text = body.public
    if not text.strip():
        raise Refused("There is nothing to say yet.", "Type the update.")
    if len(text) > MAX_BODY:
        raise Refused(
            f"The text has {len(text):,} characters; a page takes {MAX_BODY:,}.",
            f"Shorten it by {len(text) - MAX_BODY:,}.",
        )
    _check_leftovers(text)


def _check_leftovers(text: str) -> None:
    left = leftovers(text)
    if left:
        named = ", ".join(dict.fromkeys(one.text for one in left))
        raise Refused(f"Not finished: {named}.", "Fill in or remove what is named.")


def _left_below(draft: PublicDraft, incident: Incident | None) -> tuple[Change, ...]:
    """On a closing update: what would stay below operational on the page."""
    if not is_closed(draft.status):
        return ()
    after = {one.id: one for one in (incident.components if incident else ())}
    for change in draft.components:
        before = after.get(change.id)
        status = change.status or (before.status if before else change.was)
        after[change.id] = replace(change, status=status)
    return tuple(one for one in after.values() if LEVELS[one.status or "operational"].rank)


def _warnings(draft: PublicDraft) -> list[str]:
    found = _invisible(draft.body.public)
    if draft.title:
        found += _invisible(draft.title.public)
    return found


def _invisible(text: str) -> list[str]:
    if safe(text) == text.replace("\r\n", "\n").replace("\t", "    "):
        return []
    return ["The text holds invisible or control characters."]


def _choices(state: str) -> tuple[str, ...]:
    possible = events_from(state)
    if state not in WANTS_PERSON:
        return tuple(one for one in ("drop",) if one in possible)
    return tuple(choice for choice in CHOICES if _EVENTS[choice] in possible)


def _alive(owner: str | None, here: str) -> bool:
    """Whether the process that holds something still runs; on another host: assume so."""
    import os

    if not owner:
        return False
    host, pid, boot = (owner.split(":") + ["", ""])[:3]
    my_host, _, my_boot = (here.split(":") + ["", ""])[:3]
    if host != my_host:
        return True
    if boot != my_boot or not pid.isdigit():
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
