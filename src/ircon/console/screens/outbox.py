"""Outbox screen: updates that are not public yet, why, and the decisions they need."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import Container, VerticalScroll
from textual.widget import AwaitMount, Widget
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from ircon.console import safe_content
from ircon.console.acts.act import Act
from ircon.console.acts.outbox import DECISIONS
from ircon.console.key_bindings import bindings, key_label
from ircon.console.screens.base import IrconScreen
from ircon.console.screens.outbox_decisions import OutboxDecisions
from ircon.console.screens.send_flow import take_back
from ircon.console.widgets import outbox_item
from ircon.console.widgets.footer import Footer
from ircon.desk.drafts import OutboxItem, PageUpdate

_SECOND = 1.0
_DRAFTS = 8  # drafts that are listed; the rest is counted
_FEW = 2  # drafts listed above pending updates


class OutboxScreen(IrconScreen[None]):
    """Pending updates in the order they will be sent; beside them the chosen one in full."""

    SCOPE = "outbox"
    PARTS = (*IrconScreen.PARTS, OutboxDecisions)
    BINDINGS = bindings(SCOPE)
    CSS_PATH = "outbox.tcss"

    def __init__(self) -> None:
        super().__init__()
        self._items: list[OutboxItem] = []
        self._shown_page: Sequence[PageUpdate] = ()
        self._decisions = OutboxDecisions(self, current=self.current)
        self.parts = (*self.parts, self._decisions)

    def compose(self) -> ComposeResult:
        """Lay out title, drafts, list, and the chosen update with its choices."""
        yield Static(safe_content.line((" outbox ", "bold $background on $primary")), id="title")
        yield Static(id="nothing")
        with Container(id="body"):
            yield OptionList(id="waiting")
            with Container(id="chosen"):
                with VerticalScroll(id="words"):
                    yield Static(id="detail")
                yield Static(id="choices")
        yield Footer()

    def on_mount(self) -> None:
        """Read the outbox, and count down each second."""
        self.set_focus(self._list)
        self.refresh_data()
        self.set_interval(_SECOND, self._show_detail)

    @property
    def _list(self) -> OptionList:
        return self.query_one(OptionList)

    def listing(self) -> Widget:
        """Return the list of pending updates."""
        return self._list

    def refresh_data(self) -> None:
        """Read the pending updates, and the drafts that were not sent."""
        self.read(
            lambda: (self.desk.outbox.items(), self._drafts()),
            lambda outbox: self._show(*outbox),
            group="outbox",
        )

    def _show(self, items: list[OutboxItem], drafts: list[tuple[str, str]]) -> None:
        chosen = self.current()
        self._items = items
        self._list.clear_options()
        self._list.add_options([Option(outbox_item.row(item), id=item.operation) for item in items])
        places = [item.operation for item in items]
        if places:
            again = chosen.operation if chosen else ""
            self._list.highlighted = places.index(again) if again in places else 0
        self.query_one("#body").display = bool(items)
        self._show_unsent(drafts)
        self._read_page()
        self.show_footer()

    def _drafts(self) -> list[tuple[str, str]]:
        """Return texts that were typed and not sent, each with the reason."""
        refused = self.desk.refused_texts.all().values()
        typed = (
            str(update.content.get("body") or "") for update in self.desk.saved_drafts.updates()
        )
        return [
            *((f"refused: {text.why}", text.body) for text in refused),
            *(("draft in the composer, not sent", body) for body in typed),
        ]

    def _show_unsent(self, drafts: list[tuple[str, str]]) -> None:
        """Show the drafts above the pending updates; without either, say that all is public."""
        nothing = self.query_one("#nothing", Static)
        nothing.display = bool(drafts) or not self._items
        nothing.set_class(bool(self._items), "-above")
        if not drafts:
            nothing.update(
                safe_content.line(
                    ("Nothing is pending: ", "bold"), "everything that was sent is public."
                )
            )
            return
        listed = drafts[: _FEW if self._items else _DRAFTS]
        if self._items:
            rows = [
                safe_content.line(
                    ("Not sent: ", "bold"), safe_content.clip(body, 60), (f"  {reason}", "$waiting")
                )
                for reason, body in listed
            ]
        else:
            rows = [
                safe_content.line(
                    ("Nothing is pending, but this was not sent: ", "bold"), "the composer"
                ),
                safe_content.line(
                    "opens it, and 'ircon outbox' prints the command that sends each."
                ),
            ]
            for reason, body in listed:
                rows += [
                    safe_content.line(""),
                    safe_content.line(safe_content.clip(body, 200)),
                    safe_content.line((reason, "$waiting")),
                ]
        more = len(drafts) - len(listed)
        rows += [safe_content.line((f"and {more} more", "$faint"))] if more > 0 else []
        nothing.update(safe_content.lines(rows))

    def current(self) -> OutboxItem | None:
        """Return the chosen update."""
        index = self._list.highlighted
        return self._items[index] if index is not None and index < len(self._items) else None

    def _read_page(self) -> None:
        """Read what is on the page near the chosen update; delivery keeps it fresh meanwhile."""
        item = self.current()
        if item is None:
            return
        self.console.watched_incident = item.incident
        operation = (
            item.operation if len(item.choices) > 1 or outbox_item.is_duplicate(item) else None
        )
        self.read(
            lambda: self.desk.outbox.page_updates(operation) if operation else [],
            self._show_on_page,
            group="beside",
        )

    def _show_on_page(self, nearby: Sequence[PageUpdate]) -> None:
        self._shown_page = nearby
        self._show_detail()

    def _show_detail(self) -> None:
        item = self.current()
        if item is None or not self.is_current:
            return
        words = outbox_item.detail(item, self._shown_page, self.desk.zone, self.now())
        self.query_one("#detail", Static).update(words)
        offered = [
            (key_label(key) if (key := self.key_of(act)) else "–", act.name, act.help())
            for act in DECISIONS
            if self.can(act)
        ]
        choices = self.query_one("#choices", Static)
        choices.display = bool(offered)
        choices.update(outbox_item.choices(offered))

    # What can be done

    def offers(self, act: type[Act]) -> bool:
        """Offer what the state of the chosen update allows."""
        item = self.current()
        if item is None:
            return not act.id.startswith("outbox.")
        return act.id != "outbox.take_back" or item.state == "held"

    def on_option_list_option_highlighted(self) -> None:
        """Show another update, with its acts and what is on its page."""
        self._shown_page = ()
        self._read_page()
        self.show_footer()

    async def on_option_list_option_selected(self) -> None:
        """Decide about the update that was entered or clicked."""
        await self._decisions.do_decide()

    def do_open(self) -> AwaitMount | None:
        """Open the incident of the chosen update."""
        item = self.current()
        return self.console.open_incident(item.incident) if item else None

    def do_take_back(self) -> None:
        """Take back the chosen update while it is held, and compose it again."""
        item = self.current()
        if item is not None:
            take_back(self, item)
