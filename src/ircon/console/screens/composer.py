"""Composer: the text of a public update, beside the page as customers will see it."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from functools import partial

from textual import events
from textual.app import ComposeResult
from textual.containers import Container
from textual.timer import Timer

from ircon.console import background, composer_model, safe_content
from ircon.console.acts.act import Act
from ircon.console.acts.composer import Fix, Restore, Silence, Text
from ircon.console.composer_model import ComposerContext, ComposerInput, Examination
from ircon.console.key_bindings import bindings, key_label
from ircon.console.safe_content import CachedStatic
from ircon.console.screens.base import IrconScreen
from ircon.console.screens.checked_text import FindingsController, WholeText
from ircon.console.screens.send_flow import SendFlow
from ircon.console.screens.template_choice import TemplateChoice
from ircon.console.widgets import public_page
from ircon.console.widgets.composer_form import Form
from ircon.console.widgets.footer import Footer
from ircon.console.widgets.form_fields import Field
from ircon.console.widgets.preview_pane import PreviewPane
from ircon.console.widgets.text_areas import TextEditor, Title
from ircon.desk.drafts import Preview, PublicDraft, Submission
from ircon.desk.saved_drafts import update_key
from ircon.errors import IrconError, Refused
from ircon.incident.vocabulary import is_closed

_LONGEST_NOTICE = 300  # characters
_REST = 0.1  # seconds without a key before preview and findings follow the text


class ComposerScreen(IrconScreen[None]):
    """Composes an update, or the first update of a new incident.

    Args:
        incident: id of the incident; None declares a new one.
        status: the initial status; else the current one.
        pick: open the component picker at once.
    """

    SCOPE = "composer"
    PARTS = (*IrconScreen.PARTS, FindingsController, WholeText, TemplateChoice)
    BINDINGS = bindings(SCOPE)
    CSS_PATH = "composer.tcss"
    VERTICAL_BREAKPOINTS = [(0, "-low"), (22, "-high")]  # noqa: RUF012 - Textual's own declaration

    def __init__(
        self, incident: str | None, *, status: str | None = None, pick: bool = False
    ) -> None:
        super().__init__()
        self._incident = incident
        self._status = status
        self._pick = pick
        self._composer_context: ComposerContext | None = None
        self._composer_input = ComposerInput(status or "")
        self._rest: Timer | None = None
        self._others: list[str] = []
        self._verdict: Preview | IrconError | None = None
        self._is_restored = False  # an untouched draft from before
        self._tried = False  # to send exactly this input, and the desk refused
        self._send_flow = SendFlow(self, refuse=self.refuse)
        self._findings = FindingsController(
            self,
            field=lambda: self._form.text,
            incident=incident,
            fix=Fix,
            silence=Silence,
            show=self._show_findings,
        )
        self._templates = TemplateChoice(
            self,
            get_context=lambda: self._composer_context,
            get_input=lambda: self._composer_input,
            begin=self._begin_from,
        )
        whole_text = WholeText(self, field=lambda: self._form.text)
        self.parts = (*self.parts, self._findings, whole_text, self._templates)

    def compose(self) -> ComposeResult:
        """Lay out the form; beside it, or below on a narrow screen, preview and findings."""
        yield CachedStatic(id="title")
        with Container(id="body"):
            yield Form()
            yield PreviewPane()
        yield Footer()

    async def on_mount(self) -> None:  # type: ignore[override]  # Textual awaits it
        """Read context and draft, then fill the form; keys wait for that."""

        def read() -> tuple[ComposerContext, ComposerInput, bool]:
            context = composer_model.read_context(self.desk, self._incident)
            return context, *composer_model.initial_input(self.desk, context, self._status)

        try:
            context, update, is_draft = await asyncio.to_thread(read)
        except IrconError as error:
            self.console.show_error(error)
            self.withdraw()
            return
        self._composer_context, self._composer_input, self._is_restored = context, update, is_draft
        self._form.load(update, context)
        self._show()
        if not context.components or context.subscribers is None:
            background.run(self, partial(self._refresh_page, context.page.name), "page")
        if self._pick:
            await self.do_components()

    @property
    def _key(self) -> str:
        return update_key(self._incident)

    @property
    def _form(self) -> Form:
        return self.query_one(Form)

    # Context

    async def _refresh_page(self, page: str) -> None:
        """Read components and subscribers from the page; composing goes on without an answer."""
        try:
            await asyncio.to_thread(self.desk.page_data.refresh, page)
        except IrconError:
            return
        self.refresh_data()

    def refresh_data(self) -> None:
        """Read the context again: others may have posted."""
        if self._composer_context is not None and not self._send_flow.is_sending:
            self.read(
                lambda: composer_model.read_context(self.desk, self._incident),
                self._take_context,
                group="context",
            )

    def _take_context(self, context: ComposerContext) -> None:
        """Take over a newer context, and show what others have posted."""
        if context == self._composer_context:
            return  # only the draft was saved
        before, self._composer_context = self._composer_context, context
        self._others += [
            safe_content.clip(notice, _LONGEST_NOTICE)
            for notice in composer_model.posted_meanwhile(before, context)
        ]
        self._show()

    # Input

    def _edit(self, **fields: object) -> None:
        """Change fields of the input, and save it as a draft."""
        self._composer_input = replace(self._composer_input, **fields)  # type: ignore[arg-type]  # fields of ComposerInput
        self._is_restored = self._tried = False
        if self._composer_context is not None:
            self.console.autosave.save(self._key, self._composer_input.as_draft())

    def _change(self, **fields: object) -> None:
        """Change fields other than the texts, save, and show the result."""
        self._edit(**fields)
        self._show()

    def _begin_from(self, update: ComposerInput) -> None:
        """Fill the form from a template; the cursor goes to the first placeholder."""
        self._change(
            status=update.status,
            components=update.components,
            notify=update.notify,
            template=update.template,
        )
        self._form.replace_texts(update)
        self.set_focus(self._form.text)
        self._form.text.select_next_placeholder()

    def on_text_area_changed(self) -> None:
        """Take over what was typed in text or title."""
        self.read_fields()

    def read_fields(self) -> None:
        """Take over text and title; preview and findings follow when the keys rest."""
        body, title = self._form.text.text, self._form.title.text
        if self._composer_context is not None and (body, title) != (
            self._composer_input.body,
            self._composer_input.title,
        ):
            self._edit(body=body, title=title)
            if self._rest:
                self._rest.stop()
            self._rest = self.set_timer(_REST, self._show)

    def on_choice_changed(self) -> None:
        """Take over the chosen status."""
        status = self._form.status.chosen
        if status != self._composer_input.status:
            self._change(status=status)
            self._fill_in()

    def _wants(self, key: str) -> bool:
        """Return True for every character: it is text here, whatever has the focus."""
        return len(key) == 1 or super()._wants(key)

    def on_key(self, event: events.Key) -> None:
        """Type a character that no field has taken into the text."""
        if event.character and event.is_printable:
            self._type(event.character)

    def on_paste(self, event: events.Paste) -> None:
        """Paste into the text, unless a field has the focus."""
        if not isinstance(self.focused, TextEditor):
            event.stop()
            self._type(event.text)

    def _type(self, typed: str) -> None:
        self.set_focus(self._form.text)
        self._form.text.type(typed)

    async def on_field_pressed(self, event: Field.Pressed) -> None:
        """Do the act that has the name of the pressed line."""
        if self.app.screen is not self:
            return  # pressed twice: the first press has opened a dialog
        await self.action_act(f"{self.SCOPE}.{event.field.id}")

    # Showing

    def _show(self) -> None:
        """Show all of it, and ask the desk whether it can be sent."""
        context, update = self._composer_context, self._composer_input
        if context is None:
            return
        incident = context.incident
        heading = f"Update of {incident.name}" if incident else "Declare an incident"
        self.query_one("#title", CachedStatic).show(
            safe_content.line(
                (" PUBLIC ", "bold $background on $public"),
                *("  ", (heading, "bold"), "   ", (f"{context.page_name} ", "$faint")),
                public_page.environment_badge(context.page.environment),
            )
        )
        self._form.show(update, context)
        self.query_one(PreviewPane).show(update, context, self.now(), self.desk.zone)
        draft = composer_model.draft(update, context)
        self.read(
            partial(composer_model.examine, self.desk, draft, context),
            self._take_answer,
            group="checks",
        )

    def _take_answer(self, answer: Examination) -> None:
        if self._form.text.text == answer.text:  # else the next answer is on its way
            self._verdict = answer.verdict
            self._findings.put(answer.text, answer.findings)

    def _show_findings(self) -> None:
        """Show why the update cannot be sent, notices, and findings."""
        verdict, preview = self._verdict, self.query_one(PreviewPane)
        sentences = ["Your draft was restored."] if self._is_restored else []
        sentences += [*filter(None, [self._templates.replaced_notice()]), *self._notices()]
        findings = self._findings.rows()
        if not isinstance(verdict, Preview):
            refused = verdict if self._tried or not self._composer_input.is_empty else None
            preview.show_findings(refused, sentences, findings, ready=False, tried=self._tried)
            return
        if verdict.left_below:
            named = public_page.names(verdict.left_below)
            key = self.key_of(Restore)
            how = f" {key_label(key)} restores them." if key else ""
            sentences.append(f"Would stay below operational: {named}.{how}")
        preview.show_findings(
            None, sentences, findings, ready=True, has_errors=self._findings.has_errors
        )

    def refuse(self, refused: Refused) -> None:
        """Show beside the text why it cannot be sent; the cursor goes to what is unfinished."""
        self._verdict, self._tried = refused, True
        self._form.focus_unfinished()
        self._show_findings()

    def _notices(self) -> list[str]:
        """Return what is worth knowing before sending, besides the desk's own warnings."""
        incident = self._composer_context.incident if self._composer_context else None
        reopens = incident is not None and is_closed(incident.status)
        due = "" if self._composer_input.body.strip() else self._templates.due_notice()
        reopening = "This incident is closed: this update reopens it." if reopens else ""
        return [*self._others, *filter(None, (due, reopening))]

    # Acts

    def offers(self, act: type[Act]) -> bool:
        """Offer to restore with an update that closes; ``enter`` in the title only."""
        if act is Text:
            return isinstance(self.focused, Title)
        if act is Restore:
            return self._composer_context is not None and composer_model.can_restore(
                self._composer_input, self._composer_context
            )
        return True

    def do_next(self) -> None:
        """Go to the next placeholder, else to the next field."""
        focused = self.focused
        if isinstance(focused, TextEditor):
            typed = focused.typed_values()  # fills the same placeholder elsewhere
            for field in (self._form.title, self._form.text):
                field.fill(typed)
        if not (isinstance(focused, TextEditor) and focused.select_next_placeholder()):
            self.focus_next()

    def do_text(self) -> None:
        """Go from the title to the text."""
        self.set_focus(self._form.text)

    def do_back(self) -> None:
        """Leave; what is typed stays as a draft."""
        if self._composer_context is not None and self._composer_input.is_empty:
            self.console.autosave.drop(self._key)
        elif self._composer_context is not None:
            self.console.show_message("Saved as a draft: it will be here when you come back.")
        super().do_back()

    def do_mails(self) -> None:
        """Notify subscribers by email, or not."""
        self._change(notify=not self._composer_input.notify)

    def do_restore(self) -> None:
        """Restore components with this update, or not."""
        self._change(restore=not self._composer_input.restore)

    async def do_components(self) -> None:
        """Choose components in the picker."""
        if self._composer_context is not None:
            await self.converse(partial(self._choose_components, self._composer_context))

    async def _choose_components(self, context: ComposerContext) -> None:
        from ircon.console.screens.picker import PickerScreen

        chosen = await self.question(
            PickerScreen(context.page, self._composer_input.components, context.attached)
        )
        if chosen is not None:
            # The picker may have read the page again.
            self._take_context(
                await asyncio.to_thread(composer_model.read_context, self.desk, self._incident)
            )
            self._change(components=chosen)
            self._fill_in()

    def _fill_in(self) -> None:
        """Fill placeholders that the record has values for by now."""
        context, update = self._composer_context, self._composer_input
        if context is not None and self._form.open_ends:
            self.ask(
                lambda: composer_model.filled_in(self.desk, update, context),
                self._form.replace_texts,
                group="fill",
            )

    async def do_send(self) -> None:
        """Show the confirmation, then send."""
        if self._composer_context is not None and not self._send_flow.is_sending:
            await self.converse(
                partial(
                    self._send, composer_model.draft(self._composer_input, self._composer_context)
                )
            )

    async def _send(self, draft: PublicDraft) -> None:
        preview = await self._send_flow.prepare(partial(self.desk.publish.prepare, draft))
        if preview is None:
            return

        def send(hold: float, reason: str) -> Submission:
            return self.desk.publish.send(draft, preview.confirm(reason), hold=hold)

        posted = await self._send_flow.confirm(preview, send, self._notices())
        if posted is not None:
            self.console.autosave.drop(self._key)
            self.dismiss()
            if self._incident is None:
                await self.console.open_incident(posted.incident)
