"""Publishing: the only path of a text to the public, from its preview to the outbox."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from ircon.delivery.matching import postmortem_id
from ircon.delivery.payload import freeze
from ircon.desk.drafts import Confirmation, Preview, PublicDraft, Submission
from ircon.desk.outbox import queue_stamps
from ircon.desk.responding import check_name
from ircon.desk.validation import (
    announced_components,
    backdate_warning,
    check_accepts_updates,
    check_body,
    check_leftovers,
    check_may_publish,
    check_reason,
    check_status,
    check_window,
    in_window,
    left_below,
    required_reasons,
    warnings,
)
from ircon.errors import BadValue, Refused
from ircon.incident.event import PUBLIC, Event
from ircon.incident.recorder import Recorder
from ircon.incident.state import Incident
from ircon.incident.text import PublicText, safe_line
from ircon.incident.times import iso, iso_or_none
from ircon.incident.vocabulary import first_status
from ircon.journal.operation import Operation
from ircon.pages.protocol import CREATE, POSTMORTEM, UPDATE, Payload

if TYPE_CHECKING:
    from ircon.checks.finding import Finding
    from ircon.config.load import PageConfig
    from ircon.desk.checking import Checking
    from ircon.desk.duplicates import Duplicates
    from ircon.desk.page_data import PageData
    from ircon.desk.page_state import PageState
    from ircon.desk.records import Records
    from ircon.journal.store import Journal


class _Confirmed(NamedTuple):
    """A confirmed payload, and all that is stored with it.

    Attributes:
        hold: seconds in which it can still be taken back.
        key: the idempotency key it was submitted under, if any.
    """

    page: PageConfig
    payload: Payload
    frozen: bytes
    sha: str
    reason: str
    hold: float
    key: str | None


class Publishing:
    """Takes a person's text to the outbox; delivery takes it to the page.

    Args:
        journal: takes the event and the operation in one transaction.
        recorder: stamps them, and makes the ids.
        records: the incidents.
        checking: the findings in a text.
        page_data: the local copy of what the page is called and whom it notifies.
        page_state: what of an incident is on its page already.
        duplicates: finds what was submitted under the same key.
        new_incident_id: makes the id of an incident that is declared.
        owner: this process, ``host:pid:boot``.
    """

    def __init__(
        self,
        journal: Journal,
        recorder: Recorder,
        records: Records,
        checking: Checking,
        page_data: PageData,
        page_state: PageState,
        duplicates: Duplicates,
        *,
        new_incident_id: Callable[[], str],
        owner: str,
    ) -> None:
        self._journal = journal
        self._recorder = recorder
        self._clock = recorder.clock
        self._records = records
        self._checking = checking
        self._page_data = page_data
        self._page_state = page_state
        self._duplicates = duplicates
        self._new_incident_id = new_incident_id
        self._owner = owner

    # Updates

    def prepare(self, draft: PublicDraft) -> Preview:
        """Return everything that will be public, as it will be, for a person to confirm.

        Raises:
            Refused: a limit or a rule refuses it; says which, and what to do.
            NotFound: the incident or the page does not exist.
        """
        incident, draft, page, payload = self._checked(draft)
        findings = self._checking.update_draft(draft, incident)
        is_first = not (incident and incident.public_updates)
        return replace(
            self._preview(page, payload, incident, findings),
            status=payload.status,
            components=draft.components,
            left_below=self._page_state.still_listed(left_below(draft, incident), page),
            warnings=(
                *backdate_warning(draft, incident),
                *self._page_state.contradictions(draft, incident, page),
                *warnings(findings),
            ),
            needs_reason=required_reasons(findings, errors=False),
            type_page_name=page.environment == "production" and is_first,
            opens=payload.kind == CREATE,
            impact=payload.impact,
            scheduled_for=payload.scheduled_for,
            scheduled_until=payload.scheduled_until,
        )

    def send(
        self,
        draft: PublicDraft,
        confirmation: Confirmation,
        *,
        hold: float = 0,
        key: str | None = None,
    ) -> Submission:
        """Put a confirmed update into the outbox: event and operation, one transaction.

        Args:
            hold: seconds in which it can still be taken back; none on the command line,
                where typing the command was the decision.
            key: what was sent under the same key before is not sent again.

        Raises:
            Refused: it is not what was confirmed, it needs a reason and has none, or a limit
                refuses it, see ``prepare``.
            NotFound: the incident or the page does not exist.
        """
        incident, draft, page, payload = self._checked(draft)
        frozen, sha = _confirmed_bytes(payload, confirmation)
        findings = self._checking.confidential(draft, incident)
        required = required_reasons(findings, errors=False)
        reason = check_reason(required, draft.reason, confirmation.reason)
        confirmed = _Confirmed(page, payload, frozen, sha, reason, hold, key)
        return self._submit(confirmed, lambda: self._queue_update(draft, incident, confirmed))

    def creation_payload(self, payload: Payload, incident: Incident) -> Payload:
        """Return the payload of an update as one that creates its incident on the page.

        Raises:
            Refused: nobody gave its title for the public, or the update closes it.
        """
        update = PublicDraft(payload.status, payload.body, incident=incident.id)
        draft = self._completed(update, incident)
        return replace(
            payload,
            kind=CREATE,
            title=draft.title,
            impact=payload.impact or draft.impact,
            scheduled_for=draft.scheduled_for,
            scheduled_until=draft.scheduled_until,
            remind=draft.remind,
        )

    def required_reasons(self, incident: Incident, payload: Payload) -> tuple[str, ...]:
        """Return what in an edited payload needs a typed reason, a sentence each."""
        if payload.kind == POSTMORTEM:
            return self._postmortem_reasons(incident.id, payload.body)
        draft = PublicDraft(payload.status, payload.body, title=payload.title)
        findings = self._checking.confidential(draft, incident)
        return required_reasons(findings, errors=False)

    def _checked(
        self, draft: PublicDraft
    ) -> tuple[Incident | None, PublicDraft, PageConfig, Payload]:
        """Return a draft's incident, the completed draft, its page and its payload."""
        incident = self._records.incident(draft.incident) if draft.incident else None
        draft = self._completed(draft, incident)
        self._check(draft, incident)
        page = self._page_state.page(draft.page, incident)
        return incident, draft, page, self._payload(draft, incident, page)

    def _completed(self, draft: PublicDraft, incident: Incident | None) -> PublicDraft:
        """Return the draft, with what the declaration says if it puts the incident on the page."""
        check_status(draft.status, incident.kind if incident else draft.kind)
        if incident is None:
            return draft
        if self._page_state.is_on_page(incident):
            return self._following(draft, incident)
        # The internal name as a title was taken over, not given: the composer suggests it.
        is_internal_name = draft.title and draft.title.public == incident.name
        is_taken_over = is_internal_name and self._page_state.needs_title(incident)
        check_may_publish(incident, draft.status, None if is_taken_over else draft.title)
        title = draft.title or self._page_state.public_title(incident)
        if title is None:
            raise Refused(
                f"Nothing of incident {incident.id} is public yet: what do customers know it as? "
                f"Its name here, {safe_line(incident.name, 60)!r}, is internal.",
                f"Use --title TEXT; 'ircon close {incident.id}' closes it without an update.",
            )
        declared = next(
            event for event in self._records.events(incident.id) if event.kind == "declared"
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

    def _following(self, draft: PublicDraft, incident: Incident) -> PublicDraft:
        """Return an update of an incident on the page, whose title and window do not change."""
        title = incident.page_title.public if incident.page_title else incident.name
        if draft.title and draft.title.public not in {title, incident.name}:
            raise Refused(
                f"Incident {incident.id} already has its title on the page.",
                "Leave the title out; it is changed on the page itself.",
            )
        if draft.scheduled_for or draft.scheduled_until or draft.remind is not None:
            raise BadValue(
                f"Incident {incident.id} is already on the page, with or without a window.",
                "Leave --from, --until and --remind out; a window is moved on the page itself.",
            )
        return replace(draft, kind=incident.kind)

    def _check(self, draft: PublicDraft, incident: Incident | None) -> None:
        check_window(draft, self._clock.now())
        check_body(draft.body)
        if incident is None:
            check_name(draft.title.public if draft.title else "")
        if draft.title:
            check_name(draft.title.public)
            check_leftovers(draft.title.public)
        if incident is not None:
            check_accepts_updates(incident, reopen=draft.reopen)
        if draft.at and draft.at > self._clock.now():
            raise Refused(f"{iso(draft.at)} is in the future.", "Give a time that has passed.")

    def _payload(self, draft: PublicDraft, incident: Incident | None, page: PageConfig) -> Payload:
        creates = incident is None or not self._page_state.is_on_page(incident)
        is_announced = draft.status == first_status("maintenance")
        statuses = {change.id: change.status for change in draft.components if change.status}
        return Payload(
            kind=CREATE if creates else UPDATE,
            body=draft.body,
            notify=page.notify if draft.notify is None else draft.notify,
            status=draft.status,
            title=draft.title,
            components={} if is_announced else statuses,
            component_ids=self._component_ids(draft, incident, page),
            in_window=in_window(draft),
            impact=draft.impact,
            scheduled_for=draft.scheduled_for,
            scheduled_until=draft.scheduled_until,
            remind=draft.remind,
        )

    def _component_ids(
        self, draft: PublicDraft, incident: Incident | None, page: PageConfig
    ) -> tuple[str, ...]:
        """Return all components of the incident if the draft has any: a page replaces its list."""
        if not draft.components:
            return ()
        before = incident.posted_components if incident else ()
        listed = self._page_state.still_listed(before, page)
        return tuple(dict.fromkeys(change.id for change in (*listed, *draft.components)))

    def _queue_update(
        self, draft: PublicDraft, incident: Incident | None, confirmed: _Confirmed
    ) -> Submission:
        """Store event and operation in one transaction."""
        payload, page = confirmed.payload, confirmed.page
        incident_id = incident.id if incident else self._new_incident_id()
        op = self._operation_id(confirmed.key)
        declaration = [] if incident else [self._declaration(draft, incident_id, page)]
        update = self._recorder.event(
            incident_id,
            "update",
            {
                "status": draft.status,
                "body": draft.body.public,
                "title": payload.title.public if payload.title else None,
                # An incident declared on no page belongs to the page of its first update.
                "page": page.name if incident and not incident.page else None,
                "components": [change.to_payload() for change in announced_components(draft)],
                "notify": payload.notify,
                "origin": "ircon",
                "op": op,
                "reason": confirmed.reason or None,
                "template": draft.template,
                "key": self._duplicates.token(confirmed.key) if confirmed.key else None,
            },
            at=draft.at,
        )
        base = None
        if payload.kind == UPDATE and incident and not draft.send_anyway:
            seen = self._page_state.seen_updates(incident) if draft.seen is None else draft.seen
            base = tuple(sorted(seen))
        operation = self._operation(op, update, confirmed)._replace(base_ids=base)
        saved = self._journal.append([*declaration, update], [operation])
        return Submission(saved[-1].incident, saved[-1].entry or "", op)

    def _declaration(self, draft: PublicDraft, incident: str, page: PageConfig) -> Event:
        return self._recorder.event(
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

    # Postmortems

    def prepare_postmortem(self, incident_id: str, body: PublicText, *, notify: bool) -> Preview:
        """Return everything of a postmortem that will be public, for a person to confirm.

        Raises:
            Refused: the incident is not public, or a limit refuses the text.
            NotFound: the incident or the page does not exist.
        """
        incident, page, payload = self._checked_postmortem(incident_id, body, notify=notify)
        findings = self._postmortem_findings(incident_id, body)
        return replace(
            self._preview(page, payload, incident, findings),
            status="postmortem",
            needs_reason=required_reasons(findings, errors=True),
            type_page_name=page.environment == "production",
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
    ) -> Submission:
        """Put a confirmed postmortem into the outbox, see ``send``.

        Any error in it needs a reason, which is stored with it.

        Raises:
            Refused: it is not what was confirmed, it needs a reason and has none, or a limit
                refuses it.
            NotFound: the incident or the page does not exist.
        """
        incident, page, payload = self._checked_postmortem(incident_id, body, notify=notify)
        frozen, sha = _confirmed_bytes(payload, confirmation)
        required = self._postmortem_reasons(incident_id, body)
        reason = check_reason(required, reason, confirmation.reason)
        confirmed = _Confirmed(page, payload, frozen, sha, reason, hold, key)
        return self._submit(confirmed, lambda: self._queue_postmortem(incident, confirmed))

    def _queue_postmortem(self, incident: Incident, confirmed: _Confirmed) -> Submission:
        op = self._operation_id(confirmed.key)
        event = self._recorder.event(
            incident.id,
            "postmortem",
            {
                "body": confirmed.payload.body.public,
                "origin": "ircon",
                "op": op,
                "notify": confirmed.payload.notify,
                "reason": confirmed.reason or None,
                "key": self._duplicates.token(confirmed.key) if confirmed.key else None,
            },
        )
        published = incident.postmortem.published
        base = (postmortem_id(published.public),) if published else ()
        operation = self._operation(op, event, confirmed)._replace(base_ids=base)
        saved = self._journal.append([event], [operation])
        return Submission(incident.id, saved[0].entry or "", op)

    def _checked_postmortem(
        self, incident_id: str, body: PublicText, *, notify: bool
    ) -> tuple[Incident, PageConfig, Payload]:
        incident = self._records.incident(incident_id)
        if incident.origin == "import":
            raise Refused("An imported incident cannot be posted to.", "Export it instead.")
        if not incident.public_updates:
            raise Refused(
                "Nothing of this incident is public, so its postmortem cannot be posted.",
                "Export it instead.",
            )
        check_body(body)
        page = self._page_state.page(None, incident)
        return incident, page, Payload(POSTMORTEM, body, notify)

    def _postmortem_reasons(self, incident_id: str, body: PublicText) -> tuple[str, ...]:
        return required_reasons(self._postmortem_findings(incident_id, body), errors=True)

    def _postmortem_findings(self, incident_id: str, body: PublicText) -> Sequence[Finding]:
        self._checking.look_up(body.public)  # a misspelt word is an error here
        return self._checking.postmortem_draft(incident_id, body.public)

    # Updates and postmortems alike

    def _preview(
        self,
        page: PageConfig,
        payload: Payload,
        incident: Incident | None,
        findings: Sequence[Finding],
    ) -> Preview:
        """Return what every preview shows; the caller adds what is special about its kind."""
        return Preview(
            page=page.name,
            page_name=self._page_data.title(page.name),
            host=urlsplit(page.url).netloc,
            environment=page.environment,
            title=payload.title.public if payload.title else _page_title(incident),
            status=payload.status,
            body=payload.body.public,
            notify=payload.notify,
            subscribers=self._page_data.subscribers(page.name),
            sha=freeze(payload)[1],
            findings=tuple(findings),
        )

    def _submit(self, confirmed: _Confirmed, queue: Callable[[], Submission]) -> Submission:
        if confirmed.key is None:
            return queue()
        return self._duplicates.submit_once(confirmed.key, queue)

    def _operation_id(self, key: str | None) -> str:
        return self._duplicates.unused_token(key) if key else self._recorder.operation_id()

    def _operation(self, op: str, event: Event, confirmed: _Confirmed) -> Operation:
        hold = confirmed.hold
        return Operation(
            op=op,
            incident=event.incident,
            page=confirmed.page.name,
            page_id=confirmed.page.page_id,
            kind=confirmed.payload.kind,
            payload=confirmed.frozen,
            payload_sha=confirmed.sha,
            state="held" if hold else "queued",
            event=event.id,
            hold_until=self._clock.now() + timedelta(seconds=hold) if hold else None,
            by=self._owner if hold else None,
            **queue_stamps(self._clock),
        )


def _confirmed_bytes(payload: Payload, confirmation: Confirmation) -> tuple[bytes, str]:
    """Return a payload's bytes and sha, which must be the confirmed one.

    Raises:
        Refused: it is another one.
    """
    frozen, sha = freeze(payload)
    if sha != confirmation.sha:
        raise Refused("This is not the text that was confirmed.", "Confirm it again.")
    return frozen, sha


def _page_title(incident: Incident | None) -> str:
    """Return the title of an incident on the page."""
    if incident is None:
        return ""
    return incident.page_title.public if incident.page_title else incident.name
