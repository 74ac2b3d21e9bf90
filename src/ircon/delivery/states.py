"""The delivery state machine: the rows are the only legal moves.

Code asks ``move`` and can go nowhere else; docs/delivery-states.md prints the table;
a state machine test walks it. Every move is one committed transaction and one
``delivery`` event. What may already be public (``unknown``) is never sent again
by the program on its own: no row leads from there to ``queued`` but a person's.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from ircon.incident.vocabulary import DELIVERY_WORDS


class State(NamedTuple):
    """A state, and what it means to the engineer who sees it."""

    name: str
    meaning: str


class Move(NamedTuple):
    """From ``source``, on ``event``, if ``guard`` holds, to ``target``; ``words`` are shown."""

    source: str
    event: str
    target: str
    guard: str
    words: str


STATES: Final = {
    state.name: state
    for state in (
        State("draft", "taken back; the text is in the composer again"),
        State("held", "confirmed; leaves after a few seconds unless taken back"),
        State("queued", "waits for its turn, the network or the page's rate limit"),
        State("preflight", "the page is being looked at before anything is sent"),
        State("stale", "waited too long: is it still true?"),
        State("conflict", "somebody else posted since it was written"),
        State("sending", "on its way"),
        State("sent", "the page took it; being looked at once more"),
        State("confirmed", "public: the page shows it"),
        State("unknown", "may already be public: the page is being asked"),
        State("needs_human", "could not be found on the page: a person decides"),
        State("rejected", "the page said no; the text is kept"),
        State("cancelled", "dropped, or replaced; not sent again"),
    )
}
assert STATES.keys() == DELIVERY_WORDS.keys()  # noqa: S101 - two tables, one vocabulary

MOVES: Final = (
    Move("draft", "hold", "held", "confirmed in the console", "sends in a few seconds, z takes it back"),
    Move("draft", "queue", "queued", "confirmed on the command line", "queued"),
    Move("held", "take_back", "draft", "a person's z, a quit, a suspension", "taken back, nothing sent"),
    Move("held", "owner_died", "draft", "its process is gone", "taken back, nothing sent"),
    Move("held", "release", "queued", "the hold is over and the process alive", "queued"),
    Move("queued", "look", "preflight", "sender lock held, first of its incident, due", "checking the page"),
    Move("queued", "outdated", "stale", "10 min old, slept, clock jumped, or incident over", "still true?"),
    Move("queued", "no_incident", "stale", "its incident's creation was refused or dropped", "the incident is not on the page"),
    Move("stale", "reconfirm", "queued", "a person says it is still true", "queued"),
    Move("conflict", "reconfirm", "queued", "a person says send it anyway", "queued"),
    Move("needs_human", "send_again", "queued", "a person says so; mails off unless said", "queued"),
    Move("needs_human", "look_again", "unknown", "a person says so", "checking the page again"),
    Move("needs_human", "it_is_there", "unknown", "a person names which one; unclaimed", "checking that it is there"),
    Move("preflight", "page_away", "queued", "nothing was sent: no answer, 5xx, 420/429", "queued, page not reached"),
    Move("preflight", "owner_died", "queued", "its process is gone; nothing was sent", "queued"),
    Move("preflight", "page_refused", "rejected", "3xx or another 4xx, or not the pinned page", "the page said no"),
    Move("preflight", "seen", "confirmed", "sent again, and the lost one is there by now", "confirmed"),
    Move("preflight", "others_posted", "conflict", "updates that its author had not seen, or resolved", "somebody else posted"),
    Move("preflight", "several", "needs_human", "sent again, and it may be there by now", "which one is it?"),
    Move("preflight", "intend", "sending", "nothing unseen; what is there is noted first", "sending"),
    Move("sending", "not_sent", "queued", "certainly not applied", "queued, will retry"),
    Move("sending", "refused", "rejected", "certainly not applied, and never will be", "the page said no"),
    Move("sending", "accepted", "sent", "the answer shows one entry more, whatever its words", "sent"),
    Move("sending", "unsure", "unknown", "the answer was lost or makes no sense", "may already be public, checking"),
    Move("sending", "owner_died", "unknown", "its process is gone", "may already be public, checking"),
    Move("sent", "seen", "confirmed", "a second look shows it", "confirmed"),
    Move("sent", "vanished", "unknown", "60 s of looks do not show it", "may already be public, checking"),
    Move("unknown", "seen", "confirmed", "exactly one new match", "confirmed"),
    Move("unknown", "several", "needs_human", "two matches, or one that is nearly it", "which one is it?"),
    Move("unknown", "not_seen", "needs_human", "60 s and 4 good looks without a match", "not on the page after 60 s"),
    Move("needs_human", "several", "needs_human", "a later look shows what it may be", "which one is it?"),
    Move("confirmed", "twin", "confirmed", "the same again within 24 h, nobody's: words, or a token", "stands on the page twice"),
    *(
        Move(source, "drop", "cancelled", "a person drops it", "dropped")
        for source in ("held", "queued", "stale", "conflict", "needs_human")
    ),
    *(
        Move(source, "replace", "cancelled", "a person edited it: a new one is queued", "replaced")
        for source in ("stale", "conflict", "needs_human")
    ),
)  # fmt: skip

_TABLE: Final = {(move.source, move.event): move for move in MOVES}

# An operation in one of these may be on the page: later ones of its incident wait.
IN_DOUBT: Final = frozenset({"preflight", "sending", "sent", "unknown", "needs_human"})
# ... and in one of these it is over.
SETTLED: Final = frozenset({"draft", "confirmed", "rejected", "cancelled"})
OPEN: Final = STATES.keys() - SETTLED
# A person has to decide.
WANTS_PERSON: Final = frozenset({"stale", "conflict", "needs_human"})


def move(state: str, event: str) -> Move:
    """The row for an event in a state.

    Raises:
        ValueError: there is none: a defect in the caller, never a user's mistake.
    """
    try:
        return _TABLE[state, event]
    except KeyError:
        raise ValueError(f"no move from {state!r} on {event!r}") from None


def events_from(state: str) -> tuple[str, ...]:
    """What may happen in a state, in the table's order."""
    return tuple(row.event for row in MOVES if row.source == state)
