"""Incident screen: current state, components, timeline, and a line for internal notes."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import NamedTuple

from textual import events
from textual.app import ComposeResult
from textual.containers import Container, Horizontal, VerticalScroll
from textual.content import Content
from textual.widget import AwaitMount, Widget
from textual.widgets import Input, Static

from ircon.console import safe_content
from ircon.console.acts.act import Act
from ircon.console.acts.incident import Update
from ircon.console.key_bindings import bindings, key_label
from ircon.console.screens.base import IrconScreen
from ircon.console.screens.dialogs import ChoiceScreen, ReadingScreen
from ircon.console.screens.internal_entries import InternalEntries
from ircon.console.screens.send_flow import take_back
from ircon.console.widgets import affected_tree
from ircon.console.widgets.footer import Footer
from ircon.console.widgets.form_fields import Line
from ircon.console.widgets.state_line import state_lines
from ircon.console.widgets.timeline_list import Timeline, full_text
from ircon.desk.drafts import OutboxItem
from ircon.errors import ConfigError, IrconError
from ircon.incident.state import Entry, Incident
from ircon.incident.text import InternalText
from ircon.incident.vocabulary import last_status

_SECOND = 1.0
_PANEL = 38  # cells for the components on a wide screen


class _Reading(NamedTuple):
    incident: Incident
    items: Mapping[str, OutboxItem]


class IncidentScreen(IrconScreen[None]):
    """The incident with this id; read again whenever the journal changes."""

    SCOPE = "incident"
    PARTS = (*IrconScreen.PARTS, InternalEntries)
    BINDINGS = bindings(SCOPE)
    CSS_PATH = "incident.tcss"

    def __init__(self, incident: str) -> None:
        super().__init__()
        self.incident_id = incident
        self._reading: _Reading | None = None
        self._internal = InternalEntries(
            self, incident, incident=lambda: self.incident, entry=lambda: self.entry
        )
        self.parts = (*self.parts, self._internal)

    def compose(self) -> ComposeResult:
        """Lay out name, state, components beside the timeline, note line and footer."""
        yield Static(id="title")
        yield Static(id="state")
        yield Line(placeholder="search in the timeline", id="search")
        with Container(id="body"):
            with VerticalScroll(id="components", can_focus=False):
                yield Static(id="affected")
            yield Timeline(self.desk.zone)
        with Horizontal(id="note-line"):
            yield Static(
                safe_content.line((" internal note ", "bold $background on $internal"), " ")
            )
            yield Line(id="note")
        yield Footer()

    async def on_mount(self) -> None:  # type: ignore[override]  # Textual awaits it
        """Read the incident and the draft of a note; the acts depend on it."""
        for field in self.query(Input):
            field.cursor_blink = False
        self.query_one("#search").display = False
        self.set_focus(self._timeline)
        try:
            self._show(await asyncio.to_thread(self._read))
            self._restore_note(await asyncio.to_thread(self.desk.saved_drafts.load, self._note_key))
        except IrconError as error:
            self.not_read("incident", error)
        self.set_interval(_SECOND, self._tick)

    @property
    def incident(self) -> Incident | None:
        """State of the incident as last read."""
        return self._reading.incident if self._reading else None

    @property
    def _timeline(self) -> Timeline:
        return self.query_one(Timeline)

    def listing(self) -> Widget:
        """Return the timeline."""
        return self._timeline

    def on_screen_resume(self) -> None:
        """Check the page for updates more often while the incident is shown."""
        super().on_screen_resume()
        self.console.watched_incident = self.incident_id

    def on_screen_suspend(self) -> None:
        """Stop checking the page more often."""
        self.console.watched_incident = None

    # Reading and showing

    def refresh_data(self) -> None:
        """Read the incident and its pending updates."""
        self.read(self._read, self._show, group="incident")

    def _read(self) -> _Reading:
        incident = self.desk.records.incident(self.incident_id)
        is_pending = incident.pending_updates or incident.postmortem.delivery == "queued"
        items = self.desk.outbox.items() if is_pending else []
        ours = [item for item in items if item.incident == self.incident_id]
        return _Reading(incident, {item.operation: item for item in ours})

    def _show(self, reading: _Reading) -> None:
        self._reading = reading
        self._timeline.fill(*reading, self.now())
        self._show_title()
        self.query_one("#note", Input).placeholder = (
            "n, type, enter saves it; never public" if not self._typing_note else ""
        )
        self.show_due()
        self._show_components()
        self.show_footer()

    def show_due(self) -> None:
        """Show the state lines: among them, the time until the next update is due."""
        if self._reading:
            words = state_lines(
                self._reading.incident,
                self.console.monitor.cadence_bell.deadline(self.incident_id),
                self.now(),
                self.desk.zone,
                self.size.width,
            )
            self.query_one("#state", Static).update(words)

    def _show_components(self) -> None:
        if self._reading:
            components = self._reading.incident.components
            wide = self.has_class("-wide")
            words = (
                affected_tree.component_tree(components, _PANEL - 4)
                if wide
                else affected_tree.component_strip(components)
            )
            self.query_one("#affected", Static).update(words)

    def _title(self, incident: Incident) -> Content:
        id_, where = (
            safe_content.line(f" {incident.id} "),
            safe_content.line(*self._where(incident)),
        )
        room = self.size.width - id_.cell_length - where.cell_length - 6
        return safe_content.line(
            (id_.plain, "bold $background on $primary"),
            "  ",
            (safe_content.clip(incident.name, max(room, 12)), "bold"),
            "   ",
        ).append(where)

    def _where(self, incident: Incident) -> list[safe_content.Part]:
        """Return whether an update can be posted, and on which page."""
        if incident.origin == "import":
            return [(" imported, read-only ", "$background on $faint")]
        if not incident.is_open:
            key = self.key_of(Update)
            again = f", {key_label(key)} reopens" if key else ""
            return [(f" closed{again} ", "$background on $faint")]
        try:
            page = self.desk.config.page(incident.page)
        except ConfigError:
            return [(f"page {incident.page or '–'} is not configured", "$waiting")]
        name = (page.title, "$faint")
        return [name, "  ", (page.environment, f"${page.environment}")]

    def _show_title(self) -> None:
        if self._reading:
            self.query_one("#title", Static).update(self._title(self._reading.incident))

    def _tick(self) -> None:
        """Update what counts seconds."""
        if self._reading and self.is_current:
            self.show_due()
            self._timeline.tick(self.now())

    def on_resize(self) -> None:
        """Lay out anew what depends on the width."""
        self.call_after_refresh(self._show_components)
        self.call_after_refresh(self.show_due)
        self.call_after_refresh(self._show_title)

    # Acts

    def can(self, act: type[Act]) -> bool:
        """Return whether an act can be done; going back always can, out of a field too."""
        return act.id == "everywhere.back" or super().can(act)

    def offers(self, act: type[Act]) -> bool:
        """Offer what the state of the incident allows."""
        incident = self.incident
        if incident is None:  # it cannot be read: a note may still be typed
            return act.id == "incident.note"
        return {
            "incident.update": incident.origin != "import",  # an update reopens
            "incident.components": incident.is_open,
            "incident.resolve": incident.is_open,
            "incident.take_back": bool(self._held()),
            "incident.read": self.entry is not None,
        }.get(act.id, True)

    @property
    def entry(self) -> Entry | None:
        """The chosen entry of the timeline, if any."""
        return self._timeline.current()

    def on_virtual_list_moved(self) -> None:
        """Show the acts of the chosen entry."""
        self.show_footer()

    async def on_virtual_list_opened(self) -> None:
        """Show the entry of a double click."""
        await self.do_read()

    def _held(self) -> list[OutboxItem]:
        items = self._reading.items.values() if self._reading else ()
        return [
            item for item in items if item.state == "held" and item.incident == self.incident_id
        ]

    # Public acts: each opens the composer, nothing is sent from here

    async def do_update(self) -> None:
        """Compose an update; on a closed incident, ask first whether to reopen it."""
        if self.incident is not None and self.incident.has_ended:
            await self.converse(self._reopen)
        else:
            await self.console.open_composer(self.incident_id)

    async def _reopen(self) -> None:
        answer = await self.question(
            ChoiceScreen(
                "Reopen the incident?",
                "It is closed. Another update reopens it, once you have confirmed the update.",
                (("reopen", "Reopen", "compose the update"), ("leave", "Leave it closed", "")),
            )
        )
        if answer == "reopen":
            self.console.open_composer(self.incident_id)

    def do_components(self) -> AwaitMount:
        """Compose an update, beginning with its components."""
        return self.console.open_composer(self.incident_id, pick=True)

    async def do_resolve(self) -> None:
        """Compose the update that resolves; an incident that was never public closes without."""
        incident = self.incident
        if incident and not (incident.is_public or incident.pending_updates or incident.remote_id):
            await self._internal.close_here(
                "It was never public: an update would announce it to customers now."
            )
            return
        kind = incident.kind if incident else "incident"
        await self.console.open_composer(self.incident_id, status=last_status(kind))

    def do_take_back(self) -> None:
        """Take back the newest held update, and compose it again."""
        held = self._held()
        if held:
            take_back(self, held[-1])

    def do_outbox(self) -> AwaitMount:
        """Open the outbox."""
        return self.console.open_outbox()

    def do_postmortem(self) -> AwaitMount:
        """Write the postmortem."""
        return self.console.open_postmortem(self.incident_id)

    def do_earlier(self) -> AwaitMount:
        """List similar incidents."""
        from ircon.console.screens.similar import SimilarScreen

        return self.app.push_screen(SimilarScreen(self.incident_id), self._opened)

    def _opened(self, incident: str | None) -> None:
        if incident:
            self.console.open_incident(incident)

    async def do_read(self) -> None:
        """Show the chosen entry in full."""
        if self.entry:
            await self.app.push_screen(ReadingScreen(self.entry.id, full_text(self.entry)))

    # The note line

    @property
    def _note_key(self) -> str:
        return f"note:{self.incident_id}"

    @property
    def _typing_note(self) -> bool:
        return self.focused is not None and self.focused.id == "note"

    def read_fields(self) -> None:
        """Save the note as a draft, with its last keys."""
        typed = self.query_one("#note", Input).value
        if typed:
            self.console.autosave.save(self._note_key, {"text": typed})

    def do_note(self) -> None:
        """Go to the note line."""
        self.set_focus(self.query_one("#note", Input))

    def _restore_note(self, draft: dict[str, str] | None) -> None:
        field = self.query_one("#note", Input)
        if draft and not field.value:
            with self.prevent(Input.Changed):
                field.value = draft.get("text", "")

    def on_input_changed(self, event: Input.Changed) -> None:
        """Save the note as a draft, or narrow the timeline."""
        if event.input.id == "note":
            self.console.autosave.save(self._note_key, {"text": event.value})
        elif event.input.id == "search":
            self._timeline.search(event.value)
            self.refresh_data()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Save the note, or end typing the search; the timeline has the focus then."""
        self.set_focus(self._timeline)
        if event.input.id == "note" and event.value.strip():
            text = InternalText(event.value)
            self.ask(
                lambda: self.desk.respond.note(self.incident_id, text),
                lambda _: self._clear_note(text),
                group="note",
            )

    def _clear_note(self, text: InternalText) -> None:
        field = self.query_one("#note", Input)
        if field.value == text.internal:
            with self.prevent(Input.Changed):
                field.value = ""
            self.console.autosave.drop(self._note_key)
        self._timeline.action_last()
        self.refresh_data()

    def on_paste(self, event: events.Paste) -> None:
        """Put a paste into the note line, wherever the focus is: it must not run acts."""
        field = self.query_one("#note", Input)
        if not isinstance(self.focused, Input):
            self.set_focus(field)
            field.insert_text_at_cursor(" ".join(event.text.splitlines()))
            event.stop()

    def do_search(self) -> None:
        """Open the search line of the timeline."""
        field = self.query_one("#search", Input)
        field.display = True
        self.set_focus(field)

    def do_quit(self) -> None:
        """Leave the incident."""
        super().do_back()

    def do_back(self) -> None:
        """Leave the search, else the note line, else the incident."""
        search = self.query_one("#search", Input)
        if search.display:
            search.value = ""
            search.display = False
            self.set_focus(self._timeline)
        elif self._typing_note:
            self.set_focus(self._timeline)
        else:
            super().do_back()
