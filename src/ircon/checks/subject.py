"""Subject of a check: an incident's texts with their places, and the record beside them."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, tzinfo
from functools import cached_property, lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from ircon.incident.components import Component, ComponentChange
from ircon.incident.state import Incident, Update
from ircon.incident.vocabulary import STATUSES
from ircon.text.prose import normalise, words

TITLE, UPDATE, POSTMORTEM = "title", "update", "postmortem"

# Characters of one incident. The longest postmortems have 50,000, and a page takes 25,000 at
# a time (``vocabulary.MAX_BODY``): nothing that is posted is ever cut.
MAX_CHARACTERS: Final = 300_000
_COPIES: Final = timedelta(days=1)  # copies of one incident cannot be further apart
# A line of the head that says for whom a postmortem is.
_INTERNAL: Final = re.compile(
    r"^[\s>|*_#-]*(?:audience|classification|visibility|distribution|confidentiality)\b[\s:|*_]*"
    r"[^\n]{0,30}\binternal\b"
    r"|^[\s>*_]*(?:internal(?: use)?(?: only)?|for internal use(?: only)?)\**(?:[.:]|\s*$)"
    r"|^#[^\n]*\(internal\b[^\n]*\)",
    re.IGNORECASE | re.MULTILINE,
)
_HEAD_OF_TEXT: Final = 600  # characters
# What vendors and products put behind a name: "Acme Cloud" and "Acme" are one page.
_SUFFIXES: Final = frozenset(
    {"cloud", "status", "page", "inc", "ltd", "gmbh", "llc", "bv", "ag", "incident", "incidents"}
)


@dataclass(frozen=True, eq=False)
class Passage:
    """A text to check: a title, an update's body, a postmortem.

    Attributes:
        role: ``title``, ``update`` or ``postmortem``.
        text: to the letter as it stands in its document, or as it is typed.
        line, column: where it begins in its document, from 1; line 0 where the document
            has it escaped, so that no place in it can be given.
        entry: the entry's id (``u3``), None for a document outside the journal.
        update: the update whose body this is, as the record has it.
        at: when it was shown; None for a text that is still being written.
        stamp: the text that says when (``Posted Mar 31, 2025 - 10:56 CEST``); empty
            where the document has none.
        block: first and last line of the whole entry in its document, status word to
            time; None where the passage is all there is.
        is_draft: not public yet: its author can still fix it.
        components: what a draft selects; a published update's are in the record.
    """

    role: str
    text: str
    line: int = 1
    column: int = 1
    entry: str | None = None
    update: Update | None = None
    at: datetime | None = None
    stamp: str = ""
    block: tuple[int, int] | None = None
    is_draft: bool = False
    status: str = ""
    components: tuple[ComponentChange, ...] = ()

    def position(self, offset: int) -> tuple[int, int]:
        """Return line and column of a character, from 1, in the document."""
        breaks = bisect_left(self._breaks, offset)
        if not breaks:
            return self.line, self.column + offset
        return self.line + breaks, offset - self._breaks[breaks - 1]

    @property
    def status_label(self) -> str:
        """Its status as the page shows it; ``first`` where it has none."""
        known = STATUSES.get(self.status)
        return known.label if known else "first"

    @property
    def is_maintenance(self) -> bool:
        """Whether its status is one of a maintenance."""
        known = STATUSES.get(self.status)
        return known is not None and known.kind == "maintenance"

    @cached_property
    def _breaks(self) -> list[int]:
        return [offset for offset, char in enumerate(self.text) if char == "\n"]


@dataclass(frozen=True, eq=False)
class Subject:
    """An incident as a rule sees it.

    Attributes:
        source: the document's name, or the incident's id.
        incident: the record; its ``public_updates`` are what was published.
        passages: title first, then updates in time order, then the postmortem.
        zone: the page's zone; zones: the configured ones besides.
        page_components: the page's own list; None where it is not known.
        others: earlier incidents of the same page, to compare with.
        cadence: severity to status to minutes (config.toml).
        words: words that are allowed, component names among them.
        page: the name by which readers know the page; None where it is not known.
        public_links: beginnings of addresses that a public text may link to (config.toml).
        internal: texts of internal notes of this incident, to find them in public texts.
        now: the time of the check.
        audience: of the postmortem, ``public`` or ``internal``.
        required: headings that the postmortem's template requires; empty if unknown.
        has_record: whether there is a recorded timeline at all (prose has none).
        misspelt: words that a spelling program rejects, and its corrections;
            None where it did not run.
        left_out: characters of its texts that are not checked, as they are too many.
        limit_days: (business days, calendar days for sev1) in which a postmortem is due.
        path: where the document is: a path or an address; None for an incident.
    """

    source: str
    incident: Incident
    passages: tuple[Passage, ...]
    now: datetime
    zone: tzinfo = field(default_factory=lambda: ZoneInfo("UTC"))
    zones: tuple[tzinfo, ...] = ()
    page_components: tuple[Component, ...] | None = None
    others: tuple[Subject, ...] = ()
    cadence: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    words: frozenset[str] = frozenset()
    page: str | None = None
    public_links: tuple[str, ...] = ()
    internal: tuple[str, ...] = ()
    audience: str = "public"
    required: tuple[str, ...] = ()
    has_record: bool = True
    misspelt: Mapping[str, tuple[str, ...]] | None = None
    left_out: int = 0
    limit_days: tuple[int, int] = (5, 3)
    path: str | None = None

    @cached_property
    def title(self) -> Passage | None:
        """The title's passage."""
        return next((passage for passage in self.passages if passage.role == TITLE), None)

    @cached_property
    def fingerprint(self) -> tuple[str, ...]:
        """Title, statuses and texts, without times: equal for two copies of one incident."""
        updates = (f"{update.status}: {normalise(update.text)}" for update in self.updates)
        return (normalise(self.title.text) if self.title else "", *updates)

    @cached_property
    def updates(self) -> tuple[Passage, ...]:
        """The updates' passages, in the order of their times; a draft comes last."""
        return tuple(passage for passage in self.passages if passage.role == UPDATE)

    @cached_property
    def postmortem(self) -> Passage | None:
        """The postmortem's passage."""
        return next((passage for passage in self.passages if passage.role == POSTMORTEM), None)

    @property
    def drafts(self) -> tuple[Passage, ...]:
        """The passages that are being written."""
        return tuple(passage for passage in self.passages if passage.is_draft)

    @property
    def public_texts(self) -> tuple[Passage, ...]:
        """All passages that are written for the public."""
        if self.audience == "public":
            return self.passages
        return tuple(passage for passage in self.passages if passage.role != POSTMORTEM)

    def is_copy_of(self, other: Subject) -> bool:
        """Whether both are one incident: the same title and texts in order, not a day apart."""
        if not self.updates or self.fingerprint != other.fingerprint:
            return False
        return all(
            mine.at is not None and theirs.at is not None and abs(mine.at - theirs.at) < _COPIES
            for mine, theirs in zip(self.updates, other.updates, strict=True)
        )

    def shares_page_with(self, other: Subject) -> bool:
        """Whether both are of one page; what vendors put behind a page's name does not count."""
        name = _page_name(self.page)
        return bool(name) and name == _page_name(other.page)


def stated_audience(text: str) -> str:
    """Return the audience that a postmortem names in its first lines; the public without one."""
    return "internal" if _INTERNAL.search(text, 0, _HEAD_OF_TEXT) else "public"


@lru_cache(maxsize=256)
def _page_name(name: str | None) -> tuple[str, ...]:
    lowered = [word.text.lower() for word in words(name or "")]
    while len(lowered) > 1 and lowered[-1] in _SUFFIXES:
        lowered.pop()
    return tuple(lowered)


def truncate(
    passages: Iterable[Passage], limit: int = MAX_CHARACTERS
) -> tuple[tuple[Passage, ...], int]:
    """Return the passages up to so many characters, and how many more there are.

    The text in which the limit lies ends with its last whole line, if it has lines;
    those after it are left out.
    """
    shortened: list[Passage] = []
    remaining, left_out = limit, 0
    for passage in passages:
        text = passage.text
        if len(text) > remaining:
            text = text[: max(text.rfind("\n", 0, remaining), 0) or remaining]
            remaining = 0
        else:
            remaining -= len(text)
        left_out += len(passage.text) - len(text)
        if text or not passage.text:
            shortened.append(passage if text == passage.text else replace(passage, text=text))
    return tuple(shortened), left_out
