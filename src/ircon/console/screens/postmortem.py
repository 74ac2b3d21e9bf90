"""Writing a postmortem: the draft by sections, beside the record it is bound to."""

from __future__ import annotations

import asyncio
import os
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.timer import Timer
from textual.widget import Widget

from ircon.console import safe_content
from ircon.console.acts.act import Act
from ircon.console.acts.postmortem import Fix, NextFinding, Silence
from ircon.console.external_editor import edit
from ircon.console.key_bindings import bindings
from ircon.console.screens.dialogs import PromptScreen
from ircon.console.screens.postmortem_record import RecordActs
from ircon.console.widgets import draft_outline, finding_list
from ircon.console.widgets.cached_static import CachedStatic
from ircon.console.widgets.footer import Footer
from ircon.console.widgets.text_areas import TextEditor
from ircon.console.widgets.timeline_list import Timeline
from ircon.desk.drafts import Preview, Submission
from ircon.errors import IrconError, Refused
from ircon.incident.state import Incident
from ircon.incident.text import PublicText
from ircon.writing.postmortem_draft import DEFAULT

if TYPE_CHECKING:
    from ircon.desk.checking import Finding

_REST = 0.15  # seconds without a key before the holes are counted anew


class _Reading(NamedTuple):
    incident: Incident
    text: str
    template: str
    was_kept: bool


