"""Bits that flip in the journal's file: no word changes unnoticed, and what a backup has comes back."""

from __future__ import annotations

from contextlib import closing, suppress
from pathlib import Path
from random import Random

from faults.journal_rounds import CLOCK, INCIDENT, copied, filled, opened
from ircon.errors import JournalDamaged, JournalNewer
from ircon.incident.event import Event
from ircon.journal.operation import Operation
from ircon.journal.storage.backups import Backups
from ircon.journal.store import Journal


def flips(count: int, seed: int, folder: Path) -> dict[str, int]:
    """Flip one bit, start, read everything; then repair, with a backup and without.

    Returns:
        How many flips there were, and of these: how many a start set aside at once, how many
        hid or changed nothing, how many only the full check (once a day, and ``doctor``) found.

    Raises:
        AssertionError: words changed unnoticed, or were lost though a backup had them.
    """
    chance = Random(seed)
    filled(folder / "first", 25)
    with closing(opened(folder / "first")) as journal:
        events = {one.id: one for one in journal.events(INCIDENT)}
        operations = {one.op: one for one in journal.operations()}
        backup = Backups(folder / "first" / "backups").make(journal._file._connection, CLOCK.now())
    content = (folder / "first" / "journal.db").read_bytes()
    figures = {"flips": 0, "set_aside": 0, "without_effect": 0, "only_by_the_full_check": 0}
    for number in range(count):
        place = folder / f"flipped-{number}"
        copied(folder / "first", place)
        (place / "backups").mkdir(mode=0o700)
        with_backup = number % 2 == 0
        # Without one, a copy that is no use stands in its place: a start would make one.
        (place / "backups" / backup.name).write_bytes(backup.read_bytes() * with_backup)
        spoiled = bytearray(content)
        spoiled[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
        (place / "journal.db").write_bytes(spoiled)
        with closing(opened(place)) as journal:
            found = _read(journal, events, operations)
            told = bool(journal.trouble())
            wrong = bool(journal.check())
            figures["set_aside"] += bool(list(place.glob("*corrupt*")))
            if events.keys() - found:
                assert told or wrong, "events are missing and nobody says so"
                figures["only_by_the_full_check"] += not told
            figures["without_effect"] += not (told or wrong)
            figures["flips"] += 1
            with suppress(JournalNewer):
                journal.repair()
                again = _read(journal, events, operations)
                assert found <= again, "lost by repairing"
                assert journal.check() == []
                if with_backup:
                    assert events.keys() <= again, "the backup had it"
    return figures


def _read(journal: Journal, events: dict[str, Event], operations: dict[str, Operation]) -> set[str]:
    """The ids of what is read; all of it is as it was written."""
    found = {one.id: one for one in journal.events(INCIDENT)}
    for event in found.values():
        known = events.get(event.id)
        if known is None:  # told by a restoration
            assert event.payload["event"] == "restored", "an event that nobody wrote"
        else:
            assert event.as_stored(entry=event.entry, seq=None) == known.as_stored(
                entry=known.entry, seq=None
            ), "other words than were written"
    with suppress(JournalDamaged):  # said, and nothing of it is sent
        for one in journal.operations():
            known_one = operations[one.op]
            assert one.payload == known_one.payload, "other words would go out"
            assert one.state in {known_one.state, "needs_human"}, "another state than it had"
    return set(found)
