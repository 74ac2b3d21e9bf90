"""U22: an update whose words are those of another status."""

from __future__ import annotations

from collections.abc import Iterator

from ircon.checks.claims.states import (
    is_qualified,
    names_recovery,
    says_all_is_back,
    says_cause_unknown,
    says_it_is_over,
    says_still_broken,
    says_work_goes_on,
)
from ircon.checks.finding import WARN, Violation
from ircon.checks.rule import rule
from ircon.checks.subject import Passage, Subject
from ircon.incident.vocabulary import COMPONENT_STATUSES
from ircon.text.prose import Span, mask_markup, sentences


@rule(
    "U22",
    WARN,
    good="Resolved: 'Mail leaves at once since 16:40 UTC. We keep looking for its cause.'",
    bad="Resolved: 'We are still working on a fix.'",
)
def words_of_another_status(subject: Subject) -> Iterator[Violation]:
    """The words of an update belong to another status, or to other components' states.

    Half of the readers see only the status, the other half only the words. Where one says that
    it is over and the other that it goes on, nobody knows which to believe.
    """
    for passage in subject.updates:
        if passage.is_maintenance:
            continue
        for sentence in sentences(passage.text):
            found = _claim_against_status(passage, sentence)
            if found is None:
                continue
            (start, end), says = found
            yield Violation(
                passage,
                sentence.start + start,
                sentence.start + end,
                f"The status is {passage.status_label}, the text says {says}: "
                "one of them is wrong.",
                f"the status of this update, {passage.status_label}",
            )
            break
        else:
            yield from _all_back(passage)


def _claim_against_status(passage: Passage, sentence: Span) -> tuple[tuple[int, int], str] | None:
    """Return where a sentence speaks for another status, and what it says."""
    text = mask_markup(sentence.text)
    if passage.status == "resolved":
        if place := says_work_goes_on(text):
            return place, "that the work goes on"
        if place := says_still_broken(text):
            return place, "that it still fails"
    elif passage.status == "monitoring":
        if (place := says_cause_unknown(text)) and not names_recovery(passage.text):
            return place, "that the cause is still looked for"
        if place := says_work_goes_on(text):
            start, end = (sentence.start + offset for offset in place)
            if not names_recovery(passage.text[:start] + passage.text[end:]):
                return place, "that the work goes on"
    elif passage.status in {"investigating", "identified"} and not is_qualified(passage.text):
        place = says_it_is_over(text) or says_all_is_back(text)
        if place:
            return place, "that it is over"
    return None


def _all_back(passage: Passage) -> Iterator[Violation]:
    """Yield ``back for everyone`` beside a component that this update leaves down."""
    changes = passage.components or (passage.update.components if passage.update else ())
    down = [
        change.name for change in changes if COMPONENT_STATUSES[change.status or "operational"].rank
    ]
    if not down or passage.status not in {"monitoring", "resolved"}:
        return
    for sentence in sentences(passage.text):
        if place := says_all_is_back(mask_markup(sentence.text)):
            yield Violation(
                passage,
                sentence.start + place[0],
                sentence.start + place[1],
                f"The text says that all is back; this update leaves {', '.join(down[:3])} "
                "not operational.",
                "the components that this update selects",
            )
            return
