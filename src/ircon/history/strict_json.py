"""JSON from strangers, with the place of each part in the document.

Stricter than the standard library's reader: a name that occurs twice in an object,
``NaN``, and nesting beyond ``DEEPEST`` are refused, not guessed at.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from ircon.errors import Unreadable

DEEPEST: Final = 64
_HINT: Final = "Expected JSON as https://PAGE/api/v2/incidents.json gives it."
_SPACE: Final = re.compile(r"[ \t\r\n]*")
_NESTING: Final = re.compile(r'"(?:[^"\\]++|\\.)*+"?|[\[{\]}]', re.DOTALL)


class Part(NamedTuple):
    """A value, and where in the text it stands."""

    value: Any
    start: int
    end: int


class _Refused(ValueError):
    """What the standard library would have let pass."""


def parse(text: str) -> Part:
    """The whole document.

    Raises:
        Unreadable: it is not JSON, or not as strict as this module's rules.
    """
    _check_depth(text)
    start = _skip(text, 0)
    part = _value(text, start)
    rest = _skip(text, part.end)
    if rest != len(text):
        raise Unreadable("There is more after the end of the JSON.", _HINT, _line(text, rest))
    return part


def elements(text: str, part: Part) -> Iterator[Part]:
    """The parts of a list that ``parse`` or ``members`` found."""
    at = _skip(text, part.start + 1)
    while text[at] != "]":
        element = _value(text, at)
        yield element
        at = _skip(text, element.end)
        if text[at] == ",":
            at = _skip(text, at + 1)


def members(text: str, part: Part) -> dict[str, Part]:
    """The parts of an object that ``parse`` or ``elements`` found, by name."""
    found: dict[str, Part] = {}
    at = _skip(text, part.start + 1)
    while text[at] != "}":
        name = _value(text, at)
        colon = _skip(text, name.end)
        found[name.value] = _value(text, _skip(text, colon + 1))
        at = _skip(text, found[name.value].end)
        if text[at] == ",":
            at = _skip(text, at + 1)
    return found


def _value(text: str, start: int) -> Part:
    try:
        value, end = _decoder().raw_decode(text, start)
    except json.JSONDecodeError as error:
        line = min(error.lineno, _line(text, len(text)))
        raise Unreadable(f"It is not JSON: {error.msg}.", _HINT, line) from error
    except ValueError as error:  # refused by us, or a number of thousands of digits
        what = str(error) if isinstance(error, _Refused) else "It has a number of absurd length."
        raise Unreadable(what, _HINT, _line(text, start)) from error
    return Part(value, start, end)


def _decoder() -> json.JSONDecoder:
    return json.JSONDecoder(object_pairs_hook=_object, parse_constant=_constant)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) < len(pairs):
        twice = Counter(name for name, _ in pairs).most_common(1)[0][0]
        raise _Refused(f"An object has {twice[:60]!r} twice.")
    return value


def _constant(word: str) -> Any:
    raise _Refused(f"{word} is not JSON.")


def _check_depth(text: str) -> None:
    depth = 0
    for found in _NESTING.finditer(text):
        if found[0] in "[{":
            depth += 1
            if depth > DEEPEST:
                what = f"It is nested more than {DEEPEST} deep."
                raise Unreadable(what, _HINT, _line(text, found.start()))
        elif found[0] in "]}":
            depth -= 1


def _skip(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found else at


def _line(text: str, offset: int) -> int:
    return text.count("\n", 0, offset) + 1
