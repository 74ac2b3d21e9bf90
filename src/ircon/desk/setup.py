"""Setting a page up, and saying what is wrong."""

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
    from ircon.desk.desk import Desk


_ROOM: Final = 4 * 1024 * 1024  # bytes that should be free for what an incident writes


@dataclass(frozen=True, slots=True)
class Check:
    """One line of ``ircon doctor``."""

    check: str
    ok: bool
    detail: str


class Setup:
    """Adds pages to config.toml and looks at everything."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def add_page(self, page: PageConfig) -> str:
        """Try a page and its token, then append it to config.toml.

        Returns:
            What the page calls itself.

        Raises:
            ConfigError: the configuration would not be valid; nothing is written.
            PageError: the page or the token does not work; nothing is written.
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
        """Append a page to config.toml though nobody knows whether it works.

        Raises:
            ConfigError: the configuration would not be valid; nothing is written.
        """
        from ircon.config.load import append_page

        append_page(self._desk.paths.config / "config.toml", page)
        self._desk.__dict__.pop("config", None)

    async def _ask(self, page: PageConfig) -> tuple[str, str]:
        adapter = self._desk.open_page(page, self._desk.clock)
        try:
            identity = await adapter.identity()
            await adapter.components()  # the token may see the page and not its parts
        finally:
            await adapter.aclose()
        return identity.id, identity.name

    def repair(self) -> list[str]:
        """Restore what is damaged in the journal, and take note that its owner knows.

        Returns:
            What was done, as sentences; none if there was nothing to do.

        Raises:
            JournalError: it cannot be written, or another process holds it.
        """
        return [*self._desk.journal.repair(), *self._desk.merging.separate()]

    def doctor(self) -> list[Check]:
        """Everything that may be wrong, looked at; nothing is changed."""
        found = [self._try("config", self._config), *self._journal(), *self._twice(), *self._disk()]
        try:
            pages = self._desk.config.pages
        except ConfigError:
            return found
        if not pages:
            found.append(Check("pages", ok=False, detail="none configured: run 'ircon init'"))
        found += [
            self._try(f"page {name}", partial(self._page, page)) for name, page in pages.items()
        ]
        return found

    def _try(self, check: str, look: Callable[[], str]) -> Check:
        try:
            return Check(check, ok=True, detail=look())
        except IrconError as error:
            return Check(check, ok=False, detail=str(error))

    def _config(self) -> str:
        path = self._desk.paths.config / "config.toml"
        _ = self._desk.config
        return f"{path}" if path.exists() else f"{path} (not there; the defaults hold)"

    def _journal(self) -> list[Check]:
        path = self._desk.paths.data / "journal.db"
        try:
            journal = self._desk.journal
            found = [*journal.check(), *journal.trouble(), *self._desk.merging.mixed().values()]
            ids = journal.incident_ids()
            found += [
                f"{one}: {UNDECLARED}. {DECLARE_IT}" for one in self._desk.records.undeclared()
            ]
        except IrconError as error:
            return [Check("journal", ok=False, detail=str(error))]
        if not found:
            return [Check("journal", ok=True, detail=f"{path}: sound, {len(ids)} incident(s)")]
        return [Check("journal", ok=False, detail=one) for one in found]

    def _twice(self) -> list[Check]:
        """What stands on a page twice since a day."""
        try:
            alarms = self._desk.outbox.alarms()
        except IrconError:
            return []  # the journal's own check says why
        return [
            Check("outbox", ok=False, detail=f"{alarm.incident} {alarm.update}: {alarm.last_error}")
            for alarm in alarms
        ]

    def _disk(self) -> list[Check]:
        """A disk that is nearly full, before it is."""
        folder = self._desk.paths.data
        free = shutil.disk_usage(folder).free if folder.is_dir() else _ROOM
        if free >= _ROOM:
            return []
        detail = f"{folder} has {free // 1024:,} KiB left: make room, or words will not be kept"
        return [Check("disk", ok=False, detail=detail)]

    def _page(self, page: PageConfig) -> str:
        try:
            identity, name = asyncio.run(self._ask(page))
        except IrconError as error:
            asked = self._desk.reachability.record_failure(page.name, error)
            raise IrconError(asked.describe(self._desk.zone, self._desk.clock.now())) from error
        self._desk.reachability.record_answer(page.name)
        return f"{name} ({identity}) answers and accepts the token; {page.environment}"
