"""A page's components and their groups, and how people name them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from ircon.errors import Ambiguous, NotFound, UsageError
from ircon.incident.text import compose, fold_case
from ircon.incident.vocabulary import COMPONENT_STATUSES


class Component(NamedTuple):
    """A component as a page lists it. ``group`` is its group's name, or None."""

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
    """A component attached to an update, and the status it gets.

    ``status`` is None where it is attached unchanged; ``was`` is the status it
    had before, as far as known.
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
        """As an event keeps it."""
        return {
            name: value
            for name in ("id", "name", "group", "status", "was")
            if (value := getattr(self, name)) is not None
        }

    @classmethod
    def from_payload(cls, payload: Mapping[str, Any]) -> ComponentChange:
        """Out of an event; unknown statuses are dropped, not guessed."""
        group, status, was = (payload.get(name) for name in ("group", "status", "was"))
        return cls(
            id=payload["id"],
            name=payload["name"],
            group=group if isinstance(group, str) else None,
            status=status if isinstance(status, str) and status in COMPONENT_STATUSES else None,
            was=was if isinstance(was, str) and was in COMPONENT_STATUSES else None,
        )


def select_components(
    words: Iterable[str], components: Iterable[Component]
) -> list[ComponentChange]:
    """The components that ``-c COMPONENT[=STATUS]`` names, in the page's order.

    A name is an id, an exact name, ``Group/Name`` or ``Group/*``, then the same
    without regard to case; never fuzzy. It is split at the last ``=``, and only
    if a status follows. A later word overrides an earlier one.

    Raises:
        UsageError: a status that does not exist.
        NotFound: a name that no component has, or a group's bare name.
        Ambiguous: a name that several components have.
    """
    page = list(components)
    chosen: dict[str, ComponentChange] = {}
    for word in words:
        for component, status in _chosen(word, page):
            chosen[component.id] = ComponentChange(
                component.id, component.name, component.group, status, component.status
            )
    return [chosen[component.id] for component in page if component.id in chosen]


def _chosen(word: str, page: list[Component]) -> list[tuple[Component, str | None]]:
    name, equals, status = word.rpartition("=")
    if equals and status in COMPONENT_STATUSES:
        return [(component, status) for component in _named(name, page)]
    try:
        return [(component, None) for component in _named(word, page)]
    except NotFound:
        if equals and _fitting(name, page):  # a component's name, and a mistyped status
            raise UsageError(
                f"{status!r} is not a component status.",
                f"Use one of: {', '.join(COMPONENT_STATUSES)}.",
            ) from None
        raise


def _fitting(name: str, page: list[Component]) -> list[Component]:
    """What a name stands for: all of a group, or all that are called so."""
    for fold in (compose, fold_case):
        wanted = fold(name)
        by_id = [one for one in page if fold(one.id) == wanted]
        by_name = [one for one in page if wanted in (fold(one.name), fold(one.path))]
        in_group = [one for one in page if one.group and f"{fold(one.group)}/*" == wanted]
        if found := by_id or by_name or in_group:
            return found
    return []


def _named(name: str, page: list[Component]) -> list[Component]:
    found = _fitting(name, page)
    if len(found) == 1 or (found and name.endswith("/*")):
        return found
    if found:
        paths = tuple(f"{one.path} ({one.id})" for one in found)
        raise Ambiguous(
            f"{len(found)} components are called {name!r}: {', '.join(paths)}.",
            "Name one by its Group/Name or its id.",
            paths,
        )
    for group in dict.fromkeys(one.group for one in page if one.group):
        if fold_case(group) == fold_case(name):
            raise NotFound(
                f"{name!r} is a group, not a component.", f"Say '{group}/*' for all of it."
            )
    near = [one.path for one in page if fold_case(name) in fold_case(one.path)][:5]
    raise NotFound(
        f"No component is called {name!r}.",
        f"Did you mean {', '.join(near)}?" if near else "'ircon components' lists them.",
    )
