"""The fields of the composer."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Static

from ircon.console import composer_model, safe_content, styles
from ircon.console.composer_model import ComposerContext, ComposerInput
from ircon.console.widgets import public_page
from ircon.console.widgets.cached_static import CachedStatic
from ircon.console.widgets.form_fields import Choice, Field, label
from ircon.console.widgets.text_areas import TextEditor, Title
from ircon.incident.vocabulary import MAX_BODY, STATUSES


class Form(Vertical):
    """Status, title, text; then what goes with them."""

    DEFAULT_CSS = """
    Form #naming { height: 1; }
    Form #naming Static { width: 13; padding: 0 0 0 1; color: $faint; }
    Form #name { width: 1fr; margin-right: 1; }
    Form #count { height: 1; padding: 0 1; }
    Form #words { height: 1fr; margin: 0 1; }
    """

    def compose(self) -> ComposeResult:
        """One below the other, in the order that ``tab`` takes."""
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
        """The words."""
        return self.query_one("#words", TextEditor)

    @property
    def title(self) -> Title:
        """The incident's name."""
        return self.query_one("#name", Title)

    @property
    def status(self) -> Choice:
        """The status."""
        return self.query_one("#status", Choice)

    @property
    def open_ends(self) -> int:
        """How many places are not finished."""
        return self.text.open_ends() + self.title.open_ends()

    def begin(self, words: ComposerInput, known: ComposerContext) -> None:
        """Put the first words into the fields, the cursor behind them."""
        for field, text in ((self.text, words.body), (self.title, words.title)):
            field.load_text(text)
            field.move_cursor(field.document.end)
        self.show(words, known)
        declares = known.incident is None and not words.title
        self.screen.set_focus(self.title if declares else self.text)

    def say(self, words: ComposerInput) -> None:
        """Another text and title; ``ctrl+z`` brings those before back."""
        self.text.say(words.body)
        self.title.say(words.title)

    def lead(self) -> None:
        """To what is not finished: an empty field, else the first open place."""
        fields = [self.title, self.text] if self.query_one("#naming").display else [self.text]
        unfinished = (one for one in fields if not one.text.strip() or one.open_ends())
        field = next(unfinished, self.text)
        self.screen.set_focus(field)
        field.first_open()

    def show(self, words: ComposerInput, known: ComposerContext) -> None:
        """Bring everything but the texts up to date."""
        self.query_one("#naming").display = known.opens
        self.status.offer(
            [
                (status.name, status.label, styles.status(status.name).colour)
                for status in STATUSES.values()
                if status.kind == known.kind
            ],
            words.status,
        )
        style = "bold $failed" if len(words.body) > MAX_BODY else "$faint"
        hint = f"   {self.open_ends} to fill in" if self.open_ends else ""
        self.query_one("#count", CachedStatic).show(
            safe_content.line(
                label("Text"),
                (f"{len(words.body):,} of {MAX_BODY:,}", style),
                (hint, "bold $accent"),
            )
        )
        self.query_one("#components", Field).show(
            label("Components"),
            *(
                public_page.component_changes(composer_model.changes(words, known))
                or [("none changed", "$faint")]
            ),
        )
        self.query_one("#mails", Field).show(
            label("Mails"),
            public_page.recipients(notify=words.notify, subscribers=known.subscribers),
        )
        self._show_restore(words, known)

    def _show_restore(self, words: ComposerInput, known: ComposerContext) -> None:
        restore = self.query_one("#restore", Field)
        restore.display = composer_model.can_restore(words, known)
        count, restored = len(known.below), len(known.restored)
        left = f", leaves {count - restored} of another incident" if count > restored else ""
        restore.show(
            label("Restore"),
            (f"yes, sets {restored} to operational{left}", "bold $status-operational")
            if words.restore
            else (f"no, leaves {count} below operational", "$waiting"),
        )
