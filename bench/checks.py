"""The checks against their three limits: all seeds, one key in a postmortem, a whole history."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from ircon.desk.desk import Desk
from stores import open_desk

SEEDS = Path(__file__).resolve().parents[2] / "shared" / "data" / "seeds"
ROUNDS = 9
INCIDENTS = 1500
WORDS = 1000
# Sentences as postmortems have them, to be strung together to so many words.
SENTENCES = (
    "On 2025-06-23 from around 11:00 to 11:40 uploads failed for {n} % of all customers.",
    "Our monitoring raised an alert, and the team on call took over within {n} minutes.",
    "Release 4{n} had doubled the number of queries for each file that was uploaded.",
    "Each query held a connection of the pool, and the pool had never been that small.",
    "We rolled the release back at 11:3{n} CEST (09:3{n} UTC), and the queue began to shrink.",
    "The connection pool of the storage service was exhausted by the time we looked at it.",
    "Some users reported slow answers, and the API was not reachable from region {n}.",
    "Nobody had tried the release with as many files as customers upload on a Monday.",
    "The storage service itself was healthy, which made us look elsewhere first.",
    "We will add an alert on the pool of shard {n} (Ada, by 2025-07-0{n}, OPS-41{n}).",
    "Files that wait for too long are tried again, so the backlog grew before it shrank.",
    "No data was lost; files that had been uploaded before were never touched.",
)


def checks(home: Path) -> None:
    """Seeds under a second, a key under 16 ms, 1,500 incidents under 20 s."""
    desk = open_desk(home)
    if SEEDS.is_dir():
        command = [sys.executable, "-m", "ircon", "--home", str(home), "check", str(SEEDS)]
        seeds = [_seconds(lambda: _quietly(command)) for _ in range(ROUNDS)]
        print(f"{'ircon check, five seeds':34} {statistics.median(seeds) * 1000:9.0f} ms (1,000)")
    incident = _incident(desk, home)
    text = postmortem(WORDS)
    keys = []
    for number in range(5 * ROUNDS):
        typed = f"{text[:2000]}{'x' * (number + 1)}{text[2000:]}"
        keys.append(_seconds(lambda typed=typed: desk.checking.postmortem_draft(incident, typed)))
    print(f"{'1,000 words after a key':34} {statistics.median(keys) * 1000:9.1f} ms (16)")
    print(f"{'  ... the slowest':34} {max(keys) * 1000:9.1f} ms")
    reports = home / "reports"
    reports.mkdir()
    for number in range(INCIDENTS):
        (reports / f"{number:04}.txt").write_text(report(number))
    whole = _seconds(lambda: _check(desk, reports))
    print(f"{'1,500 incidents, read and checked':34} {whole:9.1f} s  (20)")
    desk.close()


def postmortem(words: int) -> str:
    """A postmortem of about so many words."""
    parts: list[str] = []
    count = 0
    while count < words:
        number = len(parts)
        if number % 8 == 0:
            parts.append(
                ("What happened?", "Why did it happen?", "What will we do?")[number // 8 % 3]
            )
        parts.append(SENTENCES[number % len(SENTENCES)].format(n=number % 9 + 1))
        count += len(parts[-1].split())
    return "\n\n".join(parts)


def report(number: int) -> str:
    """One incident of the history, as a Statuspage page prints it."""
    day = f"Mar {number % 28 + 1:02}, {2020 + number // 28 % 5}"
    told = (
        ("Resolved", "Uploads work again. No data was lost.", "12:10"),
        ("Monitoring", f"We rolled back release {number} and are watching the uploads.", "11:40"),
        ("Identified", f"Release {number} doubled the queries for each file.", "11:20"),
        ("Investigating", f"Uploads fail for {number % 60} % of customers.", "11:00"),
    )
    blocks = [f"Uploads fail in region {number}\n", "Incident Report for Example\n"]
    if number % 4 == 0:
        blocks.append(f"Postmortem\n\n{postmortem(150)}\n\nPosted {day} - 18:00 CET\n")
    blocks += [
        f"{status}\n\n{words}\nPosted {day} - {clock} CET\n" for status, words, clock in told
    ]
    blocks.append(f"This incident affected: API (API (group {number % 9:02})) and Web App.\n")
    return "\n".join(blocks)


def _incident(desk: Desk, home: Path) -> str:
    source = home / "one.txt"
    source.write_text(report(1))
    (imported,) = desk.archive.import_sources([str(source)])
    assert imported.id is not None
    return imported.id


def _check(desk: Desk, source: Path) -> None:
    desk.checking.check(desk.checking.documents([source]))


def _quietly(command: Sequence[str]) -> None:
    """It exits 3: there are errors in the seeds."""
    subprocess.run(command, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def _seconds(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began
