"""A desk for tests: a real journal, a real page on a real socket, a clock in the hand."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Self

from ircon.config.load import PageConfig, append_page
from ircon.config.paths import app_paths
from ircon.desk.desk import Desk
from ircon.desk.drafts import PublicDraft, Submission
from ircon.incident.components import ComponentChange
from ircon.incident.text import PublicText
from ircon.incident.times import iso
from ircon.journal.cache import Cache
from ircon.journal.operation import Operation
from ircon.journal.store import Journal
from ircon.pages.registry import PageOpener

START = datetime(2026, 3, 2, 3, 12, tzinfo=UTC)


class HandClock:
    """Time that passes when a test says so; ``sleep`` is the machine's, not ours."""

    boot_id = "boot-1"

    def __init__(self, now: datetime = START) -> None:
        self._now = now
        self._mono = 10**12
        self._boot = 10**12

    def now(self) -> datetime:
        return self._now

    def monotonic_ns(self) -> int:
        return self._mono

    def boot_ns(self) -> int:
        return self._boot

    def advance(self, seconds: float) -> None:
        self._now += timedelta(seconds=seconds)
        self._mono += int(seconds * 1e9)
        self._boot += int(seconds * 1e9)

    def set_back(self, seconds: float) -> None:
        """Somebody sets the wall clock; no time passes."""
        self._now -= timedelta(seconds=seconds)

    def sleep(self, seconds: float) -> None:
        self._now += timedelta(seconds=seconds)
        self._boot += int(seconds * 1e9)


class Bench:
    """A desk with one configured page, and shorthands for what tests do all the time."""

    def __init__(self, home: Path, url: str, page_id: str, token: str) -> None:
        self.home = home
        self.clock = HandClock()
        token_file = home / "token"
        if not token_file.exists():
            home.mkdir(parents=True, exist_ok=True)
            token_file.touch(mode=0o600)
            token_file.write_text(token)
            self.configure(url, page_id)
        self.desk = self.open()

    def configure(self, url: str, page_id: str) -> None:
        folder = app_paths(str(self.home)).config
        folder.mkdir(parents=True, exist_ok=True)
        append_page(
            folder / "config.toml",
            PageConfig(
                name="practice",
                url=url,
                page_id=page_id,
                page_name="Practice",
                environment="sandbox",
                token_file=str(self.home / "token"),
            ),
        )

    def open(self) -> Desk:
        """Another desk over the same home, as another process would have."""
        return Desk(
            app_paths(str(self.home)),
            self.clock,
            actor="ada",
            host="here",
            open_page=PageOpener({}),
        )

    @property
    def journal(self) -> Journal:
        """The desk's own: what no part of it shows."""
        return self.desk._journal

    @property
    def cache(self) -> Cache:
        return self.desk._cache

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.desk.close()

    def say(
        self,
        body: str,
        status: str = "investigating",
        *,
        incident: str | None = None,
        components: tuple[ComponentChange, ...] = (),
        title: str = "Checkout fails",
        hold: float = 0,
        **more: object,
    ) -> Submission:
        """Prepare, confirm and send, as a person does."""
        draft = PublicDraft(
            status=status,
            body=PublicText(body),
            incident=incident,
            title=None if incident else PublicText(title),
            components=components,
            **more,  # type: ignore[arg-type]
        )
        preview = self.desk.publish.prepare(draft)
        return self.desk.publish.send(draft, preview.confirm(), hold=hold)

    def took(self, told: Submission) -> Submission:
        """As if the page had taken it just now."""
        payload = {"op": told.operation, "move": 9, "event": "seen", "state": "confirmed"}
        payload |= {"remote_id": told.operation, "server_time": iso(self.clock.now())}
        self.journal.append([self.desk.recorder.event(told.incident, "delivery", payload)])
        return told

    async def run(self, op: str, seconds: float = 0, step: float = 1.0) -> Operation:
        """Carry what is due, letting time pass in steps."""
        session = self.desk.open_delivery_session()
        try:
            await session.sender.run_due()
            passed = 0.0
            while passed < seconds:
                self.clock.advance(step)
                passed += step
                await session.sender.run_due()
        finally:
            await session.aclose()
        operation = self.journal.operation(op)
        assert operation is not None
        return operation


def restart_marker() -> str:
    """A process that is certainly gone, as the journal names one: ``host:pid:boot``."""
    pid = os.fork()
    if pid == 0:
        os._exit(0)
    os.waitpid(pid, 0)
    return f"here:{pid}:boot-1"
