"""The timeline of an incident: public and internal entries, distinct at a glance."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, tzinfo
from difflib import SequenceMatcher
from typing import Final

from textual.content import Content

from ircon.console import safe_content, styles, time_format
from ircon.console.widgets import delivery_status
from ircon.console.widgets.listing import VirtualList
from ircon.desk.drafts import OutboxItem
from ircon.incident.state import Entry, Incident, Note, Update
from ircon.incident.text import InternalText, PublicText, fold_case
from ircon.incident.vocabulary import OBSERVED

_TIME: Final = 7  # cells for the time before each entry
_GUTTER: Final = _TIME + 2  # and the bar that says who may see it
_MOST_LINES: Final = 12  # of one entry; enter shows all
_MOST_CHARACTERS: Final = 4_000  # of an entry that are wrapped
_AROUND: Final = 4  # words that two versions share, shown on either side of a change
_BLOCKS: Final = {"update", "postmortem"}
_CHANGED: Final = "page_changed"
_KINDS: Final = {
    _CHANGED: "seen on the page:",
    "declared": "declared",
    "milestone": "◆",
    "role": "",
    "handover": "handover",
    "action": "to do:",
    "changed": "now",
    "closed": "closed",
    "postmortem_saved": "",
}


class Timeline(VirtualList):
    """Entries of an incident, oldest first.

    Args:
        zone: the time zone.
    """

    def __init__(self, zone: tzinfo) -> None:
        super().__init__(id="timeline")
        self._zone = zone
        self._now: datetime | None = None
        self._entries: tuple[Entry, ...] = ()
        self._updates: Mapping[str, Update] = {}
        self._notes: Mapping[str, Note] = {}
        self._items: Mapping[str, OutboxItem] = {}  # by the entry they carry
        self._search = ""
        self._lines: list[tuple[int | None, Content]] = []
        self._ranges: list[tuple[int, int]] = []
        self._width = 0
        self._follow = True
        self._wrapped: dict[tuple[Entry, int, str], list[Content]] = {}

    def fill(self, incident: Incident, items: Mapping[str, OutboxItem], now: datetime) -> None:
        """Show the current entries of an incident; a cursor at the end stays at the end.

        Args:
            incident: whose entries.
            items: its outbox items, by operation.
            now: for the countdown of held updates.
        """
        selected = self.current()
        self._updates = {update.event_id: update for update in incident.updates}
        self._notes = {note.event_id: note for note in incident.notes}
        self._items = {item.update: item for item in items.values()}
        self._now = now
        self._entries = tuple(entry for entry in incident.entries if _matches(entry, self._search))
        indexes = {entry.event_id: index for index, entry in enumerate(self._entries)}
        if selected is not None and not self._follow and selected.event_id in indexes:
            self.set_reactive(VirtualList.chosen, indexes[selected.event_id])
        self.rebuild()

    def search(self, query: str) -> None:
        """Show only entries with all words of a query, from the next ``fill`` on."""
        self._search = query

    def tick(self, now: datetime) -> None:
        """Render the countdowns of held updates again, every second."""
        self._now = now
        for index, (line, _) in enumerate(self._ranges):
            entry = self._entries[index]
            if self._is_held(entry):
                self._lines[line] = (index, self._first_line(entry))
                self.refresh_lines(line)

    def current(self) -> Entry | None:
        """Return the selected entry."""
        return self._entries[self.chosen] if self.chosen < len(self._entries) else None

    # Lines

    def rebuild(self) -> None:
        """Break the entries into lines of the current width."""
        self._width = self.scrollable_content_region.width
        self._lines, self._ranges = [], []
        day = ""
        if self._width > 0:
            for index, entry in enumerate(self._entries):
                entry_day = time_format.weekday(entry.at, self._zone)
                if entry_day != day:
                    day = entry_day
                    self._lines.append((None, self._day(entry)))
                first = len(self._lines)
                self._lines += [(index, line) for line in self._entry(entry)]
                self._ranges.append((first, len(self._lines) - first))
        if self._follow and self._ranges:
            self.set_reactive(VirtualList.chosen, len(self._ranges) - 1)
            self.call_after_refresh(self.show_chosen)
            self.post_message(self.Moved())
        super().rebuild()

    def watch_chosen(self, before: int, after: int) -> None:
        """Follow new entries while the last one is selected."""
        if self._ranges:
            self._follow = after >= len(self._ranges) - 1
        super().watch_chosen(before, after)

    def count(self) -> int:
        """Return the number of entries that are laid out."""
        return len(self._ranges)

    def height(self) -> int:
        """Return the number of lines, headings included."""
        return len(self._lines)

    def lines_of(self, index: int) -> tuple[int, int]:
        """Return the first line of an entry, and how many it has."""
        return self._ranges[index]

    def index_at(self, line: int) -> int | None:
        """Return the entry on a line; None on the heading of a day."""
        return self._lines[line][0] if line < len(self._lines) else None

    def content(self, line: int, width: int) -> Content:  # noqa: ARG002 - laid out for it already
        """Return the content of a line."""
        return self._lines[line][1]

    def _day(self, entry: Entry) -> Content:
        day = time_format.weekday(entry.at, self._zone)
        zone = time_format.zone_name(entry.at, self._zone)
        return safe_content.line((f" {day}  {zone}", "$faint"))

    def _entry(self, entry: Entry) -> list[Content]:
        update = self._updates.get(entry.event_id)
        is_open = entry.id in self._items or (update is not None and not update.is_public)
        if is_open:  # its delivery goes on: never cached
            return [self._first_line(entry), *self._rest(entry)]
        extra = self._notice(entry) or (self._text(entry) if entry.kind == _CHANGED else "")
        key = (entry, self._width, extra)
        if key not in self._wrapped:
            self._wrapped[key] = [self._first_line(entry), *self._rest(entry)]
        return self._wrapped[key]

    def _is_held(self, entry: Entry) -> bool:
        item = self._items.get(entry.id)
        return item is not None and item.state == "held"

    def _is_block(self, entry: Entry) -> bool:
        """Return whether the text stands below a line of its own, as public text does."""
        return entry.kind in _BLOCKS

    def _gutter(self, entry: Entry, *, first: bool) -> list[safe_content.Part]:
        time = f" {time_format.clock(entry.at, self._zone)}" if first else ""
        bar, style = _bar(entry)
        return [(time.ljust(_TIME), "$faint"), (f"{bar} ", style)]

    def _first_line(self, entry: Entry) -> Content:
        parts = self._gutter(entry, first=True)
        if entry.pinned:
            parts.append(("★ ", "bold $accent"))
        if not self._is_block(entry):
            return safe_content.line(*parts, *self._internal(entry, 0))
        update, item = self._updates.get(entry.event_id), self._items.get(entry.id)
        now = self._now or entry.at
        if update is None:
            delivery, style = delivery_status.postmortem_status(entry, item, self._zone, now)
            return safe_content.line(*parts, ("Postmortem", "bold"), "   ", (delivery, style))
        status = styles.status(update.status)
        delivery, style = delivery_status.update_status(update, item, self._zone, now)
        used = sum(len(part if isinstance(part, str) else part[0]) for part in parts)
        room = self._width - used - len(status.label) - 7
        return safe_content.line(
            *parts,
            (status.label, f"bold {status.colour}"),
            "   ",
            (safe_content.clip(delivery, room), style),
        )

    def _rest(self, entry: Entry) -> list[Content]:
        if not self._is_block(entry):
            count = len(self._wrap(entry))
            return [
                safe_content.line(*self._gutter(entry, first=False), *self._internal(entry, number))
                for number in range(1, count)
            ]
        lines: list[safe_content.Part] = [*self._wrap(entry)]
        notice = self._notice(entry)
        if notice:
            lines += [(text, "bold $unknown") for text in self._broken(f"! {notice}")]
        return [safe_content.line(*self._gutter(entry, first=False), text) for text in lines]

    def _notice(self, entry: Entry) -> str:
        """Return what the author of an update should know, though nothing is to be done."""
        update = self._updates.get(entry.event_id)
        return (update.notice or "") if update else ""

    def _broken(self, text: str) -> list[str]:
        room = self._width - _GUTTER - 1
        return [line.plain.rstrip() for line in safe_content.block(text).wrap(max(8, room))]

    def _internal(self, entry: Entry, number: int) -> list[safe_content.Part]:
        """Render a line of an internal entry: id and author, then the text."""
        label, author = self._label(entry)
        parts: list[safe_content.Part] = [(label, "$internal"), (author, "$faint")]
        if number:
            parts = [" " * (len(label) + len(author))]
        style = "$faint strike" if entry.retracted else ""
        lines = self._wrap(entry)
        text = lines[number] if number < len(lines) else ""
        return [*parts, (text, style)]

    def _label(self, entry: Entry) -> tuple[str, str]:
        author = (
            ""
            if entry.kind in {"milestone", "declared"}
            else f"{safe_content.clip(entry.author, 16)} "
        )
        return f"{entry.id} ", author

    def _wrap(self, entry: Entry) -> list[str]:
        """Return an entry's text as lines of the current width, cut if they are too many."""
        room = self._width - _GUTTER - 1
        if not self._is_block(entry):
            label, author = self._label(entry)
            room -= len(label) + len(author) + (2 if entry.pinned else 0)
        text = self._text(entry)
        note = self._notes.get(entry.event_id)
        ends_matter = note is not None and bool(
            note.ending
        )  # of a command's output, the last lines matter
        cut = text[-_MOST_CHARACTERS:] if ends_matter else text[:_MOST_CHARACTERS]
        wrapped = [line.plain.rstrip() for line in safe_content.block(cut).wrap(max(8, room))]
        if len(wrapped) > _MOST_LINES or len(text) > len(cut):
            if ends_matter:
                first = (
                    safe_content.block(text[:_MOST_CHARACTERS]).wrap(max(8, room))[0].plain.rstrip()
                )
                return [first, "… enter shows all", *wrapped[2 - _MOST_LINES :]]
            wrapped = [*wrapped[: _MOST_LINES - 1], "… enter shows all"]
        return wrapped or [""]

    def _text(self, entry: Entry) -> str:
        text = self._edit(entry) or full_text(entry)
        note = self._notes.get(entry.event_id)
        if note is not None and note.ending:
            command, _, output = text.partition("\n")
            text = f"{command}  ({note.ending})\n{output}".rstrip()
        prefix = _KINDS.get(entry.kind, "")
        marks = "".join(
            mark
            for holds, mark in ((entry.amended, " (amended)"), (entry.retracted, " (retracted)"))
            if holds
        )
        return f"{prefix} {text}{marks}".strip()

    def _edit(self, entry: Entry) -> str:
        """Return a change on the page as its old and new text; empty for other entries."""
        if entry.kind != _CHANGED or entry.was is None:
            return ""
        old, new = changed_parts(entry.was.public, full_text(entry))
        update_id = full_text(entry).partition(": ")[0]
        is_edit = any(update_id == update.id for update in self._updates.values())
        title = f"{update_id} was edited on the page" if is_edit else "changed on the page"
        return f"{title}\nwas: {old}\nnow: {new}"


