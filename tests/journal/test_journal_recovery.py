"""A journal that was lost or damaged: nothing sound is lost, nothing is sent, nothing deleted."""

import os
import random
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from events import Recorder
from ircon.errors import JournalDamaged, JournalError
from ircon.journal.storage.salvage import SoundRows, salvage
from ircon.journal.store import Journal

WRITER = Path(__file__).with_name("journal_writer.py")


def fill(folder, clock, queued, count=60):
    """A journal with notes of all sizes, an update on its way, one that is out, a draft."""
    record = Recorder()
    record.declared()
    for number in range(count):
        record.note(f"note {number} " + "long " * (number * 37 % 2000))
    waiting = record.update("investigating", "We are looking.", op="a" * 20)
    done = record.update("identified", "It is the disk.", op="b" * 20)
    told = record.delivery(done, "confirmed", move=1, remote_id="r1")
    with closing(Journal.open(folder, clock)) as journal:
        kept = journal.append(
            record.events,
            [queued(event=waiting.id), queued(op="b" * 20, event=done.id, page="main")],
        )
        out = journal.operation("b" * 20)
        journal.move(out, out._replace(state="confirmed", moves=1, remote_id="r1"), [])
        journal.save_draft("update:k7f2", {"body": "not yet said"})
    assert told in record.events
    return kept


def backed_up(folder, clock):
    """As a day later, when the first start makes a backup."""
    Journal.open(folder, clock).close()
    return next((folder / "backups").glob("journal-*.db"))


def asides(folder):
    return sorted(one for one in folder.glob("journal.db.corrupt-*") if "-journal" not in one.name)


def damage_header(path):
    with path.open("r+b") as file:
        file.write(os.urandom(100))


def damage_first_page(path):
    with path.open("r+b") as file:
        file.write(bytes(4096))


def empty(path):
    path.write_bytes(b"")


def take_away(path):
    path.rename(path.with_name("gone"))


def other_program(path):
    with path.open("r+b") as file:
        file.seek(68)
        file.write(b"BIRD")


def older_version(path):
    with path.open("r+b") as file:
        file.seek(60)
        file.write(bytes(4))


@pytest.mark.parametrize("harm", [damage_header, damage_first_page, other_program, older_version])
def test_events_outlive_the_header_of_their_file_without_any_backup(folder, clock, queued, harm):
    kept = fill(folder, clock, queued)
    harm(folder / "journal.db")
    before = (folder / "journal.db").read_bytes()
    with closing(Journal.open(folder, clock)) as again:
        assert again.events("k7f2")[: len(kept)] == kept
        assert again.check() == []
        assert "No gap in what was found." in " ".join(again.trouble())
    (aside,) = asides(folder)
    assert aside.read_bytes() == before


@pytest.mark.parametrize("harm", [empty, take_away])
def test_a_file_that_is_empty_or_gone_is_a_loss_and_not_a_start(folder, clock, queued, harm):
    kept = fill(folder, clock, queued)
    backup = backed_up(folder, clock)
    with closing(Journal.open(folder, clock)) as journal:
        journal.append([Recorder(seed=9).note("after the backup")])
    harm(folder / "journal.db")
    with closing(Journal.open(folder, clock)) as again:
        assert again.events("k7f2")[: len(kept)] == kept
        assert again.draft("update:k7f2").content == {"body": "not yet said"}
        said = " ".join(again.trouble())
        assert backup.name in said
        assert "Whatever came after the last that was found is missing too." in said
    assert len(asides(folder)) == (harm is empty)


