"""Backups that are made in time and pruned, and tables that grow whole or not at all."""

import os
import sqlite3
from contextlib import closing
from datetime import timedelta

import pytest

from events import Recorder
from ircon.errors import JournalDamaged, JournalError, JournalFull, JournalNewer
from ircon.journal.storage import schema
from ircon.journal.storage.backups import KEPT, Backups
from ircon.journal.storage.connection import Connection
from ircon.journal.storage.migrations import migrate
from ircon.journal.storage.schema import MIGRATIONS
from ircon.journal.store import Journal

NEWEST = len(MIGRATIONS)
SECOND = ("ALTER TABLE event ADD COLUMN mood TEXT", "CREATE TABLE moods (name TEXT) STRICT")


def grow(monkeypatch, *versions: tuple[str, ...]):
    monkeypatch.setattr(schema, "MIGRATIONS", (*MIGRATIONS, *versions))


def listed(folder):
    return [one.name for one in Backups(folder / "backups").newest_first()]


def kept_in(path):
    with closing(sqlite3.connect(path)) as raw:
        return raw.execute("SELECT count(*) FROM event").fetchone()[0]


def test_a_day_has_one_backup_and_five_days_are_kept(journal, folder, clock):
    assert listed(folder) == []  # of nothing there is none
    journal.append([Recorder().note("a")])
    for _ in range(8):
        for _ in range(3):
            Journal.open(folder, clock).close()
            clock.at += timedelta(hours=8)
    assert len(listed(folder)) == KEPT
    assert listed(folder)[0] == "journal-20260309T090000Z.db"
    newest = folder / "backups" / listed(folder)[0]
    assert newest.stat().st_mode & 0o777 == 0o600
    assert kept_in(newest) == 1


def test_a_clock_that_was_wrong_for_a_day_stops_no_backups(journal, folder, clock):
    journal.append([Recorder().note("a")])
    clock.at += timedelta(days=400)
    Journal.open(folder, clock).close()
    clock.at -= timedelta(days=400)
    for _ in range(3):
        Journal.open(folder, clock).close()
    assert listed(folder) == ["journal-20270406T090000Z.db", "journal-20260302T090000Z.db"]


def test_the_newest_backup_is_the_one_that_holds_most_whatever_the_clock_said(
    journal, folder, clock
):
    record = Recorder()
    journal.append([record.declared("Checkout fails")])
    clock.at += timedelta(days=400)  # for one start the clock is wrong
    Journal.open(folder, clock).close()
    clock.at -= timedelta(days=400)
    for day in range(8):
        clock.at += timedelta(days=1)
        journal.append([record.note(f"day {day}")])
        Journal.open(folder, clock).close()
    journal.close()
    assert "journal-20270406T090000Z.db" not in listed(folder)  # the oldest, so it went first
    (folder / "journal.db").write_bytes(b"")
    restored = Journal.open(folder, clock)
    texts = [event.text("text") for event in restored.events("k7f2")]
    restored.close()
    assert [f"day {day}" in texts for day in range(8)] == [True] * 8


def test_an_unfinished_backup_counts_for_nothing(journal, folder, clock):
    journal.append([Recorder().note("a")])
    (folder / "backups").mkdir(mode=0o700)
    part = folder / "backups" / f"journal-20260302T090000Z.db.{os.getpid()}.part"
    part.write_text("half")
    Journal.open(folder, clock).close()
    assert listed(folder) == ["journal-20260302T090000Z.db"]
    assert kept_in(folder / "backups" / listed(folder)[0]) == 1


def test_a_backup_that_cannot_be_made_is_said_and_stops_nobody(journal, folder, clock):
    kept = journal.append([Recorder().note("a")])
    (folder / "backups").write_text("in the way")
    with closing(Journal.open(folder, clock)) as again:
        assert again.events("k7f2") == kept
        assert any("backups" in sentence for sentence in again.trouble())


def test_of_damaged_backups_the_newest_sound_one_is_used(journal, folder, clock):
    journal.append([Recorder().note("a")])
    for _ in range(3):
        Journal.open(folder, clock).close()
        clock.at += timedelta(days=1)
    newest, middle, oldest = (folder / "backups" / name for name in listed(folder))
    newest.write_bytes(b"")
    middle.write_bytes(b"\xff" + middle.read_bytes()[1:])
    found = []
    for path, connection in Backups(folder / "backups").sound():
        connection.close()
        found.append(path.name)
    assert found == [oldest.name]


