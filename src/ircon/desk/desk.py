"""The desk: one store, one configuration, and the parts that work on them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from ircon.errors import BadTime, ConfigError
from ircon.incident.recorder import Recorder
from ircon.incident.times import Clock

if TYPE_CHECKING:  # each part is imported when first asked for: 'ircon note' needs one
    from pathlib import Path
    from zoneinfo import ZoneInfo

    from ircon.config.load import Config, PageConfig
    from ircon.config.paths import AppPaths
    from ircon.desk.archive import Archive
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
    from ircon.desk.refused_words import RefusedTexts
    from ircon.desk.responding import Responding
    from ircon.desk.reviewing import Reviewing
    from ircon.desk.saved_drafts import SavedDrafts
    from ircon.desk.setup import Setup
    from ircon.desk.update_templates import UpdateTemplates
    from ircon.incident.event import Event
    from ircon.journal.cache import Cache
    from ircon.journal.store import Journal
    from ircon.pages.protocol import StatusPage
    from ircon.pages.secrets import Secret

PageFactory = Callable[["PageConfig", Clock], "StatusPage"]
TokenSource = Callable[[Iterable["PageConfig"]], "Iterable[Secret]"]


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
        self._fallback_dirs = fallback_dirs
        self._tokens = tokens

    @property
    def owner(self) -> str:
        """This process, as other processes are told of it: ``host:pid:boot``."""
        return f"{self.recorder.host}:{os.getpid()}:{self.clock.boot_id}"

    @cached_property
    def config(self) -> Config:
        """config.toml, read once.

        Raises:
            ConfigError: it cannot be used; names file, line and key.
        """
        from ircon.config.load import load

        return load(self.paths.config / "config.toml")

    def without_tokens(self, printed: str) -> str:
        """What a program printed, without any page's token: the journal keeps it for good."""
        from ircon.pages.secrets import hide_all

        try:
            pages = list(self.config.pages.values())
        except ConfigError:  # what is not in a variable is not known then
            pages = []
        return hide_all(printed, self._tokens(pages))

    def prints_token(self, argv: Sequence[str]) -> bool:
        """Whether a command line runs the token command of a page: what it prints is a token."""
        try:
            pages = self.config.pages.values()
        except ConfigError:
            return False
        line = " ".join(argv)
        return any(page.token_command and " ".join(page.token_command) in line for page in pages)

    @cached_property
    def zone(self) -> ZoneInfo:
        """The zone that times are shown in: config.toml's, else the machine's.

        Raises:
            ConfigError: config.toml names one that does not exist.
        """
        from ircon.desk.system_clock import local_zone
        from ircon.incident.time_input import load_zone

        if not self.config.zone:
            return local_zone()
        try:
            return load_zone(self.config.zone)
        except BadTime as error:
            raise ConfigError(f"{self.config.path}: {error.message}", error.hint) from error

    @cached_property
    def journal(self) -> Journal:
        """The journal; opened, and made, when first needed."""
        from ircon.journal.store import Journal

        return Journal.open(
            self.paths.data, self.clock, host=self.recorder.host, fallback_dirs=self._fallback_dirs
        )

    def keep_open(self) -> None:
        """This process has a screen and stays; opens the journal if nothing has."""
        self.journal.allow_memory_spool()

    def spool(self, events: Sequence[Event]) -> bool:
        """Keep internal events for a journal that cannot be opened; False if nothing takes them."""
        from ircon.journal.store import Journal

        return Journal.spool(
            self.paths.data, events, host=self.recorder.host, fallback_dirs=self._fallback_dirs
        )

    @cached_property
    def cache(self) -> Cache:
        """What is derived from the journal; may be deleted at any time."""
        from ircon.journal.cache import Cache

        return Cache.open(self.paths.cache)

    @cached_property
    def records(self) -> Records:
        """Looking: lists, states, timelines, metrics."""
        from ircon.desk.records import Records

        return Records(self)

    @cached_property
    def respond(self) -> Responding:
        """What stays inside: notes, milestones, roles, actions, corrections."""
        from ircon.desk.responding import Responding

        return Responding(self)

    @cached_property
    def publish(self) -> Publishing:
        """The path of updates and postmortems into the outbox."""
        from ircon.desk.publishing import Publishing

        return Publishing(
            self.journal,
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

        return PageState(self.journal, self.records, self.page_data, self.config)

    @cached_property
    def duplicates(self) -> Duplicates:
        """Updates that were submitted before, by key or by text."""
        from ircon.desk.duplicates import Duplicates

        return Duplicates(self.journal, self.records, self.config, self.clock, self.paths.data)

    @cached_property
    def holds(self) -> Holds:
        """Confirmed updates of this process that can still be taken back."""
        from ircon.desk.holds import Holds

        return Holds(self.journal, self.recorder, self.saved_drafts, self.owner)

    @cached_property
    def outbox(self) -> Outbox:
        """Updates that are not settled, and manual decisions about them."""
        from ircon.desk.outbox import Outbox

        return Outbox(
            self.journal,
            self.recorder,
            self.records,
            page_state=lambda: self.page_state,
            publishing=lambda: self.publish,
            on_drop=self.respond.abandon,
            folder=self.paths.data,
            owner=self.owner,
        )

    @cached_property
    def saved_drafts(self) -> SavedDrafts:
        """Words that are still being typed."""
        from ircon.desk.saved_drafts import SavedDrafts

        return SavedDrafts(self)

    @cached_property
    def refused_texts(self) -> RefusedTexts:
        """Words of commands that were refused."""
        from ircon.desk.refused_words import RefusedTexts

        return RefusedTexts(self)

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
            self.journal,
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
            self.journal,
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

        return Reviewing(self)

    @cached_property
    def checking(self) -> Checking:
        """The words against the record."""
        from ircon.desk.checking import Checking

        return Checking(self)

    @cached_property
    def archive(self) -> Archive:
        """Other people's reports and recordings: import and replay."""
        from ircon.desk.archive import Archive

        return Archive(self)

    @cached_property
    def merging(self) -> Merging:
        """Journals and recordings united with this journal."""
        from ircon.desk.merging import Merging

        return Merging(self)

    @cached_property
    def page_data(self) -> PageData:
        """A page's components and templates, from the local copy."""
        from ircon.desk.page_data import PageData

        return PageData(self)

    @cached_property
    def reachability(self) -> Reachability:
        """Which pages could be asked for news."""
        from ircon.desk.reachability import Reachability

        return Reachability(self)

    @cached_property
    def setup(self) -> Setup:
        """Pages: adding one, and saying what is wrong."""
        from ircon.desk.setup import Setup

        return Setup(self)

    @property
    def has_opened_journal(self) -> bool:
        """Whether anything needed the journal yet."""
        return "journal" in self.__dict__

    def close(self) -> None:
        """Close what was opened."""
        for part in ("journal", "cache"):
            if part in self.__dict__:
                self.__dict__[part].close()
