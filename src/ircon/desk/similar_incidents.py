"""Similar incidents: earlier ones of the same page, to compare texts with and to learn from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING, Final

from ircon.checks.claims.quantities import BECAUSE
from ircon.checks.followups import are_similar
from ircon.checks.rules.p_likeness import promised_actions
from ircon.checks.subject import Subject
from ircon.incident.state import SimilarIncident
from ircon.incident.text import safe_line
from ircon.text.outline import CAUSE, sections, sentences_of
from ircon.text.prose import sentences
from ircon.text.stems import content_words, stems

if TYPE_CHECKING:
    from ircon.desk.records import Records
    from ircon.desk.store import Store

_SEARCHED: Final = 24  # beginnings of words that the journal is searched for
_LISTED: Final = 40  # incidents that the search returns, the most similar first
_COMPARED: Final = 20  # of them that have a postmortem or actions
_FEWEST_WORDS: Final = 3  # on the cause that two incidents share and few others have
_NAMED: Final = 4  # components or words in a reason
_READ: Final = 20_000  # characters on a cause
_SHOWN: Final = 90  # characters of an action

# Words of every incident's course: they say nothing about a cause.
_COURSE: Final = stems(
    "investigate identified monitoring resolved update status fix implemented mitigation mitigated "
    "degraded performance degradation outage partial unavailable service affected impact customers "
    "users experience error failure failed failing slow normal operating operation restored "
    "recovery recovered continue report root cause working apologize inconvenience patience "
    "post-mortem postmortem share details happened utc time minutes hours following currently "
    "result increased elevated"
)


class SimilarIncidents:
    """A search for earlier incidents. Results are reused until the journal grows.

    Args:
        store: the journal and its search.
        records: brings the search up to date.
        subject_of: makes an incident of the journal, by its id, a subject of the checks.
    """

    def __init__(
        self, store: Store, records: Records, subject_of: Callable[[str], Subject]
    ) -> None:
        self._store = store
        self._records = records
        self._subject_of = subject_of
        self._seq = -1
        self._subjects: dict[str, Subject] = {}
        self._results: dict[str, tuple[Subject, ...]] = {}

    def subjects(self, subject: Subject) -> tuple[Subject, ...]:
        """Incidents of the same page with a postmortem or actions, the most similar first."""
        comparable = (
            other for other in self._alike(subject) if other.postmortem or other.incident.actions
        )
        return tuple(islice(comparable, _COMPARED))

    def similar(self, subject: Subject, limit: int = 5) -> list[SimilarIncident]:
        """Earlier incidents that share components or words on the cause, each with the reasons.

        Words that many incidents of the page have do not count. The most similar come first.
        """
        begun, here = _begun(subject), _words(subject)
        before = [
            other
            for other in self._alike(subject)
            if begun and (started := _begun(other)) and started < begun
        ]
        spread = Counter(stem for other in before for stem in _words(other))
        common = {stem for stem, count in spread.items() if count > max(2, len(before) // 3)}
        weighted = []
        for other in before:
            components = _shared_components(subject, other)
            theirs = _words(other)
            shared = sorted((here.keys() & theirs.keys()) - common, key=lambda key: spread[key])
            if components or len(shared) >= _FEWEST_WORDS:
                words = [theirs[stem] for stem in shared]
                weight = 2 * min(len(components), _NAMED) + len(words)
                weighted.append((weight, other, _reasons(subject, other, components, words)))
        weighted.sort(key=lambda row: -row[0])
        return [
            SimilarIncident(other.incident.id, other.incident.name, reasons)
            for _, other, reasons in weighted[:limit]
        ]

    def _alike(self, subject: Subject) -> tuple[Subject, ...]:
        now, incident = self._store.journal.last_seq(), subject.incident.id
        if now != self._seq:
            self._seq, self._subjects, self._results = now, {}, {}
        if incident not in self._results:
            self._records.refresh()
            listed = self._store.cache.similar(_search_terms(subject), _LISTED)
            others = (
                self._subject(summary.incident)
                for summary in listed
                if summary.incident != incident
            )
            self._results[incident] = tuple(
                other
                for other in others
                if subject.shares_page_with(other) and not subject.is_copy_of(other)
            )
        return self._results[incident]

    def _subject(self, incident: str) -> Subject:
        if incident not in self._subjects:
            self._subjects[incident] = self._subject_of(incident)
        return self._subjects[incident]


def _search_terms(subject: Subject) -> list[str]:
    """Beginnings of the words that characterise an incident: of its name and its cause."""
    incident = subject.incident
    named = " ".join([incident.name, *(component.path for component in incident.components)])
    words = _by_stem(named, subject.page or "") | _words(subject)
    return [
        stem if word.startswith(stem) else word for stem, word in islice(words.items(), _SEARCHED)
    ]


def _cause(subject: Subject) -> str:
    """The text on the cause: the sentences of passages that give reasons, and all notes."""
    texts = [note.text.internal for note in subject.incident.notes if not note.retracted]
    for passage in subject.passages:
        causes = [
            sentence
            for section in sections(passage.text, CAUSE)
            for sentence in sentences_of(passage.text, section)
        ]
        texts += [
            sentence.text
            for sentence in causes or sentences(passage.text)
            if causes or BECAUSE.search(sentence.text)
        ]
    return " ".join(texts)


def _words(subject: Subject) -> dict[str, str]:
    """The words on the cause by stem, without the page's name."""
    return _by_stem(_cause(subject), subject.page or "")


@lru_cache(maxsize=512)
def _by_stem(text: str, page: str) -> dict[str, str]:
    excluded = _COURSE | stems(page)
    return {
        word.stem: text[word.start : word.end].lower()
        for word in content_words(text[:_READ])
        if word.stem not in excluded
    }


def _shared_components(subject: Subject, other: Subject) -> list[str]:
    theirs = {component.path for component in other.incident.components}
    return [component.path for component in subject.incident.components if component.path in theirs]


def _reasons(
    subject: Subject, other: Subject, components: Sequence[str], words: Sequence[str]
) -> tuple[str, ...]:
    reasons = []
    if components:
        reasons.append(f"same components: {_list(components)}")
    if len(words) >= _FEWEST_WORDS:
        reasons.append(f"same words about the cause: {_list(words)}")
    actions = list(promised_actions(other))
    own = [action for action, _ in promised_actions(subject)]
    again = [action for action in actions if any(are_similar(action[0], mine) for mine in own)]
    for text, is_done in (again or actions)[:1]:
        reasons.append(
            f"promised then, {'done' if is_done else 'not done'}: {safe_line(text, _SHOWN)}"
        )
    return tuple(reasons)


def _begun(subject: Subject) -> datetime | None:
    return subject.incident.elapsed_since


def _list(names: Sequence[str]) -> str:
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return ", ".join(names[:_NAMED]) + more