def test_a_migration_makes_a_backup_keeps_all_and_runs_once(journal, folder, clock, monkeypatch):
    kept = journal.append([Recorder().note("a")])
    journal.close()
    grow(monkeypatch, SECOND)
    for _ in range(2):
        with closing(Journal.open(folder, clock)) as again:
            assert again.events("k7f2") == kept
            assert again._file.rows("PRAGMA user_version") == [(NEWEST + 1,)]
            assert again._file.rows("SELECT mood FROM event") == [(None,)]
    assert len(listed(folder)) == 1
    with closing(sqlite3.connect(folder / "backups" / listed(folder)[0])) as backup:
        assert backup.execute("PRAGMA user_version").fetchone() == (NEWEST,)
    monkeypatch.undo()
    with closing(Journal.open(folder, clock)) as before:  # the version before can still read
        assert before.readonly
        assert before.events("k7f2") == kept
        with pytest.raises(JournalNewer):
            before.save_draft("k", {})


def test_a_migration_that_fails_changes_nothing(folder, clock, monkeypatch):
    Journal.open(folder, clock).close()
    with closing(Connection(folder / "journal.db")) as connection:
        grow(monkeypatch, (*SECOND, "CREATE TABLE moods (x)"))
        with pytest.raises(JournalDamaged, match="already exists"):
            migrate(connection)
        assert connection.rows("PRAGMA user_version") == [(NEWEST,)]
        with pytest.raises(sqlite3.OperationalError, match="no such column"):
            connection.rows("SELECT mood FROM event")
        grow(monkeypatch, SECOND)
        migrate(connection)
        assert (connection.version, connection.rows("SELECT mood FROM event")) == (NEWEST + 1, [])


def test_of_two_that_migrate_one_does(folder, clock, monkeypatch):
    Journal.open(folder, clock).close()
    grow(monkeypatch, SECOND)
    one, other = (Connection(folder / "journal.db") for _ in range(2))
    for connection in (one, other):
        migrate(connection)
        assert connection.version == NEWEST + 1
        connection.close()


def test_a_copy_for_reading_leaves_the_folder_alone(journal, folder, clock):
    kept = journal.append([Recorder().note("a")])
    before = set(folder.rglob("*"))
    with closing(Journal.open(folder, clock, readonly=True)) as copy:
        journal.append([Recorder(seed=2).note("later")])
        assert copy.events("k7f2") == kept
        assert copy.readonly
        assert copy.trouble() == []
        with pytest.raises(JournalError, match="copy"):
            copy.append([Recorder(seed=3).note("b")])
    assert set(folder.rglob("*")) == before


def test_a_copy_of_what_a_killed_writer_left_is_of_what_was_committed(folder, clock, tmp_path):
    with closing(Journal.open(folder, clock)) as journal:
        kept = journal.append([Recorder().note("a")])
        other = tmp_path / "other"
        other.mkdir(mode=0o700)
        raw = sqlite3.connect(folder / "journal.db", isolation_level=None)
        raw.execute("PRAGMA cache_size = 1")
        raw.execute("BEGIN EXCLUSIVE")
        raw.execute("INSERT INTO draft VALUES ('k', zeroblob(100000) || 'x', '')")
        for name in ("journal.db", "journal.db-journal"):  # as a kill leaves them
            (other / name).write_bytes((folder / name).read_bytes())
            (other / name).chmod(0o600)
        raw.close()
    assert (other / "journal.db-journal").stat().st_size > 0
    with closing(Journal.open(other, clock, readonly=True)) as copy:
        assert copy.events("k7f2") == kept
        assert copy.drafts() == []


def test_there_is_no_copy_of_what_is_not_there(folder, clock):
    with pytest.raises(JournalError, match="cannot be opened"):
        Journal.open(folder, clock, readonly=True)
    assert not folder.exists()


def test_the_reserve_is_given_up_so_that_a_last_word_fits(journal, folder, monkeypatch):
    reserve = folder / "reserve"
    assert reserve.stat().st_size == 256 * 1024
    journal.append([Recorder().note("a")])
    (pages,) = journal._file.rows("PRAGMA page_count")[0]
    journal._file.rows(f"PRAGMA max_page_count = {pages}")
    release = journal._file._reserve.release

    def room() -> bool:
        journal._file.rows(f"PRAGMA max_page_count = {pages + 64}")
        return release()

    monkeypatch.setattr(journal._file._reserve, "release", room)
    monkeypatch.setattr(os, "statvfs", lambda _: os.statvfs_result([0] * 10))
    (kept,) = journal.append([Recorder(seed=2).note("b" * 100_000)])
    assert kept.seq is not None
    assert not reserve.exists()
    assert "reserve file was deleted" in journal.trouble()[0]
    with pytest.raises(JournalFull):
        journal.save_draft("k", {"body": "c" * 1_000_000})
    monkeypatch.undo()
    journal.append([Recorder(seed=3).note("c")])
    assert reserve.exists()
    assert journal.trouble() == []
