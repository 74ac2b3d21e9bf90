"""Autosave of drafts: no keystroke is lost to a crash, a signal or a closed lid."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from typing import Any, Final

Content = Mapping[str, Any]
Save = Callable[[str, Content], None]

DELAY: Final = 0.3  # seconds from a key to the disk


class Autosave:
    """Saves drafts 0.3 s after the first unsaved key, and all at once on exit.

    Args:
        save: saves a draft under a key; called in any thread.
        drop: deletes a draft; called in any thread.
        later: calls a function after some seconds, in a worker thread.
    """

    def __init__(
        self,
        save: Save,
        drop: Callable[[str], None],
        later: Callable[[float, Callable[[], None]], None],
    ) -> None:
        self._save = save
        self._drop = drop
        self._later = later
        self._pending: dict[str, Content | None] = {}
        self._lock = threading.Lock()
        self._due = False

    def save(self, key: str, content: Content) -> None:
        """Have a draft saved soon; return at once."""
        self._put(key, content)

    def drop(self, key: str) -> None:
        """Have a draft deleted soon, also one that is not saved yet; return at once."""
        self._put(key, None)

    def _put(self, key: str, content: Content | None) -> None:
        self._pending[key] = content
        if not self._due:
            self._due = True
            self._later(DELAY, self.flush)

    def flush(self) -> None:
        """Save everything now; the newest content wins, whichever thread comes last.

        Raises:
            JournalError: a draft could not be saved; it stays pending for the next flush.
        """
        with self._lock:
            self._due = False
            while self._pending:
                key = next(iter(self._pending))
                content = self._pending.pop(key)
                try:
                    if content is None:
                        self._drop(key)
                    else:
                        self._save(key, content)
                except BaseException:
                    self._pending.setdefault(
                        key, content
                    )  # tried again, unless there is a newer one
                    raise
