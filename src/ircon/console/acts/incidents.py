"""Acts of the list of incidents."""

from __future__ import annotations

from ircon.console.acts.act import Act


class Open(Act):
    """Open the selected incident."""

    id = "incidents.open"
    name = "Open the incident"
    label = "open"
    keys = ("enter",)


class Declare(Act):
    """Declare an incident and compose its first public update."""

    id = "incidents.declare"
    name = "Declare an incident"
    label = "declare"
    keys = ("n",)


class DeclareInternally(Act):
    """Declare an incident without publishing it; its first update makes it public."""

    id = "incidents.declare_internally"
    name = "Declare internally"
    keys = ("N",)


class Practise(Act):
    """Try ircon on a local practice page; nothing is kept afterwards."""

    id = "incidents.practise"
    name = "Practise on a local page"
    label = "practise"
    keys = ("d",)


class Import(Act):
    """Import past incidents from a file or a folder."""

    id = "incidents.import"
    name = "Import past incidents"
    label = "import"
    keys = ("i",)


class Postmortem(Act):
    """Write the postmortem of the selected incident."""

    id = "incidents.postmortem"
    name = "Postmortem"
    label = "postmortem"
    keys = ("p",)


class Outbox(Act):
    """List pending updates, and decide about those that need a decision."""

    id = "incidents.outbox"
    name = "Outbox"
    keys = ("o",)


ACTS = (Open, Declare, DeclareInternally, Practise, Import, Postmortem, Outbox)
