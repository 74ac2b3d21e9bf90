"""``ircon merge``: recordings and other journals united with this journal."""

from __future__ import annotations

import argparse

from ircon.commands.context import Context
from ircon.commands.parsing import Line
from ircon.errors import UsageError

USAGE = "FILE..."
EXAMPLES = """\
  ircon merge k3f9.toml
  ircon merge anna/data/journal.db"""


def options(parser: argparse.ArgumentParser) -> None:
    """Takes files only."""


def run(line: Line, context: Context) -> int:
    """Unite each file with the journal; 1 where one could not be read."""
    if not line.words:
        raise UsageError("What should be merged?", "Name recordings (.toml) or journals (.db).")
    done = context.desk.merging.merge(line.words)
    for one in done:
        if one.error:
            context.out.aside(f"ircon: {one.source}: {one.error}")
            continue
        what = f"{one.events} new" if one.events else "was here already"
        called = f" (there: {one.there})" if one.there != one.id else ""
        context.out.line(f"{one.id}{called} {what}: {one.name}")
        for sentence in one.met:
            context.out.aside(f"{one.id}: {sentence}")
    context.out.answer(
        [
            {
                "source": one.source,
                "id": one.id,
                "there": one.there,
                "name": one.name,
                "events": one.events,
                "created": one.created,
                "met": list(one.met),
                "error": one.error,
            }
            for one in done
        ]
    )
    return 1 if any(one.error for one in done) else 0
