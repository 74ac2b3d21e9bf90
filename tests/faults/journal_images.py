"""The power goes: what the disk may then hold, and that the journal still has every event.

A workload is recorded (``recording_vfs``). For a moment in it, a disk is put together: of each
file what was synced, and of what was written since any part in any order, each write whole, not
at all, or some of its 512-byte sectors. The journal that is opened on it must hold every event
that was acknowledged until then.

What this simulates is SQLite's own contract with a disk that honours ``fsync``. A disk that
lies about it is not in here, nor are the file system's own metadata: a file keeps its name.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path
from random import Random

from faults.journal_rounds import CLOCK, INCIDENT, must_be_whole, operation
from faults.recording_vfs import Step, recording
from ircon.incident.recorder import Recorder
from ircon.journal.storage.backups import Backups
from ircon.journal.store import Journal

FILES = ("journal.db", "journal.db-journal")
_SECTOR = 512

Disk = dict[str, bytes]


def recorded_work(folder: Path, chance: Random, appends: int) -> list[Step]:
    """Notes, updates with their operations, moves and drafts, as SQLite wrote them."""
    log: list[Step] = []
    recorder = Recorder(CLOCK, chance.randbytes, actor="ada", host="here")
    with recording(log), closing(Journal.open(folder, CLOCK)) as journal:
        log.append(("ack", ""))  # it was made
        for _ in range(appends):
            text = chance.randbytes(chance.choice((20, 20, 20, 300, 6000))).hex()
            note = recorder.event(INCIDENT, "note", {"text": text, "source": "typed"})
            told = [note]
            if chance.random() < 0.4:
                op = chance.randbytes(10).hex()
                words = {"status": "identified", "body": text, "components": [], "notify": True}
                update = recorder.event(INCIDENT, "update", {**words, "origin": "ircon", "op": op})
                queued = operation(op, update.id)
                journal.append([note, update], [queued])
                told.append(update)
                if chance.random() < 0.5:
                    move = {"op": op, "move": 1, "state": "preflight", "event": "look"}
                    moved = recorder.event(INCIDENT, "delivery", move)
                    assert journal.move(
                        queued, queued._replace(state="preflight", moves=1), [moved]
                    )
                    told.append(moved)
            else:
                journal.append([note])
            if chance.random() < 0.2:
                journal.save_draft("update", {"body": text})
            log += [("ack", event.id) for event in told]
    return log


def disks(
    log: Iterable[Step], start: Disk, chance: Random, each: float
) -> Iterator[tuple[Disk, list[str]]]:
    """Disks as a power cut may leave them, each with the ids acknowledged before it.

    Args:
        log: what was done.
        start: what the files held before, on the disk.
        chance: decides.
        each: how many disks for each step, on average.
    """
    synced = {name: bytearray(start.get(name, b"")) for name in FILES}
    open_ = {name: list[Step]() for name in FILES}
    acknowledged: list[str] = []
    for step in log:
        if step[0] == "ack":
            acknowledged.append(step[1])
        elif step[1] in synced:
            name = step[1]
            if step[0] == "sync":
                for one in open_[name]:
                    _do(synced[name], one)
                open_[name] = []
            else:
                open_[name].append(step)
        for _ in range(int(each) + (chance.random() < each % 1)):
            disk = {name: _left(synced[name], open_[name], chance) for name in FILES}
            yield disk, acknowledged


def _do(content: bytearray, step: Step) -> None:
    kind, _, place, *data = step if step[0] != "delete" else ("truncate", "", 0)
    if kind == "truncate":
        del content[place:]
        content.extend(bytes(place - len(content)))
    else:
        content.extend(bytes(max(0, place - len(content))))
        content[place : place + len(data[0])] = data[0]


def _left(synced: bytearray, open_: list[Step], chance: Random) -> bytes:
    """What of a file is on the disk when the power goes."""
    content = bytearray(synced)
    way = chance.random()
    steps = [one for one in open_ if way < 0.2 or (way < 0.9 and chance.random() < 0.6)]
    if chance.random() < 0.3:
        chance.shuffle(steps)
    for step in steps:
        if step[0] == "write" and chance.random() < 0.3:
            for torn in _torn(step, chance):
                _do(content, torn)
        else:
            _do(content, step)
    return bytes(content)


def _torn(step: Step, chance: Random) -> Iterator[Step]:
    kind, name, offset, data = step
    for place in range(0, len(data), _SECTOR):
        if chance.random() < 0.5:
            yield kind, name, offset + place, data[place : place + _SECTOR]


class Machine:
    """A folder that a disk is put into and the journal opened on, again and again."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        with closing(Journal.open(folder, CLOCK)) as journal:  # the reserve, and a backup of today
            Backups(folder / "backups").make(journal._file._connection, CLOCK.now())
        self.images = 0
        self.acknowledged = 0

    def put(self, disk: Disk, *, known: bool) -> None:
        """Lay a disk's files into the folder."""
        for name, content in disk.items():
            path = self.folder / name
            path.write_bytes(content)
            path.chmod(0o600)
        if known:
            (self.folder / "known").touch(0o600)
        else:
            (self.folder / "known").unlink(missing_ok=True)

    def must_hold(self, disk: Disk, acknowledged: list[str], *, deep: bool) -> None:
        """Start again on a disk: every acknowledged event is there, and nothing was damaged.

        Args:
            disk: what the power cut left.
            acknowledged: ids, and first an empty one once the journal was made.
            deep: read every row, and have SQLite check all of it.
        """
        self.put(disk, known=bool(acknowledged))
        with closing(Journal.open(self.folder, CLOCK)) as journal:
            if deep:
                must_be_whole(journal, set(acknowledged) - {""})
                assert journal.check() == []
            ids = {one for (one,) in journal._file.rows("SELECT id FROM event")}
            lost = set(acknowledged) - {""} - ids
            assert not lost, f"lost: {sorted(lost)}"
        assert not list(self.folder.glob("*corrupt*")), "taken for damaged"
        self.images += 1
        self.acknowledged += max(0, len(acknowledged) - 1)

    def recorded_start(self, disk: Disk, *, known: bool) -> list[Step]:
        """What a start writes on a disk: it undoes what was half done."""
        self.put(disk, known=known)
        log: list[Step] = []
        with recording(log):
            Journal.open(self.folder, CLOCK).close()
        return log


def power_cuts(images: int, seed: int, folder: Path) -> dict[str, int]:
    """Cut the power so often; one in ten again while the start is undoing the first.

    Raises:
        AssertionError: an acknowledged event was lost, or the file damaged.
    """
    chance = Random(seed)
    machine = Machine(folder / "machine")
    again = works = 0
    while machine.images < images:
        works += 1
        log = recorded_work(folder / f"work-{works}", chance, appends=25)
        for disk, acknowledged in disks(log, {}, chance, each=1.0):
            machine.must_hold(disk, acknowledged, deep=machine.images % 5 == 0)
            if chance.random() < 0.05 and disk["journal.db-journal"]:
                start = machine.recorded_start(disk, known=bool(acknowledged))
                for worse, _ in disks(start, disk, chance, each=0.3):
                    machine.must_hold(worse, acknowledged, deep=True)
                    again += 1
            if machine.images >= images:
                break
    return {
        "images": machine.images,
        "while_recovering": again,
        "workloads": works,
        "acknowledged": machine.acknowledged,
        "lost": 0,
    }
