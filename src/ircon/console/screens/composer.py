"""Composing public words: what is typed, beside the page as customers will see it."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from textual import events
from textual.app import ComposeResult
from textual.containers import Container
from textual.timer import Timer

from ircon.console import background, composer_model, safe_content
from ircon.console.acts.act import Act
from ircon.console.acts.composer import Fix, NextFinding, NoNews, Restore, Silence, Text
from ircon.console.composer_model import ComposerContext, ComposerInput
from ircon.console.external_editor import edit
from ircon.console.key_bindings import bindings, key_label
from ircon.console.screens.template_choice import TemplatedScreen
from ircon.console.widgets import public_page
from ircon.console.widgets.cached_static import CachedStatic
from ircon.console.widgets.composer_form import Form
from ircon.console.widgets.footer import Footer
from ircon.console.widgets.form_fields import Field
from ircon.console.widgets.preview_pane import PreviewPane
from ircon.console.widgets.text_areas import TextEditor, Title
from ircon.desk.drafts import Preview, PublicDraft, Submission
from ircon.desk.saved_drafts import update_key
from ircon.errors import IrconError, Refused
from ircon.incident.vocabulary import is_closed

if TYPE_CHECKING:
    from ircon.desk.checking import Finding

_REST = 0.1  # seconds without a key before everything beside the text follows it


class _Answer(NamedTuple):
    """What is said to a text: by the desk, and by the checks."""

    text: str
    said: Preview | IrconError
    findings: tuple[Finding, ...]


class ComposerScreen(TemplatedScreen):
    """Composes an update, or the first words of a new incident.

    Args:
        incident: whose update; None declares a new one.
        status: to begin with; else the running one.
        pick: go to the component picker at once.
    """

    SCOPE = "composer"
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
        self._known: ComposerContext | None = None
        self._words = ComposerInput(status or "")
        self._rest: Timer | None = None
        self._others: list[str] = []
        self._said: Preview | IrconError | None = None
        self._is_back = False  # what was typed another time stands here, untouched
        self._tried = False  # to send these very words; the desk refused
        self.of_incident = incident

    def compose(self) -> ComposeResult:
        """What is typed; beside it, or below where it is narrow, the page and the findings."""
        yield CachedStatic(id="title")
        with Container(id="body"):
            yield Form()
            yield PreviewPane()
        yield Footer()

    async def on_mount(self) -> None:  # type: ignore[override]  # Textual awaits it
        """Read what is known and what was typed before; a key waits for that."""

        def read() -> tuple[ComposerContext, ComposerInput, bool]:
            known = composer_model.read_context(self.desk, self._incident)
            return known, *composer_model.initial_input(self.desk, known, self._status)

        try:
            known, words, was_kept = await asyncio.to_thread(read)
        except IrconError as error:
            self.console.show_error(error)
            self.withdraw()
            return
        self._known, self._words, self._is_back = known, words, was_kept
        self._form.load(words, known)
        self._show()
        if not known.components or known.subscribers is None:
            background.run(self, partial(self._hear_of_page, known.page.name), "page")
        if self._pick:
            await self.do_components()

    @property
    def _key(self) -> str:
        return update_key(self._incident)

    # What is known

    async def _hear_of_page(self, page: str) -> None:
        """Nothing is known of the page yet: ask it; composing goes on without an answer."""
        try:
            await asyncio.to_thread(self.desk.page_data.refresh, page)
        except IrconError:
            return
        self.refresh_data()

    def refresh_data(self) -> None:
        """Something was written: others may have posted meanwhile."""
        if self._known is not None and not self.sending:
            self.read(
                lambda: composer_model.read_context(self.desk, self._incident),
                self._know,
                group="known",
            )

    def _know(self, known: ComposerContext) -> None:
        """Take in what is known now; what others said is shown, and so was seen."""
        if known == self._known:
            return  # it was our own draft that was saved
        before, self._known = self._known, known
        updates = known.incident.updates if known.incident else ()
        news = known.seen - before.seen if before else frozenset()
        self._others += [
            safe_content.clip(
                f"{update.author or 'Somebody'} posted meanwhile: {update.body.public}", 300
            )
            for update in updates
            if update.origin == "observed" and update.remote_id in news
        ]
        self._show()

    # What is typed

    def _say(self, **said: object) -> None:
        """Something else is said now: keep it."""
        self._words = replace(self._words, **said)  # type: ignore[arg-type]  # fields of ComposerInput
        self._is_back = self._tried = False
        if self._known is not None:
            self.console.autosave.save(self._key, self._words.as_draft())

    def _change(self, **said: object) -> None:
        """Something besides the texts is said now: keep it, and show what it makes."""
        self._say(**said)
        self._show()

    def on_text_area_changed(self) -> None:
        """A key in one of the texts."""
        self.read_fields()

    def read_fields(self) -> None:
        """The texts, as they stand in their fields."""
        body, title = self._form.text.text, self._form.title.text
        if self._known is not None and (body, title) != (self._words.body, self._words.title):
            self._say(body=body, title=title)
            if self._rest:
                self._rest.stop()
            self._rest = self.set_timer(_REST, self._show)

    def on_choice_changed(self) -> None:
        """Another status."""
        status = self._form.status.chosen
        if status != self._words.status:
            self._change(status=status)
            self._fill_in()

    def _wants(self, key: str) -> bool:
        """A sign is always text here, whatever has the focus."""
        return len(key) == 1 or super()._wants(key)

    def on_key(self, event: events.Key) -> None:
        """A sign that no text field has taken goes on in the text."""
        if event.character and event.is_printable:
            self._type(event.character)

    def on_paste(self, event: events.Paste) -> None:
        """What is pasted there, too."""
        if not isinstance(self.focused, TextEditor):
            event.stop()
            self._type(event.text)

    def _type(self, typed: str) -> None:
        self.set_focus(self._form.text)
        self._form.text.type(typed)

    async def on_field_pressed(self, event: Field.Pressed) -> None:
        """One of the lines below the text: each has an act of its name."""
        if self.app.screen is not self:
            return  # pressed twice: the first one has opened something already
        await self.action_act(f"{self.SCOPE}.{event.field.id}")

    # Showing

    def _show(self) -> None:
        """Everything, and ask the desk what stands in the way."""
        known, words = self._known, self._words
        if known is None:
            return
        incident = known.incident
        what = f"Update of {incident.name}" if incident else "Declare an incident"
        self.query_one("#title", CachedStatic).show(
            safe_content.line(
                (" PUBLIC ", "bold $background on $public"),
                *("  ", (what, "bold"), "   ", (f"{known.page_name} ", "$faint")),
                public_page.environment_badge(known.page.environment),
            )
        )
        self._form.show(words, known)
        self.query_one(PreviewPane).show(words, known, self.now(), self.desk.zone)
        draft = composer_model.draft(words, known)
        self.read(partial(self._examine, draft, known), self._take_answer, group="checks")

    def _examine(self, draft: PublicDraft, known: ComposerContext) -> _Answer:
        """For a thread: what the desk says to the draft, and the checks to its text."""
        said: Preview | IrconError
        try:
            said = self.desk.publish.prepare(draft)
        except IrconError as refused:
            said = refused
            found: Iterable[Finding] = self.desk.checking.update_draft(draft, known.incident)
        else:
            found = said.findings
        text = draft.body.public  # a title has findings of its own, and no place for them
        return _Answer(text, said, tuple(one for one in found if one.passage.text == text))

    def _take_answer(self, answer: _Answer) -> None:
        if self.checked.text == answer.text:  # else the next answer is on its way
            self._said = answer.said
            self.take_findings(answer.text, answer.findings)

    def show_found(self) -> None:
        """What stands in the way, what is worth knowing, and what the checks found."""
        found, preview = self._said, self.query_one(PreviewPane)
        sentences = ["What you typed before is back."] if self._is_back else []
        sentences += [*filter(None, [self.replaced_notice]), *self._notices()]
        findings = self.rows_of_findings(Fix, Silence)
        if not isinstance(found, Preview):
            refused = found if self._tried or not self._words.is_empty else None
            preview.show_findings(refused, sentences, findings, ready=False, tried=self._tried)
            return
        if found.left_below:
            named = public_page.names(found.left_below)
            key = self.key_of(Restore)
            how = f" {key_label(key)} restores them." if key else ""
            sentences.append(f"Would stay below operational: {named}.{how}")
        preview.show_findings(None, sentences, findings, ready=True)

    def refuse(self, refused: Refused) -> None:
        """Beside the text; the cursor goes to what is not finished."""
        self._said, self._tried = refused, True
        self._form.focus_unfinished()
        self.show_found()

    def _notices(self) -> list[str]:
        """What is worth knowing before sending, besides the desk's own warnings."""
        incident = self._known.incident if self._known else None
        reopens = incident is not None and is_closed(incident.status)
        due = "" if self._words.body.strip() else self.due_notice()
        over = "This incident is over: it speaks again." if reopens else ""
        return [*self._others, *filter(None, (due, over))]

    # Acts

    def offers(self, act: type[Act]) -> bool:
        """Restoring is for an update that closes; enter leads on from the title."""
        if act in {NextFinding, Fix, Silence}:
            return self.offers_finding(act)
        if act is NoNews:
            return self.due is not None
        if act is Text:
            return isinstance(self.focused, Title)
        if act is Restore:
            return self._known is not None and composer_model.can_restore(self._words, self._known)
        return True

    def do_next(self) -> None:
        """Tab."""
        focused = self.focused
        if isinstance(focused, TextEditor):
            said = focused.typed_values()  # the same elsewhere is not typed twice
            for field in (self._form.title, self._form.text):
                field.fill(said)
        if not (isinstance(focused, TextEditor) and focused.select_next_placeholder()):
            self.focus_next()

    def do_text(self) -> None:
        """Enter in the title."""
        self.set_focus(self._form.text)

    def do_back(self) -> None:
        """What is typed stays as a draft."""
        if self._known is not None and self._words.is_empty:
            self.console.autosave.drop(self._key)
        elif self._known is not None:
            self.console.show_message("Kept as a draft: it is here when you come back.")
        super().do_back()

    def do_mails(self) -> None:
        """The other way round."""
        self._change(notify=not self._words.notify)

    def do_restore(self) -> None:
        """The other way round."""
        self._change(restore=not self._words.restore)

    def do_editor(self) -> None:
        """In the person's own editor."""
        self._form.text.replace_text(edit(self._form.text.text, os.environ, self.app.suspend))
        self.set_focus(self._form.text)

    async def do_components(self) -> None:
        """In the picker."""
        if self._known is not None:
            await self.converse(partial(self._choose_components, self._known))

    async def _choose_components(self, known: ComposerContext) -> None:
        from ircon.console.screens.picker import PickerScreen

        chosen = await self.question(
            PickerScreen(known.page, self._words.components, known.attached)
        )
        if chosen is not None:
            # The picker may have heard news of the page.
            self._know(
                await asyncio.to_thread(composer_model.read_context, self.desk, self._incident)
            )
            self._change(components=chosen)
            self._fill_in()

    def _fill_in(self) -> None:
        """The record may know by now what a placeholder asks for."""
        known, words = self._known, self._words
        if known is not None and self._form.open_ends:
            self.ask(
                lambda: composer_model.filled_in(self.desk, words, known),
                self._form.replace_texts,
                group="fill",
            )

    async def do_send(self) -> None:
        """Ask once more, showing exactly what will be public."""
        if self._known is not None and not self.sending:
            await self.converse(partial(self._send, composer_model.draft(self._words, self._known)))

    async def _send(self, draft: PublicDraft) -> None:
        preview = await self.prepared(partial(self.desk.publish.prepare, draft))
        if preview is None:
            return

        def send(hold: float, reason: str) -> Submission:
            return self.desk.publish.send(draft, preview.confirm(reason), hold=hold)

        posted = await self.confirm(preview, send, self._notices())
        if posted is not None:
            self.console.autosave.drop(self._key)
            self.dismiss()
            if self._incident is None:
                await self.console.open_incident(posted.incident)
