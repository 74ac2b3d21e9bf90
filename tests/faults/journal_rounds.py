"""Processes that are killed at any instant with the journal in their hands, round after round.

Run as a process of its own, since each round forks:

    python -m faults.journal_rounds writers|migrations|recoveries ROUNDS SEED FOLDER

Prints its figures as JSON. What must never be ends it with an ``AssertionError`` that names the
round. The seed decides what is done and when it is cut off; where in the work that falls, the
machine's scheduling does: a seed that failed is tried again, not replayed to the letter.
"""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import sys
import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from hashlib import sha256
from itertools import count
from pathlib import Path
from random import Random

from first_version import take_back_to_first_version
from ircon.incident.recorder import Recorder
from ircon.journal.operation import Operation
from ircon.journal.storage import schema
from ircon.journal.store import Journal

INCIDENT = "k7f2"
NEXT_VERSION = (
    "ALTER TABLE event ADD COLUMN mood TEXT",
    "CREATE TABLE moods (id TEXT PRIMARY KEY, size INTEGER) STRICT",
    "INSERT INTO moods SELECT id, length(payload) FROM event",
    "CREATE INDEX event_by_mood ON event (mood, incident)",
    "INSERT INTO moods SELECT 'op ' || op, length(payload) FROM outbox",
    "CREATE TRIGGER moods_stay BEFORE DELETE ON moods BEGIN SELECT RAISE(ABORT, 'no'); END",
)


class WallClock:
    """The machine's own."""

    boot_id = "boot"

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic_ns(self) -> int:
        return time.monotonic_ns()

    def boot_ns(self) -> int:
        return time.monotonic_ns()


CLOCK = WallClock()


def opened(folder: Path) -> Journal:
    """The journal of a folder."""
    return Journal.open(folder, CLOCK, timeout=30)


def operation(op: str, event: str) -> Operation:
    """An operation as the desk queues it."""
    payload = json.dumps({"incident": {"body": f"We are on it: {op}."}}).encode()
    return Operation(
        op=op,
        incident=INCIDENT,
        page="main",
        page_id="p1",
        kind="update",
        payload=payload,
        payload_sha=sha256(payload).hexdigest(),
        state="queued",
        event=event,
        queued_at=CLOCK.now(),
    )


def declare(journal: Journal, recorder: Recorder) -> None:
    """The one incident of these journals, if nobody has declared it."""
    if INCIDENT not in journal.incident_ids():
        words = {"name": "Checkout fails", "kind": "incident", "status": "investigating"}
        journal.append([recorder.event(INCIDENT, "declared", words, visibility="public")])


def write_forever(folder: Path, seed: int, said: int, *, limit: int | None = None) -> None:
    """Notes, updates with their operations, moves with their events; each is told once kept.

    Args:
        folder: the journal's.
        seed: decides what and how long.
        said: a pipe that each acknowledged id is written to, a line each.
        limit: after so many it ends.
    """
    chance = Random(seed)
    recorder = Recorder(CLOCK, os.urandom, actor=f"w{seed}", host="here")
    journal = opened(folder)
    declare(journal, recorder)
    for _ in count() if limit is None else range(limit):
        op = None
        if chance.random() < 0.5:
            text = f"{chance.random()} " * chance.choice((1, 1, 10, 500))
            event = recorder.event(INCIDENT, "note", {"text": text, "source": "typed"})
            journal.append([event])
        else:
            op = os.urandom(10).hex()
            words = {"status": "identified", "body": "x", "components": [], "notify": False}
            event = recorder.event(INCIDENT, "update", {**words, "origin": "ircon", "op": op})
            journal.append([event], [operation(op, event.id)])
        os.write(said, f"{event.id}\n".encode())
        if op and chance.random() < 0.5:
            before = journal.operation(op)
            assert before is not None
            told = recorder.event(
                INCIDENT, "delivery", {"op": op, "move": 1, "state": "preflight", "event": "look"}
            )
            journal.move(before, before._replace(state="preflight", moves=1), [told])
            os.write(said, f"{told.id}\n".encode())


