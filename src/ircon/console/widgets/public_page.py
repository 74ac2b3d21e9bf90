"""The public page as customers will see it, and phrases for what an update changes there."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, tzinfo

from textual.content import Content

from ircon.console import safe_content, styles
from ircon.console.widgets import affected_tree
from ircon.incident.components import ComponentChange
from ircon.incident.text import find_placeholders
from ircon.writing.text_format import moment

_WIDTH = 44  # cells that components are laid out for
_NAMED = 4  # components that a sentence names


def render_page(
    *,
    title: str,
    status: str,
    body: str,
    components: Sequence[ComponentChange],
    now: datetime,
    zone: tzinfo,
) -> Content:
    """Render the incident with this update on top, as on its page.

    Args:
        components: with the status that customers will see.
        zone: the time zone; UTC stands beside it.
    """
    rows = [
        safe_content.line((title, "bold"))
        if title
        else safe_content.line(("no title yet", "$faint")),
        safe_content.line(""),
        safe_content.line((styles.status(status).label, f"bold {styles.status(status).colour}")),
        render_body(body),
        safe_content.line((moment(now, zone), "$faint")),
    ]
    if components:
        rows += [safe_content.line(""), affected_tree.component_tree(components, _WIDTH)]
    return safe_content.lines(rows)


def render_body(body: str) -> Content:
    """Render a text with its placeholders marked."""
    if not body.strip():
        return safe_content.line(("no text yet", "$faint"))
    text = safe_content.block(body)
    for leftover in find_placeholders(text.plain):
        text = text.stylize("bold underline $accent", leftover.start, leftover.end)
    return text


def recipients(*, notify: bool, subscribers: int | None) -> safe_content.Part:
    """Return who is notified by email: ``12 subscribers``, ``nobody``."""
    if not notify:
        return ("nobody", "")
    if subscribers is None:
        return ("all subscribers (number not known yet)", "bold $waiting")
    return (f"{subscribers:,} subscriber{'' if subscribers == 1 else 's'}", "bold $waiting")


def environment_badge(name: str) -> safe_content.Part:
    """Return the badge of a page's environment, prominent for production."""
    if name == "production":
        return (" PRODUCTION ", "bold $background on $production")
    return (f" {name} ", "$background on $sandbox")


def names(components: Sequence[ComponentChange]) -> str:
    """Return the names of the first few, and how many more there are."""
    first = ", ".join(safe_content.clip(component.name, 40) for component in components[:_NAMED])
    more = len(components) - _NAMED
    return f"{first} and {more:,} more" if more > 0 else first


def component_changes(changes: Sequence[ComponentChange]) -> list[safe_content.Part]:
    """Return the component changes of an update on one line, grouped by status."""
    parts: list[safe_content.Part] = []
    by_status: dict[tuple[str | None, str | None], list[ComponentChange]] = {}
    for change in changes:
        by_status.setdefault((change.group, change.status), []).append(change)
    for (group, status), members in by_status.items():
        style = styles.level(status)
        name = members[0].name if len(members) == 1 else f"{group or 'others'} ×{len(members)}"
        if status is None:
            parts += [f"{name} ", ("unchanged", "$faint"), "   "]
        else:
            parts += [
                (f"{style.glyph} ", style.colour),
                f"{name} ",
                (style.label, style.colour),
                "   ",
            ]
    return parts[:-1]
