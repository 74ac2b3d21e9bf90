"""Styles of statuses and impacts: glyph, label and colour; the label alone is enough."""

from __future__ import annotations

from typing import Final, NamedTuple

from ircon.incident.vocabulary import COMPONENT_STATUSES, IMPACTS, STATUSES


class Style(NamedTuple):
    """How a status is shown: never by its colour alone."""

    glyph: str
    label: str
    colour: str


LEVEL_STYLES: Final = {
    level.name: Style(level.glyph, level.label, f"$status-{short}")
    for level, short in zip(
        COMPONENT_STATUSES.values(),
        ("operational", "maintenance", "degraded", "partial", "major"),
        strict=True,
    )
}
_GLYPHS: Final = {level.impact: level.glyph for level in COMPONENT_STATUSES.values()}
IMPACT_STYLES: Final = {
    impact: Style(
        "·" if impact == "none" else _GLYPHS[impact], impact.capitalize(), f"$sev-{impact}"
    )
    for impact in IMPACTS
}
_UNKNOWN_IMPACT: Final = Style("·", "Not set", "$sev-none")
_PHASES: Final = {"active": "$due-late", "monitoring": "$due-soon", "closed": "$due-calm"}


def level(name: str | None) -> Style:
    """Return the style of a component's status."""
    return LEVEL_STYLES[name if name in LEVEL_STYLES else "operational"]


def impact(name: str | None) -> Style:
    """Return the style of an incident's impact; None is one that is not set."""
    return IMPACT_STYLES.get(name or "", _UNKNOWN_IMPACT)


def status(name: str) -> Style:
    """Return the style of an incident's or a maintenance's status."""
    listed = STATUSES.get(name)
    if listed is None:
        return Style("·", name, "$faint")
    return Style(
        {"active": "●", "monitoring": "◐", "closed": "✓"}.get(listed.phase, "○"),
        listed.label,
        _PHASES.get(listed.phase, "$faint"),
    )
