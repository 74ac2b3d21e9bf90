"""Mentions of components and their groups in a text, as affected ones.

Names that are known are looked for (``find_mentions``); others only where the text itself
calls them a component (``labelled_components``): ``The Billing component was down``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from ircon.checks.subject import Subject
from ircon.incident.components import Component, ComponentChange
from ircon.text.phrases import PhraseMatch, find_phrases
from ircon.text.prose import Span, mask_markup, sentences

# Not affected, or a workaround.
_UNAFFECTED: Final = re.compile(
    r"\b(?:not|n['’]t|never)(?: \w+){0,2} (?:affected|impacted|involved)\b|\bun(?:affected"
    r"|impacted)\b"
    r"|\bno (?:known |other )?impact\b|\b(?:is|are|remains?"
    r"|continues?)(?: \w+)? (?:fully )?(?:operational"
    r"|available|healthy|operating normally|working (?:normally|as expected|as usual))"
    r"|\bwithout (?:impact|issues?)\b|\bother than\b|\bexcept\b",
    re.IGNORECASE,
)
_WORKAROUND: Final = re.compile(
    r"\b(?:use|using|used|via|through|over|instead|alternativ\w+|workaround|log(?:ged)? in(?:to)?"
    r"|visit"
    r"|see|check|open|contact|on|at|by|with) (?:the |our |your )?$",
    re.IGNORECASE,
)
_TROUBLE: Final = re.compile(
    r"\b(?:issues?|problems?|incident|outage|disruption|degradation|errors?|trouble|interruption)"
    r" (?:with|of|on|in|affecting|impacting|at) (?:the |our |your )?$",
    re.IGNORECASE,
)
# A part of it only: "some of the API", "the API in Europe", "API (group 03)".
_NARROWED: Final = re.compile(
    r"\b(?:some|few|several|parts?|part of|partial\w*|subset|one|single|portion|certain"
    r"|individual|two"
    r"|three|many|most)\b(?: \w+){0,3} ?$",
    re.IGNORECASE,
)
# What may stand behind a name that is the whole noun, not the beginning of a longer one.
_WHOLE: Final = re.compile(
    r"(?=[.,;:!?)\]\"”’'](?!\w)|\n|\Z|(?<![ \t])[ \t]{1,4}(?:is|are|was|were|has"
    r"|have|had|may|might|can|cannot|could"
    r"|will|would"
    r"|and|or|to|but|as|due|since|that|which|during|experienc\w*|returns?|fails?|again|not|so"
    r"|while|when"
    r"|because|becomes?|became|went|stops?|stopped|currently|after|before)\b|[ \t]*\n)"
)
_PART: Final = re.compile(
    r"(?P<stem>\S.{0,80}?)[ ]*(?:\((?P<one>[^()]{1,40})\)|[-–/:][ ](?P<two>[^()]{1,40}))\Z"
)
_NUMBER: Final = re.compile(r"(\d{1,4})\W*\Z")


@dataclass(frozen=True, slots=True)
class Group:
    """A group of components, and how much of it is selected.

    Attributes:
        selected: names of the selected ones.
        total: how many the page has; None where its list is not known.
    """

    name: str
    selected: tuple[str, ...]
    total: int | None

    @property
    def is_whole(self) -> bool:
        """Whether all of it is selected, as far as the page's list is known."""
        return self.total is not None and len(self.selected) >= self.total

    @property
    def is_less(self) -> bool:
        """Whether fewer than all are selected, certainly."""
        if self.total is not None:
            return len(self.selected) < self.total
        numbers = [
            int(number[1]) for name in self.selected if (number := _NUMBER.search(_qualifier(name)))
        ]
        if not numbers or len(numbers) < len(self.selected):
            return False
        # "group 03" alone, or 01 and 05: there are others.
        return len(numbers) == 1 or max(numbers) > len(numbers)


def component_groups(subject: Subject) -> list[Group]:
    """Return the groups of the page, or those in the selected components' names."""
    chosen = selected_components(subject)
    if subject.page_components is not None:
        listed: dict[str, list[Component]] = {}
        for component in subject.page_components:
            if component.group:
                listed.setdefault(component.group, []).append(component)
        return [
            Group(
                name,
                tuple(member.name for member in members if member.path in chosen),
                len(members),
            )
            for name, members in listed.items()
        ]
    by_stem: dict[str, list[str]] = {}
    for change in chosen.values():
        if part := _PART.fullmatch(change.name):
            by_stem.setdefault(part["stem"], []).append(change.name)
    return [Group(name, tuple(members), None) for name, members in by_stem.items()]


def selected_components(subject: Subject) -> dict[str, ComponentChange]:
    """Return the selected components by their paths, those of a draft among them."""
    drafted = [component for passage in subject.passages for component in passage.components]
    return {component.path: component for component in [*subject.incident.components, *drafted]}


def _qualifier(name: str) -> str:
    part = _PART.fullmatch(name)
    return (part["one"] or part["two"]) if part else name


