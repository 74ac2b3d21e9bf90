"""Inserts of a postmortem: entries and metrics of the record, a section's place, a template."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from ircon.console import time_format
from ircon.console.screens.base import IrconScreen
from ircon.console.screens.finder import FinderScreen, Item
from ircon.console.screens.parts import ScreenPart
from ircon.console.widgets.draft_outline import sections
from ircon.console.widgets.text_areas import TextEditor
from ircon.console.widgets.timeline_list import Timeline
from ircon.writing.public_lines import Insertion, entries_for_insert

if TYPE_CHECKING:
    from ircon.desk.desk import Desk
    from ircon.writing.figures import Figure


class PostmortemInserts(ScreenPart):
    """Puts entries and metrics of the record, or a template, into a postmortem's draft.

    The text of an internal entry is never inserted.

    Args:
        screen: the screen of the draft.
        incident_id: whose postmortem it is.
        field: returns the field of the draft.
        timeline: returns the timeline beside it.
        set_template: called with the name of the template that the draft begins again from.
    """

    def __init__(
        self,
        screen: IrconScreen[Any],
        incident_id: str,
        *,
        field: Callable[[], TextEditor],
        timeline: Callable[[], Timeline],
        set_template: Callable[[str], None],
    ) -> None:
        self._screen = screen
        self._incident_id = incident_id
        self._get_field = field
        self._get_timeline = timeline
        self._set_template = set_template

    @property
    def _desk(self) -> Desk:
        return self._screen.desk

    @property
    def _field(self) -> TextEditor:
        return self._get_field()

    async def do_section(self) -> None:
        """Choose a section and go to it."""
        await self._screen.converse(self._go_to_section)

    async def _go_to_section(self) -> None:
        items = [
            Item(
                str(section.line),
                section.title,
                f"{section.open_ends} to fill in" if section.open_ends else "",
            )
            for section in sections(self._field.text)
        ]
        line = await self._screen.question(FinderScreen("Go to a section", items))
        if line is not None:
            self._field.focus()
            self._field.move_cursor((int(line), 0), center=True)

    async def do_insert(self) -> None:
        """Insert the entry with the cursor, or one that is chosen."""
        await self._screen.converse(self._insert)

    async def _insert(self) -> None:
        incident = await asyncio.to_thread(self._desk.records.incident, self._incident_id)
        entries = entries_for_insert(incident, self._desk.zone)
        timeline = self._get_timeline()
        chosen = timeline.current() if self._screen.focused is timeline else None
        if chosen is not None:
            text = next((entry.text for entry in entries if entry.entry == chosen.id), None)
        else:
            figures = await asyncio.to_thread(self._desk.review.figures, self._incident_id)
            text = await self._choose_insert(entries, figures)
        if text is not None:
            start, end = sorted(self._field.selection)
            self._field.replace(text, start, end, maintain_selection_offset=False)
            self._field.focus()

    async def _choose_insert(self, entries: list[Insertion], figures: list[Figure]) -> str | None:
        zone = self._desk.zone
        named = [
            (f"{time_format.clock(entry.at, zone)} {entry.entry or ''}", entry.text)
            for entry in entries
        ]
        named += [(figure.label, figure.text) for figure in figures]
        items = [
            Item(str(index), name, " ".join(text.split())[:200])
            for index, (name, text) in enumerate(named)
        ]
        index = await self._screen.question(
            FinderScreen("Insert from the record", items, empty="The record is empty.")
        )
        return None if index is None else named[int(index)][1]

    async def do_template(self) -> None:
        """Choose a template and begin again from it."""
        await self._screen.converse(self._begin_again)

    async def _begin_again(self) -> None:
        loaded = await asyncio.to_thread(self._desk.review.templates)
        for problem in loaded.failed:
            self._screen.console.show_error(problem)
        items = [
            Item(
                template.name,
                template.name,
                " · ".join(
                    (
                        "internal" if template.audience == "internal" else "public",
                        *(part.heading for part in template.sections if part.heading),
                    )
                ),
            )
            for template in loaded.templates.values()
        ]
        name = await self._screen.question(FinderScreen("Begin again from a template", items))
        if name is not None:
            draft = partial(self._desk.review.draft, self._incident_id, template=name, new=True)
            text = await asyncio.to_thread(draft)
            self._set_template(name)
            self._field.replace_text(text)
            self._screen.console.show_message("ctrl+z brings your previous text back.")
