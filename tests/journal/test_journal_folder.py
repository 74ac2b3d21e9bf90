"""Bad places are warned of, and whoever holds the journal is named."""

import os
import signal
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from events import Recorder
from ircon.errors import JournalBusy
from ircon.journal.storage import file as journal_file
from ircon.journal.storage.journal_folder import holders, location_warning
from ircon.journal.store import Journal

STOPPED = """
import os, signal, sqlite3, sys
raw = sqlite3.connect(sys.argv[1], isolation_level=None)
{work}
print("held", flush=True)
os.kill(os.getpid(), signal.SIGSTOP)
"""
HALF_A_SELECT = 'cursor = raw.execute("SELECT * FROM event"); cursor.fetchone()'
HALF_A_WRITE = (
    "raw.execute(\"BEGIN IMMEDIATE\"); raw.execute(\"INSERT INTO draft VALUES ('k', '{}', '')\")"
)

MOUNTS = """\
22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw
30 22 0:40 / /home rw shared:9 - nfs4 filer:/home rw,vers=4.2
31 22 0:41 / /home/ada/local\\040disk rw - ext4 /dev/sdb rw
32 22 0:42 / /mnt/ssh rw - fuse.sshfs ops@bastion:/ rw
33 22 0:43 / /mnt/share rw - cifs //filer/share rw
34 22 0:44 / /mnt/host rw - 9p host rw
35 22 8:17 / /mnt/stick rw - fuseblk /dev/sdc rw
"""


@pytest.mark.parametrize(
    ("place", "kind"),
    [
        ("/home/ada/.local/share/ircon", "nfs4"),
        ("/mnt/ssh", "fuse.sshfs"),
        ("/mnt/share/x", "cifs"),
        ("/mnt/host/x", "9p"),
        ("/home/ada/Dropbox/ircon", "Dropbox"),
        ("/Users/ada/Library/Mobile Documents/ircon", "Mobile Documents"),
        ("/srv/OneDrive - Corp/ircon", "OneDrive - Corp"),
    ],
)
def test_a_place_where_locks_cannot_be_trusted_is_warned_of(tmp_path, place, kind):
    (tmp_path / "mountinfo").write_text(MOUNTS)
    said = location_warning(Path(place), tmp_path / "mountinfo")
    assert kind in said
    assert "--home" in said


@pytest.mark.parametrize("place", ["/srv/ircon", "/home/ada/local disk/ircon", "/mnt/stick/ircon"])
def test_other_places_are_not(tmp_path, place):
    (tmp_path / "mountinfo").write_text(MOUNTS)
    assert location_warning(Path(place), tmp_path / "mountinfo") is None
    assert location_warning(Path(place), tmp_path / "no such file") is None


def test_the_warning_is_part_of_the_trouble(journal, monkeypatch):
    assert journal.trouble() == []
    monkeypatch.setattr(journal_file, "location_warning", lambda _: "a bad place")
    assert journal.trouble() == ["a bad place"]


@pytest.fixture
def stopped(journal, folder):
    """Starts a process that holds the journal in some way, and is stopped in the middle of it."""
    started = []

    def start(work: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-c", STOPPED.format(work=work), str(folder / "journal.db")],
            stdout=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        assert process.stdout.readline() == "held\n"
        os.waitid(os.P_PID, process.pid, os.WSTOPPED | os.WNOWAIT)
        return process

    yield start
    for process in started:
        process.send_signal(signal.SIGCONT)
        process.communicate()


@pytest.mark.skipif(not Path("/proc/locks").exists(), reason="this system names no lock holders")
@pytest.mark.parametrize("work", [HALF_A_SELECT, HALF_A_WRITE], ids=["reading", "writing"])
def test_a_stopped_process_is_waited_for_named_and_gone_around(
    journal, folder, clock, stopped, work
):
    record = Recorder()
    journal.append([record.note(f"{one} " * 500) for one in range(20)])
    process = stopped(work)
    (holder,) = holders(folder / "journal.db")
    assert (holder.pid, holder.stopped) == (process.pid, True)
    with closing(Journal.open(folder, clock, timeout=0.05)) as hasty:
        assert len(hasty.events("k7f2")) == 20
        with pytest.raises(JournalBusy, match=rf"Process {process.pid} \(.*, stopped\)") as caught:
            hasty.save_draft("key", {})
        assert caught.value.hint == f"'kill -CONT {process.pid}' lets it continue."
        hasty.append([record.note("kept all the same")])
        assert f"{process.pid}" in hasty.trouble()[0]
        process.send_signal(signal.SIGCONT)
        process.wait()
        hasty.append([record.note("and later")])
        assert hasty.trouble() == []
        assert len(hasty.events("k7f2")) == 22


def test_nobody_is_named_where_nobody_holds_it(journal, folder):
    assert holders(folder / "journal.db") == []
    assert holders(folder / "no such file") == []
