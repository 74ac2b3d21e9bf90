"""Acts of every screen and of the dialogs; letters work only while no text field has the focus."""

from __future__ import annotations

from ircon.console.acts.act import Act


class Help(Act):
    """List the keys of this screen; type to search, enter to run."""

    id = "everywhere.help"
    name = "Help"
    label = "help"
    keys = ("?", "f1")


class Palette(Act):
    """Find any act by its name."""

    id = "everywhere.palette"
    name = "Command palette"
    keys = (":", "ctrl+p")


class Back(Act):
    """Go back to the screen before."""

    id = "everywhere.back"
    name = "Back"
    label = "back"
    keys = ("escape", "backspace")


class Quit(Act):
    """Leave the screen; on the list of incidents, quit ircon, asking about unpublished updates."""

    id = "everywhere.quit"
    name = "Quit"
    label = "quit"
    keys = ("q",)


class Down(Act):
    """Move down in the list."""

    id = "everywhere.down"
    name = "Down"
    keys = ("j", "down")


class Up(Act):
    """Move up in the list."""

    id = "everywhere.up"
    name = "Up"
    keys = ("k", "up")


class PageDown(Act):
    """Move down a page in the list."""

    id = "everywhere.page_down"
    name = "Page down"
    keys = ("pagedown", "ctrl+d")


class PageUp(Act):
    """Move up a page in the list."""

    id = "everywhere.page_up"
    name = "Page up"
    keys = ("pageup", "ctrl+u")


class First(Act):
    """Move to the first row of the list."""

    id = "everywhere.first"
    name = "First"
    keys = ("g", "home")


class Last(Act):
    """Move to the last row of the list."""

    id = "everywhere.last"
    name = "Last"
    keys = ("G", "end")


class Search(Act):
    """Filter the list as you type."""

    id = "everywhere.search"
    name = "Search"
    label = "search"
    keys = ("/",)


class Copy(Act):
    """Copy the selected text; without a selection, say how to quit."""

    id = "everywhere.copy"
    name = "Copy the selection"
    keys = ("ctrl+c",)


class Theme(Act):
    """Choose a theme for this session."""

    id = "everywhere.theme"
    name = "Theme"


class Suspend(Act):
    """Suspend ircon to the shell; 'fg' brings it back."""

    id = "everywhere.suspend"
    name = "Suspend"
    keys = ("ctrl+z",)


class Send(Act):
    """Confirm: this text is sent to this page."""

    id = "confirm.send"
    name = "Send"
    label = "send"
    keys = ("f10", "ctrl+enter")


class Accept(Act):
    """Accept what was entered."""

    id = "dialog.accept"
    name = "Accept"
    label = "accept"
    keys = ("f10", "ctrl+enter")


ACTS = (
    Help,
    Palette,
    Back,
    Quit,
    Down,
    Up,
    PageDown,
    PageUp,
    First,
    Last,
    Search,
    Copy,
    Theme,
    Suspend,
)
CONFIRM_ACTS = (Send,)
DIALOG_ACTS = (Accept,)
