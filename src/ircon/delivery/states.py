"""Delivery state machine: the rows of ``MOVES`` are the only legal moves.

Every move is one committed transaction and one ``delivery`` event; docs/delivery-states.md
prints the table. What may already be public (``unknown``) is never sent again without a
manual decision: no other row leads from there to ``queued``.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from ircon.incident.vocabulary import DELIVERY_WORDS


class State(NamedTuple):
    """State of an operation, and its meaning for the engineer who sees it."""

    name: str
    meaning: str


class Move(NamedTuple):
    """Move from ``source`` to ``target`` on ``event`` if ``guard`` holds; ``words`` are shown."""

    source: str
    event: str
    target: str
    guard: str
    words: str


STATES: Final = {
    state.name: state
    for state in (
        State("draft", "taken back; the text is in the composer again"),
        State("held", "confirmed; is sent after a few seconds unless taken back"),
        State("queued", "waits for its turn, the network or the page's rate limit"),
        State("preflight", "the page is being checked before anything is sent"),
        State("stale", "waited too long: is it still true?"),
        State("conflict", "somebody else posted since it was written"),
        State("sending", "being sent"),
        State("sent", "the page accepted it; being verified"),
        State("confirmed", "public: the page shows it"),
        State("unknown", "may already be public: the page is being checked"),
        State("needs_human", "not found on the page: you must decide"),
        State("rejected", "the page refused it; the text is saved"),
        State("cancelled", "dropped, or replaced; not sent again"),
    )
}
assert STATES.keys() == DELIVERY_WORDS.keys()  # noqa: S101 - two tables, one vocabulary

MOVES: Final = (
    Move("draft", "hold", "held", "confirmed in the console", "sends in a few seconds, z takes it back"),
    Move("draft", "queue", "queued", "confirmed on the command line", "queued"),
    Move("held", "take_back", "draft", "a person's z, a quit, a suspension", "taken back, nothing sent"),
    Move("held", "owner_died", "draft", "its process has ended", "taken back, nothing sent"),
    Move("held", "release", "queued", "the hold has ended and the process runs", "queued"),
    Move("queued", "look", "preflight", "sender lock held, first of its incident, due", "checking the page"),
    Move("queued", "outdated", "stale", "10 min old, slept, clock jumped, or incident closed", "still true?"),
    Move("queued", "no_incident", "stale", "its incident's creation was refused or dropped", "the incident is not on the page"),
    Move("stale", "reconfirm", "queued", "decision: it is still true", "queued"),
    Move("conflict", "reconfirm", "queued", "decision: send it anyway", "queued"),
    Move("needs_human", "send_again", "queued", "decision; subscribers are not notified unless chosen", "queued"),
    Move("needs_human", "look_again", "unknown", "decision", "checking the page again"),
    Move("needs_human", "it_is_there", "unknown", "decision: its id on the page; unclaimed", "checking the page for it"),
    Move("preflight", "page_away", "queued", "nothing was sent: no answer, 5xx, 420/429", "queued, page not reached"),
    Move("preflight", "owner_died", "queued", "its process has ended; nothing was sent", "queued"),
    Move("preflight", "page_refused", "rejected", "3xx or another 4xx, or not the pinned page", "refused"),
    Move("preflight", "seen", "confirmed", "sent again, and the lost one is on the page", "confirmed"),
    Move("preflight", "others_posted", "conflict", "updates that its author had not seen, or resolved", "somebody else posted"),
    Move("preflight", "several", "needs_human", "sent again, and it may be on the page", "which one is it?"),
    Move("preflight", "intend", "sending", "nothing unseen; the ids on the page are stored", "sending"),
    Move("sending", "not_sent", "queued", "certainly not applied", "queued, will retry"),
    Move("sending", "refused", "rejected", "certainly not applied, and never will be", "refused"),
    Move("sending", "accepted", "sent", "the answer shows one new entry, whatever its text", "sent"),
    Move("sending", "unsure", "unknown", "the answer was lost or makes no sense", "may already be public, checking"),
    Move("sending", "owner_died", "unknown", "its process has ended", "may already be public, checking"),
    Move("sent", "seen", "confirmed", "an independent read shows it", "confirmed"),
    Move("sent", "vanished", "unknown", "60 s of reads do not show it", "may already be public, checking"),
    Move("unknown", "seen", "confirmed", "exactly one new match", "confirmed"),
    Move("unknown", "several", "needs_human", "two matches, or one with another text", "which one is it?"),
    Move("unknown", "not_seen", "needs_human", "60 s and 4 good reads without a match", "not on the page after 60 s"),
    Move("needs_human", "several", "needs_human", "a later read shows candidates", "which one is it?"),
    Move("confirmed", "twin", "confirmed", "the same text or token again within 24 h, unclaimed", "is on the page twice"),
    *(
        Move(source, "drop", "cancelled", "decision: drop it", "dropped")
        for source in ("held", "queued", "stale", "conflict", "needs_human")
    ),
    *(
        Move(source, "replace", "cancelled", "decision: edited; a new one is queued", "replaced")
        for source in ("stale", "conflict", "needs_human")
    ),
)  # fmt: skip

_TABLE: Final = {(move.source, move.event): move for move in MOVES}

# An operation in one of these may be on the page: later ones of its incident wait.
IN_DOUBT: Final = frozenset({"preflight", "sending", "sent", "unknown", "needs_human"})
# An operation in one of these is finished.
SETTLED: Final = frozenset({"draft", "confirmed", "rejected", "cancelled"})
OPEN: Final = STATES.keys() - SETTLED
# An operation in one of these needs a manual decision.
NEEDS_DECISION: Final = frozenset({"stale", "conflict", "needs_human"})


def move(state: str, event: str) -> Move:
    """Return the row for an event in a state.

    Raises:
        ValueError: no such row: a defect in the caller, never a user's mistake.
    """
    try:
        return _TABLE[state, event]
    except KeyError:
        raise ValueError(f"no move from {state!r} on {event!r}") from None


def events_from(state: str) -> tuple[str, ...]:
    """Return the events that are possible in a state, in the table's order."""
    return tuple(row.event for row in MOVES if row.source == state)
