"""What is kept of events, and that it stays as it was."""

import sqlite3
from contextlib import closing
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events import START, Recorder
from ircon.errors import JournalDamaged
from ircon.incident.event import INTERNAL, PUBLIC, Event
from ircon.journal.storage import rows
from ircon.journal.store import Journal


def unnumbered(events):
    """As the desk hands them over: the journal gives the entry ids."""
    return [event._replace(entry=None) for event in events]


def test_what_was_appended_is_read_back_by_another_opening(journal, folder, clock):
    record = Recorder()
    record.declared("Checkout fails")
    record.update("investigating", "We are looking.", [{"id": "c1", "name": "API (group 01)"}])
    record.note("db-1 [ERROR] \x1b[31m 日本語 \N{FIRE}")
    kept = journal.append(record.events)

    again = Journal.open(folder, clock)
    assert again.events("k7f2") == kept
    assert [event._replace(seq=None) for event in kept] == record.events
    assert [event.seq for event in kept] == [1, 2, 3]
    assert again.event(kept[2].id) == kept[2]
    assert again.event("01KJPWD6M0000000000000ZZZZ") is None
    assert again.journal_id == journal.journal_id
    again.close()


def test_entries_count_up_by_prefix_within_an_incident(journal):
    one, other = Recorder("k7f2", seed=1), Recorder("m3b4", seed=2)
    one.declared()
    other.declared()
    for text in ("a", "b"):
        one.note(text)
        other.note(text)
    one.update("investigating")
    one.delivery(one.update("identified", op="x"), "queued", move=1)
    kept = journal.append(unnumbered([*one.events, *other.events]))
    assert [event.entry for event in kept] == [
        *("d1", "n1", "n2", "u1", "u2", None),
        *("d1", "n1", "n2"),
    ]
    (later,) = journal.append(unnumbered([one.note("c")]))
    assert later.entry == "n3"


def test_an_imported_entry_is_kept_and_counted_from(journal):
    record = Recorder()
    journal.append([record.make("note", {"text": "old", "source": "import"}, entry="n41-8ZK2")])
    (kept,) = journal.append(unnumbered([record.note("new")]))
    assert kept.entry == "n42"


def test_an_absurd_imported_entry_does_not_stop_the_counting(journal):
    record = Recorder()
    journal.append([record.make("note", {"text": "old", "source": "import"}, entry="n" + "9" * 30)])
    kept = journal.append(unnumbered([record.note("new"), record.note("newer")]))
    assert [event.entry for event in kept] == ["n1", "n2"]


def test_appending_again_after_an_error_keeps_one(journal, queued):
    record = Recorder()
    events = unnumbered([record.declared(), record.note("a")])
    first = journal.append(events, [queued()])
    moved = journal.move(queued(), queued(state="sending", moves=1))
    second = journal.append(events, [queued()])
    assert second == first
    assert journal.events("k7f2") == first
    assert journal.operations() == [moved]


def test_a_second_copy_in_one_append_is_kept_once(journal):
    (event,) = unnumbered([Recorder().note("a")])
    kept = journal.append([event, event])
    assert kept[0] == kept[1]
    assert len(journal.since(0)) == 1


def test_since_gives_what_came_after_of_all_incidents(journal):
    one, other = Recorder("k7f2", seed=1), Recorder("m3b4", seed=2)
    journal.append([one.declared(), other.declared()])
    seen = journal.last_seq()
    journal.append([other.note("x"), one.note("y")])
    assert [event.incident for event in journal.since(seen)] == ["m3b4", "k7f2"]
    assert [event.incident for event in journal.since(0, until=1)] == ["k7f2"]
    assert journal.since(journal.last_seq()) == []
    assert journal.incident_ids() == ["k7f2", "m3b4"]


def test_lone_surrogates_are_replaced_on_the_way_in(journal):
    record = Recorder()
    (kept,) = journal.append(
        [record.make("note", {"text": "\ud83d!", "source": "typed"}, actor="\udc00")]
    )
    assert (kept.payload["text"], kept.actor) == ("?!", "?")
    assert journal.events("k7f2") == [kept]


def test_kinds_of_a_newer_ircon_are_kept(journal):
    event = Recorder().make("seance", {"spirits": [1, {"name": "x"}]}, visibility=INTERNAL)
    (kept,) = journal.append([event])
    assert journal.events("k7f2") == [kept]
    assert kept.payload == event.payload


def test_visibility_is_internal_or_public_and_nothing_else(journal):
    event = Recorder().note("a")
    with pytest.raises(sqlite3.IntegrityError):
        journal.append([event._replace(visibility="")])
    assert journal.last_seq() == 0


@pytest.mark.parametrize("change", ["UPDATE event SET vis = 'public'", "DELETE FROM event"])
def test_another_tool_cannot_change_an_event(journal, folder, change):
    kept = journal.append([Recorder().note("a secret")])
    with (
        closing(sqlite3.connect(folder / "journal.db")) as tool,
        pytest.raises(sqlite3.IntegrityError, match="events are never"),
    ):
        tool.execute(change)
    assert journal.events("k7f2") == kept


def test_our_own_connection_cannot_replace_an_event_either(journal):
    kept = journal.append([Recorder().note("a secret")])
    with (
        pytest.raises(sqlite3.IntegrityError, match="events are never"),
        journal._file._connection.transaction() as raw,
    ):
        raw.execute("INSERT OR REPLACE INTO event SELECT * FROM event")
    assert journal.events("k7f2") == kept


values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
texts = st.text(st.characters(exclude_categories=["Cs"]))
events = st.builds(
    Event,
    id=texts,
    incident=texts,
    kind=texts,
    visibility=st.sampled_from([INTERNAL, PUBLIC]),
    at=st.integers(0, 10**9).map(lambda ms: START + timedelta(milliseconds=ms)),
    recorded_at=st.just(START),
    actor=texts,
    payload=st.dictionaries(texts, values, max_size=4),
    entry=st.none() | st.just("n1"),
    host=texts,
    boot_id=texts,
    mono_ns=st.integers(0, 2**63 - 1),
)


@given(events)
def test_a_row_gives_the_event_back(event):
    row = (7, *rows.event_row(event, event.entry))
    again = rows.read_event(row)
    assert again._replace(payload={}) == event._replace(seq=7, payload={})
    assert rows.event_row(again, again.entry) == row[1:]


@given(events, st.data())
def test_the_checksum_covers_every_column_but_the_place(event, data):
    row = [7, *rows.event_row(event, event.entry)]
    place = data.draw(st.integers(1, len(row) - 1))
    row[place] = f"{row[place]}x" if isinstance(row[place], str) else 5 if row[place] != 5 else 6
    with pytest.raises(JournalDamaged, match="Event 7"):
        rows.read_event(tuple(row))
    row[0] = 8
    assert not rows.is_sound_event(tuple(row))
