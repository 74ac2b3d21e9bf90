"""Acts of the dialogs: the confirmation of what becomes public, and questions over a screen."""

from __future__ import annotations

from ircon.console.acts.act import Act


class Send(Act):
    """Say yes to these words, on this page: they are sent."""

    id = "confirm.send"
    name = "Yes, send"
    label = "send"
    keys = ("f10", "ctrl+enter")


class Accept(Act):
    """Take the text as it stands."""

    id = "dialog.accept"
    name = "Take it"
    label = "take it"
    keys = ("f10", "ctrl+enter")


CONFIRM_ACTS = (Send,)
DIALOG_ACTS = (Accept,)
