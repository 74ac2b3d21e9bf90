"""Parts that a screen is composed of: each does some of the screen's acts, in ``do_NAME``."""

from __future__ import annotations

from collections.abc import Callable

from textual.widget import Widget

from ircon.console.acts.act import Act


class ScreenPart:
    """Part of a screen that does some of its acts.

    A screen names the class in ``PARTS`` and puts the object into ``parts``; an act that
    the screen has no method for is done by the first part that has one.
    """

    def offers(self, act: type[Act]) -> bool:  # noqa: ARG002 - narrowed by subclasses
        """Return whether an act of this part can be done now."""
        return True


class ListMovement(ScreenPart):
    """Moves the cursor of a screen's list.

    Args:
        listing: returns the list that has the cursor, None where there is none.
    """

    def __init__(self, listing: Callable[[], Widget | None]) -> None:
        self._listing = listing

    def offers(self, act: type[Act]) -> bool:  # noqa: ARG002 - all of them need a list
        """Offer the moves only while there is a list."""
        return self._listing() is not None

    def _move(self, action: str) -> None:
        target = self._listing()
        if target is not None:
            getattr(target, action)()

    def do_down(self) -> None:
        """Move one row down."""
        self._move("action_cursor_down")

    def do_up(self) -> None:
        """Move one row up."""
        self._move("action_cursor_up")

    def do_page_down(self) -> None:
        """Move one page down."""
        self._move("action_page_down")

    def do_page_up(self) -> None:
        """Move one page up."""
        self._move("action_page_up")

    def do_first(self) -> None:
        """Move to the first row."""
        self._move("action_first")

    def do_last(self) -> None:
        """Move to the last row."""
        self._move("action_last")
