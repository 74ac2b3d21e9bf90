"""The shape ``atom``: a Statuspage history feed (``/history.atom``) with several incidents.

Each entry's content is HTML, newest block first, to the minute and without a year:
``<small>Aug <var>21</var>, <var>00:37</var> UTC</small><br><strong>Resolved</strong>
- text``. The year comes from the entry's ``<published>``, which is the time of its
newest block (``<updated>`` moves when a text is edited), and each older block is
earlier than the one above it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

from ircon.errors import Unreadable
from ircon.history.atom_entries import Entry, Feed, parse
from ircon.history.document import Document, Warnings
from ircon.history.html_text import html_to_text
from ircon.history.report import (
    POSTMORTEM,
    Block,
    Report,
    Shape,
    kind_from_statuses,
    oldest_first,
    parse_status_word,
    shorten_title,
)
from ircon.history.timestamps import parse_or_warn
from ircon.incident.components import Component
from ircon.incident.times import parse_iso

FORMAT: Final = "atom"

_FEED: Final = re.compile(
    r"\s*(?:<\?xml[^>]{0,200}\?>)?\s*(?:<!--[^>]{0,500}-->\s*)?<(?:\w+:)?feed\b"
)
_HEAD: Final = re.compile(
    r"(?:<p>\s*)?<small>(?P<stamp>[^<]{0,60}(?:</?var[^<>]{0,40}>[^<]{0,40}){0,8})</small>\s*"
    r"<br\s*/?>\s*<strong>(?P<word>[^<]{0,60})</strong>\s*-\s?",
    re.IGNORECASE,
)
_SCHEDULED: Final = re.compile(r"<strong>\s*THIS IS A SCHEDULED EVENT\b", re.IGNORECASE)
_CODE: Final = re.compile(r"/incidents/([A-Za-z0-9]{4,40})/?(?:[?#].{0,200})?")
_FEED_TITLE: Final = re.compile(r"\s*(?:Status)?\s*-\s*Incident History\s*$")


def sniff(document: Document) -> bool:
    """Whether a document is an Atom feed."""
    return bool(_FEED.match(document.bare))


def read(document: Document, page_components: Sequence[Component]) -> list[Report]:  # noqa: ARG001 - a feed names no components
    """Return the feed's incidents, in its order.

    Raises:
        Unreadable: it is not well-formed, has a DTD or entities of its own, or
            an entry holds no block with a time.
    """
    feed = parse(document.bare)
    page = feed.author or _FEED_TITLE.sub("", feed.title[:500])
    return [_report(feed, entry, page, document) for entry in feed.entries]


def _report(feed: Feed, entry: Entry, page: str, document: Document) -> Report:
    warnings = Warnings(document.warnings)
    blocks = _blocks(entry, warnings)
    if not blocks:
        raise Unreadable(
            f"No update was found in the entry {entry.title[:80]!r}.",
            "Expected '<small>Aug 21, 00:37 UTC</small><br><strong>Resolved</strong> - TEXT'.",
            entry.content_line or entry.line,
        )
    updates = oldest_first(block for block in blocks if block.status != POSTMORTEM)
    code = _CODE.search(entry.link[:2000])
    scheduled = _SCHEDULED.search(entry.content[:2000])
    return Report(
        format=FORMAT,
        name=shorten_title(entry.title) or "Untitled incident",
        page=shorten_title(page) or None,
        kind="maintenance" if scheduled else kind_from_statuses(updates),
        impact=None,
        updates=updates,
        postmortem=next((block for block in blocks if block.status == POSTMORTEM), None),
        components=(),
        source=document.name,
        text=feed.source(entry),
        first_line=entry.line,
        warnings=warnings.all(),
        remote_id=code[1] if code else None,
        url=entry.link or None,
    )


def _blocks(entry: Entry, warnings: Warnings) -> list[Block]:
    """Return an entry's blocks, newest first."""
    blocks: list[Block] = []
    heads = list(_HEAD.finditer(entry.content))
    near, until = _day(entry.published or entry.updated), None
    bounds = [*(head.start() for head in heads), len(entry.content)]
    for head, end in zip(heads, bounds[1:], strict=True):
        line = min(entry.content_line + entry.content.count("\n", 0, head.start()), entry.end_line)
        stamp, word = html_to_text(head["stamp"]), html_to_text(head["word"])
        at, problem = parse_or_warn(stamp, line, warnings, near=near, until=until)
        status = parse_status_word(word)
        if status is None:
            warnings.add(line, f"unknown status {word!r}: the status before it is used")
        blocks.append(
            Block(
                status=status or "",
                word=word,
                body=html_to_text(entry.content[head.end() : end]),
                at=at,
                at_text=stamp,
                line=line,
                body_line=line,
                end_line=min(line + entry.content.count("\n", head.start(), end), entry.end_line),
                problem=problem,
            )
        )
        until = at.date() + timedelta(days=1) if at else until  # a day more, as zones differ
    return blocks


def _day(text: str) -> date | None:
    try:
        return parse_iso(text.strip()[:40]).date()
    except (ValueError, OverflowError):
        return None


SHAPE: Final = Shape(FORMAT, sniff, read)
