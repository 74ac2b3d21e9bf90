"""Journals united: nothing is lost, nothing doubles, and two incidents never become one."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desks import HandClock
from events import Recorder
from first_version import write_first_version
from ircon.commands.main import main
from ircon.config.paths import app_paths
from ircon.desk.desk import Desk
from ircon.history.shapes import read_reports
from ircon.history.to_events import declared_id, to_events
from ircon.incident.fold import fold
from ircon.incident.text import InternalText
from ircon.incident.times import parse_iso
from ircon.journal.recording import write_recording
from ircon.journal.storage.rows import EVENT_COLUMNS, seal
from ircon.journal.storage.statements import ADD_EVENT, EVENTS
from ircon.journal.store import Journal

STATUSPAGE = """{{"incidents": [{{"id": "{id}", "name": "{name}", "impact": "minor",
"status": "resolved", "created_at": "2024-05-0{day}T09:00:00Z", "incident_updates": [
{{"id": "u-{id}-2", "status": "resolved", "body": "{name} works again.",
"created_at": "2024-05-0{day}T10:00:00Z", "display_at": "2024-05-0{day}T10:00:00Z"}},
{{"id": "u-{id}-1", "status": "investigating", "body": "{name} is slow.",
"created_at": "2024-05-0{day}T09:00:00Z", "display_at": "2024-05-0{day}T09:00:00Z"}}]}}]}}"""


def desk_at(home: Path, host: str = "here") -> Desk:
    return Desk(
        app_paths(str(home)), HandClock(), actor="ada", host=host, open_page=lambda *_: None
    )


@pytest.fixture
def desk(tmp_path):
    with closing(desk_at(tmp_path / "mine")) as desk:
        yield desk


@pytest.fixture
def other(tmp_path):
    with closing(desk_at(tmp_path / "theirs", "there")) as desk:
        yield desk


def shown(desk):
    """What a journal holds, whatever its short ids are: by identity, events and the fold."""
    found = {}
    for incident in desk._journal.incident_ids():
        events = desk._journal.events(incident)
        state = fold(events)
        identity = next(event.id for event in events if event.kind == "declared")
        found[identity] = (
            {event.id for event in events},
            state.name,
            [(entry.id, entry.text, entry.at) for entry in state.entries],
        )
    return found


def recordings_of(desk, folder):
    folder.mkdir(exist_ok=True)
    paths = []
    for incident in desk._journal.incident_ids():
        path = folder / f"{incident}.toml"
        path.write_text(write_recording(incident, desk._journal.events(incident)))
        paths.append(str(path))
    return paths


def journal_of(desk):
    return str(desk.paths.data / "journal.db")


def test_another_journal_is_added_and_adding_it_again_adds_nothing(desk, other):
    mine = desk.respond.declare_internal("Checkout fails")
    theirs = other.respond.declare_internal("Search is slow")
    other.respond.note(theirs, InternalText("queue is long"))
    (done,) = desk.merging.merge([journal_of(other)])
    assert (done.created, done.there, done.name) == (True, theirs, "Search is slow")
    assert desk.records.incident(done.id).notes[0].text.internal == "queue is long"
    assert {one.name for one in desk.records.incidents()} == {"Checkout fails", "Search is slow"}
    before = shown(desk)
    (again,) = desk.merging.merge([journal_of(other)])
    assert (again.created, again.events, again.met) == (False, 0, ())
    assert shown(desk) == before
    assert desk.records.incident(mine).name == "Checkout fails"


def test_two_that_were_given_one_short_id_stay_two_and_keep_the_words_of_each(desk, other):
    for one, seed in ((desk, 1), (other, 2)):
        record = Recorder("k7f2", seed)
        record.declared(f"number {seed}", visibility="internal")
        record.note(f"note of {seed}")
        one._journal.append(record.events)
    (done,) = desk.merging.merge([journal_of(other)])
    assert done.there == "k7f2" != done.id
    assert desk.records.incident("k7f2").name == "number 1"
    assert desk.records.incident(done.id).name == "number 2"
    assert [note.text.internal for note in desk.records.incident("k7f2").notes] == ["note of 1"]


def test_a_note_of_each_machine_under_one_label_is_found_by_its_own(desk, other, tmp_path):
    incident = desk.respond.declare_internal("Checkout fails")
    desk.respond.note(incident, InternalText("before both"))
    (path,) = recordings_of(desk, tmp_path / "handed over")
    (taken,) = other.merging.merge([path])
    desk.clock.advance(60)
    desk.respond.note(incident, InternalText("mine"))
    other.clock.advance(120)
    other.respond.note(taken.id, InternalText("theirs"))
    (met,) = desk.merging.merge([journal_of(other)])
    assert met.events == 1
    assert "n2b" in " ".join(met.met)
    other.merging.merge([journal_of(desk)])
    for one in (desk, other):
        notes = {note.id: note.text.internal for note in one.records.incident(incident).notes}
        assert notes == {"n1": "before both", "n2": "mine", "n2b": "theirs"}
    # What was typed where it was given means what it meant there.
    assert desk.records.entry(incident, "n2").text.internal == "mine"
    assert other.records.entry(incident, "n2").text.internal == "theirs"
    assert desk.records.entry(incident, "n2b").text.internal == "theirs"


def test_a_recording_that_was_imported_stays_history_when_it_is_merged(desk, other, tmp_path):
    other.respond.declare_internal("Search is slow")
    paths = recordings_of(other, tmp_path / "shared")
    (imported,) = desk.archive.import_sources(paths)
    (merged,) = desk.merging.merge(paths)
    assert merged.id == imported.id
    assert not merged.created
    assert "history" in " ".join(merged.met)
    assert desk.records.incident(imported.id).origin == "import"


def test_what_differs_under_one_id_is_said_and_what_was_here_is_kept(desk, other, tmp_path):
    incident = desk.respond.declare_internal("Checkout fails")
    desk.respond.note(incident, InternalText("as it was"))
    (path,) = recordings_of(desk, tmp_path / "changed")
    text = Path(path).read_text().replace("as it was", "as somebody would have it")
    Path(path).write_text(text)
    (met,) = desk.merging.merge([path])
    assert "differ here" in " ".join(met.met)
    assert desk.records.incident(incident).notes[0].text.internal == "as it was"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("notes.txt", b"just words"),
        ("empty.toml", b""),
        ("config.toml", b'zone = "Europe/Berlin"\n'),
        ("other.db", b"SQLite format 3\0" + b"\0" * 4096),
        ("picture.png", b"\x89PNG\r\n\x1a\n" + bytes(range(256))),
    ],
)
def test_a_file_of_another_kind_is_refused_and_the_rest_is_merged(
    desk, other, tmp_path, name, content
):
    other.respond.declare_internal("Search is slow")
    (tmp_path / name).write_bytes(content)
    bad, missing, good = desk.merging.merge(
        [str(tmp_path / name), str(tmp_path / "nowhere"), journal_of(other)]
    )
    assert bad.error
    assert missing.error
    assert good.created
    assert (tmp_path / name).read_bytes() == content


def test_a_home_and_a_journal_of_version_1_can_be_merged(desk, tmp_path):
    record = Recorder("k7f2", 3)
    record.declared("From an older ircon", visibility="internal")
    record.note("kept")
    home = tmp_path / "old"
    write_first_version(home / "data", record.events)
    before = (home / "data" / "journal.db").read_bytes()
    (done,) = desk.merging.merge([str(home)])
    assert (done.id, done.name, done.events) == ("k7f2", "From an older ircon", 2)
    assert (home / "data" / "journal.db").read_bytes() == before


def rewritten(desk, folder, seal_it, values):
    """A copy of a desk's journal in whose note something else stands."""
    path = folder / "theirs.db"
    shutil.copy(journal_of(desk), path)
    with closing(sqlite3.connect(path, isolation_level=None)) as raw:
        raw.execute("DROP TRIGGER event_kept")
        (row,) = raw.execute(f"{EVENTS} WHERE kind = 'note'").fetchall()
        seq, *kept, sha = row
        changed = [values.get(name, one) for name, one in zip(EVENT_COLUMNS, kept, strict=True)]
        raw.execute("DROP TRIGGER event_stays")
        raw.execute("DELETE FROM event WHERE seq = ?", (seq,))
        raw.execute(ADD_EVENT, (*changed, seal(changed) if seal_it else sha))
    return str(path)


