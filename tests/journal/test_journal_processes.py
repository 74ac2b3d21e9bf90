"""Several processes at one journal: nothing lost, nothing twice, nobody stuck."""

import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

import pytest

from events import Recorder
from ircon.errors import JournalBusy
from ircon.journal.store import Journal

WRITER = Path(__file__).with_name("journal_writer.py")
HOLDER = """
import sqlite3, sys
raw = sqlite3.connect(sys.argv[1], isolation_level=None)
raw.execute("BEGIN EXCLUSIVE")
print("held", flush=True)
sys.stdin.read()
"""
PROBER = """
import sqlite3, sys
try:
    sqlite3.connect(sys.argv[1], timeout=0, isolation_level=None).execute("BEGIN IMMEDIATE")
except sqlite3.OperationalError as error:
    print(error)
"""


def started(*arguments: object):
    return subprocess.Popen(
        [sys.executable, *map(str, arguments)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


@contextmanager
def held_by_another(path):
    holder = started("-c", HOLDER, path)
    assert holder.stdout.readline() == "held\n"
    try:
        yield holder
    finally:
        holder.communicate()


def test_writers_at_the_same_time_lose_nothing_and_share_no_entry(folder, clock):
    writers = [started(WRITER, folder, "k7f2", f"w{number}", 25) for number in range(4)]
    said = [writer.communicate()[0].split() for writer in writers]
    assert [writer.returncode for writer in writers] == [0] * 4

    journal = Journal.open(folder, clock)
    kept = journal.events("k7f2")
    assert sorted(event.id for event in kept) == sorted(one for words in said for one in words[::2])
    assert [event.entry for event in kept] == [f"n{number}" for number in range(1, 101)]
    for number in range(4):
        own = [event.payload["text"] for event in kept if event.actor == f"w{number}"]
        assert own == [f"w{number} {turn}" for turn in range(25)]
    assert journal.check() == []
    journal.close()


def test_what_was_acknowledged_survives_kill_9(folder, clock):
    acknowledged = []
    for turn in range(24):
        writer = started(WRITER, folder, "k7f2", f"w{turn}")
        lines = [writer.stdout.readline() for _ in range(turn % 6 + 1)]
        writer.kill()
        lines += [line for line in writer.communicate()[0].splitlines() if line.count(" ") == 1]
        acknowledged += [line.split()[0] for line in lines]

    journal = Journal.open(folder, clock)
    kept = [event.id for event in journal.events("k7f2")]
    assert len(acknowledged) > 24
    assert set(acknowledged) <= set(kept)
    assert len(kept) <= len(acknowledged) + 24  # one in flight at each kill
    assert journal.check() == []
    journal.close()


def test_a_journal_held_too_long_is_said_to_be_busy_and_then_works(folder, clock):
    journal = Journal.open(folder, clock, timeout=0.1)
    update = Recorder().update("investigating")
    with held_by_another(folder / "journal.db") as holder:
        for attempt in (
            lambda: journal.append([update]),
            lambda: journal.events("k7f2"),
            lambda: journal.save_draft("key", {}),
            lambda: Journal.open(folder, clock, timeout=0.1),
        ):
            with pytest.raises(JournalBusy, match=rf"Another process holds.*{holder.pid} \(python"):
                attempt()
    assert journal.events("k7f2") == []
    assert journal.append([update]) == journal.events("k7f2")
    journal.close()


def test_a_lock_that_is_let_go_in_time_is_waited_for(journal, folder):
    kept = []
    with held_by_another(folder / "journal.db"):
        waiting = Thread(target=lambda: kept.extend(journal.append([Recorder().note("a")])))
        waiting.start()
    waiting.join()
    assert kept == journal.events("k7f2") != []


def test_a_second_opening_in_one_process_drops_no_lock_of_the_first(journal, folder, clock):
    with journal._file._connection.transaction():
        Journal.open(folder, clock).close()
        prober = started("-c", PROBER, folder / "journal.db")
        assert prober.communicate()[0] == "database is locked\n"


def test_many_processes_may_make_it_at_the_same_moment(folder, clock):
    makers = [started(WRITER, folder, "k7f2", "maker", 0) for _ in range(6)]
    assert [(maker.wait(), maker.communicate()) for maker in makers] == [(0, ("", None))] * 6
    journal = Journal.open(folder, clock)
    assert journal.check() == []
    journal.close()
