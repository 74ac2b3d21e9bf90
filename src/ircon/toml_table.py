"""Strict reader of TOML that people write: config.toml, themes, templates.

Whatever is wrong names the file and the line, since tomllib says neither where a key stands nor
what an editor left behind; and each caller's own error is raised.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable
from typing import Any, Final, NamedTuple

from ircon.errors import IrconError

# What editors, word processors and merges leave behind in a line that is not TOML.
_ARTEFACTS: Final = (
    (r"^(<{7}|={7}|>{7})", "A merge left its marks there: keep one side, take the marks out."),
    ("[‘’“”„«»]", 'Typographic quotes are no quotes in TOML: type " instead.'),
    (
        "[\u00a0\u00ad\u2000-\u200f\u2028\u2029\u202f\u2060\u3000\ufeff]",
        "The line holds a character that cannot be seen, as copies from web pages do: retype it.",
    ),
    (r"\r(?!$)", "Its lines end as on old Macs: save it with line ends of Unix (LF)."),
)


class TomlDocument(NamedTuple):
    """A TOML document: its values, and the text that they were read from."""

    source: str
    text: str
    values: dict[str, Any]

    def location(self, table: tuple[str, ...] = (), key: str | None = None) -> str:
        """``FILE:LINE`` of a key in a table, else of the table, else of the first line."""
        return f"{self.source}:{line_of(self.text, table, key)}"


def parse_toml(raw: bytes | str, source: str, error: type[IrconError]) -> TomlDocument:
    """Parse one document, however an editor saved it; a byte order mark says nothing.

    Args:
        raw: what is in the file.
        source: the file's name, which begins each message.
        error: what is raised.

    Raises:
        error: it is not UTF-8, not a text or not TOML; says in which line, and what helps.
    """
    import tomllib  # 14 ms that 'ircon note' must not pay without a config.toml

    text = raw if isinstance(raw, str) else _decode(raw, source, error)
    try:
        values = tomllib.loads(text)
    except (ValueError, RecursionError) as problem:  # ValueError: a number of 5,000 digits, too
        match = re.search(r"line (\d+)", str(problem))
        number = int(match[1]) if match else text.count("\n") + 1
        line = text.split("\n")[number - 1]
        hints = (hint for pattern, hint in _ARTEFACTS if re.search(pattern, line))
        raise error(
            f"{source}:{number}: not TOML: {problem}.", next(hints, "https://toml.io/en/v1.0.0")
        ) from problem
    return TomlDocument(source, text, values)


def suggest(word: str, allowed: Iterable[str]) -> str:
    """Return ``Did you mean 'url'? `` where an allowed word is close, else nothing."""
    import difflib  # only for an error

    close = difflib.get_close_matches(word, list(allowed), n=1)
    return f"Did you mean {close[0]!r}? " if close else ""


def _decode(raw: bytes, source: str, error: type[IrconError]) -> str:
    """Return the file as text.

    Raises:
        error: it is not UTF-8, or not a text.
    """
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or raw[1:2] == b"\0":
        raise error(f"{source}:1: saved as UTF-16, and TOML is UTF-8.", "Save it as UTF-8.")
    body = raw.removeprefix(codecs.BOM_UTF8)
    try:
        text = body.decode()
    except UnicodeDecodeError as problem:
        number = body[: problem.start].count(b"\n") + 1
        raise error(
            f"{source}:{number}: not UTF-8 (byte {body[problem.start]:#04x}).",
            "Save it as UTF-8, not as Latin-1 or a code page.",
        ) from problem
    if "\0" in text:
        number = text[: text.index("\0")].count("\n") + 1
        raise error(
            f"{source}:{number}: contains a NUL byte, as half-written files do.",
            "Remove it, or restore the file.",
        )
    return text


def line_of(text: str, table: tuple[str, ...], key: str | None) -> int:
    """Return the line of a key in a table, else of the table, else the first; from 1.

    It goes by the look of the lines, so a text of several lines may mislead it: good enough
    for an editor to jump to.
    """
    current: tuple[str, ...] = ()
    first: int | None = None
    for number, line in enumerate(text.splitlines(), start=1):
        header = re.match(r"\s*\[\[?(.+?)\]", line)
        assignment = re.match(r"\s*([\w.\"'\s-]+?)\s*=", line)
        if header:
            path = current = _dotted(header[1])
        elif assignment:
            path = (*current, *_dotted(assignment[1]))
        else:
            continue
        if key is not None and path[: len(table) + 1] == (*table, key):
            return number
        if table and path[: len(table)] == table and first is None:
            first = number
    return first or 1


def _dotted(key: str) -> tuple[str, ...]:
    return tuple(part.strip().strip("\"'") for part in key.split("."))
