"""What can be done in the outbox."""

from __future__ import annotations

from ircon.console.acts.act import Act


class Decide(Act):
    """Decide about the chosen one: lists what is open to you."""

    id = "outbox.decide"
    name = "Decide"
    label = "decide"
    keys = ("enter",)


class TakeBack(Act):
    """Take the chosen one back while it is still held."""

    id = "outbox.take_back"
    name = "Take back"
    label = "take back"
    keys = ("z",)


ACTS = (Decide, TakeBack)
