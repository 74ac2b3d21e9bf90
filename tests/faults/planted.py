"""Three mistakes, planted one at a time: a campaign that does not find them is worth nothing."""

from __future__ import annotations

from typing import Any

from ircon.delivery.attempt import Attempt
from ircon.delivery.page_reader import PageReader
from ircon.delivery.states import move
from ircon.delivery.transitions import Transitions
from ircon.errors import Unknown
from ircon.journal.operation import Operation


class _Retrying(Transitions):
    def move(self, operation: Operation, event: str, **changes: Any) -> Operation | None:
        if event == "unsure":
            return self.retry_later(operation, "not_sent", Unknown(str(changes["error"])))
        return super().move(operation, event, **changes)


class BlindRetry(Attempt):
    """Sends again whatever it has no answer to."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self._transitions.__class__ = _Retrying


class _Intentless(Transitions):
    def move(self, operation: Operation, event: str, **changes: Any) -> Operation | None:
        if event == "intend":
            return operation._replace(state=move(operation.state, event).target, **changes)
        if operation.state == "sending":  # the intent is written down with what came of it
            noted = operation._replace(state="preflight")
            noted = super().move(noted, "intend", base_ids=operation.base_ids)
            return noted and super().move(noted, event, **changes)
        return super().move(operation, event, **changes)


class NoIntent(Attempt):
    """Sends first, and writes down afterwards that it was going to."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self._transitions.__class__ = _Intentless


class _Unclaimed:
    """A journal that forgets what was claimed, and lets anything be claimed twice."""

    def __init__(self, journal: Any) -> None:
        self._journal = journal

    def __getattr__(self, name: str) -> Any:
        return getattr(self._journal, name)

    def claimed(self, _page_id: str) -> set[str]:
        return set()

    def move(self, before: Operation, after: Operation, *more: Any) -> Operation | None:
        self._journal.unique = False
        try:
            return self._journal.move(before, after, *more)
        finally:
            self._journal.unique = True


class _Forgetful(PageReader):
    def _posted(self, _incident: str) -> set[str]:
        return set()


class NoClaim(Attempt):
    """Takes what another operation became for its own."""

    def __init__(self, journal: Any, *args: Any, **more: Any) -> None:
        super().__init__(_Unclaimed(journal), *args, **more)
        self._reader.__class__ = _Forgetful


BUGS = {"blind_retry": BlindRetry, "no_intent": NoIntent, "no_claim": NoClaim}
