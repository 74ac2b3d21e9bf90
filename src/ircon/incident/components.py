"""A page's components and their groups, and how people name them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ircon.errors import Ambiguous, NotFound, UsageError
from ircon.incident.vocabulary import LEVELS


@dataclass(frozen=True, slots=True)
class Component:
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


@dataclass(frozen=True, slots=True)
class Change:
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
    def from_payload(cls, payload: Mapping[str, Any]) -> Change:
        """Out of an event; unknown statuses are dropped, not guessed."""
        status, was = payload.get("status"), payload.get("was")
        return cls(
            id=payload["id"],
            name=payload["name"],
            group=payload.get("group") if isinstance(payload.get("group"), str) else None,
            status=status if status in LEVELS else None,
            was=was if was in LEVELS else None,
        )


def select(words: Iterable[str], components: Iterable[Component]) -> list[Change]:
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
    chosen: dict[str, Change] = {}
    for word in words:
        name, status = _split(word)
        for component in _named(name, page):
            chosen[component.id] = Change(
                component.id, component.name, component.group, status, component.status
            )
    order = {component.id: place for place, component in enumerate(page)}
    return sorted(chosen.values(), key=lambda change: order[change.id])


def _split(word: str) -> tuple[str, str | None]:
    name, equals, status = word.rpartition("=")
    if not equals:
        return word, None
    if status in LEVELS:
        return name, status
    if status and status.replace("_", "").isalpha() and status.islower():
        raise UsageError(
            f"{status!r} is not a component status.", f"Use one of: {', '.join(LEVELS)}."
        )
    return word, None


def _named(name: str, page: list[Component]) -> list[Component]:
    for fold in (str, str.casefold):
        wanted = fold(name)
        ids = [one for one in page if fold(one.id) == wanted]
        if ids:
            return ids
        if wanted.endswith("/*"):
            children = [one for one in page if one.group and fold(one.group) == wanted[:-2]]
            if children:
                return children
        hits = [one for one in page if wanted in (fold(one.name), fold(one.path))]
        if len(hits) == 1:
            return hits
        if hits:
            paths = tuple(f"{one.path} ({one.id})" for one in hits)
            raise Ambiguous(
                f"{len(hits)} components are called {name!r}: {', '.join(paths)}.",
                "Name one by its Group/Name or its id.",
                paths,
            )
    groups = {one.group for one in page if one.group}
    for group in groups:
        if group.casefold() == name.casefold():
            raise NotFound(
                f"{name!r} is a group, not a component.", f"Say '{group}/*' for all of it."
            )
    near = [one.path for one in page if name.casefold() in one.path.casefold()][:5]
    raise NotFound(
        f"No component is called {name!r}.",
        f"Did you mean {', '.join(near)}?" if near else "'ircon components' lists them.",
    )
