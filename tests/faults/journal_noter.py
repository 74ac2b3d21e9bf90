"""Takes notes while its system calls fail; run under ``strace`` or a limit by the tests.

    python -m faults.journal_noter FOLDER REFUGE COUNT [LIMIT]

Each note's id is told with how it was kept: ``kept``, ``beside`` or ``refused``. LIMIT is how
many bytes any file of it may have (RLIMIT_FSIZE).
"""

from __future__ import annotations

import os
import resource
import sys
from pathlib import Path

from faults.journal_rounds import CLOCK, INCIDENT
from ircon.errors import JournalError
from ircon.incident.recorder import Recorder
from ircon.journal.store import Journal


def main() -> None:
    folder, fallback, count, *limit = sys.argv[1:]
    recorder = Recorder(CLOCK, os.urandom, actor="ada", host="here")
    try:
        journal = Journal.open(Path(folder), CLOCK, host="here", fallback_dirs=[Path(fallback)])
    except JournalError as error:
        print(f"not opened: {error}", flush=True)  # noqa: T201 - read by the test
        return
    if limit:
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(limit[0]), resource.RLIM_INFINITY))
    for number in range(int(count)):
        text = f"{number} " + "words " * (number % 7 * 100)
        event = recorder.event(INCIDENT, "note", {"text": text, "source": "typed"})
        try:
            (kept,) = journal.append([event])
            how = "beside" if kept.seq is None else "kept"
            assert how == "kept" or journal.trouble(), "kept elsewhere, and nobody is told"
        except JournalError:
            how = "refused"
        print(how, event.id, flush=True)  # noqa: T201 - read by the test


if __name__ == "__main__":
    main()
