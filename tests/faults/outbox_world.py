"""A world in the hand: two processes over one journal, a page, a network, and people.

Every step is a method with small numbers as arguments, so that Hypothesis, a random
walk and a stored list of steps all drive the same thing. Between two awaits of a
sender anything may happen: an answer of any kind, a kill, a colleague, a sleep.
``check`` holds what must be true after every step; ``heal`` ends all faults and
shows that everything comes to rest.
"""

from __future__ import annotations

import asyncio
import html
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import count, pairwise
from pathlib import Path
from random import Random
from types import SimpleNamespace
from typing import Any

from desks import HandClock
from faults.memory_journal import Killed, MemoryJournal, Shelf
from faults.page_truth import PAGE_ID, PAGE_NAME, PageTruth, Write
from ircon.config.load import Config, PageConfig
from ircon.config.paths import app_paths
from ircon.delivery.attempt import Attempt
from ircon.delivery.matching import reads_alike
from ircon.delivery.observer import observe
from ircon.delivery.payload import thaw
from ircon.delivery.sender import Sender
from ircon.desk.desk import Desk
from ircon.desk.drafts import PublicDraft
from ircon.errors import IrconError, NotSent, RateLimited, Rejected, Unknown
from ircon.incident.fold import fold
from ircon.incident.recorder import Recorder
from ircon.incident.text import InternalText, PublicText
from ircon.journal.operation import Operation
from ircon.pages.protocol import PageIdentity, Post, RemoteIncident

TEXTS = (
    "Checkout fails for some customers.",
    "Checkout fails for some customers.",  # people do say the same thing twice
    "We found the cause, and are putting it right.",
)
STATUSES = ("investigating", "investigating", "identified", "resolved")
READ_FAULTS = ("ok", "ok", "ok", "behind", "behind more", "fail", "limit", "gone")
WRITE_FAULTS = ("ok", "ok", "lost", "reset", "late", "refused", "not sent", "limit")
REWORDING: tuple[Callable[[str], str], ...] = (
    str,
    lambda words: words.replace("'", "\N{RIGHT SINGLE QUOTATION MARK}").replace(".", ".\u200b"),
    lambda words: f"<p>{html.escape(words)}</p>",
    lambda words: f"  {words.replace(' ', chr(0xA0))} ",
)
CHOICES = ("send_anyway", "send_again", "look_again", "it_is_there", "edit", "drop")
MOST = 8  # operations in one world: more only make it slow
WAITS = (1, 5, 20, 65, 700)
NEVER_LEFT = {"held", "draft", "queued", "stale", "conflict", "preflight", "rejected"}
CANARY = "canary-7d1f-internal"


class Violated(AssertionError):
    """Something that must never be was; after ``steps``."""

    steps: list[tuple[str, list[int]]] = []  # noqa: RUF012 - set where it is raised, if at all


@dataclass(eq=False)
class Call:
    """A request on its way: answered by a step, or never."""

    process: Process
    write: Write | None
    read: Callable[[Mapping[str, RemoteIncident]], Any]
    answer: asyncio.Future[Any]


class _Page:
    """One process's sight of the page; each method waits for a step to answer it."""

    server_time = None
    skew = None

    def __init__(self, world: World, process: Process) -> None:
        self._world = world
        self._process = process

    def in_background(self) -> _Page:
        return self

    async def identity(self) -> PageIdentity:
        return await self._ask(lambda _: PageIdentity(PAGE_ID, PAGE_NAME))

    async def incident(self, remote_id: str) -> RemoteIncident:
        def read(there: Mapping[str, RemoteIncident]) -> RemoteIncident:
            if remote_id not in there:
                raise Rejected("There is no such incident.", status=404)
            return there[remote_id]

        return await self._ask(read)

    async def incidents(self) -> list[RemoteIncident]:
        return await self._ask(lambda there: list(there.values()))

    async def write(self, post: Post) -> RemoteIncident:
        self._world.heard.append(repr(post))
        write = Write(
            post.op,
            post.remote_incident,
            post.payload.title.public if post.payload.title else None,
            post.payload.status,
            post.payload.body.public,
            post.tagged_metadata,
        )
        return await self._ask(lambda _: None, write)

    async def aclose(self) -> None:
        pass

    async def _ask(self, read: Callable[..., Any], write: Write | None = None) -> Any:
        future = self._world.loop.create_future()
        self._world.calls.append(Call(self._process, write, read, future))
        return await future


