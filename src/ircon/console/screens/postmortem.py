"""Postmortem screen: the draft by sections, beside the record it is bound to."""

from __future__ import annotations

import asyncio
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.timer import Timer
from textual.widget import Widget

from ircon.console import safe_content
from ircon.console.acts.act import Act
from ircon.console.acts.postmortem import Fix, Silence
from ircon.console.key_bindings import bindings
from ircon.console.safe_content import CachedStatic
from ircon.console.screens.base import IrconScreen
from ircon.console.screens.checked_text import FindingsController, WholeText
from ircon.console.screens.dialogs import PreviewScreen, PromptScreen
from ircon.console.screens.postmortem_record import PostmortemInserts
from ircon.console.screens.send_flow import SendFlow
from ircon.console.widgets import draft_outline, finding_list
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

_REST = 0.15  # seconds without a key before the checks run again


class _Reading(NamedTuple):
    incident: Incident
    text: str
    template: str
    is_draft: bool


class PostmortemScreen(IrconScreen[None]):
    """The draft of an incident's postmortem; it is internal until it is published.

    It is saved while one types; leaving, or the act of saving, writes a version to the journal.

    Args:
        incident: id of the incident.
    """

    SCOPE = "postmortem"
    PARTS = (*IrconScreen.PARTS, FindingsController, WholeText, PostmortemInserts)
    BINDINGS = bindings(SCOPE)
    CSS_PATH = "postmortem.tcss"

    def __init__(self, incident: str) -> None:
        super().__init__()
        self._incident_id = incident
        self._incident: Incident | None = None
        self._template = DEFAULT
        self._audience = "public"
        self._version = ""
        self._refused: Refused | None = None  # by the desk, until the next key
        self._rest: Timer | None = None
        self._send_flow = SendFlow(self, refuse=self.refuse)
        self._findings = FindingsController(
            self,
            field=lambda: self.text,
            incident=incident,
            fix=Fix,
            silence=Silence,
            show=self._show_findings,
        )
        inserts = PostmortemInserts(
            self,
            incident,
            field=lambda: self.text,
            timeline=lambda: self.timeline,
            set_template=self._set_template,
        )
        whole_text = WholeText(self, field=lambda: self.text)
        self.parts = (*self.parts, self._findings, whole_text, inserts)

    def compose(self) -> ComposeResult:
        """Lay out the draft; on a wide screen its sections and the timeline beside it."""
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
        """Read the record and the draft; keys wait for that."""
        self.set_focus(self.text)
        try:
            self._begin(await asyncio.to_thread(self._read))
        except IrconError as error:
            self.console.show_error(error)
            self.withdraw()

    @property
    def text(self) -> TextEditor:
        """The field of the draft."""
        return self.query_one("#words", TextEditor)

    @property
    def timeline(self) -> Timeline:
        """The record beside the draft."""
        return self.query_one(Timeline)

    @property
    def _key(self) -> str:
        return f"postmortem:{self._incident_id}"

    def listing(self) -> Widget | None:
        """Return the timeline, while it has the focus."""
        return self.timeline if self.focused is self.timeline else None

    # Reading

    def _read(self) -> _Reading:
        incident = self.desk.records.incident(self._incident_id)
        draft = self.desk.saved_drafts.load(self._key)
        if draft:
            return _Reading(incident, str(draft["text"]), str(draft["template"]), is_draft=True)
        text = self.desk.review.draft(self._incident_id)
        return _Reading(incident, text, incident.postmortem.template or DEFAULT, is_draft=False)

    def _begin(self, reading: _Reading) -> None:
        saved = reading.incident.postmortem.body
        drafted = "" if reading.is_draft else reading.text
        self._version = saved.internal if saved else drafted
        self.text.load_text(reading.text)
        self._set_template(reading.template)
        if reading.is_draft:
            self.console.show_message("Your draft was restored.")
        self._take_incident(reading.incident)

    def refresh_data(self) -> None:
        """Read the timeline again; the draft is not touched."""
        if self._incident is not None:
            self.read(
                lambda: self.desk.records.incident(self._incident_id),
                self._take_incident,
                group="incident",
            )

    def _take_incident(self, incident: Incident) -> None:
        self._incident = incident
        self.timeline.fill(incident, {}, self.now())
        self._show()

    def _set_template(self, name: str) -> None:
        """Note the template that the draft is of."""
        templates = self.desk.review.templates().templates
        self._template = name
        self._audience = templates[name].audience if name in templates else "public"

    # Showing

    def on_text_area_changed(self) -> None:
        """Save the draft; check it once the keys rest."""
        if self._incident is None:
            return
        self._refused = None
        self.read_fields()
        if self._rest:
            self._rest.stop()
        self._rest = self.set_timer(_REST, self._show)

    def on_text_area_selection_changed(self) -> None:
        """Show the section of the cursor."""
        if self._incident is not None:
            self._show_outline()

    def read_fields(self) -> None:
        """Save the draft with its last keys."""
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
                ("  internal entries stay internal", "$faint"),
            )
        )
        self._findings.check(partial(self._check, self.text.text))
        self.show_footer()

    def _check(self, text: str) -> list[Finding]:
        """Return the findings of the draft; for a thread."""
        return self.desk.checking.postmortem_draft(self._incident_id, text)

    def _show_findings(self) -> None:
        """Show the findings under the sections."""
        refused = [finding_list.refusal(self._refused, tried=True)] if self._refused else []
        findings = self._findings.rows()
        self.query_one("#findings", CachedStatic).show(safe_content.lines([*refused, *findings]))

    def refuse(self, refused: Refused) -> None:
        """Show above the findings why it cannot be published; go to the first open place."""
        self._refused = refused
        self.set_focus(self.text)
        self.text.select_first_placeholder()
        self._show_findings()

    def _show_outline(self) -> None:
        line, _ = self.text.cursor_location
        self.query_one("#outline", CachedStatic).show(draft_outline.outline(self.text.text, line))

    # Acts

    def offers(self, act: type[Act]) -> bool:
        """Offer to publish unless the template is internal or the incident imported."""
        incident = self._incident
        if incident is None:
            return act.scope() != self.SCOPE
        if act.id == "postmortem.publish":
            return self._audience == "public" and incident.origin != "import"
        return True

    def do_next(self) -> None:
        """Go to the next open place, else to the next field."""
        if not (self.focused is self.text and self.text.select_next_placeholder()):
            self.focus_next()

    async def do_preview(self) -> None:
        """Show the draft as it will be read."""
        name = self._incident.name if self._incident else ""
        await self.app.push_screen(PreviewScreen(f"Postmortem: {name}", self.text.text))

    # Saving

    async def _save_version(self) -> str:
        """Save a version if the text is new; return the text."""
        text = self.text.text
        if text.strip() and text != self._version:
            await asyncio.to_thread(
                lambda: self.desk.review.save(self._incident_id, text, template=self._template)
            )
            self._version = text
        self.console.autosave.drop(self._key)
        return text

    async def do_save(self) -> None:
        """Save a version."""
        await self._save_version()
        self.console.show_message("Saved as a version. Nothing was published.")
        self.refresh_data()

    async def do_back(self) -> None:
        """Leave, and save a version."""
        if self._incident is not None:
            await self._save_version()
        self.dismiss()

    async def do_export(self) -> None:
        """Ask for a path, then export the draft."""
        await self.converse(self._export)

    async def _export(self) -> None:
        name = await self.question(
            PromptScreen(
                "Export the postmortem",
                "A new file that only you can read. An existing file is never overwritten.",
                value=str(Path.cwd() / f"postmortem-{self._incident_id}.md"),
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
        """Show the confirmation, then publish; open places refuse it."""
        if not self._send_flow.is_sending:
            await self.converse(self._publish)

    async def _publish(self) -> None:
        incident, publish = self._incident_id, self.desk.publish
        count = self.text.open_ends()
        if count:
            noun = "placeholder" if count == 1 else "placeholders"
            self.refuse(Refused(f"{count} {noun} left.", "Fill in or remove each."))
            return
        typed = await self._save_version()

        def prepare() -> tuple[PublicText, Preview]:
            body = self.desk.review.public_text(typed, incident)
            return body, publish.prepare_postmortem(incident, body, notify=False)

        prepared = await self._send_flow.prepare(prepare)
        if prepared is None:
            return
        body, preview = prepared

        def send(hold: float, reason: str) -> Submission:
            return publish.send_postmortem(
                incident, body, preview.confirm(reason), notify=False, hold=hold
            )

        if await self._send_flow.confirm(preview, send):
            self.dismiss()
