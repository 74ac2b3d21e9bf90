"""Standard output and standard error: what is for people, what is for programs.

Everything for a terminal passes ``safe``: most of what is shown was written by
somebody else.
"""

from __future__ import annotations

import sys
from typing import Any

from ircon.errors import IrconError
from ircon.incident.text import safe


class Output:
    """Where a command's words go; with ``as_json``, only ``answer`` uses standard output."""

    def __init__(self, *, as_json: bool) -> None:
        self.as_json = as_json

    def line(self, text: str = "") -> None:
        """What was asked for, for a person; as JSON, ``answer`` says it."""
        if not self.as_json:
            print(safe(text), flush=True)  # who waits for an id may be a program

    def aside(self, text: str) -> None:
        """What a person should know besides."""
        print(safe(text), file=sys.stderr)

    def answer(self, document: Any) -> None:
        """The one JSON document; nothing where JSON was not asked for."""
        if self.as_json:
            import json

            print(json.dumps(document, indent=2))

    def document(self, text: str) -> None:
        """A whole document: to the letter into a file or a pipe, made inert for a terminal."""
        sys.stdout.write(safe(text) if sys.stdout.isatty() else text)

    def fail(self, error: IrconError) -> None:
        """An error, to people and, where asked for, as JSON."""
        self.aside(f"ircon: {error}")
        self.answer({"error": str(error)})
