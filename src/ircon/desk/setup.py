"""Setup of pages, and the checks of ``ircon doctor``."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Final

from ircon.desk.records import DECLARE_IT, UNDECLARED
from ircon.errors import ConfigError, IrconError, Rejected

if TYPE_CHECKING:
    from ircon.config.load import PageConfig
    from ircon.config.paths import AppPaths
    from ircon.desk.merging import Merging
    from ircon.desk.outbox import Outbox
    from ircon.desk.reachability import Reachability
    from ircon.desk.records import Records
    from ircon.desk.settings import Settings
    from ircon.desk.store import Store
    from ircon.incident.times import Clock
    from ircon.pages.protocol import StatusPage


_ROOM: Final = 4 * 1024 * 1024  # bytes that should be free for what an incident writes


@dataclass(frozen=True, slots=True)
class Check:
    """One line of ``ircon doctor``."""

    check: str
    ok: bool
    detail: str


class Setup:
    """Adds pages to config.toml, and checks and repairs an installation.

    Args:
        paths: the folders for config, data and cache.
        settings: config.toml.
        store: the journal.
        clock: tells the time.
        open_page: makes the adapter of a configured page.
        reachability: is told which pages answer.
        records: finds incidents without a declaration.
        merging: finds and separates mixed incidents.
        outbox: knows what is on a page twice; opened when asked.
    """

    def __init__(
        self,
        paths: AppPaths,
        settings: Settings,
        store: Store,
        clock: Clock,
        open_page: Callable[[PageConfig, Clock], StatusPage],
        reachability: Reachability,
        records: Records,
        merging: Merging,
        outbox: Callable[[], Outbox],
    ) -> None:
        self._paths = paths
        self._settings = settings
        self._store = store
        self._clock = clock
        self._open_page = open_page
        self._reachability = reachability
        self._records = records
        self._merging = merging
        self._outbox = outbox

    def add_page(self, page: PageConfig) -> str:
        """Try a page and its token, then append it to config.toml.

        Returns:
            The page's name.

        Raises:
            ConfigError: the configuration would not be valid; nothing is written.
            PageError: the page or its token does not work; nothing is written.
        """
        identity = asyncio.run(self._ask(page))
        if identity[0] != page.page_id:
            raise Rejected(
                f"The page at {page.url} is {identity[0]}, not {page.page_id}.",
                "Check --page-id.",
            )
        self.add_untried(page if page.page_name else replace(page, page_name=identity[1]))
        return identity[1]

    def add_untried(self, page: PageConfig) -> None:
        """Append a page to config.toml without trying it.

        Raises:
            ConfigError: the configuration would not be valid; nothing is written.
        """
        from ircon.config.load import append_page

        append_page(self._settings.path, page)
        self._settings.reload()

    async def _ask(self, page: PageConfig) -> tuple[str, str]:
        adapter = self._open_page(page, self._clock)
        try:
            identity = await adapter.identity()
            await adapter.components()  # the token may allow the page and not its components
        finally:
            await adapter.aclose()
        return identity.id, identity.name

    def repair(self) -> list[str]:
        """Repair the journal, and record that its owner knows what was damaged.

        Returns:
            What was done, as sentences; none if there was nothing to do.

        Raises:
            JournalError: the journal cannot be written, or another process holds it.
        """
        return [*self._store.journal.repair(), *self._merging.separate()]

    def doctor(self) -> list[Check]:
        """Check everything that may be wrong; nothing is changed."""
        checks = [
            self._try("config", self._config),
            *self._journal(),
            *self._twice(),
            *self._disk(),
        ]
        try:
            pages = self._settings.config.pages
        except ConfigError:
            return checks
        if not pages:
            checks.append(Check("pages", ok=False, detail="none configured: run 'ircon init'"))
        checks += [
            self._try(f"page {name}", partial(self._page, page)) for name, page in pages.items()
        ]
        return checks

    def _try(self, check: str, look: Callable[[], str]) -> Check:
        try:
            return Check(check, ok=True, detail=look())
        except IrconError as error:
            return Check(check, ok=False, detail=str(error))

    def _config(self) -> str:
        path = self._settings.path
        _ = self._settings.config
        return f"{path}" if path.exists() else f"{path} (not there; the defaults apply)"

    def _journal(self) -> list[Check]:
        path = self._paths.data / "journal.db"
        try:
            journal = self._store.journal
            problems = [*journal.check(), *journal.trouble(), *self._merging.mixed().values()]
            ids = journal.incident_ids()
            problems += [
                f"{incident}: {UNDECLARED}. {DECLARE_IT}" for incident in self._records.undeclared()
            ]
        except IrconError as error:
            return [Check("journal", ok=False, detail=str(error))]
        if not problems:
            return [Check("journal", ok=True, detail=f"{path}: sound, {len(ids)} incident(s)")]
        return [Check("journal", ok=False, detail=problem) for problem in problems]

    def _twice(self) -> list[Check]:
        """The updates of the last day that are on a page twice."""
        try:
            alarms = self._outbox().alarms()
        except IrconError:
            return []  # the check of the journal says why
        return [
            Check("outbox", ok=False, detail=f"{alarm.incident} {alarm.update}: {alarm.last_error}")
            for alarm in alarms
        ]

    def _disk(self) -> list[Check]:
        """A warning of a disk that is nearly full."""
        folder = self._paths.data
        free = shutil.disk_usage(folder).free if folder.is_dir() else _ROOM
        if free >= _ROOM:
            return []
        detail = f"{folder} has {free // 1024:,} KiB left: make room, or entries cannot be saved"
        return [Check("disk", ok=False, detail=detail)]

    def _page(self, page: PageConfig) -> str:
        try:
            identity, name = asyncio.run(self._ask(page))
        except IrconError as error:
            answer = self._reachability.record_failure(page.name, error)
            raise IrconError(answer.describe(self._settings.zone, self._clock.now())) from error
        self._reachability.record_answer(page.name)
        return f"{name} ({identity}) answers and accepts the token; {page.environment}"