class PostmortemScreen(RecordActs):
    """The draft of an incident's postmortem; it is internal until it is published.

    Saved as one types; leaving, and saving at will, keeps a version in the journal.
    """

    SCOPE = "postmortem"
    BINDINGS = bindings(SCOPE)
    CSS_PATH = "postmortem.tcss"

    def __init__(self, incident: str) -> None:
        super().__init__()
        self.incident_id = self.of_incident = incident
        self._incident: Incident | None = None
        self._template = DEFAULT
        self._audience = "public"
        self._version = ""
        self._refused: Refused | None = None  # the desk's answer, until the next key
        self._rest: Timer | None = None

    def compose(self) -> ComposeResult:
        """The draft; where there is room, its sections and the timeline beside it."""
        yield CachedStatic(id="title")
        with Horizontal(id="body"):
            yield TextEditor(id="words")
            with Vertical(id="record"):
                yield CachedStatic(id="outline")
                yield CachedStatic(id="findings")
                yield CachedStatic(id="record-title")
                yield Timeline(self.desk.zone)
        yield Footer()

    async def on_mount(self) -> None:  # type: ignore[override]  # Textual awaits it
        """Read the record and what was typed before; a key waits for that."""
        self.set_focus(self.text)
        try:
            self._begin(await asyncio.to_thread(self._read))
        except IrconError as error:
            self.console.show_error(error)
            self.withdraw()

    @property
    def _key(self) -> str:
        return f"postmortem:{self.incident_id}"

    def listing(self) -> Widget | None:
        """The timeline, while it has the focus."""
        return self.timeline if self.focused is self.timeline else None

    # Reading

    def _read(self) -> _Reading:
        incident = self.desk.records.incident(self.incident_id)
        kept = self.desk.saved_drafts.load(self._key)
        if kept:
            return _Reading(incident, str(kept["text"]), str(kept["template"]), was_kept=True)
        text = self.desk.review.draft(self.incident_id)
        return _Reading(incident, text, incident.postmortem.template or DEFAULT, was_kept=False)

    def _begin(self, reading: _Reading) -> None:
        saved = reading.incident.postmortem.body
        drafted = "" if reading.was_kept else reading.text
        self._version = saved.internal if saved else drafted
        self.text.load_text(reading.text)
        self.take_template(reading.template)
        if reading.was_kept:
            self.console.show_message("What you typed before is back.")
        self._know(reading.incident)

    def refresh_data(self) -> None:
        """The record has changed: the timeline beside follows, the draft is the person's."""
        if self._incident is not None:
            self.read(
                lambda: self.desk.records.incident(self.incident_id), self._know, group="incident"
            )

    def _know(self, incident: Incident) -> None:
        self._incident = incident
        self.timeline.fill(incident, {}, self.now())
        self._show()

    def take_template(self, name: str) -> None:
        """The draft is of this template now."""
        known = self.desk.review.templates().templates
        self._template = name
        self._audience = known[name].audience if name in known else "public"

    # Showing

    def on_text_area_changed(self) -> None:
        """A key: keep it, and count anew once the keys rest."""
        if self._incident is None:
            return
        self._refused = None
        self.read_fields()
        if self._rest:
            self._rest.stop()
        self._rest = self.set_timer(_REST, self._show)

    def on_text_area_selection_changed(self) -> None:
        """Another section, perhaps."""
        if self._incident is not None:
            self._show_outline()

    def read_fields(self) -> None:
        """The draft, if its last keys have not been told of yet."""
        if self._incident is not None and self._changed:
            self.console.autosave.save(
                self._key, {"text": self.text.text, "template": self._template}
            )

    @property
    def _changed(self) -> bool:
        return self.text.text != self._version

    def _show(self) -> None:
        if self._incident is None:
            return
        self._show_outline()
        self.query_one("#title", CachedStatic).show(
            draft_outline.title(
                self._incident,
                self._template,
                self.desk.zone,
                open_ends=self.text.open_ends(),
                internal=self._audience == "internal",
                changed=self._changed,
            )
        )
        self.query_one("#record-title", CachedStatic).show(
            safe_content.line(
                (" The record", "bold"),
                ("  what is internal here stays here", "$faint"),
            )
        )
        self.check_words(partial(self._find, self.text.text))
        self.show_footer()

    def _find(self, text: str) -> list[Finding]:
        """For a thread: what the checks find in the draft."""
        return self.desk.checking.postmortem_draft(self.incident_id, text)

    def show_found(self) -> None:
        """What the checks found, under the sections."""
        refused = [finding_list.refusal(self._refused, tried=True)] if self._refused else []
        found = self.rows_of_findings(Fix, Silence)
        self.query_one("#findings", CachedStatic).show(safe_content.lines([*refused, *found]))

    def refuse(self, refused: Refused) -> None:
        """Over the findings; the cursor goes to the first hole."""
        self._refused = refused
        self.set_focus(self.text)
        self.text.select_first_placeholder()
        self.show_found()

    def _show_outline(self) -> None:
        line, _ = self.text.cursor_location
        self.query_one("#outline", CachedStatic).show(draft_outline.outline(self.text.text, line))

    # Acts

    def offers(self, act: type[Act]) -> bool:
        """What is for readers inside, or imported, has no publish."""
        incident = self._incident
        if incident is None:
            return act.scope() != self.SCOPE
        if act in {NextFinding, Fix, Silence}:
            return self.offers_finding(act)
        if act.id == "postmortem.publish":
            return self._audience == "public" and incident.origin != "import"
        return True

    def do_next(self) -> None:
        """Tab."""
        if not (self.focused is self.text and self.text.select_next_placeholder()):
            self.focus_next()

    def do_editor(self) -> None:
        """In the person's own editor."""
        self.text.replace_text(edit(self.text.text, os.environ, self.app.suspend))

    async def do_preview(self) -> None:
        """As it will be read."""
        from ircon.console.screens.preview import PreviewScreen

        name = self._incident.name if self._incident else ""
        await self.app.push_screen(PreviewScreen(f"Postmortem: {name}", self.text.text))

    # Keeping

    async def _keep_version(self) -> str:
        """Keep a version if there is anything new; answers with the text."""
        text = self.text.text
        if text.strip() and text != self._version:
            await asyncio.to_thread(
                lambda: self.desk.review.save(self.incident_id, text, template=self._template)
            )
            self._version = text
        self.console.autosave.drop(self._key)
        return text

    async def do_save(self) -> None:
        """Keep a version."""
        await self._keep_version()
        self.console.show_message("Kept as a version. Nothing was published.")
        self.refresh_data()

    async def do_back(self) -> None:
        """Leaving keeps a version."""
        if self._incident is not None:
            await self._keep_version()
        self.dismiss()

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
            self.console.show_message(
                f"Written to {await asyncio.to_thread(self._write, name.strip())}."
            )

    def _write(self, name: str) -> Path:
        path = Path(name).expanduser()
        self.desk.review.save_export(path, self.text.text)
        return path

    async def do_publish(self) -> None:
        """Ask, showing exactly what will be public; holes refuse."""
        if not self.sending:
            await self.converse(self._publish)

    async def _publish(self) -> None:
        incident, publish = self.incident_id, self.desk.publish
        count = self.text.open_ends()
        if count:
            places = "place is" if count == 1 else "places are"
            self.refuse(
                Refused(f"{count} {places} still to be filled in.", "Write, or take them out.")
            )
            return
        typed = await self._keep_version()

        def prepare() -> tuple[PublicText, Preview]:
            body = self.desk.review.public_text(typed, incident)
            return body, publish.prepare_postmortem(incident, body, notify=False)

        prepared = await self.prepared(prepare)
        if prepared is None:
            return
        body, preview = prepared

        def send(hold: float, reason: str) -> Submission:
            return publish.send_postmortem(
                incident, body, preview.confirm(reason), notify=False, hold=hold
            )

        if await self.confirm(preview, send):
            self.dismiss()
