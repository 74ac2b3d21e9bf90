"""Page data: a page's components, name and subscriber count, from the local copy in the cache.

The copy makes the first frame and an offline start possible. It says how old it is, and is
refreshed on request and whenever the page has answered.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import asdict, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from ircon.errors import NotFound, PageError, Unknown
from ircon.incident.components import Component, ComponentChange, select_components
from ircon.pages.protocol import PageIdentity

if TYPE_CHECKING:
    from ircon.config.load import PageConfig
    from ircon.desk.reachability import Reachability
    from ircon.desk.settings import Settings
    from ircon.desk.store import Store
    from ircon.incident.times import Clock
    from ircon.pages.protocol import StatusPage
    from ircon.writing.template_files import Loaded
    from ircon.writing.templates import UpdateTemplate


class PageData:
    """What is known of the configured pages without asking them.

    Args:
        store: the cache has the copies.
        settings: the configured pages, and the folder of the user's templates.
        clock: tells when a copy was made.
        open_page: makes the adapter of a configured page.
        reachability: is told when a page has answered.
    """

    def __init__(
        self,
        store: Store,
        settings: Settings,
        clock: Clock,
        open_page: Callable[[PageConfig, Clock], StatusPage],
        reachability: Reachability,
    ) -> None:
        self._store = store
        self._settings = settings
        self._clock = clock
        self._open_page = open_page
        self._reachability = reachability

    def components(self, page: str | None = None) -> list[Component]:
        """The page's components, in its order, as of the last copy; empty without one."""
        copy = self._store.cache.page(self._name(page), "components")
        return [Component(**item) for item in copy.content] if copy else []

    def fetched_at(self, page: str | None = None) -> datetime | None:
        """When the copy of the components was made; None without one."""
        copy = self._store.cache.page(self._name(page), "components")
        return copy.fetched_at if copy else None

    def identity(self, page: str | None = None) -> PageIdentity | None:
        """The page's id and name, as of the last copy; None without one."""
        copy = self._store.cache.page(self._name(page), "identity")
        return PageIdentity(**copy.content) if copy else None

    def title(self, page: str | None = None) -> str:
        """The page's name for customers: as pinned in config.toml, as it was last seen, or its key.

        Raises:
            ConfigError: no such page is configured.
        """
        profile = self._settings.config.page(page)
        if profile.page_name:
            return profile.page_name
        identity = self.identity(profile.name)
        return identity.name if identity else profile.name

    def subscribers(self, page: str | None = None) -> int | None:
        """How many subscribers an update notifies, as of the last copy; None without one."""
        copy = self._store.cache.page(self._name(page), "subscribers")
        return int(copy.content) if copy else None

    def refresh(self, page: str | None = None, seconds: float | None = None) -> list[Component]:
        """Renew the copy from the page; for commands and worker threads, not in an event loop.

        Args:
            page: its name in config.toml; None for the default page.
            seconds: the longest wait; None for as long as single requests take.

        Returns:
            The page's components.

        Raises:
            ConfigError: no such page is configured.
            PageError: the page gave no good answer; the copy is left as it was.
        """
        return asyncio.run(self.renew(page, seconds))

    async def renew(self, page: str | None = None, seconds: float | None = None) -> list[Component]:
        """Renew the copy from the page within an event loop; see ``refresh``."""
        try:
            async with asyncio.timeout(seconds):
                return await self._fetch(page, seconds)
        except TimeoutError:
            raise Unknown(
                f"The page did not answer within {seconds or 0:.1f} s.",
                "A longer --timeout waits longer.",
            ) from None

    async def _fetch(self, page: str | None, seconds: float | None) -> list[Component]:
        profile = replace(self._settings.config.page(page), token_seconds=seconds)
        adapter = self._open_page(profile, self._clock)
        try:
            components = await adapter.components()
            identity = await adapter.identity()
            counted = adapter.capabilities.subscriber_count
            subscribers = await adapter.subscribers() if counted else None
        finally:
            await adapter.aclose()
        self._reachability.record_answer(profile.name)
        self.save_components(components, profile.name)
        self._save(profile.name, "identity", asdict(identity))
        if subscribers is not None:
            self._save(profile.name, "subscribers", subscribers)
        return components

    def save_components(self, components: list[Component], page: str) -> None:
        """Replace the copy of a page's components by the list that the page just gave."""
        self._save(page, "components", [component._asdict() for component in components])

    def update_statuses(self, components: Iterable[Component], page: str | None = None) -> None:
        """Update the copy's statuses of some components to what the page just showed.

        The next update then starts from what customers see. The time of the copy does not
        change.
        """
        copy = self._store.cache.page(self._name(page), "components")
        if copy is None:
            return
        status = {component.id: component.status for component in components}
        renewed = [{**row, "status": status.get(row["id"], row["status"])} for row in copy.content]
        if renewed != copy.content:
            self._store.cache.save_page(self._name(page), "components", renewed, copy.fetched_at)

    def select(
        self, words: list[str], page: str | None = None, seconds: float | None = None
    ) -> list[ComponentChange]:
        """The component changes that ``-c`` arguments ask for; asks the page if the copy lacks one.

        Args:
            words: the arguments as typed.
            page: its name in config.toml; None for the default page.
            seconds: the longest wait for the page.

        Raises:
            NotFound, Ambiguous, UsageError: see ``incident.components.select``.
        """
        if not words:
            return []
        known = self.components(page)
        try:
            return select_components(words, known)
        except NotFound as error:
            try:
                renewed = self.refresh(page, seconds)
            except PageError as unreachable:
                if known:
                    raise error from None  # the argument is wrong, as far as the copy goes
                raise unreachable from None
            return select_components(words, renewed)

    def update_templates(self) -> Loaded[UpdateTemplate]:
        """The update templates: the built-in ones, and the user's own, which come first."""
        from ircon.writing.templates import load_update_templates

        return load_update_templates(self._settings.folder / "templates")

    def _name(self, page: str | None) -> str:
        return self._settings.config.page(page).name

    def _save(self, page: str, kind: str, content: Any) -> None:
        self._store.cache.save_page(page, kind, content, self._clock.now())
