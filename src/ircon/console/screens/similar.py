"""Earlier incidents that were like one, and why they are thought to be."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widget import Widget
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from ircon.console import safe_content
from ircon.console.screens.dialogs import Dialog
from ircon.incident.similar import SimilarIncident


class EarlierScreen(Dialog[str | None]):
    """Lists them with the reasons; answers with the id of the one to open.

    Args:
        incident: whose earlier likes are looked for, when first shown.
    """

    CSS_PATH: ClassVar = ["dialogs.tcss"]

    def __init__(self, incident: str) -> None:
        super().__init__()
        self._incident = incident

    def compose(self) -> ComposeResult:
        """Title, list, keys."""
        with Vertical(id="dialog", classes="reading"):
            yield Static(
                safe_content.line(("Earlier incidents like this one", "bold")), id="dialog-title"
            )
            yield Static(
                safe_content.line(("Looking through the journal…", "$faint")), id="dialog-text"
            )
            yield OptionList()
            yield Static(
                safe_content.line(("enter opens it, esc goes back", "$faint")), id="dialog-keys"
            )

    def on_mount(self) -> None:
        """Look for them beside the keys."""
        self.listing().display = False
        self.read(
            lambda: self.desk.checking.similar(self.desk.records.incident(self._incident)),
            self._show,
            group="earlier",
        )

    def listing(self) -> Widget:
        """What was found."""
        return self.query_one(OptionList)

    def _show(self, found: list[SimilarIncident]) -> None:
        text = self.query_one("#dialog-text", Static)
        if not found:
            text.update(
                safe_content.block(
                    "None of this page shares its components, or enough words about the cause.\n"
                    "Notes and updates that name the cause make it easier to find one."
                )
            )
            return
        text.display = False
        listed = self.query_one(OptionList)
        listed.display = True
        listed.add_options([Option(_similar(one), id=one.incident) for one in found])
        listed.highlighted = 0
        self.set_focus(listed)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """That one."""
        self.dismiss(event.option.id)


def _similar(one: SimilarIncident) -> Content:
    rows = [safe_content.line((f"{one.incident}  ", "$faint"), (one.name, "bold"))]
    rows += [safe_content.line("  ", reason) for reason in one.reasons]
    return safe_content.lines([*rows, safe_content.line("")])
