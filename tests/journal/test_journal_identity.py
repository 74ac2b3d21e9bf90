"""Incidents under their identity: two never become one, and a short id stays what it was."""

import json
import shutil
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest

from events import Recorder
from first_version import write_first_version
from ircon.commands.main import main
from ircon.incident.fold import fold
from ircon.incident.ids import is_ulid, short_id_of
from ircon.journal.storage.connection import Connection
from ircon.journal.store import Journal


def incident(alias, seed, name, *, visibility="public"):
    """A recorder of an incident that has been declared, and has a note."""
    record = Recorder(alias, seed)
    record.declared(name, visibility=visibility)
    record.note(f"about {name}")
    return record


def names(journal):
    """What each incident of a journal is called."""
    states = {one: fold(journal.events(one)) for one in journal.incident_ids()}
    return {one: state and state.name for one, state in states.items()}


def test_two_incidents_under_one_short_id_stay_two(journal):
    first = incident("k7f2", 1, "Checkout fails")
    other = incident("k7f2", 2, "Search is slow")
    third = incident("k7f2", 3, "Sign-in fails")
    assert {one.incident for one in journal.append(first.events)} == {"k7f2"}
    kept = [journal.append(one.events) for one in (other, third)]
    aliases = [{event.incident for event in one} for one in kept]
    assert all(len(one) == 1 and next(iter(one)).startswith("k7f2") for one in aliases)
    assert sorted(names(journal).values()) == ["Checkout fails", "Search is slow", "Sign-in fails"]
    assert len(set(journal.incident_ids())) == 3
    # Added again, in any order, nothing is new and nothing moves.
    before = names(journal), journal.last_seq()
    for one in (third, first, other):
        journal.append(list(reversed(one.events)))
    assert (names(journal), journal.last_seq()) == before


def test_an_alias_is_what_later_events_find_their_incident_by(journal, queued):
    journal.append(incident("k7f2", 1, "Checkout fails").events)
    other = Recorder("k7f2", 2)
    other.declared("Search is slow")
    (kept,) = journal.append(other.events, [queued(incident="k7f2")])
    later = Recorder(kept.incident, 3)
    journal.append([later.note("only here")])
    texts = [event.text("text") for event in journal.events(kept.incident)]
    assert "only here" in texts
    assert "only here" not in [event.text("text") for event in journal.events("k7f2")]
    # What was queued with the declaration went with it.
    assert [one.incident for one in journal.operations(kept.incident)] == [kept.incident]
    assert journal.operations("k7f2") == []
    (operation,) = journal.operations(kept.incident)
    moved = journal.move(operation, operation._replace(state="preflight", moves=1))
    assert moved == journal.operation(operation.op)
    assert journal.check() == []


def test_an_incident_is_found_by_its_identity_whatever_it_is_called_here(journal):
    journal.append(incident("k7f2", 1, "Checkout fails").events)
    again = incident("zz99", 1, "Checkout fails")  # as another journal calls it
    journal.append([*again.events, again.note("more")])
    assert journal.incident_ids() == ["k7f2"]
    assert len(journal.events("k7f2")) == 3
    assert journal.alias(again.events[0].id) == "k7f2"


def test_a_declaration_need_not_come_first(journal):
    record = incident("k7f2", 1, "Checkout fails")
    kept = journal.append(list(reversed(record.events)))
    assert [event.incident for event in kept] == ["k7f2", "k7f2"]
    assert names(journal) == {"k7f2": "Checkout fails"}


def test_what_nothing_declares_belongs_to_no_incident_that_comes_later(journal):
    orphan = Recorder("k7f2", 5).note("whose?")
    journal.append([orphan])
    assert [event.id for event in journal.events("k7f2")] == [orphan.id]
    kept = journal.append(incident("k7f2", 1, "Checkout fails").events)
    assert kept[0].incident != "k7f2"
    assert orphan.id not in {event.id for event in journal.events(kept[0].incident)}


def test_short_ids_of_one_letter_pattern_grow_and_are_never_used_again(journal):
    for seed in range(1, 40):
        journal.append([Recorder("k7f2", seed).declared(f"number {seed}")])
    ids = journal.incident_ids()
    assert len(ids) == 39
    assert all(one.startswith("k7f2") and one.isalnum() for one in ids)
    assert max(Counter(names(journal).values()).values()) == 1


@pytest.mark.parametrize("seed", range(1, 6))
def test_the_short_id_of_an_import_follows_from_its_identity(seed):
    (declared,) = [Recorder("k7f2", seed).declared("x")]
    alias = short_id_of(declared.id)
    assert alias == short_id_of(declared.id)
    assert len(alias) == 4
    assert any(sign.isdigit() for sign in alias)


def test_a_journal_of_version_1_opens_with_the_same_ids_and_words(folder, clock, queued):
    one, other = incident("k7f2", 1, "Checkout fails"), incident("m3b4", 2, "Search is slow")
    update = one.update("investigating", "We are on it.", op="a" * 20)
    waiting = queued(event=update.id)
    write_first_version(
        folder,
        [*one.events, *other.events],
        [waiting],
        [("note:k7f2", '{"text":"half typ"}', "2026-03-02T09:00:00.000Z")],
    )
    with closing(Journal.open(folder, clock)) as journal:
        assert journal.incident_ids() == ["k7f2", "m3b4"]
        for record in (one, other):
            shown = [event._replace(seq=None) for event in journal.events(record.incident)]
            assert shown == record.events
            assert fold(shown) == fold(record.events)
        assert journal.operations("k7f2") == [waiting._replace(seq=1)]
        assert journal.draft("note:k7f2").content == {"text": "half typ"}
        assert journal.check() == []
        assert journal.trouble() == []
        raw = journal._file.rows("SELECT DISTINCT incident FROM event")
        assert all(is_ulid(incident) for (incident,) in raw)
        (copy,) = (folder / "backups").glob("*.db")
    with closing(Connection(copy, copied=True)) as backup:
        assert backup.version == 1


