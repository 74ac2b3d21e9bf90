"""Several questions at once, with what is wrong beside its field; nothing typed is lost."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, ClassVar, NamedTuple, cast

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Input, Static, TextArea

from ircon.console import background, safe_content
from ircon.console.acts.dialogs import Accept
from ircon.console.key_bindings import bindings, key_label
from ircon.console.screens.dialogs import Dialog
from ircon.console.widgets.cached_static import CachedStatic
from ircon.console.widgets.form_fields import Line
from ircon.console.widgets.text_areas import LongText
from ircon.errors import IrconError

Answers = Mapping[str, str]


class Question(NamedTuple):
    """One field of a form.

    Attributes:
        name: what the answer is called.
        label: what is asked, in a word or two.
        hint: an example, or what leaving it empty means.
        value: to begin with.
        check: told the answer before anything is done; raises what is wrong with it.
        is_long: it may have several lines.
    """

    name: str
    label: str
    hint: str = ""
    value: str = ""
    check: Callable[[str], object] | None = None
    is_long: bool = False


class FormScreen(Dialog[Any]):
    """Asks, does what it was asked for, and goes; where that is refused, it stays.

    Args:
        title: what is asked for.
        questions: its fields, in the order of ``enter`` and ``tab``.
        do: does it, in a thread; answers with what the form answers with.
        text: what it is about; may be foreign.
        draft: what is typed is kept under this key until it is done; None keeps nothing.
    """

    SCOPE = "dialog"
    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings(SCOPE),
        # Before the key that comes next: what is typed fast must not stay in the field before.
        Binding("tab", "app.focus_next", show=False, priority=True),
        Binding("shift+tab", "app.focus_previous", show=False, priority=True),
    ]

    def __init__(
        self,
        title: str,
        questions: Sequence[Question],
        do: Callable[[Answers], Any],
        *,
        text: str = "",
        draft: str | None = None,
    ) -> None:
        super().__init__()
        self._title = title
        self._questions = questions
        self._do = do
        self._text = text
        self._draft = draft
        self._begun = {
            question.name: question.value for question in questions
        }  # what nobody typed here
        self._is_busy = False

    def compose(self) -> ComposeResult:
        """Title, a line or a box for each question, what is wrong, keys."""
        with Vertical(id="dialog", classes="form"):
            yield Static(safe_content.line((self._title, "bold")), id="dialog-title")
            if self._text:
                yield Static(safe_content.block(self._text), id="dialog-text")
            with VerticalScroll(id="form-fields", can_focus=False):
                for question in self._questions:
                    if question.is_long:
                        yield Static(
                            safe_content.line((question.label, "$faint")), classes="form-label"
                        )
                        yield LongText(question.value, id=_field(question), show_line_numbers=False)
                    else:
                        with Horizontal(classes="form-row"):
                            yield Static(
                                safe_content.line((question.label, "$faint")), classes="form-label"
                            )
                            yield Line(
                                question.value,
                                placeholder=question.hint,
                                id=_field(question),
                                select_on_focus=False,  # a letter must not replace what was typed
                            )
                    yield CachedStatic(id=f"{_field(question)}-wrong", classes="form-wrong")
            yield CachedStatic(id="form-wrong", classes="form-wrong")
            yield Static(self._keys(), id="dialog-keys")

    async def on_mount(self) -> None:  # type: ignore[override]  # Textual awaits it
        """What was typed another time comes back."""
        kept = None
        if self._draft:
            try:
                await asyncio.to_thread(self.console.autosave.flush)
                kept = await asyncio.to_thread(self.desk.saved_drafts.load, self._draft)
            except IrconError as error:  # the form works without
                self.console.show_error(error)
        for question in self._questions:
            field = self._of(question)
            field.cursor_blink = False
            if kept and isinstance(kept.get(question.name), str):
                _fill(field, str(kept[question.name]))
            if isinstance(field, TextArea):
                field.move_cursor(field.document.end)
        self.set_focus(self._of(self._questions[0]))

    def _of(self, one: Question) -> Input | TextArea:
        return cast("Input | TextArea", self.query_one(f"#{_field(one)}"))

    def _keys(self) -> Content:
        takes = [key_label(key) for key in self.console.keymap.keys_for(Accept)]
        if not self._questions[-1].is_long:
            takes.append("enter on the last line")
        more = "tab the next field, " if len(self._questions) > 1 else ""
        return safe_content.line((f"{' or '.join(takes)} takes it, {more}esc leaves", "$faint"))

    # What is typed

    @property
    def _answers(self) -> dict[str, str]:
        fields = {question.name: self._of(question) for question in self._questions}
        return {
            name: field.text if isinstance(field, TextArea) else field.value
            for name, field in fields.items()
        }

    def read_fields(self) -> None:
        """Keep what is typed."""
        typed = self._answers
        if self._draft and typed != self._begun and not self._is_busy:
            self.console.autosave.save(self._draft, typed)

    def on_input_changed(self) -> None:
        """A key."""
        self.read_fields()

    def on_text_area_changed(self) -> None:
        """A key."""
        self.read_fields()

    # Taking it

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter: on to the next field; from the last one, that is it."""
        names = [_field(question) for question in self._questions]
        place = names.index(event.input.id or names[-1])
        if place + 1 < len(names):
            self.set_focus(self._of(self._questions[place + 1]))
        else:
            self.do_accept()

    def do_accept(self) -> None:
        """Do it, unless something is wrong: then that is said, and the cursor goes there."""
        if self._is_busy:
            return
        answers, first = self._answers, None
        for question in self._questions:
            wrong = _wrong(question, answers[question.name])
            self._tell(f"#{_field(question)}-wrong", wrong)
            first = first or (question if wrong else None)
        self._tell("#form-wrong", None)
        if first is not None:
            self.set_focus(self._of(first))
            return
        self._is_busy = True
        background.run(self, partial(self._work, answers), "form")

    async def _work(self, answers: Answers) -> None:
        try:
            done = await asyncio.to_thread(self._do, answers)
        except IrconError as error:
            self._is_busy = False
            self.read_fields()
            self._tell("#form-wrong", error)
            return
        if self._draft:
            self.console.autosave.drop(self._draft)
        if self.is_whole:
            self.dismiss(done)

    def _tell(self, where: str, wrong: IrconError | None) -> None:
        told = self.query_one(where, CachedStatic)
        told.display = wrong is not None
        if wrong is not None:
            told.show(
                safe_content.line(("✗ ", "bold $failed"), (wrong.message, "bold"), f" {wrong.hint}")
            )

    def do_back(self) -> None:
        """What is typed stays as a draft, where it differs from what stood there."""
        if self._is_busy:
            return
        if self._draft:
            if self._answers == self._begun:
                self.console.autosave.drop(self._draft)
            else:
                self.read_fields()
                self.console.show_message("Kept as a draft: it is here when you come back.")
        self.dismiss(None)


def _field(one: Question) -> str:
    return f"form-{one.name}"


def _fill(field: Input | TextArea, text: str) -> None:
    if isinstance(field, TextArea):
        field.load_text(text)
    else:
        field.value = text


def _wrong(one: Question, answer: str) -> IrconError | None:
    if one.check is None:
        return None
    try:
        one.check(answer)
    except IrconError as error:
        return error
    return None
