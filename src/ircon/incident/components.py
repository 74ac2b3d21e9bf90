"""Components of a page, their groups, and their selection by name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from ircon.errors import Ambiguous, NotFound, UsageError
from ircon.incident.text import compose, fold_case
from ircon.incident.vocabulary import COMPONENT_STATUSES


class Component(NamedTuple):
    """A component as a page lists it; ``group`` is its group's name, or None."""

    id: str
    name: str
    group: str | None = None
    status: str = "operational"
    position: int = 0

    @property
    def path(self) -> str:
        """``Group/Name``, or the name alone."""
        return f"{self.group}/{self.name}" if self.group else self.name


class ComponentChange(NamedTuple):
    """A component attached to an update, with the status it gets.

    ``status`` is None where it is attached unchanged; ``was`` is its status before,
    None where that is unknown.
    """

    id: str
    name: str
    group: str | None = None
    status: str | None = None
    was: str | None = None

    @property
    def path(self) -> str:
        """``Group/Name``, or the name alone."""
        return f"{self.group}/{self.name}" if self.group else self.name

    def to_payload(self) -> dict[str, Any]:
        """Return it as stored in an event's payload."""
        return {
            name: value
            for name in ("id", "name", "group", "status", "was")
            if (value := getattr(self, name)) is not None
        }

    @classmethod
    def from_payload(cls, payload: Mapping[str, Any]) -> ComponentChange:
        """Read it from an event's payload; an unknown status becomes None."""
        group, status, was = (payload.get(name) for name in ("group", "status", "was"))
        return cls(
            id=payload["id"],
            name=payload["name"],
            group=group if isinstance(group, str) else None,
            status=status if isinstance(status, str) and status in COMPONENT_STATUSES else None,
            was=was if isinstance(was, str) and was in COMPONENT_STATUSES else None,
        )


def select_components(
    arguments: Iterable[str], components: Iterable[Component]
) -> list[ComponentChange]:
    """Return the components that ``-c COMPONENT[=STATUS]`` names, in the page's order.

    A name is an id, an exact name, ``Group/Name`` or ``Group/*``, then the same
    without regard to case; never fuzzy. It is split at the last ``=``, and only
    if a status follows. A later argument overrides an earlier one.

    Raises:
        UsageError: an unknown status.
        NotFound: a name that no component has, or a group's bare name.
        Ambiguous: a name that several components have.
    """
    page = list(components)
    chosen: dict[str, ComponentChange] = {}
    for argument in arguments:
        for component, status in _chosen(argument, page):
            chosen[component.id] = ComponentChange(
                component.id, component.name, component.group, status, component.status
            )
    return [chosen[component.id] for component in page if component.id in chosen]


def _chosen(argument: str, page: list[Component]) -> list[tuple[Component, str | None]]:
    name, equals, status = argument.rpartition("=")
    if equals and status in COMPONENT_STATUSES:
        return [(component, status) for component in _named(name, page)]
    try:
        return [(component, None) for component in _named(argument, page)]
    except NotFound:
        if equals and _fitting(name, page):  # a component's name, and a mistyped status
            raise UsageError(
                f"{status!r} is not a component status.",
                f"Use one of: {', '.join(COMPONENT_STATUSES)}.",
            ) from None
        raise


def _fitting(name: str, page: list[Component]) -> list[Component]:
    """Return the components a name matches: all of a group, or all of that name."""
    for fold in (compose, fold_case):
        folded_name = fold(name)
        by_id = [component for component in page if fold(component.id) == folded_name]
        by_name = [
            component
            for component in page
            if folded_name in (fold(component.name), fold(component.path))
        ]
        in_group = [
            component
            for component in page
            if component.group and f"{fold(component.group)}/*" == folded_name
        ]
        if matching := by_id or by_name or in_group:
            return matching
    return []


def _named(name: str, page: list[Component]) -> list[Component]:
    matching = _fitting(name, page)
    if len(matching) == 1 or (matching and name.endswith("/*")):
        return matching
    if matching:
        paths = tuple(f"{component.path} ({component.id})" for component in matching)
        raise Ambiguous(
            f"{len(matching)} components are named {name!r}: {', '.join(paths)}.",
            "Give its Group/Name or its id.",
            paths,
        )
    for group in dict.fromkeys(component.group for component in page if component.group):
        if fold_case(group) == fold_case(name):
            raise NotFound(
                f"{name!r} is a group, not a component.", f"Use '{group}/*' for all of it."
            )
    near = [component.path for component in page if fold_case(name) in fold_case(component.path)][
        :5
    ]
    raise NotFound(
        f"No such component: {name!r}.",
        f"Did you mean {', '.join(near)}?" if near else "'ircon components' lists them.",
    )