class _Lock:
    """The sender lock as the kernel keeps it: the death of its holder frees it."""

    def __init__(self, world: World, process: Process) -> None:
        self._world = world
        self._process = process

    def acquire(self) -> bool:
        if self._world.sending is None:
            self._world.sending = self._process
        return self._world.sending is self._process

    def release(self) -> None:
        if self._world.sending is self._process:
            self._world.sending = None


class _Desk(Desk):
    """A desk of a process that is only pretended."""

    pid = 0

    @property
    def owner(self) -> str:
        return f"here:{self.pid}:{self.clock.boot_id}"


class Unchecked:
    """Finds nothing: what is said is not what is tried here, and looking costs time."""

    def update_draft(self, *_: Any) -> list[Any]:
        return []

    def confidential(self, *_: Any) -> list[Any]:
        return []


class Process:
    """One running ircon: a desk, a sender, and what it is doing."""

    def __init__(self, world: World, pid: int) -> None:
        self.journal = MemoryJournal(world.shelf)
        page = PageConfig(
            name="practice",
            url="http://127.0.0.1:1",
            page_id=PAGE_ID,
            page_name=PAGE_NAME,
            environment="sandbox",
        )
        self.desk = _Desk(
            app_paths("/nowhere"),
            world.clock,
            actor="ada",
            host="here",
            open_page=lambda _profile, _clock: _Page(world, self),  # type: ignore[arg-type,return-value]
        )
        self.desk.pid = pid
        self.desk.recorder = Recorder(world.clock, world.random.randbytes, actor="ada", host="here")
        self.desk._store.__dict__["journal"] = self.journal
        self.desk.settings.__dict__["config"] = Config(
            Path("config.toml"), pages={"practice": page}
        )
        self.desk.__dict__["page_data"] = SimpleNamespace(
            title=lambda _page: PAGE_NAME,
            identity=lambda _page: None,
            subscribers=lambda _page: None,
            components=lambda _page: [],
        )
        self.desk.__dict__["checking"] = Unchecked()
        self.sender = Sender(
            self.journal,  # type: ignore[arg-type]
            self.desk.recorder,
            lambda _name: _Page(world, self),  # type: ignore[arg-type,return-value]
            _Lock(world, self),  # type: ignore[arg-type]
            self.desk.owner,
            lambda: 0.5,
            attempt=world.attempt,
        )
        self.task: asyncio.Task[Any] | None = None


