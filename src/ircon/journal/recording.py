"""One incident as a TOML file that people exchange, review and keep in git.

``format = 1``, ``[incident]`` with ``id`` and ``name``, then an ``[[event]]`` for each event
with its ``[event.payload]``: all of it, internal entries too. Reading trusts nothing: the file
may come from anybody.
"""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate, pairwise
from typing import Any, Final

import tomli_w

from ircon.errors import Unreadable
from ircon.incident.event import Event
from ircon.incident.event_record import from_record, to_record
from ircon.incident.text import safe

FORMAT: Final = 1
MAX_BYTES: Final = 10_000_000
_MAX_DEPTH: Final = 16  # of brackets, and of the parts of a dotted key
_MAX_INT: Final = 2**63  # what TOML guarantees

_INCIDENT_ID: Final = re.compile(r"[a-z0-9-]{1,64}")
# Strings and comments, in the order a TOML parser tells them apart; possessive, so linear.
_WORDS: Final = re.compile(
    r'"""(?:[^"\\]++|\\.|"(?!""))*+(?:"{3,5}|\Z)'
    r"|'''(?:[^']++|'(?!''))*+(?:'{3,5}|\Z)"
    r'|"(?:[^"\\\n]++|\\.)*+"?'
    r"|'[^'\n]*+'?"
    r"|#[^\n]*+",
    re.DOTALL,
)
_STRETCH: Final = re.compile(r"[^=,\[\]{}\n]++")  # holds a whole key or value
_EVENT: Final = re.compile(r"^[ \t]*\[\[[ \t]*event[ \t]*\]\]", re.MULTILINE)
_AT_LINE: Final = re.compile(r"\(at line (\d+), column \d+\)")


def write_recording(incident_id: str, events: Sequence[Event]) -> str:
    """All events of an incident as TOML, in the order they happened.

    The same events give the same text whatever their order, so that a later recording of the
    incident differs only where something was added.
    """
    ordered = sorted(events, key=lambda event: (event.at, event.id))
    name = next((one.payload.get("name") for one in ordered if one.kind == "declared"), None)
    incident = {"id": incident_id, "name": str(name or "")}
    head = tomli_w.dumps({"format": FORMAT, "incident": incident})
    return _inert("\n".join([head, *(_written(event) for event in ordered)]))


def read_recording(text: str) -> tuple[str, list[Event]]:
    """The incident's id as recorded, and its events.

    Events of kinds that are not known here are kept. Reading queues nothing: an event that was
    once sent is history.

    Raises:
        Unreadable: it is no recording, or not wholly one; with the line where one is known.
    """
    if len(text) > MAX_BYTES or len(text.encode("utf-8", "replace")) > MAX_BYTES:
        raise Unreadable(
            f"It is larger than {MAX_BYTES // 1_000_000} MB, the most for a recording."
        )
    text = text.removeprefix("\ufeff")
    skeleton = _WORDS.sub(_blank, text)
    _check_depth(skeleton)
    incident, records = _document(_parsed(text))
    lines = _event_lines(skeleton, len(records))
    events = []
    for record, line in zip(records, lines, strict=True):
        try:
            _check_values(record)
            events.append(from_record(record, incident))
        except Unreadable as error:
            raise Unreadable(error.message, error.hint, line) from error
    if len({event.id for event in events if event.kind == "declared"}) > 1:
        raise Unreadable(
            "It declares several incidents: a recording is of one.",
            "Where it comes from, 'ircon doctor --repair' separates them; export each then.",
        )
    return incident, events


def _written(event: Event) -> str:
    """One ``[[event]]``; bodies over several lines, unless that would lose a Windows line end."""
    record = _without_nothing(to_record(event))
    multiline = not any("\r" in words for words in _texts(record))
    return tomli_w.dumps({"event": [record]}, multiline_strings=multiline)


