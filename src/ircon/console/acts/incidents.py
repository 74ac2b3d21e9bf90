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


class DeclareInternally(Act):
    """Declare an incident that nobody outside hears of; a first update makes it public."""

    id = "incidents.declare_internally"
    name = "Declare, internal only"
    keys = ("N",)


class Practise(Act):
    """Without a page: try everything on a practice page; nothing of it stays behind."""

    id = "incidents.practise"
    name = "Practise on a page that nobody reads"
    label = "practise"
    keys = ("d",)


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


ACTS = (Open, Declare, DeclareInternally, Practise, Import, Postmortem, Outbox)
