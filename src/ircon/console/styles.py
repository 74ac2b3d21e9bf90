"""Words, glyphs and colours for what customers see; the words alone are enough."""

from __future__ import annotations

from typing import Final, NamedTuple

from ircon.incident.vocabulary import IMPACTS, LEVELS, STATUSES


class Look(NamedTuple):
    """How something is shown: never by its colour alone."""

    glyph: str
    word: str
    style: str


LEVEL_LOOKS: Final = {
    level.name: Look(level.glyph, level.label, f"$status-{short}")
    for level, short in zip(
        LEVELS.values(),
        ("operational", "maintenance", "degraded", "partial", "major"),
        strict=True,
    )
}
_GLYPHS: Final = {level.impact: level.glyph for level in LEVELS.values()}
IMPACT_LOOKS: Final = {
    impact: Look(
        "·" if impact == "none" else _GLYPHS[impact], impact.capitalize(), f"$sev-{impact}"
    )
    for impact in IMPACTS
}
_NOT_SAID: Final = Look("·", "Not said", "$sev-none")
_PHASES: Final = {"active": "$due-late", "monitoring": "$due-soon", "closed": "$due-calm"}


def level(name: str | None) -> Look:
    """A component's status."""
    return LEVEL_LOOKS[name if name in LEVEL_LOOKS else "operational"]


def impact(name: str | None) -> Look:
    """An incident's impact; None where nobody said."""
    return IMPACT_LOOKS.get(name or "", _NOT_SAID)


def status(name: str) -> Look:
    """An incident's or a maintenance's status."""
    known = STATUSES.get(name)
    if known is None:
        return Look("·", name, "$faint")
    return Look(
        {"active": "●", "monitoring": "◐", "closed": "✓"}.get(known.phase, "○"),
        known.label,
        _PHASES.get(known.phase, "$faint"),
    )
