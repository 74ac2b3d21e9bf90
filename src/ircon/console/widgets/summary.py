"""The chosen incident in a few lines, beside the list."""

from __future__ import annotations

from datetime import datetime, tzinfo
from typing import TYPE_CHECKING

from textual.content import Content

from ircon.console import look, show, timing

if TYPE_CHECKING:
    from ircon.desk.due import Due
    from ircon.incident.state import Incident

_WORDS = 420  # characters of the last update that are shown


def summary(incident: Incident, due: Due | None, zone: tzinfo, now: datetime) -> Content:
    """Name, state, times, the next word, components and the last public words."""
    impact, status = look.impact(incident.impact), look.status(incident.status)
    rows = [
        show.line((incident.name, "bold")),
        show.line(""),
        show.line((f"{status.glyph} {status.word}", f"bold {status.style}")),
        show.line((f"{impact.glyph} {_impact_words(incident)}", impact.style)),
        show.line(""),
    ]
    for label, value in _facts(incident, due, zone, now):
        rows.append(show.line((show.pad(label, 12), "$faint"), value))
    if incident.components:
        rows += [show.line(""), show.line(("Components", "$faint"))]
        for one in incident.components[:8]:
            looks = look.level(one.status)
            rows.append(show.line((f"{looks.glyph} ", looks.style), one.path))
        if len(incident.components) > 8:
            rows.append(show.line((f"and {len(incident.components) - 8} more", "$faint")))
    if incident.public_updates:
        last = incident.public_updates[-1]
        rows += [
            show.line(""),
            show.line(
                ("Customers read ", "$faint"),
                (timing.moment(last.shown, zone), "$faint"),
            ),
            show.block(_shortened(last.body.public)),
        ]
    return show.lines(rows)


def _facts(
    incident: Incident, due: Due | None, zone: tzinfo, now: datetime
) -> list[tuple[str, str]]:
    begun, ended = incident.begun_at, incident.resolved_at
    facts = [("id", incident.id)]
    if incident.origin == "import":
        facts.append(("imported", "read-only"))
    if begun:
        facts.append(("began", timing.moment(begun, zone)))
    if begun and incident.is_open:
        facts.append(("open for", timing.since(begun, now)))
    elif begun and ended:
        facts.append(("lasted", timing.lasted(begun, ended)))
    if due:
        left = f"in {timing.until(due.at, now)}" if now < due.at else timing.overdue(due.at, now)
        facts.append(("next word", f"{timing.clock(due.at, zone)}, {left}"))
    facts.append(("updates", str(len(incident.public_updates))))
    if incident.waiting:
        facts.append(("not public", str(len(incident.waiting))))
    if not incident.is_open and incident.kind == "incident":
        facts.append(("postmortem", incident.postmortem.state))
    if incident.severity:
        facts.append(("severity", incident.severity))
    return facts


def _impact_words(incident: Incident) -> str:
    if incident.impact is None:
        return "impact not said"
    return (
        "No impact" if incident.impact == "none" else f"{look.impact(incident.impact).word} impact"
    )


def _shortened(text: str) -> str:
    return text if len(text) <= _WORDS else f"{text[:_WORDS]}…"
