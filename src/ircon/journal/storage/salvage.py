"""Salvage of a damaged journal file: every row whose checksum holds.

A file whose first bytes are gone is no database to SQLite any more ("SELECT ... NOT INDEXED"
cannot even begin), though all rows may still be there. So it is read page by page, and each
page for itself, after https://www.sqlite.org/fileformat2.html (section 1.6, b-tree pages; 2.1,
record format). Nothing depends on the rest of the file; whether a row is one, and whole, its
SHA-256 says. The same holds for the rollback journal beside it: what a commit was about to
replace is there.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, NamedTuple

from ircon.journal.identity import is_sound_alias
from ircon.journal.storage import rows

_LEAF: Final = 0x0D  # a page that holds rows of a table
_HEADER: Final = 100  # bytes before the first page's own
_MAGIC: Final = b"SQLite format 3\0"
_USUAL: Final = 4096  # bytes in a page, where the header does not say
_SECTOR: Final = 512  # the rollback journal's header, and where its pages begin

# Columns as schema.py lays them out. The first is the row's number, stored outside of it.
_EVENT: Final = ("seq", *rows.EVENT_COLUMNS, "sha")
_OPERATION: Final = (
    *("seq", "op", "incident", "page", "page_id", "kind", "payload", "payload_sha", "event"),
    *(*rows.MOVING, "sha"),
)
_ALIAS: Final = 4  # how many columns an alias has, its number included
_SEALED: Final = ("seq", "payload", *rows.OPERATION_COLUMNS, "sha")  # as rows.py reads them


@dataclass
class SoundRows:
    """Sound rows, as ``rows.read_event`` and ``rows.read_operation`` take them, by id.

    Of an operation that was found in several states, the latest counts. ``aliases`` has the
    short ids of incidents, by identity.
    """

    events: dict[str, rows.Row] = field(default_factory=dict)
    operations: dict[str, rows.Row] = field(default_factory=dict)
    aliases: dict[str, str] = field(default_factory=dict)

    def add_event(self, row: rows.Row) -> None:
        """Take an event's row if it is sound."""
        if rows.is_sound_event(row):
            self.events.setdefault(row[1], row)

    def add_operation(self, row: rows.Row) -> None:
        """Take an operation's row if it is sound and later than what is known."""
        if rows.is_sound_operation(row):
            known = self.operations.get(row[_SEALED.index("op")])
            moves = _SEALED.index("moves")
            if known is None or known[moves] < row[moves]:
                self.operations[row[_SEALED.index("op")]] = row

    def add_alias(self, row: rows.Row) -> None:
        """Take a row of ``identity.ALIASES`` if it is sound."""
        if is_sound_alias(row):
            self.aliases.setdefault(row[0], row[1])


def salvage(path: Path, found: SoundRows) -> None:
    """Add what a file, and the rollback journal beside it, still hold.

    Raises:
        OSError: it cannot be opened.
    """
    data = _Pages(_content(path))
    for number in range(data.count):
        _take(data, data.page(number), found, _HEADER if number == 0 else 0)
    journal = path.with_name(f"{path.name}-journal")
    with suppress(FileNotFoundError):
        for page in _journalled(journal.read_bytes(), data.size):
            _take(data, page, found, 0)


def _content(path: Path) -> bytes:
    """A file's bytes, with zeros for what the disk does not give back."""
    content = bytearray(path.stat().st_size)
    fd = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        for place in range(0, len(content), _USUAL):
            with suppress(OSError):
                piece = os.pread(fd, _USUAL, place)
                content[place : place + len(piece)] = piece
    finally:
        os.close(fd)
    return bytes(content)


