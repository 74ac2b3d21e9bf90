"""What can be done while picking components; letters and digits on the tree only."""

from __future__ import annotations

from ircon.console.acts.act import Act


class Toggle(Act):
    """Choose the component or the group, or leave it out."""

    id = "picker.toggle"
    name = "Choose or leave out"
    label = "choose"
    keys = ("space",)


class All(Act):
    """Choose all that are shown, or none of them."""

    id = "picker.all"
    name = "Choose all shown"
    label = "all shown"
    keys = ("a",)


class Operational(Act):
    """Set what was just chosen, else the row, to operational."""

    id = "picker.operational"
    name = "Set operational"
    keys = ("1",)


class Degraded(Act):
    """Set what was just chosen, else the row, to degraded performance."""

    id = "picker.degraded"
    name = "Set degraded performance"
    keys = ("2",)


class Partial(Act):
    """Set what was just chosen, else the row, to partial outage."""

    id = "picker.partial"
    name = "Set partial outage"
    keys = ("3",)


class Major(Act):
    """Set what was just chosen, else the row, to major outage."""

    id = "picker.major"
    name = "Set major outage"
    keys = ("4",)


class Maintenance(Act):
    """Set what was just chosen, else the row, to under maintenance."""

    id = "picker.maintenance"
    name = "Set under maintenance"
    keys = ("5",)


class Done(Act):
    """Take what is chosen; on the filter line, go to the tree."""

    id = "picker.done"
    name = "Done"
    label = "done"
    keys = ("enter",)


STATUSES = (Operational, Degraded, Partial, Major, Maintenance)
ACTS = (Toggle, All, *STATUSES, Done)
