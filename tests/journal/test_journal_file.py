"""The file itself: whose it is, what it lets in, and what is wrong with it."""

import os
import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest

from events import Recorder
from ircon.errors import JournalDamaged, JournalError, JournalFull, JournalNewer
from ircon.journal.storage.schema import MIGRATIONS
from ircon.journal.store import Journal


def changed_by(folder, *statements: str):
    with closing(sqlite3.connect(folder / "journal.db", isolation_level=None)) as tool:
        for statement in statements:
            tool.execute(statement)


def mode(path):
    return path.stat().st_mode & 0o777


def test_folder_and_files_are_their_owners_alone_whatever_the_umask(folder, clock):
    before = os.umask(0)
    try:
        journal = Journal.open(folder, clock)
        with journal._file._connection.transaction() as raw:
            raw.execute("INSERT INTO draft VALUES ('k', '{}', '')")
            assert mode(folder / "journal.db-journal") == 0o600
    finally:
        os.umask(before)
    assert (mode(folder), mode(folder / "journal.db")) == (0o700, 0o600)
    journal.close()


def test_a_copy_with_loose_permissions_is_tightened(journal, folder, clock):
    (folder / "journal.db").chmod(0o644)
    Journal.open(folder, clock).close()
    assert mode(folder / "journal.db") == 0o600


@pytest.mark.parametrize("exists", [True, False])
def test_a_link_is_not_followed(folder, tmp_path, clock, exists):
    target = tmp_path / "elsewhere" / "journal.db"
    if exists:
        Journal.open(target.parent, clock).close()
    folder.mkdir(mode=0o700)
    (folder / "journal.db").symlink_to(target)
    with pytest.raises(JournalError, match="is a link or no ordinary file"):
        Journal.open(folder, clock)
    assert target.exists() is exists


@pytest.mark.parametrize("loose", [0o770, 0o707])
def test_a_folder_that_others_can_write_to_is_refused(folder, clock, loose):
    folder.mkdir()
    folder.chmod(loose)
    with pytest.raises(JournalError, match="Others can write"):
        Journal.open(folder, clock)
    assert list(folder.iterdir()) == []


def test_a_folder_that_cannot_be_made_is_an_error_with_a_hint(tmp_path, clock):
    (tmp_path / "file").touch()
    with pytest.raises(JournalError, match="--home"):
        Journal.open(tmp_path / "file" / "data", clock)


def test_it_is_kept_in_the_mode_that_survives_a_power_cut(journal, folder):
    read = journal._file._connection.rows
    assert read("PRAGMA journal_mode") == [("truncate",)]
    assert read("PRAGMA synchronous") == [(3,)]
    assert read("PRAGMA trusted_schema") == [(0,)]
    assert read("PRAGMA mmap_size") == [(0,)]
    journal.append([Recorder().note("a")])
    assert (folder / "journal.db-journal").stat().st_size == 0


def test_a_write_ahead_log_left_by_another_tool_is_undone(journal, folder, clock):
    kept = journal.append([Recorder().note("a")])
    journal.close()
    changed_by(folder, "PRAGMA journal_mode = WAL")
    again = Journal.open(folder, clock)
    assert again._file._connection.rows("PRAGMA journal_mode") == [("truncate",)]
    assert (again.readonly, again.events("k7f2")) == (False, kept)
    again.close()


def test_a_write_ahead_log_still_in_use_makes_it_read_only(journal, folder, clock):
    kept = journal.append([Recorder().note("a")])
    journal.close()
    with closing(sqlite3.connect(folder / "journal.db")) as tool:
        tool.execute("PRAGMA journal_mode = WAL")
        tool.execute("SELECT * FROM event").fetchall()
        again = Journal.open(folder, clock, timeout=0.1)
        assert (again.readonly, again.events("k7f2")) == (True, kept)
        with pytest.raises(JournalError, match="wal mode"):
            again.append([Recorder().update("investigating")])
        assert any("wal mode" in sentence for sentence in again.trouble())
        again.close()


def test_a_newer_journal_is_read_and_not_written(journal, folder, clock, queued):
    kept = journal.append([Recorder().note("a")], [queued()])
    journal.close()
    changed_by(
        folder,
        "ALTER TABLE event ADD COLUMN mood TEXT NOT NULL DEFAULT 'calm'",
        f"PRAGMA user_version = {len(MIGRATIONS) + 1}",
    )
    before = (folder / "journal.db").read_bytes()
    newer = Journal.open(folder, clock)
    assert newer.readonly
    assert newer.events("k7f2") == kept
    assert newer.check() == []
    (operation,) = newer.operations()
    for write in (
        lambda: newer.append([], [queued(op="b" * 20)]),
        lambda: newer.append([Recorder().update("investigating")]),
        lambda: newer.move(operation, queued(moves=1)),
        lambda: newer.save_draft("key", {}),
        lambda: newer.drop_draft("key"),
    ):
        with pytest.raises(JournalNewer, match="newer ircon"):
            write()
    with pytest.raises(JournalError, match="cannot be written"):
        newer._file.rows("DELETE FROM draft")
    newer.close()
    assert (folder / "journal.db").read_bytes() == before


