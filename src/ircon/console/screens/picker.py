"""Component picker: the components of an update, and the status that each gets."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import ClassVar, NamedTuple

from textual.app import ComposeResult
from textual.binding import Binding
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, Static

from ircon.config.load import PageConfig
from ircon.console import background, safe_content, styles, time_format
from ircon.console.acts.act import Act
from ircon.console.acts.everywhere import Down
from ircon.console.acts.picker import STATUSES, Done
from ircon.console.key_bindings import bindings, key_label
from ircon.console.picker_model import STATUS_KEYS, ComponentSelection
from ircon.console.safe_content import CachedStatic
from ircon.console.screens.base import IrconScreen
from ircon.console.widgets.component_tree import ComponentTree
from ircon.console.widgets.footer import Footer
from ircon.console.widgets.form_fields import Line
from ircon.errors import IrconError
from ircon.incident.components import Component, ComponentChange

Chosen = Mapping[str, str | None]


class _Copy(NamedTuple):
    components: list[Component]
    at: datetime | None


class Filter(Line, inherit_bindings=False):
    """Filter line; its ``enter`` belongs to the screen."""

    BINDINGS: ClassVar = [
        binding
        for binding in Input.BINDINGS
        if not (isinstance(binding, Binding) and binding.key == "enter")
    ]


class PickerScreen(IrconScreen[Chosen | None]):
    """Tree of a page's components; its result is the chosen statuses by id, or None.

    Args:
        page: the page of the components.
        chosen: what is chosen already.
        attached: the incident's components, with the status that customers see.
    """

    SCOPE = "picker"
    BINDINGS = bindings(SCOPE)
    CSS_PATH = "picker.tcss"

    def __init__(
        self, page: PageConfig, chosen: Chosen, attached: Sequence[ComponentChange]
    ) -> None:
        super().__init__()
        self._page = page
        self._selection = ComponentSelection((), chosen, attached)
        self._at: datetime | None = None
        self._refresh_state = "checking the page…"

    def compose(self) -> ComposeResult:
        """Lay out title, filter line, tree and footer."""
        yield CachedStatic(id="title")
        yield Filter(placeholder="type a few letters of a component or group", id="filter")
        yield ComponentTree(self._selection)
        yield Static(id="nothing")
        yield CachedStatic(id="hints")
        yield Footer()

    def on_mount(self) -> None:
        """Show the local copy, and refresh it from the page."""
        super().on_mount()
        field = self.query_one(Input)
        field.cursor_blink = False
        field.focus()
        self._show()
        self.read(self._copy, self._take, group="components")
        background.run(self, self._refresh, "page")

    @property
    def _tree(self) -> ComponentTree:
        return self.query_one(ComponentTree)

    def listing(self) -> Widget:
        """Return the tree."""
        return self._tree

    # Components of the page

    def _copy(self) -> _Copy:
        catalogue = self.desk.page_data
        return _Copy(catalogue.components(self._page.name), catalogue.fetched_at(self._page.name))

    async def _refresh(self) -> None:
        try:
            await asyncio.to_thread(self.desk.page_data.refresh, self._page.name)
        except IrconError:
            self._refresh_state = "the page cannot be reached"
            if self.is_whole:
                self._show()
        else:
            self._refresh_state = ""
            self.read(self._copy, self._take, group="components")

    def _take(self, copy: _Copy) -> None:
        row = self._tree.current()
        self._at = copy.at
        self._selection.set_components(copy.components)
        if row in self._selection.rows:
            self._tree.chosen = self._selection.rows.index(row)
        self._show()

    def _show(self) -> None:
        self.query_one("#title", CachedStatic).show(self._title())
        self._tree.rebuild()
        empty = not self._selection.rows
        self._tree.display = not empty
        nothing = self.query_one("#nothing", Static)
        nothing.display = empty
        nothing.update(safe_content.line((self._empty_text(), "$faint")))
        self.show_footer()

    def show_footer(self) -> None:
        """Show the footer, and the keys of the statuses."""
        super().show_footer()
        self.query_one("#hints", CachedStatic).show(self._hints())

    def _empty_text(self) -> str:
        if self._selection.components:
            return "No component matches. Delete letters to see more."
        if self._refresh_state:
            return f"No components known yet: {self._refresh_state}"
        return "The page has no components."

    def _title(self) -> Content:
        selection = self._selection
        count = f"{len(selection.chosen):,} of {len(selection.components):,} chosen"
        age = f"as of {time_format.date_and_time(self._at, self.desk.zone)}" if self._at else ""
        state = ", ".join(text for text in (age, self._refresh_state) if text)
        return safe_content.line(
            (" COMPONENTS ", "bold $background on $public"),
            *("  ", (self._page.title, "bold"), "   ", count),
            (f"   {state}", "$waiting" if self._refresh_state else "$faint"),
        )

    def _hints(self) -> Content:
        """Return the keys of the statuses, in the order of their severity."""
        narrow = self.has_class("-narrow")
        gap = " " if narrow and self._filters else "   "
        where = "tree: " if narrow else "in the tree:  "
        parts: list[safe_content.Part] = [(where, "$faint")] if self._filters else []
        for act, status in zip(STATUSES, STATUS_KEYS, strict=True):
            keys = self.console.keymap.keys_for(act)
            style = styles.level(status)
            word = style.label.split()[0] if narrow else style.label
            if keys:
                parts += [(keys[0], "bold $accent"), " ", (f"{style.glyph} {word}", style.colour)]
                parts.append(gap)
        return safe_content.line(*parts[:-1])

    # The filter line

    def on_input_changed(self, event: Input.Changed) -> None:
        """Narrow the tree; the cursor goes to the best match."""
        best = self._selection.filter(event.value)
        self._show()
        self._tree.chosen = best

    def do_down(self) -> None:
        """Go from the filter line to the tree; in the tree, one row down."""
        if self._filters:
            self._enter_tree()
        else:
            self._tree.action_cursor_down()

    def _enter_tree(self) -> None:
        field = self.query_one(Filter)
        best = self._selection.filter(
            field.value
        )  # the change of the last letters may not have arrived
        self._tree.rebuild()
        if self._selection.rows:
            self._tree.chosen = best
            self.set_focus(self._tree)

    def do_search(self) -> None:
        """Go to the filter line."""
        self.set_focus(self.query_one(Filter))

    @property
    def _filters(self) -> bool:
        """Whether the filter line has the focus."""
        return isinstance(self.focused, Filter)

    # Choosing

    def offers(self, act: type[Act]) -> bool:
        """Offer the acts of the tree while it has the focus: the filter line takes letters."""
        return act is Done or not (act.scope() == self.SCOPE and self._filters)

    def footer_offers(self) -> list[tuple[str, str, str]]:
        """Return the footer's acts; on the filter line, ``enter`` goes to the tree."""
        offers = super().footer_offers()
        if not self._filters:
            return offers
        down = self.key_of(Down)
        return [
            (act_id, f"{key} or {key_label(down)}" if down else key, "to the tree")
            if act_id == Done.id
            else (act_id, key, label)
            for act_id, key, label in offers
        ]

    def do_back(self) -> None:
        """Close, and change nothing."""
        self.dismiss(None)

    def do_done(self) -> None:
        """Answer with what is chosen; from the filter line, go to the tree."""
        if self._filters:
            self._enter_tree()
            return
        self.dismiss(dict(self._selection.chosen))

    def do_toggle(self) -> None:
        """Choose the row with the cursor, or leave it out."""
        row = self._tree.current()
        if row:
            self._selection.toggle(row)
            self._show()

    def on_virtual_list_opened(self) -> None:
        """Choose the row of a double click."""
        self.do_toggle()

    def do_all(self) -> None:
        """Choose all rows that are shown, or leave them out."""
        self._selection.toggle_shown()
        self._show()

    def _set_status(self, status: str) -> None:
        row = self._tree.current()
        if row:
            self._selection.set_status(status, row)
            self._show()

    def do_operational(self) -> None:
        """Set the status to operational."""
        self._set_status("operational")

    def do_degraded(self) -> None:
        """Set the status to degraded performance."""
        self._set_status("degraded_performance")

    def do_partial(self) -> None:
        """Set the status to partial outage."""
        self._set_status("partial_outage")

    def do_major(self) -> None:
        """Set the status to major outage."""
        self._set_status("major_outage")

    def do_maintenance(self) -> None:
        """Set the status to under maintenance."""
        self._set_status("under_maintenance")
