"""Duplicates of an update: idempotency keys, and the same text posted again by mistake."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256
from itertools import count
from typing import TYPE_CHECKING, Final

from ircon.delivery.lock import file_lock
from ircon.delivery.matching import reads_alike
from ircon.delivery.payload import thaw
from ircon.desk.drafts import PublicDraft, Submission
from ircon.errors import Refused
from ircon.incident.text import safe_line
from ircon.incident.vocabulary import DELIVERY_WORDS
from ircon.journal.operation import Operation
from ircon.pages.protocol import CREATE, POSTMORTEM

if TYPE_CHECKING:
    from pathlib import Path

    from ircon.config.load import Config
    from ircon.desk.records import Records
    from ircon.incident.times import Clock
    from ircon.journal.store import Journal

_NEVER_SENT: Final = frozenset({"draft", "rejected"})
_RECENT: Final = timedelta(hours=1)  # a declaration with the same text within it is a mistake


class Duplicates:
    """Finds what was submitted before, by key or by text.

    Args:
        journal: has the operations.
        records: the incidents they belong to.
        config: the configured pages.
        clock: tells the time.
        folder: holds the lock file under which keys are used.
    """

    def __init__(
        self, journal: Journal, records: Records, config: Config, clock: Clock, folder: Path
    ) -> None:
        self._journal = journal
        self._records = records
        self._config = config
        self._clock = clock
        self._lock = folder / "keys.lock"

    def submit_once(self, key: str, submit: Callable[[], Submission]) -> Submission:
        """Submit under a key unless something was submitted under it before.

        Raises:
            Refused: that was dropped by a person.
            JournalError: the lock file cannot be used.
        """
        with file_lock(self._lock):
            return self.find_by_key(key) or submit()

    def find_by_key(self, key: str) -> Submission | None:
        """Return what was submitted under a key; None if nothing was, or the page refused it.

        Raises:
            Refused: it was dropped by a person.
        """
        for number in count():
            first = self._journal.operation(self.token(key, number))
            if first is None:
                return None
            operation = first
            if first.state == "cancelled":
                operation = self._replacement(first, self.token(key)) or first
            if operation.state == "cancelled":
                raise Refused(
                    f"The update with the key {safe_line(key, 60)!r} was dropped.",
                    "Use another key to post it after all.",
                )
            if operation.state not in _NEVER_SENT:
                event = self._journal.event(operation.event)
                return Submission(operation.incident, (event and event.entry) or "", operation.op)
        return None

    def token(self, key: str, number: int = 0) -> str:
        """Return the operation id for a key at its n-th try; it reveals nothing of the key."""
        named = f"{self._journal.journal_id}\n{key}\n{number}"
        return sha256(named.encode("utf-8", "replace")).hexdigest()[:20]

    def unused_token(self, key: str) -> str:
        """Return the first operation id for a key that no operation has."""
        tokens = (self.token(key, number) for number in count())
        return next(token for token in tokens if self._journal.operation(token) is None)

    def warning(self, draft: PublicDraft) -> str | None:
        """Return a sentence if the same text was posted just before; None if it was not.

        Of a declaration: within the hour, while that incident is open. Of an update: while
        the first one is not settled.
        """
        for operation in reversed(self._journal.operations(incident=draft.incident)):
            is_dropped = operation.state in {*_NEVER_SENT, "cancelled"}
            if is_dropped or operation.kind == POSTMORTEM:
                continue
            payload = thaw(operation)
            if not _is_alike(payload.body.public, draft.body.public):
                continue
            if draft.incident is None:
                title = payload.title.public if payload.title else ""
                if self._declares_same(draft, operation, title):
                    return f"Incident {operation.incident} has the same name and text."
            elif payload.status == draft.status and operation.state != "confirmed":
                return f"The same update is already on its way ({DELIVERY_WORDS[operation.state]})."
        return None

    def _declares_same(self, draft: PublicDraft, operation: Operation, title: str) -> bool:
        """Return whether an operation declared the draft's incident within the hour."""
        wanted = draft.title.public if draft.title else ""
        return (
            operation.kind == CREATE
            and _is_alike(title, wanted)
            and operation.queued_at >= self._clock.now() - _RECENT
            and self._records.incident(operation.incident).is_open
            and operation.page == self._config.page(draft.page).name
        )

    def _replacement(self, operation: Operation, token: str) -> Operation | None:
        """Return the operation that replaced an edited one, if any did."""
        events = self._journal.events(operation.incident)
        ops = [event.text("op") for event in events if event.text("key") == token]
        return self._journal.operation(ops[-1] or "") if ops else None


def _is_alike(text: str, other: str) -> bool:
    """Return whether two texts read alike, case aside."""
    return reads_alike(text.casefold(), other.casefold())
