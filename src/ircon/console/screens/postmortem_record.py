"""What a postmortem takes from elsewhere: entries and figures of the record, a template."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING

from ircon.console import time_format
from ircon.console.screens.checked_text import CheckedScreen
from ircon.console.screens.finder import FinderScreen, Item
from ircon.console.widgets.draft_outline import sections
from ircon.console.widgets.text_areas import TextEditor
from ircon.console.widgets.timeline_list import Timeline
from ircon.writing.public_lines import Insertion, entries_for_insert

if TYPE_CHECKING:
    from ircon.writing.figures import Figure


class RecordActs(CheckedScreen):
    """What is put into the draft; the words of an internal entry never are."""

    incident_id: str

    @property
    def text(self) -> TextEditor:
        """The draft."""
        return self.query_one("#words", TextEditor)

    @property
    def timeline(self) -> Timeline:
        """The record beside it."""
        return self.query_one(Timeline)

    def take_template(self, name: str) -> None:
        """The draft is of this template now. The screen says what follows from it."""

    async def do_section(self) -> None:
        """Choose where to go."""
        await self.converse(self._go_to_section)

    async def _go_to_section(self) -> None:
        items = [
            Item(
                str(section.line),
                section.title,
                f"{section.open_ends} to fill in" if section.open_ends else "",
            )
            for section in sections(self.text.text)
        ]
        line = await self.question(FinderScreen("Go to a section", items))
        if line is not None:
            self.text.focus()
            self.text.move_cursor((int(line), 0), center=True)

    async def do_insert(self) -> None:
        """The entry with the cursor, or one that is looked for."""
        await self.converse(self._insert)

    async def _insert(self) -> None:
        incident = await asyncio.to_thread(self.desk.records.incident, self.incident_id)
        entries = entries_for_insert(incident, self.desk.zone)
        chosen = self.timeline.current() if self.focused is self.timeline else None
        if chosen is not None:
            text = next((entry.text for entry in entries if entry.entry == chosen.id), None)
        else:
            figures = await asyncio.to_thread(self.desk.review.figures, self.incident_id)
            text = await self._look_for(entries, figures)
        if text is not None:
            start, end = sorted(self.text.selection)
            self.text.replace(text, start, end, maintain_selection_offset=False)
            self.text.focus()

    async def _look_for(self, entries: list[Insertion], figures: list[Figure]) -> str | None:
        zone = self.desk.zone
        named = [
            (f"{time_format.clock(entry.at, zone)} {entry.entry or ''}", entry.text)
            for entry in entries
        ]
        named += [(figure.label, figure.text) for figure in figures]
        items = [
            Item(str(place), name, " ".join(text.split())[:200])
            for place, (name, text) in enumerate(named)
        ]
        place = await self.question(
            FinderScreen("Insert from the record", items, empty="The record holds nothing yet.")
        )
        return None if place is None else named[int(place)][1]

    async def do_template(self) -> None:
        """Choose one."""
        await self.converse(self._begin_again)

    async def _begin_again(self) -> None:
        loaded = await asyncio.to_thread(self.desk.review.templates)
        for problem in loaded.failed:
            self.console.show_error(problem)
        items = [
            Item(
                template.name,
                template.name,
                " · ".join(
                    (
                        "for readers inside"
                        if template.audience == "internal"
                        else "for customers",
                        *(part.heading for part in template.sections if part.heading),
                    )
                ),
            )
            for template in loaded.templates.values()
        ]
        name = await self.question(FinderScreen("Begin again from a template", items))
        if name is not None:
            draft = partial(self.desk.review.draft, self.incident_id, template=name, new=True)
            text = await asyncio.to_thread(draft)
            self.take_template(name)
            self.text.replace_text(text)
            self.console.show_message("ctrl+z brings the text before back.")
