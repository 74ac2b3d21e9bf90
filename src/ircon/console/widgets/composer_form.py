"""The form of the composer: status, title, text, components, notification."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Static

from ircon.console import composer_model, safe_content, styles
from ircon.console.composer_model import ComposerContext, ComposerInput
from ircon.console.safe_content import CachedStatic
from ircon.console.widgets import public_page
from ircon.console.widgets.form_fields import Choice, Field, label
from ircon.console.widgets.text_areas import TextEditor, Title
from ircon.incident.vocabulary import MAX_BODY, STATUSES


class Form(Vertical):
    """Fields in the order in which ``tab`` visits them."""

    DEFAULT_CSS = """
    Form #naming { height: 1; }
    Form #naming Static { width: 13; padding: 0 0 0 1; color: $faint; }
    Form #name { width: 1fr; margin-right: 1; }
    Form #count { height: 1; padding: 0 1; }
    Form #words { height: 1fr; margin: 0 1; }
    """

    def compose(self) -> ComposeResult:
        """Yield the fields from top to bottom."""
        yield Choice("Status", id="status")
        with Horizontal(id="naming"):
            yield Static(safe_content.line("Title"))
            yield Title(id="name", placeholder="what customers see, in a few words")
        yield CachedStatic(id="count")
        yield TextEditor(id="words", placeholder="what customers read")
        yield Field(id="components")
        yield Field(id="mails")
        yield Field(id="restore")

    @property
    def text(self) -> TextEditor:
        """The editor of the update's text."""
        return self.query_one("#words", TextEditor)

    @property
    def title(self) -> Title:
        """The editor of the incident's title."""
        return self.query_one("#name", Title)

    @property
    def status(self) -> Choice:
        """The choice of the update's status."""
        return self.query_one("#status", Choice)

    @property
    def open_ends(self) -> int:
        """The number of placeholders left to fill in."""
        return self.text.open_ends() + self.title.open_ends()

    def load(self, typed: ComposerInput, context: ComposerContext) -> None:
        """Fill the fields and focus the text, or the title of an incident that is declared."""
        for field, text in ((self.text, typed.body), (self.title, typed.title)):
            field.load_text(text)
            field.move_cursor(field.document.end)
        self.show(typed, context)
        declares = context.incident is None and not typed.title
        self.screen.set_focus(self.title if declares else self.text)

    def replace_texts(self, typed: ComposerInput) -> None:
        """Put another text and title in place; ``ctrl+z`` restores the previous ones."""
        self.text.replace_text(typed.body)
        self.title.replace_text(typed.title)

    def focus_unfinished(self) -> None:
        """Focus an empty field, else the first placeholder."""
        fields = [self.title, self.text] if self.query_one("#naming").display else [self.text]
        unfinished = (field for field in fields if not field.text.strip() or field.open_ends())
        field = next(unfinished, self.text)
        self.screen.set_focus(field)
        field.select_first_placeholder()

    def show(self, typed: ComposerInput, context: ComposerContext) -> None:
        """Update everything but the texts."""
        self.query_one("#naming").display = context.opens
        self.status.offer(
            [
                (status.name, status.label, styles.status(status.name).colour)
                for status in STATUSES.values()
                if status.kind == context.kind
            ],
            typed.status,
        )
        style = "bold $failed" if len(typed.body) > MAX_BODY else "$faint"
        hint = f"   {self.open_ends} to fill in" if self.open_ends else ""
        self.query_one("#count", CachedStatic).show(
            safe_content.line(
                label("Text"),
                (f"{len(typed.body):,} of {MAX_BODY:,}", style),
                (hint, "bold $accent"),
            )
        )
        self.query_one("#components", Field).show(
            label("Components"),
            *(
                public_page.component_changes(composer_model.changes(typed, context))
                or [("none changed", "$faint")]
            ),
        )
        self.query_one("#mails", Field).show(
            label("Notify"),
            public_page.recipients(notify=typed.notify, subscribers=context.subscribers),
        )
        self._show_restore(typed, context)

    def _show_restore(self, typed: ComposerInput, context: ComposerContext) -> None:
        restore = self.query_one("#restore", Field)
        restore.display = composer_model.can_restore(typed, context)
        count, restored = len(context.below), len(context.restored)
        others = (
            f", {count - restored} stay: another incident affects them" if count > restored else ""
        )
        restore.show(
            label("Restore"),
            (f"yes: {restored} to operational{others}", "bold $status-operational")
            if typed.restore
            else (f"no: {count} stay below operational", "$waiting"),
        )
