"""What can be done in the list of incidents."""

from __future__ import annotations

from ircon.console.acts.act import Act


class Open(Act):
    """Open the chosen incident."""

    id = "incidents.open"
    name = "Open the incident"
    label = "open"
    keys = ("enter",)


class Declare(Act):
    """Declare an incident: compose its first public words."""

    id = "incidents.declare"
    name = "Declare an incident"
    label = "declare"
    keys = ("n",)


class Import(Act):
    """Import past incidents from a file or a folder."""

    id = "incidents.import"
    name = "Import past incidents"
    label = "import"
    keys = ("i",)


class Postmortem(Act):
    """Write the chosen incident's postmortem."""

    id = "incidents.postmortem"
    name = "Postmortem of the chosen incident"
    label = "postmortem"
    keys = ("p",)


class Outbox(Act):
    """Look at what waits to become public, and decide what wants a decision."""

    id = "incidents.outbox"
    name = "Outbox"
    keys = ("o",)


ACTS = (Open, Declare, Import, Postmortem, Outbox)
