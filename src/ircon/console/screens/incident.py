"""Being built."""

from textual.app import ComposeResult
from ircon.console.binding import bindings
from ircon.console.screens.base import IrconScreen
from ircon.console.widgets.footer import Footer


class IncidentScreen(IrconScreen[None]):
    """Being built."""

    SCOPE = "incident"
    BINDINGS = bindings(SCOPE)

    def __init__(self, incident: str = "") -> None:
        super().__init__()
        self.incident_id = incident

    def compose(self) -> ComposeResult:
        """Only a footer yet."""
        yield Footer()
