"""The shape ``statuspage-json``: the public v2 documents and the manage API's incidents.

``incidents.json``, ``scheduled-maintenances.json``, ``summary.json``, a list of
incidents, or one, wrapped or not. ``pages.vendors.statuspage_schema`` knows what an
incident's fields mean; this module knows where in a document they are.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from ircon.errors import NoReport, Unreadable
from ircon.history import strict_json
from ircon.history.document import Document, Warnings
from ircon.history.html_text import html_to_text, is_html
from ircon.history.report import POSTMORTEM, Block, Report, Shape, parse_status_word, shorten_title
from ircon.history.strict_json import Part
from ircon.incident.components import Component, ComponentChange
from ircon.incident.text import ingest
from ircon.pages.protocol import PageIdentity, RemoteIncident, RemoteUpdate
from ircon.pages.vendors.statuspage_schema import read_components, read_incident, read_page

FORMAT: Final = "statuspage-json"

_JSON: Final = re.compile(r'\s*(?:\{\s*["}]|\[\s*[\[{"\]]|\[\s*\Z)')
_ID: Final = re.compile(r'"id"\s*:\s*"([^"\\]{1,100})"')
_LISTS: Final = ("incidents", "scheduled_maintenances")
_HINT: Final = "Expected incidents.json, summary.json, or one incident with its incident_updates."


def sniff(document: Document) -> bool:
    """Whether a document is JSON."""
    return bool(_JSON.match(document.bare))


def read(document: Document, page_components: Sequence[Component]) -> list[Report]:
    """Return a document's incidents, in its order; none where a page's lists are empty.

    Raises:
        Unreadable: it is not strict JSON, holds no incidents, or one of them has
            no update with a time.
    """
    text = document.bare
    whole = strict_json.parse(text)
    reader = _Reader(document, text, page_components)
    if isinstance(whole.value, dict):
        reader.describe(whole.value)
    parts = list(_incidents(text, whole))
    if not parts and not (isinstance(whole.value, dict) and "page" in whole.value):
        raise NoReport("No incident was found.", _HINT, 1)  # a page without incidents is fine
    return [reader.report(part) for part in parts]


def _incidents(text: str, whole: Part) -> Iterator[Part]:
    """Yield the incidents, each with its offsets."""
    if isinstance(whole.value, list):
        for element in strict_json.elements(text, whole):
            yield from _incidents(text, element)
        return
    if not isinstance(whole.value, dict):
        raise NoReport("No incident was found.", _HINT, 1)
    if "incident_updates" in whole.value:
        yield whole
        return
    parts = strict_json.members(text, whole)
    wrapped = parts.get("incident")
    if wrapped and isinstance(wrapped.value, dict):
        yield wrapped
        return
    lists = [part for name in _LISTS if (part := parts.get(name)) and isinstance(part.value, list)]
    if not lists:
        line = text.count("\n", 0, whole.start) + 1
        raise NoReport("No incident was found.", _HINT, line)
    for listed in lists:
        yield from strict_json.elements(text, listed)


class _Reader:
    """A reader of the incidents of one document."""

    def __init__(self, document: Document, text: str, page_components: Sequence[Component]) -> None:
        self._document = document
        self._text = text
        self._page_components = list(page_components)
        self._page: PageIdentity | None = None
        self._breaks = [found.start() for found in re.finditer("\n", text)]

    def describe(self, value: Mapping[str, Any]) -> None:
        """Read the page and its components from the document's top level."""
        try:
            if isinstance(value.get("page"), dict):
                self._page = read_page(value["page"])
            if any(name in value for name in _LISTS):
                self._page_components = (
                    read_components(value.get("components")) or self._page_components
                )
        except Unreadable as error:
            raise Unreadable(f"The document holds {error.message}.", _HINT, 1) from error

    def report(self, part: Part) -> Report:
        """Return the report of one incident."""
        line = self._line(part.start)
        try:
            remote = read_incident(part.value, self._page_components)
        except Unreadable as error:
            raise Unreadable(f"The document holds {error.message}.", _HINT, line) from error
        raw = part.value.get("incident_updates")
        listed = raw if isinstance(raw, list) else []
        rows = {str(row.get("id")): row for row in listed if isinstance(row, dict)}
        lines = {
            match[1]: self._line(part.start + match.start())
            for match in _ID.finditer(self._text[part.start : part.end])
        }
        updates = tuple(
            _written(update, rows.get(update.id, {}), lines.get(update.id, line))
            for update in remote.updates
        )
        warnings = Warnings(self._document.warnings)
        postmortem = _postmortem(remote, line, warnings)
        if not updates and postmortem is None:
            raise Unreadable(f"The incident {remote.name[:80]!r} has no update.", _HINT, line)
        page = self._page
        impact = part.value.get("impact")
        return Report(
            format=FORMAT,
            name=shorten_title(remote.name) or "Untitled incident",
            page=shorten_title(page.name) or None if page else None,
            kind=remote.kind,
            impact=remote.impact if impact else None,
            updates=updates,
            postmortem=postmortem,
            components=_components(remote),
            source=self._document.name,
            text=self._text[part.start : part.end],
            warnings=warnings.all(),
            remote_id=remote.id or None,
            url=remote.url,
            page_id=remote.page_id or (page.id if page else None) or None,
            first_line=line,
            scheduled_for=remote.scheduled_for,
            scheduled_until=remote.scheduled_until,
        )

    def _line(self, offset: int) -> int:
        return bisect_right(self._breaks, offset - 1) + 1


def _written(update: RemoteUpdate, row: Mapping[str, Any], line: int) -> Block:
    spelled = row.get("display_at") or row.get("created_at")
    word = row.get("status")
    return Block(
        status=parse_status_word(update.status) or "",
        word=ingest(word) if isinstance(word, str) else update.status,
        body=_body(update.body),
        at=update.shown_at,
        at_text=ingest(spelled) if isinstance(spelled, str) else "",
        line=line,
        body_line=line,
        end_line=line,
        created_at=update.created_at,
        components=update.components,
        remote_id=update.id or None,
    )


def _postmortem(remote: RemoteIncident, line: int, warnings: Warnings) -> Block | None:
    """Return the published postmortem; a draft is left out with a warning."""
    postmortem = remote.postmortem
    if postmortem is None or not postmortem.body:
        return None
    if postmortem.published_at is None:
        warnings.add(line, "the postmortem is not published: stored in the source only")
        return None
    return Block(
        status=POSTMORTEM,
        word=POSTMORTEM,
        body=_body(postmortem.body),
        at=postmortem.published_at,
        at_text=postmortem.published_at.isoformat(),
        line=line,
        body_line=line,
        end_line=line,
    )


def _components(remote: RemoteIncident) -> tuple[ComponentChange, ...]:
    """Return all that were attached or changed, with the status each had before the incident.

    The status in the list of components is that of the day the document was made.
    """
    before: dict[str, ComponentChange] = {}
    for update in remote.updates:
        for component in update.components:
            before.setdefault(
                component.id,
                ComponentChange(component.id, component.name, component.group, None, component.was),
            )
    for attached in remote.components:
        before.setdefault(attached.id, ComponentChange(attached.id, attached.name, attached.group))
    return tuple(before.values())


def _body(text: str) -> str:
    return html_to_text(text) if is_html(text) else text.strip()


SHAPE: Final = Shape(FORMAT, sniff, read)
