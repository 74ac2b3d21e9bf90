"""The way out: what is still held is neither sent nor lost without a word."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from ircon.errors import IrconError

if TYPE_CHECKING:
    from ircon.console.app import IrconApp
    from ircon.desk.desk import Desk

_GLANCE = 0.2  # seconds between two looks at the outbox
_LOOKS = 100  # ... of which a send on the way out may take so many


def keep_held(desk: Desk) -> int:
    """Turn what this process still holds into drafts; nothing of it leaves. How many it were."""
    kept = 0
    for operation in desk.publish.held():
        try:
            desk.drafting.take_back(operation.op)
        except IrconError:  # it has just moved on, or the disk refuses: dead owners' holds end too
            continue
        kept += 1
    return kept


async def ask_and_leave(app: IrconApp) -> None:
    """Leave; if something is held, ask whether it is sent now or kept as a draft."""
    held = await asyncio.to_thread(app.desk.publish.held)
    if held:
        from ircon.console.screens.dialogs import ChoiceScreen

        answer = await app.push_screen_wait(
            ChoiceScreen(
                "Leave ircon?",
                f"{len(held)} confirmed update(s) are still held and not sent yet.",
                (
                    ("keep", "Keep as draft", "nothing is sent; the words are in the composer"),
                    ("send", "Send now, then leave", "waits until the page has confirmed it"),
                    ("stay", "Stay", ""),
                ),
            )
        )
        if answer is None or answer == "stay":
            return
        if answer == "send":
            app.say("Sending. ircon leaves when the page has confirmed it.")
            await _send(app, [one.op for one in held])
        else:
            await asyncio.to_thread(keep_held, app.desk)
    app.exit()


async def _send(app: IrconApp, ops: list[str]) -> None:
    """Release now and wait for the courier; what is not confirmed in time stays queued."""
    desk = app.desk

    def release() -> None:
        ends = [one.hold_until for one in desk.publish.held() if one.hold_until]
        desk.publish.release(now=max(ends, default=None))

    def is_over() -> bool:
        items = [item for item in desk.outbox.items() if item.operation in ops]
        return all(len(item.choices) > 1 for item in items)  # the rest wants a person

    await asyncio.to_thread(release)
    for _ in range(_LOOKS):
        if await asyncio.to_thread(is_over):
            return
        await asyncio.sleep(_GLANCE)
