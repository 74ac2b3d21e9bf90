"""What can be done in the outbox: the decisions of docs/delivery-states.md, an act each.

Their help says what each does or claims; what cannot be undone is asked once more.
"""

from __future__ import annotations

from ircon.console.acts.act import Act


class Decide(Act):
    """Decide about the chosen one: lists what is open to you."""

    id = "outbox.decide"
    name = "Decide"
    label = "decide"
    keys = ("enter",)


class LookAgain(Act):
    """Ask the page once more; nothing is sent."""

    id = "outbox.look_again"
    name = "Look again"
    label = "look again"
    keys = ("l",)


class ItIsThere(Act):
    """Say which update of the page it is."""

    id = "outbox.it_is_there"
    name = "It is there"
    label = "it is there"
    keys = ("t",)


class SendAgain(Act):
    """You looked, and it is not on the page."""

    id = "outbox.send_again"
    name = "Send again, mail nobody"
    label = "send again"
    keys = ("s",)


class SendAgainMailing(Act):
    """They may get the same mail twice."""

    id = "outbox.again_mails"
    name = "Send again, mail subscribers"
    keys = ("m",)


class SendAnyway(Act):
    """It is still true, whatever was posted."""

    id = "outbox.send_anyway"
    name = "Send it anyway"
    label = "send anyway"
    keys = ("y",)


class Edit(Act):
    """New words; the old ones are dropped."""

    id = "outbox.edit"
    name = "Edit, then send"
    label = "edit"
    keys = ("e",)


class Drop(Act):
    """Not sent any more; the record keeps it."""

    id = "outbox.drop"
    name = "Drop it"
    label = "drop"
    keys = ("x",)


class TakeBack(Act):
    """Take the chosen one back while it is still held; its words return to the composer."""

    id = "outbox.take_back"
    name = "Take back"
    label = "take back"
    keys = ("z",)


class Open(Act):
    """Open the incident that the chosen one belongs to."""

    id = "outbox.open"
    name = "Open its incident"
    keys = ("i",)


DECISIONS = (LookAgain, ItIsThere, SendAgain, SendAgainMailing, SendAnyway, Edit, Drop)
ACTS = (Decide, *DECISIONS, TakeBack, Open)