def cut_off(
    works: list[Callable[[int], None]], wait: float, *, under_way: bool = False
) -> list[str]:
    """Do all in processes of their own, kill them after a while; what they said until then.

    Args:
        works: each is handed the pipe to tell what it has done.
        wait: seconds until they are killed ...
        under_way: ... after the first of them told something.
    """
    hear, said = os.pipe()
    pids = []
    for work in works:
        pid = os.fork()
        if pid == 0:
            os.close(hear)
            try:
                work(said)
            finally:
                os._exit(0)
        pids.append(pid)
    os.close(said)
    heard = os.read(hear, 1 << 16) if under_way else b""
    time.sleep(wait)
    for pid in pids:
        os.kill(pid, signal.SIGKILL)
    while piece := os.read(hear, 1 << 16):
        heard += piece
    os.close(hear)
    for pid in pids:
        os.waitpid(pid, 0)
    return heard.decode().splitlines()


def must_be_whole(journal: Journal, acknowledged: set[str]) -> None:
    """Every acknowledged event is there; no event without its operation, none the other way."""
    events = journal.events(INCIDENT)
    missing = acknowledged - {one.id for one in events}
    assert not missing, f"lost: {sorted(missing)}"
    updates = {one.payload["op"]: one.id for one in events if one.kind == "update"}
    moved = {one.payload["op"] for one in events if one.kind == "delivery"}
    operations = {one.op: one for one in journal.operations()}
    assert {op: one.event for op, one in operations.items()} == updates, "half a pair"
    assert {op for op, one in operations.items() if one.moves} == moved, "half a move"
    entries = [one.entry for one in events if one.entry]
    assert len(set(entries)) == len(entries), "an entry's number twice"


def writers(rounds: int, seed: int, folder: Path) -> dict[str, int]:
    """One writer, or three at once, killed at any instant."""
    chance = Random(seed)
    figures = {"kills": 0, "acknowledged": 0}
    for number in range(rounds):
        place = folder / f"writers-{number // 30}"
        if number % 30 == 0:
            acknowledged: set[str] = set()
            opened(place).close()
        crew = 3 if number % 3 == 2 else 1
        seeds = [chance.randrange(1 << 30) for _ in range(crew)]
        heard = cut_off(
            [lambda said, one=one, at=place: write_forever(at, one, said) for one in seeds],  # type: ignore[misc]
            chance.uniform(0.0, 0.01),
            under_way=chance.random() < 0.8,  # the others are killed while they open it
        )
        acknowledged |= set(heard)
        figures["kills"] += crew
        figures["acknowledged"] += len(heard)
        with closing(opened(place)) as journal:
            must_be_whole(journal, acknowledged)
            assert not journal.trouble(), journal.trouble()
            if number % 30 == 29 or number == rounds - 1:
                assert journal.check() == []
        assert not list(place.glob("*corrupt*")), "taken for damaged"
    return figures


def filled(folder: Path, count: int = 120) -> set[str]:
    """A journal with what a small team has in a month; the ids of its events."""
    opened(folder).close()
    hear, said = os.pipe()
    write_forever(folder, 1, said, limit=count)
    os.close(said)
    heard = b""
    while piece := os.read(hear, 1 << 16):
        heard += piece
    os.close(hear)
    return set(heard.decode().split())


def copied(folder: Path, to: Path) -> None:
    """A closed journal's folder again; what a start would make anew is left out."""
    to.mkdir(mode=0o700)
    for name in ("journal.db", "known"):
        (to / name).write_bytes((folder / name).read_bytes())
        (to / name).chmod(0o600)


def spoil(folder: Path, chance: Random) -> None:
    """Overwrite the first page: to SQLite it is no database any more."""
    with (folder / "journal.db").open("r+b") as file:
        file.write(chance.randbytes(4096))


