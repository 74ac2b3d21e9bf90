"""Acts of the console by screen: the one source of footer, help, palette and key map.

An act is a class and holds data only; the screen of its scope has the method ``do_NAME``.
A new act is a class in the module of its scope and a name in ``ACTS`` there. Nothing here
imports textual: the command line prints these acts, too.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ircon.console.acts import (
    composer,
    everywhere,
    incident,
    incidents,
    outbox,
    picker,
    postmortem,
)
from ircon.console.acts.act import EVERYWHERE, Act

# In the order in which the help and ``ircon keys`` list them.
SCOPES: Final[dict[str, tuple[type[Act], ...]]] = {
    EVERYWHERE: everywhere.ACTS,
    "incidents": incidents.ACTS,
    "incident": incident.ACTS,
    "composer": composer.ACTS,
    "confirm": everywhere.CONFIRM_ACTS,
    "picker": picker.ACTS,
    "postmortem": postmortem.ACTS,
    "outbox": outbox.ACTS,
    "dialog": everywhere.DIALOG_ACTS,
}
BY_ID: Final = {act.id: act for acts in SCOPES.values() for act in acts}


def every_act() -> Iterator[type[Act]]:
    """Yield all acts, scope by scope."""
    yield from BY_ID.values()


def acts_in(scope: str) -> tuple[type[Act], ...]:
    """Return the acts of a scope, followed by those of every screen."""
    own = SCOPES.get(scope, ())
    return own if scope == EVERYWHERE else (*own, *SCOPES[EVERYWHERE])
