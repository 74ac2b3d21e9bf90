"""Where in a TOML text a key stands. tomllib does not say, and an error should."""

from __future__ import annotations

import re


def line_of(text: str, table: tuple[str, ...], key: str | None) -> int:
    """The line of a key in a table, else of the table, else the first; from 1.

    It goes by the look of the lines, so what stands inside a text of several
    lines may mislead it: good enough for an editor to jump to.
    """
    here: tuple[str, ...] = ()
    found: int | None = None
    for number, line in enumerate(text.splitlines(), start=1):
        header = re.match(r"\s*\[\[?(.+?)\]", line)
        assignment = re.match(r"\s*([\w.\"'\s-]+?)\s*=", line)
        if header:
            path = here = _dotted(header[1])
        elif assignment:
            path = (*here, *_dotted(assignment[1]))
        else:
            continue
        if key is not None and path[: len(table) + 1] == (*table, key):
            return number
        if table and path[: len(table)] == table and found is None:
            found = number
    return found or 1


def _dotted(key: str) -> tuple[str, ...]:
    return tuple(part.strip().strip("\"'") for part in key.split("."))
