"""Standard output and standard error: what is for people, what is for programs.

Everything for a terminal passes ``safe``: most of what is shown was written by
somebody else.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import Any, Final

from ircon.errors import IrconError
from ircon.incident.text import ingest_value, safe, strip_credentials

_COLUMNS: Final = 80  # of a terminal that does not say


def columns() -> int | None:
    """The cells of a line on the terminal that standard output is; None where it is none."""
    if not sys.stdout.isatty():
        return None
    told = os.environ.get("COLUMNS", "")
    if told.isascii() and told.isdecimal() and int(told):
        return int(told)
    try:
        return os.get_terminal_size(sys.stdout.fileno()).columns or _COLUMNS
    except OSError:
        return _COLUMNS


class Output:
    """Where a command's words go; with ``as_json``, only ``answer`` uses standard output."""

    def __init__(self, *, as_json: bool) -> None:
        self.as_json = as_json

    def line(self, text: str = "", *, hang: int | None = None) -> None:
        """What was asked for, for a person; as JSON, ``answer`` says it.

        On a terminal it is broken between words to fit; ``hang`` is how far its
        continuation is indented.
        """
        if not self.as_json:
            print(_fitted(safe(text), hang), flush=True)  # who waits for an id may be a program

    def table(self, rows: Sequence[Sequence[str]]) -> None:
        """Rows with their cells below each other; the last one's words are broken to fit."""
        if rows and not self.as_json:
            from ircon.writing.columns import aligned, width

            before = [max(map(width, column)) + 2 for column in list(zip(*rows, strict=True))[:-1]]
            for text in aligned(rows):
                self.line(text, hang=sum(before))

    def command(self, text: str) -> None:
        """A line with a command to be copied: never broken, lest its parts be run."""
        if not self.as_json:
            print(safe(text), flush=True)

    def aside(self, text: str) -> None:
        """What a person should know besides."""
        print(safe(strip_credentials(text)), file=sys.stderr)

    def answer(self, document: Any) -> None:
        """The one JSON document; nothing where JSON was not asked for."""
        if self.as_json:
            import json

            print(json.dumps(document, indent=2))

    def document(self, text: str) -> None:
        """A whole document: to the letter into a file or a pipe, made inert for a terminal."""
        if sys.stdout.isatty():
            sys.stdout.write(_fitted(safe(text)))
            return
        if reconfigure := getattr(sys.stdout, "reconfigure", None):
            reconfigure(encoding="utf-8")  # as it says of itself, whatever the locale
        sys.stdout.write(text)

    def fail(self, error: IrconError, code: int | None = None) -> None:
        """An error, to people and, where asked for, as JSON.

        Args:
            code: the exit code, if not the error's own.
        """
        self.aside(f"ircon: {error}")
        if self.as_json:
            said = error.document() | {"code": error.exit_code if code is None else code}
            said |= {one: strip_credentials(said[one]) for one in ("message", "hint") if said[one]}
            self.answer({"error": ingest_value(said)})


def _fitted(text: str, hang: int | None = None) -> str:
    """Broken between words to the terminal that standard output is; elsewhere as it is."""
    room = columns()
    if room is None or len(text) * 2 <= room:  # a cell may be two wide
        return text
    from ircon.writing.columns import wrapped

    return "\n".join(part for each in text.split("\n") for part in wrapped(each, room, hang))
