"""Recovery of a lost or damaged journal from what is left of it.

The damaged file is quarantined under another name, never deleted. A new one is made of every
row in it whose checksum holds (``salvage``) and of the newest backup; what is missing is
counted, and publishing stops until somebody has acknowledged that (``data_loss``). Killed at
any time, it is done again by the next process that opens the journal: ``recovery.lock`` names
the quarantined files.
"""

from __future__ import annotations

import fcntl
import os
import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext, suppress
from pathlib import Path
from typing import Final

from ircon.errors import JournalBusy, JournalError
from ircon.incident.ids import short_id_of
from ircon.incident.times import Clock, iso
from ircon.journal.identity import ADD_ALIAS, ALIASES, damaged_aliases
from ircon.journal.storage import rows, statements
from ircon.journal.storage.backups import Backups, compact
from ircon.journal.storage.connection import Connection
from ircon.journal.storage.data_loss import DataLoss, gaps
from ircon.journal.storage.journal_folder import BACKUPS, JOURNAL, RECOVERY, sync_folder
from ircon.journal.storage.migrations import (
    INCIDENT,
    KIND,
    aliases_for,
    event_in,
    first_declared,
    migrate,
    operation_in,
)
from ircon.journal.storage.outbox_recovery import settle_outbox
from ircon.journal.storage.salvage import SoundRows, salvage

_TIMEOUT: Final = 30.0  # seconds to wait for another process that is at it
_GLANCE: Final = 0.05  # seconds between two looks whether it is done
_FLAGS: Final = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC

Draft = tuple[str, str, str]


def recover(
    folder: Path,
    clock: Clock,
    is_lost: Callable[[], bool],
    holding: AbstractContextManager[object] | None = None,
) -> None:
    """Make the journal of a folder anew from what is left; nothing if another process has.

    Args:
        folder: where journal.db is, or was.
        clock: dates the quarantined file.
        is_lost: looks again, once no other process can be at it.
        holding: keeps writers off while the file is quarantined, where it still can be locked;
            who comes later finds it moved and cannot write to it (SQLite looks).

    Raises:
        JournalBusy: another process takes too long over it.
        JournalError: the disk does not let it; asked again, it goes on.
    """
    try:
        with _alone(folder / RECOVERY) as fd:
            if is_lost():
                with holding or nullcontext():
                    quarantined = _quarantine(folder, compact(clock.now()), fd)
                _rebuild(folder, clock, quarantined)
            os.ftruncate(fd, 0)
    except OSError as error:
        raise JournalError(
            f"The journal in {folder} is damaged, and could not be restored: {error.strerror}.",
            "Make room, or check the folder's permissions; then start again.",
        ) from error


@contextmanager
def _alone(path: Path) -> Iterator[int]:
    """Hold the lock of whoever restores; the kernel frees it when its holder dies."""
    fd = os.open(path, _FLAGS, 0o600)
    try:
        until = time.monotonic() + _TIMEOUT
        while True:
            try:
                fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() >= until:
                    raise JournalBusy(
                        f"Another process restores the journal in {path.parent}.",
                        "Try again in a moment.",
                    ) from None
                time.sleep(_GLANCE)
        yield fd
    finally:
        os.close(fd)


def _quarantine(folder: Path, stamp: str, fd: int) -> list[Path]:
    """Rename the damaged file; return all quarantined files not yet read to the end."""
    names = os.pread(fd, 1 << 16, 0).decode("utf-8", "replace").split("\n")
    quarantined = [folder / name for name in names if name]
    path = folder / JOURNAL
    if path.exists():
        aside = _free(folder / f"{JOURNAL}.corrupt-{stamp}")
        quarantined.append(aside)
        os.pwrite(fd, "\n".join(one.name for one in quarantined).encode(), 0)
        os.fsync(fd)
        journal = path.with_name(f"{JOURNAL}-journal")
        if journal.exists():  # first: alone, it would be taken for the new file's
            journal.rename(aside.with_name(f"{aside.name}-journal"))
        path.rename(aside)
        sync_folder(folder)
    return quarantined


def _free(path: Path) -> Path:
    """The path, or with a number where it is taken."""
    number, free = 1, path
    while free.exists():
        number += 1
        free = path.with_name(f"{path.name}-{number}")
    return free


