"""The outbox: queued with its event, moved once, claimed once, frozen."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest

from events import Recorder
from ircon.errors import AlreadyClaimed, JournalDamaged
from ircon.journal.operation import Operation
from ircon.journal.store import Journal


def test_every_field_of_an_operation_comes_back(journal, queued):
    at = datetime(2026, 3, 2, 9, 0, 0, 250_000, tzinfo=UTC)
    operation = queued(
        payload=b"\x00\xff not even JSON",
        queued_at=at,
        not_before=at + timedelta(seconds=1),
        hold_until=at + timedelta(seconds=2),
        t_unknown=at + timedelta(seconds=3),
        base_ids=("x", "y"),
        attempts=3,
        good_reads=4,
        remote_id="r1",
        remote_incident="i1",
        by="host:1:boot",
        error="[red]no\x1b[m",
        rate_limited=True,
        quiet=True,
        moves=2,
        boot_id="boot",
        boot_ns=5,
        mono_ns=6,
    )
    given, defaults = operation._asdict(), Operation._field_defaults
    unset = [name for name, default in defaults.items() if given[name] == default]
    assert unset == ["seq"]  # a new field must be kept, too
    journal.append([], [operation])
    kept = journal.operation(operation.op)
    assert kept == operation._replace(seq=1)
    journal.append([], [queued(op="b" * 20, base_ids=())])
    assert journal.operation("b" * 20).base_ids == ()
    assert journal.operation("nobody") is None


def test_operations_come_in_the_order_they_were_queued(journal, queued):
    for op, incident, state in (
        ("c", "k7f2", "held"),
        ("a", "m3b4", "queued"),
        ("b", "k7f2", "queued"),
    ):
        journal.append([], [queued(op=op, incident=incident, state=state)])
    assert [one.op for one in journal.operations()] == ["c", "a", "b"]
    assert [one.op for one in journal.operations("k7f2")] == ["c", "b"]
    assert [one.op for one in journal.operations(states={"queued", "sent"})] == ["a", "b"]
    assert [one.op for one in journal.operations("k7f2", ["held"])] == ["c"]


def test_an_event_is_not_kept_if_its_operation_cannot_be(journal, queued):
    with pytest.raises(sqlite3.IntegrityError):
        journal.append([Recorder().update("investigating", op="x")], [queued(state=None)])
    assert journal.last_seq() == 0
    assert journal.operations() == []


def test_a_move_is_kept_with_its_event_or_not_at_all(journal, queued):
    record = Recorder()
    update = record.update("investigating", op="x")
    journal.append([update], [queued()])
    move = record.delivery(update, "sending", move=1)
    with pytest.raises(sqlite3.IntegrityError):
        journal.move(queued(), queued(state="sending", moves=1), [move._replace(visibility="")])
    assert journal.operations()[0].state == "queued"

    moved = journal.move(queued(), queued(state="sending", moves=1), [move])
    assert (moved.state, moved.moves, moved.seq) == ("sending", 1, 1)
    assert [event.kind for event in journal.events("k7f2")] == ["update", "delivery"]


def test_who_comes_second_moves_nothing(journal, queued):
    record = Recorder()
    update = record.update("investigating", op="x")
    journal.append([update], [queued()])
    assert journal.move(queued(), queued(state="draft", moves=1))
    assert (
        journal.move(
            queued(),
            queued(state="preflight", moves=1),
            [record.delivery(update, "preflight", move=1)],
        )
        is None
    )
    assert journal.operations()[0].state == "draft"
    assert [event.kind for event in journal.events("k7f2")] == ["update"]


def test_the_state_must_hold_too_not_only_the_count(journal, queued):
    journal.append([], [queued(state="held")])
    assert journal.move(queued(state="queued"), queued(state="preflight", moves=1)) is None


def test_of_several_threads_and_openings_exactly_one_wins(journal, folder, clock, queued):
    other = Journal.open(folder, clock)
    journal.append([], [queued()])
    for turn in range(20):
        before = journal.operation("a" * 20)
        barrier = Barrier(4)

        def attempt(number: int, before=before, barrier=barrier) -> Operation | None:
            barrier.wait()
            after = before._replace(moves=before.moves + 1, by=str(number))
            return (journal, other)[number % 2].move(before, after)

        with ThreadPoolExecutor(4) as pool:
            results = list(pool.map(attempt, range(4)))
        (winner,) = [number for number, moved in enumerate(results) if moved]
        assert journal.operation("a" * 20).by == str(winner)
        assert journal.operation("a" * 20).moves == turn + 1
    other.close()


def test_one_update_on_the_page_confirms_one_operation(journal, queued):
    first, second = queued(), queued(op="b" * 20)
    record = Recorder()
    update = record.update("investigating", op="x")
    journal.append([update], [first, second])
    assert journal.claimed("p1") == set()
    assert journal.move(first, first._replace(state="sent", remote_id="r1", moves=1))
    with pytest.raises(AlreadyClaimed):
        journal.move(
            second,
            second._replace(state="sent", remote_id="r1", moves=1),
            [record.delivery(update, "sent", move=1)],
        )
    assert journal.operation("b" * 20).state == "queued"
    assert [event.kind for event in journal.events("k7f2")] == ["update"]
    assert journal.claimed("p1") == {"r1"}
    assert journal.claimed("p2") == set()


def test_an_operation_keeps_its_own_claim_through_its_moves(journal, queued):
    journal.append([], [queued()])
    sent = journal.move(queued(), queued(state="sent", remote_id="r1", moves=1))
    confirmed = journal.move(sent, sent._replace(state="confirmed", moves=2))
    assert (confirmed.state, confirmed.remote_id) == ("confirmed", "r1")


def test_what_was_confirmed_is_frozen(journal, folder, queued):
    journal.append([], [queued()])
    with pytest.raises(ValueError, match="confirmed"):
        journal.move(queued(), queued(payload=b"other words", moves=1))
    with pytest.raises(ValueError, match="counts one up"):
        journal.move(queued(), queued(state="sending"))
    with closing(sqlite3.connect(folder / "journal.db")) as tool:
        for change in ("UPDATE outbox SET payload = x'00'", "DELETE FROM outbox"):
            with pytest.raises(sqlite3.IntegrityError, match="ircon"):
                tool.execute(change)


@pytest.mark.parametrize(
    "change", ["state = 'queued'", "remote_id = 'r9'", "attempts = 0", "payload = x'00'"]
)
def test_a_row_that_was_tampered_with_is_not_handed_out_for_sending(
    journal, folder, queued, change
):
    journal.append([], [queued(state="unknown", attempts=1)])
    with closing(sqlite3.connect(folder / "journal.db", isolation_level=None)) as tool:
        tool.execute("DROP TRIGGER outbox_frozen")
        tool.execute(f"UPDATE outbox SET {change}")  # noqa: S608 - the test's own words
    with pytest.raises(JournalDamaged, match="Operation 1"):
        journal.operations()
    assert "Operation 1 is damaged: its checksum does not hold." in journal.check()


def test_what_was_concluded_from_an_outbox_that_has_moved_is_not_kept(journal, queued):
    record = Recorder()
    journal.append([], [queued()])
    read = journal.operations("k7f2")
    journal.move(queued(), queued(state="preflight", moves=1))
    note = record.note("seen on the page")
    assert journal.append_if_unchanged([note], read) is None
    assert journal.events("k7f2") == []
    (kept,) = journal.append_if_unchanged([note], journal.operations("k7f2"))
    assert (kept.entry, journal.append_if_unchanged([], read)) == ("n1", [])
    assert journal.append_if_unchanged([record.note("more")], []) is None
