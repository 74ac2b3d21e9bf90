"""Earlier incidents of the same page: to compare texts with, and to learn from at 3 a.m."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING, Final

from ircon.checks.claims import BECAUSE
from ircon.checks.followups import are_similar
from ircon.checks.rules.p_likeness import promised_actions
from ircon.checks.subject import Subject
from ircon.incident.similar import SimilarIncident
from ircon.incident.text import safe_line
from ircon.text.outline import CAUSE, sections, sentences_of
from ircon.text.prose import sentences
from ircon.text.stems import content_words, stems

if TYPE_CHECKING:
    from ircon.desk.desk import Desk

_ASKED: Final = 24  # beginnings of words that the journal is searched for
_LOOKED_AT: Final = 40  # incidents that the search gives, the most alike first
_COMPARED: Final = 20  # of them, with a postmortem or actions
_FEWEST_WORDS: Final = 3  # about the cause, that two incidents share and few others have
_NAMED: Final = 4  # components and words in a reason
_READ: Final = 20_000  # characters about a cause
_SHOWN: Final = 90  # characters of an action

# Words of every incident's course: sharing them says nothing about a cause.
_COURSE: Final = stems(
    "investigate identified monitoring resolved update status fix implemented mitigation mitigated "
    "degraded performance degradation outage partial unavailable service affected impact customers "
    "users experience error failure failed failing slow normal operating operation restored "
    "recovery recovered continue report root cause working apologize inconvenience patience "
    "post-mortem postmortem share details happened utc time minutes hours following currently "
    "result increased elevated"
)


class SimilarIncidents:
    """Looks for earlier incidents; what was found stays good until the journal grows.

    Args:
        subject_of: makes an incident of the journal a subject.
    """

    def __init__(self, desk: Desk, subject_of: Callable[[str], Subject]) -> None:
        self._desk = desk
        self._subject_of = subject_of
        self._seq = -1
        self._known: dict[str, Subject] = {}
        self._found: dict[str, tuple[Subject, ...]] = {}

    def subjects(self, subject: Subject) -> tuple[Subject, ...]:
        """Incidents of the same page with a postmortem or actions, the most alike first."""
        found = (one for one in self._alike(subject) if one.postmortem or one.incident.actions)
        return tuple(islice(found, _COMPARED))

    def similar(self, subject: Subject, limit: int = 5) -> list[SimilarIncident]:
        """Incidents before this one that share its components or its words about the cause.

        Words that many incidents of the page have do not count.
        """
        begun, here = _begun(subject), _words(subject)
        before = [
            other
            for other in self._alike(subject)
            if begun and (started := _begun(other)) and started < begun
        ]
        spread = Counter(stem for other in before for stem in _words(other))
        common = {stem for stem, count in spread.items() if count > max(2, len(before) // 3)}
        weighed = []
        for other in before:
            components = _shared_components(subject, other)
            theirs = _words(other)
            shared = sorted((here.keys() & theirs.keys()) - common, key=lambda key: spread[key])
            if components or len(shared) >= _FEWEST_WORDS:
                words = [theirs[stem] for stem in shared]
                weight = 2 * min(len(components), _NAMED) + len(words)
                weighed.append((weight, other, _reasons(subject, other, components, words)))
        weighed.sort(key=lambda one: -one[0])
        return [
            SimilarIncident(other.incident.id, other.incident.name, reasons)
            for _, other, reasons in weighed[:limit]
        ]

    def _alike(self, subject: Subject) -> tuple[Subject, ...]:
        now, incident = self._desk.journal.last_seq(), subject.incident.id
        if now != self._seq:
            self._seq, self._known, self._found = now, {}, {}
        if incident not in self._found:
            self._desk.records.refresh()
            listed = self._desk.cache.similar(_asked(subject), _LOOKED_AT)
            others = (self._known_as(one.incident) for one in listed if one.incident != incident)
            self._found[incident] = tuple(
                other
                for other in others
                if subject.shares_page_with(other) and not subject.is_copy_of(other)
            )
        return self._found[incident]

    def _known_as(self, incident: str) -> Subject:
        if incident not in self._known:
            self._known[incident] = self._subject_of(incident)
        return self._known[incident]


def _asked(subject: Subject) -> list[str]:
    """Beginnings of the words that tell most about an incident: of its name, its cause."""
    incident = subject.incident
    named = " ".join([incident.name, *(component.path for component in incident.components)])
    words = _by_stem(named, subject.page or "") | _words(subject)
    return [stem if word.startswith(stem) else word for stem, word in islice(words.items(), _ASKED)]


def _told(subject: Subject) -> str:
    """What is said about the cause: in texts, the sentences that give reasons; and all notes."""
    told = [note.text.internal for note in subject.incident.notes if not note.retracted]
    for passage in subject.passages:
        causes = [
            one
            for part in sections(passage.text, CAUSE)
            for one in sentences_of(passage.text, part)
        ]
        told += [
            cause.text
            for cause in causes or sentences(passage.text)
            if causes or BECAUSE.search(cause.text)
        ]
    return " ".join(told)


def _words(subject: Subject) -> dict[str, str]:
    """What is said about the cause, word by word: each by its stem, the page's name left out."""
    return _by_stem(_told(subject), subject.page or "")


@lru_cache(maxsize=512)
def _by_stem(told: str, page: str) -> dict[str, str]:
    left_out = _COURSE | stems(page)
    return {
        one.stem: told[one.start : one.end].lower()
        for one in content_words(told[:_READ])
        if one.stem not in left_out
    }


def _shared_components(subject: Subject, other: Subject) -> list[str]:
    theirs = {component.path for component in other.incident.components}
    return [component.path for component in subject.incident.components if component.path in theirs]


def _reasons(
    subject: Subject, other: Subject, components: Sequence[str], words: Sequence[str]
) -> tuple[str, ...]:
    reasons = []
    if components:
        reasons.append(f"same components: {_some(components)}")
    if len(words) >= _FEWEST_WORDS:
        reasons.append(f"same words about the cause: {_some(words)}")
    actions = list(promised_actions(other))
    own = [one for one, _ in promised_actions(subject)]
    again = [action for action in actions if any(are_similar(action[0], mine) for mine in own)]
    for said, is_done in (again or actions)[:1]:
        reasons.append(
            f"promised then, {'done' if is_done else 'not done'}: {safe_line(said, _SHOWN)}"
        )
    return tuple(reasons)


def _begun(subject: Subject) -> datetime | None:
    return subject.incident.elapsed_since


def _some(names: Sequence[str]) -> str:
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return ", ".join(names[:_NAMED]) + more
