"""Starting the console, or saying why not."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from ircon.errors import Refused

if TYPE_CHECKING:
    from ircon.desk.desk import Desk


def run_console(desk: Desk, *, start: str | None = None) -> int:
    """Open the console on this terminal until the person leaves.

    Args:
        desk: whose journal and pages.
        start: the incident to open first.

    Returns:
        The exit code.

    Raises:
        Refused: this is no terminal that can show it.
        ConfigError, JournalError: config.toml or the journal cannot be used.
    """
    check_terminal()
    if os.environ.get("NO_COLOR") == "":
        del os.environ["NO_COLOR"]  # the convention: only a value counts; Textual takes any
    for stale in ("COLUMNS", "LINES"):  # exported once; the terminal itself knows its size
        os.environ.pop(stale, None)
    mouse = desk.config.mouse  # what is wrong with it is a sentence here, not a crash inside
    desk.keep_open()
    from ircon.console.app import IrconApp
    from ircon.console.keyboard import Keyboard
    from ircon.console.process_guard import Guard

    app = IrconApp(desk, start=start, keyboard=Keyboard)
    guard = Guard(app.request_exit, app.save_and_stop)
    guard.start()
    try:
        app.run(mouse=mouse)
    finally:
        app.save_and_stop()
        guard.stop()
    return app.return_code or 0


def check_terminal() -> None:
    """The console is for a person at a terminal.

    Raises:
        Refused: this is no terminal that can show it.
    """
    streams = (sys.stdin, sys.stdout, sys.stderr)  # it reads the first and draws on the last
    if os.environ.get("TERM", "dumb") == "dumb" or not all(stream.isatty() for stream in streams):
        raise Refused(
            "The console needs a terminal.",
            "Everything it does can be said on the command line: 'ircon --help'.",
        )
