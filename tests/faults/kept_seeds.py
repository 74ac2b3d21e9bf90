"""Failures that were found once: kept as the shortest list of steps that still shows them."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path
from random import Random

from faults.outbox_world import Violated, replay, walk
from faults.planted import BUGS
from ircon.delivery.attempt import Attempt

FOLDER = Path(__file__).parent / "seeds"

Steps = list[tuple[str, list[int]]]


def kept() -> list[tuple[str, str, Steps]]:
    """Every kept failure: its file's name, the planted mistake (or ``none``), the steps."""
    found = [
        (path.stem, json.loads(path.read_text(encoding="utf-8")))
        for path in sorted(FOLDER.glob("*.json"))
    ]
    return [
        (name, said["bug"], [(step, numbers) for step, numbers in said["steps"]])
        for name, said in found
    ]


def attempt_of(bug: str) -> type[Attempt]:
    """How operations are carried where that mistake is planted."""
    return BUGS.get(bug, Attempt)


def violation(steps: Steps, bug: str) -> str | None:
    """What must never be and was, when these steps happen; None if nothing."""
    try:
        replay(steps, attempt_of(bug))
    except Violated as error:
        return str(error)
    return None


def find(bug: str, random: Random, *, walks: int, length: int) -> Steps | None:
    """Look for a failure on random walks; the steps that led to it."""
    for _ in range(walks):
        try:
            walk(random, length, attempt_of(bug))
        except Violated as error:
            steps: Steps = error.steps
            return steps
    return None


def shorten(steps: Steps, bug: str) -> Steps:
    """Leave out steps, first many and then one at a time, while it still fails."""
    size = max(1, len(steps) // 2)
    while size:
        place = 0
        while place < len(steps):
            fewer = steps[:place] + steps[place + size :]
            if violation(fewer, bug):
                steps = fewer
            else:
                place += size
        size //= 2
    return steps


def keep(steps: Steps, bug: str) -> Path:
    """Write a failure down, for every later run to try."""
    shortest = shorten(steps, bug)
    said = {"bug": bug, "violation": violation(shortest, bug), "steps": shortest}
    name = sha256(json.dumps(shortest).encode()).hexdigest()[:8]
    path = FOLDER / f"{bug}-{name}.json"
    path.write_text(json.dumps(said, indent=1) + "\n", encoding="utf-8")
    return path