def test_a_damaged_row_of_version_1_stays_damaged(folder, clock):
    record = incident("k7f2", 1, "Checkout fails")
    write_first_version(folder, [record.events[0], record.events[1]])
    with closing(Connection(folder / "journal.db")) as raw, raw.transaction() as held:
        held.execute("DROP TRIGGER event_kept")
        held.execute("UPDATE event SET payload = replace(payload, 'about', 'ABOUT') WHERE seq = 2")
        held.execute(
            "CREATE TRIGGER event_kept BEFORE UPDATE ON event"
            " BEGIN SELECT RAISE(ABORT, 'ircon: events are never changed'); END"
        )
    with closing(Journal.open(folder, clock)) as journal:
        assert [event.kind for event in journal.events("k7f2")] == ["declared"]
        assert any("Event 2 is damaged" in sentence for sentence in journal.check())


def test_a_journal_of_version_1_that_cannot_be_written_is_read(folder, clock):
    record = incident("k7f2", 1, "Checkout fails")
    write_first_version(folder, record.events)
    with closing(Journal.open(folder, clock, readonly=True)) as journal:
        assert journal.incident_ids() == ["k7f2"]
        assert fold(journal.events("k7f2")).name == "Checkout fails"
        assert journal.operations("k7f2") == []
    assert Connection(folder / "journal.db", copied=True).version == 1  # nothing was changed


def test_short_ids_survive_the_loss_of_the_file(folder, clock):
    with closing(Journal.open(folder, clock)) as journal:
        for seed in (1, 2, 3):
            journal.append(incident("k7f2", seed, f"number {seed}").events)
        before = names(journal)
    for name in ("backups", "backups/"):
        for copy in (folder / name).glob("*.db"):
            copy.unlink()
    with (folder / "journal.db").open("r+b") as file:
        file.write(b"\0" * 100)  # no database to SQLite any more
    with closing(Journal.open(folder, clock)) as journal:
        assert names(journal) == before
        assert journal.check() == []


def test_a_short_id_with_a_flipped_bit_is_said_and_comes_back(folder, clock, tmp_path):
    with closing(Journal.open(folder, clock)) as journal:
        for alias, seed in (("k7f2", 1), ("m3b4", 2)):
            journal.append(incident(alias, seed, f"number {seed}").events)
        before = names(journal)
        ((sha,),) = journal._file.rows("SELECT sha FROM alias WHERE alias = 'k7f2'")
    content = (folder / "journal.db").read_bytes()
    for words in (b"k7f2", b"m3b4", sha.encode()):
        start = -1
        while (start := content.find(words, start + 1)) >= 0:
            place = tmp_path / f"flipped-{words[:4].decode()}-{start}"
            (place / "backups").mkdir(parents=True, mode=0o700)
            place.chmod(0o700)
            (place / "known").touch(0o600)
            spoiled = bytearray(content)
            spoiled[start + 1] ^= 1
            (place / "journal.db").write_bytes(spoiled)
            (place / "journal.db").chmod(0o600)
            with closing(Journal.open(place, clock)) as journal:
                if names(journal) != before:
                    assert journal.check()
                journal.repair()
                assert names(journal) == before
                assert journal.check() == []


def test_a_backup_of_version_1_restores_a_later_journal(folder, clock):
    one, other = incident("k7f2", 1, "Checkout fails"), incident("m3b4", 2, "Search is slow")
    write_first_version(folder, [*one.events, *other.events])
    with closing(Journal.open(folder, clock)) as journal:
        journal.append([Recorder("k7f2", 9).note("since")])
    (folder / "journal.db").write_bytes(b"")
    with closing(Journal.open(folder, clock)) as journal:
        assert names(journal) == {"k7f2": "Checkout fails", "m3b4": "Search is slow"}
        assert journal.check() == []


OLD = Path(__file__).parent / "version_0_1_0"  # a real one, and what 0.1.0 showed of it


def holds(new, old):
    """Whether all that was shown is shown, whatever has been added to it since."""
    if isinstance(old, dict):
        return all(name in new and holds(new[name], value) for name, value in old.items())
    if isinstance(old, list):
        return len(new) == len(old) and all(map(holds, new, old))
    return new == old


def test_the_journal_of_0_1_0_migrates_and_shows_the_same(tmp_path, capsys):
    home = tmp_path / "home"
    (home / "data").mkdir(parents=True)
    for folder in (home, home / "data"):
        folder.chmod(0o700)
    shutil.copy(OLD / "journal.db", home / "data" / "journal.db")
    (home / "data" / "journal.db").chmod(0o600)
    (home / "data" / "known").touch(0o600)
    shown = json.loads((OLD / "shown.json").read_text())
    for _ in range(2):  # as it migrates, and afterwards
        for incident, old in shown["show"].items():
            assert main(["--home", str(home), "show", incident, "--json"]) == 0
            assert holds(json.loads(capsys.readouterr().out), old), incident
        assert main(["--home", str(home), "outbox", "--json"]) == 0
        assert holds(json.loads(capsys.readouterr().out), shown["outbox"])
    main(["--home", str(home), "doctor", "--json"])
    checks = {one["check"]: one for one in json.loads(capsys.readouterr().out)}
    assert checks["journal"]["ok"]
    assert [path.name for path in (home / "data" / "backups").iterdir()]
