"""Documents: bytes of unknown origin, decoded into numbered lines of text.

Byte order marks, Windows and old Mac line ends, NUL bytes, a wrong encoding and
a character cut in half are tolerated, each with a warning.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from ircon.errors import Unreadable

MAX_BYTES: Final = 10 * 1024 * 1024
MAX_WARNINGS: Final = 200

_LINE_END: Final = re.compile(r"\r\n|\r|\n")
_UTF16: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_BOM: Final = "\ufeff"
_NOT_ASCII: Final = re.compile(r"[^\x00-\x7f]")


@dataclass(frozen=True, slots=True)
class Document:
    """A document as text.

    Attributes:
        name: its file name or address.
        text: verbatim.
        lines: the text without line ends, byte order mark and NUL bytes.
        warnings: what was wrong with the bytes, ``line 3: ...``.
    """

    name: str
    text: str
    lines: tuple[str, ...]
    warnings: tuple[str, ...] = ()

    def parts(self, bounds: Sequence[tuple[int, int]]) -> list[str]:
        """Return the text of ranges of lines, verbatim; first and last count from 1."""
        starts = [0, *(match.end() for match in _LINE_END.finditer(self.text)), len(self.text)]
        return [self.text[starts[first - 1] : starts[last]] for first, last in bounds]

    @property
    def bare(self) -> str:
        """The text without its byte order mark."""
        return self.text.removeprefix(_BOM)


class Warnings:
    """Warnings about a document, in reading order, each with its line."""

    def __init__(self, warnings: Iterable[str] = ()) -> None:
        self._listed = list(warnings)
        self._once: set[str] = set()
        self._left_out = 0

    def add(self, line: int, warning: str) -> None:
        """Add a warning about a line; past ``MAX_WARNINGS`` it is only counted."""
        if len(self._listed) < MAX_WARNINGS:
            self._listed.append(f"line {line}: {warning}")
        else:
            self._left_out += 1

    def add_once(self, line: int, warning: str) -> None:
        """Add a warning that holds for the whole document, at its first line only."""
        if warning not in self._once:
            self._once.add(warning)
            self.add(line, warning)

    def all(self) -> tuple[str, ...]:
        """Return all warnings, and the number of those left out."""
        more = (f"and {self._left_out} more",) if self._left_out else ()
        return (*self._listed, *more)


def decode_document(data: bytes, name: str) -> Document:
    """Decode bytes as text.

    Raises:
        Unreadable: it is larger than ``MAX_BYTES``, or not text.
    """
    if len(data) > MAX_BYTES:
        raise Unreadable(
            f"The document is larger than {MAX_BYTES // 1024 // 1024} MB.",
            "Import the part that is about the incident.",
            1,
        )
    text, line, fault = _decoded(data)
    warnings = Warnings()
    if fault:
        warnings.add(line, fault)
    raw_lines = _LINE_END.split(text)
    raw_lines[0] = raw_lines[0].removeprefix(_BOM)
    with_nul = [number for number, line in enumerate(raw_lines, 1) if "\0" in line]
    if with_nul:
        nuls = text.count("\0")
        # A crash leaves a tail of them; among the text they mean a binary file.
        if text.strip("\0").count("\0") * 20 > len(text):
            raise Unreadable("This is not text.", "Save the report as UTF-8 text.", with_nul[0])
        warnings.add(with_nul[0], f"{nuls} NUL bytes are left out of what is shown")
    lines = tuple(line.replace("\0", "") for line in raw_lines)
    return Document(name, text, lines, warnings.all())


def _decoded(data: bytes) -> tuple[str, int, str]:
    """Return the text, the line of its first fault, and the fault; empty without one."""
    if data.startswith(_UTF16):
        return data.decode("utf-16", "replace"), 1, ""
    try:
        return data.decode("utf-8"), 1, ""
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        if error.reason == "unexpected end of data":
            return (
                data.decode("utf-8", "replace"),
                line,
                "the document is cut off in the middle of a character",
            )
    text = data.decode("utf-8", "replace")
    damaged = text.count("\ufffd")
    if damaged * 2 <= len(_NOT_ASCII.findall(text)):
        return text, line, f"{damaged} characters are damaged"
    text = data.decode("cp1252", "replace")
    return text, line, "this is not UTF-8; it is read as Windows-1252"


def trim_blank_lines(lines: Sequence[str], start: int, end: int) -> tuple[str, int]:
    """Join lines ``start`` to ``end`` (0-based, half open) without the blank ones around them.

    Returns:
        The text, and the 1-based line at which it begins (``start`` + 1 where it is empty).
    """
    first, last = start, end
    while first < last and not lines[first].strip():
        first += 1
    while last > first and not lines[last - 1].strip():
        last -= 1
    if first == last:
        return "", start + 1
    return "\n".join(lines[first:last]).rstrip(), first + 1
