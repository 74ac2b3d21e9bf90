"""What can be done with one incident."""

from __future__ import annotations

from ircon.console.acts.act import Act


class Update(Act):
    """Compose a public update."""

    id = "incident.update"
    name = "Post an update"
    label = "update"
    keys = ("u",)


class Note(Act):
    """Type an internal note; enter keeps it, it never leaves the machine."""

    id = "incident.note"
    name = "Add a note"
    label = "note"
    keys = ("n",)


class Components(Act):
    """Choose the components of the next update and their status."""

    id = "incident.components"
    name = "Components of the next update"
    label = "components"
    keys = ("c",)


class Resolve(Act):
    """Compose the update that resolves the incident."""

    id = "incident.resolve"
    name = "Resolve the incident"
    label = "resolve"
    keys = ("r",)


class Close(Act):
    """End the incident here, after a question: nothing is sent and nobody is told."""

    id = "incident.close"
    name = "Close it here, telling nobody"
    keys = ("C",)


class TakeBack(Act):
    """Take back what is still held; its words return to the composer."""

    id = "incident.take_back"
    name = "Take back what is still held"
    label = "take back"
    keys = ("z",)


class Read(Act):
    """Read the chosen entry in full."""

    id = "incident.read"
    name = "Read the entry in full"
    keys = ("enter",)


class Action(Act):
    """Record a follow-up action."""

    id = "incident.action"
    name = "Add a follow-up action"
    keys = ("a",)


class Pin(Act):
    """Pin the chosen entry for the postmortem, or take the pin off."""

    id = "incident.pin"
    name = "Pin or unpin the entry"
    keys = ("*",)


class Amend(Act):
    """Correct the chosen internal entry; the journal keeps both."""

    id = "incident.amend"
    name = "Amend the entry"
    keys = ("E",)


class Retract(Act):
    """Withdraw the chosen internal entry, after a question; the journal keeps it."""

    id = "incident.retract"
    name = "Retract the entry"
    keys = ("x",)


class Outbox(Act):
    """Look at what waits to become public, and decide what wants a decision."""

    id = "incident.outbox"
    name = "Outbox"
    label = "outbox"
    keys = ("o",)


class Handover(Act):
    """Hand over to the next person: what they are told is kept."""

    id = "incident.handover"
    name = "Hand over"
    keys = ("h",)


class Postmortem(Act):
    """Write the incident's postmortem."""

    id = "incident.postmortem"
    name = "Postmortem"
    label = "postmortem"
    keys = ("p",)


class Earlier(Act):
    """Find earlier incidents like this one: the same components or cause, and what was promised."""

    id = "incident.earlier"
    name = "Earlier incidents like it"
    label = "like it before"
    keys = ("s",)


ACTS = (
    Update,
    Note,
    Components,
    Resolve,
    Close,
    TakeBack,
    Read,
    Action,
    Pin,
    Amend,
    Retract,
    Outbox,
    Handover,
    Postmortem,
    Earlier,
)
