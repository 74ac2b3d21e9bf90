"""The journal, as the rest of ircon uses it: append, move, read."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from ircon.errors import AlreadyClaimed, JournalError
from ircon.incident.event import INTERNAL, Event
from ircon.incident.text import ingest
from ircon.incident.times import Clock, iso
from ircon.journal.operation import Operation
from ircon.journal.reader import JournalReader
from ircon.journal.storage import rows
from ircon.journal.storage.file import JournalFile
from ircon.journal.storage.journal_folder import JOURNAL, SPILL
from ircon.journal.storage.spool import Spool
from ircon.journal.storage.statements import (
    MOVE,
    OPERATIONS,
    OUTBOX_OF,
    SAVE_DRAFT,
    keep,
)

# How coarse file times may be: a change this young may be followed by one that looks the same.
_COARSE_NS: Final = 100_000_000

# Where an operation is on its way: none gets there while it is not known what is public.
_GOES_OUT: Final = frozenset({"held", "queued", "preflight", "sending"})


class Journal(JournalReader):
    """Events that are never changed, the outbox, and drafts, in one SQLite file.

    Whatever returns has been committed, whatever raises has changed nothing; but internal
    events that the file refuses are kept in the spool, and ``trouble`` says so. Several processes
    may have the same file open, and any thread may call. Times are kept to the millisecond.
    """

    def __init__(self, file: JournalFile, clock: Clock) -> None:
        super().__init__(file)
        self._clock = clock

    @classmethod
    def open(
        cls,
        folder: Path,
        clock: Clock,
        timeout: float = 5.0,
        *,
        host: str = "",
        fallback_dirs: Sequence[Path] = (),
        readonly: bool = False,
        name: str = JOURNAL,
    ) -> Journal:
        """The journal in a folder, made where there is none yet, restored where it was lost.

        Args:
            folder: where journal.db is; made for its owner alone.
            clock: dates drafts, backups and quarantined files.
            timeout: how many seconds to wait for another process.
            host: this machine's name, for the files of ``fallback_dirs``.
            fallback_dirs: folders for what neither journal nor folder takes, the best first.
            readonly: read a copy in memory; nothing in the folder is made or changed.
            name: of the file that is read so: somebody's journal, or a backup.

        Raises:
            JournalError: the folder or the file cannot be used.
            JournalBusy: another process holds it too long; names it where that is known.
            JournalDamaged: the file was never a journal.
        """
        file = JournalFile(
            folder,
            clock,
            timeout,
            host=host,
            fallback_dirs=fallback_dirs,
            copied=name if readonly else None,
        )
        return cls(file, clock)

    @staticmethod
    def spool(
        folder: Path, events: Sequence[Event], *, host: str = "", fallback_dirs: Sequence[Path] = ()
    ) -> bool:
        """Keep events for a journal that cannot be opened now; False if no folder takes them.

        The next process that opens it merges them. Never for what may become public.
        """
        return Spool((folder / SPILL, *fallback_dirs), host, os.urandom).keep(events)

    @property
    def journal_id(self) -> str:
        """Names this journal; another one after it was restored."""
        ((found,),) = self._file.rows("SELECT value FROM meta WHERE key = 'journal_id'")
        return str(found)

    @property
    def readonly(self) -> bool:
        """Whether it can only be read; then writing raises and says why."""
        return self._file.refusal is not None

    @property
    def spooled(self) -> int:
        """How many events are in the spool and not in the journal yet, ``unsaved`` included."""
        return len(self._file.waiting())

    @property
    def unsaved(self) -> int:
        """How many events no disk took: gone if this process ends now."""
        return self._file.unsaved

    def allow_memory_spool(self) -> None:
        """Let events that no disk takes wait in memory: this process has a screen, and stays."""
        self._file.stays = True

    def close(self) -> None:
        """Close the file. Only ``unsaved`` events have not been written by then."""
        self._file.close()

    def trouble(self) -> list[str]:
        """Return what a responder should know of it, as sentences; empty if all is well."""
        return self._file.trouble()

    def append(self, events: Sequence[Event], operations: Sequence[Operation] = ()) -> list[Event]:
        """Keep events, and queue operations, in one transaction.

        Each event whose kind has a prefix gets the next entry id of its incident, unless it
        brings one (an import). An event or operation that is kept already is left as it is:
        trying again after an error is harmless. Of nothing, nothing is written.

        Internal events of an incident that exists are never refused by a full disk, a
        stopped process or a damaged file: they are kept in the spool, and come back
        without ``seq``. What may become public is: it could not be taken back.

        Returns:
            The events as they are kept, in the order given.

        Raises:
            JournalBusy, JournalNewer, JournalError: nothing was kept.
        """
        if not events and not operations:
            return []
        if operations:
            self._file.may_publish()

        def work(raw: sqlite3.Connection) -> list[Event]:
            return keep(raw, events, operations)

        try:
            return self._file.write(work)
        except JournalError as error:
            if operations or not all(_stays_inside(event) for event in events):
                kept = self._kept_after_all(events, operations)
                if kept is None:
                    raise
                return kept
            self._file.spool(events, error)
            return list(events)

    def _kept_after_all(
        self, events: Sequence[Event], operations: Sequence[Operation]
    ) -> list[Event] | None:
        """Return what was saved after all by a commit that failed in its last step.

        A caller that heard of a failure would queue the same again.
        """
        with suppress(JournalError):
            if operations and all(self.operation(operation.op) for operation in operations):
                return [kept for event in events if (kept := self.event(event.id))]
        return None

    def append_if_unchanged(
        self, events: Sequence[Event], outbox: Sequence[Operation]
    ) -> list[Event] | None:
        """Keep events that were concluded from an incident's operations, if those still hold.

        Args:
            events: of one incident.
            outbox: all operations of that incident, as they were read.

        Returns:
            As ``append``; None when one of them has moved since, or another was queued, and
            then nothing was kept.

        Raises:
            JournalBusy, JournalNewer, JournalError: nothing was kept.
        """
        if not events:
            return []
        read = {(one.op, one.moves) for one in outbox}

        identity = self._identity(events[0].incident)

        def work(raw: sqlite3.Connection) -> list[Event] | None:
            if {*raw.execute(OUTBOX_OF, (identity,)).fetchall()} != read:
                return None
            return keep(raw, events)

        return self._file.write(work)

    def move(
        self,
        before: Operation,
        after: Operation,
        events: Sequence[Event] = (),
        operations: Sequence[Operation] = (),
    ) -> Operation | None:
        """Take an operation from one state to the next, and keep the events that say so.

        Args:
            before: as it was read; its ``op``, ``state`` and ``moves`` must still hold.
            after: as it shall be, with ``moves`` one higher.
            events: kept in the same transaction, as are
            operations: queued after them (an edit queues what replaces the one that ends).

        Returns:
            The operation as it is now kept; None when somebody else moved it first, and
            then nothing was kept.

        Raises:
            AlreadyClaimed: ``after.remote_id`` belongs to another operation.
            JournalBusy, JournalNewer, JournalError: nothing was kept.
            ValueError: ``after`` is not the move after ``before``.
        """
        if after.moves != before.moves + 1 or _frozen(before) != _frozen(after):
            raise ValueError("a move counts one up, and leaves what was confirmed alone")
        if after.state in _GOES_OUT or operations:
            self._file.may_publish()
        meant = after._replace(incident=self._identity(after.incident))  # as it is sealed
        moving = rows.operation_row(meant)[len(rows.FROZEN) :]

        def work(raw: sqlite3.Connection) -> Operation | None:
            try:
                done = raw.execute(MOVE, (*moving, before.op, before.state, before.moves))
            except sqlite3.IntegrityError as error:
                if error.sqlite_errorcode != sqlite3.SQLITE_CONSTRAINT_UNIQUE:
                    raise
                raise AlreadyClaimed(
                    f"{after.remote_id} on the page already belongs to another operation.",
                    "'ircon outbox' lists them.",
                ) from error
            if not done.rowcount:
                return None
            keep(raw, events, operations)
            kept = raw.execute(f"{OPERATIONS} WHERE op = ?", (before.op,)).fetchone()
            return rows.read_operation(kept)._replace(incident=before.incident)

        return self._file.write(work)

    def save_draft(self, key: str, content: Mapping[str, Any]) -> None:
        """Save a draft, in place of the one saved under this key before."""
        row = (ingest(key), ingest(rows.to_json(dict(content))), iso(self._clock.now()))
        self._file.write(lambda raw: raw.execute(SAVE_DRAFT, row))

    def drop_draft(self, key: str) -> None:
        """Delete a draft, if there is one."""
        self._file.write(lambda raw: raw.execute("DELETE FROM draft WHERE key = ?", (key,)))

    def split_incidents(self, belongs: Mapping[str, str]) -> dict[str, str]:
        """Take events out of an incident that they were never part of, after a backup.

        The one change that events ever see: version 1 could keep two incidents as one.

        Args:
            belongs: the identity of the right incident by event id; an incident's own
                ``declared`` event must be among its events.

        Returns:
            The short id of each incident that has become one of its own, by identity.

        Raises:
            JournalError: it cannot be written, or no backup can be made; nothing was changed.
        """
        from ircon.journal.storage.migrations import separate

        self._file.back_up()
        return self._file.write(lambda raw: separate(raw, belongs))

    def stamp(self) -> tuple[int, ...]:
        """A cheap token that changes when any process wrote; take it before reading.

        It is a ``stat``, never an ``open`` (that would drop SQLite's locks). While the last
        change is so young that a next one might carry the same file time, the token differs
        at every call: one reading too many, never one too few.
        """
        changed, *held = self._file.stamp()
        now = time.time_ns()  # the machine's clock, since the file's times are
        young = abs(now - changed) < _COARSE_NS
        return (changed, *held, now if young else 0)

    def repair(self) -> list[str]:
        """Restore what is damaged as far as there is a sound copy of it; nothing is deleted.

        Whoever asks for it knows of the damage: publishing is open again.

        Returns:
            What was done, as sentences; none if there was nothing to do.

        Raises:
            JournalError: it cannot be written, or another process holds it.
        """
        done = []
        if self.check():
            self._file.rebuild()
        if loss := self._file.acknowledge():
            done += [*loss.sentences(), "Publishing is open again."]
        return done


def _stays_inside(event: Event) -> bool:
    """Whether an event may be kept in the spool: not one that begins an incident."""
    return event.visibility == INTERNAL and event.kind != "declared"


def _frozen(operation: Operation) -> tuple[Any, ...]:
    return (operation.payload, *(getattr(operation, name) for name in rows.FROZEN))
