"""State of an incident at one time, as the fold computes it from the events.

Plain values. Durations are in minutes unless a name has another unit; times are
aware and in UTC.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from ircon.incident.components import ComponentChange
from ircon.incident.text import InternalText, PublicText
from ircon.incident.times import elapsed_from, format_duration
from ircon.incident.vocabulary import COMPONENT_STATUSES, PUBLIC_DELIVERIES, is_closed


@dataclass(frozen=True, slots=True)
class Update:
    """An update for customers, with its delivery.

    Attributes:
        id: the entry's id, ``u3``.
        at: when it was written or observed; the timeline is sorted by it.
        created_at: when the page accepted it; None while unknown (imported text).
        shown_at: the time the page shows for it.
        delivery: one of ``vocabulary.DELIVERIES``.
        state: the delivery state behind ``delivery``, None unless written here.
        origin: ``ircon``, ``observed`` or ``import``.
        notice: information for its author that needs no action: somebody else posted
            at the same time, or it is on the page twice.
        edited: the text that the page shows by now in place of ``body``.
        was: the first values of fields that were changed on the page: ``body``,
            ``status``, ``shown_at``.
        deleted_at: when the page was first observed without it.
    """

    id: str
    event_id: str
    status: str
    body: PublicText
    components: tuple[ComponentChange, ...]
    notify: bool
    at: datetime
    recorded_at: datetime
    delivery: str
    origin: str
    author: str
    title: PublicText | None = None
    created_at: datetime | None = None
    shown_at: datetime | None = None
    state: str | None = None
    op: str | None = None
    remote_id: str | None = None
    error: str | None = None
    raw_status: str | None = None
    notice: str | None = None
    edited: PublicText | None = None
    was: dict[str, str] = field(default_factory=dict)
    deleted_at: datetime | None = None

    @property
    def is_public(self) -> bool:
        """Whether it certainly reached customers, deleted on the page since or not."""
        return self.delivery in PUBLIC_DELIVERIES

    @property
    def as_shown(self) -> PublicText:
        """Its text as the page shows it now."""
        return self.body if self.edited is None else self.edited

    @property
    def shown(self) -> datetime:
        """The time the page shows, else the time it was written."""
        return self.shown_at or self.created_at or self.at

    @property
    def created(self) -> datetime:
        """The time the page accepted it, else the time shown (imported text has no other)."""
        return self.created_at or self.shown

    @property
    def order(self) -> tuple[datetime, datetime, str]:
        """Sort key: the order of the page; ties in page order (METRICS)."""
        return (self.shown, self.created, self.event_id)


def final_index(public: Sequence[Update]) -> int | None:
    """Return the index of *final*, after which every status is closed; None without one."""
    final_at = None
    for index in range(len(public) - 1, -1, -1):
        if not is_closed(public[index].status):
            break
        final_at = index
    return final_at


@dataclass(frozen=True, slots=True)
class Note:
    """An internal entry. ``source`` is ``typed``, ``command``, ``pipe`` or ``import``."""

    id: str
    event_id: str
    at: datetime
    recorded_at: datetime
    author: str
    text: InternalText
    source: str
    pinned: bool = False
    retracted: bool = False
    amended: bool = False
    command: str | None = None
    exit_code: int | None = None
    seconds: float | None = None

    @property
    def ending(self) -> str:
        """The exit code and duration of a command: ``exit 3, 12.4 s``; empty for other notes."""
        code = "" if self.exit_code is None else f"exit {self.exit_code}"
        if self.seconds is None:
            return code
        if self.seconds < 1:
            lasted = "under a second"
        elif self.seconds < 60:
            lasted = f"{self.seconds:.1f} s"
        else:
            lasted = format_duration(timedelta(seconds=self.seconds))
        return f"{code}, {lasted}" if code else lasted


@dataclass(frozen=True, slots=True)
class Action:
    """A follow-up action; ``due`` is an ISO date, as typed."""

    id: str
    text: InternalText
    owner: str | None = None
    due: str | None = None
    ticket: str | None = None
    done: bool = False


@dataclass(frozen=True, slots=True)
class Postmortem:
    """A postmortem; ``state`` is ``none``, ``draft`` or ``published``.

    ``body`` is the newest draft, internal until published; ``published`` is what
    customers see. ``delivery`` and ``op`` follow the publishing, as in ``Update``.
    """

    state: str = "none"
    body: InternalText | None = None
    template: str | None = None
    audience: str = "public"
    saved_at: datetime | None = None
    published: PublicText | None = None
    published_at: datetime | None = None
    delivery: str | None = None
    op: str | None = None
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Closure:
    """The closing of an incident here, with nothing posted to the page."""

    at: datetime
    reason: InternalText | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of the timeline. ``text`` keeps its type: what is internal stays so.

    Attributes:
        was: the text that the page showed before ``text``.
        deleted: whether it is no longer on the page.
        seen_before: of a change observed on the page, the last answer without it.
    """

    id: str
    event_id: str
    at: datetime
    recorded_at: datetime
    kind: str
    visibility: str
    author: str
    text: PublicText | InternalText
    delivery: str | None = None
    status: str | None = None
    pinned: bool = False
    retracted: bool = False
    amended: bool = False
    was: PublicText | None = None
    deleted: bool = False
    seen_before: datetime | None = None


