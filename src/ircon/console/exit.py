"""Exit of the console: a held update is never sent or returned to drafts without a notice."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ircon.errors import IrconError
from ircon.incident.vocabulary import DELIVERY_WORDS

if TYPE_CHECKING:
    from ircon.console.app import IrconApp
    from ircon.desk.desk import Desk

_POLL = 0.2  # seconds between two reads of the outbox
_POLLS = 100  # reads that a send may take before the console quits without a confirmation


def returned_notice(count: int) -> str:
    """Return a sentence about held updates that became drafts; empty for none."""
    if not count:
        return ""
    was, text = ("was", "its text is") if count == 1 else ("were", "their texts are")
    return f"{_updates(count)} {was} taken back: nothing was sent, {text} in the composer."


async def quit_with_question(app: IrconApp) -> None:
    """Quit; if an update is held, ask first whether to send it now or to keep it as a draft.

    Where a draft was chosen after the hold had ended, the console shows that and stays open.
    """
    desk = app.desk
    ops = await asyncio.to_thread(desk.shutdown.operations)
    if not ops:
        await _confirm_quit(app)
        return
    from ircon.console.screens.exit_dialog import KEEP, QUIT, SEND, ExitDialog

    progress = await asyncio.to_thread(desk.shutdown.progress, ops)
    answer = await app.push_screen_wait(ExitDialog(ops, progress, desk.clock.now()))
    if answer == SEND:
        app.show_message("Sending. ircon quits when the page has confirmed it.")
        await _send(app, ops)
        app.exit(message=await asyncio.to_thread(_unconfirmed_notice, desk, ops) or None)
    elif answer == QUIT:
        app.exit(message=await asyncio.to_thread(pending_notice, desk) or None)
    elif answer == KEEP:
        returned = await asyncio.to_thread(desk.shutdown.keep_as_drafts)
        late = await asyncio.to_thread(_late_notice, desk, ops)
        if late:
            app.show_message(
                f"{late} {returned_notice(returned)}", "Too late: the hold had ended", "warning"
            )
        else:
            app.exit(message=returned_notice(returned) or None)


async def _confirm_quit(app: IrconApp) -> None:
    """Quit; if something is not public yet, ask first, and print it in the shell."""
    from ircon.console.screens.dialogs import ChoiceScreen

    pending = await asyncio.to_thread(pending_notice, app.desk)
    answers = (("quit", "Quit", "nothing is sent meanwhile"), ("stay", "Stay", ""))
    if pending:
        answer = await app.push_screen_wait(ChoiceScreen("Quit ircon?", pending, answers))
        if answer != "quit":
            return
    app.exit(message=pending or None)


def pending_notice(desk: Desk) -> str:
    """Return a sentence about updates and drafts that are not public; empty for none."""
    try:
        states, drafts = desk.shutdown.pending()
    except IrconError:  # shown on the screens already
        return ""
    parts = []
    if states:
        listed = ", ".join(sorted(set(states)))
        parts.append(f"{_updates(len(states))} not public yet ({listed})")
    if drafts:
        parts.append(f"{drafts} draft{'' if drafts == 1 else 's'} not sent")
    return f"{' and '.join(parts)}: 'ircon outbox' lists what to do." if parts else ""


def _updates(count: int) -> str:
    return "1 update" if count == 1 else f"{count} updates"


def _late_notice(desk: Desk, ops: Sequence[str]) -> str:
    """Return a sentence about updates whose hold ended before the choice; empty for none."""
    late = desk.shutdown.late(ops)
    states = ", ".join(sorted({DELIVERY_WORDS[state] for state in late}))
    were = "was" if len(late) == 1 else "were"
    return f"{_updates(len(late))} {were} released before you chose, now: {states}." if late else ""


def _unconfirmed_notice(desk: Desk, ops: Sequence[str]) -> str:
    """Return a sentence about updates that the page has not confirmed; empty for none."""
    unconfirmed = desk.shutdown.unconfirmed(ops)
    if not unconfirmed:
        return ""
    states = ", ".join(sorted({DELIVERY_WORDS[state] for state in unconfirmed}))
    return f"{_updates(len(unconfirmed))} not confirmed yet ({states}): 'ircon outbox'."


async def _send(app: IrconApp, ops: list[str]) -> None:
    """Release now and wait for the delivery thread; what is not confirmed in time stays queued."""
    shutdown = app.desk.shutdown
    await asyncio.to_thread(shutdown.send_now)
    for _ in range(_POLLS):
        if await asyncio.to_thread(shutdown.is_settled, ops):
            return
        await asyncio.sleep(_POLL)