def _rebuild(folder: Path, clock: Clock, quarantined: Sequence[Path]) -> None:
    """Make the new file beside its place, whole, and only then put it there."""
    found = SoundRows()
    for aside in quarantined:
        with suppress(FileNotFoundError):
            salvage(aside, found)
    drafts, backup = _from_backup(folder, found)
    for aside in quarantined:
        drafts |= _from_file(aside, found)
    aliases, renamed = _identified(found)
    missing = gaps(row[0] for row in found.events.values())
    events, operations, held = settle_outbox(found, clock)
    loss = DataLoss(
        at=iso(clock.now()),
        asides=tuple(aside.name for aside in quarantined),
        backup=backup,
        events=len(found.events),
        missing=missing,
        held=tuple(held),
        renamed=tuple(renamed),
    )
    fresh = folder / "restoring.db"
    journal = fresh.with_name(f"{fresh.name}-journal")
    for half_done in (fresh, journal):  # by one that was killed: it holds nothing of its own
        half_done.unlink(missing_ok=True)
    with closing(Connection(fresh)) as connection:
        migrate(connection)
        with connection.transaction() as raw:
            raw.executemany(ADD_ALIAS, aliases)
            raw.executemany(statements.ADD_EVENT, events)
            raw.executemany(statements.ADD_OPERATION, operations)
            raw.executemany(statements.SAVE_DRAFT, drafts.values())
            raw.execute(statements.NOTE_META, (statements.LOSS, loss.to_json()))
    journal.unlink(missing_ok=True)  # committed, so empty
    fresh.replace(folder / JOURNAL)
    sync_folder(folder)


def _identified(found: SoundRows) -> tuple[list[rows.Row], list[str]]:
    """Put rows of version 1 under identities; an alias for each that is declared, as rows.

    Returns:
        The rows, and those aliases in them that are new, since the old one was lost.
    """
    declared = [row for row in found.events.values() if row[KIND] == "declared"]
    identities = first_declared(declared) | {
        alias: identity for identity, alias in found.aliases.items()
    }
    found.events = {key: event_in(row, identities) for key, row in found.events.items()}
    found.operations = {key: operation_in(row, identities) for key, row in found.operations.items()}
    under = {row[INCIDENT] for row in found.events.values()}
    lost = {row[1] for row in declared if row[1] in under} - {*identities.values()}
    wanted = {identity: short_id_of(identity) for identity in lost}
    wanted |= {identity: alias for alias, identity in identities.items()}
    given = aliases_for(found.aliases, wanted)
    return given, sorted(alias for identity, alias, _ in given if identity in lost)


def _from_backup(folder: Path, found: SoundRows) -> tuple[dict[str, Draft], str | None]:
    """Add the newest sound backup's rows; its drafts, and its name."""
    for path, connection in Backups(folder / BACKUPS).sound():
        with closing(connection):
            return _read(connection, found), path.name
    return {}, None


def _from_file(aside: Path, found: SoundRows) -> dict[str, Draft]:
    """Add what SQLite can still read of a damaged file; its drafts."""
    with suppress(JournalError), closing(Connection(aside, copied=True)) as connection:
        return _read(connection, found)
    return {}


def _read(connection: Connection, found: SoundRows) -> dict[str, Draft]:
    """Add all rows that are sound; drafts have no checksum, and are taken as they are."""
    with suppress(JournalError, sqlite3.Error):
        for row in connection.rows(statements.EVENTS):
            found.add_event(row)
        # By incident too, as they are read: of a damaged row, the index still has some columns.
        for (incident,) in connection.rows(statements.INCIDENTS):
            for row in connection.rows(statements.EVENTS_OF, (incident, incident)):
                found.add_event(row)
    with suppress(JournalError, sqlite3.Error):
        for row in (*connection.rows(ALIASES), *damaged_aliases(connection.rows)):
            found.add_alias(row)
    with suppress(JournalError, sqlite3.Error):
        for row in connection.rows(statements.OPERATIONS):
            found.add_operation(row)
    with suppress(JournalError, sqlite3.Error):
        return {row[0]: row for row in connection.rows(statements.DRAFTS)}
    return {}
