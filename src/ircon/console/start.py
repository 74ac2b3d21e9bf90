"""Start of the console on a terminal that can show it."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from ircon.errors import Refused

if TYPE_CHECKING:
    from ircon.desk.desk import Desk


def run_console(desk: Desk, *, start: str | None = None) -> int:
    """Run the console on this terminal until it is quit.

    Args:
        desk: its journal and pages are used.
        start: the incident to open first.

    Returns:
        The exit code.

    Raises:
        Refused: this is not a terminal that can show it.
        ConfigError, JournalError: config.toml or the journal cannot be used.
    """
    check_terminal()
    if os.environ.get("NO_COLOR") == "":
        del os.environ["NO_COLOR"]  # the convention: only a value counts; Textual takes any
    for stale in ("COLUMNS", "LINES"):  # exported once; the terminal itself knows its size
        os.environ.pop(stale, None)
    mouse = desk.config.mouse  # read here: its error is a sentence in the shell, not a crash inside
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
    """Check that the console can be shown here.

    Raises:
        Refused: this is not a terminal that can show it.
    """
    streams = (sys.stdin, sys.stdout, sys.stderr)  # the app reads stdin and draws on stderr
    if os.environ.get("TERM", "dumb") == "dumb" or not all(stream.isatty() for stream in streams):
        raise Refused(
            "The console needs a terminal.",
            "Everything it does can be done on the command line: 'ircon --help'.",
        )
