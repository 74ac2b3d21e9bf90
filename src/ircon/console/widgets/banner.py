"""What is wrong with keeping the record or carrying it, on top of a screen until it is over."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from textual.content import Content
from textual.widgets import Static

from ircon.console import safe_content
from ircon.errors import IrconError

if TYPE_CHECKING:
    from ircon.desk.delivery_thread import DeliveryThread
    from ircon.desk.desk import Desk

_NO_NEWS: Final = " NO NEWS "
_UNSAVED: Final = "NOT SAVED: "  # how the journal begins what no disk takes


class Trouble(NamedTuple):
    """As read at one moment; empty on a good day.

    Attributes:
        record: sentences about the journal, the gravest first.
        carrying: why nothing is sent at the moment.
        unheard: of each page that cannot be asked for news, since when and why.
        unread: why something of the screen is not shown.
    """

    record: tuple[str, ...] = ()
    carrying: str = ""
    unheard: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()


def read_trouble(desk: Desk, delivery: DeliveryThread | None) -> Trouble:
    """What is wrong now."""
    try:
        record = desk.records.trouble()
    except IrconError as error:  # it cannot even be asked: that is the trouble
        record = [f"{error.message} {error.hint or ''}".strip()]
    found = delivery.trouble if delivery else None
    carrying = f"{found.message} {found.hint or ''}".strip() if found else ""
    now, zone = desk.clock.now(), desk.zone
    unheard = tuple(
        f"{one.since(zone, now)} ({one.page}): {one.error.message}".strip()
        for one in desk.reachability.unanswered()
        if one.error
    )
    return Trouble(tuple(record), "" if carrying in record else carrying, unheard)


class Banner(Static):
    """The gravest sentence about the record in red, then what is not sent, nor heard."""

    DEFAULT_CSS = """
    Banner { height: auto; max-height: 6; padding: 0 1; background: $panel; }
    """

    _trouble = Trouble()

    def show(self, trouble: Trouble) -> None:
        """Show it."""
        self._trouble = trouble
        self.update(_words(trouble, self.app.size.width - 3))

    def on_resize(self) -> None:
        """What has one line is cut anew."""
        self.show(self._trouble)


def _words(trouble: Trouble, width: int) -> Content:
    record, carrying, rows = trouble.record, trouble.carrying, []
    if record:
        unsaved = record[0].startswith(_UNSAVED)
        label, words = "NOT SAVED" if unsaved else "JOURNAL", record[0].removeprefix(_UNSAVED)
        more = f" And {len(record) - 1} more: 'ircon doctor' tells." if record[1:] else ""
        rows.append(
            safe_content.line(
                (f" {label} ", "bold $background on $failed"), (f" {words}", "bold"), more
            )
        )
    if carrying:
        rows.append(
            safe_content.line(
                (" NOT SENDING ", "bold $background on $waiting"), (f" {carrying}", "bold")
            )
        )
    rows += [  # for as long as a page is away: no more than its line
        safe_content.line(
            (_NO_NEWS, "bold $background on $waiting"),
            safe_content.clip(f" {why}", width - len(_NO_NEWS)),
        )
        for why in trouble.unheard
    ]
    rows += [
        safe_content.line((" NOT SHOWN ", "bold $background on $waiting"), (f" {why}", "bold"))
        for why in dict.fromkeys(trouble.unread)
        if why not in (*record, carrying)
    ]
    return safe_content.lines(rows)
