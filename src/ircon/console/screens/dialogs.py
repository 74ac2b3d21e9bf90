"""Small questions over a screen: choose one, or type a line."""

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
from ircon.console.acts.dialogs import Accept
from ircon.console.key_bindings import bindings, key_label
from ircon.console.screens.base import IrconScreen
from ircon.console.widgets.form_fields import Line
from ircon.console.widgets.text_areas import LongText

ResultT = TypeVar("ResultT")


class Dialog(IrconScreen[ResultT], ModalScreen[ResultT]):
    """A box over the screen below; ``esc``, ``backspace`` and ``q`` leave it without an answer."""

    CSS_PATH: ClassVar = ["dialogs.tcss"]

    def offers(self, act: type[Act]) -> bool:
        """Only moving and going back: a question is answered or left."""
        return act.id not in {
            "everywhere.palette",
            "everywhere.help",
            "everywhere.theme",
        }


class ChoiceScreen(Dialog[str | None]):
    """Asks for one of several; answers with its id, or None.

    Args:
        title: the question.
        text: what it is about; may be foreign.
        choices: ``(id, name, explanation)``; the first is chosen by ``enter``.
    """

    def __init__(self, title: str, text: str, choices: Sequence[tuple[str, str, str]]) -> None:
        super().__init__()
        self._title = title
        self._text = text
        self._choices = choices

    def compose(self) -> ComposeResult:
        """Question, text, choices."""
        with Vertical(id="dialog"):
            yield Static(safe_content.line((self._title, "bold")), id="dialog-title")
            if self._text:
                yield Static(safe_content.block(self._text), id="dialog-text")
            yield OptionList(*(choice_option(*choice) for choice in self._choices))
            yield Static(
                safe_content.line(("enter chooses, esc leaves", "$faint")), id="dialog-keys"
            )

    def on_mount(self) -> None:
        """The first choice is ready."""
        self.set_focus(self.query_one(OptionList))

    def listing(self) -> Widget:
        """The choices."""
        return self.query_one(OptionList)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """That one."""
        self.dismiss(event.option.id)


def choice_option(choice: str, name: str, why: str) -> Option:
    """One that can be chosen, with its explanation."""
    return Option(
        safe_content.line((name, "bold"), (f"  {why}" if why else "", "$faint")), id=choice
    )


class PromptScreen(Dialog[str | None]):
    """Asks for a text; answers with it, or with None.

    Args:
        title: the question.
        text: what it is about; may be foreign.
        value: to begin with.
        placeholder: an example.
        long: whether it may have several lines; ``f10`` then takes it.
        changed: told of every change, so that a draft can be kept.
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
        """Question, text, one line."""
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
        """Ready to type."""
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
        return safe_content.line((f"{' or '.join(takes)} takes it, esc leaves", "$faint"))

    def offers(self, act: type[Act]) -> bool:
        """A line is taken by enter; a longer text by keys that do not belong to it."""
        return self._long if act is Accept else super().offers(act)

    def do_accept(self) -> None:
        """Take the text."""
        self.dismiss(self.query_one("#prompt", TextArea).text)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Keep what is typed."""
        if self._changed:
            self._changed(event.value)

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        """Keep what is typed."""
        if self._changed and event.text_area.text != self._value:
            self._changed(event.text_area.text)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """That is it."""
        self.dismiss(event.value)


class ReadingScreen(Dialog[None]):
    """Shows a long text in full; scrolls with the list's keys."""

    def __init__(self, title: str, text: str) -> None:
        super().__init__()
        self._title = title
        self._text = text

    def compose(self) -> ComposeResult:
        """Title and text."""
        with Vertical(id="dialog", classes="reading"):
            yield Static(safe_content.line((self._title, "bold")), id="dialog-title")
            with VerticalScroll(id="reading"):
                yield Static(safe_content.block(self._text))
            yield Static(safe_content.line(("esc goes back", "$faint")), id="dialog-keys")

    def on_mount(self) -> None:
        """Ready to scroll."""
        self.set_focus(self.query_one("#reading"))

    def on_key(self, event: events.Key) -> None:
        """The list's letters scroll."""
        moves = {"j": "scroll_down", "k": "scroll_up", "g": "scroll_home", "G": "scroll_end"}
        move = moves.get(event.character or "")
        if move:
            getattr(self.query_one("#reading"), move)(animate=False)
            event.stop()
