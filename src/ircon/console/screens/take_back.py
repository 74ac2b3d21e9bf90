"""Taking back what is still held: nothing was sent, and its words are composed again."""

from __future__ import annotations

from ircon.console.screens.base import IrconScreen
from ircon.desk.drafts import POSTMORTEM, OutboxItem


class TakingBack(IrconScreen[None]):
    """A screen on which the newest or the chosen post can be taken back."""

    def take_back(self, item: OutboxItem) -> None:
        """Stop it, if it is still held, and open its words."""

        def compose_again(_: object) -> None:
            self.console.show_message("Taken back. Nothing was sent; the words are here.")
            self.refresh_data()
            if item.kind == POSTMORTEM:
                self.console.open_postmortem(item.incident)
            else:
                self.console.open_composer(item.incident)

        self.ask(
            lambda: self.desk.holds.take_back(item.operation),
            compose_again,
            group="take back",
        )
