"""Weight of findings: which are read first, and which say nothing that another does not.

What a rule finds is a contradiction, a gap or a matter of style, and within each the errors
come first. In what was already sent nothing can be changed: it is summed up at the end, where
there is something else that can be.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from ircon.checks.catalogue import rules
from ircon.checks.finding import INFO, SEVERITIES, Finding
from ircon.checks.rule import KINDS, STYLE
from ircon.checks.subject import POSTMORTEM, UPDATE, Passage
from ircon.text.prose import sentences

_RANK: Final = {name: place for place, name in enumerate((*SEVERITIES, *KINDS))}


@dataclass(frozen=True, slots=True)
class Group:
    """The findings of one rule, the worst first, then in the order of the text."""

    findings: tuple[Finding, ...]

    @property
    def worst(self) -> Finding:
        """The one that stands for all of them."""
        return self.findings[0]


@dataclass(frozen=True, slots=True)
class Weighed:
    """The findings in a text, as they are read.

    Attributes:
        sections: the groups by kind, heaviest first; a kind without findings is left out.
        sent: the groups in what was already sent, where something else can be changed.
        infos: findings of severity info that are left out.
        implied: findings that are left out, as another one says all of their sentence.
    """

    sections: tuple[tuple[str, tuple[Group, ...]], ...]
    sent: tuple[Group, ...]
    infos: int
    implied: int


def is_sent(passage: Passage) -> bool:
    """Whether a text is public already and not a postmortem, so that it stays as it is."""
    return passage.role != POSTMORTEM and not passage.is_draft


def weigh(findings: Sequence[Finding], *, can_change: bool) -> Weighed:
    """Sort findings into what a person reads.

    Args:
        can_change: whether any of the text can still be changed; if not, none of it is
            summed up as sent.
    """
    telling = [found for found in findings if found.severity != INFO]
    kept = without_implied(telling)
    sent = [found for found in kept if can_change and is_sent(found.passage)]
    here = [found for found in kept if not (can_change and is_sent(found.passage))]
    sections = ((kind, _groups(found for found in here if found.kind == kind)) for kind in KINDS)
    return Weighed(
        tuple((kind, groups) for kind, groups in sections if groups),
        _groups(sent),
        infos=len(findings) - len(telling),
        implied=len(telling) - len(kept),
    )


def weight(found: Finding) -> tuple[int, int, bool]:
    """The order of findings: by kind, by severity, what may be a secret first.

    The heaviest is the smallest.
    """
    return _RANK[found.kind], _RANK[found.severity], not found.confidential


def without_implied(findings: Sequence[Finding]) -> list[Finding]:
    """The findings without those that another one makes superfluous.

    Two of the same words have one cause: the lesser of them goes, if it is style or an info.
    And where a rule says all of a sentence, those that it ``swallows`` there go.
    """
    by_passage: dict[int, list[Finding]] = defaultdict(list)
    for found in findings:
        by_passage[id(found.passage)].append(found)
    gone: set[int] = set()
    for here in by_passage.values():
        here.sort(key=lambda found: (found.start, found.end))
        gone.update(id(found) for found in (*_of_same_words(here), *_swallowed(here)))
    return [found for found in findings if id(found) not in gone]


def _of_same_words(here: Sequence[Finding]) -> Iterator[Finding]:
    """The lesser findings of words that a heavier one is about."""
    heaviest: dict[tuple[int, int], Finding] = {}
    placed = [found for found in here if _has_words(found)]
    for found in placed:
        span = (found.start, found.end)
        heaviest[span] = min(heaviest.get(span, found), found, key=weight)
    for found in placed:
        is_lesser = found.kind == STYLE or found.severity == INFO
        if is_lesser and heaviest[found.start, found.end].rule != found.rule:
            yield found


def _swallowed(here: Sequence[Finding]) -> Iterator[Finding]:
    """The findings that another rule swallows in its sentence."""
    known = rules()
    starts = [found.start for found in here]
    for found in here:
        swallows = known[found.rule].swallows if found.rule in known else ()
        if not swallows:
            continue
        first, last = _reach(found)
        for other in here[bisect_left(starts, first) : bisect_right(starts, last)]:
            if other.rule in swallows and other.end <= last:
                yield other


def _groups(findings: Iterable[Finding]) -> tuple[Group, ...]:
    """A group for each rule; the worst first, and of the errors what may be a secret."""
    by_rule: dict[str, list[Finding]] = defaultdict(list)
    for found in findings:
        by_rule[found.rule].append(found)
    groups = [
        Group(tuple(sorted(found, key=lambda one: _RANK[one.severity])))
        for found in by_rule.values()
    ]
    return tuple(sorted(groups, key=lambda group: weight(group.worst)))


def _has_words(found: Finding) -> bool:
    """Whether it is about words that stand in the text, not about the text as a whole."""
    return not (found.of_all or found.at_stamp)


def _reach(found: Finding) -> tuple[int, int]:
    """The sentences that a finding touches; all of an update that it is about as a whole."""
    text = found.passage.text
    if not _has_words(found):
        return (0, len(text)) if found.passage.role == UPDATE else (found.start, found.start)
    spans = sentences(text)
    first = bisect_right([span.start for span in spans], found.start) - 1
    last = bisect_right([span.start for span in spans], max(found.start, found.end - 1)) - 1
    if first < 0:
        return found.start, found.end
    return min(spans[first].start, found.start), max(spans[last].end, found.end)
