"""Title line and outline of a postmortem draft: sections, each with its unfilled placeholders."""

from __future__ import annotations

import re
from datetime import tzinfo
from typing import Final, NamedTuple

from textual.content import Content

from ircon.console import safe_content, time_format
from ircon.incident.state import Incident
from ircon.incident.text import find_placeholders

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
    """Render the title line: incident, placeholders left, template and version.

    Args:
        incident: its current state.
        template: the draft's.
        zone: in which times are written.
        open_ends: placeholders left to fill in.
        internal: it is never published.
        changed: since the last saved version.
    """
    saved = incident.postmortem.saved_at
    version = f"version of {time_format.clock(saved, zone)}" if saved else "no version yet"
    return safe_content.line(
        (" POSTMORTEM ", "bold $background on $internal"),
        *("  ", (incident.name, "bold"), "   "),
        (f"{open_ends} to fill in", "bold $accent") if open_ends else "✓ complete",
        (f"   {template}", "$faint"),
        (" (internal)" if internal else "", "$internal"),
        ("   published" if incident.postmortem.state == "published" else f"   {version}", "$faint"),
        (", changed since" if changed and saved else "", "$faint"),
    )


def outline(text: str, line: int) -> Content:
    """Render the sections, one a line; the one with the cursor's line stands out."""
    outlined = sections(text)
    current = max((section.line for section in outlined if section.line <= line), default=-1)
    return safe_content.lines(
        [
            safe_content.line(
                (" ▸ " if section.line == current else "   ", "bold $accent"),
                (
                    safe_content.clip(section.title, _TITLE),
                    "bold" if section.line == current else "",
                ),
                (f"  {section.open_ends} open" if section.open_ends else "  ✓", "$faint"),
            )
            for section in outlined
        ]
    )


class Section(NamedTuple):
    """A heading on a line, counted from 0, and the placeholders until the next heading."""

    title: str
    line: int
    open_ends: int


def sections(text: str) -> list[Section]:
    """Return the sections in order; text before the first heading is the ``OPENING``."""
    lines = text.split("\n")
    begins = [(0, OPENING)] if lines[0].strip() and not _HEADING.match(lines[0]) else []
    for number, line in enumerate(lines):
        if heading := _HEADING.match(line):
            begins.append((number, heading[1].strip()))
    ends = [number for number, _ in begins[1:]] + [len(lines)]
    return [
        Section(title, first, len(find_placeholders("\n".join(lines[first:last]))))
        for (first, title), last in zip(begins, ends, strict=False)  # no section, no end
    ]
