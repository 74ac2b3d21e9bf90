"""The journal's campaigns by name: what ``make test`` runs a share of, and the soak all night."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

TESTS = Path(__file__).parents[1]
SEEDS = Path(__file__).with_name("journal_seeds.json")  # what failed once is tried for ever

Figures = dict[str, int]
Campaign = Callable[[int, int, Path], Figures]


def _rounds(mode: str) -> Campaign:
    """One that forks: in a process of its own, without pytest's threads."""

    def run(count: int, seed: int, folder: Path) -> Figures:
        done = subprocess.run(
            [sys.executable, "-m", "faults.journal_rounds", mode, str(count), str(seed), folder],
            cwd=TESTS,
            env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise AssertionError(done.stderr.strip().splitlines()[-1])
        figures: Figures = json.loads(done.stdout)
        return figures

    return run


def _power_cuts(count: int, seed: int, folder: Path) -> Figures:
    from faults.journal_images import power_cuts  # needs apsw

    return power_cuts(count, seed, folder)


def _flips(count: int, seed: int, folder: Path) -> Figures:
    from faults.journal_flips import flips

    return flips(count, seed, folder)


def _failing_calls(count: int, seed: int, folder: Path) -> Figures:
    from faults.journal_syscalls import FAULTS, failing_calls

    total: Figures = {}
    for number in range(count):
        fault = FAULTS[(seed + number) % len(FAULTS)]
        for name, figure in failing_calls(fault, seed + number, folder / str(number)).items():
            total[name] = total.get(name, 0) + figure
    return total


CAMPAIGNS: dict[str, Campaign] = {
    "writers": _rounds("writers"),
    "migrations": _rounds("migrations"),
    "recoveries": _rounds("recoveries"),
    "images": _power_cuts,
    "flips": _flips,
    "calls": _failing_calls,
}


def kept_seeds(campaign: str) -> list[int]:
    """The seeds with which a campaign failed once."""
    found: list[int] = json.loads(SEEDS.read_text(encoding="utf-8")).get(campaign, [])
    return found


def keep_seed(campaign: str, seed: int) -> None:
    """Have a seed tried from now on."""
    kept = json.loads(SEEDS.read_text(encoding="utf-8"))
    kept[campaign] = sorted({*kept.get(campaign, []), seed})
    SEEDS.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
