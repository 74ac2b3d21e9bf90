"""The way out: what is still held is neither sent nor lost without a word."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ircon.errors import IrconError
from ircon.incident.vocabulary import DELIVERY_WORDS

if TYPE_CHECKING:
    from ircon.console.app import IrconApp
    from ircon.desk.desk import Desk

_GLANCE = 0.2  # seconds between two looks at the outbox
_LOOKS = 100  # ... of which a send on the way out may take so many


def told_kept(kept: int) -> str:
    """What became of so many held updates, for the shell; empty for none."""
    if not kept:
        return ""
    were, words = ("was", "its words are") if kept == 1 else ("were", "their words are")
    return f"{_updates(kept)} {were} taken back: nothing was sent, {words} in the composer."


async def ask_and_leave(app: IrconApp) -> None:
    """Leave; if something is held, ask whether it is sent now or kept as a draft.

    Whoever asked for a draft and came too late is told, and stays.
    """
    desk = app.desk
    ops = await asyncio.to_thread(desk.shutdown.operations)
    if not ops:
        await _ask_about_rest(app)
        return
    from ircon.console.screens.exit_dialog import KEEP, LEAVE, SEND, DepartureScreen

    progress = await asyncio.to_thread(desk.shutdown.progress, ops)
    answer = await app.push_screen_wait(DepartureScreen(ops, progress, desk.clock.now()))
    if answer == SEND:
        app.show_message("Sending. ircon leaves when the page has confirmed it.")
        await _send(app, ops)
        app.exit(message=await asyncio.to_thread(_told_sent, desk, ops) or None)
    elif answer == LEAVE:
        app.exit(message=await asyncio.to_thread(told_left, desk) or None)
    elif answer == KEEP:
        kept = await asyncio.to_thread(desk.shutdown.keep_as_drafts)
        late = await asyncio.to_thread(_told_late, desk, ops)
        if late:
            app.show_message(f"{late} {told_kept(kept)}", "Not kept: the hold was over", "warning")
        else:
            app.exit(message=told_kept(kept) or None)


async def _ask_about_rest(app: IrconApp) -> None:
    """Leave; what is not public is asked about once, and told to the shell."""
    from ircon.console.screens.dialogs import ChoiceScreen

    left = await asyncio.to_thread(told_left, app.desk)
    answers = (("leave", "Leave", "nothing is sent meanwhile"), ("stay", "Stay", ""))
    if left:
        answer = await app.push_screen_wait(ChoiceScreen("Leave ircon?", left, answers))
        if answer != "leave":
            return
    app.exit(message=left or None)


def told_left(desk: Desk) -> str:
    """What is not public when one leaves, in a sentence; empty for nothing."""
    try:
        pending, drafts = desk.shutdown.pending()
    except IrconError:  # the screens have said so
        return ""
    told = []
    if pending:
        states = ", ".join(sorted(set(pending)))
        told.append(f"{_updates(len(pending))} not public yet ({states})")
    if drafts:
        told.append(f"{drafts} draft{'' if drafts == 1 else 's'} not sent")
    return f"{' and '.join(told)}: 'ircon outbox' lists what to do." if told else ""


def _updates(count: int) -> str:
    return "1 update" if count == 1 else f"{count} updates"


def _told_late(desk: Desk, ops: Sequence[str]) -> str:
    """What could not be taken back any more, and how far it got; empty for nothing."""
    gone = desk.shutdown.late(ops)
    words = ", ".join(sorted({DELIVERY_WORDS[state] for state in gone}))
    return f"{_updates(len(gone))} left before you chose, now: {words}." if gone else ""


def _told_sent(desk: Desk, ops: Sequence[str]) -> str:
    """What the page has not confirmed, for the shell; empty for nothing."""
    left = desk.shutdown.unconfirmed(ops)
    words = ", ".join(sorted({DELIVERY_WORDS[state] for state in left}))
    return f"{_updates(len(left))} not confirmed yet ({words}): 'ircon outbox'." if left else ""


async def _send(app: IrconApp, ops: list[str]) -> None:
    """Release now and wait for the delivery thread; what is not confirmed in time stays queued."""
    shutdown = app.desk.shutdown
    await asyncio.to_thread(shutdown.send_now)
    for _ in range(_LOOKS):
        if await asyncio.to_thread(shutdown.is_settled, ops):
            return
        await asyncio.sleep(_GLANCE)