@dataclass(frozen=True, slots=True)
class Incident:
    """An incident at one time.

    Attributes:
        status: what customers see; before anything is public, the status it was
            declared with.
        impact: the page's, else the declared one, else the one its components imply;
            None where it is unknown: ``none`` is only used where it was set.
        declared_at: None for an imported report without any time.
        started_at: the impact's start, if it was marked; never guessed.
        components: each with the status customers see.
        closed: its closing here without a post to the page, where it has one.
        silenced: the reason by rule of the checks that is silenced here.
        remote_id: the incident's id on the page; None before it is posted.
        page_title: its title on the page as last observed; None before it is posted.
        page_updated_at: the page's own time of the last change observed there.
        deleted_at: when the page was first observed to have deleted it.
        deleted_components: ids of components that the page no longer has.
        seen_components: changes of components that were observed on the page and that no
            update here made, with the time of each.
        origin: ``ircon`` or ``import``; imported ones are read-only for posting.
        as_of: the time it was folded up to, or None for all events.
    """

    id: str
    name: str
    kind: str = "incident"
    page: str | None = None
    status: str = "investigating"
    impact: str | None = None
    severity: str | None = None
    declared_at: datetime | None = None
    started_at: datetime | None = None
    detected_at: datetime | None = None
    acknowledged_at: datetime | None = None
    ended_at: datetime | None = None
    first_public_at: datetime | None = None
    resolved_at: datetime | None = None
    scheduled_for: datetime | None = None
    scheduled_until: datetime | None = None
    roles: dict[str, str] = field(default_factory=dict)
    components: tuple[ComponentChange, ...] = ()
    updates: tuple[Update, ...] = ()
    notes: tuple[Note, ...] = ()
    actions: tuple[Action, ...] = ()
    postmortem: Postmortem = Postmortem()
    entries: tuple[Entry, ...] = ()
    silenced: dict[str, str] = field(default_factory=dict)
    closed: Closure | None = None
    remote_id: str | None = None
    page_title: PublicText | None = None
    page_updated_at: datetime | None = None
    deleted_at: datetime | None = None
    deleted_components: frozenset[str] = frozenset()
    seen_components: tuple[tuple[datetime, tuple[ComponentChange, ...]], ...] = ()
    origin: str = "ircon"
    warnings: tuple[str, ...] = ()
    as_of: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Whether it has not ended here; imported ones are never open."""
        return not self.has_ended and self.origin != "import"

    @property
    def has_ended(self) -> bool:
        """Whether its public status is closed, or it was closed here."""
        return is_closed(self.status) or self.closed is not None

    @property
    def is_public(self) -> bool:
        """Whether it is on the page, or any update of it was published."""
        return self.remote_id is not None or any(update.is_public for update in self.updates)

    @property
    def elapsed_since(self) -> datetime | None:
        """The start of its elapsed time (``elapsed_from``)."""
        return elapsed_from(self.started_at, self.declared_at, self.first_public_at)

    @property
    def public_updates(self) -> tuple[Update, ...]:
        """The updates customers certainly saw, oldest first as shown."""
        public = (update for update in self.updates if update.is_public)
        return tuple(sorted(public, key=lambda update: update.order))

    @property
    def pending_updates(self) -> tuple[Update, ...]:
        """The updates written here that are not, or not certainly, public."""
        return tuple(
            update for update in self.updates if update.delivery in {"queued", "sending", "unknown"}
        )

    @property
    def posted_components(self) -> tuple[ComponentChange, ...]:
        """Its components that an update has posted, or is going to post.

        Components named only in an internal declaration are internal.
        """
        posted_ids = {component.id for update in self.updates for component in update.components}
        posted_ids -= self.deleted_components
        return tuple(component for component in self.components if component.id in posted_ids)

    @property
    def not_operational(self) -> tuple[ComponentChange, ...]:
        """Its components that customers see below operational, without deleted ones."""
        return tuple(
            component
            for component in self.components
            if COMPONENT_STATUSES[component.status or "operational"].rank
            and component.id not in self.deleted_components
        )

    def entry(self, entry_id: str) -> Entry | None:
        """Return the timeline entry with this id, or None."""
        return next((entry for entry in self.entries if entry.id == entry_id), None)


@dataclass(frozen=True, slots=True)
class SimilarIncident:
    """An earlier incident that resembles one, found in the journal by the desk.

    Attributes:
        incident: its id.
        reasons: a phrase each: the same components, the same words about the cause, and
            what was promised then and whether it was done.
    """

    incident: str
    name: str
    reasons: tuple[str, ...]