class _Pages:
    """The pages of a file, whatever its header still says."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        said = int.from_bytes(content[16:18]) if content.startswith(_MAGIC) else _USUAL
        self.size = said if said >= _SECTOR and not said & (said - 1) else _USUAL
        # Some systems reserve bytes at a page's end; the header says how many.
        reserved = content[20] if content.startswith(_MAGIC) else 0
        self.usable = self.size - (reserved if reserved < self.size // 8 else 0)
        self.count = -(-len(content) // self.size)

    def page(self, number: int) -> bytes:
        """A page by its number from 0, with zeros for what the file no longer has."""
        start = number * self.size
        return self._content[start : start + self.size].ljust(self.size, b"\0")

    def overflow(self, first: int, length: int) -> bytes:
        """What of a row did not fit into its page, from the chain that begins at a page."""
        taken = bytearray()
        for _ in range(self.count):
            if length <= len(taken) or not 0 < first <= self.count:
                break
            page = self.page(first - 1)
            first = int.from_bytes(page[:4])
            taken += page[4 : self.usable]
        return bytes(taken[:length])


def _journalled(content: bytes, size: int) -> Iterator[bytes]:
    """The pages in a rollback journal: a number, the page as it was, a checksum, each."""
    step = size + 8
    for start in range(_SECTOR, len(content) - size, step):
        yield content[start + 4 : start + 4 + size]


def _take(data: _Pages, page: bytes, found: SoundRows, offset: int) -> None:
    """Add the sound rows of one page; any nonsense in it costs the row it is in."""
    if page[offset] != _LEAF:
        return
    count = int.from_bytes(page[offset + 3 : offset + 5])
    for cell in range(min(count, data.size // 4)):
        place = offset + 8 + 2 * cell
        with suppress(IndexError, ValueError, OverflowError):
            number, values = _record(data, page, int.from_bytes(page[place : place + 2]))
            if len(values) == _ALIAS:
                found.add_alias(tuple(values[1:]))
            if len(values) >= len(_EVENT):
                found.add_event((number, *values[1 : len(_EVENT)]))
            if len(values) >= len(_OPERATION):
                named = dict(zip(_OPERATION, (number, *values[1:]), strict=False))
                found.add_operation(tuple(named[column] for column in _SEALED))


def _record(data: _Pages, page: bytes, place: int) -> tuple[int, list[Any]]:
    """The row's number and values of the cell at a place in a page."""
    length, place = _varint(page, place)
    number, place = _varint(page, place)
    here = _local(length, data.usable)
    content = page[place : place + here]
    if here < length:
        first = int.from_bytes(page[place + here : place + here + 4])
        content += data.overflow(first, length - here)
    if len(content) < length:
        raise ValueError("a row that goes beyond the file")
    end, at = _varint(content, 0)
    body, values = end, []
    while at < end:
        kind, at = _varint(content, at)
        shape = _shape(kind)
        values.append(shape.read(content[body : body + shape.size]))
        body += shape.size
    return number, values


def _local(length: int, usable: int) -> int:
    """How many bytes of a row are in its own page (file format, 1.6)."""
    most, least = usable - 35, (usable - 12) * 32 // 255 - 23
    if length <= most:
        return length
    rest = least + (length - least) % (usable - 4)
    return rest if rest <= most else least


def _varint(content: bytes, place: int) -> tuple[int, int]:
    """A number of 1 to 9 bytes, and the place behind it."""
    value = 0
    for step in range(8):
        byte = content[place + step]
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            return value, place + step + 1
    value = value << 8 | content[place + 8]
    return value - (1 << 64) * (value >> 63), place + 9


class _Shape(NamedTuple):
    """How many bytes a value takes, and what they mean."""

    size: int
    read: Callable[[bytes], Any]


def _integer(content: bytes) -> int:
    return int.from_bytes(content, signed=True)


_FIXED: Final = {
    0: _Shape(0, lambda _: None),
    **{kind: _Shape(size, _integer) for kind, size in ((1, 1), (2, 2), (3, 3), (4, 4))},
    **{kind: _Shape(size, _integer) for kind, size in ((5, 6), (6, 8))},
    8: _Shape(0, lambda _: 0),
    9: _Shape(0, lambda _: 1),
}


def _shape(kind: int) -> _Shape:
    if kind in _FIXED:
        return _FIXED[kind]
    if kind < 12:
        raise ValueError("a value of no kind that the journal has")
    return _Shape((kind - 12) // 2, rows.decode if kind % 2 else bytes)
