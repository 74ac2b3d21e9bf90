"""Many posts by two processes through a bad network, with kills; and what came of them."""

from __future__ import annotations

import asyncio
import fcntl
import mmap
import multiprocessing
import os
import random
import struct
import tempfile
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import ClassVar, cast

from faults.faulty_page import FaultyPage
from faults.outbox_world import Unchecked
from faults.page_truth import PAGE_ID, PAGE_NAME
from ircon.config.load import PageConfig, append_page
from ircon.config.paths import app_paths
from ircon.delivery.lock import SenderLock
from ircon.delivery.payload import thaw
from ircon.delivery.states import NEEDS_DECISION, OPEN
from ircon.desk.desk import Desk
from ircon.desk.drafts import PublicDraft
from ircon.errors import IrconError, Refused
from ircon.incident.event import PUBLIC
from ircon.incident.text import InternalText, PublicText
from ircon.incident.times import Clock
from ircon.journal.operation import Operation
from ircon.journal.store import Journal
from ircon.pages.http import HttpClient
from ircon.pages.secrets import Secret
from ircon.pages.vendors.statuspage import Statuspage

TOKEN = "canary-token-51c3e0"
NOTE = "canary-note-8842f1"
LATENESS = 200.0  # seconds by the clock of the campaign: the latest that a write arrives
LIMIT = 1.0  # real seconds for a whole call
OUTSTANDING = 12  # posts on their way at a time
PER_INCIDENT = 8
AT_A_TIME = 6  # incidents that are posted to
START = datetime(2026, 3, 2, 3, 0, tzinfo=UTC)


class SharedClock:
    """One clock for all processes, in a file; it moves when somebody who waits moves it.

    However slow the machine is, nothing gets old because of it, and an hour of
    waiting takes no time.
    """

    boot_id = "boot-1"

    def __init__(self, path: Path) -> None:
        with path.open("a+b") as file:
            if file.tell() == 0:
                file.write(bytes(8))
                file.flush()
            self._held = mmap.mmap(file.fileno(), 8)
        self._lock = os.open(path.with_suffix(".lock"), os.O_RDWR | os.O_CREAT)

    def now(self) -> datetime:
        return START + timedelta(seconds=self._passed())

    def monotonic_ns(self) -> int:
        return 10**12 + int(self._passed() * 1e9)

    boot_ns = monotonic_ns

    def advance(self, seconds: float) -> None:
        fcntl.flock(self._lock, fcntl.LOCK_EX)
        try:
            self._held[:] = struct.pack("d", self._passed() + seconds)
        finally:
            fcntl.flock(self._lock, fcntl.LOCK_UN)

    def close(self) -> None:
        self._held.close()
        os.close(self._lock)

    def _passed(self) -> float:
        (seconds,) = struct.unpack("d", self._held[:])
        return float(seconds)


@dataclass
class Figures:
    """What a campaign counted.

    Attributes:
        met: how many requests met each fault.
        states: in which state how many operations ended.
        decided: what people decided, and how often.
    """

    MUST_BE_ZERO: ClassVar = (
        "duplicates",
        "false_confirms",
        "reorders",
        "called_unsent",
        "leaks",
    )

    duplicates: int = 0
    false_confirms: int = 0
    reorders: int = 0
    called_unsent: int = 0
    leaks: int = 0
    posts: int = 0
    writes: int = 0
    kills: int = 0
    seconds: float = 0.0
    met: Counter[str] = field(default_factory=Counter)
    states: Counter[str] = field(default_factory=Counter)
    decided: Counter[str] = field(default_factory=Counter)

    @property
    def failures(self) -> int:
        return sum(getattr(self, name) for name in self.MUST_BE_ZERO)


def run(posts: int, seed: int, kills: int) -> Figures:
    """Let two processes post so often, killing one of them now and then.

    Args:
        posts: operations in all.
        seed: of the faults, the texts, the kills; sockets and schedulers add their own.
        kills: so many at most, spread over the time that it takes.
    """
    began = time.monotonic()
    figures = Figures()
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as folder:
        home = Path(folder)
        clock = SharedClock(home / "clock")
        with FaultyPage(clock.now, seed, LATENESS) as page:
            _configure(home, page.url)
            _work(home, posts, seed, kills, figures)
            clock.advance(LATENESS)
            page.is_bad = False
            _to_the_end(home, seed)
            page.arrive()
            _count(home, page, clock, figures)
        clock.close()
    figures.seconds = time.monotonic() - began
    return figures


