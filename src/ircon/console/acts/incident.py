"""Acts of the screen of one incident."""

from __future__ import annotations

from ircon.console.acts.act import Act


class Update(Act):
    """Compose a public update."""

    id = "incident.update"
    name = "Post an update"
    label = "update"
    keys = ("u",)


class Note(Act):
    """Type an internal note; enter saves it. It is never published."""

    id = "incident.note"
    name = "Add a note"
    label = "note"
    keys = ("n",)


class Components(Act):
    """Choose the affected components of the next update and their status."""

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
    """Close the incident in ircon only, after a question: nothing is published."""

    id = "incident.close"
    name = "Close without publishing"
    keys = ("C",)


class TakeBack(Act):
    """Take back an update that is still held; its text returns to the composer."""

    id = "incident.take_back"
    name = "Take back a held update"
    label = "take back"
    keys = ("z",)


class Read(Act):
    """Show the full text of the selected entry."""

    id = "incident.read"
    name = "Show the full entry"
    keys = ("enter",)


class Action(Act):
    """Add a follow-up action."""

    id = "incident.action"
    name = "Add a follow-up action"
    keys = ("a",)


class Pin(Act):
    """Pin the selected entry for the postmortem, or unpin it."""

    id = "incident.pin"
    name = "Pin or unpin the entry"
    keys = ("*",)


class Amend(Act):
    """Amend the selected internal entry; the journal keeps both versions."""

    id = "incident.amend"
    name = "Amend the entry"
    keys = ("E",)


class Retract(Act):
    """Retract the selected internal entry, after a question; the journal keeps it."""

    id = "incident.retract"
    name = "Retract the entry"
    keys = ("x",)


class Outbox(Act):
    """List pending updates, and decide about those that need a decision."""

    id = "incident.outbox"
    name = "Outbox"
    label = "outbox"
    keys = ("o",)


class Handover(Act):
    """Write the handover for the next on-call engineer; it is saved in the record."""

    id = "incident.handover"
    name = "Hand over"
    keys = ("h",)


class Postmortem(Act):
    """Write the incident's postmortem."""

    id = "incident.postmortem"
    name = "Postmortem"
    label = "postmortem"
    keys = ("p",)


class SimilarIncidents(Act):
    """List similar incidents: same components or cause, and their follow-up actions."""

    id = "incident.earlier"
    name = "Similar incidents"
    label = "similar"
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
    SimilarIncidents,
)