class World:
    """All of it. ``steps`` names what may happen; ``log`` is what did.

    Args:
        attempt: how operations are carried; a planted mistake is a subclass.
        seed: of ids, nothing else.
    """

    def __init__(self, attempt: type[Attempt] = Attempt, seed: int = 0) -> None:
        self.attempt = attempt
        self.random = Random(seed)
        self.clock = HandClock()
        self.loop = asyncio.new_event_loop()
        self.loop.set_exception_handler(lambda _loop, _context: None)
        self.shelf = Shelf()
        self.truth = PageTruth(self.clock.now)
        self.calls: list[Call] = []
        self.late: list[Write] = []
        self.heard: list[str] = []
        self.edited: set[str] = set()
        self.sent_again: dict[str, int] = {}
        self.decided: set[str] = set()
        self.sending: Process | None = None
        self.log: list[tuple[str, list[int]]] = []
        self._pids = count(2**30)
        self._gone: list[asyncio.Task[Any]] = []
        self.processes = [Process(self, next(self._pids)) for _ in range(2)]

    # What may happen

    def do(self, step: str, *numbers: int) -> None:
        """Let one step happen, and hold the result against what must be true."""
        self.log.append((step, list(numbers)))
        getattr(self, f"step_{step}")(*numbers)
        self._spin()
        self.check()

    def step_say(self, process: int, incident: int, text: int, status: int, hold: int) -> None:
        """A person confirms words: of a new incident, or of one there is."""
        if len(self.shelf.operations) >= MOST:
            return
        desk = self.processes[process % 2].desk
        ids = desk._journal.incident_ids()
        place = incident % (len(ids) + 1) if len(ids) < 2 else incident % len(ids)
        ours = ids[place] if place < len(ids) else None
        draft = PublicDraft(
            STATUSES[status % len(STATUSES)],
            PublicText(TEXTS[text % len(TEXTS)]),
            incident=ours,
            title=None if ours else PublicText("Checkout fails"),
        )
        try:
            preview = desk.publish.prepare(draft)
            posted = desk.publish.send(draft, preview.confirm(), hold=10 if hold % 4 == 3 else 0)
        except IrconError:
            return  # a rule said no: nothing was queued
        if ours is None:
            desk.respond.note(posted.incident, InternalText(CANARY))

    def step_run(self, process: int) -> None:
        """A process does what is due: until the first answer it waits for."""
        one = self.processes[process % 2]
        if one.task is None or one.task.done():
            living = {process.desk.owner for process in self.processes}
            orphaned = any(
                held.by not in living for held in one.journal.operations(states=("held",))
            )
            one.desk.holds.release(mine_only=not orphaned)
            one.task = self.loop.create_task(one.sender.run_due())

    def step_answer(self, call: int, fault: int) -> None:
        """The network does something to the oldest requests."""
        if self.calls:
            self._answer(self.calls.pop(call % min(2, len(self.calls))), fault)

    def step_kill(self, process: int) -> None:
        """Kill -9: what is on its way stays there, and nobody waits for it."""
        place = process % 2
        one = self.processes[place]
        one.journal.killed = True
        if one.task:
            self._gone.append(one.task)
        if self.sending is one:
            self.sending = None
        self.processes[place] = Process(self, next(self._pids))

    def step_quit(self, process: int) -> None:
        """A person leaves: what is on its way is cut off, and the program may still write."""
        task = self.processes[process % 2].task
        if task and not task.done():
            task.cancel()

    def step_wait(self, seconds: int) -> None:
        """Time passes."""
        self.clock.advance(WAITS[seconds % len(WAITS)])

    def step_sleep(self) -> None:
        """The machine sleeps for an hour."""
        self.clock.sleep(3_600)

    def step_arrive(self, which: int) -> None:
        """What was taken for lost arrives at the page after all."""
        if self.late:
            self.truth.apply(self.late.pop(which % len(self.late)))

    def step_colleague(self, incident: int, text: int, status: int) -> None:
        """Somebody posts on the page itself."""
        if remotes := list(self.truth.incidents):
            self.truth.post_as_somebody_else(
                remotes[incident % len(remotes)],
                STATUSES[status % len(STATUSES)],
                TEXTS[text % len(TEXTS)],
            )

    def step_edit(self, incident: int, place: int) -> None:
        """Somebody edits an update on the page itself."""
        if remotes := list(self.truth.incidents):
            remote = remotes[incident % len(remotes)]
            updates = self.truth.incidents[remote].updates
            self.edited.add(updates[place % len(updates)].id)
            self.truth.edit_as_somebody_else(remote, place % len(updates), "Other words.")

    def step_forget(self) -> None:
        """From now on the page keeps no metadata: only words tell whose an update is."""
        self.truth.keeps_metadata = False

    def step_reword(self, style: int) -> None:
        """From now on the page changes the words it is given, as a reader would not notice."""
        self.truth.rewrite = REWORDING[style % len(REWORDING)]

    def step_pull(self, process: int, behind: int) -> None:
        """A process reads the page for news; what it reads may be old."""
        desk = self.processes[process % 2].desk
        there = self.truth.seen_behind(behind % 3)
        for incident in desk._journal.incident_ids():
            state = fold(desk._journal.events(incident))
            if state and state.remote_id in there:
                observe(desk._journal, desk.recorder, incident, there[state.remote_id])

    def step_decide(self, process: int, which: int, choice: int) -> None:
        """A person decides what only a person may."""
        desk = self.processes[process % 2].desk
        wanting = [
            one
            for one in self.shelf.operations.values()
            if one.state in {"stale", "conflict", "needs_human", "queued", "held"}
        ]
        if wanting:
            operation = wanting[which % len(wanting)]
            self._decide(desk, operation, CHOICES[choice % len(CHOICES)])

    # What must be true

    def check(self) -> None:
        """Hold everything that is said against what the page really has.

        Raises:
            Violated: says what.
        """
        operations = list(self.shelf.operations.values())
        for one in operations:
            copies = self.truth.copies(one.op)
            if copies > 1 + self.sent_again.get(one.op, 0):
                raise Violated(f"{copies} copies of {one.op}")
            if one.state in {"sent", "confirmed"}:
                self._check_public(one)
            elif one.state in NEVER_LEFT and one.t_unknown is None:
                underway = [late for late in self.late if late.op == one.op]
                if copies or underway:
                    raise Violated(f"{one.op} is called {one.state}, and was sent")
        claims = [one.remote_id for one in operations if one.remote_id]
        if len(claims) != len(set(claims)):
            raise Violated("one update of the page confirms two operations")
        self._check_order(operations)
        if any(CANARY in said for said in self.heard):
            raise Violated("an internal word left the house")

    def _check_public(self, operation: Operation) -> None:
        update = self.truth.update(operation.remote_id or "")
        if update is None:
            raise Violated(f"{operation.op} is called public, and is not on the page")
        words = thaw(operation).body.public
        if not reads_alike(update.body, words) and update.id not in self.edited:
            raise Violated(f"{operation.op} is called public with other words")

    def _check_order(self, operations: list[Operation]) -> None:
        """In each incident, what nobody decided about stands in the order it was written."""
        first: dict[str, int] = {}
        for place, op in enumerate(self.truth.applied.values()):
            first.setdefault(op, place)
        for incident in {one.incident for one in operations}:
            ours = [
                one
                for one in operations
                if one.incident == incident and one.op in first and one.op not in self.decided
            ]
            for earlier, later in pairwise(ours):
                if first[earlier.op] > first[later.op]:
                    raise Violated(f"{later.op} overtook {earlier.op}")

    # The end

    def heal(self) -> None:
        """All faults end, people decide, and everything comes to rest; then close.

        Raises:
            Violated: something stays open for ever.
        """
        try:
            for _ in range(60):
                for place in (0, 1):
                    self.step_run(place)
                    self._spin()
                    while self.calls:
                        self._answer(self.calls.pop(0), 0)
                        self._spin()
                        self.check()
                self.clock.advance(16)
                waiting = [
                    one
                    for one in self.shelf.operations.values()
                    if one.state not in {"draft", "confirmed", "rejected", "cancelled"}
                ]
                if not waiting:
                    return
                for one in waiting:
                    for choice in ("send_anyway", "drop"):
                        if one.state in {"stale", "conflict", "needs_human"}:
                            self._decide(self.processes[0].desk, one, choice)
            left = {one.state for one in waiting}
            raise Violated(f"open for ever: {sorted(left)}")
        finally:
            self.close()

    def close(self) -> None:
        """End what is left of the processes."""
        if self.loop.is_closed():
            return
        tasks = [*self._gone, *(one.task for one in self.processes if one.task)]
        for one in self.processes:
            one.journal.killed = True
        for task in tasks:
            task.cancel()
        self._spin()
        for task in tasks:
            if task.done() and not task.cancelled():
                task.exception()
        self.loop.close()

    # Parts

    def _answer(self, call: Call, fault: int) -> None:
        faults = WRITE_FAULTS if call.write else READ_FAULTS
        name = faults[fault % len(faults)]
        answer: Any = None
        error: Exception | None = None
        try:
            answer = self._write(call.write, name) if call.write else self._read(call, name)
        except IrconError as raised:
            error = raised
        if call.answer.done() or call.process.journal.killed:
            return  # nobody waits for it any more
        if error:
            call.answer.set_exception(error)
        else:
            call.answer.set_result(answer)

    def _write(self, write: Write, fault: str) -> RemoteIncident:
        if fault in {"ok", "lost"}:
            incident = self.truth.apply(write)
            if incident is None:
                raise Rejected("There is no such incident.", status=404)
            if fault == "ok":
                return incident
        if fault == "late":
            self.late.append(write)
        if fault == "refused":
            raise Rejected("The page says no.")
        if fault == "not sent":
            raise NotSent("No connection.")
        if fault == "limit":
            raise RateLimited("Wait.", retry_after=5)
        raise Unknown("The answer was lost.")

    def _read(self, call: Call, fault: str) -> Any:
        if fault == "fail":
            raise Unknown("No answer.")
        if fault == "limit":
            raise RateLimited("Wait.", retry_after=5)
        if fault == "gone":
            raise NotSent("No connection.")
        behind = {"behind": 1, "behind more": 3}.get(fault, 0)
        return call.read(self.truth.seen_behind(behind))

    def _decide(self, desk: Desk, operation: Operation, choice: str) -> None:
        remote = None
        if choice == "it_is_there":
            found = [
                one.remote_id
                for one in desk.outbox.page_updates(operation.op)
                if self.truth.applied.get(one.remote_id) == operation.op
            ]
            remote = found[0] if found else None
        try:
            desk.outbox.decide(
                operation.op, choice, remote=remote, text=PublicText("Better words than before.")
            )
        except IrconError:
            return  # not open in its state, or it needs more
        self.decided.add(operation.op)
        if choice == "send_again":
            self.sent_again[operation.op] = self.sent_again.get(operation.op, 0) + 1

    def _spin(self) -> None:
        """Run what can run, until everybody waits for an answer."""
        for _ in range(200):
            self.loop.call_soon(self.loop.stop)
            self.loop.run_forever()
            if not self.loop._ready:  # type: ignore[attr-defined]
                break
        for one in self.processes:
            if one.task and one.task.done() and not one.task.cancelled():
                error = one.task.exception()
                if error and not isinstance(error, (Killed, IrconError)):
                    raise error