@pytest.mark.parametrize(
    ("seal_it", "values"),
    [
        (False, {"payload": '{"text":"changed since","source":"typed"}'}),
        (True, {"payload": "[]"}),
        (True, {"payload": "7"}),
        (True, {"payload": "{"}),
        (True, {"payload": '{"text":7,"source":"typed"}'}),
        (True, {"at": "yesterday"}),
        (True, {"id": "../../x"}),
        (True, {"vis": "public"}),
    ],
)
def test_what_is_damaged_or_made_up_in_another_journal_stays_out_and_that_is_said(
    desk, other, tmp_path, seal_it, values
):
    theirs = other.respond.declare_internal("Search is slow")
    other.respond.note(theirs, InternalText("queue is long"))
    done = desk.merging.merge([rewritten(other, tmp_path, seal_it, values)])
    assert [one.error for one in done if one.error]
    notes = [
        note.text.internal
        for one in desk.records.incidents()
        for note in desk.records.incident(one.incident).notes
    ]
    assert notes == []
    assert desk._journal.check() == []


def test_a_journal_that_another_process_holds_is_not_waited_for_without_end(desk, other, tmp_path):
    other.respond.declare_internal("Search is slow")
    path = tmp_path / "held.db"
    shutil.copy(journal_of(other), path)
    with closing(sqlite3.connect(path, isolation_level=None)) as holder:
        holder.execute("BEGIN EXCLUSIVE")
        (done,) = desk.merging.merge([str(path)])
        assert "holds" in (done.error or "")
        holder.execute("ROLLBACK")
    (done,) = desk.merging.merge([str(path)])
    assert done.created


