"""Handover page for the next on-call engineer. Internal."""

from __future__ import annotations

from datetime import datetime, tzinfo
from typing import Final

from ircon.incident.state import Incident
from ircon.incident.text import safe_line
from ircon.incident.times import format_duration
from ircon.incident.vocabulary import COMPONENT_STATUSES, STATUSES
from ircon.writing.terminal_views import delivery_words
from ircon.writing.text_format import NOT_SET, moment

LAST_NOTES: Final = 5


def handover(incident: Incident, zone: tzinfo, now: datetime) -> str:
    """The state of things, who does what, what is not public yet, and the last notes."""
    day = now.astimezone(zone).date()
    said = incident.public_updates
    since = incident.elapsed_since
    status = f"{STATUSES[incident.status].label}, impact {safe_line(incident.impact or NOT_SET)}"
    lines = [f"{safe_line(incident.name)} ({incident.id}): {status}"]
    if incident.deleted_at:
        lines.append(f"Deleted on the page, seen {moment(incident.deleted_at, zone, day)}.")
    if incident.closed:
        lines.append(f"Closed here at {moment(incident.closed.at, zone, day)}; nothing was sent.")
    elif incident.resolved_at:
        lines.append(f"Resolved since {moment(incident.resolved_at, zone, day)}.")
    elif since:
        lines.append(f"Since {moment(since, zone, day)}, for {format_duration(now - since)}.")
    if said:
        at = said[-1].shown
        lines.append(f"Last update at {moment(at, zone, day)}, {format_duration(now - at)} ago.")
    else:
        lines.append("No update is public yet.")
    lines += [
        f"{safe_line(one.path)}: {COMPONENT_STATUSES[one.status or 'operational'].label}"
        for one in incident.not_operational
    ]
    lines += [f"{safe_line(role)}: {safe_line(who)}" for role, who in incident.roles.items()]
    lines += [
        f"Outgoing: {safe_line(update.id)} {delivery_words(update, zone, day)}"
        for update in incident.pending_updates
    ]
    notes = [note for note in incident.notes if not note.retracted]
    last = {note.event_id for note in notes[-LAST_NOTES:]}
    lines += [
        f"{moment(note.at, zone, day)}: {safe_line(note.text.internal)}"
        + (f" ({note.ending})" if note.ending else "")
        for note in notes
        if note.pinned or note.event_id in last
    ]
    open_actions = [action for action in incident.actions if not action.done]
    lines += [f"To do: {safe_line(action.text.internal)}" for action in open_actions]
    return "\n".join(lines) + "\n"
