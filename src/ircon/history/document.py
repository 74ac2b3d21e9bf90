"""Bytes of unknown origin as numbered lines of text.

Byte order marks, Windows and old Mac line ends, NUL bytes, a wrong encoding and
a character cut in half are survived and said.
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
        text: to the letter.
        lines: the same without line ends, byte order mark and NUL bytes.
        warnings: what had to be put up with, ``line 3: ...``.
    """

    name: str
    text: str
    lines: tuple[str, ...]
    warnings: tuple[str, ...] = ()

    def parts(self, bounds: Sequence[tuple[int, int]]) -> list[str]:
        """The text of some lines, to the letter: first and last, counted from 1."""
        starts = [0, *(found.end() for found in _LINE_END.finditer(self.text)), len(self.text)]
        return [self.text[starts[first - 1] : starts[last]] for first, last in bounds]

    @property
    def bare(self) -> str:
        """The text without its byte order mark."""
        return self.text.removeprefix(_BOM)


class Warnings:
    """What could not be read surely, in the order it was met, each with its line."""

    def __init__(self, said: Iterable[str] = ()) -> None:
        self._said = list(said)
        self._doubts: set[str] = set()
        self._unsaid = 0

    def add(self, line: int, what: str) -> None:
        """Say something about a line; past ``MAX_WARNINGS`` it is only counted."""
        if len(self._said) < MAX_WARNINGS:
            self._said.append(f"line {line}: {what}")
        else:
            self._unsaid += 1

    def add_once(self, line: int, what: str) -> None:
        """Say something that holds for the whole document, where it is first met."""
        if what not in self._doubts:
            self._doubts.add(what)
            self.add(line, what)

    def all(self) -> tuple[str, ...]:
        """All that was said."""
        more = (f"and {self._unsaid} more",) if self._unsaid else ()
        return (*self._said, *more)


def decode_document(data: bytes, name: str) -> Document:
    """Read bytes as text.

    Raises:
        Unreadable: it is larger than ``MAX_BYTES``, or no text at all.
    """
    if len(data) > MAX_BYTES:
        raise Unreadable(
            f"The document is larger than {MAX_BYTES // 1024 // 1024} MB.",
            "Import the part that is about the incident.",
            1,
        )
    text, line, said = _decoded(data)
    warnings = Warnings()
    if said:
        warnings.add(line, said)
    raw_lines = _LINE_END.split(text)
    raw_lines[0] = raw_lines[0].removeprefix(_BOM)
    with_nul = [number for number, line in enumerate(raw_lines, 1) if "\0" in line]
    if with_nul:
        nuls = text.count("\0")
        # A tail of them is what a crash leaves; strewn among the text they are a program's.
        if text.strip("\0").count("\0") * 20 > len(text):
            raise Unreadable("This is not text.", "Save the report as UTF-8 text.", with_nul[0])
        warnings.add(with_nul[0], f"{nuls} NUL bytes are left out of what is shown")
    lines = tuple(line.replace("\0", "") for line in raw_lines)
    return Document(name, text, lines, warnings.all())


def _decoded(data: bytes) -> tuple[str, int, str]:
    """The text, and what is wrong with it from which line on."""
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
    """Lines ``start`` to ``end`` (0-based, half open) without blank ones around them.

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
