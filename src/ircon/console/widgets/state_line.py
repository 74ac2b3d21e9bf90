"""The line that says how it stands: what customers see, and when the next word is due."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from textual.content import Content

from ircon.console import look, show
from ircon.desk.due import Due, next_word
from ircon.incident.state import Incident


def state_line(
    incident: Incident, cadence: Mapping[str, Mapping[str, float]], now: datetime, *, narrow: bool
) -> Content:
    """Impact, status, elapsed, last word, next word, and what is not public yet."""
    impact, status = look.impact(incident.impact), look.status(incident.status)
    gap = "  " if narrow else "    "
    parts: list[show.Part] = [
        " ",
        (f" {impact.glyph} {impact.word} ", f"bold $background on {impact.style}")
        if incident.impact != "none"
        else ("· No impact", impact.style),
        gap,
        (f"{status.glyph} {status.word}", f"bold {status.style}"),
        gap,
        _elapsed(incident, now),
    ]
    spoken = incident.public_updates
    if incident.is_open:
        if spoken:
            parts += [gap, ("said " if narrow else "last word ", "$faint")]
            parts.append(f"{brief(now - spoken[-1].shown)} ago")
        elif not (narrow and incident.waiting):
            parts += [gap, ("nobody outside knows", "bold $internal")]
        due = next_word(incident, cadence)
        if due:
            parts += [gap, *_countdown(due, now, narrow=narrow)]
    if incident.waiting:
        parts += [
            gap,
            (f" {len(incident.waiting)} not public yet ", "bold $background on $waiting"),
        ]
    return show.line(*parts)


def _countdown(due: Due, now: datetime, *, narrow: bool) -> list[show.Part]:
    urgency = due.urgency(now)
    name = "next" if narrow else "next word"
    if urgency == "late":
        return [(f" {name} overdue {brief(now - due.at)} ", "bold $background on $due-late")]
    return [(f"{name} in ", "$faint"), (brief(due.at - now, up=True), f"bold $due-{urgency}")]


def _elapsed(incident: Incident, now: datetime) -> show.Part:
    begun = incident.started_at or incident.first_public_at or incident.declared_at
    ended = now if incident.is_open else incident.resolved_at
    if begun is None or ended is None:
        return ""
    return brief(ended - begun) if incident.is_open else f"lasted {brief(ended - begun)}"


def brief(span: timedelta, *, up: bool = False) -> str:
    """``45s``, ``12m``, ``3h12m``, ``2d4h``: whole units that have passed.

    Args:
        up: count what is begun as whole, for what is still to come.
    """
    seconds = max(0, int(span.total_seconds()))
    if seconds < 60:
        return f"{seconds}s"
    minutes = -(-seconds // 60) if up else seconds // 60
    if minutes < 60:
        return f"{minutes}m"
    hours, minutes = divmod(minutes, 60)
    if hours < 24:
        return f"{hours}h{minutes:02}m"
    return f"{hours // 24}d{hours % 24}h"
