"""Summary of the selected incident, beside the list."""

from __future__ import annotations

from datetime import datetime, tzinfo
from typing import TYPE_CHECKING

from textual.content import Content

from ircon.console import safe_content, styles, time_format

if TYPE_CHECKING:
    from ircon.desk.cadence import Deadline
    from ircon.incident.state import Incident

_LENGTH = 420  # characters of the last update that are shown


def summary(incident: Incident, due: Deadline | None, zone: tzinfo, now: datetime) -> Content:
    """Render name, state, times, next update due, components and the last public update."""
    impact, status = styles.impact(incident.impact), styles.status(incident.status)
    rows = [
        safe_content.line((incident.name, "bold")),
        safe_content.line(""),
        safe_content.line((f"{status.glyph} {status.label}", f"bold {status.colour}")),
        safe_content.line((f"{impact.glyph} {_impact_words(incident)}", impact.colour)),
        safe_content.line(""),
    ]
    for label, value in _facts(incident, due, zone, now):
        rows.append(safe_content.line((safe_content.pad(label, 12), "$faint"), value))
    if incident.components:
        rows += [safe_content.line(""), safe_content.line(("Components", "$faint"))]
        for component in incident.components[:8]:
            style = styles.level(component.status)
            rows.append(safe_content.line((f"{style.glyph} ", style.colour), component.path))
        if len(incident.components) > 8:
            rows.append(safe_content.line((f"and {len(incident.components) - 8} more", "$faint")))
    if incident.public_updates:
        last = incident.public_updates[-1]
        rows += [
            safe_content.line(""),
            safe_content.line(
                ("Last update ", "$faint"),
                (time_format.date_and_time(last.shown, zone), "$faint"),
            ),
            safe_content.block(_shortened(last.body.public)),
        ]
    return safe_content.lines(rows)


def _facts(
    incident: Incident, due: Deadline | None, zone: tzinfo, now: datetime
) -> list[tuple[str, str]]:
    begun, ended = incident.elapsed_since, incident.resolved_at
    facts = [("id", incident.id)]
    if incident.origin == "import":
        facts.append(("imported", "read-only"))
    if begun:
        facts.append(("began", time_format.date_and_time(begun, zone)))
    if begun and incident.is_open:
        facts.append(("open for", time_format.since(begun, now)))
    elif begun and ended:
        facts.append(("lasted", time_format.lasted(begun, ended)))
    if due:
        remaining = (
            f"in {time_format.until(due.at, now)}"
            if now < due.at
            else time_format.overdue(due.at, now)
        )
        facts.append(("next update", f"{time_format.clock(due.at, zone)}, {remaining}"))
    facts.append(("updates", str(len(incident.public_updates))))
    if incident.pending_updates:
        facts.append(("not public", str(len(incident.pending_updates))))
    if not incident.is_open and incident.kind == "incident":
        facts.append(("postmortem", incident.postmortem.state))
    if incident.severity:
        facts.append(("severity", incident.severity))
    return facts


def _impact_words(incident: Incident) -> str:
    if incident.impact is None:
        return "impact not set"
    return (
        "No impact"
        if incident.impact == "none"
        else f"{styles.impact(incident.impact).label} impact"
    )


def _shortened(text: str) -> str:
    return text if len(text) <= _LENGTH else f"{text[:_LENGTH]}…"
