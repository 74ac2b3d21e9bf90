"""Protocol of a status page: what an adapter must do, and the values it takes and gives.

Every adapter speaks these types, in Statuspage's words (``incident.vocabulary``).
Each method of ``StatusPage`` raises one of ``ircon.errors``' four outcomes and
nothing else: ``NotSent`` (``RateLimited`` among it), ``Rejected``, ``Unknown``.
Cancelling a call raises ``CancelledError``: whether it was applied is unknown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar, Final, Protocol

from ircon.incident.components import Component, ComponentChange
from ircon.incident.text import PublicText
from ircon.incident.vocabulary import STATUSES
from ircon.pages.capabilities import Capabilities
from ircon.pages.rate_limit import Rate
from ircon.pages.secrets import Authentication

if TYPE_CHECKING:
    from ircon.config.load import PageConfig
    from ircon.pages.http import HttpClient

CREATE, UPDATE, POSTMORTEM = "create", "update", "postmortem"  # kinds of a payload
OURS: Final = "ircon"  # the incident metadata of ours: {"ircon": {"op": ...}}

Metadata = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class PageIdentity:
    """Which page it is. ``url`` is where the public reads it, if the page says."""

    id: str
    name: str
    url: str | None = None


@dataclass(frozen=True, slots=True)
class RemoteUpdate:
    """An update as a page has it.

    Attributes:
        id: the page's id for it.
        created_at: when the page took it.
        shown_at: the time the page shows; authors may move it.
        components: those it names, with the status before and after.
        notified: whether subscribers were told; None where the page does not say.
    """

    id: str
    status: str
    body: str
    created_at: datetime
    shown_at: datetime
    components: tuple[ComponentChange, ...] = ()
    notified: bool | None = None


@dataclass(frozen=True, slots=True)
class RemotePostmortem:
    """A postmortem as a page has it; published once ``published_at`` is set."""

    body: str | None = None
    draft: str | None = None
    published_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class RemoteIncident:
    """An incident or a maintenance as a page has it.

    Attributes:
        page_id: the page it belongs to, where the page says.
        url: the address of its own page.
        updates: oldest first by the time shown, ties in the order of creation.
        components: those attached now, with their present status.
        metadata: what integrations attached, values always objects.
        unread: how many rows of its updates made no sense: nothing is said to be missing.
    """

    id: str
    page_id: str | None
    name: str
    status: str
    impact: str
    url: str | None
    created_at: datetime
    updated_at: datetime | None = None
    resolved_at: datetime | None = None
    updates: tuple[RemoteUpdate, ...] = ()
    components: tuple[Component, ...] = ()
    metadata: Metadata = field(default_factory=dict)
    postmortem: RemotePostmortem | None = None
    scheduled_for: datetime | None = None
    scheduled_until: datetime | None = None
    unread: int = 0

    @property
    def kind(self) -> str:
        """``incident`` or ``maintenance``, by its status."""
        known = STATUSES.get(self.status)
        if known:
            return known.kind
        return "maintenance" if self.scheduled_for else "incident"


@dataclass(frozen=True, slots=True)
class RemoteTemplate:
    """A template kept on the page. ``status`` is empty where it sets none."""

    id: str
    name: str
    title: str
    body: str
    status: str
    component_ids: tuple[str, ...] = ()
    notify: bool | None = None


@dataclass(frozen=True, slots=True)
class Payload:
    """One write to a page, as a person confirmed it: an incident, an update or a postmortem.

    Only public types come in here: there is no field for an internal word.

    Attributes:
        kind: ``CREATE``, ``UPDATE`` or ``POSTMORTEM``.
        notify: whether subscribers are notified.
        title: the incident's name; required to create, renames it otherwise.
        components: the status of each component that changes, by id.
        component_ids: all attached components, the unchanged ones too.
        in_window: its components are under maintenance while the maintenance runs.
    """

    kind: str
    body: PublicText
    notify: bool
    status: str = ""
    title: PublicText | None = None
    components: Mapping[str, str] = field(default_factory=dict)
    component_ids: tuple[str, ...] = ()
    impact: str | None = None
    scheduled_for: datetime | None = None
    scheduled_until: datetime | None = None
    remind: bool | None = None
    in_window: bool = False


@dataclass(frozen=True, slots=True)
class Post:
    """A payload with its address: the request that creates an incident or updates one.

    Attributes:
        op: the operation's token, random and without meaning.
        remote_incident: the incident it goes to; None creates one.
        metadata: what the preflight returned; written again beside the token.
    """

    op: str
    remote_incident: str | None
    payload: Payload
    metadata: Metadata = field(default_factory=dict)

    @property
    def tagged_metadata(self) -> dict[str, dict[str, Any]]:
        """The metadata to write: all that was there, and the token."""
        kept = {name: dict(value) for name, value in self.metadata.items()}
        kept[OURS] = {**kept.get(OURS, {}), "op": self.op}
        return kept


class StatusPage(Protocol):
    """A status page that can be read and written: what an adapter is.

    Args:
        profile: the configured page, which pins its id, and its name where it has one.
        http: the client of its origin, with the token.

    Attributes:
        authentication: the header that its token goes into.
        rate: how many requests its API allows.
        capabilities: what its API can do.
    """

    authentication: ClassVar[Authentication]
    rate: ClassVar[Rate]
    capabilities: ClassVar[Capabilities]

    def __init__(self, profile: PageConfig, http: HttpClient) -> None: ...

    @property
    def server_time(self) -> datetime | None:
        """The page's clock at its last answer; None before the first."""

    @property
    def skew(self) -> float | None:
        """Seconds the page's clock was ahead of ours at its last answer."""

    def in_background(self) -> StatusPage:
        """Return the page for background requests, which leave room for interactive ones."""

    async def identity(self) -> PageIdentity:
        """The page that the profile pins."""

    async def subscribers(self) -> int:
        """How many subscribers a notification reaches."""

    async def components(self) -> list[Component]:
        """All components, with their groups' names, in the page's order."""

    async def templates(self) -> list[RemoteTemplate]:
        """The page's own templates."""

    async def incident(self, remote_id: str) -> RemoteIncident:
        """One incident with all its updates."""

    async def incidents(self) -> list[RemoteIncident]:
        """The newest hundred and all unresolved ones, newest first, each once."""

    async def write(self, post: Post) -> RemoteIncident:
        """Post an update in exactly one request; the incident as it is afterwards."""

    async def postmortem(self, remote_id: str) -> RemotePostmortem:
        """An incident's postmortem; empty where there is none."""

    async def draft_postmortem(self, remote_id: str, body: str) -> None:
        """Replace the draft; doing it twice changes nothing."""

    async def publish_postmortem(self, remote_id: str, notify: bool) -> None:  # noqa: FBT001 - a field of the request
        """Publish the draft, always saying whether subscribers are told."""

    async def aclose(self) -> None:
        """Give up connections."""
