"""What a postmortem's draft stands at: its title line, and its sections with what is open."""

from __future__ import annotations

import re
from datetime import tzinfo
from typing import Final, NamedTuple

from textual.content import Content

from ircon.console import safe_content, time_format
from ircon.incident.state import Incident
from ircon.incident.unfinished import find_placeholders

_TITLE: Final = 36  # cells
_HEADING: Final = re.compile(r"#{1,6}[ \t]+(\S.*)")
OPENING: Final = "Opening"


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


class Section(NamedTuple):
    """A heading on a line, counted from 0, and the open ends until the next one."""

    title: str
    line: int
    open_ends: int


def sections(text: str) -> list[Section]:
    """In reading order; words before the first heading are the opening."""
    lines = text.split("\n")
    begins = [(0, OPENING)] if lines[0].strip() and not _HEADING.match(lines[0]) else []
    for number, line in enumerate(lines):
        if found := _HEADING.match(line):
            begins.append((number, found[1].strip()))
    ends = [number for number, _ in begins[1:]] + [len(lines)]
    return [
        Section(title, first, len(find_placeholders("\n".join(lines[first:last]))))
        for (first, title), last in zip(begins, ends, strict=False)  # no section, no end
    ]