def _inert(document: str) -> str:
    """Signs that a terminal or a diff would not show as they are, as TOML's escapes.

    They can stand in quoted strings only, and all strings written here know escapes.
    """
    hidden = [char for char in set(document) - {"\n", "\t"} if safe(char) != char]
    return document.translate({ord(char): f"\\U{ord(char):08X}" for char in hidden})


def _without_nothing(value: Any) -> Any:
    """TOML knows no null: what is missing is left out."""
    if isinstance(value, Mapping):
        return {str(name): _without_nothing(one) for name, one in value.items() if one is not None}
    if isinstance(value, (list, tuple)):
        return [_without_nothing(one) for one in value if one is not None]
    return value


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from _texts(one)
    elif isinstance(value, list):
        for one in value:
            yield from _texts(one)


def _blank(words: re.Match[str]) -> str:
    """A string or comment in the skeleton: only its line ends stay."""
    return "'" + "\n" * words[0].count("\n")


def _check_depth(skeleton: str) -> None:
    """Refuse what would take a parser's stack, or square time, before it is parsed."""
    depth = 0
    for bracket in re.finditer(r"[\[\]{}]", skeleton):
        depth += 1 if bracket[0] in "[{" else -1
        if depth > _MAX_DEPTH:
            line = _line(skeleton, bracket.start())
            raise Unreadable("It is nested deeper than any recording.", line=line)
    for stretch in _STRETCH.finditer(skeleton):
        if stretch[0].count(".") > _MAX_DEPTH:
            line = _line(skeleton, stretch.start())
            raise Unreadable("It has a key of more parts than any recording.", line=line)


def _parsed(text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # also of a number with 5,000 digits
        place = _AT_LINE.search(str(error))
        raise Unreadable(
            f"It is not TOML: {str(error)[:200]}.", line=int(place[1]) if place else None
        ) from error


def _document(document: Mapping[str, Any]) -> tuple[str, list[dict[str, Any]]]:
    """The incident's id and the event tables, if the rest is as it must be."""
    if "format" not in document:
        raise Unreadable("It is TOML, but not a recording of ircon: it has no format.")
    number = document["format"]
    if type(number) is not int or number != FORMAT:
        raise Unreadable(
            f"It is a recording of format {ascii(number)[:40]}; this ircon reads {FORMAT}.",
            "A newer ircon may read it.",
        )
    incident, records = document.get("incident"), document.get("event", [])
    if not isinstance(incident, dict) or not isinstance(incident.get("id"), str):
        raise Unreadable("A recording without an incident id.")
    if not _INCIDENT_ID.fullmatch(incident["id"]):
        raise Unreadable(f"Not a valid incident id: {incident['id'][:40]!r}.")
    if not isinstance(records, list) or not all(isinstance(record, dict) for record in records):
        raise Unreadable("A recording whose events are not tables.")
    return incident["id"], records


def _event_lines(skeleton: str, events: int) -> list[int | None]:
    """The line of each ``[[event]]``; unknown if events are written in another way."""
    headers = [header.end() for header in _EVENT.finditer(skeleton)]
    if len(headers) != events:
        return [None] * events
    starts = [0, *headers]
    gaps = [skeleton.count("\n", before, after) for before, after in pairwise(starts)]
    return [1 + passed for passed in accumulate(gaps)]


def _check_values(value: Any) -> None:
    """Hold TOML's values against what the journal can keep, which is JSON."""
    if isinstance(value, dict):
        for one in value.values():
            _check_values(one)
    elif isinstance(value, list):
        for one in value:
            _check_values(one)
    elif isinstance(value, float) and not math.isfinite(value):
        raise Unreadable("An event with a number that is not finite.")
    elif isinstance(value, int) and not -_MAX_INT <= value < _MAX_INT:
        raise Unreadable("An event with a number beyond 64 bits.")
    elif not isinstance(value, (str, int, float)):
        raise Unreadable(f"An event with a bare {type(value).__name__}: times are quoted here.")


def _line(text: str, position: int) -> int:
    return text.count("\n", 0, position) + 1
