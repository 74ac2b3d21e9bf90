"""Who holds a file's lock, as far as the system says: Linux does, in /proc."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final, NamedTuple

_PROC: Final = Path("/proc")
_STOPPED: Final = frozenset("Tt")  # by a signal, by a debugger


class Holder(NamedTuple):
    """A process with a lock on a file; ``stopped`` is one that a signal has halted."""

    pid: int
    name: str
    stopped: bool


def holders(path: Path) -> list[Holder]:
    """The other processes that hold a lock on a file; none where nobody says."""
    try:
        held = path.stat()
        listed = (_PROC / "locks").read_text(encoding="ascii", errors="replace")
    except OSError:
        return []
    place = f"{os.major(held.st_dev):02x}:{os.minor(held.st_dev):02x}:{held.st_ino}"
    rows = (line.split() for line in listed.splitlines())
    # 1: POSIX ADVISORY WRITE 4242 fd:00:3154 1073741826 1073742335; waiting ones have "->"
    pids = {row[4] for row in rows if len(row) == 8 and row[5] == place and row[4].isdigit()}
    return [_holder(int(pid)) for pid in sorted(pids - {str(os.getpid())})]


def told(found: list[Holder]) -> str:
    """Who they are, in a sentence; empty for nobody."""
    if not found:
        return ""
    names = ", ".join(f"process {one.pid} ({one.name}{', stopped' * one.stopped})" for one in found)
    return f"{names[:1].upper()}{names[1:]} has it."


def way_out(found: list[Holder]) -> str:
    """What to do about those that are stopped; empty where nobody is."""
    stopped = " ".join(str(one.pid) for one in found if one.stopped)
    return f"'kill -CONT {stopped}' lets it go on." if stopped else ""


def _holder(pid: int) -> Holder:
    try:
        name, _, rest = (
            (_PROC / str(pid) / "stat")
            .read_text(encoding="utf-8", errors="replace")
            .partition("(")[2]
            .rpartition(") ")
        )
    except OSError:
        return Holder(pid, "?", stopped=False)
    return Holder(pid, name, stopped=rest[:1] in _STOPPED)
