"""``{{name}}``: filling in, and what was left open.

There is no expression language: a name from a flat mapping, or nothing. Whatever
still stands in double braces afterwards cannot be sent (``incident.text``).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from ircon.incident.text import Placeholder

_NAME: Final = re.compile(r"\{\{ *([a-z][a-z0-9_]*) *\}\}")
_HOLE: Final = re.compile(r"\{\{fill in: [^{}\n]*\}\}")


def placeholders(text: str) -> list[str]:
    """The names in double braces, each once, in the order they appear."""
    return list(dict.fromkeys(_NAME.findall(text)))


def fill(text: str, values: Mapping[str, str]) -> str:
    """The text with every known name replaced, in one pass.

    A value is never read again: braces and dollar signs in it stay as they are.
    A name without a value stays too, where ``incident.text`` finds it.
    """
    return _NAME.sub(lambda found: values.get(found[1], found[0]), text)


def hole(what: str) -> str:
    """A visible gap for a person to fill: ``{{fill in: who noticed, and how}}``."""
    return f"{{{{fill in: {what}}}}}"


def holes(text: str) -> list[Placeholder]:
    """The gaps that a draft was given, in order."""
    return [Placeholder(found[0], *found.span()) for found in _HOLE.finditer(text)]
