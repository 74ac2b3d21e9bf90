"""``ircon sync``: deliver what waits, pull what others posted."""

from __future__ import annotations

import argparse
import asyncio

from ircon.commands.context import KEPT, Context
from ircon.commands.parsing import Line, seconds
from ircon.commands.update_command import say_pulled, tell_refused
from ircon.commands.words import exactly
from ircon.desk.delivery_session import Carrier, Synced
from ircon.incident.text import safe_line

USAGE = "[--timeout S]"
EXAMPLES = "  ircon sync --timeout 300"


def options(parser: argparse.ArgumentParser) -> None:
    """How long to try."""
    parser.add_argument("--timeout", type=seconds, default=90, metavar="S", help="seconds (90)")


def run(line: Line, context: Context) -> int:
    """Deliver and pull; 75 where something waits, 1 where a page refused or was not heard."""
    exactly(line.words)
    context.kept = "What waits is kept: 'ircon outbox' lists it, 'ircon sync' goes on."
    done = asyncio.run(_sync(context))
    say_pulled(context, done.pulled)
    context.out.line(f"{done.sent} sent, {done.waiting} waiting, {len(done.pulled)} pulled")
    for op in done.refused:
        tell_refused(context, op)
    unheard = [page for page in done.pages if not page.answered]
    for one in unheard:
        context.out.aside(f"ircon: {one.describe(context.desk.zone, context.desk.clock.now())}")
    if not done.pages:
        context.out.aside("No status page is configured: 'ircon init' adds one.")
    if done.waiting:
        context.out.aside("'ircon outbox' says what waits, and why.")
    for item in context.desk.outbox.alarms():
        context.out.aside(f"{item.incident} {item.update}: {safe_line(item.last_error or '')}")
    pages = [
        {"page": page.page, "ok": page.answered, "error": str(page.error) if page.error else None}
        for page in done.pages
    ]
    context.out.answer(
        {
            "sent": done.sent,
            "waiting": done.waiting,
            "pulled": len(done.pulled),
            "pages": pages,
        }
    )
    return KEPT if done.waiting else int(bool(unheard or done.refused))


async def _sync(context: Context) -> Synced:
    carrier = Carrier(context.desk, context.patience)
    try:
        with context.patience.spend():
            return await carrier.sync(context.patience.remaining)
    finally:
        await carrier.aclose()
