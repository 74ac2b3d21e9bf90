"""Similar incidents: a list of earlier ones, each with the reasons for the match."""

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
from ircon.incident.state import SimilarIncident


class SimilarScreen(Dialog[str | None]):
    """Earlier incidents similar to one; its result is the id of the one to open, or None.

    Args:
        incident: id of the incident that they are compared with.
    """

    CSS_PATH: ClassVar = ["dialogs.tcss"]

    def __init__(self, incident: str) -> None:
        super().__init__()
        self._incident = incident

    def compose(self) -> ComposeResult:
        """Lay out title, list and keys."""
        with Vertical(id="dialog", classes="reading"):
            yield Static(safe_content.line(("Similar incidents", "bold")), id="dialog-title")
            yield Static(safe_content.line(("Searching the journal…", "$faint")), id="dialog-text")
            yield OptionList()
            yield Static(
                safe_content.line(("enter opens, esc goes back", "$faint")), id="dialog-keys"
            )

    def on_mount(self) -> None:
        """Search for them; the keys work meanwhile."""
        self.listing().display = False
        self.read(
            lambda: self.desk.checking.similar(self.desk.records.incident(self._incident)),
            self._show,
            group="similar",
        )

    def listing(self) -> Widget:
        """Return the list of similar incidents."""
        return self.query_one(OptionList)

    def _show(self, similar: list[SimilarIncident]) -> None:
        text = self.query_one("#dialog-text", Static)
        if not similar:
            text.update(
                safe_content.block(
                    "No incident of this page shares components, or enough words about the cause.\n"
                    "Notes and updates that name the cause make similar incidents easier to find."
                )
            )
            return
        text.display = False
        listed = self.query_one(OptionList)
        listed.display = True
        listed.add_options(
            [Option(_option_text(incident), id=incident.incident) for incident in similar]
        )
        listed.highlighted = 0
        self.set_focus(listed)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Answer with the selected incident."""
        self.dismiss(event.option.id)


def _option_text(incident: SimilarIncident) -> Content:
    rows = [safe_content.line((f"{incident.incident}  ", "$faint"), (incident.name, "bold"))]
    rows += [safe_content.line("  ", reason) for reason in incident.reasons]
    return safe_content.lines([*rows, safe_content.line("")])
