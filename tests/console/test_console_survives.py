"""Every key of every act on every screen, in homes where something is missing: it lives."""

from __future__ import annotations

import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from frames import NARROW, WIDE, Seat, awaited, offline, seated
from textual.screen import Screen

from desks import Bench, HandClock
from ircon.config.paths import app_paths
from ircon.console.acts import BY_ID, SCOPES, acts_in
from ircon.console.app import IrconApp
from ircon.desk.desk import Desk
from ircon.desk.drafts import Preview
from ircon.incident.text import InternalText
from ircon.pages.registry import PageOpener

TYPED = "half a thought"


class _Nonsense(BaseHTTPRequestHandler):
    """Answers everything with a page that is none."""

    def do_GET(self) -> None:
        body = b'[{"id": null, "components": 7}, "\xff", <html>'
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Date", "yesterday")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_PATCH = do_PUT = do_DELETE = do_GET  # noqa: N815 - the library's names

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def empty(folder: Path) -> Iterator[Desk]:
    """A home in which nothing is configured."""
    desk = Desk(
        app_paths(str(folder / "home")),
        HandClock(),
        actor="ada",
        host="here",
        open_page=PageOpener({}),
    )
    yield desk
    desk.close()


@contextmanager
def unreached(folder: Path) -> Iterator[Desk]:
    """A home whose page cannot be reached."""
    with offline(folder) as bench:
        yield bench.desk


@contextmanager
def broken(folder: Path) -> Iterator[Desk]:
    """A home whose page answers nonsense."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Nonsense)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        with Bench(folder / "home", f"http://127.0.0.1:{server.server_port}", "p1", "t") as bench:
            yield bench.desk
    finally:
        server.shutdown()
        server.server_close()


HOMES = {"empty": empty, "no network": unreached, "broken page": broken}


def _preview() -> Preview:
    return Preview(
        page="practice",
        page_name="Practice",
        host="127.0.0.1",
        environment="production",
        title="Checkout fails",
        status="investigating",
        body="We are looking. " * 30,
        components=(),
        notify=True,
        subscribers=None,
        left_below=(),
        warnings=("One thing.",),
        type_page_name=True,
        sha="0",
        needs_reason=("Another.",),
    )


def _confirm(app: IrconApp, _: str) -> object:
    from ircon.console.screens.confirm import ConfirmScreen

    return app.push_screen(ConfirmScreen(_preview(), hold=10))


def _picker(app: IrconApp, _: str) -> object:
    from ircon.config.load import PageConfig
    from ircon.console.screens.picker import PickerScreen

    pages = app.desk.config.pages
    page = next(iter(pages.values()), None) or PageConfig("none", "http://127.0.0.1:9", "p1")
    return app.push_screen(PickerScreen(page, {}, ()))


def _prompt(app: IrconApp, _: str) -> object:
    from ircon.console.screens.dialogs import PromptScreen

    return app.push_screen(PromptScreen("A text", long=True))


PLACES: dict[str, Callable[[IrconApp, str], object]] = {
    "incidents": lambda app, _: app.open_incidents(),
    "incident": lambda app, incident: app.open_incident(incident),
    "composer": lambda app, incident: app.open_composer(incident),
    "declare": lambda app, _: app.open_composer(None),
    "confirm": _confirm,
    "picker": _picker,
    "postmortem": lambda app, incident: app.open_postmortem(incident),
    "outbox": lambda app, _: app.open_outbox(),
    "dialog": _prompt,
}


@pytest.mark.parametrize(
    ("home", "size"),
    [
        ("empty", NARROW),
        ("no network", NARROW),
        ("broken page", WIDE),
        ("no network", (15, 6)),
        ("broken page", (7, 3)),
    ],
    ids=str,
)
@awaited
async def test_no_key_of_any_act_ends_it(
    tmp_path: Path, home: str, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("EDITOR", "true")
    monkeypatch.chdir(tmp_path)
    with HOMES[home](tmp_path) as desk:
        incident = desk.respond.declare_internal("Disk full", text=InternalText("load 24"))
        async with seated(desk, size) as seat:
            for name, go in PLACES.items():
                await _press_all(seat, name, partial(go, seat.app, incident), all_=size[0] > 20)


async def _press_all(
    seat: Seat, name: str, go: Callable[[], Awaitable[None]], *, all_: bool
) -> None:
    """Press every key on a screen; where there is no room, one key of each of its own acts."""
    app, place = seat.app, None
    scope = name if name in SCOPES else "composer"
    acts = acts_in(scope) if all_ else SCOPES[scope]
    ends = BY_ID["everywhere.quit"].keys  # on the list it is meant to
    for key in (key for act in acts for key in act.keys[: None if all_ else 1]):
        if place is None or place not in app.screen_stack:
            await _pop_to(app, app.screen_stack[app.base_depth - 1])
            await go()
            place = app.screen
        await _pop_to(app, place)
        if key in ends and place.SCOPE == "incidents":
            continue
        await seat.hit(key)
        for _, defect in app.recovery.defects:
            raise AssertionError(f"{key} in {name}") from defect
        assert app.is_running, (name, key)
    await _pop_to(app, app.screen_stack[app.base_depth - 1])


async def _pop_to(app: IrconApp, place: Screen[Any]) -> None:
    while app.screen is not place:
        await app.pop_screen()
