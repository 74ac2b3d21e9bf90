"""Makes the pictures of the README from the running console on a practice page.

    python screenshots/make.py [FOLDER]

Everything in them happened: the page answers on a socket, updates are published.
"""

from __future__ import annotations

import asyncio
import re
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "tests"))

from textual.pilot import Pilot  # noqa: E402

from ircon.config.load import PageConfig, append_page  # noqa: E402
from ircon.config.paths import app_paths  # noqa: E402
from ircon.console.app import IrconApp  # noqa: E402
from ircon.desk.desk import Desk  # noqa: E402
from ircon.desk.drafts import PublicDraft  # noqa: E402
from ircon.desk.system_clock import SystemClock  # noqa: E402
from ircon.incident.text import InternalText, PublicText  # noqa: E402
from ircon.pages.registry import PageOpener  # noqa: E402
from practice_page import PracticePage  # noqa: E402 - it lies beside the tests

SIZE = (120, 36)


def desk_on(page: PracticePage, home: Path) -> Desk:
    """A desk whose past is the practice page's, with one incident running."""
    kept = app_paths(str(home))
    kept.config.mkdir(parents=True)
    token = home / "token"
    token.touch(mode=0o600)
    token.write_text(page.token or "", encoding="ascii")
    append_page(
        kept.config / "config.toml",
        PageConfig(
            name="practice",
            url=page.url,
            page_id=page.page_id,
            page_name="Practice",
            environment="sandbox",
            token_file=str(token),
        ),
    )
    desk = Desk(kept, SystemClock(), actor="ada", host="laptop", open_page=PageOpener({}))
    desk.archive.import_sources([page.url])
    desk.page_data.refresh()
    return desk


def outage(desk: Desk) -> str:
    """An incident in the middle of its life; returns its id."""
    first = _say(
        desk,
        "Card payments fail for about 4 % of orders since 02:50 UTC. Orders without a card work.",
        title="Card payments fail at checkout",
        components=["Checkout=partial_outage", "API/API (group 02)=degraded_performance"],
    )
    desk.respond.assign(first, "commander", "ada")
    desk.respond.note(first, InternalText("alert: payment-db disk 100 %, [db-1] read-only"))
    _say(
        desk,
        "The payment database ran out of disk space. We are moving it to a larger disk."
        " Next update in 30 minutes.",
        incident=first,
        status="identified",
    )
    desk.respond.note(first, InternalText("resize started, about 10 min; Tom watches replication"))
    return first


def _say(
    desk: Desk,
    body: str,
    *,
    incident: str | None = None,
    title: str = "",
    status: str = "investigating",
    components: list[str] | None = None,
) -> str:
    draft = PublicDraft(
        status,
        PublicText(body),
        incident=incident,
        title=PublicText(title) if title else None,
        components=tuple(desk.page_data.select(components or [])),
    )
    posted = desk.publish.send(draft, desk.publish.prepare(draft).confirm())

    async def carry() -> None:
        session = desk.open_delivery_session()
        await session.deliver(posted.operation, 20)
        await session.aclose()

    asyncio.run(carry())
    return posted.incident


async def shoot(desk: Desk, incident: str, folder: Path) -> None:
    """Walk through the console with keys alone, and keep what is seen."""
    app = IrconApp(desk)
    async with app.run_test(size=SIZE) as pilot:
        await _seen(pilot, lambda text: "Card payments" in text)
        _keep(app, folder, "incidents")
        await pilot.press("enter")
        await _seen(pilot, lambda text: "resize started" in text and "next update by" in text)
        _keep(app, folder, "incident")
        await pilot.press("u")
        await _seen(pilot, lambda text: "template" in text)
        await pilot.pause(0.5)
        await _type(pilot, "The larger disk is in use since 03:20 and payments go through.")
        await pilot.pause(0.6)
        _keep(app, folder, "composer")
        await pilot.press("f6")
        await _seen(pilot, lambda text: "Webhooks" in text)
        _keep(app, folder, "picker")
    app = IrconApp(desk, start=incident)
    async with app.run_test(size=SIZE) as pilot:
        await _seen(pilot, lambda text: "resize started" in text)
        await pilot.press("p")
        await _seen(pilot, lambda text: "fill in" in text)
        await pilot.pause(0.6)
        _keep(app, folder, "postmortem")


async def _type(pilot: Pilot[None], text: str) -> None:
    names = {" ": "space", ".": "full_stop", ",": "comma", ":": "colon", "%": "percent_sign"}
    await pilot.press(*(names.get(sign, sign) for sign in text))


async def _seen(pilot: Pilot[None], holds: Callable[[str], bool]) -> None:
    for _ in range(200):
        await pilot.pause(0.05)
        if holds(_text(pilot.app)):
            return
    raise RuntimeError("what should be on the screen is not:\n" + _text(pilot.app))


def _text(app: object) -> str:
    strips = app.screen._compositor.render_strips()  # type: ignore[attr-defined]  # noqa: SLF001 - Textual shows its frame nowhere else
    return "\n".join("".join(part.text for part in strip) for strip in strips)


def _keep(app: IrconApp, folder: Path, name: str) -> None:
    picture = app.export_screenshot(title="ircon")
    # Fonts are the reader's own: a picture fetches nothing from anywhere.
    picture = re.sub(r"@font-face\s*\{.*?\}", "", picture, flags=re.DOTALL)
    (folder / f"{name}.svg").write_text(picture, encoding="utf-8")


def main() -> None:
    """Make all of them."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else HERE
    with tempfile.TemporaryDirectory() as home, PracticePage(seed=True) as page:
        desk = desk_on(page, Path(home))
        asyncio.run(shoot(desk, outage(desk), folder))
        desk.close()


if __name__ == "__main__":
    main()