def _configure(home: Path, url: str) -> None:
    config = app_paths(str(home)).config
    config.mkdir(parents=True)
    append_page(
        config / "config.toml",
        PageConfig(
            name="practice",
            url=url,
            page_id=PAGE_ID,
            page_name=PAGE_NAME,
            environment="sandbox",
            token_env="IRCON_TOKEN",
        ),
    )


def _work(home: Path, posts: int, seed: int, kills: int, figures: Figures) -> None:
    chance = random.Random(seed)
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])

    def begin(place: int) -> BaseProcess:
        share = posts // 2 + (posts % 2 if place == 0 else 0)
        name = ("ada", "ben")[place]
        process = context.Process(
            target=post_and_carry, args=(str(home), name, share, chance.getrandbits(32))
        )
        process.start()
        return process

    running = [begin(place) for place in (0, 1)]
    while any(process.exitcode is None for process in running):
        time.sleep(0.2 + chance.random() * 0.6)
        place = chance.randrange(2)
        if figures.kills < kills and running[place].exitcode is None:
            running[place].kill()
            running[place].join()
            figures.kills += 1
            running[place] = begin(place)
        for place, process in enumerate(running):
            if process.exitcode:  # it ended by itself, and not well
                running[place] = begin(place)
                figures.decided[f"restarted after exit {process.exitcode}"] += 1


# In the processes


def _desk(home: str, name: str) -> Desk:
    def open_page(profile: PageConfig, clock: Clock) -> Statuspage:
        http = HttpClient(
            profile.url,
            clock,
            secret=Secret(TOKEN),
            authentication=Statuspage.authentication,
            limit=LIMIT,
        )
        return Statuspage(profile, http)

    clock = SharedClock(Path(home, "clock"))
    desk = Desk(app_paths(home), clock, actor=name, host="here", open_page=open_page)
    desk.__dict__["checking"] = Unchecked()
    return desk


def post_and_carry(home: str, name: str, share: int, seed: int) -> None:
    """Post one's share, carry the outbox, decide what people must; until nothing is left."""
    desk = _desk(home, name)
    try:
        asyncio.run(_Poster(desk, name, share, random.Random(seed)).work())
    finally:
        desk.close()


class _Poster:
    def __init__(self, desk: Desk, name: str, share: int, chance: random.Random) -> None:
        self._desk = desk
        self._chance = chance
        self._name = name
        self._share = share
        self._said = 0
        self._rooms: dict[str, int] = {}  # incidents, and how many updates each has
        for incident in desk._journal.incident_ids():
            updates = [one for one in desk._journal.events(incident) if one.kind == "update"]
            self._rooms[incident] = len(updates)
            self._said += sum(one.actor == name for one in updates)

    async def work(self) -> None:
        session = self._desk.open_delivery_session()
        lock = SenderLock(self._desk.paths.data, self._desk.owner)
        clock = cast("SharedClock", self._desk.clock)
        person = asyncio.create_task(self._be_a_person())
        try:
            while not person.done():
                wait = await session.sender.run_due()
                if wait and lock.holder() is None:  # nobody is busy: time passes
                    clock.advance(min(wait, 5.0))
                await asyncio.sleep(0.002 if wait else 0.02)
            person.result()
        finally:
            await session.aclose()

    async def _be_a_person(self) -> None:
        """Post while there is room, and decide what only people may; until nothing is left."""
        while True:
            waiting = self._desk._journal.operations(states=OPEN)
            for one in waiting:
                if one.state in NEEDS_DECISION:
                    self._decide(one)
            if self._said < self._share and len(waiting) < OUTSTANDING:
                for _ in range(min(OUTSTANDING - len(waiting), self._share - self._said)):
                    self._post()
            elif not waiting:
                return
            await asyncio.sleep(0.05)

    def _post(self) -> None:
        number = self._said
        open_ones = [one for one, said in self._rooms.items() if said < PER_INCIDENT]
        incident = self._chance.choice(open_ones) if len(open_ones) >= AT_A_TIME else None
        draft = PublicDraft(
            self._chance.choice(("investigating", "identified", "monitoring")),
            PublicText(self._words(number)),
            incident=incident,
            title=None if incident else PublicText(f"Outage {self._name} {number}"),
        )
        try:
            preview = self._desk.publish.prepare(draft)
            posted = self._desk.publish.send(draft, preview.confirm())
        except Refused:  # the other one's doing, in between: the incident is not on the page now
            return
        self._said += 1
        self._rooms[posted.incident] = self._rooms.get(posted.incident, 0) + 1
        if incident is None:
            self._desk.respond.note(posted.incident, InternalText(f"{NOTE} {number}"))

    def _words(self, number: int) -> str:
        """Mostly its own words; sometimes those that everybody uses."""
        if self._chance.random() < 0.2:
            return "We are still investigating."
        return f"Update {number} by {self._name}: we are looking into it."

    def _decide(self, operation: Operation) -> None:
        choices = ("look_again", "send_again", "drop")
        choice = "send_anyway"
        if operation.state == "needs_human":
            choice = self._chance.choice(choices)
        elif operation.error == "the incident is not on the page":
            choice = "drop"
        with suppress(IrconError):  # the other one was faster
            self._desk.outbox.decide(operation.op, choice)