@pytest.mark.parametrize(
    "marks",
    [
        ["PRAGMA application_id = 252006674"],
        ["PRAGMA user_version = 1"],
        ["CREATE TABLE cookies (jar TEXT)"],
    ],
)
def test_another_programs_file_is_left_alone(folder, clock, marks):
    folder.mkdir(mode=0o700)
    changed_by(folder, *marks)
    before = (folder / "journal.db").read_bytes()
    with pytest.raises(JournalError, match="belongs to another program"):
        Journal.open(folder, clock)
    assert (folder / "journal.db").read_bytes() == before


def test_a_file_that_is_no_database_is_left_alone(folder, clock):
    folder.mkdir(mode=0o700)
    (folder / "journal.db").write_text("dear diary " * 1000)
    with pytest.raises(JournalDamaged, match="ircon doctor"):
        Journal.open(folder, clock)
    assert (folder / "journal.db").read_text() == "dear diary " * 1000


def test_a_flipped_bit_is_found_and_never_read_as_words(journal, folder, clock):
    kept = journal.append(
        [Recorder().note("database is fine"), Recorder("m3b4", seed=2).note("other")]
    )
    journal.close()
    path = folder / "journal.db"
    content = bytearray(path.read_bytes())
    content[content.index(b"database is fine")] ^= 1
    path.write_bytes(content)

    again = Journal.open(folder, clock)
    assert again.check() == ["Event 1 is damaged: its checksum does not hold."]
    assert again.trouble() == []
    assert again.events("k7f2") == []
    assert again.since(0) == kept[1:]
    assert again.event(kept[0].id) is None
    (said,) = again.trouble()
    assert said.startswith("Event 1 is damaged and was left out")
    again.close()


def test_a_torn_file_is_set_aside_and_what_is_missing_is_said(journal, folder, clock):
    for number in range(40):
        journal.append([Recorder(seed=number).note("words " * 200)])
    journal.close()
    path = folder / "journal.db"
    content = bytearray(path.read_bytes())
    content[-5 * 4096 : -4 * 4096] = bytes(4096)
    path.write_bytes(content)
    again = Journal.open(folder, clock)
    assert again.check() == []
    assert 30 <= len(again.events("k7f2")) < 40
    assert any("Missing: " in sentence for sentence in again.trouble())
    (aside,) = folder.glob("journal.db.corrupt-*[0-9Z]")
    assert aside.read_bytes() == content
    again.close()


def test_a_full_disk_is_said_and_nothing_is_half_kept(journal):
    record = Recorder()
    kept = journal.append([record.note("a")])
    (pages,) = journal._file.rows("PRAGMA page_count")[0]
    journal._file.rows(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(JournalFull, match="full"):
        journal.append([record.update("investigating"), record.note("c" * 100_000)])
    assert journal.events("k7f2") == kept
    journal._file.rows(f"PRAGMA max_page_count = {pages * 100}")
    journal.append([record.note("d" * 100_000)])
    assert len(journal.events("k7f2")) == 2


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_folder_can_be_read(journal, folder, clock):
    kept = journal.append([Recorder().note("a")])
    journal.close()
    folder.chmod(0o500)
    try:
        again = Journal.open(folder, clock)
        assert again.events("k7f2") == kept
        with pytest.raises(JournalError, match="cannot be written"):
            again.append([Recorder().note("b")])
        again.close()
    finally:
        folder.chmod(0o700)


def test_an_old_sqlite_is_refused_with_a_sentence(folder, clock, monkeypatch):
    monkeypatch.setattr(sqlite3, "sqlite_version_info", (3, 36, 0))
    with pytest.raises(JournalError, match=r"needs 3\.37"):
        Journal.open(folder, clock)
    assert not folder.exists()


def test_a_shell_prompt_can_afford_the_import():
    wanted = {"tomllib", "tomli_w", "httpx", "textual", "asyncio", "subprocess"}
    listed = subprocess.run(
        [sys.executable, "-c", "import ircon.journal.store, sys; print(*sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert wanted.isdisjoint(listed.stdout.split())


def test_a_file_made_before_its_layout_was_noted_is_no_loss(journal, folder, clock):
    kept = journal.append([Recorder().note("a")])
    journal.close()
    changed_by(folder, "DELETE FROM meta WHERE key = 'layout'")
    for _ in range(2):
        again = Journal.open(folder, clock)
        assert (again.events("k7f2"), again.trouble()) == (kept, [])
        again.close()
    assert list(folder.glob("*corrupt*")) == []


@pytest.mark.parametrize(
    "change",
    [
        "DROP TRIGGER event_stays",
        "DROP INDEX event_of_incident",
        (
            "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql ="
            " replace(sql, '''internal''', '''intdrnal''') WHERE name = 'event'"
        ),
    ],
)
def test_a_rule_that_was_taken_away_is_put_back(journal, folder, clock, change):
    kept = journal.append([Recorder().note("a")])
    journal.close()
    changed_by(folder, *change.split("; "))
    again = Journal.open(folder, clock)
    assert again.events("k7f2") == kept
    assert again.check() == []
    with pytest.raises(sqlite3.IntegrityError, match="never deleted"):
        again._file.rows("DELETE FROM event")
    again.close()


def test_what_another_tool_adds_is_left_alone(journal, folder, clock):
    kept = journal.append([Recorder().note("a")])
    journal.close()
    changed_by(folder, "CREATE INDEX mine ON event (actor)", "ANALYZE")
    again = Journal.open(folder, clock)
    assert (again.events("k7f2"), again.trouble()) == (kept, [])
    again.close()
