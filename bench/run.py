"""Benchmarks, each beside a peer in the same run. Figures go to docs/measured.md.

python bench/run.py [console] [command] [journal] [delivery] [checks]
python bench/run.py mutations [--show missed|found|sound [KIND]]
"""

from __future__ import annotations

import asyncio
import compileall
import os
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from checks import checks
from mutations import mutations
from stores import fill, open_desk
from terminal import Measured, measure

HERE = Path(__file__).parent
ROUNDS = 7
IRCON = [sys.executable, "-m", "ircon"]


def ratio(ours: float, theirs: float) -> str:
    return f"{ours / theirs:.2f} x"


def console(home: Path) -> None:
    """Start, key and memory of the console with 1,000 incidents, beside the smallest app."""
    fill(home, 1000).close()
    peers = {
        "smallest Textual app": ([sys.executable, str(HERE / "smallest.py")], "incident 0"),
        "ircon, 1,000 incidents": ([*IRCON, "--home", str(home)], "Checkout slow"),
    }
    runs: dict[str, list[Measured]] = {name: [] for name in peers}
    for argv, ready in peers.values():
        measure(argv, ready, b"j", presses=1)  # bytecode is written once, not measured
    for _ in range(ROUNDS):  # in turn: what else the machine does meets both
        for name, (argv, ready) in peers.items():
            runs[name].append(measure(argv, ready, b"j", presses=15))
    print(f"{'console (medians)':28} {'ready ms':>9} {'key ms':>8} {'peak MiB':>9}")
    rows = {name: _medians(several) for name, several in runs.items()}
    for name, (ready_ms, key_ms, peak) in rows.items():
        print(f"{name:28} {ready_ms:9.0f} {key_ms:8.1f} {peak:9.1f}")
    theirs, ours = rows.values()
    said = [ratio(mine, other) for mine, other in zip(ours, theirs, strict=True)]
    print(f"{'ratio (1.3 / 1.5 / 1.6)':28} {said[0]:>9} {said[1]:>8} {said[2]:>9}")


def _medians(runs: Sequence[Measured]) -> tuple[float, float, float]:
    return (
        statistics.median(one.ready_ms for one in runs),
        statistics.median(key for one in runs for key in one.key_ms),
        statistics.median(one.peak_mib for one in runs),
    )


def command(home: Path) -> None:
    """``ircon note`` beside ``python -c pass``."""
    desk = open_desk(home)
    incident = desk.respond.declare_internal("Bench")
    desk.close()
    note = [*IRCON, "--home", str(home), "note", incident, "disk is full on db-1"]
    _run(note)  # bytecode is written once, not measured
    times: dict[str, list[float]] = {"python -c pass": [], "ircon note": []}
    for _ in range(4 * ROUNDS):
        for name, argv in (
            ("python -c pass", [sys.executable, "-c", "pass"]),
            ("ircon note", note),
        ):
            times[name].append(_milliseconds(lambda argv=argv: _run(argv)))
    bare, ours = (statistics.median(several) for several in times.values())
    print(f"{'python -c pass':28} {bare:9.1f} ms")
    print(f"{'ircon note':28} {ours:9.1f} ms   {ratio(ours, bare)} (3)")


def journal(home: Path) -> None:
    """A durable append beside a bare insert; opening and reading a journal."""
    desk = fill(home, 1000)
    recorder, store = desk.recorder, desk._journal  # noqa: SLF001 - measured by itself
    bare = sqlite3.connect(home / "bare.db", isolation_level=None)
    bare.execute("PRAGMA journal_mode = TRUNCATE")
    bare.execute("PRAGMA synchronous = EXTRA")
    bare.execute("CREATE TABLE event (seq INTEGER PRIMARY KEY, payload TEXT)")
    ours, theirs = [], []
    for number in range(200):
        event = recorder.event("b0001", "note", {"text": f"n {number}", "source": "typed"})
        ours.append(_milliseconds(lambda event=event: store.append([event])))
        theirs.append(
            _milliseconds(lambda: bare.execute("INSERT INTO event (payload) VALUES ('n')"))
        )
    mine, other = statistics.median(ours), statistics.median(theirs)
    print(f"{'bare durable insert':28} {other:9.2f} ms")
    print(f"{'journal append':28} {mine:9.2f} ms   {ratio(mine, other)}")
    desk.close()
    opening = statistics.median(_milliseconds(lambda: open_desk(home).journal) for _ in range(9))
    desk = open_desk(home)
    listing = statistics.median(
        _milliseconds(lambda: desk.records.incidents(limit=50)) for _ in range(9)
    )
    reading = _milliseconds(lambda: store.since(0))
    print(f"{'open, 1,000 incidents':28} {opening:9.2f} ms")
    print(f"{'list the first 50':28} {listing:9.2f} ms")
    print(f"{'read all 10,000 events':28} {reading:9.0f} ms")
    desk.close()


def delivery(home: Path) -> None:
    """Posts confirmed a second against the practice page, beside bare requests to it."""
    import httpx

    sys.path.insert(0, str(HERE.parent / "tests"))
    from desks import Bench
    from ircon.pages.http import HttpClient
    from ircon.pages.secrets import Secret
    from ircon.pages.vendors.statuspage import Statuspage
    from practice_page import PracticePage

    with PracticePage() as page, Bench(home, page.url, page.page_id, page.token or "") as bench:
        secret = Secret(page.token or "")
        bench.desk.open_page = lambda profile, clock: Statuspage(  # without a budget
            profile,
            HttpClient(profile.url, clock, secret=secret, authentication=Statuspage.authentication),
        )
        first = bench.say("Orders wait.")
        asyncio.run(bench.run(first.operation))
        posts = 50
        said = [
            bench.say(f"Still {number} waiting.", incident=first.incident)
            for number in range(posts)
        ]
        passed = _milliseconds(lambda: asyncio.run(bench.run(said[-1].operation)))
        assert bench.desk.outbox.item(said[-1].operation).state == "confirmed"
        asked = 4 * posts  # a confirmed post is four requests: page, incident, post, look again
        with httpx.Client(headers={"Authorization": f"OAuth {page.token}"}) as client:
            address = f"{page.url}/v1/pages/{page.page_id}"
            bare = _milliseconds(lambda: [client.get(address) for _ in range(asked)])
        print(f"{'confirmed posts':28} {posts / passed * 1000:9.1f} a second")
        print(f"{'four bare GETs':28} {posts / bare * 1000:9.1f} a second")


def _run(argv: Sequence[str]) -> None:
    subprocess.run(argv, check=True, stdout=subprocess.DEVNULL)


def _milliseconds(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return (time.perf_counter() - began) * 1000


PARTS = {
    "console": console,
    "command": command,
    "journal": journal,
    "delivery": delivery,
    "checks": checks,
}


def main() -> None:
    if sys.argv[1:2] == ["mutations"]:
        with tempfile.TemporaryDirectory() as folder:
            mutations(Path(folder), sys.argv[2:])
        return
    chosen = sys.argv[1:] or list(PARTS)
    for name in ("NO_COLOR", "PYTHONDONTWRITEBYTECODE"):
        os.environ.pop(name, None)  # neither is how a user's ircon runs
    compileall.compile_dir(HERE, quiet=1)
    for name in chosen:
        with tempfile.TemporaryDirectory() as folder:
            PARTS[name](Path(folder))
        print()


if __name__ == "__main__":
    main()