@dataclass(frozen=True, slots=True)
class Mention:
    """A name at ``text[start:end]``; ``narrowed`` where only a part of it is meant."""

    name: str
    start: int
    end: int
    narrowed: bool


def find_mentions(text: str, names: frozenset[str]) -> Iterator[Mention]:
    """Yield where a text names these as affected; of two that overlap the longer one."""
    plain = mask_markup(text)
    for sentence in sentences(text) if names else ():
        for mention in _mentions_in(plain[sentence.start : sentence.end], names):
            start, end = sentence.start + mention.start, sentence.start + mention.end
            yield Mention(mention.name, start, end, mention.narrowed)


@lru_cache(maxsize=8192)
def _mentions_in(sentence: str, names: frozenset[str]) -> tuple[Mention, ...]:
    """Mentions within one sentence; cached, as typing changes only one of them."""
    return tuple(
        Mention(
            match.group(),
            *match.span(),
            narrowed=bool(_NARROWED.search(sentence, max(0, match.start() - 40), match.start())),
        )
        for match in _names(names).finditer(sentence)
        if _WHOLE.match(sentence, match.end()) and not _is_unaffected(sentence, match.start())
    )


def _is_unaffected(sentence: str, start: int) -> bool:
    """Whether the name is of something unaffected, or of a workaround."""
    if _UNAFFECTED.search(sentence):
        return True
    workaround = _WORKAROUND.search(sentence, max(0, start - 30), start)
    return bool(workaround) and not _TROUBLE.search(sentence, max(0, start - 40), start)


@lru_cache(maxsize=64)
def _names(names: frozenset[str]) -> re.Pattern[str]:
    longest = sorted(names, key=lambda name: (-len(name), name))
    return re.compile(rf"(?<![\w-])(?:{'|'.join(map(re.escape, longest))})(?![\w-])")


def find_whole_page(text: str, page: str | None) -> Iterator[tuple[int, int]]:
    """Yield the spans in which a text says that the whole page is affected."""
    plain = mask_markup(text)
    for mention in find_mentions(text, frozenset([page] if page else [])):
        before = plain[max(0, mention.start - 40) : mention.start]
        behind = plain[mention.end : mention.end + 40]
        if not mention.narrowed and (_TROUBLE.search(before) or _IS_DOWN.match(behind)):
            yield mention.start, mention.end
    for match in _ALL.finditer(plain):
        yield match.span()


_IS_DOWN: Final = re.compile(
    r" (?:is|are|was|were) (?:currently |completely |fully |now )*(?:down|unavailable|unreachable"
    r"|inaccessible|offline|degraded|slow|experiencing|affected|impacted)",
    re.IGNORECASE,
)
_ALL: Final = re.compile(
    r"\ball (?:of )?(?:our |the )?(?:services|systems|components|products|applications) (?:are|is"
    r"|were|was)"
    r" (?:currently |completely |now )*(?:down|unavailable|unreachable|inaccessible|offline"
    r"|degraded"
    r"|slow|affected|impacted|experiencing)\b",
    re.IGNORECASE,
)

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
_ITEM: Final = re.compile(r"(?:(?!,| and | & )[^\n])+")
_LEAD: Final = re.compile(r"[\s*_]*(?:(?:and|the|our|&) )*")
_WORDS: Final = re.compile(r"\w+")
# Determiners and the like that a sentence's first word may be.
_NO_NAMES: Final = frozenset({"it", "this", "that", "all", "none", "no", "each", "every", "other"})
_ADDED: Final = re.compile(
    r"\s*\((?:partial|major|degraded|operational|under)[^()]*\)\s*\Z", re.IGNORECASE
)


def labelled_components(text: str) -> Iterator[Span]:
    """Yield the spans that a text itself calls a component."""
    for pattern in _CALLED:
        for match in find_phrases(pattern, text):
            start, end = match.span("name")
            yield from _named(text, start, end)
    for match in find_phrases(_LISTED, text):
        yield from _in_list(text, match)


def _in_list(text: str, match: PhraseMatch) -> Iterator[Span]:
    start, end = match.span("names" if match.group("names") else "more")
    for item in _ITEM.finditer(text, start, end):
        piece = _ADDED.sub("", item.group())
        begin = item.start() + len(_LEAD.match(piece)[0])  # type: ignore[index]  # never None
        yield from _named(text, begin, item.start() + len(piece.rstrip(" *_\t")))


def _named(text: str, start: int, end: int) -> Iterator[Span]:
    name = text[start:end]
    if name[:1].isupper() and name.split()[0].casefold() not in _NO_NAMES:
        yield Span(name, start, end)


def matches_any(name: str, known: Iterable[str]) -> bool:
    """Whether a name is one of these, or a shorter or longer form of one."""
    own = frozenset(_WORDS.findall(name.casefold()))
    others = (frozenset(_WORDS.findall(other.casefold())) for other in known)
    return any(own <= other or other <= own for other in others if other)
