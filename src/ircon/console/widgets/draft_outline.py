"""What a postmortem's draft stands at: its title line, and its sections with what is open."""

from __future__ import annotations

from datetime import tzinfo

from textual.content import Content

from ircon.console import safe_content, time_format
from ircon.console.markdown_sections import sections
from ircon.incident.state import Incident

_TITLE = 36  # cells


def title(
    incident: Incident,
    template: str,
    zone: tzinfo,
    *,
    open_ends: int,
    internal: bool,
    changed: bool,
) -> Content:
    """Whose postmortem, how much of it is open, and what of it is kept or public.

    Args:
        incident: as it stands.
        template: the draft's.
        zone: in which times are written.
        open_ends: places still to be filled in.
        internal: for readers inside; it has no publish.
        changed: since the version that was kept last.
    """
    saved = incident.postmortem.saved_at
    kept = f"version of {time_format.clock(saved, zone)}" if saved else "no version yet"
    return safe_content.line(
        (" POSTMORTEM ", "bold $background on $internal"),
        *("  ", (incident.name, "bold"), "   "),
        (f"{open_ends} to fill in", "bold $accent") if open_ends else "✓ nothing left open",
        (f"   {template}", "$faint"),
        (" for readers inside" if internal else "", "$internal"),
        ("   published" if incident.postmortem.state == "published" else f"   {kept}", "$faint"),
        (", changed since" if changed and saved else "", "$faint"),
    )


def outline(text: str, line: int) -> Content:
    """The sections, one line each; the one that the cursor's line is in stands out."""
    found = sections(text)
    current = max((one.line for one in found if one.line <= line), default=-1)
    return safe_content.lines(
        [
            safe_content.line(
                (" ▸ " if one.line == current else "   ", "bold $accent"),
                (safe_content.clip(one.title, _TITLE), "bold" if one.line == current else ""),
                (f"  {one.open_ends} open" if one.open_ends else "  ✓", "$faint"),
            )
            for one in found
        ]
    )