# The end


def _to_the_end(home: Path, seed: int) -> None:
    """A good network, and people who decide: everything comes to rest."""
    post_and_carry(str(home), "cleo", 0, seed)


def _count(home: Path, page: FaultyPage, clock: SharedClock, figures: Figures) -> None:
    """Hold what the journal says against what the page really has."""
    journal = Journal.open(app_paths(str(home)).data, clock)
    truth = page.truth
    figures.met = page.met
    figures.writes = sum(count for name, count in page.met.items() if name.startswith("write"))
    operations = journal.operations()
    decisions: dict[str, Counter[str]] = {}
    for incident in journal.incident_ids():
        for event in journal.events(incident):
            if event.kind == "delivery":
                said = decisions.setdefault(event.payload["op"], Counter())
                said[event.payload["event"]] += 1
    for said in decisions.values():
        figures.decided.update(
            {name: said[name] for name in ("send_again", "look_again", "drop", "reconfirm")}
        )
    for one in operations:
        figures.posts += 1
        figures.states[one.state] += 1
        copies, said = truth.copies(one.op), decisions.get(one.op, Counter())
        figures.duplicates += copies > 1 + said["send_again"]
        if one.state == "confirmed":
            figures.false_confirms += not _is_there(page, one)
        elif one.state == "rejected" or (one.state == "cancelled" and not said["send_again"]):
            # Dropped by a person who was told that it may be there: that it is, is no lie.
            figures.called_unsent += copies > 0 and "several" not in said and "not_seen" not in said
    figures.reorders += _reorders(page, operations, decisions)
    for event in (event for one in journal.incident_ids() for event in journal.events(one)):
        figures.leaks += event.visibility == PUBLIC and NOTE in str(event.payload)
    journal.close()
    figures.leaks += sum(NOTE.encode() in request for request in page.received)
    kept = [path for path in home.rglob("*") if path.is_file()]
    figures.leaks += sum(TOKEN.encode() in path.read_bytes() for path in kept)


def _is_there(page: FaultyPage, operation: Operation) -> bool:
    update = page.truth.update(operation.remote_id or "")
    words = thaw(operation).body.public
    return update is not None and update.body == words


def _reorders(
    page: FaultyPage, operations: list[Operation], decisions: dict[str, Counter[str]]
) -> int:
    """Pairs of one incident that stand in another order than they were written in."""
    first: dict[str, int] = {}
    for place, op in enumerate(page.truth.applied.values()):
        first.setdefault(op, place)
    by_people = {"send_again", "drop", "reconfirm", "replace"}
    wrong = 0
    for incident in {one.incident for one in operations}:
        places_of = [
            first[one.op]
            for one in operations
            if one.incident == incident
            and one.op in first
            and not by_people & decisions.get(one.op, Counter()).keys()
        ]
        wrong += sum(earlier > later for earlier, later in pairwise(places_of))
    return wrong