# The laws of a union

LETTERS = st.sampled_from(["k7f2", "m3b4", "z9y8"])
MACHINES = st.lists(
    st.lists(
        st.tuples(LETTERS, st.sampled_from(["a", "b", "c"]), st.integers(0, 9)),
        max_size=6,
    ),
    min_size=3,
    max_size=3,
)


def fill(desk, machine, notes):
    """Incidents under short ids that meet those of other machines, and some notes in them."""
    for alias, text, at in notes:
        seed = sum(ord(sign) for sign in alias) * 10 + machine
        record = Recorder(alias, seed)
        record.declared(f"{alias} of {machine}", visibility="internal")
        later = Recorder(alias, seed * 100 + at)
        note = later.note(text, at=at, recorded_at=at, entry=f"n{at % 3 + 1}")
        desk._journal.append([*record.events, note._replace(host=f"host{machine}")])


@given(MACHINES)
@settings(max_examples=25, deadline=None, derandomize=True)
def test_union_commutes_associates_and_is_idempotent(tmp_path_factory, machines):
    folder = tmp_path_factory.mktemp("union")
    desks = [desk_at(folder / f"m{number}", f"host{number}") for number in range(3)]
    unions = [desk_at(folder / f"u{number}") for number in range(3)]
    try:
        for number, notes in enumerate(machines):
            fill(desks[number], number, notes)
        a, b, c = (journal_of(desk) for desk in desks)
        for desk in desks:
            _ = desk._journal
        first, second, third = unions
        first.merging.merge([a, b, c])
        second.merging.merge([c, a, b, a, c])
        desks[1].merging.merge([c])  # (b and c) first, then a: and b is there again
        third.merging.merge([b, a, b])
        assert shown(first) == shown(second) == shown(third)
        total = {event for events, _, _ in shown(first).values() for event in events}
        mine = {event.id for one in range(3) for event in desks[one]._journal.since(0)}
        assert total == mine
    finally:
        for desk in (*desks, *unions):
            desk.close()


# Incidents that an older ircon put under one id


def imported(alias, name, day):
    """The events of an imported incident, under a short id that it should not have."""
    remote = f"{name.lower().replace(' ', '')}{'x' * 12}"[:12]
    text = STATUSPAGE.format(id=remote, name=name, day=day)
    (report,) = read_reports(text.encode(), "history.json", "auto")
    events = to_events(report, alias, recorded_at=parse_iso("2026-03-01T00:00:00Z"), actor="ada")
    entries = iter(range(1, 99))
    return declared_id(report), [
        event if event.kind == "source" else event._replace(entry=f"{event.kind[0]}{next(entries)}")
        for event in events
    ]


