"""Timeline of a postmortem, for customers and for internal readers, from separate sources.

For the public, an internal entry gives its time and a visible hole; its text is
not read here at all. For readers inside, every entry is written out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Final

from ircon.incident.event import INTERNAL
from ircon.incident.state import Entry, Incident
from ircon.incident.text import InternalText
from ircon.incident.vocabulary import MILESTONES, PUBLIC_DELIVERIES, STATUSES
from ircon.writing.customer_view import PublicUpdate, public_record
from ircon.writing.markdown import inline
from ircon.writing.placeholders import hole
from ircon.writing.text_format import REACHED, moment

_MILESTONE_HOLES: Final = {
    "started": "the impact began: what customers saw first",
    "detected": "it was noticed: who or what noticed it, and how",
    "acknowledged": "it was acknowledged: by which team, and what they did first",
    "ended": "the impact ended: what had been changed",
}
_ENTRY_ID: Final = re.compile(r"[a-z][0-9]{1,9}(-[0-9A-Z]{4})?")
_LABELS: Final = {"page_changed": "Changed on the page"}
_NEVER_TAKEN: Final = frozenset({"postmortem_saved", "declared", "milestone"})


@dataclass(frozen=True, slots=True)
class TimelineLine:
    """A line of a timeline.

    Attributes:
        entry: the id it has in the timeline; None for a milestone that no entry records.
        words: Markdown on one line: quoted text, or a placeholder.
        chosen: whether a draft includes it by default: published updates,
            milestones, and pinned entries.
    """

    entry: str | None
    at: datetime
    visibility: str
    words: str
    chosen: bool = True


@dataclass(frozen=True, slots=True)
class Insertion:
    """A line of Markdown that the editor inserts for an entry."""

    entry: str | None
    at: datetime
    visibility: str
    text: str


def public_lines(incident: Incident) -> list[TimelineLine]:
    """Return the published updates verbatim, and of internal entries only the time."""
    published = {update.event_id: update for update in public_record(incident).updates}
    lines = _moments(incident)
    for entry in incident.entries:
        if entry.event_id in published:
            update = published[entry.event_id]
            lines.append(TimelineLine(entry.id, update.at, entry.visibility, _quoted(update)))
        elif entry.visibility == INTERNAL and not (entry.retracted or entry.kind in _NEVER_TAKEN):
            # An id may come from somebody else's recording: anything could be in it.
            which = entry.id if _ENTRY_ID.fullmatch(entry.id) else "an entry"
            gap = hole(f"{which}, in words for customers")
            lines.append(TimelineLine(entry.id, entry.at, INTERNAL, gap, entry.pinned))
    return sorted(lines, key=lambda line: line.at)


def internal_lines(incident: Incident) -> list[TimelineLine]:
    """Return every entry verbatim, for internal readers only."""
    endings = {note.event_id: note.ending for note in incident.notes}
    lines = [
        TimelineLine(
            entry.id,
            entry.at,
            entry.visibility,
            _written_out(entry, endings.get(entry.event_id, "")),
        )
        for entry in incident.entries
        if not (entry.retracted or entry.kind in {"postmortem_saved", "postmortem"})
    ]
    if incident.started_at and not _marks(incident, incident.started_at):
        lines.append(TimelineLine(None, incident.started_at, INTERNAL, MILESTONES["started"]))
    return sorted(lines, key=lambda line: line.at)


def entries_for_insert(incident: Incident, zone: tzinfo) -> list[Insertion]:
    """Return the lines that the editor of a public postmortem offers, oldest first."""
    return [
        Insertion(line.entry, line.at, line.visibility, f"{moment(line.at, zone)}: {line.words}")
        for line in public_lines(incident)
    ]


def _moments(incident: Incident) -> list[TimelineLine]:
    lines = []
    for name, words in _MILESTONE_HOLES.items():
        at = getattr(incident, f"{name}_at")
        if at is not None:
            marks = _marks(incident, at)
            lines.append(TimelineLine(marks[0].id if marks else None, at, INTERNAL, hole(words)))
    return lines


def _marks(incident: Incident, at: datetime) -> list[Entry]:
    """Return the milestones set at an instant; none where the declaration stated it."""
    return [
        entry
        for entry in incident.entries
        if entry.kind == "milestone" and entry.at == at and not entry.retracted
    ]


def _quoted(update: PublicUpdate) -> str:
    return f"{STATUSES[update.status].label}: {inline(update.body.public)}"


def _written_out(entry: Entry, ending: str) -> str:
    if isinstance(entry.text, InternalText):
        by = ", ".join([inline(entry.author), *([ending] if ending else [])])
        return f"{inline(entry.text.internal)} ({by})"
    label = STATUSES[entry.status].label if entry.status else _LABELS.get(entry.kind, "Declared")
    if entry.delivery and entry.delivery not in PUBLIC_DELIVERIES:
        label += f" ({REACHED[entry.delivery]})"
    return f"{label}: {inline(entry.text.public)}"
