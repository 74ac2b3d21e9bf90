"""Safe content for widgets: the one place where text becomes something a widget shows.

Foreign text is inert when it leaves here: no markup is read from it and no control
character survives (docs/security.md). Nothing else in the console gives a widget a string
that is not written in the code. ``InertFilter`` is the last line of defence, for what
Textual's own widgets produce.
"""

from __future__ import annotations

import re

from rich.cells import cell_len
from rich.segment import Segment
from textual.color import Color
from textual.content import Content
from textual.filter import LineFilter
from textual.widgets import Static

from ircon.errors import IrconError
from ircon.incident.text import safe, safe_line

Part = str | tuple[str, str]

_UNSAFE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff"
    "\ufff9-\ufffb\U000e0000-\U000e0fff]"
)


def line(*parts: Part) -> Content:
    """Return one line of texts and ``(text, style)`` pairs; line breaks become pictures."""
    return Content.assemble(
        *(
            safe_line(part) if isinstance(part, str) else (safe_line(part[0]), part[1])
            for part in parts
        )
    )


def block(text: str, style: str = "") -> Content:
    """Return a text with its line breaks."""
    return Content.styled(safe(text), style) if style else Content(safe(text))


def lines(rows: list[Content]) -> Content:
    """Join several lines, one below the other."""
    return Content("\n").join(rows)


def error(problem: IrconError) -> Content:
    """Return what happened and what to do next, a line each."""
    return lines([block(problem.message), *([block(problem.hint, "dim")] if problem.hint else [])])


def clip(text: str, width: int) -> str:
    """Return one inert line, cut to a number of cells with an ellipsis."""
    shown = safe_line(text)
    if cell_len(shown) <= width:
        return shown
    if width < 1:
        return ""
    total, end = 0, 0
    for end, char in enumerate(shown):  # noqa: B007 - the offset is what is searched for
        total += cell_len(char)
        if total > width - 1:
            break
    return shown[:end] + "…"


def pad(text: str, width: int) -> str:
    """Return one inert line, cut or filled with spaces to a number of cells."""
    shown = clip(text, width)
    return shown + " " * (width - cell_len(shown))


class InertFilter(LineFilter):
    """Replaces what a terminal would obey, in every line of every widget.

    Line filters are private to Textual (its version is pinned, and a test at a
    pseudo-terminal watches); output of ``line`` and ``block`` passes unchanged.
    """

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:  # noqa: ARG002 - Textual's
        """Return the segments made inert, with the same widths."""
        if not any(_UNSAFE.search(text) for text, _, control in segments if not control):
            return segments
        return [
            segment
            if segment.control
            else Segment(_UNSAFE.sub(_picture, segment.text), segment.style)
            for segment in segments
        ]


def _picture(match: re.Match[str]) -> str:
    return "\ufffd" * cell_len(match[0])


class CachedStatic(Static):
    """A ``Static`` that costs nothing while its content stays the same.

    A layout repaints the whole screen, so it is requested only if the new content needs
    another number of lines.
    """

    _content = Content()

    def show(self, content: Content) -> None:
        """Show a content."""
        if content.is_same(self._content):
            return
        previous, self._content = self._content, content
        self.update(content, layout=self._lines(content) != self._lines(previous))

    def _lines(self, content: Content) -> int:
        height, width = self.styles.height, self.content_size.width
        if height is not None and not height.is_auto:
            return 0  # the style fixes it
        return content.get_height(self.styles.get_rules(), width) if width else -len(content)
