"""Atom entries, each with its lines and offsets in the document.

Parsed with expat itself, which gives lines and offsets. A DTD is refused where it
begins, so no entity of the document's own is ever expanded.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, NoReturn
from xml.parsers import expat

from ircon.errors import Unreadable

_HINT: Final = "Expected a feed such as https://PAGE/history.atom."
_DEEPEST: Final = 64


@dataclass(slots=True)
class Entry:
    """An ``<entry>``; lines count from 1, offsets are in bytes of the document."""

    start: int
    line: int
    end: int = 0
    end_line: int = 0
    title: str = ""
    published: str = ""
    updated: str = ""
    link: str = ""
    content: str = ""
    content_line: int = 0


@dataclass(slots=True)
class Feed:
    """A feed's own title and author, and its entries."""

    data: bytes
    title: str = ""
    author: str = ""
    entries: list[Entry] = field(default_factory=list)

    def source(self, entry: Entry) -> str:
        """Return the entry's part of the document, verbatim."""
        return self.data[entry.start : entry.end].decode("utf-8", "replace")


def parse(text: str) -> Feed:
    """Parse a feed.

    Raises:
        Unreadable: it is not well-formed, is nested absurdly, or has a DTD.
    """
    feed = Feed(text.encode("utf-8", "replace"))
    parser = expat.ParserCreate("utf-8")
    parser.buffer_text = True
    _Handler(feed, parser)
    try:
        parser.Parse(feed.data, True)
    except expat.ExpatError as error:
        last = text.count("\n") + 1
        raise Unreadable(
            f"It is not well-formed XML: {expat.ErrorString(error.code)}.",
            _HINT,
            min(error.lineno, last),
        ) from error
    return feed


class _Handler:
    """Handlers for expat; ``_path`` holds the names of the open elements."""

    def __init__(self, feed: Feed, parser: expat.XMLParserType) -> None:
        self._feed = feed
        self._parser = parser
        self._path: list[str] = []
        self._text: list[str] = []
        parser.StartDoctypeDeclHandler = self._refuse
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text.append

    def _refuse(self, *_declared: object) -> NoReturn:
        raise self._unreadable("It has a DTD, which may hide anything.")

    def _unreadable(self, message: str) -> Unreadable:
        return Unreadable(message, _HINT, self._parser.CurrentLineNumber)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition(":")[2]
        self._path.append(local)
        if len(self._path) > _DEEPEST:
            raise self._unreadable(f"It is nested more than {_DEEPEST} deep.")
        self._text.clear()
        if self._path == ["feed", "entry"]:
            entry = Entry(self._parser.CurrentByteIndex, self._parser.CurrentLineNumber)
            self._feed.entries.append(entry)
        elif self._path == ["feed", "entry", "link"]:
            if attributes.get("rel", "alternate") == "alternate":
                self._feed.entries[-1].link = attributes.get("href", "")
        elif self._path == ["feed", "entry", "content"]:
            self._feed.entries[-1].content_line = self._parser.CurrentLineNumber

    def _end(self, _name: str) -> None:
        text = "".join(self._text)
        match self._path:
            case ["feed", "title"]:
                self._feed.title = text.strip()
            case ["feed", "author", "name"]:
                self._feed.author = text.strip()
            case ["feed", "entry", "title" | "published" | "updated" as field_name]:
                setattr(self._feed.entries[-1], field_name, text.strip())
            case ["feed", "entry", "content"]:
                self._feed.entries[-1].content = text
            case ["feed", "entry"]:
                entry = self._feed.entries[-1]
                end = self._parser.CurrentByteIndex
                entry.end = self._feed.data.find(b">", end) + 1 or len(self._feed.data)
                entry.end_line = self._parser.CurrentLineNumber
        self._path.pop()
        self._text.clear()
