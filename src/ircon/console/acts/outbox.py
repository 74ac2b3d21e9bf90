"""Acts of the outbox; each manual decision of docs/delivery-states.md is one of them.

The help says what a decision does or claims; one that cannot be undone is asked once more.
"""

from __future__ import annotations

from ircon.console.acts.act import Act


class Decide(Act):
    """Decide about the selected update; lists the possible decisions."""

    id = "outbox.decide"
    name = "Decide"
    label = "decide"
    keys = ("enter",)


class CheckAgain(Act):
    """Check the page once more; nothing is sent."""

    id = "outbox.look_again"
    name = "Check again"
    label = "check again"
    keys = ("l",)


class AlreadyPosted(Act):
    """Choose the update of the page that was posted already."""

    id = "outbox.it_is_there"
    name = "Already posted"
    label = "already posted"
    keys = ("t",)


class SendAgain(Act):
    """You have checked that it is not on the page."""

    id = "outbox.send_again"
    name = "Send again without emails"
    label = "send again"
    keys = ("s",)


class SendAgainWithEmails(Act):
    """Subscribers may get the same email twice."""

    id = "outbox.again_mails"
    name = "Send again with emails"
    keys = ("m",)


class SendAnyway(Act):
    """Send it although it is late or somebody else has posted."""

    id = "outbox.send_anyway"
    name = "Send anyway"
    label = "send anyway"
    keys = ("y",)


class Edit(Act):
    """Replace the text; the old text is dropped."""

    id = "outbox.edit"
    name = "Edit, then send"
    label = "edit"
    keys = ("e",)


class Drop(Act):
    """Drop an update that will not be sent; the record keeps its text."""

    id = "outbox.drop"
    name = "Drop"
    label = "drop"
    keys = ("x",)


class TakeBack(Act):
    """Take back a held update; its text returns to the composer."""

    id = "outbox.take_back"
    name = "Take back"
    label = "take back"
    keys = ("z",)


class Open(Act):
    """Open the incident of the selected update."""

    id = "outbox.open"
    name = "Open the incident"
    keys = ("i",)


DECISIONS = (CheckAgain, AlreadyPosted, SendAgain, SendAgainWithEmails, SendAnyway, Edit, Drop)
ACTS = (Decide, *DECISIONS, TakeBack, Open)
