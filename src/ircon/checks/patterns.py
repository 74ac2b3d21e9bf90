"""Word lists as patterns: what a rule looks for is data, one phrase a string."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from ircon.checks.prose import Span, masked

_SPACE: Final = r"[ \t\n\u00a0]{1,4}"


def phrases(*wanted: str) -> re.Pattern[str]:
    """One of these phrases, on word borders, in any case.

    Each is a regular expression in which a space is any short white space, ``'`` also
    the typographic one, and ``~`` at the end of a word any ending (``improv~``).
    """
    joined = "|".join(
        one.replace(" ", _SPACE).replace("'", "['’]").replace("~", r"\w*") for one in wanted
    )
    return re.compile(rf"(?<![\w-])(?:{joined})(?![\w-])", re.IGNORECASE)


def found_in(pattern: re.Pattern[str], text: str) -> Iterator[re.Match[str]]:
    """Where a pattern stands in a text's prose; code, tables and addresses are none."""
    return pattern.finditer(masked(text))


def first_in(pattern: re.Pattern[str], spans: Iterator[Span] | tuple[Span, ...]) -> Span | None:
    """The first of these pieces of text in which it stands."""
    return next((one for one in spans if pattern.search(one.text)), None)
