"""Acts of the dialogs: the confirmation of what becomes public, and questions over a screen."""

from __future__ import annotations

from ircon.console.acts.act import Act


class Send(Act):
    """Confirm: this text is sent to this page."""

    id = "confirm.send"
    name = "Send"
    label = "send"
    keys = ("f10", "ctrl+enter")


class Accept(Act):
    """Accept what was entered."""

    id = "dialog.accept"
    name = "Accept"
    label = "accept"
    keys = ("f10", "ctrl+enter")


CONFIRM_ACTS = (Send,)
DIALOG_ACTS = (Accept,)
