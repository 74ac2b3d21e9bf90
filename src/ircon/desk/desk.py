"""The desk: what a responder does with one journal. This module wires its parts together.

A part takes what it needs in its constructor, and no part takes the desk. Each is imported
and made when first asked for: 'ircon note' needs two of them.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from ircon.desk.settings import Settings, TokenSource
from ircon.desk.store import Store
from ircon.incident.recorder import Recorder
from ircon.incident.times import Clock

if TYPE_CHECKING:
    from pathlib import Path
    from zoneinfo import ZoneInfo

    from ircon.config.load import Config, PageConfig
    from ircon.config.paths import AppPaths
    from ircon.desk.archive import Archive
    from ircon.desk.cadence import Deadlines
    from ircon.desk.checking import Checking
    from ircon.desk.delivery_session import DeliverySession
    from ircon.desk.delivery_thread import DeliveryThread
    from ircon.desk.duplicates import Duplicates
    from ircon.desk.holds import Holds
    from ircon.desk.merging import Merging
    from ircon.desk.outbox import Outbox
    from ircon.desk.page_data import PageData
    from ircon.desk.page_state import PageState
    from ircon.desk.publishing import Publishing
    from ircon.desk.reachability import Reachability, WaitBudget
    from ircon.desk.records import Records
    from ircon.desk.responding import Responding
    from ircon.desk.reviewing import Reviewing
    from ircon.desk.saved_drafts import RefusedTexts, SavedDrafts
    from ircon.desk.setup import Setup
    from ircon.desk.shutdown import Shutdown
    from ircon.desk.update_templates import UpdateTemplates
    from ircon.journal.cache import Cache
    from ircon.journal.store import Journal
    from ircon.pages.protocol import StatusPage

PageFactory = Callable[["PageConfig", Clock], "StatusPage"]


class Desk:
    """Everything a responder does, over one journal.

    Args:
        paths: the folders for config, data and cache.
        clock: tells the time.
        actor: who is at the desk; host: the machine.
        open_page: makes the adapter of a configured page.
        fallback_dirs: folders for notes that neither the journal nor its folder takes.
        tokens: gives the tokens of configured pages that can be had without asking.
    """

    def __init__(
        self,
        paths: AppPaths,
        clock: Clock,
        *,
        actor: str,
        host: str,
        open_page: PageFactory,
        fallback_dirs: Sequence[Path] = (),
        tokens: TokenSource = lambda _pages: (),
    ) -> None:
        self.paths = paths
        self.clock = clock
        self.recorder = Recorder(clock, os.urandom, actor=actor, host=host)
        self.open_page = open_page
        self.settings = Settings(paths.config, tokens)
        self._store = Store(paths, clock, host=host, fallback_dirs=fallback_dirs)

    @property
    def owner(self) -> str:
        """This process, as other processes see it: ``host:pid:boot``."""
        return f"{self.recorder.host}:{os.getpid()}:{self.clock.boot_id}"

    @property
    def config(self) -> Config:
        """config.toml, read once.

        Raises:
            ConfigError: it cannot be used; names file, line and key.
        """
        return self.settings.config

    @property
    def zone(self) -> ZoneInfo:
        """The zone that times are shown in: config.toml's, else the machine's.

        Raises:
            ConfigError: config.toml names one that does not exist.
        """
        return self.settings.zone

    @property
    def _journal(self) -> Journal:
        return self._store.journal

    @property
    def _cache(self) -> Cache:
        return self._store.cache

    @property
    def has_opened_journal(self) -> bool:
        """Whether any part has opened the journal."""
        return self._store.is_open

    def keep_open(self) -> None:
        """Keep the journal open for the life of this process, which has a screen."""
        self._store.journal.allow_memory_spool()

    def close(self) -> None:
        """Close what was opened."""
        self._store.close()

    @cached_property
    def records(self) -> Records:
        """Lists of incidents, their states, entries and metrics."""
        from ircon.desk.records import Records

        return Records(self._store, self.settings, self.clock, self.recorder.host)

    @cached_property
    def respond(self) -> Responding:
        """Internal entries: notes, milestones, roles, actions, corrections."""
        from ircon.desk.responding import Responding

        return Responding(
            self._store,
            self.clock,
            self.recorder,
            self.records,
            has_draft=lambda incident: bool(self.saved_drafts.of(incident)),
        )

    @cached_property
    def publish(self) -> Publishing:
        """The path of updates and postmortems into the outbox."""
        from ircon.desk.publishing import Publishing

        return Publishing(
            self._journal,
            self.recorder,
            self.records,
            self.checking,
            self.page_data,
            self.page_state,
            self.duplicates,
            new_incident_id=self.respond.new_id,
            owner=self.owner,
        )

    @cached_property
    def page_state(self) -> PageState:
        """What customers see of an incident, from the journal and the local copy."""
        from ircon.desk.page_state import PageState

        return PageState(self._journal, self.records, self.page_data, self.config)

    @cached_property
    def duplicates(self) -> Duplicates:
        """Updates that were submitted before, by key or by text."""
        from ircon.desk.duplicates import Duplicates

        return Duplicates(self._journal, self.records, self.config, self.clock, self.paths.data)

    @cached_property
    def holds(self) -> Holds:
        """Confirmed updates of this process that can still be taken back."""
        from ircon.desk.holds import Holds

        return Holds(self._journal, self.recorder, self.saved_drafts, self.owner)

    @cached_property
    def outbox(self) -> Outbox:
        """Updates that are not settled, and manual decisions about them."""
        from ircon.desk.outbox import Outbox

        return Outbox(
            self._journal,
            self.recorder,
            self.records,
            page_state=lambda: self.page_state,
            publishing=lambda: self.publish,
            on_drop=self.respond.abandon,
            folder=self.paths.data,
            owner=self.owner,
        )

    @cached_property
    def shutdown(self) -> Shutdown:
        """What becomes of updates that this process holds when it ends."""
        from ircon.desk.shutdown import Shutdown

        return Shutdown(self._store, self.holds, self.saved_drafts, self.refused_texts, self.outbox)

    @cached_property
    def saved_drafts(self) -> SavedDrafts:
        """Texts of updates that are still being written."""
        from ircon.desk.saved_drafts import SavedDrafts

        return SavedDrafts(self._store, self.records, self.respond, lambda: self.page_state)

    @cached_property
    def refused_texts(self) -> RefusedTexts:
        """Texts of commands that were refused."""
        from ircon.desk.saved_drafts import RefusedTexts

        return RefusedTexts(self._store)

    @cached_property
    def compose(self) -> UpdateTemplates:
        """Updates begun from templates."""
        from ircon.desk.update_templates import UpdateTemplates

        return UpdateTemplates(self.page_data, self.config, lambda: self.zone, self.clock)

    def open_delivery_session(self, budget: WaitBudget | None = None) -> DeliverySession:
        """Return a session that delivers the outbox; use it within one event loop.

        Args:
            budget: how long a command may take; None for a console.
        """
        from ircon.desk.delivery_session import DeliverySession

        return DeliverySession(
            self._journal,
            self.recorder,
            self.records,
            self.config,
            self.page_data,
            self.reachability,
            self.holds,
            open_page=self.open_page,
            on_rejected=self.saved_drafts.save_rejected,
            folder=self.paths.data,
            owner=self.owner,
            budget=budget,
        )

    def delivery_thread(
        self, on_change: Callable[[], None], watched: Callable[[], str | None]
    ) -> DeliveryThread:
        """Return the thread that delivers the outbox beside a console; see ``DeliveryThread``."""
        from ircon.desk.delivery_thread import DeliveryThread

        return DeliveryThread(
            self._journal,
            self.records,
            self.config,
            self.clock,
            self.holds,
            open_session=self.open_delivery_session,
            on_change=on_change,
            watched=watched,
        )

    @cached_property
    def review(self) -> Reviewing:
        """Postmortems and exports."""
        from ircon.desk.reviewing import Reviewing

        return Reviewing(self._store, self.settings, self.recorder, self.records, self.clock)

    @cached_property
    def checking(self) -> Checking:
        """Checks of texts against the record."""
        from ircon.desk.checking import Checking

        return Checking(
            self._store,
            self.settings,
            self.clock,
            self.recorder,
            self.records,
            self.archive,
            self.page_data,
            self.review,
        )

    @cached_property
    def deadlines(self) -> Deadlines:
        """When the next update of each incident is due."""
        from ircon.desk.cadence import Deadlines

        return Deadlines(self.records, self.settings, self.clock)

    @cached_property
    def archive(self) -> Archive:
        """Reports and recordings: import and replay."""
        from ircon.desk.archive import Archive

        return Archive(
            self._store,
            self.settings,
            self.clock,
            self.recorder,
            self.records,
            self.page_data,
        )

    @cached_property
    def merging(self) -> Merging:
        """Merges of other journals and recordings into this one."""
        from ircon.desk.merging import Merging

        return Merging(self._store, self.clock, self.records)

    @cached_property
    def page_data(self) -> PageData:
        """A page's components, name and templates, from the local copy."""
        from ircon.desk.page_data import PageData

        return PageData(self._store, self.settings, self.clock, self.open_page, self.reachability)

    @cached_property
    def reachability(self) -> Reachability:
        """The last answer of each page."""
        from ircon.desk.reachability import Reachability

        return Reachability(self._store, self.clock)

    @cached_property
    def setup(self) -> Setup:
        """New pages, and the checks of ``ircon doctor``."""
        from ircon.desk.setup import Setup

        return Setup(
            self.paths,
            self.settings,
            self._store,
            self.clock,
            self.open_page,
            self.reachability,
            self.records,
            self.merging,
            outbox=lambda: self.outbox,
        )
