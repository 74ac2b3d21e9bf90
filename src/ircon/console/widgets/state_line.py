"""How it stands, in two lines: what customers see, and when the next word is due."""

from __future__ import annotations

from datetime import datetime, timedelta, tzinfo

from textual.content import Content

from ircon.console import look, show, timing
from ircon.desk.due import Due
from ircon.incident.promise import MAINTENANCE
from ircon.incident.state import Incident
from ircon.incident.times import words


def state_lines(
    incident: Incident, due: Due | None, now: datetime, zone: tzinfo, *, narrow: bool
) -> Content:
    """Impact, status, elapsed and what is not public yet; then next word and last word.

    Args:
        incident: as it stands.
        due: the next word, if somebody waits for one.
        now: by the desk's clock; zone: in which times are written.
        narrow: whether there are 80 cells for it.
    """
    gap = "  " if narrow else "    "
    status = look.status(incident.status)
    parts: list[show.Part] = [" ", _impact(incident), gap]
    parts += [(f"{status.glyph} {status.word}", f"bold {status.style}"), gap]
    parts.append(_elapsed(incident, now))
    if incident.waiting:
        waiting = f" {len(incident.waiting)} not public yet "
        parts += [gap, (waiting, "bold $background on $waiting")]
    rows = [show.line(*parts)]
    if incident.is_open:
        rows.append(show.line(" ", *_words(incident, due, now, zone, narrow=narrow)))
    return show.lines(rows)


def _impact(incident: Incident) -> show.Part:
    impact = look.impact(incident.impact)
    if incident.impact not in {None, "none"}:
        return (f" {impact.glyph} {impact.word} ", f"bold $background on {impact.style}")
    return ("· No impact" if incident.impact else "· impact not said", impact.style)


def _words(
    incident: Incident, due: Due | None, now: datetime, zone: tzinfo, *, narrow: bool
) -> list[show.Part]:
    """The next word to customers and the last one."""
    parts: list[show.Part] = []
    if due:
        parts += [*_countdown(due, now, zone, narrow=narrow), "  " if narrow else "    "]
    spoken = incident.public_updates
    if spoken:
        last = "said" if narrow and due else "last word"
        parts.append((f"{last} {timing.since(spoken[-1].shown, now)} ago", "$faint"))
    else:
        parts.append(("nobody outside knows", "bold $internal"))
    return parts


def _countdown(due: Due, now: datetime, zone: tzinfo, *, narrow: bool) -> list[show.Part]:
    """``next update by 14:30 (in 12 min)``, and who says so."""
    at, left = timing.clock(due.at, zone), due.at - now
    if abs(left) >= timedelta(hours=20):
        at = timing.moment(due.at, zone)
    urgency = due.urgency(now)
    name = "maintenance begins" if due.what == MAINTENANCE else "next update"
    if urgency == "late":
        late = now - due.at
        by = f"missed by {words(late)}" if late >= timedelta(minutes=1) else "is due now"
        said = (f" {name} {by} ({at}) ", "bold $background on $due-late")
    else:
        said = (f"{name} by {at} (in {timing.until(due.at, now)})", f"bold $due-{urgency}")
    return [said, (f"  {_reason(due, zone, narrow=narrow)}", "$faint")]


def _reason(due: Due, zone: tzinfo, *, narrow: bool) -> str:
    """Who says that a word is due."""
    if due.promised_at:
        promised = timing.clock(due.promised_at, zone)
        return f"promised at {promised}" if narrow else f"promised in the {promised} update"
    return f"cadence: {due.cadence}"


def _elapsed(incident: Incident, now: datetime) -> show.Part:
    begun = incident.started_at or incident.first_public_at or incident.declared_at
    ended = now if incident.is_open else incident.resolved_at
    if begun is None or ended is None:
        return ""
    span = timing.since(begun, ended)
    return f"open for {span}" if incident.is_open else f"lasted {span}"
