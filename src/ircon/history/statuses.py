"""The words that reports print for a status, and what they mean here."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Final

from ircon.history.report import POSTMORTEM, UPDATE, Block
from ircon.incident.vocabulary import STATUS_ALIASES, STATUSES

# Printed word, in lower case -> ``Written.status``. "Update" keeps the running one.
STATUS_WORDS: Final = {
    **STATUS_ALIASES,
    **{status.name: status.name for status in STATUSES.values()},
    **{status.label.lower(): status.name for status in STATUSES.values()},
    UPDATE: UPDATE,
    POSTMORTEM: POSTMORTEM,
}

_NEVER: Final = datetime.max.replace(tzinfo=UTC)


def parse_status_word(word: str) -> str | None:
    """What a printed word means; None where it is no status."""
    return STATUS_WORDS.get(" ".join(word.lower().split())) if len(word) < 40 else None


def kind_from_statuses(updates: Iterable[Block]) -> str:
    """``maintenance`` if any of its statuses is one of a maintenance, else ``incident``."""
    kinds = {STATUSES[update.status].kind for update in updates if update.status in STATUSES}
    return "maintenance" if kinds == {"maintenance"} else "incident"


def oldest_first(newest_first: Iterable[Block]) -> tuple[Block, ...]:
    """Blocks of a page, oldest first: by their times, ties bottom up.

    Where a time is missing the page's own order is all there is, and is kept.
    """
    blocks = list(newest_first)[::-1]
    if all(block.at for block in blocks):
        blocks.sort(key=lambda block: block.at or _NEVER)
    return tuple(blocks)
