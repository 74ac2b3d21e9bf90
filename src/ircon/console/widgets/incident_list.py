"""The list of incidents: open ones on top, then the history, loaded in pages."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING, Final

from textual.content import Content
from textual.message import Message

from ircon.console import safe_content, styles, time_format
from ircon.console.widgets.listing import VirtualList
from ircon.desk.records import Summary
from ircon.incident.times import elapsed_from, parse_iso
from ircon.incident.vocabulary import is_closed

if TYPE_CHECKING:
    from ircon.desk.cadence import Deadline

PAGE: Final = 100  # incidents read at once
_STATUS, _IMPACT, _LENGTH = 14, 12, 11  # cells


class IncidentList(VirtualList):
    """Rows of ``Summary``; requests a page that is not loaded by ``PageMissing``.

    Args:
        zone: the time zone of days.
        due_of: returns the next update due of an incident, if it is known.
    """

    class PageMissing(Message):
        """A page that is visible has not been loaded yet."""

        def __init__(self, offset: int) -> None:
            super().__init__()
            self.offset = offset

    def __init__(self, zone: tzinfo, due_of: Callable[[str], Deadline | None]) -> None:
        super().__init__(id="incidents")
        self._zone = zone
        self._due_of = due_of
        self._now: datetime | None = None
        self._total = 0
        self._open = 0
        self._pages: dict[int, Sequence[Summary]] = {}
        self._requested: set[int] = set()

    def fill(
        self, total: int, open_count: int, pages: dict[int, Sequence[Summary]], now: datetime
    ) -> None:
        """Replace all rows; the same incident stays selected.

        Args:
            total: how many incidents there are.
            open_count: how many of them are open; they come first.
            pages: rows that have been loaded, by offset.
            now: for the durations of open ones.
        """
        before = self.current()
        self._total, self._open, self._pages, self._now = total, open_count, pages, now
        self._requested.clear()
        if before is not None:
            self._choose_again(before.incident)
        self.rebuild()

    def add_page(self, offset: int, rows: Sequence[Summary]) -> None:
        """Add a page that was requested."""
        self._pages[offset] = rows
        self.refresh()
        if offset <= self.chosen < offset + PAGE:
            self.post_message(self.Moved())

    def tick(self, now: datetime) -> None:
        """Render again those open incidents whose times have changed."""
        before, self._now = self._now, now
        first, last = self._in_view()
        for index in range(first, min(last + 1, self._open)):
            row = self._row(index)
            if row and self._times(row, before) != self._times(row, now):
                self.refresh_lines(*self.lines_of(index))

    def _times(self, row: Summary, now: datetime | None) -> tuple[str, str]:
        """Return what changes without an event: duration and next update due."""
        return _length(row, now), self._due(row, now)[0]

    def _in_view(self) -> tuple[int, int]:
        top = self.scroll_offset.y
        return self.index_at_or_after(top), self.index_at_or_after(top + self.size.height)

    def visible_pages(self) -> list[int]:
        """Return the offsets of the pages that are visible now."""
        first, last = self._in_view()
        offsets = {index // PAGE * PAGE for index in (first, last, self.chosen)}
        return sorted(offset for offset in offsets if offset < max(self._total, 1))

    def current(self) -> Summary | None:
        """Return the selected incident, if it has been loaded."""
        return self._row(self.chosen) if self.chosen < self._total else None

    def _choose_again(self, incident: str) -> None:
        for offset, rows in self._pages.items():
            for index, row in enumerate(rows):
                if row.incident == incident:
                    self.set_reactive(VirtualList.chosen, offset + index)
                    return

    def _row(self, index: int) -> Summary | None:
        offset = index // PAGE * PAGE
        rows = self._pages.get(offset)
        if rows is None:
            if offset not in self._requested:
                self._requested.add(offset)
                self.post_message(self.PageMissing(offset))
            return None
        return rows[index - offset] if index - offset < len(rows) else None

    # Lines: a heading above the open ones and one above the rest

    @property
    def _history(self) -> int:
        """The line of the heading above the history."""
        return self._open + 2 if self._open else 0

    def count(self) -> int:
        """Return the number of incidents, loaded or not."""
        return self._total

    def height(self) -> int:
        """Return the number of lines: incidents and headings."""
        headings = (2 if self._open else 0) + (1 if self._total > self._open else 0)
        return self._total + headings

    def lines_of(self, index: int) -> tuple[int, int]:
        """Return the line of an incident, and that it has one."""
        return (index + 1 if index < self._open else index - self._open + self._history + 1), 1

    def index_at(self, line: int) -> int | None:
        """Return the incident on a line; None on a heading."""
        if line > self._history:
            return self._open + line - self._history - 1
        return line - 1 if 0 < line <= self._open else None

    def index_at_or_after(self, line: int) -> int:
        """Return the incident on a line, or the next one below a heading."""
        index = self.index_at(line)
        return self._open if index is None and line else min(index or 0, self._total - 1)

    def content(self, line: int, width: int) -> Content:
        """Render a heading or an incident."""
        index = self.index_at(line)
        if index is None:
            return self._heading(line, width)
        row = self._row(index)
        if row is None:
            return safe_content.line((" …", "$faint"))
        return self._incident(row, width)

    def _heading(self, line: int, width: int) -> Content:
        if line == 0 and self._open:
            return safe_content.line(("  Open", "bold $due-late"))
        if line == self._history:
            return safe_content.line((safe_content.pad("  History", width), "bold $faint"))
        return safe_content.line("")

    def _incident(self, row: Summary, width: int) -> Content:
        now = self._now
        style = styles.impact(row.impact)
        flags = [(f" {text}", style) for text, style in (_flag(row), self._due(row, now)) if text]
        length = _length(row, now)
        state = styles.status(row.status).label if row.is_open else _day(row, self._zone)
        state_style = f"bold {styles.status(row.status).colour}" if row.is_open else "$faint"
        name = max(8, width - 4 - _IMPACT - _STATUS - _LENGTH - sum(len(text) for text, _ in flags))
        return safe_content.line(
            (f" {style.glyph} ", style.colour if row.is_open else "$faint"),
            (
                safe_content.pad("–" if row.impact in {None, "none"} else style.label, _IMPACT),
                style.colour if row.is_open else "$faint",
            ),
            (safe_content.pad(state, _STATUS), state_style),
            (safe_content.pad(row.name, name), "bold" if row.is_open else ""),
            *flags,
            (
                safe_content.clip(length, _LENGTH - 1).rjust(_LENGTH),
                "" if row.is_open else "$faint",
            ),
            " ",
        )

    def _due(self, row: Summary, now: datetime | None) -> tuple[str, str]:
        """Return the text of the next update due, soon or by now, and its style."""
        due = self._due_of(row.incident) if row.is_open else None
        if due is None or now is None:
            return "", ""
        urgency = due.urgency(now)
        late = time_format.overdue(due.at, now)
        texts = {"soon": f"due in {time_format.until(due.at, now)}", "late": late}
        return texts.get(urgency, ""), f"bold $due-{urgency}"


def postmortem_is_due(row: Summary) -> bool:
    """Return whether a closed public incident of our own has no published postmortem yet."""
    return (
        row.origin != "import"
        and row.kind == "incident"
        and is_closed(row.status)
        and row.updates > 0
        and row.postmortem != "published"
    )


def _flag(row: Summary) -> tuple[str, str]:
    if row.waiting:
        return f"{row.waiting} not public", "bold $waiting"
    if row.is_open and not row.updates:
        return "internal", "bold $internal"
    if postmortem_is_due(row):
        return ("postmortem begun" if row.postmortem == "draft" else "postmortem due"), "$waiting"
    return "", ""


def _begun(row: Summary) -> datetime | None:
    start = elapsed_from(row.started_at, row.declared_at, row.first_public_at)
    return parse_iso(start) if start else None


def _day(row: Summary, zone: tzinfo) -> str:
    since = _begun(row)
    return time_format.day(since, zone) if since else ""


def _length(row: Summary, now: datetime | None) -> str:
    """Return how long an incident has lasted so far, or lasted."""
    since = _begun(row)
    if since and row.is_open:
        return time_format.since(since, now) if now else ""
    ended = parse_iso(row.resolved_at) if row.resolved_at else None
    if since is None or ended is None:
        return ""
    return time_format.lasted(since, ended).replace("under a minute", "< 1 min")  # as it fits
