"""Dialogs over a screen: a choice, a prompt for text, a text to read, a Markdown preview."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar, TypeVar

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widget import Widget
from textual.widgets import Input, OptionList, Static, TextArea
from textual.widgets.option_list import Option

from ircon.console import safe_content
from ircon.console.acts.act import Act
from ircon.console.acts.everywhere import Accept
from ircon.console.key_bindings import bindings, key_label
from ircon.console.screens.base import IrconScreen
from ircon.console.widgets.form_fields import Line
from ircon.console.widgets.text_areas import LongText

ResultT = TypeVar("ResultT")


class Dialog(IrconScreen[ResultT], ModalScreen[ResultT]):
    """Modal box; ``esc``, ``backspace`` and ``q`` leave it without an answer."""

    CSS_PATH: ClassVar = ["dialogs.tcss"]

    def offers(self, act: type[Act]) -> bool:
        """Offer only moving and going back: a dialog is answered or left."""
        return act.id not in {
            "everywhere.palette",
            "everywhere.help",
            "everywhere.theme",
        }


class ChoiceScreen(Dialog[str | None]):
    """Choice of one of several; its result is the id of the chosen one, or None.

    Args:
        title: the question.
        text: what the question is about; may come from elsewhere.
        choices: ``(id, name, explanation)``; ``enter`` chooses the first.
    """

    def __init__(self, title: str, text: str, choices: Sequence[tuple[str, str, str]]) -> None:
        super().__init__()
        self._title = title
        self._text = text
        self._choices = choices

    def compose(self) -> ComposeResult:
        """Lay out the question, the text and the choices."""
        with Vertical(id="dialog"):
            yield Static(safe_content.line((self._title, "bold")), id="dialog-title")
            if self._text:
                yield Static(safe_content.block(self._text), id="dialog-text")
            yield OptionList(*(choice_option(*choice) for choice in self._choices))
            yield Static(
                safe_content.line(("enter chooses, esc cancels", "$faint")), id="dialog-keys"
            )

    def on_mount(self) -> None:
        """Focus the choices."""
        self.set_focus(self.query_one(OptionList))

    def listing(self) -> Widget:
        """Return the list of choices."""
        return self.query_one(OptionList)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Answer with the selected choice."""
        self.dismiss(event.option.id)


def choice_option(choice: str, name: str, explanation: str) -> Option:
    """Return the option of one choice, with its explanation."""
    return Option(
        safe_content.line((name, "bold"), (f"  {explanation}" if explanation else "", "$faint")),
        id=choice,
    )


class PromptScreen(Dialog[str | None]):
    """Prompt for a text; its result is the text, or None.

    Args:
        title: the question.
        text: what the question is about; may come from elsewhere.
        value: the initial text.
        placeholder: an example.
        long: whether the text may have several lines; ``f10`` then accepts it.
        changed: called with the text at every change, so that a draft can be saved.
    """

    SCOPE = "dialog"
    BINDINGS = bindings(SCOPE)

    def __init__(
        self,
        title: str,
        text: str = "",
        *,
        value: str = "",
        placeholder: str = "",
        long: bool = False,
        changed: Callable[[str], None] | None = None,
    ) -> None:
        super().__init__()
        self._long = long
        self._title = title
        self._text = text
        self._value = value
        self._placeholder = placeholder
        self._changed = changed

    def compose(self) -> ComposeResult:
        """Lay out the question, the text and the field."""
        with Vertical(id="dialog"):
            yield Static(safe_content.line((self._title, "bold")), id="dialog-title")
            if self._text:
                yield Static(safe_content.block(self._text), id="dialog-text")
            if self._long:
                yield LongText(self._value, id="prompt", show_line_numbers=False)
            else:
                yield Line(self._value, placeholder=self._placeholder, id="prompt")
            yield Static(self._keys(), id="dialog-keys")

    def on_mount(self) -> None:
        """Focus the field, the cursor at the end."""
        field = self.query_one("#prompt")
        if isinstance(field, (Input, TextArea)):
            field.cursor_blink = False
        if isinstance(field, TextArea):
            field.move_cursor(field.document.end)
        self.set_focus(field)

    def _keys(self) -> Content:
        takes = (
            [key_label(key) for key in self.console.keymap.keys_for(Accept)]
            if self._long
            else ["enter"]
        )
        return safe_content.line((f"{' or '.join(takes)} accepts, esc cancels", "$faint"))

    def offers(self, act: type[Act]) -> bool:
        """Offer the accepting keys for a long text only: ``enter`` accepts a line."""
        return self._long if act is Accept else super().offers(act)

    def do_accept(self) -> None:
        """Accept the text."""
        self.dismiss(self.query_one("#prompt", TextArea).text)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Pass on what is typed."""
        if self._changed:
            self._changed(event.value)

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        """Pass on what is typed."""
        if self._changed and event.text_area.text != self._value:
            self._changed(event.text_area.text)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Accept the line."""
        self.dismiss(event.value)


class ReadingScreen(Dialog[None]):
    """A long text in full; the list's keys scroll it."""

    BOX_CLASSES: ClassVar = "reading"

    def __init__(self, title: str, text: str) -> None:
        super().__init__()
        self._title = title
        self._text = text

    def compose(self) -> ComposeResult:
        """Lay out the title and the text."""
        with Vertical(id="dialog", classes=self.BOX_CLASSES):
            yield Static(safe_content.line((self._title, "bold")), id="dialog-title")
            with VerticalScroll(id="reading"):
                yield self._content()
            yield Static(safe_content.line(("esc goes back", "$faint")), id="dialog-keys")

    def _content(self) -> Widget:
        return Static(safe_content.block(self._text))

    def on_mount(self) -> None:
        """Focus the text, so that keys scroll it."""
        self.set_focus(self.query_one("#reading"))

    def on_key(self, event: events.Key) -> None:
        """Scroll by the letters that move in lists."""
        moves = {"j": "scroll_down", "k": "scroll_up", "g": "scroll_home", "G": "scroll_end"}
        move = moves.get(event.character or "")
        if move:
            getattr(self.query_one("#reading"), move)(animate=False)
            event.stop()


class PreviewScreen(ReadingScreen):
    """A Markdown text as its readers will see it; no link is opened and no HTML rendered."""

    CSS_PATH: ClassVar = ["dialogs.tcss", "preview.tcss"]
    BOX_CLASSES: ClassVar = "reading preview"

    def _content(self) -> Widget:
        from textual.widgets import Markdown  # and its parser: when first shown

        from ircon.writing.markdown import tamed

        return Markdown(tamed(self._text), open_links=False)
