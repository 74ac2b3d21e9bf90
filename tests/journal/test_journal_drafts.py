"""Drafts: what somebody is typing survives, and noticing that others write."""

import os
from datetime import timedelta
from itertools import count
from types import SimpleNamespace

from events import Recorder
from ircon.journal import store
from ircon.journal.store import Journal


def test_a_draft_is_replaced_found_again_and_dropped(journal, folder, clock):
    journal.save_draft("k7f2/update", {"body": "We ar", "cursor": 5})
    clock.at += timedelta(seconds=1)
    journal.save_draft("k7f2/update", {"body": "We are\r\n\x00 \ud83d", "cursor": 6})
    clock.at += timedelta(seconds=1)
    journal.save_draft("new", {"name": None})

    again = Journal.open(folder, clock)
    draft = again.draft("k7f2/update")
    assert draft.content == {"body": "We are\r\n\x00 ?", "cursor": 6}
    assert draft.saved_at == clock.at - timedelta(seconds=1)
    assert [one.key for one in again.drafts()] == ["new", "k7f2/update"]
    again.drop_draft("new")
    again.drop_draft("new")
    assert journal.draft("new") is None
    again.close()


def settle(folder):
    """Let the last change look old, as a quarter of a second does."""
    os.utime(folder / "journal.db", ns=(0, 10**18))


def test_the_stamp_stands_still_until_some_process_writes(journal, folder, clock):
    other = Journal.open(folder, clock)
    settle(folder)
    before = journal.stamp()
    other.since(0)
    assert journal.stamp() == before
    other.append([Recorder().note("a")])
    assert journal.stamp() != before
    other.close()


def test_a_change_in_the_same_tick_of_the_file_system_is_not_missed(journal, folder, monkeypatch):
    journal.append([Recorder("k7f2").note("a")])
    held = (folder / "journal.db").stat()
    ticks = SimpleNamespace(time_ns=count(held.st_mtime_ns).__next__)
    monkeypatch.setattr(store, "time", ticks)
    before = journal.stamp()
    journal.append([Recorder("m3b4", seed=2).note("b")])
    os.utime(folder / "journal.db", ns=(held.st_atime_ns, held.st_mtime_ns))
    assert journal.stamp() != before