def test_doctor_finds_incidents_that_became_one_and_repair_separates_them(tmp_path, capsys):
    one, events = imported("k7f2", "Checkout", 1)
    two, more = imported("k7f2", "Search", 2)
    three, most = imported("k7f2", "Sign-in", 3)
    whole, sound = imported("m3b4", "Mail", 4)
    note = Recorder("k7f2", 77).note("of which?", entry="n1")
    home = tmp_path / "home"
    write_first_version(home / "data", [*events, *more, *most, note, *sound])

    def ircon(*words: str) -> tuple[int, Any]:
        capsys.readouterr()
        code = main(["--home", str(home), *words])
        return code, capsys.readouterr()

    assert len(ircon("incidents")[1].out.splitlines()) <= 3
    document = tmp_path / "again.json"
    document.write_text(STATUSPAGE.format(id="searchxxxxxx", name="Search", day=2))
    assert "run 'ircon doctor --repair'" in ircon("import", str(document))[1].err
    code, said = ircon("doctor")
    assert code == 1
    assert "k7f2 holds 3 incidents" in said.out
    code, said = ircon("doctor", "--repair")
    assert "separate now" in said.err
    assert "n1 may belong to either" in said.err
    assert "holds" not in ircon("doctor")[1].out
    with closing(Journal.open(home / "data", HandClock())) as journal:
        states = {incident: fold(journal.events(incident)) for incident in journal.incident_ids()}
        assert sorted(state.name for state in states.values()) == [
            "Checkout",
            "Mail",
            "Search",
            "Sign-in",
        ]
        assert states["k7f2"].name == "Checkout"
        assert states["m3b4"].name == "Mail"
        assert [len(state.updates) for state in states.values()] == [2, 2, 2, 2]
        assert [note.text.internal for note in states["k7f2"].notes] == ["of which?"]
        identities = {journal.alias(identity) for identity in (one, two, three, whole)}
        assert identities == set(states)
        assert journal.check() == []
        copies = sorted((home / "data" / "backups").glob("*.db"))
        assert len(copies) >= 1
    out = ircon("incidents")[1].out
    assert all(name in out for name in ("Checkout", "Mail", "Search", "Sign-in"))
    # Nothing is left to repair, and importing the documents again finds each.
    assert ircon("doctor", "--repair")[1].err.startswith("Nothing in the journal needs repair.")
    for name, day in (("Search", 2), ("Sign-in", 3)):
        remote = f"{name.lower()}{'x' * 12}"[:12]
        document.write_text(STATUSPAGE.format(id=remote, name=name, day=day))
        assert "already imported" in ircon("import", str(document))[1].out


def test_a_journal_whose_incidents_became_one_is_not_united_before_they_are_apart(desk, tmp_path):
    _, events = imported("k7f2", "Checkout", 1)
    _, more = imported("k7f2", "Search", 2)
    _, sound = imported("m3b4", "Mail", 4)
    home = tmp_path / "theirs"
    write_first_version(home / "data", [*events, *more, *sound])
    mixed, whole = desk.merging.merge([str(home)])
    assert "2 incidents" in (mixed.error or "")
    assert whole.name == "Mail"
    assert desk._journal.mixed() == {}
    main(["--home", str(home), "doctor", "--repair"])
    assert len([one for one in desk.merging.merge([str(home)]) if not one.error]) == 3
    assert {one.name for one in desk.records.incidents()} == {"Checkout", "Search", "Mail"}


def test_a_document_of_many_incidents_arrives_whole(desk, tmp_path):
    rows = [
        STATUSPAGE.format(id=f"{number:012d}", name=f"Incident {number}", day=1 + number % 9)[15:-2]
        for number in range(700)
    ]
    document = tmp_path / "history.json"
    document.write_text('{"incidents": [' + ",".join(rows) + "]}")
    done = desk.archive.import_sources([str(document)])
    assert len({one.id for one in done}) == 700
    assert desk.records.count() == 700
    assert len(desk._journal.incident_ids()) == 700
    assert desk._journal.mixed() == {}
