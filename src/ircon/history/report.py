"""Reports as the shapes return them, and the statuses, titles and order they have in common.

A ``Report`` is a plain value; ``to_events`` turns it into events. A shape's module ends
with a ``Shape``, which tells ``shapes`` how to recognise and to read its documents.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import PurePosixPath
from typing import Final, NamedTuple

from ircon.history.document import Document
from ircon.incident.components import Component, ComponentChange
from ircon.incident.vocabulary import MAX_NAME, STATUS_ALIASES, STATUSES

POSTMORTEM: Final = "postmortem"
UPDATE: Final = "update"

# Printed word, in lower case -> ``Block.status``. "Update" keeps the current one.
STATUS_WORDS: Final = {
    **STATUS_ALIASES,
    **{status.name: status.name for status in STATUSES.values()},
    **{status.label.lower(): status.name for status in STATUSES.values()},
    UPDATE: UPDATE,
    POSTMORTEM: POSTMORTEM,
}

_NEVER: Final = datetime.max.replace(tzinfo=UTC)
_SENTENCE: Final = re.compile(r"[^.!?]{1,300}(?:[.!?](?!\s)[^.!?]{0,300}){0,10}")


@dataclass(frozen=True, slots=True)
class Block:
    """A block of a report: an update or a postmortem.

    Lines count from 1 in the document that was read.

    Attributes:
        status: a key of ``vocabulary.STATUSES``, or ``update`` (keeps the current
            status), or ``postmortem``; empty where the block names none that is known.
        word: the status as the document spells it; empty where it names none.
        body: the text, without the blank lines around it.
        at: the time shown, in UTC; None where it is missing or cannot be read.
        at_text: that time as the document spells it, ``Mar 31, 2025 - 10:56 CEST``.
        line: where the block begins: its status word, or its first line.
        body_line: where its text begins.
        end_line: its last line, the one with the time where that comes last.
        problem: why ``at`` is missing.
        created_at: when the page accepted it; known from JSON only.
        components: those it changes, with their statuses; known from JSON only.
        remote_id: the page's id for it.
    """

    status: str
    body: str
    at: datetime | None
    at_text: str
    line: int
    body_line: int
    end_line: int
    word: str = ""
    problem: str = ""
    created_at: datetime | None = None
    components: tuple[ComponentChange, ...] = ()
    remote_id: str | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """An incident or a maintenance as somebody else reported it.

    Attributes:
        format: a key of ``shapes.FORMATS``.
        page: the status page's name, where the document has it.
        kind: ``incident`` or ``maintenance``.
        impact: one of ``vocabulary.IMPACTS``, where the document has it.
        updates: oldest first; those of one minute in the order they were posted.
        components: those it affected; a status only where the document gives one.
        source: the document's name or address.
        text: the report's own part of the document, verbatim: of a feed its entry, of
            a list its object.
        first_line: the line of the document at which ``text`` begins.
        warnings: ``line 12: ...`` for everything doubtful or unreadable.
        remote_id: the page's id for the incident.
        scheduled_for, scheduled_until: a maintenance's window.
    """

    format: str
    name: str
    page: str | None
    kind: str
    impact: str | None
    updates: tuple[Block, ...]
    postmortem: Block | None
    components: tuple[ComponentChange, ...]
    source: str
    text: str
    warnings: tuple[str, ...] = ()
    remote_id: str | None = None
    url: str | None = None
    page_id: str | None = None
    first_line: int = 1
    scheduled_for: datetime | None = None
    scheduled_until: datetime | None = None


class Shape(NamedTuple):
    """A shape of report: the name ``--format`` takes, how it is recognised, how it is read.

    ``read`` takes the page's components too, where they are known: text alone does
    not always tell a group from a name in parentheses.
    """

    name: str
    sniff: Callable[[Document], bool]
    read: Callable[[Document, Sequence[Component]], list[Report]]


def parse_status_word(word: str) -> str | None:
    """Return the status a printed word means; None for any other word."""
    return STATUS_WORDS.get(" ".join(word.lower().split())) if len(word) < 40 else None


def kind_from_statuses(updates: Iterable[Block]) -> str:
    """Return ``maintenance`` if all known statuses are a maintenance's, else ``incident``."""
    kinds = {STATUSES[update.status].kind for update in updates if update.status in STATUSES}
    return "maintenance" if kinds == {"maintenance"} else "incident"


def oldest_first(newest_first: Iterable[Block]) -> tuple[Block, ...]:
    """Return a page's blocks, oldest first: by their times, ties bottom up.

    Where a time is missing, the page's own order is used.
    """
    blocks = list(newest_first)[::-1]
    if all(block.at for block in blocks):
        blocks.sort(key=lambda block: block.at or _NEVER)
    return tuple(blocks)


def shorten_title(name: str, limit: int = MAX_NAME) -> str:
    """Return a title on one line, within ``limit`` characters, cut at a word."""
    line = " ".join(name[: limit * 4].split())
    if len(line) <= limit:
        return line
    head = line[: limit - 1]
    return (head.rpartition(" ")[0] or head) + "…"


def title_from_file_name(document: str) -> str:
    """Return a document's name without folder and suffix; of an address, its last part."""
    return shorten_title(PurePosixPath(document.rstrip("/")).stem) or "Imported incident"


def first_sentence(text: str) -> str:
    """Return a text's first sentence, without its full stop."""
    match = _SENTENCE.match(text.lstrip())
    return shorten_title(match[0].strip() if match else text[:MAX_NAME])
