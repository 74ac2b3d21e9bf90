"""A process of its own that appends to a journal; run by the tests, killed by some of them.

    journal_writer.py FOLDER INCIDENT NAME [COUNT]

Prints each note's id and entry once it is acknowledged; without COUNT it never ends.
"""

import os
import sys
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

from ircon.incident.event import INTERNAL, Event
from ircon.incident.ids import Ulids
from ircon.journal.store import Journal


class WallClock:
    boot_id = "boot"

    def monotonic_ns(self):
        return 0

    def now(self):
        return datetime.now(UTC)


def main():
    folder, incident, name, *wanted = sys.argv[1:]
    clock, ulids = WallClock(), Ulids(os.urandom)
    journal = Journal.open(Path(folder), clock)
    for number in range(int(wanted[0])) if wanted else count():
        now = clock.now()
        payload = {"text": f"{name} {number}", "source": "typed"}
        event = Event(
            ulids.next(int(now.timestamp() * 1000)),
            incident,
            "note",
            INTERNAL,
            now,
            now,
            name,
            payload,
        )
        (kept,) = journal.append([event])
        print(kept.id, kept.entry, flush=True)  # noqa: T201 - read by the test


if __name__ == "__main__":
    main()
