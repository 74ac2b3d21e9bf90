"""Shutdown of a process: what becomes of the updates it holds, and what is not public then."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from ircon.errors import IrconError

if TYPE_CHECKING:
    from ircon.desk.holds import Holds
    from ircon.desk.outbox import Outbox
    from ircon.desk.saved_drafts import RefusedTexts, SavedDrafts
    from ircon.desk.store import Store

_NOT_SENT = frozenset({"held", "draft", "cancelled"})  # a hold ends as a draft with its process


class Progress(NamedTuple):
    """How far some updates are.

    Attributes:
        ends: when each hold that still runs ends, soonest first.
        states: of those that are not held any more.
    """

    ends: Sequence[datetime]
    states: Sequence[str]


class Pending(NamedTuple):
    """What is not public when a process ends.

    Attributes:
        states: of updates in the outbox, in the words of ``DELIVERY_WORDS``.
        drafts: how many drafts and refused texts are saved.
    """

    states: Sequence[str]
    drafts: int


class Shutdown:
    """What becomes of updates whose hold has not ended when their process does.

    Args:
        store: the journal has the operations.
        holds: releases them, or takes them back.
        saved_drafts: texts of updates that are being written.
        refused_texts: what commands could not record or post.
        outbox: everything that is not settled.
    """

    def __init__(
        self,
        store: Store,
        holds: Holds,
        saved_drafts: SavedDrafts,
        refused_texts: RefusedTexts,
        outbox: Outbox,
    ) -> None:
        self._store = store
        self._holds = holds
        self._saved_drafts = saved_drafts
        self._refused_texts = refused_texts
        self._outbox = outbox

    def operations(self) -> list[str]:
        """The ids of the operations that this process holds, soonest first."""
        return [operation.op for operation in self._holds.held()]

    def progress(self, ops: Sequence[str]) -> Progress:
        """How far these operations are; one that is gone is left out."""
        operations = [op for op in map(self._store.journal.operation, ops) if op is not None]
        return Progress(
            sorted(op.hold_until or op.queued_at for op in operations if op.state == "held"),
            [op.state for op in operations if op.state != "held"],
        )

    def keep_as_drafts(self) -> int:
        """Take every held update back and save its text; returns how many."""
        count = 0
        for op in self.operations():
            try:
                self._holds.take_back(op)
            except IrconError:  # it has just moved on, or the disk is full: a hold ends by itself
                continue
            count += 1
        return count

    def send_now(self) -> None:
        """End the holds of this process: what was held is queued."""
        ends = [operation.hold_until for operation in self._holds.held()]
        self._holds.release(now=max((end for end in ends if end), default=None))

    def is_settled(self, ops: Sequence[str]) -> bool:
        """Whether each of these operations is at its end, or wants a manual decision."""
        items = [item for item in self._outbox.items() if item.operation in ops]
        return all(len(item.choices) > 1 for item in items)

    def late(self, ops: Sequence[str]) -> list[str]:
        """The states of those of these operations that left before they could be taken back."""
        return [state for state in self.progress(ops).states if state not in _NOT_SENT]

    def unconfirmed(self, ops: Sequence[str]) -> list[str]:
        """The states of those of these operations that were sent and are not confirmed."""
        return [state for state in self.late(ops) if state != "confirmed"]

    def pending(self) -> Pending:
        """Everything that is not public: unsettled updates, and saved texts.

        Raises:
            IrconError: the journal cannot be read.
        """
        unsettled = [item for item in self._outbox.items() if item.state != "confirmed"]
        drafts = len(self._saved_drafts.updates()) + len(self._refused_texts.all())
        return Pending([item.word for item in unsettled], drafts)