def test_what_the_backup_has_not_got_comes_from_the_damaged_file(folder, clock, queued):
    kept = fill(folder, clock, queued)
    backed_up(folder, clock)
    with closing(Journal.open(folder, clock)) as journal:
        kept += journal.append([Recorder(seed=9).note("after the backup")])
    path = folder / "journal.db"
    content = bytearray(path.read_bytes())
    content[:4096] = os.urandom(4096)
    half = 4096 * (len(content) // 8192)
    content[half : half + 4096] = os.urandom(4096)
    path.write_bytes(content)
    with closing(Journal.open(folder, clock)) as again:
        found = {one.id for one in again.events("k7f2")}
        assert found >= {one.id for one in kept}


def test_what_may_have_been_sent_since_waits_for_a_person(folder, clock, queued):
    fill(folder, clock, queued)
    damage_header(folder / "journal.db")
    with closing(Journal.open(folder, clock)) as again:
        states = {one.op[0]: one.state for one in again.operations()}
        assert states == {"a": "needs_human", "b": "confirmed"}
        told = [one for one in again.events("k7f2") if one.kind == "delivery"][-1]
        assert told.payload["state"] == "needs_human"
        assert told.payload["op"] == "a" * 20
        assert again.operation("b" * 20).remote_id == "r1"


def test_an_older_row_of_the_backup_does_not_undo_what_the_events_tell(folder, clock, queued):
    fill(folder, clock, queued)
    backed_up(folder, clock)
    with closing(Journal.open(folder, clock)) as journal:
        before = journal.operation("a" * 20)
        told = Recorder(seed=7).make(
            "delivery",
            {
                "op": before.op,
                "move": 1,
                "state": "confirmed",
                "event": "seen",
                "remote_id": "r9",
            },
        )
        after = before._replace(state="confirmed", moves=1, remote_id="r9")
        journal.move(before, after, [told])
    path = folder / "journal.db"
    content = path.read_bytes()
    for place in range(0, len(content), 4096):  # the pages of the outbox, and no others
        if content.find(b"We are on it.", place, place + 4096) >= 0:
            content = content[:place] + os.urandom(4096) + content[place + 4096 :]
    path.write_bytes(b"?" * 100 + content[100:])
    with closing(Journal.open(folder, clock)) as again:
        kept = again.operation("a" * 20)
        assert (kept.state, kept.remote_id) == ("confirmed", "r9")


def test_an_update_whose_operation_is_gone_is_not_shown_as_queued(folder, clock, queued):
    kept = fill(folder, clock, queued)
    found = SoundRows()
    salvage(folder / "journal.db", found)
    assert len(found.events) == len(kept)
    content = (folder / "journal.db").read_bytes()
    for place in range(0, len(content), 4096):
        if content.find(b"We are on it.", place, place + 4096) >= 0:
            content = content[:place] + bytes(4096) + content[place + 4096 :]
    (folder / "journal.db").write_bytes(content)
    with closing(Journal.open(folder, clock)) as again:
        assert again.operations() == []
        told = {
            one.payload["op"][0]: one.payload["state"]
            for one in again.events("k7f2")
            if one.kind == "delivery"
        }
        assert told == {"a": "needs_human", "b": "confirmed"}


def test_nothing_is_published_until_a_person_knows(folder, clock, queued):
    fill(folder, clock, queued)
    damage_header(folder / "journal.db")
    with closing(Journal.open(folder, clock)) as again:
        held = again.operation("a" * 20)
        for publish in (
            lambda: again.append([], [queued(op="c" * 20)]),
            lambda: again.move(held, held._replace(state="queued", moves=held.moves + 1)),
        ):
            with pytest.raises(JournalError, match="doctor --repair"):
                publish()
        again.append([Recorder(seed=9).note("notes are kept")])
        assert again.move(held, held._replace(state="cancelled", moves=held.moves + 1))
        with closing(Journal.open(folder, clock)) as other:
            assert "Publishing is open again." in other.repair()
            assert other.repair() == []
        again.append([], [queued(op="c" * 20)])
        assert again.trouble() == []


def test_one_damaged_event_costs_itself_until_a_backup_gives_it_back(folder, clock, queued):
    kept = fill(folder, clock, queued)
    backed_up(folder, clock)
    path = folder / "journal.db"
    content = bytearray(path.read_bytes())
    content[content.index(b"note 7 long") + 5] ^= 8
    path.write_bytes(content)
    with closing(Journal.open(folder, clock)) as again:
        assert len(again.events("k7f2")) == len(kept) - 1
        (said,) = again.trouble()
        assert "left out" in said
        journal_id = again.journal_id
        assert "No gap in what was found." in " ".join(again.repair())
        assert again.events("k7f2")[: len(kept)] == kept
        assert (again.trouble(), again.check()) == ([], [])
        assert again.journal_id != journal_id  # whatever is derived is derived again
    assert path.with_name(asides(folder)[0].name).read_bytes() == content


def test_a_damaged_event_without_a_backup_is_named_and_set_aside(folder, clock, queued):
    kept = fill(folder, clock, queued)
    path = folder / "journal.db"
    content = bytearray(path.read_bytes())
    content[content.index(b"note 7 long") + 5] ^= 8
    path.write_bytes(content)
    with closing(Journal.open(folder, clock)) as again:
        for backup in (folder / "backups").iterdir():
            backup.write_bytes(b"damaged too")
        seq = next(one.seq for one in kept if one.payload.get("text", "").startswith("note 7"))
        assert f"Missing: 1 (numbers {seq})." in " ".join(again.repair())
        assert len(again.events("k7f2")) == len(kept)  # one less, and one that tells of "a"


def test_a_damaged_operation_stops_the_outbox_until_it_is_repaired(folder, clock, queued):
    fill(folder, clock, queued)
    path = folder / "journal.db"
    content = bytearray(path.read_bytes())
    place = content.index(b"We are on it.")
    content[place] ^= 1
    path.write_bytes(content)
    with closing(Journal.open(folder, clock)) as again:
        with pytest.raises(JournalDamaged, match="will not be sent"):
            again.operations()
        again.repair()
        assert len(again.operations()) >= 1


def test_whoever_has_the_old_file_open_goes_on_with_the_new_one(folder, clock, queued):
    kept = fill(folder, clock, queued)
    with closing(Journal.open(folder, clock)) as old:
        path = folder / "journal.db"
        content = bytearray(path.read_bytes())
        content[content.index(b"note 7 long") + 5] ^= 8
        path.write_bytes(content)
        with closing(Journal.open(folder, clock)) as other:
            other.repair()
        (said,) = old.append([Recorder(seed=9).note("written after")])
        assert said.seq is not None
        assert old.events("k7f2")[: len(kept)] == kept
        with closing(Journal.open(folder, clock)) as other:
            assert other.event(said.id) == said


def test_what_a_peer_wrote_to_the_old_file_is_refused_and_kept(folder, clock, queued):
    fill(folder, clock, queued)
    with closing(sqlite3.connect(folder / "journal.db", isolation_level=None)) as peer:
        peer.execute("SELECT count(*) FROM event").fetchall()
        damage_header(folder / "journal.db")
        Journal.open(folder, clock).close()
        with pytest.raises(sqlite3.DatabaseError):
            peer.execute("INSERT INTO draft VALUES ('k', '{}', '')")


def test_several_processes_restore_it_once(folder, clock, queued):
    kept = fill(folder, clock, queued)
    damage_first_page(folder / "journal.db")
    command = [sys.executable, WRITER, folder, "k7f2"]
    writers = [subprocess.Popen([*map(str, command), f"w{one}", "5"]) for one in range(4)]
    assert [writer.wait() for writer in writers] == [0] * 4
    assert len(asides(folder)) == 1
    with closing(Journal.open(folder, clock)) as again:
        notes = [one for one in again.events("k7f2") if one.kind == "note"]
        assert len(notes) == sum(one.kind == "note" for one in kept) + 20
        assert len({one.entry for one in notes}) == len(notes)


def test_a_recovery_that_was_cut_off_is_done_again(folder, clock, queued):
    kept = fill(folder, clock, queued)
    damage_header(folder / "journal.db")
    aside = folder / "journal.db.corrupt-20260302T090000Z"
    (folder / "recovery.lock").write_text(aside.name)  # ... after the renaming
    (folder / "journal.db").rename(aside)
    (folder / "restoring.db").write_text("half a journal")
    with closing(Journal.open(folder, clock)) as again:
        assert again.events("k7f2")[: len(kept)] == kept
    assert (folder / "recovery.lock").read_text() == ""


def test_a_disk_that_is_full_in_the_middle_of_it_loses_nothing(folder, clock, queued, monkeypatch):
    kept = fill(folder, clock, queued)
    damage_header(folder / "journal.db")
    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", full)
        with pytest.raises(JournalError, match=r"could not be restored.*No space"):
            Journal.open(folder, clock)
    with closing(Journal.open(folder, clock)) as again:
        assert again.events("k7f2")[: len(kept)] == kept


def full(*_: object):
    raise OSError(28, os.strerror(28))


def test_every_row_is_found_whose_own_page_is_whole(folder, clock):
    with closing(Journal.open(folder, clock)) as journal:
        record = Recorder()
        kept = journal.append([record.note(f"note {number:03} short") for number in range(200)])
    content = (folder / "journal.db").read_bytes()
    page_of = {one.id: content.index(one.payload["text"].encode()) // 4096 for one in kept}
    pages = len(content) // 4096
    chance = random.Random(3)
    for _ in range(20):
        spoiled = bytearray(content)
        broken = chance.sample(range(pages), pages // 3)
        for page in broken:
            spoiled[page * 4096 : (page + 1) * 4096] = chance.randbytes(4096)
        (folder / "damaged").write_bytes(spoiled)
        found = SoundRows()
        salvage(folder / "damaged", found)
        assert found.events.keys() == {one for one, page in page_of.items() if page not in broken}


@pytest.mark.parametrize("content", [b"", b"\x0d", b"\x0d" * 9000, os.urandom(20000)])
def test_nonsense_holds_no_rows(tmp_path, content):
    (tmp_path / "file").write_bytes(content)
    found = SoundRows()
    salvage(tmp_path / "file", found)
    assert (found.events, found.operations) == ({}, {})


def two_that_share_their_beginning(folder, clock):
    """``k7f2``, and another that was called so elsewhere: the second is ``k7f2`` and more."""
    first, second = Recorder("k7f2", seed=1), Recorder("k7f2", seed=2)
    mine = first.declared("Checkout fails")
    second.declared("Search is slow")
    with closing(Journal.open(folder, clock)) as journal:
        journal.append(first.events)
        longer = journal.append(second.events)[0].incident
        assert longer.startswith("k7f2")
    return mine.id, longer


@pytest.mark.parametrize("place", ["short id", "identity", "checksum"])
def test_a_damaged_short_id_stays_and_never_reads_as_the_beginning_of_another(folder, clock, place):
    identity, longer = two_that_share_their_beginning(folder, clock)
    path = folder / "journal.db"
    content = bytearray(path.read_bytes())
    row = content.find(f"{identity}k7f2".encode())  # as the table has it; its indexes are apart
    step = {"identity": 3, "short id": len(identity) + 3, "checksum": len(identity) + 9}[place]
    content[row + step] ^= 1
    path.write_bytes(content)
    with closing(Journal.open(folder, clock)) as again:
        assert again.incident_ids() == sorted(["k7f2", longer])
        assert again.alias(identity) == "k7f2"
        assert again.events("k7f2")[0].payload["name"] == "Checkout fails"
        assert again.check() == []
        assert any("damaged" in sentence for sentence in again.trouble())
        assert "Short ids that were lost" not in " ".join(again.trouble())


def test_a_short_id_that_nothing_tells_any_more_is_said_to_be_lost(folder, clock):
    identity, _ = two_that_share_their_beginning(folder, clock)
    path = folder / "journal.db"
    row = f"{identity}k7f2".encode()
    content = path.read_bytes().replace(row, row[:-1] + b"3")
    path.write_bytes(content.replace(b"k7f2", b"k7f4"))  # its index has it once more
    with closing(Journal.open(folder, clock)) as again:
        called = next(one for one in again.incident_ids() if again.alias(identity) == one)
        assert again.events(called)[0].payload["name"] == "Checkout fails"
        said = " ".join(again.trouble())
        assert "Short ids that were lost" in said
        assert called in said
        with pytest.raises(JournalError):  # nothing goes out before somebody has seen that
            again._file.may_publish()
