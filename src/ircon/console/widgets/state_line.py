"""The state lines of an incident: what customers see, and when the next update is due."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta, tzinfo
from typing import Final, NamedTuple

from rich.cells import cell_len
from textual.content import Content

from ircon.console import safe_content, styles, time_format
from ircon.desk.cadence import Deadline
from ircon.incident.promise import MAINTENANCE
from ircon.incident.state import Incident


class _Phrase(NamedTuple):
    """A phrase that is never broken, in ever shorter forms; an empty form omits it."""

    style: str
    forms: tuple[str, ...]

    def at(self, step: int) -> str:
        return self.forms[min(step, len(self.forms) - 1)]


_GAPS: Final = (4, 2, 2, 2)  # cells between two phrases, for each step of shortening


def state_lines(
    incident: Incident, due: Deadline | None, now: datetime, zone: tzinfo, width: int
) -> Content:
    """Render impact, status, duration and pending updates; then the next and the last update.

    Args:
        incident: its current state.
        due: the next update due, if there is a deadline.
        now: by the desk's clock; zone: the time zone.
        width: cells of a line.
    """
    phrases = [
        _impact(incident),
        _status(incident),
        _elapsed(incident, now),
    ]
    if incident.pending_updates:
        count = len(incident.pending_updates)
        forms = (f" {count} not public yet ", f" {count} not public ")
        phrases.append(_Phrase("bold $background on $waiting", forms))
    rows = _fitted(phrases, width)
    if incident.is_open:
        rows += _fitted([*_countdown(due, now, zone), _last_update(incident, now)], width)
    return safe_content.lines(rows)


def _status(incident: Incident) -> _Phrase:
    """Return the status that customers see; an incident closed without an update is not green."""
    if incident.closed:
        shown = f", on the page {incident.status}" if incident.is_public else ""
        return _Phrase("bold $faint", (f"· closed here{shown}", "· closed here"))
    status = styles.status(incident.status)
    return _Phrase(f"bold {status.colour}", (f"{status.glyph} {status.label}",))


def _fitted(phrases: Sequence[_Phrase], width: int) -> list[Content]:
    """Fit phrases on one line, shortened as far as needed; at worst, break between two phrases."""
    for step, gap in enumerate(_GAPS):
        texts = [(phrase.at(step), phrase.style) for phrase in phrases if phrase.at(step)]
        rows: list[list[tuple[str, str]]] = [[]]
        room = width
        for text, style in texts:
            need = cell_len(text) + (gap if rows[-1] else 1)
            if need > room and rows[-1]:
                rows.append([])
                room, need = width, cell_len(text) + 1
            rows[-1].append((" " * (gap if rows[-1] else 1), ""))
            rows[-1].append((text, style))
            room -= need
        if len(rows) == 1:
            break
    return [safe_content.line(*row) for row in rows]


def _impact(incident: Incident) -> _Phrase:
    impact = styles.impact(incident.impact)
    if incident.impact not in {None, "none"}:
        return _Phrase(
            f"bold $background on {impact.colour}", (f" {impact.glyph} {impact.label} ",)
        )
    return _Phrase(impact.colour, ("· No impact" if incident.impact else "· impact not set",))


def _last_update(incident: Incident, now: datetime) -> _Phrase:
    published = incident.public_updates
    if not published:
        return _Phrase("bold $internal", ("nothing public yet", "nothing public"))
    ago = time_format.since(published[-1].shown, now)
    return _Phrase("$faint", (f"last update {ago} ago", f"updated {ago} ago"))


def _countdown(due: Deadline | None, now: datetime, zone: tzinfo) -> list[_Phrase]:
    """Return ``next update by 14:30 (in 12 min)``, and the reason for the deadline."""
    if due is None:
        return []
    at = time_format.clock(due.at, zone)
    if abs(due.at - now) >= timedelta(hours=20):
        at = time_format.date_and_time(due.at, zone)
    urgency = due.urgency(now)
    name = "maintenance begins" if due.what == MAINTENANCE else "next update"
    if urgency == "late":
        late = f"{time_format.overdue(due.at, now)} ({at})"
        full, short = f" {name} {late} ", f" {late} "
        style = "bold $background on $due-late"
    else:
        full = short = f"{name} by {at} (in {time_format.until(due.at, now)})"
        style = f"bold $due-{urgency}"
    return [_Phrase(style, (full, full, full, short)), _Phrase("$faint", _reason(due, zone))]


def _reason(due: Deadline, zone: tzinfo) -> tuple[str, ...]:
    """Return why an update is due: a promise or the cadence."""
    if due.promised_at:
        promised = time_format.clock(due.promised_at, zone)
        return f"promised in the {promised} update", f"promised at {promised}", ""
    return f"cadence: {due.cadence}", f"cadence: {due.cadence}", ""


def _elapsed(incident: Incident, now: datetime) -> _Phrase:
    begun, ended = incident.elapsed_since, incident.resolved_at
    if begun and incident.is_open:
        return _Phrase("", (f"open for {time_format.since(begun, now)}",))
    return _Phrase("", (f"lasted {time_format.lasted(begun, ended)}" if begun and ended else "",))
