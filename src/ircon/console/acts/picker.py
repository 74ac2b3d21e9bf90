"""Acts of the component picker; letters and digits work on the tree only."""

from __future__ import annotations

from ircon.console.acts.act import Act


class Toggle(Act):
    """Select the component or the group, or deselect it."""

    id = "picker.toggle"
    name = "Select or deselect"
    label = "select"
    keys = ("space",)


class All(Act):
    """Select all components shown, or deselect them."""

    id = "picker.all"
    name = "Select all shown"
    label = "all shown"
    keys = ("a",)


class Operational(Act):
    """Set the components just selected, else the row, to operational."""

    id = "picker.operational"
    name = "Set operational"
    keys = ("1",)


class Degraded(Act):
    """Set the components just selected, else the row, to degraded performance."""

    id = "picker.degraded"
    name = "Set degraded performance"
    keys = ("2",)


class Partial(Act):
    """Set the components just selected, else the row, to partial outage."""

    id = "picker.partial"
    name = "Set partial outage"
    keys = ("3",)


class Major(Act):
    """Set the components just selected, else the row, to major outage."""

    id = "picker.major"
    name = "Set major outage"
    keys = ("4",)


class Maintenance(Act):
    """Set the components just selected, else the row, to under maintenance."""

    id = "picker.maintenance"
    name = "Set under maintenance"
    keys = ("5",)


class Done(Act):
    """Accept the selection; on the filter line, go to the tree."""

    id = "picker.done"
    name = "Done"
    label = "done"
    keys = ("enter",)


STATUSES = (Operational, Degraded, Partial, Major, Maintenance)
ACTS = (Toggle, All, *STATUSES, Done)
