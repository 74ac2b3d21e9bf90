"""What SQLite refuses is kept beside the journal, shown, and taken over: once, and whole."""

import fcntl
import sqlite3
from contextlib import closing, contextmanager

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events import Recorder
from ircon.errors import JournalBusy
from ircon.journal.storage import connection, spool
from ircon.journal.store import Journal


@pytest.fixture
def hasty(folder, clock, tmp_path):
    """A journal that waits for nobody, with one other folder to go to."""
    journal = Journal.open(
        folder, clock, timeout=0.01, host="ops/1", fallback_dirs=[tmp_path / "fallback"]
    )
    yield journal
    journal.close()


@contextmanager
def locked(folder):
    with closing(sqlite3.connect(folder / "journal.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


def spool_files(folder):
    return sorted(folder.glob("*.jsonl"))


def note(text, seed=1):
    return Recorder(seed=seed).make("note", {"text": text, "source": "typed"}, entry="")


def test_a_refused_note_is_kept_shown_and_taken_over_by_the_next_write(hasty, folder):
    record = Recorder()
    hasty.append([record.note("before")])
    with locked(folder):
        (kept,) = hasty.append([note("meanwhile", seed=2)])
        assert kept.seq is None
        assert [one.payload["text"] for one in hasty.events("k7f2")] == ["before", "meanwhile"]
        assert (hasty.spooled, hasty.unsaved) == (1, 0)
        (said,) = hasty.trouble()
        assert "Not in the journal yet: 1 event(s)" in said
        assert "Another process holds" in said
        (path,) = spool_files(folder / "spill")
        assert path.name.startswith("ops_1-")
        assert path.stat().st_mode & 0o777 == 0o600
    hasty.append([record.note("after")])
    assert hasty.trouble() == []
    assert [(one.payload["text"], one.entry) for one in hasty.events("k7f2")] == [
        ("before", "n1"),
        ("after", "n2"),
        ("meanwhile", "n3"),
    ]
    assert [one.name for one in (folder / "spill").iterdir()] == [f"{path.name}.merged"]


def test_another_process_takes_it_over_when_it_starts(hasty, folder, clock):
    with locked(folder):
        hasty.append([note("a")])
        before = hasty.stamp()
    with closing(Journal.open(folder, clock)) as other:
        assert [one.entry for one in other.events("k7f2")] == ["n1"]
    assert hasty.events("k7f2")[0].seq == 1
    assert hasty.stamp() != before


def test_taken_over_twice_it_is_there_once(hasty, folder, clock):
    with locked(folder):
        hasty.append([note("a"), note("b", seed=2)])
    Journal.open(folder, clock).close()
    (merged,) = (folder / "spill").iterdir()
    merged.rename(merged.with_suffix(""))  # killed between the commit and the renaming
    with closing(Journal.open(folder, clock)) as again:
        assert [one.payload["text"] for one in again.events("k7f2")] == ["a", "b"]


def test_after_it_was_taken_over_the_writer_begins_another_file(hasty, folder, clock):
    with locked(folder):
        hasty.append([note("a")])
    Journal.open(folder, clock).close()
    with locked(folder):
        hasty.append([note("b", seed=2)])
        hasty.append([note("c", seed=3)])
        assert len(spool_files(folder / "spill")) == 1
    with closing(Journal.open(folder, clock)) as other:
        assert [one.payload["text"] for one in other.events("k7f2")] == ["a", "b", "c"]
    assert len(list((folder / "spill").glob("*.merged"))) == 2


@pytest.mark.parametrize(
    "refused",
    [
        lambda record, queued: ([record.update("investigating", op="a" * 20)], [queued()]),
        lambda _, queued: ([], [queued()]),
        lambda record, _: ([record.update("investigating")], []),
        lambda record, _: ([record.declared(visibility="internal")], []),
        lambda record, _: ([record.note("a"), record.update("identified")], []),
    ],
)
def test_what_may_become_public_or_begins_an_incident_is_refused(hasty, folder, queued, refused):
    events, operations = refused(Recorder(), queued)
    with locked(folder), pytest.raises(JournalBusy):
        hasty.append(events, operations)
    assert hasty.spooled == 0
    assert hasty.events("k7f2") == hasty.operations() == []


def test_an_operation_is_not_moved_while_the_move_cannot_be_kept(hasty, folder, queued):
    hasty.append([], [queued()])
    with locked(folder), pytest.raises(JournalBusy):
        hasty.move(queued(), queued(state="sending", moves=1), [note("told")])
    assert hasty.operation("a" * 20).state == "queued"
    assert hasty.spooled == 0


@pytest.mark.parametrize(
    "harm",
    [
        lambda content: content[:-7],
        lambda content: content.replace(b"second", b"sec0nd"),
        lambda content: content.replace(b"\n", b"\n\xff\x00 garbage\n", 1)[:-3],
        lambda content: content.splitlines(keepends=True)[0] + b"00000000 {}\n",
    ],
    ids=["half written", "flipped", "garbage", "another object"],
)
def test_a_line_that_cannot_be_read_costs_itself_and_stays(hasty, folder, clock, harm):
    with locked(folder):
        hasty.append([note("first"), note("second", seed=2)])
    (path,) = spool_files(folder / "spill")
    damaged = harm(path.read_bytes())
    path.write_bytes(damaged)
    with closing(Journal.open(folder, clock)) as other:
        assert [one.payload["text"] for one in other.events("k7f2")] == ["first"]
        (said,) = other.trouble()
        assert "could not be read" in said
    assert path.with_name(f"{path.name}.merged").read_bytes() == damaged


def test_where_its_folder_takes_nothing_it_goes_elsewhere(hasty, folder, clock, tmp_path):
    (folder / "spill").write_text("in the way")
    with locked(folder):
        hasty.append([note("a")])
        assert str(tmp_path / "fallback") in hasty.trouble()[0]
    assert len(spool_files(tmp_path / "fallback")) == 1
    with closing(Journal.open(folder, clock, fallback_dirs=[tmp_path / "fallback"])) as other:
        assert len(other.events("k7f2")) == 1


def test_what_nothing_takes_is_refused_unless_somebody_sees_the_banner(hasty, folder, tmp_path):
    for place in (folder / "spill", tmp_path / "fallback"):
        place.write_text("in the way")
    with locked(folder):
        with pytest.raises(JournalBusy):
            hasty.append([note("a")])
        hasty.allow_memory_spool()
        hasty.append([note("b", seed=2)])
        assert hasty.unsaved == 1
        assert hasty.trouble()[0].startswith("NOT SAVED: 1 event(s)")
        assert len(hasty.events("k7f2")) == 1
        (tmp_path / "fallback").unlink()
        hasty.append([note("c", seed=3)])
        assert (hasty.spooled, hasty.unsaved) == (2, 0)
    hasty.append([note("d", seed=4)])
    assert {one.payload["text"] for one in hasty.events("k7f2")} == {"b", "c", "d"}
    assert hasty.trouble() == []


def test_a_file_is_not_taken_from_under_its_writer(hasty, folder, clock):
    with locked(folder):
        hasty.append([note("a")])
    (path,) = spool_files(folder / "spill")
    with path.open("ab") as writer:
        fcntl.flock(writer, fcntl.LOCK_EX)
        with closing(Journal.open(folder, clock)) as other:
            assert spool_files(folder / "spill") == [path]
            assert [one.seq for one in other.events("k7f2")] == [None]  # shown all the same


def test_a_commit_that_failed_and_was_kept_all_the_same_is_shown_once(hasty, folder):
    event = note("a")
    hasty.append([event])
    hasty._file._spool.keep([event])
    assert len(hasty.events("k7f2")) == 1


def test_kept_for_a_journal_that_cannot_be_opened(folder, clock):
    Journal.open(folder, clock).close()
    assert Journal.spool(folder, [note("a")], host="here")
    with closing(Journal.open(folder, clock)) as journal:
        assert [one.entry for one in journal.events("k7f2")] == ["n1"]


@given(st.lists(st.text(max_size=40), max_size=4), st.data())
def test_of_a_file_cut_anywhere_every_whole_line_is_read(texts, data):
    events = [note(text, seed) for seed, text in enumerate(texts, 1)]
    lines = [spool._line(event) for event in events]
    content = b"".join(lines)
    cut = data.draw(st.integers(0, len(content)))
    whole = sum(len(b"".join(lines[: number + 1])) <= cut for number in range(len(lines)))
    found = [spool._event(line) for line in content[:cut].split(b"\n") if line]
    assert [one.id for one in found[:whole]] == [event.id for event in events[:whole]]
    assert [one for one in found[whole:] if one and one.id != events[whole].id] == []


def test_nothing_to_keep_asks_nothing_of_a_journal_that_refuses(hasty, folder):
    with locked(folder):
        assert hasty.append([]) == []
    assert hasty.trouble() == []


def test_who_waited_in_vain_waits_only_shortly_until_a_write_gets_through(
    folder, clock, monkeypatch
):
    monkeypatch.setattr(connection, "_SLICE", 0.001)
    with closing(Journal.open(folder, clock, timeout=0.005)) as journal:
        executed = []
        journal._file._connection._raw.set_trace_callback(executed.append)

        def tries() -> int:
            asked = executed.count("BEGIN IMMEDIATE")
            executed.clear()
            return asked

        with locked(folder):
            journal.append([note("a")])
            assert (tries(), journal.spooled) == (5, 1)
            journal.append([note("b", seed=2)])
            assert (tries(), len(journal.events("k7f2"))) == (1, 2)
            journal.append([note("c", seed=3)])
            assert tries() == 1  # reading is no sign that it is free
        journal.append([note("d", seed=4)])
        tries()
        with locked(folder):
            journal.append([note("e", seed=5)])
            assert tries() == 5
