"""Confirmation: the last dialog before an update is public, showing page, text and emails."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, Static

from ircon.console import safe_content, styles
from ircon.console.acts.act import Act
from ircon.console.acts.everywhere import Send
from ircon.console.acts.incident import TakeBack
from ircon.console.key_bindings import bindings, key_label
from ircon.console.safe_content import CachedStatic
from ircon.console.screens.dialogs import Dialog
from ircon.console.widgets import public_page
from ircon.console.widgets.form_fields import Field, Line, label
from ircon.desk.drafts import Preview
from ircon.incident.components import ComponentChange
from ircon.incident.text import fold_case

_PAUSE = 0.4  # seconds: a key that comes sooner repeats the one before
_SMALLEST = 30  # columns below which lines are too short to be read
_LEAST = 3  # lines of a scrolling text
_LISTED = 3  # components that get a line each; more are counted by group
_TOO_SMALL = "The window is too small to read this: enlarge it, then send. esc goes back."


class ConfirmScreen(Dialog[str | None]):
    """The whole ``Preview``; its result is the reason typed with an explicit yes, else None.

    The reason is empty unless the preview needs one.

    The sending key counts only after the screen was rendered and the keys have rested: a
    key held down, or pressed twice in haste, must not confirm a text that nobody read.
    ``enter`` alone confirms nothing until the answer is focused with ``tab``: a key meant
    for the text cannot send it. A window too small to show it all cannot confirm. Where
    the preview asks for it, the page's name, or the reason to send it as it is, is typed
    first.

    Args:
        preview: what is to be confirmed.
        notices: more sentences worth reading, each beginning with a capital.
        hold: seconds in which it can be taken back afterwards.
    """

    SCOPE = "confirm"
    BINDINGS = bindings(SCOPE)
    CSS_PATH: ClassVar = ["dialogs.tcss", "confirm.tcss"]

    def __init__(self, preview: Preview, *, notices: Sequence[str] = (), hold: float = 0) -> None:
        super().__init__()
        self._preview = preview
        self._notices = notices
        self._hold = hold
        self._last_ns: int | None = None  # of the last sending key, or of rendering

    def compose(self) -> ComposeResult:
        """Lay out page, text, components and warnings; then the answers."""
        with Vertical(id="confirm", classes=self._preview.environment):
            yield Static(safe_content.line((_TOO_SMALL, "bold $waiting")), id="confirm-cut")
            yield Static(self._where(), id="confirm-where")
            with VerticalScroll(id="confirm-words"):
                yield Static(self._words())
            with VerticalScroll(id="confirm-facts", can_focus=False):
                yield Static(self._facts())
            if self._preview.type_page_name:
                yield Line(
                    placeholder="type the page's name: "
                    f"{safe_content.clip(self._preview.page_name, 50)}",
                    id="confirm-name",
                )
            if self._preview.needs_reason:
                yield Line(
                    placeholder="why it must be sent as it is: stays in the record",
                    id="confirm-reason",
                )
            yield CachedStatic(id="confirm-message")
            with Horizontal(id="confirm-answers"):
                yield Field(id="yes")
                yield Field(id="no")

    def on_mount(self) -> None:
        """Fill in the answers, focusing neither of them."""
        super().on_mount()
        key = self._key
        back = next(
            (key_label(key) for key in self.console.keymap.keys_for(TakeBack)), "the outbox"
        )
        held = f"  (then {self._hold:.0f} s in which {back} takes it back)" if self._hold else ""
        self.query_one("#yes", Field).show((f" {key} ", "bold $accent"), ("Send", "bold"), held)
        self.query_one("#no", Field).show((" esc ", "bold $accent"), "Back to the text")
        fields = self.query(Input)
        for field in fields:
            field.cursor_blink = False
        if fields:
            fields.first().focus()
        else:
            self.query_one("#confirm-words").focus()
        self.call_after_refresh(self._fit)

    def on_resize(self) -> None:
        """Fit the new size, and count keys only once it was rendered again."""
        self._last_ns = None
        self.query_one("#confirm-cut").display = False
        self.call_after_refresh(self._fit)

    def _fit(self) -> None:
        """Give the scrolling parts the lines that the rest leaves."""
        words, facts = self.query_one("#confirm-words"), self.query_one("#confirm-facts")
        rest = sum(part.outer_size.height for part in self._fixed) + 4  # the frame, two gaps
        room = self.size.height - rest
        least = min(facts.virtual_size.height, max(_LEAST, room // 3))
        facts.styles.max_height = max(least, room - words.virtual_size.height, 1)
        words.styles.max_height = max(room - least, 1)
        self.call_after_refresh(self._rendered)

    def _rendered(self) -> None:
        """Note that the screen was rendered, and whether anything is cut off."""
        facts = self.query_one("#confirm-facts")
        facts.can_focus = facts.max_scroll_y > 0
        self.query_one("#confirm-cut").display = self._is_cut
        self._last_ns = self.desk.clock.monotonic_ns()

    @property
    def _fixed(self) -> list[Widget]:
        """The widgets that do not scroll."""
        parts = self.query("#confirm-where, #confirm Line, #confirm-message, #confirm-answers")
        return [part for part in parts if part.display]

    @property
    def _is_cut(self) -> bool:
        """Whether a part of what is confirmed cannot be read."""
        if self.size.width < _SMALLEST:
            return True
        scrolls = [self.query_one("#confirm-words"), self.query_one("#confirm-facts")]
        return any(
            scroll.region.height < min(_LEAST, scroll.virtual_size.height) for scroll in scrolls
        ) or any(not self.region.contains_region(part.region) for part in (*self._fixed, *scrolls))

    @property
    def _key(self) -> str:
        return next((key_label(key) for key in self.console.keymap.keys_for(Send)), "enter")

    def _where(self) -> Content:
        preview = self._preview
        return safe_content.lines(
            [
                safe_content.line(
                    ("Publish on ", ""),
                    (preview.page_name, "bold"),
                    "  ",
                    public_page.environment_badge(preview.environment),
                    "  emails ",
                    public_page.recipients(notify=preview.notify, subscribers=preview.subscribers),
                ),
                safe_content.line((f"page {preview.page}, {preview.host}", "$faint")),
            ]
        )

    def _words(self) -> Content:
        preview = self._preview
        status = styles.status(preview.status)
        return safe_content.lines(
            [
                safe_content.line((preview.title, "bold")),
                safe_content.line((status.label, f"bold {status.colour}")),
                public_page.render_body(preview.body),
            ]
        )

    def _facts(self) -> Content:
        preview = self._preview
        components = preview.components
        if len(components) <= _LISTED:
            rows = [
                safe_content.line(label("Components" if index == 0 else ""), *_change_parts(change))
                for index, change in enumerate(components)
            ] or [safe_content.line(label("Components"), ("none changed", "$faint"))]
        else:
            rows = [
                safe_content.line(label("Components"), f"{len(components):,}   "),
                safe_content.line(*public_page.component_changes(components)),
            ]
        if preview.left_below:
            count = len(preview.left_below)
            named = public_page.names(preview.left_below)
            rows.append(
                safe_content.line(
                    ("! ", "bold $waiting"),
                    f"Customers will still see {count} below operational: {named}.",
                )
            )
        rows += [
            safe_content.line(("✗ ", "bold $failed"), reason) for reason in preview.needs_reason
        ]
        others = [warning for warning in preview.warnings if warning not in preview.needs_reason]
        rows += [
            safe_content.line(("! ", "bold $waiting"), other) for other in (*others, *self._notices)
        ]
        return safe_content.lines(rows)

    def listing(self) -> Widget | None:
        """Return None: the scrolling parts have keys of their own."""
        return None

    # Answering

    def offers(self, act: type[Act]) -> bool:
        """Offer to send, too."""
        return act is Send or super().offers(act)

    def do_send(self) -> None:
        """Confirm, unless the key came too soon for anybody to have read this."""
        before, now = self._last_ns, self.desk.clock.monotonic_ns()
        if before is None:  # not rendered yet
            return
        self._last_ns = now
        if now - before < _PAUSE * 1e9:
            self._show_message(f"Not sent yet: read this first, then press {self._key} once more.")
        else:
            self._confirm()

    def _confirm(self) -> None:
        """Confirm, once everything that must be typed is typed."""
        if self._is_cut:
            return  # said on the screen already, as far as there is room
        preview = self._preview
        reason = self._typed("#confirm-reason")
        name = fold_case(self._typed("#confirm-name"))
        if preview.type_page_name and name != fold_case(preview.page_name.strip()):
            self._request(
                "#confirm-name",
                f"Nothing was sent: type {preview.page_name}, the page that this goes to.",
            )
        elif preview.needs_reason and not reason:
            self._request(
                "#confirm-reason",
                "Nothing was sent: give the reason why it must be sent as it is, or edit it.",
            )
        else:
            self.dismiss(reason)

    def _typed(self, selector: str) -> str:
        return "".join(result.value for result in self.query(selector).results(Input)).strip()

    def _request(self, selector: str, message: str) -> None:
        self.query_one(selector).focus()
        self._show_message(message)

    def _show_message(self, message: str) -> None:
        shown = self.query_one("#confirm-message", CachedStatic)
        shown.display = True
        shown.show(safe_content.line(("! ", "bold $waiting"), (message, "bold")))

    def do_back(self) -> None:
        """Close without confirming."""
        self.dismiss(None)

    def on_input_submitted(self) -> None:
        """Confirm after the last line was typed."""
        self._confirm()

    def on_field_pressed(self, event: Field.Pressed) -> None:
        """Take the answer that was clicked or entered."""
        if event.field.id == "yes":
            self._confirm()
        else:
            self.do_back()


def _change_parts(change: ComponentChange) -> list[safe_content.Part]:
    style = styles.level(change.status)
    if change.status is None:
        return [change.path, ("  unchanged", "$faint")]
    old = styles.level(change.was).label if change.was else ""
    before = f"  was {old}" if old and change.was != change.status else ""
    return [
        (f"{style.glyph} ", style.colour),
        change.path,
        "  ",
        (style.label, style.colour),
        (before, "$faint"),
    ]
