"""P10: actions without an owner, a date, a ticket or an end."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from ircon.checks.finding import ERROR, Violation
from ircon.checks.followups import FollowUp, are_similar, empty_action_headings, follow_ups
from ircon.checks.rule import rule
from ircon.checks.subject import Passage, Subject
from ircon.incident.state import Action

# What an action has to have, and what that is called in a recorded one.
_NEEDED: Final = {
    "public": {"owner": "owner", "date": "due"},
    "internal": {"owner": "owner", "date": "due", "ticket": "ticket"},
}


@rule(
    "P10",
    ERROR,
    english=True,
    good="'Alert when the queue holds over 1,000 messages (queue team, 2026-06-01).'",
    bad="'We will improve our monitoring.'",
    swallows=("U12", "L1", "L6", "L7"),
)
def not_actionable(subject: Subject) -> Iterator[Violation]:
    """An action has a weak verb, no owner or no date; or none follows the heading.

    An action that nobody owns and that has no end is a wish. Say what will be different, which
    team or role is responsible, and by when. An internal postmortem wants the person and the
    ticket, too. What the recorded action has (ircon action) counts as well.
    """
    passage = subject.postmortem
    if passage is None:
        return
    needed = _NEEDED[subject.audience]
    for action in follow_ups(passage.text):
        yield from _check_action(passage, action, needed, subject.incident.actions)
    for heading in empty_action_headings(passage.text):
        yield Violation(
            passage, heading.start, heading.end, "This announces actions, and none follows."
        )


def _check_action(
    passage: Passage,
    action: FollowUp,
    needed: Mapping[str, str],
    recorded: Sequence[Action],
) -> Iterator[Violation]:
    """Yield one violation an action; what the recorded action has counts, too."""
    known = next(
        (other for other in recorded if are_similar(other.text.internal, action.text)), None
    )
    traits = action.traits
    missing = [
        word
        for word, attribute in needed.items()
        if not getattr(traits, word) and not (known and getattr(known, attribute))
    ]
    faults = []
    if traits.weak:
        faults.append(f"'{traits.weak}' can never be done")
    if missing:
        faults.append(f"no {', no '.join(missing)}")
    if faults:
        yield Violation(
            passage,
            action.start,
            action.end,
            f"{'; '.join(faults)}.".replace("no ", "No ", 1 if faults[0].startswith("no ") else 0),
            f"the recorded action {known.id}" if known else "the recorded actions: none is similar",
        )