def full_text(entry: Entry) -> str:
    """Return the whole text of an entry, public or internal."""
    return entry.text.public if isinstance(entry.text, PublicText) else entry.text.internal


def changed_parts(before: str, after: str) -> tuple[str, str]:
    """Return the part of each text that the other lacks, between a few words that both have.

    ``…`` stands for more of what both have.
    """
    old, new = before.split(), after.split()
    edits = [
        edit for edit in SequenceMatcher(None, old, new).get_opcodes() if edit[0] != "equal"
    ] or [("equal", len(old), len(old), len(new), len(new))]
    _, old_start, _, new_start, _ = edits[0]
    _, _, old_end, _, new_end = edits[-1]
    return _excerpt(old, old_start, old_end), _excerpt(new, new_start, new_end)


def _excerpt(words: list[str], start: int, end: int) -> str:
    first, last = max(0, start - _AROUND), min(len(words), end + _AROUND)
    text = " ".join(words[first:last])
    return f"{'… ' if first else ''}{text}{' …' if last < len(words) else ''}"


def _bar(entry: Entry) -> tuple[str, str]:
    if entry.kind == "declared":  # the first update shows whether its name is public
        return "┊", "$faint"
    if isinstance(entry.text, InternalText):
        return "┊", "$internal"
    return delivery_status.marker(entry.delivery or OBSERVED)


def _matches(entry: Entry, query: str) -> bool:
    text = fold_case(f"{entry.id} {entry.author} {full_text(entry)}")
    return all(word in text for word in fold_case(query).split())
