"""Prints the pages of the handbook that are tables of the code.

python docs/generate.py [FOLDER]
"""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Iterable, Sequence
from pathlib import Path

from ircon.checks.catalogue import selected
from ircon.delivery.states import MOVES, STATES
from ircon.incident.event import KINDS
from ircon.incident.vocabulary import (
    COMPONENT_STATUSES,
    DELIVERIES,
    DELIVERY_WORDS,
    IMPACTS,
    MILESTONES,
    STATUSES,
)
from ircon.pages.outcomes import TABLE

HERE = Path(__file__).parent
# What becomes of an operation after each class of outcome.
_THEN = {
    "not_sent": "queued, tried again",
    "rejected": "rejected, never tried again",
    "unknown": "unknown: the page is asked, nothing is sent",
}
_MADE = "Printed from the code by `make docs`; do not edit.\n"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(cell.replace('|', '/') for cell in row)} |\n" for row in lines)


def delivery_states() -> str:
    """The states, the moves, and what an answer of the network means."""
    states = table(
        ("state", "shown as", "means"),
        ((one.name, DELIVERY_WORDS[one.name], one.meaning) for one in STATES.values()),
    )
    moves = table(
        ("from", "on", "to", "if", "the engineer sees"),
        ((one.source, one.event, one.target, one.guard, one.words) for one in MOVES),
    )
    outcomes = table(
        ("seen", "a write is", "then"),
        ((row.seen, row.outcome.__name__, _THEN[row.outcome.outcome]) for row in TABLE),
    )
    return (
        f"# Delivery states\n\n{_MADE}\n{states}\n## Moves\n\nThese and no others.\n\n{moves}\n"
        f"## What the network says about a write\n\n{outcomes}"
    )


def vocabulary() -> str:
    """Return the page of words: statuses, impacts, milestones, events, interface terms."""
    statuses = table(
        ("status", "of", "counts as"),
        ((status.name, status.kind, status.phase) for status in STATUSES.values()),
    )
    levels = table(
        ("component status", "makes the impact"),
        ((status.name, status.impact) for status in COMPONENT_STATUSES.values()),
    )
    kinds = table(
        ("event", "entry", "visible to", "meaning"),
        (
            (name, f"{row.prefix}1" if row.prefix else "", row.visibility or "as said", row.meaning)
            for name, row in KINDS.items()
        ),
    )
    words = table(
        ("shown of an update", "in the states"),
        (
            (
                word,
                ", ".join(state for state, shown in DELIVERY_WORDS.items() if shown == word) or "-",
            )
            for word in DELIVERIES
        ),
    )
    interface = table(
        ("say", "means", "never"),
        (
            (f"**{term['use']}**", term["means"], ", ".join(term["never"]))
            for term in tomllib.loads((HERE / "words.toml").read_text(encoding="utf-8"))["word"]
        ),
    )
    return (
        f"# Vocabulary\n\n{_MADE}\n{statuses}\nImpacts: {', '.join(IMPACTS)}. "
        f"Milestones: {', '.join(MILESTONES)}.\n\n{levels}\n{words}\n## Events\n\n{kinds}"
        "\n## Interface words\n\nOne term for one thing, in messages, help and docstrings. "
        f"The list is `docs/words.toml`; `tests/test_language.py` checks it.\n\n{interface}"
    )


def checks() -> str:
    """Return the page of the rules: a paragraph, a good and a bad example each."""
    sections = [
        f"## {rule.id}: {rule.fires}\n\n{rule.why} ({rule.kind}, {rule.severity}"
        f"{'' if rule.in_composer else ', not shown in the composer'})\n\n"
        f"* good: {rule.good}\n* bad: {rule.bad}\n"
        for rule in selected()
    ]
    return f"# Checks: the texts against the record\n\n{_MADE}\n" + "\n".join(sections)


PAGES = {
    "delivery-states.md": delivery_states,
    "vocabulary.md": vocabulary,
    "checks.md": checks,
}


def main() -> None:
    """Write all of them."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else HERE
    for name, page in PAGES.items():
        (folder / name).write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
