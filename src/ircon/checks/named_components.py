"""Components that a text itself calls so, whether or not anybody knows them.

``The Billing component was down``, ``Affected components: Billing, Search``,
``Billing was in partial outage``: the words around a name say that it is one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from ircon.text.phrases import PhraseMatch, find_phrases
from ircon.text.prose import Span

_NAME: Final = r"[A-Z0-9][\w&./'’-]*(?:[ ](?:[A-Z0-9(][\w&./'’()-]*|of|and the)){0,5}"
_CALLED: Final = (
    re.compile(rf"\b(?:[Tt]he|[Oo]ur|[Tt]his) (?P<name>{_NAME}) components?\b"),
    re.compile(
        rf"(?:^|[.,;:] |\b(?:[Tt]he|[Oo]ur|and|but|while) )(?P<name>{_NAME})"
        r" (?:was|is|were|are|went|had been|has been)(?: briefly| then| also)?"
        r" (?:in|into|in an?|set to|marked (?:as|with)) (?:partial|major)[ _]outage\b"
    ),
)
_LISTED: Final = re.compile(
    r"\b(?:[Aa]ffected|[Ii]mpacted) (?:components?|products?)\**:\**[ \t]*(?P<names>[^\n.;]{1,400})"
    r"|\b[Cc]omponents? (?:affected|impacted)\**:\**[ \t]*(?P<more>[^\n.;]{1,400})"
)
_ONE: Final = re.compile(r"(?:(?!,| and | & )[^\n])+")
_LEAD: Final = re.compile(r"[\s*_]*(?:(?:and|the|our|&) )*")
_WORDS: Final = re.compile(r"\w+")
# Determiners and the like that a sentence's first word may be.
_NO_NAMES: Final = frozenset({"it", "this", "that", "all", "none", "no", "each", "every", "other"})
_ADDED: Final = re.compile(
    r"\s*\((?:partial|major|degraded|operational|under)[^()]*\)\s*\Z", re.IGNORECASE
)


def components_named(text: str) -> Iterator[Span]:
    """What a text calls a component, in place."""
    for pattern in _CALLED:
        for found in find_phrases(pattern, text):
            start, end = found.span("name")
            yield from _named(text, start, end)
    for found in find_phrases(_LISTED, text):
        yield from _in_list(text, found)


def _in_list(text: str, found: PhraseMatch) -> Iterator[Span]:
    start, end = found.span("names" if found.group("names") else "more")
    for one in _ONE.finditer(text, start, end):
        piece = _ADDED.sub("", one.group())
        begin = one.start() + len(_LEAD.match(piece)[0])  # type: ignore[index]  # never None
        yield from _named(text, begin, one.start() + len(piece.rstrip(" *_\t")))


def _named(text: str, start: int, end: int) -> Iterator[Span]:
    name = text[start:end]
    if name[:1].isupper() and name.split()[0].casefold() not in _NO_NAMES:
        yield Span(name, start, end)


def is_known(name: str, known: Iterable[str]) -> bool:
    """Whether a name is one of these, or a shorter or longer form of one."""
    wanted = frozenset(_WORDS.findall(name.casefold()))
    others = (frozenset(_WORDS.findall(one.casefold())) for one in known)
    return any(wanted <= other or other <= wanted for other in others if other)
