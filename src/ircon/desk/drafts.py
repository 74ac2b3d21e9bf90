"""Drafts of public updates, their previews and confirmations, and items of the outbox."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from ircon.incident.components import ComponentChange
from ircon.incident.text import PublicText, safe_line
from ircon.pages.protocol import POSTMORTEM

if TYPE_CHECKING:
    from ircon.checks.finding import Finding


__all__ = [
    "POSTMORTEM",
    "Confirmation",
    "OtherStatus",
    "OutboxItem",
    "PageUpdate",
    "Preview",
    "PublicDraft",
    "Restoration",
    "Submission",
]


@dataclass(frozen=True, slots=True)
class PublicDraft:
    """Update as composed; the first one of an incident also declares it.

    Attributes:
        incident: the incident's id; None declares a new one, which needs ``title``.
        page: the configured page's name; None for the incident's, else the default.
        components: attached components; ``ComponentChange.status`` None leaves one as it is.
        notify: whether subscribers are notified; None for the page's default.
        at: when it happened, if not now; the page shows when it was posted.
        seen: ids of the page's updates that the author had seen; None for all that
            the journal knows now.
        send_anyway: post even if somebody else has posted since.
        reason: why it is posted, or sent despite the findings; stays in the journal.
        reopen: post to an incident that has ended.
    """

    status: str
    body: PublicText
    components: tuple[ComponentChange, ...] = ()
    incident: str | None = None
    title: PublicText | None = None
    page: str | None = None
    notify: bool | None = None
    kind: str = "incident"
    severity: str | None = None
    impact: str | None = None
    at: datetime | None = None
    scheduled_for: datetime | None = None
    scheduled_until: datetime | None = None
    remind: bool | None = None
    template: str | None = None
    reason: str = ""
    reopen: bool = False
    seen: frozenset[str] | None = None
    send_anyway: bool = False


@dataclass(frozen=True, slots=True)
class Preview:
    """Everything that a person confirms. ``sha`` identifies exactly this payload.

    Attributes:
        page: the configured page's name.
        page_name: the page's own name, as pinned.
        host: where it goes, for example ``api.statuspage.io``.
        environment: ``production`` or ``sandbox``.
        subscribers: how many are notified, by the local copy; None if it does not say.
        left_below: components that customers will still see below operational.
        warnings: sentences worth reading before sending; none of them blocks.
        needs_reason: what is sent only with a typed reason, a sentence each.
        findings: all findings in the text; ``warnings`` are the errors among them.
        opens: it creates the incident on the page, under ``title``.
        impact: as given; None leaves it to the page.
        scheduled_for, scheduled_until: the window of a maintenance that it announces.
        type_page_name: the console asks for ``page_name`` to be typed, as it is this
            incident's first update on a production page.
    """

    page: str
    page_name: str
    host: str
    environment: str
    title: str
    status: str
    body: str
    notify: bool
    subscribers: int | None
    sha: str
    components: tuple[ComponentChange, ...] = ()
    left_below: tuple[ComponentChange, ...] = ()
    warnings: tuple[str, ...] = ()
    needs_reason: tuple[str, ...] = ()
    type_page_name: bool = False
    opens: bool = False
    impact: str | None = None
    scheduled_for: datetime | None = None
    scheduled_until: datetime | None = None
    findings: tuple[Finding, ...] = ()

    def confirm(self, reason: str = "") -> Confirmation:
        """Return the confirmation of this preview, with the reason where one is required."""
        return Confirmation(self.sha, reason)


@dataclass(frozen=True, slots=True)
class Confirmation:
    """Consent of a person to the payload with this sha, and to no other.

    Attributes:
        reason: why it is sent despite the findings; it stays in the journal.
    """

    sha: str
    reason: str = ""


class OtherStatus(NamedTuple):
    """Status that another open incident gives a component."""

    component: ComponentChange
    incident: str
    name: str

    @property
    def phrase(self) -> str:
        """Return who says so, for the end of a sentence."""
        name = safe_line(self.name, 60)
        return f"incident {self.incident} ({name}) says it is {self.component.status}"


class Restoration(NamedTuple):
    """Components of an incident when it is resolved, by what becomes of them.

    Attributes:
        changes: those that are set operational.
        elsewhere: those left as they are, because another open incident needs them so.
        gone: those that were deleted on the page.
    """

    changes: tuple[ComponentChange, ...]
    elsewhere: tuple[OtherStatus, ...]
    gone: tuple[ComponentChange, ...]


@dataclass(frozen=True, slots=True)
class Submission:
    """Update in the outbox: its incident, its entry (``u3``) and its operation."""

    incident: str
    update: str
    operation: str


@dataclass(frozen=True, slots=True)
class PageUpdate:
    """Update on the page, shown beside one that needs a decision.

    Attributes:
        remote_id: the page's id for it, as ``it_is_there`` needs it.
        body: the text as the page shows it.
        at: when the page took it.
        ours: written here; else somebody else's.
        may_be_it: it may be the very one whose answer was lost.
    """

    remote_id: str
    status: str
    body: PublicText
    at: datetime
    ours: bool
    may_be_it: bool


@dataclass(frozen=True, slots=True)
class OutboxItem:
    """Operation in the outbox. ``word`` is one of ``vocabulary.DELIVERIES``.

    Attributes:
        next_attempt_at: when it goes on: the end of its hold, of a backoff, or of the
            wait that the page asked for (then ``rate_limited``).
        may_be: the page's ids of updates that may be it: sending again would make a
            second copy.
        waits_for: the earlier operation of its incident that you must decide first.
        sender: "sending from pid 12 on web-1", while another process is sending.
    """

    incident: str
    incident_name: str
    update: str
    operation: str
    kind: str
    status: str
    state: str
    word: str
    meaning: str
    body: str
    page: str
    attempts: int
    next_attempt_at: datetime | None
    last_error: str | None
    choices: tuple[str, ...]
    rate_limited: bool = False
    may_be: tuple[str, ...] = ()
    waits_for: str | None = None
    sender: str | None = None
