"""All campaigns with random seeds, for as long as one likes: ``make soak MINUTES=n``.

    python tests/faults/soak.py MINUTES [CAMPAIGN ...]

Prints every figure as it goes. A failure is kept: of the outbox as a file in
``seeds/``, of the journal in ``journal_seeds.json``; ``make test`` tries each of them
from then on. The exit code is then 1.
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from random import Random, SystemRandom

sys.path.insert(0, str(Path(__file__).parents[1]))

from hypothesis import seed as seeded
from hypothesis.stateful import run_state_machine_as_test

from faults import soak_journal
from faults.campaign import Figures, run
from faults.kept_seeds import find, keep
from faults.outbox_machine import Outbox, Recorded, model
from faults.outbox_world import Violated
from faults.planted import BUGS

POSTS, KILLS = 1_000, 20  # of one turn, each with another seed
WALKS, LENGTH = 500, 80
HUNT = 20_000  # walks in which a planted mistake must be found


def posting(totals: Counter[str], seed: int) -> bool:
    """A thousand posts through a bad network by two processes that are killed."""
    figures = run(POSTS, seed, KILLS)
    for name in ("posts", "writes", "kills", *Figures.MUST_BE_ZERO):
        totals[name] += getattr(figures, name)
    totals["faulted writes"] += figures.writes - figures.met["write: none"]
    totals.update({f"ended {state}": count for state, count in figures.states.items()})
    if figures.failures:
        say(f"posting: seed {seed}: {figures}")
    return not figures.failures


def outbox(totals: Counter[str], seed: int) -> bool:
    """Hypothesis walks the model of the outbox."""
    totals["runs"] += WALKS
    totals["steps"] += WALKS * LENGTH
    try:
        seeded(seed)(Outbox)
        run_state_machine_as_test(Outbox, settings=model(WALKS, LENGTH, derandomize=False))
    except Violated as error:
        say(f"outbox: {error}: kept as {keep(Recorded.steps, 'none')}")
        return False
    return True


def planted(totals: Counter[str], seed: int) -> bool:
    """Each planted mistake is found from a fresh seed."""
    found = {bug: find(bug, Random(seed), walks=HUNT, length=60) for bug in BUGS}
    totals.update({f"{bug} found": int(steps is not None) for bug, steps in found.items()})
    totals["hunts"] += 1
    return all(found.values())


CAMPAIGNS: dict[str, Callable[[Counter[str], int], bool]] = {
    "posting": posting,
    "outbox": outbox,
    "planted": planted,
}


def soak(minutes: float, names: list[str]) -> bool:
    """Run campaigns in turn until the time is over; whether all went well."""
    until = time.monotonic() + minutes * 60
    chance = SystemRandom()
    totals = {name: Counter[str]() for name in names}
    while time.monotonic() < until:
        for name in names:
            began, seed = time.monotonic(), chance.randrange(1 << 31)
            if not CAMPAIGNS[name](totals[name], seed):
                totals[name]["FAILURES"] += 1
            totals[name]["seconds"] += round(time.monotonic() - began)
            say(f"{name}: {told(totals[name])}")
            if time.monotonic() >= until:
                break
    return not any(figures["FAILURES"] for figures in totals.values())


def told(figures: Counter[str]) -> str:
    return ", ".join(f"{name} {count:,}" for name, count in figures.items())


def say(words: str) -> None:
    print(words, flush=True)  # noqa: T201 - it is what the run is for


def main() -> int:
    minutes, *names = sys.argv[1:]
    if names:
        return int(not soak(float(minutes), names))
    half = float(minutes) / 2
    went_well = soak(half, list(CAMPAIGNS))
    figures = soak_journal.soak(half, list(soak_journal.CAMPAIGNS))
    for name, counted in figures.items():
        say(f"{name}: {told(counted)}")
    return int(not went_well or any(one["failures"] for one in figures.values()))


if __name__ == "__main__":
    sys.exit(main())
