"""The page's components as a tree in which some are chosen."""

from __future__ import annotations

from textual.content import Content

from ircon.console import safe_content, styles
from ircon.console.picker_model import ALL, NONE, SOME, Picking, Row
from ircon.console.widgets.listing import VirtualList

_BOXES = {NONE: "[ ]", SOME: "[-]", ALL: "[x]"}
_STATUS = 16  # cells
_WIDEST = 100  # cells between a name and its status, at most


class ComponentTree(VirtualList):
    """Groups and their components; a box before each says how much of it is chosen."""

    def __init__(self, picking: Picking) -> None:
        super().__init__(id="tree")
        self._picking = picking

    def current(self) -> Row | None:
        """The row with the cursor."""
        rows = self._picking.rows
        return rows[self.chosen] if self.chosen < len(rows) else None

    def count(self) -> int:
        """All rows."""
        return len(self._picking.rows)

    def height(self) -> int:
        """One line each."""
        return len(self._picking.rows)

    def lines_of(self, thing: int) -> tuple[int, int]:
        """One line each."""
        return thing, 1

    def thing_at(self, line: int) -> int | None:
        """The row on a line."""
        return line if line < len(self._picking.rows) else None

    def content(self, line: int, width: int) -> Content:
        """Box, name, the status it gets, and the one it has."""
        row = self._picking.rows[line]
        width = min(width, _WIDEST)
        state = self._picking.state(row)
        box = (f" {_BOXES[state]} ", "$faint" if state == NONE else "bold $accent")
        if row.component is None:
            chosen = sum(member.id in self._picking.chosen for member in row.members)
            return safe_content.line(
                box,
                (safe_content.clip(row.name, max(8, width - 24)), "bold"),
                (f"  {chosen} of {len(row.members)}", "$faint"),
            )
        indent = "  " if row.group else ""
        now = styles.level(self._picking.now(row.component))
        wide = width >= 60
        room = width - len(indent) - 6 - (2 * _STATUS + 6 if wide else _STATUS + 2)
        is_chosen = state == ALL
        status = self._picking.chosen.get(row.component.id)
        given = styles.level(status)
        parts: list[safe_content.Part] = [
            indent,
            box,
            (safe_content.pad(row.name, max(8, room)), "bold" if is_chosen else ""),
            "  ",
        ]
        if not wide and is_chosen and status:
            return safe_content.line(*parts, (f"{given.glyph} {given.word}", f"bold {given.style}"))
        parts.append((safe_content.pad(f"{now.glyph} {now.word}", _STATUS), now.style))
        if wide and is_chosen:
            parts.append((" → " if status else "   ", "$faint"))
            parts.append(
                (f"{given.glyph} {given.word}", f"bold {given.style}")
                if status
                else ("as it is", "$faint")
            )
        return safe_content.line(*parts)