def seconds_of(work: Callable[[], None]) -> float:
    """How long something takes here and now."""
    began = time.monotonic()
    work()
    return time.monotonic() - began


def migrations(rounds: int, seed: int, folder: Path) -> dict[str, int]:
    """A start that brings the tables of version 1 to the next two, killed at any instant."""
    chance = Random(seed)
    ids = filled(folder / "first")
    take_back_to_first_version(opened(folder / "first"), folder / "first")
    figures = {"kills": 0, "before": 0, "after": 0}
    first = schema.MIGRATIONS
    copied(folder / "first", folder / "tried")
    schema.MIGRATIONS = (*first, NEXT_VERSION)  # type: ignore[misc]
    usual = seconds_of(lambda: opened(folder / "tried").close())
    for number in range(rounds):
        place = folder / f"migrated-{number}"
        copied(folder / "first", place)
        schema.MIGRATIONS = (*first, NEXT_VERSION)  # type: ignore[misc]
        wait = chance.uniform(0.2, 3.0) * usual
        cut_off([lambda _, at=place: opened(at).close()], wait)  # type: ignore[misc]
        with closing(sqlite3.connect(place / "journal.db")) as raw:
            (version,) = raw.execute("PRAGMA user_version").fetchone()
            made = raw.execute(
                "SELECT count(*) FROM sqlite_schema WHERE name IN"
                " ('moods', 'event_by_mood', 'moods_stay', 'alias', 'alias_kept')"
            ).fetchone()[0]
            columns = len(raw.execute("SELECT * FROM pragma_table_info('event')").fetchall())
        newest = len(schema.MIGRATIONS)
        assert (version, made, columns) in {(1, 0, 15), (newest, 5, 16)}, "half migrated"
        figures["before" if version == 1 else "after"] += 1
        figures["kills"] += 1
        with closing(opened(place)) as journal:
            must_be_whole(journal, ids)
            assert journal.check() == []
            assert journal.trouble() == []
        with closing(sqlite3.connect(place / "journal.db")) as raw:
            assert raw.execute("SELECT count(*) FROM moods").fetchone()[0] > len(ids)
        if version == newest:
            assert list((place / "backups").glob("*.db")), "migrated without a backup"
        schema.MIGRATIONS = first  # type: ignore[misc]
    return figures


def recoveries(rounds: int, seed: int, folder: Path) -> dict[str, int]:
    """A start that finds the file's first page gone and makes it anew, killed at any instant."""
    chance = Random(seed)
    ids = filled(folder / "first")
    figures = {"kills": 0, "cut_off": 0}
    copied(folder / "first", folder / "tried")
    spoil(folder / "tried", chance)
    usual = seconds_of(lambda: opened(folder / "tried").close())
    for number in range(rounds):
        place = folder / f"recovered-{number}"
        copied(folder / "first", place)
        spoil(place, chance)
        for _ in range(chance.randint(1, 3)):
            cut_off([lambda _, at=place: opened(at).close()], chance.uniform(0.0, 1.2) * usual)  # type: ignore[misc]
            figures["kills"] += 1
        figures["cut_off"] += not (place / "journal.db").exists()
        with closing(opened(place)) as journal:
            found = {one.id for one in journal.events(INCIDENT)}
            assert ids <= found, f"lost: {sorted(ids - found)}"
            assert journal.check() == []
            assert all(one.state != "queued" for one in journal.operations()), "may go out twice"
        assert len(list(place.glob("journal.db.corrupt-*Z"))) == 1, "set aside once"
    return figures


MODES = {"writers": writers, "migrations": migrations, "recoveries": recoveries}


def main() -> None:
    mode, rounds, seed, folder = sys.argv[1:]
    began = time.monotonic()
    figures = MODES[mode](int(rounds), int(seed), Path(folder))
    print(json.dumps({**figures, "seconds": round(time.monotonic() - began, 1)}))  # noqa: T201 - read by the test


if __name__ == "__main__":
    main()
