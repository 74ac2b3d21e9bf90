"""Adapter of Atlassian Statuspage, manage API v1.

https://developer.statuspage.io; what its description does not say, and what the
service was seen to do, is in docs/statuspage.md. The practice page speaks it too.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar, Final, TypeVar
from urllib.parse import quote

from ircon.config.load import PageConfig
from ircon.config.schema import is_loopback
from ircon.errors import Rejected, Unreadable
from ircon.incident.components import Component
from ircon.incident.times import iso
from ircon.incident.vocabulary import STATUS_ALIASES
from ircon.pages import outcomes
from ircon.pages.capabilities import Capabilities, Recognition
from ircon.pages.protocol import (
    PageIdentity,
    Post,
    RemoteIncident,
    RemotePostmortem,
    RemoteTemplate,
    StatusPage,
)
from ircon.pages.rate_limit import BACKGROUND, INTERACTIVE, Rate
from ircon.pages.secrets import Authentication
from ircon.pages.vendors import statuspage_schema

if TYPE_CHECKING:
    from ircon.pages.http import HttpClient  # httpx: imported once a page is opened

ROWS: Final = 100  # a page of a list; the API's maximum
MOST_LISTS: Final = 50  # pages of a list that are read at most

_T = TypeVar("_T")


class Statuspage:
    """One page of Statuspage, or of a server that speaks its manage API.

    A write carries the random token ``Post.op`` in the incident's metadata, by
    which it can be found again.

    Args:
        profile: the configured page, which pins id and name.
        http: the client of its origin, with the token.
    """

    authentication: ClassVar = Authentication(scheme="OAuth")
    # One request a second over a rolling minute, for each token; no header tells how many are
    # left, and bursts are fine.
    rate: ClassVar = Rate(requests=60, window=61.0, reserved=20)
    capabilities: ClassVar = Capabilities(
        recognition=Recognition.TOKEN,
        subscriber_count=True,
        maintenance=True,
        postmortem=True,
        templates=True,
        metadata=True,
    )

    def __init__(self, profile: PageConfig, http: HttpClient) -> None:
        self._profile = profile
        self._http = http
        self._priority = INTERACTIVE
        self._root = f"/v1/pages/{_quoted(profile.page_id)}"
        self._known: dict[str, Component] = {}  # as last listed: names the groups in incidents

    @property
    def server_time(self) -> datetime | None:
        """The page's clock at its last answer."""
        return self._http.server_time

    @property
    def skew(self) -> float | None:
        """Seconds the page's clock was ahead of ours at its last answer."""
        return self._http.skew

    def in_background(self) -> StatusPage:
        """Return the page for background requests, on the same client."""
        page = copy.copy(self)
        page._priority = BACKGROUND  # noqa: SLF001 - a copy of ourselves
        return page

    async def identity(self) -> PageIdentity:
        """The page, which must be the pinned one: id, and name where the profile has one."""
        found = self._understood(statuspage_schema.read_page, await self._get(""))
        self._check_page(found.id, write=False)
        pinned = self._profile.page_name
        if pinned is not None and found.name != pinned:
            raise self._http.error(
                outcomes.OTHER_PAGE, f"it is called {found.name!r}, not {pinned!r}", write=False
            )
        at_home = self._profile.url if is_loopback(self._profile.url) else found.url
        return PageIdentity(found.id, found.name, self._profile.public_url or at_home)

    async def subscribers(self) -> int:
        """Active subscribers of every kind."""
        counts = await self._get("/subscribers/count")
        return self._understood(_total, counts)

    async def components(self) -> list[Component]:
        """All components; asks for the groups only if the list does not describe them."""
        rows = await self._all("/components")
        groups: list[Any] = []
        if self._understood(statuspage_schema.unnamed_groups, rows):
            groups = await self._all("/component-groups")
        found = self._understood(
            lambda listed: statuspage_schema.read_components(listed, groups), rows
        )
        self._known.clear()
        self._known.update((one.id, one) for one in found)
        return found

    async def templates(self) -> list[RemoteTemplate]:
        """The page's incident templates."""
        return statuspage_schema.each(
            statuspage_schema.read_template, await self._all("/incident_templates")
        )

    async def incident(self, remote_id: str) -> RemoteIncident:
        """Return one incident with all its updates."""
        with self._of_incident(remote_id):
            answer = await self._get(f"/incidents/{_quoted(remote_id)}")
        return self._incident(answer, remote_id, write=False)

    async def incidents(self) -> list[RemoteIncident]:
        """The newest hundred, and those unresolved that are older."""
        newest = await self._get("/incidents", limit=ROWS, page=1)
        rows = [*self._understood(_rows, newest), *await self._all("/incidents/unresolved")]
        found = statuspage_schema.each(self._listed, rows)
        once = {one.id: one for one in found}.values()
        return sorted(once, key=lambda one: one.created_at, reverse=True)

    async def write(self, post: Post) -> RemoteIncident:
        """One POST that creates the incident, or one PATCH that adds the update."""
        method, path = "POST", "/incidents"
        if post.remote_incident is not None:
            method, path = "PATCH", f"/incidents/{_quoted(post.remote_incident)}"
        with self._of_incident(post.remote_incident):
            answer = await self._send(method, path, {"incident": _incident_body(post)})
        incident = self._incident(answer, post.remote_incident, write=True)
        expected = STATUS_ALIASES.get(post.payload.status, post.payload.status)
        if not any(update.status == expected for update in incident.updates):
            raise self._http.error(outcomes.NO_UPDATE, "", write=True)
        return incident

    async def postmortem(self, remote_id: str) -> RemotePostmortem:
        """An incident's postmortem; the API says 404 where there is none."""
        try:
            answer = await self._get(f"/incidents/{_quoted(remote_id)}/postmortem")
        except Rejected as error:
            if error.status != 404:
                raise
            return RemotePostmortem()
        return self._understood(statuspage_schema.read_postmortem, answer)

    async def draft_postmortem(self, remote_id: str, body: str) -> None:
        """Put the draft; nobody sees it yet."""
        path = f"/incidents/{_quoted(remote_id)}/postmortem"
        await self._send("PUT", path, {"postmortem": {"body_draft": body}})

    async def publish_postmortem(self, remote_id: str, notify: bool) -> None:  # noqa: FBT001 - a field of the request
        """Publish the draft; nothing is tweeted."""
        path = f"/incidents/{_quoted(remote_id)}/postmortem/publish"
        said = {"notify_subscribers": notify, "notify_twitter": False}
        await self._send("PUT", path, {"postmortem": said})

    async def aclose(self) -> None:
        """Give up the client."""
        await self._http.aclose()

    async def _get(self, path: str, **query: int) -> Any:
        return await self._http.call("GET", self._root + path, query=query, priority=self._priority)

    async def _send(self, method: str, path: str, body: dict[str, Any]) -> Any:
        return await self._http.call(method, self._root + path, body=body, priority=self._priority)

    async def _all(self, path: str) -> list[Any]:
        """All rows of a list, page after page, until one is not full or brings nothing new."""
        rows: list[Any] = []
        for number in range(1, MOST_LISTS + 1):
            more = self._understood(_rows, await self._get(path, page=number, per_page=ROWS))
            fresh = [row for row in more if row not in rows] if rows else more
            rows += fresh
            if len(more) < ROWS or not fresh:
                break
        return rows

    def _listed(self, row: Any) -> RemoteIncident:
        """A row of a list of incidents, if it is one of this page.

        Raises:
            Unreadable: it is not: a server's nonsense, which says nothing of the other rows.
        """
        incident = statuspage_schema.read_incident(row, self._known.values())
        if not incident.id:
            raise Unreadable("an incident without an id")
        if incident.page_id not in {None, self._profile.page_id}:
            raise Unreadable(f"an incident of page {incident.page_id}")
        return incident

    def _incident(self, answer: Any, wanted: str | None, *, write: bool) -> RemoteIncident:
        """An incident of this page with ids throughout, or the outcome that it is not."""
        incident = self._understood(
            lambda one: statuspage_schema.read_incident(one, self._known.values()),
            answer,
            write=write,
        )
        self._check_page(incident.page_id or self._profile.page_id, write=write)
        if not incident.id:
            raise self._http.error(outcomes.OTHER_SHAPE, "an incident without an id", write=write)
        if wanted is not None and incident.id != wanted:
            raise self._http.error(
                outcomes.OTHER_SHAPE, f"incident {incident.id}, not {wanted}", write=write
            )
        return incident

    @contextmanager
    def _of_incident(self, remote_id: str | None) -> Iterator[None]:
        """Say of a 404 that it is the incident that is not there, not the page."""
        try:
            yield
        except Rejected as error:
            if error.status != 404 or remote_id is None:
                raise
            raise Rejected(
                f"{self._http.host} does not have incident {remote_id}.",
                "It was deleted there, or is not shown yet.",
                404,
            ) from None

    def _check_page(self, page_id: str, *, write: bool) -> None:
        if page_id != self._profile.page_id:
            raise self._http.error(
                outcomes.OTHER_PAGE, f"{page_id}, not {self._profile.page_id}", write=write
            )

    def _understood(self, read: Callable[[Any], _T], answer: Any, *, write: bool = False) -> _T:
        try:
            return read(answer)
        except Unreadable as error:
            raise self._http.error(outcomes.OTHER_SHAPE, str(error), write=write) from None


