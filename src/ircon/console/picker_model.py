"""Choosing components and their status: the model behind the picker, without a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from textual.fuzzy import FuzzySearch

from ircon.incident.components import Component, ComponentChange
from ircon.incident.text import compose

NONE, SOME, ALL = "none", "some", "all"
STATUS_KEYS: Final = (
    "operational",
    "degraded_performance",
    "partial_outage",
    "major_outage",
    "under_maintenance",
)


class Row(NamedTuple):
    """A line of the tree: a group with its shown members, or one component."""

    name: str
    group: str | None
    component: Component | None
    members: tuple[Component, ...]

    @property
    def is_group(self) -> bool:
        """Whether it stands for its members."""
        return self.component is None


class ComponentSelection:
    """What is chosen, and what of the page is shown.

    Args:
        components: the page's, in its order.
        chosen: status by id of what is chosen already; None where it stays as it is.
        attached: the incident's components, with the status that customers see.
    """

    def __init__(
        self,
        components: Iterable[Component],
        chosen: Mapping[str, str | None],
        attached: Sequence[ComponentChange] = (),
    ) -> None:
        self.chosen = dict(chosen)
        self._shown_status = {one.id: one.status for one in attached}
        self._fresh: set[str] = set()  # chosen, and no status said for it yet
        self._search = FuzzySearch()
        self._filter = ""
        self.set_components(components)

    def set_components(self, components: Iterable[Component]) -> None:
        """Another list of the page's components; what is chosen stays chosen."""
        self.components = tuple(components)
        self.filter(self._filter)

    def filter(self, typed: str) -> int:
        """Show what fits these letters, in the page's order.

        Returns:
            The row that fits best.
        """
        self._filter = typed.strip()
        scores = {component.id: self._score(component) for component in self.components}
        self.rows = _rows([component for component in self.components if scores[component.id]])
        if not self._filter:
            return 0
        best = [scores[row.component.id] if row.component else 0.0 for row in self.rows]
        return best.index(max(best)) if best else 0

    def _score(self, one: Component) -> float:
        if not self._filter:
            return 1
        return self._search.match(compose(self._filter), compose(one.path))[0]

    # Reading

    @property
    def shown(self) -> list[Component]:
        """The components that are shown."""
        return [row.component for row in self.rows if row.component]

    def state(self, row: Row) -> str:
        """``all``, ``some`` or ``none`` of a row is chosen."""
        count = sum(member.id in self.chosen for member in row.members)
        return NONE if not count else ALL if count == len(row.members) else SOME

    def status_of(self, one: Component) -> str:
        """The status that customers see now."""
        return self._shown_status.get(one.id) or one.status

    # Choosing

    def toggle(self, row: Row) -> None:
        """Choose all of a row, or, where all of it is chosen, leave it out."""
        self._set(row.members, chosen=self.state(row) != ALL)

    def toggle_shown(self) -> None:
        """The same for everything that is shown."""
        every = self.shown
        self._set(every, chosen=not all(one.id in self.chosen for one in every))

    def _set(self, members: Iterable[Component], *, chosen: bool) -> None:
        for member in members:
            if not chosen:
                self.chosen.pop(member.id, None)
                self._fresh.discard(member.id)
            elif member.id not in self.chosen:
                self.chosen[member.id] = None
                self._fresh.add(member.id)

    def set_status(self, status: str, row: Row) -> None:
        """Give a status to what was chosen since the last one was given, else to the row."""
        for one in self._fresh or {member.id for member in row.members}:
            self.chosen[one] = status
        self._fresh.clear()


def _rows(components: Iterable[Component]) -> list[Row]:
    """Groups where their first member stands, each followed by its members."""
    groups: dict[object, list[Component]] = {}
    for component in components:
        groups.setdefault(component.group or component, []).append(component)
    rows = []
    for members in groups.values():
        group = members[0].group
        if group:
            rows.append(Row(group, group, None, tuple(members)))
        rows += [Row(member.name, group, member, (member,)) for member in members]
    return rows
