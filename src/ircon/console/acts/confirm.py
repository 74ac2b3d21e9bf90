"""What can be done where exactly what will be public is shown."""

from __future__ import annotations

from ircon.console.acts.act import Act


class Send(Act):
    """Say yes to these words, on this page: they are sent."""

    id = "confirm.send"
    name = "Yes, send"
    label = "send"
    keys = ("f10", "ctrl+enter")


ACTS = (Send,)
