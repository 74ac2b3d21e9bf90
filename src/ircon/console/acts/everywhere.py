"""What can be done wherever one is; letters only where no text field has the focus."""

from __future__ import annotations

from ircon.console.acts.act import Act


class Help(Act):
    """List the keys of where you are; type to search, enter to run."""

    id = "everywhere.help"
    name = "Help"
    label = "help"
    keys = ("?", "f1")


class Palette(Act):
    """Find every act by its name."""

    id = "everywhere.palette"
    name = "Command palette"
    keys = (":", "ctrl+p")


class Back(Act):
    """Go back to where you came from."""

    id = "everywhere.back"
    name = "Back"
    label = "back"
    keys = ("escape", "backspace")


class Quit(Act):
    """Leave the view; on the list of incidents, ircon: what is not public is asked about."""

    id = "everywhere.quit"
    name = "Quit"
    label = "quit"
    keys = ("q",)


class Down(Act):
    """One down in the list."""

    id = "everywhere.down"
    name = "Down"
    keys = ("j", "down")


class Up(Act):
    """One up in the list."""

    id = "everywhere.up"
    name = "Up"
    keys = ("k", "up")


class PageDown(Act):
    """One page down in the list."""

    id = "everywhere.page_down"
    name = "Page down"
    keys = ("pagedown", "ctrl+d")


class PageUp(Act):
    """One page up in the list."""

    id = "everywhere.page_up"
    name = "Page up"
    keys = ("pageup", "ctrl+u")


class First(Act):
    """To the first of the list."""

    id = "everywhere.first"
    name = "First"
    keys = ("g", "home")


class Last(Act):
    """To the last of the list."""

    id = "everywhere.last"
    name = "Last"
    keys = ("G", "end")


class Search(Act):
    """Search in what is shown, as you type."""

    id = "everywhere.search"
    name = "Search"
    label = "search"
    keys = ("/",)


class Copy(Act):
    """Copy what is selected; where nothing is, say how to leave."""

    id = "everywhere.copy"
    name = "Copy the selection"
    keys = ("ctrl+c",)


class Theme(Act):
    """Choose another theme, for this session."""

    id = "everywhere.theme"
    name = "Theme"


class Suspend(Act):
    """Put ircon into the background of the shell; 'fg' brings it back."""

    id = "everywhere.suspend"
    name = "Suspend"
    keys = ("ctrl+z",)


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
