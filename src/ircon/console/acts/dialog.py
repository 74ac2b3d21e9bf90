"""What can be done in a question over a screen."""

from __future__ import annotations

from ircon.console.acts.act import Act


class Accept(Act):
    """Take the text as it stands."""

    id = "dialog.accept"
    name = "Take it"
    label = "take it"
    keys = ("f10", "ctrl+enter")


ACTS = (Accept,)
