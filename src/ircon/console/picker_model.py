"""Model of the component picker: the selection, the statuses given, and the filter."""

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
    """A line of the tree: a group with its visible members, or one component."""

    name: str
    group: str | None
    component: Component | None
    members: tuple[Component, ...]

    @property
    def is_group(self) -> bool:
        """Whether the row is a group."""
        return self.component is None


class ComponentSelection:
    """The selected components with their new status, and the rows that pass the filter.

    Args:
        components: the page's, in its order.
        chosen: new status by id of what is selected already; None for an unchanged one.
        attached: the incident's components, with the status that customers see.
    """

    def __init__(
        self,
        components: Iterable[Component],
        chosen: Mapping[str, str | None],
        attached: Sequence[ComponentChange] = (),
    ) -> None:
        self.chosen = dict(chosen)
        self._shown_status = {change.id: change.status for change in attached}
        self._fresh: set[str] = set()  # selected since a status was set last
        self._search = FuzzySearch()
        self._query = ""
        self.set_components(components)

    def set_components(self, components: Iterable[Component]) -> None:
        """Replace the page's components; the selection stays."""
        self.components = tuple(components)
        self.filter(self._query)

    def filter(self, query: str) -> int:
        """Show the components that match a query, in the page's order.

        Returns:
            The index of the row that matches best.
        """
        self._query = query.strip()
        scores = {component.id: self._score(component) for component in self.components}
        self.rows = _rows([component for component in self.components if scores[component.id]])
        if not self._query:
            return 0
        best = [scores[row.component.id] if row.component else 0.0 for row in self.rows]
        return best.index(max(best)) if best else 0

    def _score(self, component: Component) -> float:
        if not self._query:
            return 1
        return self._search.match(compose(self._query), compose(component.path))[0]

    # Reading

    @property
    def shown(self) -> list[Component]:
        """The components that pass the filter."""
        return [row.component for row in self.rows if row.component]

    def state(self, row: Row) -> str:
        """Return whether ``ALL``, ``SOME`` or ``NONE`` of a row is selected."""
        count = sum(member.id in self.chosen for member in row.members)
        return NONE if not count else ALL if count == len(row.members) else SOME

    def status_of(self, component: Component) -> str:
        """Return the status that customers see now."""
        return self._shown_status.get(component.id) or component.status

    # Selecting

    def toggle(self, row: Row) -> None:
        """Select all of a row, or deselect it if all of it is selected."""
        self._set(row.members, chosen=self.state(row) != ALL)

    def toggle_shown(self) -> None:
        """Select all visible components, or deselect them if all are selected."""
        shown = self.shown
        self._set(shown, chosen=not all(component.id in self.chosen for component in shown))

    def _set(self, members: Iterable[Component], *, chosen: bool) -> None:
        for member in members:
            if not chosen:
                self.chosen.pop(member.id, None)
                self._fresh.discard(member.id)
            elif member.id not in self.chosen:
                self.chosen[member.id] = None
                self._fresh.add(member.id)

    def set_status(self, status: str, row: Row) -> None:
        """Set the status of what was selected since the last call, else of the row."""
        for component_id in self._fresh or {member.id for member in row.members}:
            self.chosen[component_id] = status
        self._fresh.clear()


def _rows(components: Iterable[Component]) -> list[Row]:
    """Return groups at the place of their first member, each followed by its members."""
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
