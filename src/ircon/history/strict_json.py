"""Strict JSON with the offsets of each value in the document.

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
    """A JSON value and its offsets in the text: ``text[start:end]``."""

    value: Any
    start: int
    end: int


class _NotStrict(ValueError):
    """Raised for JSON that the standard library accepts and this module does not."""


def parse(text: str) -> Part:
    """Parse a whole document.

    Raises:
        Unreadable: it is not JSON, or not as strict as this module's rules.
    """
    _check_depth(text)
    start = _skip(text, 0)
    part = _value(text, start)
    rest = _skip(text, part.end)
    if rest != len(text):
        raise Unreadable("There is text after the end of the JSON.", _HINT, _line(text, rest))
    return part


def elements(text: str, part: Part) -> Iterator[Part]:
    """Yield the elements of a list, each with its offsets."""
    offset = _skip(text, part.start + 1)
    while text[offset] != "]":
        element = _value(text, offset)
        yield element
        offset = _skip(text, element.end)
        if text[offset] == ",":
            offset = _skip(text, offset + 1)


def members(text: str, part: Part) -> dict[str, Part]:
    """Return the members of an object, each with its offsets, by name."""
    members: dict[str, Part] = {}
    offset = _skip(text, part.start + 1)
    while text[offset] != "}":
        name = _value(text, offset)
        colon = _skip(text, name.end)
        members[name.value] = _value(text, _skip(text, colon + 1))
        offset = _skip(text, members[name.value].end)
        if text[offset] == ",":
            offset = _skip(text, offset + 1)
    return members


def _value(text: str, start: int) -> Part:
    try:
        value, end = _decoder().raw_decode(text, start)
    except json.JSONDecodeError as error:
        line = min(error.lineno, _line(text, len(text)))
        raise Unreadable(f"It is not JSON: {error.msg}.", _HINT, line) from error
    except ValueError as error:  # refused by us, or a number of thousands of digits
        message = (
            str(error) if isinstance(error, _NotStrict) else "It has a number of absurd length."
        )
        raise Unreadable(message, _HINT, _line(text, start)) from error
    return Part(value, start, end)


def _decoder() -> json.JSONDecoder:
    return json.JSONDecoder(object_pairs_hook=_object, parse_constant=_constant)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) < len(pairs):
        repeated = Counter(name for name, _ in pairs).most_common(1)[0][0]
        raise _NotStrict(f"An object has {repeated[:60]!r} twice.")
    return value


def _constant(word: str) -> Any:
    raise _NotStrict(f"{word} is not JSON.")


def _check_depth(text: str) -> None:
    depth = 0
    for match in _NESTING.finditer(text):
        if match[0] in "[{":
            depth += 1
            if depth > DEEPEST:
                message = f"It is nested more than {DEEPEST} deep."
                raise Unreadable(message, _HINT, _line(text, match.start()))
        elif match[0] in "]}":
            depth -= 1


def _skip(text: str, offset: int) -> int:
    match = _SPACE.match(text, offset)
    return match.end() if match else offset


def _line(text: str, offset: int) -> int:
    return text.count("\n", 0, offset) + 1
