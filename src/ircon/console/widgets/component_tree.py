"""The page's components as a tree in which some are chosen."""

from __future__ import annotations

from textual.content import Content

from ircon.console import safe_content, styles
from ircon.console.picker_model import ALL, NONE, SOME, ComponentSelection, Row
from ircon.console.widgets.listing import VirtualList

_BOXES = {NONE: "[ ]", SOME: "[-]", ALL: "[x]"}
_STATUS = 16  # cells
_WIDEST = 100  # cells between a name and its status, at most


class ComponentTree(VirtualList):
    """Groups and their components; a box before each says how much of it is chosen."""

    def __init__(self, selection: ComponentSelection) -> None:
        super().__init__(id="tree")
        self._selection = selection

    def current(self) -> Row | None:
        """The row with the cursor."""
        rows = self._selection.rows
        return rows[self.chosen] if self.chosen < len(rows) else None

    def count(self) -> int:
        """All rows."""
        return len(self._selection.rows)

    def height(self) -> int:
        """One line each."""
        return len(self._selection.rows)

    def lines_of(self, thing: int) -> tuple[int, int]:
        """One line each."""
        return thing, 1

    def thing_at(self, line: int) -> int | None:
        """The row on a line."""
        return line if line < len(self._selection.rows) else None

    def content(self, line: int, width: int) -> Content:
        """Box, name, the status it gets, and the one it has."""
        row = self._selection.rows[line]
        width = min(width, _WIDEST)
        state = self._selection.state(row)
        box = (f" {_BOXES[state]} ", "$faint" if state == NONE else "bold $accent")
        if row.component is None:
            chosen = sum(member.id in self._selection.chosen for member in row.members)
            return safe_content.line(
                box,
                (safe_content.clip(row.name, max(8, width - 24)), "bold"),
                (f"  {chosen} of {len(row.members)}", "$faint"),
            )
        indent = "  " if row.group else ""
        now = styles.level(self._selection.status_of(row.component))
        wide = width >= 60
        room = width - len(indent) - 6 - (2 * _STATUS + 6 if wide else _STATUS + 2)
        is_chosen = state == ALL
        status = self._selection.chosen.get(row.component.id)
        given = styles.level(status)
        parts: list[safe_content.Part] = [
            indent,
            box,
            (safe_content.pad(row.name, max(8, room)), "bold" if is_chosen else ""),
            "  ",
        ]
        if not wide and is_chosen and status:
            return safe_content.line(
                *parts, (f"{given.glyph} {given.label}", f"bold {given.colour}")
            )
        parts.append((safe_content.pad(f"{now.glyph} {now.label}", _STATUS), now.colour))
        if wide and is_chosen:
            parts.append((" → " if status else "   ", "$faint"))
            parts.append(
                (f"{given.glyph} {given.label}", f"bold {given.colour}")
                if status
                else ("as it is", "$faint")
            )
        return safe_content.line(*parts)
