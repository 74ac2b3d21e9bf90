"""What a report says, before it becomes events. Plain values, no behaviour."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from ircon.incident.components import ComponentChange

POSTMORTEM: Final = "postmortem"
UPDATE: Final = "update"


@dataclass(frozen=True, slots=True)
class Block:
    """One block of a report: an update or a postmortem.

    Lines count from 1 in the document that was read.

    Attributes:
        status: a key of ``vocabulary.STATUSES``, or ``update`` (keeps the running
            one), or ``postmortem``; empty where the block says none that is known.
        word: the status as the document spells it; empty where it says none.
        body: the words, without the blank lines around them.
        at: the time shown, in UTC; None where it is missing or cannot be read.
        at_text: that time as the document spells it, ``Mar 31, 2025 - 10:56 CEST``.
        line: where the block begins: its status word, or its first line.
        body_line: where its words begin.
        end_line: its last line, the one with the time where that stands last.
        problem: why ``at`` is missing.
        created_at: when the page took it; only JSON says so.
        components: those it changes, with their statuses; only JSON says so.
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
    """One incident or maintenance as somebody reported it.

    Attributes:
        format: a key of ``reading.FORMATS``.
        page: the status page's name, where the document says it.
        kind: ``incident`` or ``maintenance``.
        impact: one of ``vocabulary.IMPACTS``, where the document says it.
        updates: oldest first; those of one minute in the order they were written.
        components: those it affected; a status only where the document gives one.
        source: the document's name or address.
        text: the report's own part of the document, to the letter: of a feed its
            entry, of a list its object.
        first_line: the line of the document at which ``text`` begins.
        warnings: ``line 12: ...`` for everything that could not be read surely.
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
