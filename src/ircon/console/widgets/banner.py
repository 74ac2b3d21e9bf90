"""The banner on top of a screen: current problems of the journal, of sending and of pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from textual.content import Content
from textual.widgets import Static

from ircon.console import safe_content
from ircon.errors import IrconError

if TYPE_CHECKING:
    from ircon.desk.delivery_thread import DeliveryThread
    from ircon.desk.desk import Desk

_NO_ANSWER: Final = " NO ANSWER "
_UNSAVED: Final = "NOT SAVED: "  # the journal's prefix for what no disk takes


class Trouble(NamedTuple):
    """Current problems, in sentences; empty when all is well.

    Attributes:
        journal: about the journal, the gravest first.
        sending: why nothing is being sent.
        unreachable: for each page that does not answer, since when and why.
        not_shown: why a part of the screen is not shown.
    """

    journal: tuple[str, ...] = ()
    sending: str = ""
    unreachable: tuple[str, ...] = ()
    not_shown: tuple[str, ...] = ()


def read_trouble(desk: Desk, delivery: DeliveryThread | None) -> Trouble:
    """Read the current problems; in a thread, for it reads the journal."""
    try:
        record = desk.records.trouble()
    except IrconError as error:  # the journal cannot be read at all
        record = [f"{error.message} {error.hint or ''}".strip()]
    trouble = delivery.trouble if delivery else None
    sending = f"{trouble.message} {trouble.hint or ''}".strip() if trouble else ""
    now, zone = desk.clock.now(), desk.zone
    unreachable = tuple(
        f"{page.since(zone, now)} ({page.page}): {page.error.message}".strip()
        for page in desk.reachability.unanswered()
        if page.error
    )
    return Trouble(tuple(record), "" if sending in record else sending, unreachable)


class Banner(Static):
    """The gravest problem of the journal in red, then those of sending, pages and the screen."""

    DEFAULT_CSS = """
    Banner { height: auto; max-height: 6; padding: 0 1; background: $panel; }
    """

    _trouble = Trouble()

    def show(self, trouble: Trouble) -> None:
        """Show these problems."""
        self._trouble = trouble
        self.update(_render(trouble, self.app.size.width - 3))

    def on_resize(self) -> None:
        """Cut the one-line rows for the new width."""
        self.show(self._trouble)


def _render(trouble: Trouble, width: int) -> Content:
    journal, sending, rows = trouble.journal, trouble.sending, []
    if journal:
        unsaved = journal[0].startswith(_UNSAVED)
        label, text = "NOT SAVED" if unsaved else "JOURNAL", journal[0].removeprefix(_UNSAVED)
        more = f" And {len(journal) - 1} more: run 'ircon doctor'." if journal[1:] else ""
        rows.append(
            safe_content.line(
                (f" {label} ", "bold $background on $failed"), (f" {text}", "bold"), more
            )
        )
    if sending:
        rows.append(
            safe_content.line(
                (" NOT SENDING ", "bold $background on $waiting"), (f" {sending}", "bold")
            )
        )
    rows += [  # one line each: it may stay for as long as the page is unreachable
        safe_content.line(
            (_NO_ANSWER, "bold $background on $waiting"),
            safe_content.clip(f" {reason}", width - len(_NO_ANSWER)),
        )
        for reason in trouble.unreachable
    ]
    rows += [
        safe_content.line((" NOT SHOWN ", "bold $background on $waiting"), (f" {reason}", "bold"))
        for reason in dict.fromkeys(trouble.not_shown)
        if reason not in (*journal, sending)
    ]
    return safe_content.lines(rows)
