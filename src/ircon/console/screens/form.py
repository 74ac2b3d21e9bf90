"""Forms: several fields at once, each error beside its field; nothing typed is lost."""

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
from ircon.console.acts.everywhere import Accept
from ircon.console.key_bindings import bindings, key_label
from ircon.console.safe_content import CachedStatic
from ircon.console.screens.dialogs import Dialog
from ircon.console.widgets.form_fields import Line
from ircon.console.widgets.text_areas import LongText
from ircon.errors import IrconError

Answers = Mapping[str, str]


class Question(NamedTuple):
    """One field of a form.

    Attributes:
        name: key of the answer.
        label: what is asked, in a word or two.
        hint: an example, or what leaving it empty means.
        value: the initial text.
        check: called with the answer before the form is submitted; raises IrconError.
        is_long: whether the answer may have several lines.
    """

    name: str
    label: str
    hint: str = ""
    value: str = ""
    check: Callable[[str], object] | None = None
    is_long: bool = False


class FormScreen(Dialog[Any]):
    """Form that submits its answers and closes; where that is refused, it stays open.

    Args:
        title: what is asked for.
        questions: the fields, in the order of ``enter`` and ``tab``.
        submit: called with the answers, in a thread; its result is the form's.
        text: what the form is about; may come from elsewhere.
        draft: key under which the answers are saved until they are submitted; None saves
            nothing.
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
        submit: Callable[[Answers], Any],
        *,
        text: str = "",
        draft: str | None = None,
    ) -> None:
        super().__init__()
        self._title = title
        self._questions = questions
        self._submit = submit
        self._text = text
        self._draft = draft
        self._initial = {question.name: question.value for question in questions}
        self._is_busy = False

    def compose(self) -> ComposeResult:
        """Lay out the title, a field for each question, its error, and the keys."""
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
                        yield LongText(
                            question.value, id=_field_id(question), show_line_numbers=False
                        )
                    else:
                        with Horizontal(classes="form-row"):
                            yield Static(
                                safe_content.line((question.label, "$faint")), classes="form-label"
                            )
                            yield Line(
                                question.value,
                                placeholder=question.hint,
                                id=_field_id(question),
                                select_on_focus=False,  # a letter must not replace what was typed
                            )
                    yield CachedStatic(id=f"{_field_id(question)}-wrong", classes="form-wrong")
            yield CachedStatic(id="form-wrong", classes="form-wrong")
            yield Static(self._keys(), id="dialog-keys")

    async def on_mount(self) -> None:  # type: ignore[override]  # Textual awaits it
        """Restore the draft that was saved before."""
        draft = None
        if self._draft:
            try:
                await asyncio.to_thread(self.console.autosave.flush)
                draft = await asyncio.to_thread(self.desk.saved_drafts.load, self._draft)
            except IrconError as error:  # the form works without
                self.console.show_error(error)
        for question in self._questions:
            field = self._field_of(question)
            field.cursor_blink = False
            if draft and isinstance(draft.get(question.name), str):
                _fill(field, str(draft[question.name]))
            if isinstance(field, TextArea):
                field.move_cursor(field.document.end)
        self.set_focus(self._field_of(self._questions[0]))

    def _field_of(self, question: Question) -> Input | TextArea:
        return cast("Input | TextArea", self.query_one(f"#{_field_id(question)}"))

    def _keys(self) -> Content:
        takes = [key_label(key) for key in self.console.keymap.keys_for(Accept)]
        if not self._questions[-1].is_long:
            takes.append("enter on the last line")
        more = "tab goes to the next field, " if len(self._questions) > 1 else ""
        return safe_content.line((f"{' or '.join(takes)} submits, {more}esc cancels", "$faint"))

    # Answers

    @property
    def _answers(self) -> dict[str, str]:
        fields = {question.name: self._field_of(question) for question in self._questions}
        return {
            name: field.text if isinstance(field, TextArea) else field.value
            for name, field in fields.items()
        }

    def read_fields(self) -> None:
        """Save the answers as a draft, where they differ from the initial ones."""
        typed = self._answers
        if self._draft and typed != self._initial and not self._is_busy:
            self.console.autosave.save(self._draft, typed)

    def on_input_changed(self) -> None:
        """Save what was typed in a line."""
        self.read_fields()

    def on_text_area_changed(self) -> None:
        """Save what was typed in a long field."""
        self.read_fields()

    # Submitting

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Go to the next field; from the last one, submit."""
        names = [_field_id(question) for question in self._questions]
        index = names.index(event.input.id or names[-1])
        if index + 1 < len(names):
            self.set_focus(self._field_of(self._questions[index + 1]))
        else:
            self.do_accept()

    def do_accept(self) -> None:
        """Submit, unless an answer is wrong: then show why, the cursor in its field."""
        if self._is_busy:
            return
        answers, first = self._answers, None
        for question in self._questions:
            error = _error_in(question, answers[question.name])
            self._show_error(f"#{_field_id(question)}-wrong", error)
            first = first or (question if error else None)
        self._show_error("#form-wrong", None)
        if first is not None:
            self.set_focus(self._field_of(first))
            return
        self._is_busy = True
        background.run(self, partial(self._run_submit, answers), "form")

    async def _run_submit(self, answers: Answers) -> None:
        try:
            result = await asyncio.to_thread(self._submit, answers)
        except IrconError as error:
            self._is_busy = False
            self.read_fields()
            self._show_error("#form-wrong", error)
            return
        if self._draft:
            self.console.autosave.drop(self._draft)
        if self.is_whole:
            self.dismiss(result)

    def _show_error(self, selector: str, error: IrconError | None) -> None:
        shown = self.query_one(selector, CachedStatic)
        shown.display = error is not None
        if error is not None:
            shown.show(
                safe_content.line(("✗ ", "bold $failed"), (error.message, "bold"), f" {error.hint}")
            )

    def do_back(self) -> None:
        """Close; answers that differ from the initial ones stay as a draft."""
        if self._is_busy:
            return
        if self._draft:
            if self._answers == self._initial:
                self.console.autosave.drop(self._draft)
            else:
                self.read_fields()
                self.console.show_message("Saved as a draft: it will be here when you come back.")
        self.dismiss(None)


def _field_id(question: Question) -> str:
    return f"form-{question.name}"


def _fill(field: Input | TextArea, text: str) -> None:
    if isinstance(field, TextArea):
        field.load_text(text)
    else:
        field.value = text


def _error_in(question: Question, answer: str) -> IrconError | None:
    if question.check is None:
        return None
    try:
        question.check(answer)
    except IrconError as error:
        return error
    return None
