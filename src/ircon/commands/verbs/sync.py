"""``ircon sync``: deliver what waits, pull what others posted."""

from __future__ import annotations

import argparse
import asyncio

from ircon.commands.context import Context
from ircon.commands.parsing import Line
from ircon.commands.posting import KEPT, say_pulled
from ircon.commands.words import exactly
from ircon.desk.carry import Carrier, Synced

USAGE = "[--timeout S]"
EXAMPLES = "  ircon sync --timeout 300"


def options(parser: argparse.ArgumentParser) -> None:
    """How long to try."""
    parser.add_argument("--timeout", type=float, default=90, metavar="S", help="seconds (90)")


def run(line: Line, context: Context) -> int:
    """Deliver and pull; 75 where something still waits."""
    exactly(line.words)
    context.kept = "What waits is kept: 'ircon outbox' lists it, 'ircon sync' goes on."
    done = asyncio.run(_sync(context, line.timeout))
    say_pulled(context, done.pulled)
    context.out.line(f"{done.sent} sent, {done.waiting} waiting, {len(done.pulled)} pulled")
    if done.waiting:
        context.out.aside("'ircon outbox' says what waits, and why.")
    context.out.answer({"sent": done.sent, "waiting": done.waiting, "pulled": len(done.pulled)})
    return KEPT if done.waiting else 0


async def _sync(context: Context, timeout: float) -> Synced:
    carrier = Carrier(context.desk)
    try:
        return await carrier.sync(timeout)
    finally:
        await carrier.aclose()
