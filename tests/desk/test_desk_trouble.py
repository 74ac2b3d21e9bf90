"""When the record cannot be kept as usual: what a responder sees, types and gets back."""

import json
import os
import sqlite3
import sys
from contextlib import closing, contextmanager
from io import StringIO
from pathlib import Path

import pytest

from desks import HandClock
from ircon.commands.main import main
from ircon.config.paths import app_paths
from ircon.desk.desk import Desk
from ircon.errors import JournalBusy
from ircon.incident.text import InternalText


@pytest.fixture
def ircon(tmp_path, capsys):
    """Runs a command as typed; its exit code, standard output and standard error."""

    def run(*words: str) -> tuple[int, str, str]:
        capsys.readouterr()
        code = main(["--home", str(tmp_path), *words])
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


@pytest.fixture
def incident(ircon):
    return ircon("declare", "Checkout fails", "--internal")[1].split()[0]


@pytest.fixture
def store(tmp_path):
    return tmp_path / "data" / "journal.db"


@contextmanager
def held(store, how="EXCLUSIVE"):
    with closing(sqlite3.connect(store, isolation_level=None)) as other:
        other.execute(f"BEGIN {how}")
        yield


@pytest.fixture
def hasty(monkeypatch):
    """Nobody waits five seconds in a test."""
    from ircon.journal.store import Journal

    monkeypatch.setattr(Journal.open.__func__, "__defaults__", (0.01,))


def test_on_a_good_day_nothing_is_said(ircon, incident):
    assert ircon("note", "all is well") == (0, f"{incident} n1 saved\n", "")


def test_a_note_is_kept_while_another_process_holds_the_journal(ircon, incident, store, hasty):
    with held(store, "IMMEDIATE"):
        code, out, err = ircon("note", "db-1 is down")
        assert (code, out) == (0, f"{incident} (not in the journal yet) saved\n")
        assert "Not in the journal yet: 1 event(s)" in err
        code, out, err = ircon("timeline")
        assert "db-1 is down" in out
        assert "Not in the journal yet" in err
        code, _, err = ircon("note", "and in json", "--json")
        assert code == 0
    code, out, err = ircon("note", "later")
    assert (code, err) == (0, "")
    texts = [one["text"] for one in json.loads(ircon("timeline", "--json")[1])]
    assert sorted(texts[1:]) == ["and in json", "db-1 is down", "later"]


def test_a_note_is_kept_though_the_journal_cannot_even_be_read(
    ircon, incident, store, hasty, monkeypatch
):
    ircon("incidents")
    monkeypatch.setattr(sys, "stdin", StringIO("from a pipe\n"))
    with held(store):
        for words in (("note", "one"), ("note", incident, "two"), ("note", "-")):
            code, out, err = ircon(*words)
            assert (code, out) == (0, f"{incident} (not in the journal yet) saved\n")
            assert "Another process holds" in err
        assert ircon("note", "nobody", "three")[0] == 1  # no such incident is known
        assert ircon("mark", "detected")[0] == 1
    texts = [one["text"] for one in json.loads(ircon("timeline", "--json")[1])]
    assert sorted(texts[1:]) == ["from a pipe", "one", "two"]


def test_doctor_tells_of_a_loss_and_takes_note_that_its_owner_knows(ircon, incident, store):
    ircon("note", "before the damage")
    with store.open("r+b") as file:
        file.write(os.urandom(100))
    code, _, err = ircon("note", "after the damage")
    assert code == 0
    assert "journal.db.corrupt-" in err
    assert "Nothing is published until" in err
    code, out, _ = ircon("doctor", "--json")
    assert code == 1
    details = [one["detail"] for one in json.loads(out) if one["check"] == "journal"]
    assert any("Nothing is published until" in one for one in details)
    _, _, err = ircon("doctor", "--repair")
    assert "Publishing is open again." in err
    assert "Nothing in the journal needs repair." in ircon("doctor", "--repair")[2]
    checks = json.loads(ircon("doctor", "--json")[1])
    assert [one["ok"] for one in checks if one["check"] == "journal"] == [True]
    assert len(json.loads(ircon("timeline", "--json")[1])) == 3


def test_a_damaged_event_is_named_until_it_was_repaired(ircon, incident, store):
    for text in ("first words", "second words"):
        ircon("note", text)
    content = store.read_bytes()
    assert list((store.parent / "backups").iterdir())
    store.write_bytes(content.replace(b"second words", b"fecond words"))
    code, out, err = ircon("timeline")
    assert code == 0
    assert "first words" in out
    assert "words" not in out.split("first words")[1]
    assert "was left out" in err
    assert ircon("doctor")[0] == 1
    ircon("doctor", "--repair")
    code, out, err = ircon("timeline")
    assert "first words" in out
    assert err == ""


def test_one_damaged_declaration_takes_no_other_incident_out_of_a_list(ircon, incident, store):
    other = ircon("declare", "Search is slow", "--internal")[1].split()[0]
    assert len(json.loads(ircon("incidents", "--json")[1])) == 2
    content = store.read_bytes()
    store.write_bytes(content.replace(b"Checkout fails", b"Dheckout fails"))
    assert other in ircon("incidents")[1]
    for words in (("incidents", "--json"), ("metrics", "--json"), ("metrics",)):
        code, out, err = ircon(*words)
        assert code == 0, words
        assert "was left out" in err, words
        assert words[0] == "metrics" or other in out


def test_the_console_is_told_what_no_disk_takes(tmp_path, store, incident, hasty):
    desk = Desk(
        app_paths(str(tmp_path)), HandClock(), actor="ada", host="here", open_page=lambda *_: None
    )
    desk.keep_open()
    assert desk.records.trouble() == []
    (Path(store).parent / "spill").write_text("in the way")
    with held(store, "IMMEDIATE"):
        desk.respond.note(incident, InternalText("only here"))
        assert desk.records.trouble()[0].startswith("NOT SAVED: 1 event(s)")
        with pytest.raises(JournalBusy):
            desk.respond.declare_internal("Another")
    desk.respond.note(incident, InternalText("later"))
    assert desk.records.trouble() == []
    assert len(desk.records.incident(incident).notes) == 2
    desk.close()
