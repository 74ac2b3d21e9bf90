"""journal.db with all that keeps it safe: reserve file, spool, recovery, and its warnings."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

from ircon.errors import JournalDamaged, JournalError, JournalFull
from ircon.incident.event import Event
from ircon.incident.times import Clock, iso
from ircon.journal.storage import statements
from ircon.journal.storage.backups import Backups
from ircon.journal.storage.connection import Connection
from ircon.journal.storage.journal_folder import BACKUPS, RESERVE, SPILL, location_warning
from ircon.journal.storage.opening import open_store, structure
from ircon.journal.storage.reserve_file import ReserveFile
from ircon.journal.storage.schema import ALIASED
from ircon.journal.storage.spool import Spool

if TYPE_CHECKING:
    from ircon.journal.storage.data_loss import DataLoss

_Answer = TypeVar("_Answer")
Work = Callable[[Any], _Answer]

_UNTIL_KNOWN: Final = "Nothing is published until you acknowledge it with 'ircon doctor --repair'."


class JournalFile:
    """One folder's journal, as this process has it open.

    Args:
        folder: where it is.
        clock: dates backups and quarantined files.
        timeout: how many seconds to wait for another process.
        host: this machine's name; fallback_dirs: folders for the spool besides its own.
        copied: the name of a file of which only a copy is read.

    Attributes:
        stays: whether what no disk takes may wait in memory: this process shows it to a
            person, and tries again.
        damage: what was left out of what was read, as sentences by what it was.
    """

    def __init__(
        self,
        folder: Path,
        clock: Clock,
        timeout: float,
        *,
        host: str,
        fallback_dirs: Sequence[Path],
        copied: str | None,
    ) -> None:
        self._folder = folder
        self._clock = clock
        self._timeout = timeout
        self._copied = copied is not None
        self._why = ""
        self._before: list[Connection] = []
        self._reserve = ReserveFile(folder / RESERVE)
        self._spool = Spool(
            () if self._copied else (folder / SPILL, *fallback_dirs), host, os.urandom
        )
        self.stays = False
        self.damage: dict[str, str] = {}
        self._notices: list[str] = []
        if copied is not None:
            self._connection = Connection(folder / copied, timeout, copied=True)
        else:
            self._connection, self._notices = open_store(folder, clock, timeout)
            self._inode = self._connection.path.stat().st_ino
            if not self.refusal:
                self._reserve.renew()
                self._merge()

    @property
    def refusal(self) -> JournalError | None:
        """Why nothing can be written, if so."""
        return self._connection.refusal

    @property
    def aliases(self) -> dict[str, str]:
        """What was read of the short ids so far, by identity; another file has its own."""
        return self._connection.aliases

    @property
    def knows_aliases(self) -> bool:
        """Whether it has them at all: one of version 1 that cannot be written has not."""
        return self._connection.version >= ALIASED

    def close(self) -> None:
        """Close the file. What no disk took is lost then."""
        for connection in (*self._before, self._connection):
            connection.close()

    def rows(self, statement: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """All rows of a SELECT; of a file that proves damaged, once it was made anew.

        Raises:
            JournalBusy, JournalDamaged: as ``Connection.rows``.
        """
        try:
            return self._connection.rows(statement, values)
        except JournalDamaged as error:
            if not self._remedied(error):
                raise
            return self._connection.rows(statement, values)

    def write(self, work: Work[_Answer]) -> _Answer:
        """Do all of it in one transaction, or nothing; then merge the spool.

        Raises:
            JournalError: nothing was kept, even with the room of the reserve.
        """
        try:
            done = self._commit(work)
        except JournalError as error:
            if not self._remedied(error):
                raise
            done = self._commit(work)
        if self._reserve.released:
            self._reserve.renew()
        self._merge()
        return done

    def spool(self, events: Sequence[Event], error: JournalError) -> None:
        """Keep in the spool what the journal refused.

        Raises:
            JournalError: the refusal itself, where nothing lasting takes it.
        """
        if self._copied:
            raise error
        self._why = error.message
        if not self._spool.keep(events, in_memory=self.stays):
            raise error

    def waiting(self) -> list[Event]:
        """Return the events that are in the spool and not in the journal yet."""
        return self._spool.waiting()

    @property
    def unsaved(self) -> int:
        """How many events are in this process's memory only."""
        return len(self._spool.unsaved)

    def stamp(self) -> tuple[int, ...]:
        """Return the file's and the spool's ``stat`` values."""
        self._reopened()
        held = self._connection.path.stat()
        return (held.st_mtime_ns, held.st_ino, held.st_size, *self._spool.stamp(), self.unsaved)

    def may_publish(self) -> None:
        """Nothing is published while it is not known what was.

        Raises:
            JournalError: the journal was restored, and nobody has said that they know.
        """
        if self._loss():
            raise JournalError(
                "The journal was damaged and restored: its state of the page may be out of date.",
                "Check the page and 'ircon doctor', then run 'ircon doctor --repair'.",
            )

    def trouble(self) -> list[str]:
        """Return what a responder should know now, as sentences; empty if all is well."""
        said = []
        if self.unsaved:
            said.append(
                f"NOT SAVED: {self.unsaved} event(s). No disk takes them; they are only in this"
                f" process's memory. {self._why}".strip()
            )
        spooled = len(self.waiting()) - self.unsaved
        if spooled:
            where = ", ".join(self._described(folder) for folder in self._spool.folders())
            why = f" {self._why}" if self._why else ""
            said.append(
                f"Not in the journal yet: {spooled} event(s), in the spool {where}.{why}"
                " They are merged when it can be written."
            )
        if self.refusal and not self._copied:
            said.append(f"Nothing can be published: {self.refusal}")
        if self._reserve.released:
            said.append(
                "The disk is full: the journal's reserve file was deleted so that your text could"
                " still be saved. Make room now."
            )
        with suppress(JournalError):
            loss = self._loss()
            said += [*loss.sentences(), _UNTIL_KNOWN] if loss else []
        said += [*self.damage.values(), *self._spool.torn.values(), *self._notices]
        misplaced = None if self._copied else location_warning(self._folder)
        return [*said, misplaced] if misplaced else said

    def _described(self, folder: Path) -> str:
        """Return a folder of the spool, with a warning if it does not outlive a restart."""
        if folder.parent == self._folder:
            return str(folder)
        return f"{folder} (which may be emptied when this machine restarts)"

    def check(self) -> list[str]:
        """What is wrong with the structure of the file, in SQLite's words."""
        try:
            return [f"SQLite: {words}" for words in structure(self._connection, "integrity_check")]
        except JournalDamaged as error:
            return [error.message]

    def back_up(self) -> None:
        """Make a backup now.

        Raises:
            JournalError: it cannot be made.
        """
        Backups(self._folder / BACKUPS).make(self._connection, self._clock.now())

    def rebuild(self) -> None:
        """Quarantine the file and make it anew from all that is sound in it and its backup.

        Raises:
            JournalError: it cannot be written, or another process has it.
        """
        from ircon.journal.storage.recovery import recover

        recover(
            self._folder,
            self._clock,
            lambda: not self._is_replaced(),
            holding=self._connection.transaction("EXCLUSIVE"),
        )
        self._reopened()
        self.damage.clear()
        self._merge()

    def rebuild_aliases(self) -> bool:
        """Rebuild the file, since a short id in it is damaged; False where it cannot be."""
        if not self._copied and not self.refusal:
            with suppress(JournalError):
                self.rebuild()
                return True
        self.damage["alias"] = (
            "A short id is damaged, and its incident is shown under its full id:"
            " check before you type a short one."
        )
        return False

    def acknowledge(self) -> DataLoss | None:
        """Acknowledge the loss, so that publishing is open again; None if nothing was lost."""
        loss = self._loss()
        if loss:
            key = f"{statements.LOSS} acknowledged {iso(self._clock.now())}"
            self._commit(lambda raw: raw.execute(statements.RENAME_META, (key, statements.LOSS)))
        return loss

    def _remedied(self, error: JournalError) -> bool:
        """Whether it is worth trying once more: there is room, or another file, now."""
        if isinstance(error, JournalFull):
            return self._reserve.release()
        if isinstance(error, JournalDamaged) and not self._copied and not self._is_replaced():
            with suppress(JournalError):
                if self.check():  # SQLite says "corrupt" of a read that failed, too
                    self.rebuild()
                return True
        return self._reopened()

    def _commit(self, work: Work[_Answer]) -> _Answer:
        with self._connection.transaction() as raw:
            return work(raw)

    def _merge(self) -> None:
        """Merge the spool of every process; later where the journal refuses."""
        with suppress(JournalError, OSError):
            self._spool.merge(lambda events: self._commit(lambda raw: statements.keep(raw, events)))

    def _loss(self) -> DataLoss | None:
        found = self.rows("SELECT value FROM meta WHERE key = ?", (statements.LOSS,))
        if not found:
            return None
        from ircon.journal.storage.data_loss import DataLoss  # on the worst of nights only

        return DataLoss.from_json(found[0][0])

    def _reopened(self) -> bool:
        """Whether another file stood in its place: then that is the journal from now on.

        Another thread may still read the old one: it is closed at the end.
        """
        if not self._is_replaced():
            return False
        connection, self._notices = open_store(self._folder, self._clock, self._timeout)
        self._before.append(self._connection)
        self._connection = connection
        self._inode = connection.path.stat().st_ino
        return True

    def _is_replaced(self) -> bool:
        try:
            return not self._copied and self._connection.path.stat().st_ino != self._inode
        except OSError:
            return False
