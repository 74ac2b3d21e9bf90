"""The component tree of the picker: groups, components, selection and status."""

from __future__ import annotations

from textual.content import Content

from ircon.console import safe_content, styles
from ircon.console.picker_model import ALL, NONE, SOME, ComponentSelection, Row
from ircon.console.widgets.listing import VirtualList

_BOXES = {NONE: "[ ]", SOME: "[-]", ALL: "[x]"}
_STATUS = 16  # cells
_WIDEST = 100  # cells between a name and its status, at most


class ComponentTree(VirtualList):
    """Groups and their components; the box before each shows how much of it is selected."""

    def __init__(self, selection: ComponentSelection) -> None:
        super().__init__(id="tree")
        self._selection = selection

    def current(self) -> Row | None:
        """Return the row under the cursor."""
        rows = self._selection.rows
        return rows[self.chosen] if self.chosen < len(rows) else None

    def count(self) -> int:
        """Return the number of rows."""
        return len(self._selection.rows)

    def height(self) -> int:
        """Return the number of lines: one a row."""
        return len(self._selection.rows)

    def lines_of(self, index: int) -> tuple[int, int]:
        """Return the line of a row, and that it has one."""
        return index, 1

    def index_at(self, line: int) -> int | None:
        """Return the row on a line."""
        return line if line < len(self._selection.rows) else None

    def content(self, line: int, width: int) -> Content:
        """Render a row: box, name, the current status and the new one."""
        row = self._selection.rows[line]
        width = min(width, _WIDEST)
        state = self._selection.state(row)
        box = (f" {_BOXES[state]} ", "$faint" if state == NONE else "bold $accent")
        if row.component is None:
            selected = sum(member.id in self._selection.chosen for member in row.members)
            return safe_content.line(
                box,
                (safe_content.clip(row.name, max(8, width - 24)), "bold"),
                (f"  {selected} of {len(row.members)}", "$faint"),
            )
        indent = "  " if row.group else ""
        current = styles.level(self._selection.status_of(row.component))
        wide = width >= 60
        room = width - len(indent) - 6 - (2 * _STATUS + 6 if wide else _STATUS + 2)
        is_selected = state == ALL
        status = self._selection.chosen.get(row.component.id)
        new = styles.level(status)
        parts: list[safe_content.Part] = [
            indent,
            box,
            (safe_content.pad(row.name, max(8, room)), "bold" if is_selected else ""),
            "  ",
        ]
        if not wide and is_selected and status:
            return safe_content.line(*parts, (f"{new.glyph} {new.label}", f"bold {new.colour}"))
        parts.append(
            (safe_content.pad(f"{current.glyph} {current.label}", _STATUS), current.colour)
        )
        if wide and is_selected:
            parts.append((" → " if status else "   ", "$faint"))
            parts.append(
                (f"{new.glyph} {new.label}", f"bold {new.colour}")
                if status
                else ("unchanged", "$faint")
            )
        return safe_content.line(*parts)
