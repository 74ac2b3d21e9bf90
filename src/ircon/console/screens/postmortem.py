"""Writing a postmortem: the draft by sections, beside the record it is bound to."""

from __future__ import annotations

import asyncio
import os
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.timer import Timer
from textual.widget import Widget
from textual.widgets import Static

from ircon.console import show, timing
from ircon.console.acts.act import Act
from ircon.console.binding import bindings
from ircon.console.editing import edit
from ircon.console.screens.dialogs import PromptScreen
from ircon.console.screens.finder import FinderScreen, Item
from ircon.console.screens.publishing import PublishingScreen
from ircon.console.sections import sections
from ircon.console.widgets.footer import Footer
from ircon.console.widgets.timeline import Timeline
from ircon.console.widgets.writing import Writing
from ircon.desk.drafts import Posted, Preview
from ircon.incident.state import Incident
from ircon.incident.text import PublicText
from ircon.writing.lines import Insertion, entries_for_insert
from ircon.writing.postmortem import DEFAULT

if TYPE_CHECKING:
    from ircon.writing.figures import Figure

_REST = 0.15  # seconds without a key before the holes are counted anew


class _Reading(NamedTuple):
    incident: Incident
    text: str
    template: str
    was_kept: bool


class PostmortemScreen(PublishingScreen):
    """The draft of an incident's postmortem; it is internal until it is published.

    Saved as one types; leaving, and saving at will, keeps a version in the journal.
    """

    SCOPE = "postmortem"
    BINDINGS = bindings(SCOPE)
    CSS_PATH = "postmortem.tcss"

    def __init__(self, incident: str) -> None:
        super().__init__()
        self.incident_id = incident
        self._incident: Incident | None = None
        self._template = DEFAULT
        self._audience = "public"
        self._version = ""
        self._rest: Timer | None = None

    def compose(self) -> ComposeResult:
        """The draft; where there is room, its sections and the timeline beside it."""
        yield Static(id="title")
        with Horizontal(id="body"):
            yield Writing(id="words")
            with Vertical(id="record"):
                yield Static(id="sections")
                yield Static(id="record-title")
                yield Timeline(self.desk.zone)
        yield Footer()

    def on_mount(self) -> None:
        """Read the record and what was typed before."""
        super().on_mount()
        self._text.focus()
        self._text.read_only = True  # until it is read; a moment
        self.ask(self._read, self._begin, group="begin")

    @property
    def _text(self) -> Writing:
        return self.query_one("#words", Writing)

    @property
    def _timeline(self) -> Timeline:
        return self.query_one(Timeline)

    @property
    def _key(self) -> str:
        return f"postmortem:{self.incident_id}"

    def listing(self) -> Widget | None:
        """The timeline, while it has the focus."""
        return self._timeline if self.focused is self._timeline else None

    # Reading

    def _read(self) -> _Reading:
        incident = self.desk.records.incident(self.incident_id)
        kept = self.desk.drafting.load(self._key)
        if kept:
            return _Reading(incident, str(kept["text"]), str(kept["template"]), was_kept=True)
        text = self.desk.review.draft(self.incident_id)
        return _Reading(incident, text, incident.postmortem.template or DEFAULT, was_kept=False)

    def _begin(self, reading: _Reading) -> None:
        saved = reading.incident.postmortem.body
        self._version = saved.internal if saved else reading.text
        self._text.read_only = False
        self._text.load_text(reading.text)
        self._take_template(reading.template)
        if reading.was_kept:
            self.console.say("What you typed before is back.")
        self._know(reading.incident)

    def refresh_data(self) -> None:
        """The record has changed: the timeline beside follows, the draft is the person's."""
        if self._incident is not None:
            self.ask(
                lambda: self.desk.records.incident(self.incident_id), self._know, group="incident"
            )

    def _know(self, incident: Incident) -> None:
        self._incident = incident
        self._timeline.fill(incident, {}, self.now())
        self._show()

    def _take_template(self, name: str) -> None:
        known = self.desk.review.templates().templates
        self._template = name
        self._audience = known[name].audience if name in known else "public"

    # Showing

    def on_text_area_changed(self) -> None:
        """A key: keep it, and count anew once the keys rest."""
        if self._incident is None:
            return
        if self._changed:
            self.console.keeper.keep(
                self._key, {"text": self._text.text, "template": self._template}
            )
        if self._rest:
            self._rest.stop()
        self._rest = self.set_timer(_REST, self._show)

    def on_text_area_selection_changed(self) -> None:
        """Another section, perhaps."""
        if self._incident is not None:
            self._show_sections()

    @property
    def _changed(self) -> bool:
        return self._text.text != self._version

    def _show(self) -> None:
        self._show_sections()
        self.query_one("#title", Static).update(self._title())
        self.query_one("#record-title", Static).update(
            show.line(
                (" The record", "bold"),
                ("  tab comes here, F2 inserts; internal words stay here", "$faint"),
            )
        )
        self.show_footer()

    def _title(self) -> Content:
        incident = self._incident
        count = self._text.open_ends()
        saved = incident.postmortem.saved_at if incident else None
        kept = f"version of {timing.clock(saved, self.desk.zone)}" if saved else "no version yet"
        published = incident is not None and incident.postmortem.state == "published"
        return show.line(
            (" POSTMORTEM ", "bold $background on $internal"),
            *("  ", (incident.name if incident else "", "bold"), "   "),
            (f"{count} to fill in" if count else "✓ no holes", "bold $accent" if count else ""),
            (f"   {self._template}", "$faint"),
            (" for readers inside" if self._audience == "internal" else "", "$internal"),
            ("   published" if published else f"   {kept}", "$faint"),
            (", changed since" if self._changed and saved else "", "$faint"),
        )

    def _show_sections(self) -> None:
        here = self._text.cursor_location[0]
        found = sections(self._text.text)
        current = max((one.line for one in found if one.line <= here), default=-1)
        rows = [
            show.line(
                (" ▸ " if one.line == current else "   ", "bold $accent"),
                (show.clip(one.title, 36), "bold" if one.line == current else ""),
                (f"  {one.open_ends} open" if one.open_ends else "  ✓", "$faint"),
            )
            for one in found
        ]
        self.query_one("#sections", Static).update(show.lines(rows))

    # Acts

    def offers(self, act: type[Act]) -> bool:
        """What is for readers inside, or imported, has no publish."""
        incident = self._incident
        if incident is None:
            return act.scope() != self.SCOPE
        if act.id == "postmortem.publish":
            return self._audience == "public" and incident.origin != "import"
        return True

    def do_next(self) -> None:
        """Tab."""
        if not (self.focused is self._text and self._text.next_open()):
            self.focus_next()

    async def do_section(self) -> None:
        """Choose where to go."""
        await self.converse(self._go_to_section)

    async def _go_to_section(self) -> None:
        items = [
            Item(str(one.line), one.title, f"{one.open_ends} to fill in" if one.open_ends else "")
            for one in sections(self._text.text)
        ]
        line = await self.question(FinderScreen("Go to a section", items))
        if line is not None:
            self._text.focus()
            self._text.move_cursor((int(line), 0), center=True)

    def do_editor(self) -> None:
        """In the person's own editor."""
        self._text.say(edit(self._text.text, os.environ, self.app.suspend))

    async def do_preview(self) -> None:
        """As it will be read."""
        from ircon.console.screens.preview import PreviewScreen

        name = self._incident.name if self._incident else ""
        await self.app.push_screen(PreviewScreen(f"Postmortem: {name}", self._text.text))

    # From the record

    async def do_insert(self) -> None:
        """The entry with the cursor, or one that is looked for."""
        await self.converse(self._insert)

    async def _insert(self) -> None:
        incident = await asyncio.to_thread(self.desk.records.incident, self.incident_id)
        entries = entries_for_insert(incident, self.desk.zone)
        chosen = self._timeline.current() if self.focused is self._timeline else None
        if chosen is not None:
            text = next((one.text for one in entries if one.entry == chosen.id), None)
        else:
            figures = await asyncio.to_thread(self.desk.review.figures, self.incident_id)
            text = await self._look_for(entries, figures)
        if text is not None:
            start, end = sorted(self._text.selection)
            self._text.replace(text, start, end, maintain_selection_offset=False)
            self._text.focus()

    async def _look_for(self, entries: list[Insertion], figures: list[Figure]) -> str | None:
        zone = self.desk.zone
        named = [(f"{timing.clock(one.at, zone)} {one.entry or ''}", one.text) for one in entries]
        named += [(one.label, one.text) for one in figures]
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
            self.console.complain(problem)
        items = [
            Item(
                one.name,
                one.name,
                f"for readers {'inside' if one.audience == 'internal' else 'outside'}: "
                + ", ".join(part.heading for part in one.sections if part.heading),
            )
            for one in loaded.templates.values()
        ]
        name = await self.question(FinderScreen("Begin again from a template", items))
        if name is not None:
            draft = partial(self.desk.review.draft, self.incident_id, template=name, new=True)
            text = await asyncio.to_thread(draft)
            self._take_template(name)
            self._text.say(text)
            self._show()
            self.console.say("ctrl+z brings the text before back.")

    # Keeping

    def _keep_version(self) -> str:
        """For a thread: keep a version if there is anything new; answers with its text."""
        text = self._text.text
        if text.strip() and text != self._version:
            self.desk.review.save(self.incident_id, text, template=self._template)
            self._version = text
        self.console.keeper.drop(self._key)
        return text

    def do_save(self) -> None:
        """Keep a version."""

        def kept(_: str) -> None:
            self.console.say("Kept as a version. Nothing was published.")
            self.refresh_data()

        self.ask(self._keep_version, kept, group="save")

    def do_back(self) -> None:
        """Leaving keeps a version."""
        if self._incident is None:
            super().do_back()
            return
        self.ask(self._keep_version, lambda _: self.dismiss(), group="save")

    async def do_export(self) -> None:
        """Ask where to."""
        await self.converse(self._export)

    async def _export(self) -> None:
        name = await self.question(
            PromptScreen(
                "Export the postmortem",
                "A new file, readable by you alone. An existing one is never overwritten.",
                value=str(Path.cwd() / f"postmortem-{self.incident_id}.md"),
            )
        )
        if name and name.strip():
            self.console.say(f"Written to {await asyncio.to_thread(self._write, name.strip())}.")

    def _write(self, name: str) -> Path:
        path = Path(name).expanduser()
        self.desk.review.save_export(path, self._text.text)
        return path

    async def do_publish(self) -> None:
        """Ask, showing exactly what will be public; holes refuse."""
        if not self.sending:
            await self.converse(self._publish)

    async def _publish(self) -> None:
        incident, publish = self.incident_id, self.desk.publish

        def prepare() -> tuple[PublicText, Preview]:
            body = self.desk.review.public_text(self._keep_version(), incident)
            return body, publish.prepare_postmortem(incident, body, notify=False)

        body, preview = await asyncio.to_thread(prepare)

        def send(hold: float) -> Posted:
            return publish.send_postmortem(
                incident, body, preview.confirm(), notify=False, hold=hold
            )

        if await self.confirm(preview, send):
            self.dismiss()
