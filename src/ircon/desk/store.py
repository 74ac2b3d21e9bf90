"""The journal and the cache of one desk, each opened when a part first needs it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # opening a journal imports sqlite3
    from pathlib import Path

    from ircon.config.paths import AppPaths
    from ircon.incident.event import Event
    from ircon.incident.times import Clock
    from ircon.journal.cache import Cache
    from ircon.journal.store import Journal


class Store:
    """What the parts of a desk read and write.

    Args:
        paths: the folders for config, data and cache.
        clock: tells the time.
        host: the machine, as the journal names it.
        fallback_dirs: folders for notes that neither the journal nor its folder takes.
    """

    def __init__(
        self, paths: AppPaths, clock: Clock, *, host: str, fallback_dirs: Sequence[Path] = ()
    ) -> None:
        self._paths = paths
        self._clock = clock
        self._host = host
        self._fallback_dirs = fallback_dirs

    @cached_property
    def journal(self) -> Journal:
        """The journal; created where there is none.

        Raises:
            JournalError: it cannot be opened.
        """
        from ircon.journal.store import Journal

        return Journal.open(
            self._paths.data, self._clock, host=self._host, fallback_dirs=self._fallback_dirs
        )

    @cached_property
    def cache(self) -> Cache:
        """What is derived from the journal; it may be deleted at any time.

        Raises:
            JournalError: it cannot be opened.
        """
        from ircon.journal.cache import Cache

        return Cache.open(self._paths.cache)

    @property
    def is_open(self) -> bool:
        """Whether any part has opened the journal."""
        return "journal" in self.__dict__

    def spool(self, events: Sequence[Event]) -> bool:
        """Spool internal events for a journal that cannot be opened; False if none takes them."""
        from ircon.journal.store import Journal

        return Journal.spool(
            self._paths.data, events, host=self._host, fallback_dirs=self._fallback_dirs
        )

    def close(self) -> None:
        """Close what was opened."""
        for name in ("journal", "cache"):
            if name in self.__dict__:
                self.__dict__[name].close()
