"""From a document to the reports in it.

``FORMATS`` is the table of shapes. A document says its own by its words; the
order of the rows is the order in which they are asked.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Final, NamedTuple

from ircon.errors import Unreadable, UsageError
from ircon.history import (
    pingoru,
    plain_prose,
    statuspage_atom,
    statuspage_home,
    statuspage_json,
    statuspage_text,
)
from ircon.history.document import Document, decode_document
from ircon.history.report import Report
from ircon.incident.components import Component

AUTO: Final = "auto"
RECORDING: Final = "recording"

_RECORDING_LINE: Final = re.compile(r"\s*(?:format\s*=\s*\d+|\[incident\]|\[\[event\]\])\s*")
_FIRST_LINES: Final = 40


class Shape(NamedTuple):
    """How one shape is recognised and read.

    ``read`` takes the page's components too, where they are known: text alone does
    not always tell a group from a name in parentheses.
    """

    sniff: Callable[[Document], bool]
    read: Callable[[Document, Sequence[Component]], list[Report]]


def _is_recording(document: Document) -> bool:
    first = [line for line in document.lines[:_FIRST_LINES] if len(line) < 80]
    return sum(bool(_RECORDING_LINE.fullmatch(line)) for line in first) >= 2


def _refuse_recording(_document: Document, _known: Sequence[Component]) -> list[Report]:
    raise Unreadable(
        "This is ircon's own recording, not somebody's report.",
        "Import it as it is: it brings its events along.",
        1,
    )


FORMATS: Final[Mapping[str, Shape]] = {
    RECORDING: Shape(_is_recording, _refuse_recording),
    statuspage_json.FORMAT: Shape(statuspage_json.sniff, statuspage_json.read),
    statuspage_atom.FORMAT: Shape(statuspage_atom.sniff, statuspage_atom.read),
    statuspage_text.FORMAT: Shape(statuspage_text.sniff, statuspage_text.read),
    pingoru.FORMAT: Shape(pingoru.sniff, pingoru.read),
    statuspage_home.FORMAT: Shape(statuspage_home.sniff, statuspage_home.read),
    plain_prose.FORMAT: Shape(plain_prose.sniff, plain_prose.read),
}


def is_recording(data: bytes) -> bool:
    """Whether a document is ircon's own recording, which the journal reads.

    Raises:
        Unreadable: it is no text, or too large.
    """
    return _is_recording(decode_document(data, ""))


def read_reports(
    data: bytes,
    name: str,
    format: str = AUTO,  # noqa: A002 - the command line's own word for it
    known: Sequence[Component] = (),
) -> list[Report]:
    """The reports in a document; a feed or a list gives several.

    Args:
        data: the document.
        name: its file name or address, kept as the source's name.
        format: a key of ``FORMATS``, or ``auto``.
        known: the page's components, where somebody knows them.

    Raises:
        UsageError: there is no such format.
        Unreadable: nothing of this shape is in it; says the line and what was
            expected there.
    """
    if format != AUTO and format not in FORMATS:
        raise UsageError(
            f"{format!r} is not a format.", f"Use one of: {', '.join((AUTO, *FORMATS))}."
        )
    document = _document(data, name)
    if format == AUTO:
        format = next((each for each, shape in FORMATS.items() if shape.sniff(document)), AUTO)  # noqa: A001 - as above
    if format == AUTO:
        raise Unreadable(
            plain_prose.refusal(document) or "This is no incident report that is known.",
            "Expected an incident's page, a feed, JSON, or a postmortem in words"
            " ('--format prose' takes any words for one).",
            1,
        )
    return FORMATS[format].read(document, known)


def _document(data: bytes, name: str) -> Document:
    document = decode_document(data, name)
    if not any(line.strip() for line in document.lines):
        raise Unreadable("The document is empty.", "Import a report with words in it.", 1)
    return document
