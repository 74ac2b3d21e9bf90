"""Update holds: the seconds in which a confirmed update can still be taken back."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final

from ircon.delivery.lock import is_alive
from ircon.delivery.payload import thaw
from ircon.delivery.transitions import make_move
from ircon.desk.outbox import find_operation
from ircon.errors import Refused
from ircon.incident.recorder import Recorder
from ircon.journal.operation import Operation

if TYPE_CHECKING:
    from ircon.desk.saved_drafts import SavedDrafts
    from ircon.journal.store import Journal

_REACTION: Final = 3.0  # seconds that a person needs to take something back
_OVERDUE: Final = 30.0  # seconds after its end from which a hold is not released any more


class Holds:
    """Ends the holds of one process, by release or by taking back.

    Args:
        journal: has the held operations.
        recorder: stamps the events of the moves.
        saved_drafts: gets the text of what is taken back.
        owner: this process, ``host:pid:boot``.
    """

    def __init__(
        self, journal: Journal, recorder: Recorder, saved_drafts: SavedDrafts, owner: str
    ) -> None:
        self._journal = journal
        self._recorder = recorder
        self._saved_drafts = saved_drafts
        self._owner = owner

    def held(self) -> list[Operation]:
        """Return the operations that this process holds, soonest first."""
        return sorted(
            (
                operation
                for operation in self._journal.operations(states=("held",))
                if operation.by == self._owner
            ),
            key=lambda operation: operation.hold_until or operation.queued_at,
        )

    def take_back(self, op: str) -> str:
        """Stop what is still held, and save its text as the update's draft.

        Another text that was being typed there, or was taken back just before, is saved under
        a key of its own.

        Returns:
            The incident whose composer has the text again.

        Raises:
            Refused: it is no longer held, and may have been sent.
        """
        operation = find_operation(self._journal, op)
        if operation.state != "held" or self._move(operation, "take_back") is None:
            raise Refused("Too late: it is no longer held.", "'ircon outbox' shows its state.")
        self._saved_drafts.save_taken_back(operation, thaw(operation))
        return operation.incident

    def release(
        self, *, now: datetime | None = None, mine_only: bool = True, was_away: bool = False
    ) -> None:
        """Queue what this process held long enough.

        A hold that nobody ended in time (its process died, was suspended, or hangs) becomes a
        draft: nothing is sent that nobody could take back.

        Args:
            now: instead of the clock's time, to end holds early.
            mine_only: leave alone what other processes hold, dead or not.
            was_away: this process was stopped, or its screen hung, until now: what ended
                meanwhile, or is about to end, nobody could take back.
        """
        current = now or self._recorder.clock.now()
        for operation in self._journal.operations(states=("held",)):
            ours = operation.by == self._owner
            if mine_only and not ours:
                continue
            over = (current - operation.hold_until).total_seconds() if operation.hold_until else 0.0
            if over > _OVERDUE or (ours and was_away and over > -_REACTION):
                self._return_to_draft(operation, "take_back")
            elif ours and over >= 0:
                # Its age counts from the confirmation: a sleep meanwhile is noticed.
                self._move(operation, "release")
            elif not ours and not is_alive(operation.by, self._owner):
                self._return_to_draft(operation, "owner_died")

    def _return_to_draft(self, operation: Operation, event: str) -> None:
        """Save the text as a draft first, then move the operation."""
        self._saved_drafts.save_rejected(operation)
        self._move(operation, event)

    def _move(self, operation: Operation, event: str) -> Operation | None:
        return make_move(self._journal, self._recorder, operation, event, by=None)
