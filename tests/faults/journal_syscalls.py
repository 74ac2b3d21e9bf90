"""System calls that fail under the journal, one kind after another, with ``strace``."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections import Counter
from contextlib import closing
from pathlib import Path
from random import Random
from typing import NamedTuple

from faults.journal_rounds import CLOCK, INCIDENT
from ircon.journal.store import Journal

TESTS = Path(__file__).parents[1]


class Fault(NamedTuple):
    """A call on the journal's files that fails, and with what."""

    call: str
    error: str


FAULTS = tuple(
    Fault(call, error)
    for call, errors in (
        ("pwrite64", ("EIO", "ENOSPC", "EDQUOT")),
        ("fdatasync", ("EIO", "ENOSPC")),
        ("fsync", ("EIO",)),
        ("ftruncate", ("EIO",)),
        ("pread64", ("EIO",)),
        ("fcntl", ("EACCES", "ENOLCK")),
        ("openat", ("EMFILE", "EACCES")),
    )
    for error in errors
)


def noter(folder: Path, *more: object, under: tuple[str, ...] = ()) -> list[str]:
    """What a process that takes notes said until it ended, as it should."""
    command = [*under, sys.executable, "-m", "faults.journal_noter", folder, *more]
    done = subprocess.run(
        list(map(str, command)),
        cwd=TESTS,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return done.stdout.splitlines()


def all_there(
    folder: Path, fallback: Path, said: list[str], *, may_doubt: bool = False
) -> Counter[str]:
    """Start again with a sound disk: whatever was called kept is in the journal.

    Args:
        folder: the journal's; fallback: where else it may have kept something.
        said: by the process that took notes.
        may_doubt: reads failed twice in a row, so that the file may have been made anew.

    Returns:
        How often each thing was said.
    """
    ways = Counter(line.partition(" ")[0] for line in said)
    told = {line.split()[1] for line in said if line.startswith(("kept", "beside"))}
    with closing(Journal.open(folder, CLOCK, fallback_dirs=[fallback])) as journal:
        found = {one.id: one.seq for one in journal.events(INCIDENT)}
        assert told <= {one for one, seq in found.items() if seq is not None}, "lost"
        assert journal.check() == []
        assert may_doubt or journal.trouble() == []
    assert may_doubt or not list(folder.glob("*corrupt*")), "taken for damaged"
    return ways


def failing_calls(fault: Fault, seed: int, folder: Path, notes: int = 40) -> dict[str, int]:
    """Every so many calls of a kind fail, from some call on.

    Raises:
        AssertionError: what was called kept is not there, or a failure was not told.
    """
    chance = Random(seed)
    home, fallback = folder / "data", folder / "fallback"
    Journal.open(home, CLOCK).close()
    calls = folder / "calls"
    first, step = chance.randint(1, 90), chance.randint(20, 90)
    files = ("journal.db", "journal.db-journal")
    under = (
        *("strace", "-f", "-qq", "-o", str(calls), "-e", f"trace={fault.call}"),
        *(word for name in files for word in ("-P", str(home / name))),
        *("-e", f"inject={fault.call}:error={fault.error}:when={first}+{step}"),
    )
    said = noter(home, fallback, notes, under=under)
    ways = all_there(home, fallback, said, may_doubt=fault.call == "pread64")
    injected = len(re.findall(r"\(INJECTED\)", calls.read_text()))
    return {"failed_calls": injected, **{way: ways[way] for way in ("kept", "beside", "refused")}}
