"""Disks that are full, tiny or not to be written: notes are kept, and the rest says no."""

import os
import subprocess
from collections import Counter
from contextlib import closing, suppress

import pytest

from faults.journal_rounds import CLOCK, INCIDENT, operation
from faults.journal_syscalls import all_there, noter
from ircon.errors import JournalError, JournalFull
from ircon.incident.recorder import Recorder
from ircon.journal.store import Journal


@pytest.fixture
def tiny(tmp_path):
    """A disk of two megabytes."""
    place = tmp_path / "disk"
    place.mkdir(mode=0o700)
    mount = ["mount", "-t", "tmpfs", "-o", "size=2m,mode=700", "none", str(place)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("nobody here may mount a disk of two megabytes")
    yield place
    subprocess.run(["umount", str(place)], check=True)


@pytest.fixture
def recorder():
    return Recorder(CLOCK, os.urandom, actor="ada", host="here")


def note(recorder, text):
    return recorder.event(INCIDENT, "note", {"text": text, "source": "typed"})


def remounted(place, how):
    subprocess.run(["mount", "-o", f"remount,{how}", str(place)], check=True)


def test_notes_outlive_a_full_disk_and_nothing_is_queued_on_it(tiny, tmp_path, recorder):
    folder, fallback = tiny / "data", tmp_path / "fallback"
    kept = []
    with closing(Journal.open(folder, CLOCK, fallback_dirs=[fallback])) as journal:
        assert (folder / "reserve").exists()
        while not journal.spooled:
            kept += journal.append([note(recorder, f"{len(kept)} " + "words " * 500)])
        assert not (folder / "reserve").exists()
        said = " ".join(journal.trouble())
        assert "Not in the journal yet: 1 event(s)" in said
        assert "reserve file was deleted" in said
        assert "backup could not be made" not in said
        with pytest.raises(JournalFull, match="Make room"):
            journal.append([], [operation("a" * 20, "x" * 30_000)])
        kept += journal.append([note(recorder, "the last word " + "words " * 500)])
        assert len(journal.events(INCIDENT)) == len(kept)
    with closing(Journal.open(folder, CLOCK, fallback_dirs=[fallback])) as journal:
        assert len(journal.events(INCIDENT)) == len(kept)
        remounted(tiny, "size=8m")
        kept += journal.append([note(recorder, "there is room again")])
        assert [one for one in journal.events(INCIDENT) if one.seq is None] == []
        assert {one.id for one in journal.events(INCIDENT)} == {one.id for one in kept}
        journal.append([], [operation("a" * 20, "x" * 30_000)])
    with closing(Journal.open(folder, CLOCK, fallback_dirs=[fallback])) as journal:
        assert (folder / "reserve").exists()
        assert journal.trouble() == []


def test_a_disk_that_cannot_be_written_is_read_and_notes_go_elsewhere(tiny, tmp_path, recorder):
    folder, fallback = tiny / "data", tmp_path / "fallback"
    with closing(Journal.open(folder, CLOCK)) as journal:
        kept = journal.append([note(recorder, "before")])
    remounted(tiny, "ro")
    with closing(Journal.open(folder, CLOCK, fallback_dirs=[fallback])) as journal:
        assert journal.readonly
        assert journal.events(INCIDENT) == kept
        assert "cannot be written" in journal.trouble()[0]
        with pytest.raises(JournalError, match="cannot be written"):
            journal.append([], [operation("a" * 20, "x")])
        journal.append([note(recorder, "meanwhile")])
        assert len(journal.events(INCIDENT)) == 2
    remounted(tiny, "rw")
    with closing(Journal.open(folder, CLOCK, fallback_dirs=[fallback])) as journal:
        assert [one.entry for one in journal.events(INCIDENT)] == ["n1", "n2"]
        assert journal.trouble() == []


def test_a_damaged_file_on_a_full_disk_is_restored_once_there_is_room(tiny, recorder):
    folder = tiny / "data"
    with closing(Journal.open(folder, CLOCK)) as journal:
        kept = journal.append([note(recorder, f"{one} " + "words " * 300) for one in range(100)])
    with (folder / "journal.db").open("r+b") as file:
        file.write(os.urandom(100))
    filler = os.open(tiny / "filler", os.O_CREAT | os.O_WRONLY)
    with suppress(OSError):
        while os.write(filler, bytes(4096)):
            pass
    os.close(filler)
    for _ in range(2):
        with pytest.raises(JournalError):
            Journal.open(folder, CLOCK)
    remounted(tiny, "size=8m")
    with closing(Journal.open(folder, CLOCK)) as journal:
        assert journal.events(INCIDENT) == kept


def test_a_limit_on_the_size_of_files_loses_no_note(tmp_path):
    folder, fallback = tmp_path / "data", tmp_path / "fallback"
    ways = all_there(folder, fallback, noter(folder, fallback, 60, 80_000))
    assert ways == Counter(kept=ways["kept"], beside=60 - ways["kept"])
    assert ways["kept"] > 0 < ways["beside"]