def _incident_body(post: Post) -> dict[str, Any]:
    """The fields of a write; what is not said is left as it is on the page."""
    payload = post.payload
    said: dict[str, Any] = {
        "name": payload.title.public if payload.title else None,
        "status": payload.status,
        "body": payload.body.public,
        "deliver_notifications": payload.notify,  # always: the API's own default is to mail
        "metadata": post.tagged_metadata,
        "component_ids": list(payload.component_ids) or None,
        "components": dict(payload.components) or None,
        "impact_override": payload.impact,
        "scheduled_for": iso(payload.scheduled_for) if payload.scheduled_for else None,
        "scheduled_until": iso(payload.scheduled_until) if payload.scheduled_until else None,
        "scheduled_remind_prior": payload.remind,
        "auto_transition_to_maintenance_state": payload.in_window or None,
        "auto_transition_to_operational_state": payload.in_window or None,
    }
    return {name: value for name, value in said.items() if value is not None}


def _quoted(remote_id: str) -> str:
    """An id as a part of a path. Ids come from the page: one with dots would lead elsewhere.

    Raises:
        Rejected: it is no id.
    """
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,64}", remote_id):
        raise Rejected(f"{remote_id[:64]!r} is not an id of this page.", "Nothing was sent.")
    return quote(remote_id, safe="")


def _rows(answer: Any) -> list[Any]:
    if not isinstance(answer, list):
        raise Unreadable(f"not a list but {type(answer).__name__}")
    return answer


def _total(counts: Any) -> int:
    if not isinstance(counts, dict):
        raise Unreadable(f"not counts but {type(counts).__name__}")
    return sum(count for count in counts.values() if isinstance(count, int))
