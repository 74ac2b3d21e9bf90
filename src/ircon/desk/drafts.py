"""What a person is about to say in public, and what they confirm by saying so."""

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
    "Elsewhere",
    "OnPage",
    "OutboxItem",
    "Posted",
    "Preview",
    "PublicDraft",
    "Restored",
]


@dataclass(frozen=True, slots=True)
class PublicDraft:
    """An update as composed; the first one of an incident also declares it.

    Attributes:
        incident: the incident's id; None declares a new one, which needs ``title``.
        page: the configured page's name; None for the incident's, else the default.
        components: attached components; ``Change.status`` None leaves one as it is.
        notify: whether subscribers are mailed; None for the page's default.
        at: when it happened, if not now: the record's time. The page shows when it
            was posted.
        seen: ids of the page's updates that the author had seen; None for all that
            the journal knows now.
        send_anyway: post even if somebody else has posted since.
        reason: why it is posted, or goes out although the checks object; for the record.
        reopen: say something on an incident that is over.
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
    """Everything the confirm screen shows. ``sha`` names these very words.

    Attributes:
        page: the configured page's name; page_name: what it calls itself, as pinned.
        host: where it goes, for example ``api.statuspage.io``.
        environment: ``production`` or ``sandbox``.
        subscribers: how many are mailed, as last heard; None if never heard.
        left_below: components that customers will still see below operational.
        warnings: sentences worth reading before sending; none of them blocks.
        needs_reason: what in the words goes out only with a typed reason, in sentences.
        findings: all that the checks found in an update; ``warnings`` are the errors of them.
        opens: it puts the incident on the page, under ``title``.
        impact: as it is said; None leaves it to the page.
        scheduled_for, scheduled_until: the window of a maintenance that it announces.
        type_page_name: the console asks for ``page_name`` to be typed: it is this
            incident's first public word on a production page.
    """

    page: str
    page_name: str
    host: str
    environment: str
    title: str
    status: str
    body: str
    components: tuple[ComponentChange, ...]
    notify: bool
    subscribers: int | None
    left_below: tuple[ComponentChange, ...]
    warnings: tuple[str, ...]
    type_page_name: bool
    sha: str
    needs_reason: tuple[str, ...] = ()
    opens: bool = False
    impact: str | None = None
    scheduled_for: datetime | None = None
    scheduled_until: datetime | None = None
    findings: tuple[Finding, ...] = ()

    def confirm(self, reason: str = "") -> Confirmation:
        """A person has read this and says yes; and why, where a reason is wanted."""
        return Confirmation(self.sha, reason)


@dataclass(frozen=True, slots=True)
class Confirmation:
    """A person's yes to the words with this sha, and to no others.

    ``reason`` is why they go out although the checks object; it stays in the record.
    """

    sha: str
    reason: str = ""


class Elsewhere(NamedTuple):
    """A component, in the status that another open incident gives it."""

    component: ComponentChange
    incident: str
    name: str

    @property
    def words(self) -> str:
        """Who says so, for the end of a sentence."""
        called = safe_line(self.name, 60)
        return f"incident {self.incident} ({called}) says it is {self.component.status}"


class Restored(NamedTuple):
    """What becomes of an incident's components when it ends and they are restored.

    Attributes:
        changes: those that are set operational.
        elsewhere: those that are left, as another open incident says they are broken.
        gone: those that the page has no more.
    """

    changes: tuple[ComponentChange, ...]
    elsewhere: tuple[Elsewhere, ...]
    gone: tuple[ComponentChange, ...]


@dataclass(frozen=True, slots=True)
class Posted:
    """What came of sending: the incident, the entry (``u3``) and the operation."""

    incident: str
    update: str
    operation: str


@dataclass(frozen=True, slots=True)
class OnPage:
    """An update on the page, to be read beside one that wants a decision.

    Attributes:
        remote_id: the page's id for it: what ``it_is_there`` wants.
        body: the words as the page shows them.
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
    """What waits, or wants a decision. ``word`` is one of ``vocabulary.DELIVERIES``.

    Attributes:
        next_attempt_at: when it goes on: the end of its hold, of a backoff, or of the
            wait that the page asked for (then ``rate_limited``).
        may_be: what stands on the page and may be it, by the page's ids: sending again
            would make a second copy.
        waits_for: the earlier operation of its incident that a person must decide first.
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
