"""A page's components, subscribers and templates, from the local copy.

The copy is what makes the first frame and an offline start possible; it says how
old it is, and is renewed when asked or when a page has been reached.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import asdict, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ircon.errors import NotFound, PageError, Unknown
from ircon.incident.components import Component, ComponentChange, select_components
from ircon.pages.protocol import PageIdentity

if TYPE_CHECKING:
    from ircon.desk.desk import Desk
    from ircon.writing.template_files import Loaded
    from ircon.writing.templates import UpdateTemplate


class PageData:
    """What a page is made of."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def components(self, page: str | None = None) -> list[Component]:
        """The page's components, in its order, as last heard; empty if never heard."""
        copy = self._desk.cache.page(self._name(page), "components")
        return [Component(**item) for item in copy.content] if copy else []

    def fetched_at(self, page: str | None = None) -> datetime | None:
        """When the copy of the components was made."""
        copy = self._desk.cache.page(self._name(page), "components")
        return copy.fetched_at if copy else None

    def identity(self, page: str | None = None) -> PageIdentity | None:
        """Who the page says it is, as last heard."""
        copy = self._desk.cache.page(self._name(page), "identity")
        return PageIdentity(**copy.content) if copy else None

    def subscribers(self, page: str | None = None) -> int | None:
        """How many subscribers a mail goes to, as last heard."""
        copy = self._desk.cache.page(self._name(page), "subscribers")
        return int(copy.content) if copy else None

    def refresh(self, page: str | None = None, seconds: float | None = None) -> list[Component]:
        """Ask the page; for commands and worker threads, not for an event loop.

        Args:
            page: its name.
            seconds: how long it is waited for; None for as long as single requests take.

        Raises:
            ConfigError: no such page is configured.
            PageError: the page could not be asked; the copy is kept.
        """
        return asyncio.run(self.renew(page, seconds))

    async def renew(self, page: str | None = None, seconds: float | None = None) -> list[Component]:
        """As ``refresh``, within an event loop."""
        try:
            async with asyncio.timeout(seconds):
                return await self._renewed(page, seconds)
        except TimeoutError:
            raise Unknown(
                f"The page did not answer within {seconds or 0:.1f} s.",
                "A longer --timeout waits longer.",
            ) from None

    async def _renewed(self, page: str | None, seconds: float | None) -> list[Component]:
        profile = replace(self._desk.config.page(page), token_seconds=seconds)
        adapter = self._desk.open_page(profile, self._desk.clock)
        try:
            components = await adapter.components()
            identity = await adapter.identity()
            counted = adapter.capabilities.subscriber_count
            subscribers = await adapter.subscribers() if counted else None
        finally:
            await adapter.aclose()
        self._desk.reachability.record_answer(profile.name)
        self.save_components(components, profile.name)
        self._keep(profile.name, "identity", asdict(identity))
        if subscribers is not None:
            self._keep(profile.name, "subscribers", subscribers)
        return components

    def save_components(self, components: list[Component], page: str) -> None:
        """Take the whole list, as the page just gave it, for the copy."""
        self._keep(page, "components", [component._asdict() for component in components])

    def update_statuses(self, heard: Iterable[Component], page: str | None = None) -> None:
        """Bring the copy's statuses up to what the page just said of some components.

        The next update then starts from what customers see. When the whole copy was
        made stays as it was.
        """
        copy = self._desk.cache.page(self._name(page), "components")
        if copy is None:
            return
        status = {one.id: one.status for one in heard}
        renewed = [{**one, "status": status.get(one["id"], one["status"])} for one in copy.content]
        if renewed != copy.content:
            self._desk.cache.save_page(self._name(page), "components", renewed, copy.fetched_at)

    def select(
        self, words: list[str], page: str | None = None, seconds: float | None = None
    ) -> list[ComponentChange]:
        """The components that ``-c`` words name; asks the page if the copy lacks one.

        Args:
            words: as typed.
            page: its name.
            seconds: as for ``refresh``.

        Raises:
            NotFound, Ambiguous, UsageError: as ``incident.components.select``.
        """
        if not words:
            return []
        known = self.components(page)
        try:
            return select_components(words, known)
        except NotFound as error:
            try:
                renewed = self.refresh(page, seconds)
            except PageError as away:
                if known:
                    raise error from None  # the word is wrong, as far as the copy goes
                raise away from None
            return select_components(words, renewed)

    def update_templates(self) -> Loaded[UpdateTemplate]:
        """The update templates: ours, and the user's own, which come first."""
        from ircon.writing.templates import load_update_templates

        return load_update_templates(self._folder())

    def _folder(self) -> Path:
        return self._desk.paths.config / "templates"

    def _name(self, page: str | None) -> str:
        return self._desk.config.page(page).name

    def _keep(self, page: str, what: str, content: Any) -> None:
        self._desk.cache.save_page(page, what, content, self._desk.clock.now())
