"""Components of an incident by group, with the status that customers see."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content

from ircon.console import safe_content, styles
from ircon.incident.components import ComponentChange
from ircon.incident.vocabulary import COMPONENT_STATUSES

_MOST = 200  # lines; the picker shows more


def component_tree(components: Sequence[ComponentChange], width: int) -> Content:
    """Render one line for each component under its group, the worst group first."""
    if not components:
        return safe_content.line(("No components attached", "$faint"))
    rows = []
    is_wide = all(
        len(component.name) + len(styles.level(component.status).label) + 5 <= width
        for component in components
    )
    for group, members in _groups(components):
        indent = ""
        if group:
            rows.append(safe_content.line((safe_content.clip(group, width), "bold")))
            indent = "  "
        for member in members:
            style = styles.level(member.status)
            room = width - len(indent) - 2
            word = style.label if is_wide else style.label.split()[0]
            rows.append(
                safe_content.line(
                    f"{indent}",
                    (f"{style.glyph} ", style.colour),
                    safe_content.pad(member.name, room - len(word) - 1),
                    " ",
                    (word, style.colour),
                )
            )
    more = len(rows) - _MOST
    return safe_content.lines(
        rows[:_MOST] + ([safe_content.line((f"and {more} more", "$faint"))] if more > 0 else [])
    )


def component_strip(components: Sequence[ComponentChange]) -> Content:
    """Render the components on one line, for narrow screens, grouped by status."""
    if not components:
        return safe_content.line((" No components attached", "$faint"))
    parts: list[safe_content.Part] = [" "]
    for group, members in _groups(components):
        by_status: dict[str | None, list[ComponentChange]] = {}
        for member in members:
            by_status.setdefault(member.status, []).append(member)
        for status, some in by_status.items():
            style = styles.level(status)
            name = some[0].name if len(some) == 1 else f"{group or 'others'} ×{len(some)}"
            parts += [
                (f"{style.glyph} ", style.colour),
                name,
                (f" {style.label.lower()}", style.colour),
            ]
            parts.append("   ")
    return safe_content.line(*parts[:-1])


def _groups(
    components: Sequence[ComponentChange],
) -> list[tuple[str | None, list[ComponentChange]]]:
    """Return members by group, in the page's order; the group with the worst status comes first."""
    groups: dict[str | None, list[ComponentChange]] = {}
    for component in components:
        groups.setdefault(component.group, []).append(component)
    return sorted(groups.items(), key=lambda item: -max(map(_rank, item[1])))


def _rank(component: ComponentChange) -> int:
    return COMPONENT_STATUSES[component.status or "operational"].rank
