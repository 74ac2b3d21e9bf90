"""The table of shapes, and the reading of a document by the one it has.

``FORMATS`` holds the shapes in the order in which a document is held against them;
each is a module of this room that ends with its ``SHAPE``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Final

from ircon.errors import NoReport, Unreadable, UsageError
from ircon.history import plain_prose
from ircon.history.document import Document, decode_document
from ircon.history.report import Report, Shape
from ircon.incident.components import Component

AUTO: Final = "auto"
RECORDING: Final = "recording"

_RECORDING_LINE: Final = re.compile(r"\s*(?:format\s*=\s*\d+|\[incident\]|\[\[event\]\])\s*")
_FIRST_LINES: Final = 40


def _is_recording(document: Document) -> bool:
    first = [line for line in document.lines[:_FIRST_LINES] if len(line) < 80]
    return sum(bool(_RECORDING_LINE.fullmatch(line)) for line in first) >= 2


def _refuse_recording(_document: Document, _page_components: Sequence[Component]) -> list[Report]:
    raise Unreadable(
        "This is ircon's own recording, not somebody's report.",
        "Import it as it is: it brings its events along.",
        1,
    )


# Modules of this room, in the order in which a document is held against them: the shapes
# with the surest marks first, prose last.
_MODULES: Final = (
    "statuspage_json",
    "statuspage_atom",
    "statuspage_text",
    "pingoru",
    "statuspage_home",
    "plain_prose",
)


def _shapes() -> list[Shape]:
    modules = [import_module(f"{__package__}.{name}") for name in _MODULES]
    return [
        Shape(RECORDING, _is_recording, _refuse_recording),
        *(module.SHAPE for module in modules),
    ]


FORMATS: Final[Mapping[str, Shape]] = {shape.name: shape for shape in _shapes()}


def is_recording(data: bytes) -> bool:
    """Whether a document is ircon's own recording, which the journal reads.

    Raises:
        Unreadable: it is not text, or too large.
    """
    return _is_recording(decode_document(data, ""))


def may_be_draft(data: bytes, name: str) -> bool:
    """Whether a document that has no known shape may be somebody's draft, in sentences.

    Raises:
        Unreadable: it is not text, or empty.
    """
    return plain_prose.may_be_draft(_document(data, name))


def read_reports(
    data: bytes,
    name: str,
    format: str = AUTO,  # noqa: A002 - the command line's own word for it
    page_components: Sequence[Component] = (),
) -> list[Report]:
    """Return the reports in a document; a feed or a list gives several.

    Args:
        data: the document.
        name: its file name or address, kept as the source's name.
        format: a key of ``FORMATS``, or ``auto``.
        page_components: the page's components, where the caller has them.

    Raises:
        UsageError: the format is not in ``FORMATS``.
        Unreadable: nothing of this shape is in it; gives the line and what was
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
        is_torn = document.bare.startswith(("{", "["))  # JSON, if only its beginning
        raise (Unreadable if is_torn else NoReport)(
            plain_prose.refusal(document) or "The document has no known shape.",
            "Expected an incident's page, a feed, JSON, or a postmortem in sentences"
            " ('--format prose' takes any text for one).",
            1,
        )
    return FORMATS[format].read(document, page_components)


def _document(data: bytes, name: str) -> Document:
    document = decode_document(data, name)
    if not any(line.strip() for line in document.lines):
        raise Unreadable("The document is empty.", "Import a report with text in it.", 1)
    return document
