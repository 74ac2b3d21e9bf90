"""The console, on the pages of config.toml or on a practice page; and the practice page alone."""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from ircon.commands.arguments import Line, command, exactly, whole
from ircon.commands.context import Context
from ircon.config.load import PageConfig
from ircon.errors import IrconError

if TYPE_CHECKING:
    from ircon.desk.desk import Desk

_PAGE = "practice"
_PATIENCE = 3  # seconds the practice page gets to end by itself


class _Ready(NamedTuple):
    """What the practice page says once it answers."""

    url: str
    page_id: str
    token: str


@command(examples="  ircon")
def console(_line: Line, context: Context) -> int:
    """Open the console."""
    from ircon.console.start import run_console  # Textual: nothing else needs it

    return run_console(context.desk)


def _practice_options(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("--host", default="127.0.0.1", help="address to listen on (127.0.0.1)")
    add("--port", type=whole(0, 65_535), default=0, help="port; 0 is any free one (0)")
    add("--db", type=Path, metavar="FILE", help="store the page there; without it, only in memory")
    add("--token", metavar="T", help="the API's token; without it a random one")
    add(
        "--rate",
        type=whole(0, 1_000_000),
        default=60,
        metavar="N",
        help="requests per 60 s; 0 is no limit (60)",
    )
    add("--seed", action="store_true", help="add past incidents to an empty page")


@command(
    usage="[--host 127.0.0.1] [--port 0] [--db FILE] [--token T] [--rate 60]",
    examples="""
  ircon practice --db page.db
  ircon practice --port 8080 --rate 0 --seed""",
    options=_practice_options,
)
def practice(line: Line, _context: Context) -> int:
    """Serve a status page until told to stop."""
    exactly(line.words)
    from ircon.practice.server import serve  # a web server: nothing else needs it

    return serve(line.host, line.port, line.db, line.token, line.rate, seed=line.seed)


@command(
    usage="[--home DIR]",
    examples="""
  ircon demo
  ircon demo --home ~/ircon-demo""",
)
def demo(line: Line, _context: Context) -> int:
    """Open the console on a practice page of its own, and tidy up after both."""
    exactly(line.words)
    from ircon.console.start import check_terminal, run_console

    check_terminal()  # before anything is started
    with _signals_end_it(), _folder(line.home) as home:
        known = _known(home)
        with _practice_page(home / "practice.db" if line.home else None, known) as ready:
            desk = _desk(home, ready, known)
            try:
                return run_console(desk)
            finally:
                desk.close()


@contextmanager
def _signals_end_it() -> Iterator[None]:
    """Let a signal end the demo as leaving it would: with everything put away."""

    def end(number: int, _frame: object) -> None:
        raise SystemExit(128 + number)

    ending = (signal.SIGTERM, signal.SIGHUP)
    before = [signal.signal(one, end) for one in ending]
    try:
        yield
    finally:
        for one, handler in zip(ending, before, strict=True):
            signal.signal(one, handler)


@contextmanager
def _folder(home: str | None) -> Iterator[Path]:
    if home:
        yield Path(home).expanduser().absolute()
        return
    folder = Path(tempfile.mkdtemp(prefix="ircon-demo-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _practice_page(db: Path | None, known: PageConfig | None) -> Iterator[_Ready]:
    """A practice page with a past, as a child that ends with us, however we end."""
    argv = [sys.executable, "-m", "ircon.practice", "--seed", "--exit-with-stdin"]
    if db is not None:
        db.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        argv += ["--db", str(db)]
    if known is not None:  # the address that config.toml remembers
        argv += ["--port", known.url.rpartition(":")[2]]
    with subprocess.Popen(
        argv,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,  # a ctrl-c meant for the console is not meant for it
    ) as child:
        try:
            yield _ready(child)
        finally:
            child.terminate()
            try:
                child.wait(_PATIENCE)
            except subprocess.TimeoutExpired:
                child.kill()


def _ready(child: subprocess.Popen[str]) -> _Ready:
    said = (child.stdout.readline() if child.stdout else "").split()
    if len(said) != 4 or said[0] != "ready":
        raise IrconError("The practice page did not start.", "'ircon practice' shows why.")
    return _Ready(said[1], said[2].partition("=")[2], said[3].partition("=")[2])


def _known(home: Path) -> PageConfig | None:
    """The page of an earlier demo in the same folder."""
    from ircon.config.load import load

    return load(home / "config" / "config.toml").pages.get(_PAGE)


def _desk(home: Path, ready: _Ready, known: PageConfig | None) -> Desk:
    """A desk that has the page configured and its past imported."""
    from ircon.desk.factory import open_desk

    token = home / "config" / "practice.token"
    token.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW
    with os.fdopen(os.open(token, flags, 0o600), "w") as file:
        file.write(ready.token)
    desk = open_desk(str(home))
    if known is None:
        page = PageConfig(
            name=_PAGE,
            url=ready.url,
            public_url=ready.url,
            page_id=ready.page_id,
            environment="sandbox",
            token_file=str(token),
        )
        desk.setup.add_page(page)
        desk.archive.import_sources([ready.url])
    desk.page_data.refresh(_PAGE)
    return desk