STEPS: Mapping[str, int] = {
    name.removeprefix("step_"): getattr(World, name).__code__.co_argcount - 1
    for name in vars(World)
    if name.startswith("step_")
}


def numbers_for(step: str, drawn: int) -> list[int]:
    """The arguments of a step, out of one number: its digits to the base of 16."""
    return [drawn >> 4 * place & 15 for place in range(STEPS[step])]


def replay(steps: list[tuple[str, list[int]]], attempt: type[Attempt] = Attempt) -> None:
    """Let stored steps happen again, and everything come to rest.

    Raises:
        Violated: what must never be was.
    """
    world = World(attempt)
    try:
        for step, numbers in steps:
            world.do(step, *numbers)
        world.heal()
    finally:
        world.close()


# How often each step is taken on a random walk: what carries a post forward, most.
WEIGHTS: Mapping[str, int] = {
    "say": 12,
    "run": 30,
    "answer": 60,
    "wait": 15,
    "kill": 3,
    "arrive": 5,
    "decide": 6,
    "pull": 3,
    "colleague": 2,
    "quit": 2,
    "edit": 1,
    "sleep": 1,
    "forget": 1,
    "reword": 1,
}


def walk(random: Random, length: int, attempt: type[Attempt] = Attempt) -> World:
    """A random walk; the world as it is at its end, or where it was violated (``log``)."""
    world = World(attempt)
    names, weights = list(WEIGHTS), list(WEIGHTS.values())
    try:
        for step in random.choices(names, weights, k=length):
            world.do(step, *numbers_for(step, random.getrandbits(20)))
        world.heal()
    except Violated as error:
        error.steps = world.log
        world.close()
        raise
    return world
