"""The journal's campaigns with random seeds, for as long as one likes.

    python tests/faults/soak_journal.py MINUTES [CAMPAIGN ...]

Prints every figure as it goes. A seed that fails is kept in ``journal_seeds.json``, where every
``make test`` tries it, and its folder stays where it is named; the exit code is then 1.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
import traceback
from collections import Counter
from pathlib import Path
from random import SystemRandom

sys.path.insert(0, str(Path(__file__).parents[1]))

from faults.journal_campaign import CAMPAIGNS, keep_seed

# How much one turn does: each begins with another seed.
TURN = {
    "writers": 300,
    "migrations": 100,
    "recoveries": 50,
    "images": 3000,
    "flips": 200,
    "calls": 1,
}


def soak(minutes: float, names: list[str]) -> dict[str, Counter[str]]:
    """Run campaigns in turn until the time is over; what each did, and how often it failed."""
    until = time.monotonic() + minutes * 60
    chance = SystemRandom()
    totals = {name: Counter[str]() for name in names}
    while time.monotonic() < until:
        for name in names:
            began, seed = time.monotonic(), chance.randrange(1 << 31)
            folder = Path(tempfile.mkdtemp(prefix=f"ircon-{name}-"))
            try:
                totals[name].update(CAMPAIGNS[name](TURN[name], seed, folder))
            except Exception:  # noqa: BLE001 - whatever it is, its seed is worth keeping
                totals[name]["failures"] += 1
                keep_seed(name, seed)
                say(f"{name}: seed {seed} FAILED in {folder}\n{traceback.format_exc()}")
            else:
                shutil.rmtree(folder)
            totals[name]["wall_seconds"] += round(time.monotonic() - began)
            say(f"{name}: {dict(totals[name])}")
            if time.monotonic() >= until:
                break
    return totals


def say(words: str) -> None:
    print(words, flush=True)  # noqa: T201 - it is what the run is for


def main() -> int:
    minutes, *names = sys.argv[1:]
    totals = soak(float(minutes), names or list(CAMPAIGNS))
    for name, figures in totals.items():
        say(f"{name}: {', '.join(f'{what} {count:,}' for what, count in figures.items())}")
    return int(any(figures["failures"] for figures in totals.values()))


if __name__ == "__main__":
    sys.exit(main())
