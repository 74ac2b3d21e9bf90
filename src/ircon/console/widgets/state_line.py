"""How it stands, in two lines: what customers see, and when the next word is due."""

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
    """What is never broken: in full, then shorter and shorter; an empty form leaves it out."""

    style: str
    forms: tuple[str, ...]

    def at(self, step: int) -> str:
        return self.forms[min(step, len(self.forms) - 1)]


_GAPS: Final = (4, 2, 2, 2)  # cells between two phrases, for each step of shortening


def state_lines(
    incident: Incident, due: Deadline | None, now: datetime, zone: tzinfo, width: int
) -> Content:
    """Impact, status, elapsed and what is not public yet; then next word and last word.

    Args:
        incident: as it stands.
        due: the next word, if somebody waits for one.
        now: by the desk's clock; zone: in which times are written.
        width: cells there are for a line.
    """
    stands = [
        _impact(incident),
        _standing(incident),
        _elapsed(incident, now),
    ]
    if incident.pending_updates:
        count = len(incident.pending_updates)
        said = (f" {count} not public yet ", f" {count} not public ")
        stands.append(_Phrase("bold $background on $waiting", said))
    rows = _fitted(stands, width)
    if incident.is_open:
        rows += _fitted([*_countdown(due, now, zone), _last_word(incident, now)], width)
    return safe_content.lines(rows)


def _standing(incident: Incident) -> _Phrase:
    """What customers see; an end that they were not told of is no green one."""
    if incident.closed:
        shown = f", on the page {incident.status}" if incident.is_public else ""
        return _Phrase("bold $faint", (f"· closed here{shown}", "· closed here"))
    status = styles.status(incident.status)
    return _Phrase(f"bold {status.colour}", (f"{status.glyph} {status.label}",))


def _fitted(phrases: Sequence[_Phrase], width: int) -> list[Content]:
    """On one line, shortened as far as needed; at worst, broken between two phrases."""
    for step, gap in enumerate(_GAPS):
        said = [(phrase.at(step), phrase.style) for phrase in phrases if phrase.at(step)]
        rows: list[list[tuple[str, str]]] = [[]]
        room = width
        for words, style in said:
            need = cell_len(words) + (gap if rows[-1] else 1)
            if need > room and rows[-1]:
                rows.append([])
                room, need = width, cell_len(words) + 1
            rows[-1].append((" " * (gap if rows[-1] else 1), ""))
            rows[-1].append((words, style))
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
    return _Phrase(impact.colour, ("· No impact" if incident.impact else "· impact not said",))


def _last_word(incident: Incident, now: datetime) -> _Phrase:
    spoken = incident.public_updates
    if not spoken:
        return _Phrase("bold $internal", ("nobody outside knows", "nothing public"))
    ago = time_format.since(spoken[-1].shown, now)
    return _Phrase("$faint", (f"last word {ago} ago", f"said {ago} ago"))


def _countdown(due: Deadline | None, now: datetime, zone: tzinfo) -> list[_Phrase]:
    """``next update by 14:30 (in 12 min)``, and who says so."""
    if due is None:
        return []
    at = time_format.clock(due.at, zone)
    if abs(due.at - now) >= timedelta(hours=20):
        at = time_format.moment(due.at, zone)
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
    """Who says that a word is due."""
    if due.promised_at:
        promised = time_format.clock(due.promised_at, zone)
        return f"promised in the {promised} update", f"promised at {promised}", ""
    return f"cadence: {due.cadence}", f"cadence: {due.cadence}", ""


def _elapsed(incident: Incident, now: datetime) -> _Phrase:
    begun, ended = incident.elapsed_since, incident.resolved_at
    if begun and incident.is_open:
        return _Phrase("", (f"open for {time_format.since(begun, now)}",))
    return _Phrase("", (f"lasted {time_format.lasted(begun, ended)}" if begun and ended else "",))
