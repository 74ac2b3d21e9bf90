"""What a person can do in the console: one class an act.

Footer, help, palette and key map all come from these classes, so they cannot
disagree. An act is data: the screen of its scope has the method ``do_NAME``.
A new act is a new class beside its siblings, and a line in ``ACTS`` there.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ircon.console.acts import (
    composer,
    dialogs,
    everywhere,
    incident,
    incidents,
    outbox,
    picker,
    postmortem,
)
from ircon.console.acts.act import EVERYWHERE, Act

# In the order that the help lists them.
SCOPES: Final[dict[str, tuple[type[Act], ...]]] = {
    EVERYWHERE: everywhere.ACTS,
    "incidents": incidents.ACTS,
    "incident": incident.ACTS,
    "composer": composer.ACTS,
    "confirm": dialogs.CONFIRM_ACTS,
    "picker": picker.ACTS,
    "postmortem": postmortem.ACTS,
    "outbox": outbox.ACTS,
    "dialog": dialogs.DIALOG_ACTS,
}
BY_ID: Final = {act.id: act for acts in SCOPES.values() for act in acts}


def every_act() -> Iterator[type[Act]]:
    """All acts, scope by scope."""
    yield from BY_ID.values()


def acts_in(scope: str) -> tuple[type[Act], ...]:
    """The acts of one place: its own, then those that hold everywhere."""
    own = SCOPES.get(scope, ())
    return own if scope == EVERYWHERE else (*own, *SCOPES[EVERYWHERE])
