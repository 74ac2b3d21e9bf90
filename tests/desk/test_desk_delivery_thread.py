"""Delivery thread of a console: it delivers by itself, and stops at once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from desks import Bench
from practice_page import PracticePage

WORDS = "Search is slow since 02:50 UTC."


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    with (
        PracticePage() as page,
        Bench(tmp_path, page.url, page.page_id, page.token or "") as made,
    ):
        yield made


class Watcher:
    """Wakes a test whenever the delivery thread says that something changed."""

    def __init__(self) -> None:
        self._changed = threading.Condition()

    def __call__(self) -> None:
        with self._changed:
            self._changed.notify_all()

    def until(self, done: Callable[[], bool]) -> None:
        with self._changed:
            assert self._changed.wait_for(done, timeout=20)


def test_it_carries_what_is_queued_while_it_runs(bench: Bench) -> None:
    on_change = Watcher()
    thread = bench.desk.delivery_thread(on_change, lambda: None)
    thread.start()
    try:
        posted = bench.say(WORDS)
        on_change.until(lambda: bench.desk.outbox.item(posted.operation).state == "confirmed")
    finally:
        thread.stop()
    assert bench.desk.records.incident(posted.incident).public_updates


def test_what_the_page_refuses_is_in_the_composer_again(bench: Bench) -> None:
    on_change = Watcher()
    thread = bench.desk.delivery_thread(on_change, lambda: None)
    (bench.home / "token").write_text("wrong")
    thread.start()
    try:
        posted = bench.say(WORDS)
        on_change.until(lambda: bench.journal.operation(posted.operation).state == "rejected")
    finally:
        thread.stop()
    (draft,) = bench.desk.saved_drafts.of(posted.incident)
    assert draft.content["body"] == WORDS


def test_it_lets_go_of_what_was_held_long_enough(bench: Bench) -> None:
    on_change = Watcher()
    thread = bench.desk.delivery_thread(on_change, lambda: None)
    thread.start()
    try:
        posted = bench.say(WORDS, hold=10)
        bench.clock.advance(11)
        on_change.until(lambda: bench.desk.outbox.item(posted.operation).state == "confirmed")
    finally:
        thread.stop()


def test_it_brings_what_others_posted(bench: Bench) -> None:
    on_change = Watcher()
    thread = bench.desk.delivery_thread(
        on_change, lambda: None
    )  # nobody looks: it is open, that is enough
    thread.start()
    try:
        posted = bench.say(WORDS)
        on_change.until(lambda: bench.desk.outbox.item(posted.operation).state == "confirmed")
        _post_as_somebody_else(bench, posted.incident)
        bench.clock.advance(31)
        on_change.until(lambda: len(bench.desk.records.incident(posted.incident).updates) == 2)
        _post_as_somebody_else(bench, posted.incident)
        bench.clock.sleep(6)  # the lid was closed: no waiting for the next turn
        on_change.until(lambda: len(bench.desk.records.incident(posted.incident).updates) == 3)
        _post_as_somebody_else(bench, posted.incident)
        thread.stop()
        thread.start()  # a suspension
        on_change.until(lambda: len(bench.desk.records.incident(posted.incident).updates) == 4)
    finally:
        thread.stop()
    theirs = bench.desk.records.incident(posted.incident).updates[1]
    assert (theirs.delivery, theirs.body.public) == ("observed", "It is the database.")


def _post_as_somebody_else(bench: Bench, incident: str) -> None:
    import httpx

    profile = bench.desk.config.page()
    remote = bench.desk.records.incident(incident).remote_id
    httpx.patch(
        f"{profile.url}/v1/pages/{profile.page_id}/incidents/{remote}",
        headers={"Authorization": f"OAuth {Path(profile.token_file or '').read_text()}"},
        json={"incident": {"status": "identified", "body": "It is the database."}},
    ).raise_for_status()


def test_a_pull_that_hangs_holds_up_no_post(bench: Bench) -> None:
    on_change = Watcher()
    watched: list[str] = []
    thread = bench.desk.delivery_thread(on_change, lambda: watched[0] if watched else None)
    posted = bench.say(WORDS)
    hanging = threading.Event()
    thread.start()
    try:
        on_change.until(lambda: bench.desk.outbox.item(posted.operation).state == "confirmed")

        async def hang(_session: object) -> None:
            import asyncio

            hanging.set()
            await asyncio.sleep(3_600)

        thread._pull = hang  # type: ignore[method-assign]
        watched.append(posted.incident)
        bench.clock.advance(31)
        assert hanging.wait(20)
        more = bench.say("It is the cache.", "identified", incident=posted.incident)
        on_change.until(lambda: bench.desk.outbox.item(more.operation).state == "confirmed")
    finally:
        thread.stop()


def test_it_says_why_it_cannot_carry_and_goes_on_when_it_can(bench: Bench) -> None:
    on_change = Watcher()
    lock = bench.desk.paths.data / "outbox.lock"
    lock.parent.mkdir(parents=True, exist_ok=True)
    lock.mkdir()  # cannot be locked
    thread = bench.desk.delivery_thread(on_change, lambda: None)
    thread.start()
    try:
        posted = bench.say(WORDS)
        on_change.until(lambda: thread.trouble is not None)
        assert "cannot be locked" in str(thread.trouble)
        lock.rmdir()
        bench.clock.advance(3)
        on_change.until(lambda: bench.desk.outbox.item(posted.operation).state == "confirmed")
        on_change.until(lambda: thread.trouble is None)
    finally:
        thread.stop()


def test_it_can_be_stopped_for_a_suspension_and_started_again(bench: Bench) -> None:
    on_change = Watcher()
    thread = bench.desk.delivery_thread(on_change, lambda: None)
    thread.start()
    thread.stop()
    posted = bench.say(WORDS)
    thread.start()
    try:
        on_change.until(lambda: bench.desk.outbox.item(posted.operation).state == "confirmed")
    finally:
        thread.stop()


_HOLDING = """
import sys
from pathlib import Path
from desks import Bench
from ircon.desk.system_clock import SystemClock
bench = Bench(Path(sys.argv[1]), "", "", "")
bench.desk.clock = bench.desk.recorder.clock = bench.clock = SystemClock()
thread = bench.desk.delivery_thread(lambda: None, lambda: None)
thread.start()
print(bench.say("Search is slow since 02:50 UTC.", hold=1.5).operation, flush=True)
sys.stdin.read()
thread.stop()
"""


def test_a_hold_that_ended_while_the_process_was_stopped_is_a_draft_again(bench: Bench) -> None:
    child = subprocess.Popen(
        [sys.executable, "-c", _HOLDING, str(bench.home)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])},
    )
    with child:
        assert child.stdout
        op = child.stdout.readline().strip()
        child.send_signal(signal.SIGSTOP)
        time.sleep(5)  # the hold ends, and nobody could have taken it back
        child.send_signal(signal.SIGCONT)
        end = time.monotonic() + 20
        while (state := bench.desk.outbox.item(op).state) == "held" and time.monotonic() < end:
            time.sleep(0.1)
        child.communicate("")
    assert state == "draft"
    assert any("Search is slow" in str(one.content) for one in bench.journal.drafts())


@pytest.mark.parametrize(("left", "state"), [(-1, "draft"), (1, "draft"), (5, "held")])
def test_what_is_nearly_over_when_the_screen_comes_back_is_not_sent(
    bench: Bench, left: int, state: str
) -> None:
    posted = bench.say(WORDS, hold=10)
    bench.clock.advance(10 - left)
    bench.desk.holds.release(was_away=True)
    assert bench.desk.outbox.item(posted.operation).state == state


def test_a_screen_that_nobody_can_read_holds_back_what_it_held(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    on_change = Watcher()
    thread = bench.desk.delivery_thread(on_change, lambda: None)
    monkeypatch.setattr(
        "ircon.desk.delivery_thread._AWAY", 0.0
    )  # the screen was seen once, and hangs
    thread.start()
    try:
        thread.screen_is_alive()
        posted = bench.say(WORDS, hold=10)
        bench.clock.advance(11)
        end = time.monotonic() + 20
        item = bench.desk.outbox.item
        while item(posted.operation).state == "held" and time.monotonic() < end:
            time.sleep(0.05)
        assert item(posted.operation).state == "draft"
    finally:
        thread.stop()
