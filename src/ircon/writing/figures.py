"""Placeholders' values for a postmortem, from the public record and the milestones.

Each is computed here and nowhere else, so every number of a draft can be traced to its
name.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, tzinfo
from typing import Final, NamedTuple

from ircon.incident.metrics import OUTAGES, ImpactWindow, Metrics, component_labels, impact_window
from ircon.incident.state import Incident
from ircon.incident.times import format_minutes
from ircon.writing.component_outcomes import affected_words
from ircon.writing.customer_view import PublicRecord, public_record
from ircon.writing.markdown import inline
from ircon.writing.metrics_table import MEASURES
from ircon.writing.placeholders import hole, holes
from ircon.writing.text_format import component_words, joined, moment, names

# By component status, then by the page's impact. The word "outage" is kept for a
# major one (CHECKS, L4 and U14).
IMPACT_WORDS: Final = {
    "degraded_performance": "degraded performance",
    "partial_outage": "partial unavailability",
    "major_outage": "an outage",
    "under_maintenance": "maintenance",
    "minor": "degraded performance",
    "major": "partial unavailability",
    "critical": "an outage",
    "maintenance": "maintenance",
}

_END: Final = "when the impact ended"


class Figure(NamedTuple):
    """A value from the record: its name in templates, its label, and its text."""

    name: str
    label: str
    text: str


def figures(incident: Incident, metrics: Metrics, zone: tzinfo) -> list[Figure]:
    """Return the figures that the record has, as Markdown, for the editor's list."""
    return [
        Figure(name, label, text)
        for name, (label, text) in catalogue(incident, metrics, zone).items()
        if text is not None and not holes(text)
    ]


def catalogue(
    incident: Incident, metrics: Metrics, zone: tzinfo
) -> dict[str, tuple[str, str | None]]:
    """Return all figures by name: the label, and the text; None where the record lacks it."""
    record = public_record(incident)
    span = impact_window(incident)
    day = span.start.astimezone(zone).date() if span.start else None
    times = {
        "detected": ("when it was noticed", incident.detected_at),
        "acknowledged": ("when it was acknowledged", incident.acknowledged_at),
        "first_update": ("when the first update was published", _first(record)),
        "identified": ("when the cause was known", _first(record, "identified")),
        "monitoring": ("when a fix was in place", _first(record, "monitoring", "verifying")),
        "resolved": ("when it was resolved", record.resolved_at),
    }
    values = {
        "title": ("the incident's public name", _quoted(record.title or "")),
        "impact_words": ("the impact, in customers' words", _impact_words(record)),
        "affected": ("how each component was affected", affected_words(incident, record, metrics)),
        "components": ("the components affected", _quoted(component_words(record.components))),
        "all_components": ("each component affected", _quoted(joined(names(record.components)))),
        **_window(span, zone),
    }
    for name, (label, at) in times.items():
        values[name] = (label, moment(at, zone, day) if at else None)
    for measure in MEASURES:
        values[measure.figure] = (measure.label, measure.words(metrics) if record.updates else None)
    labelled = component_labels(incident)
    for number, component in enumerate(record.components, 1):
        label = labelled[component.id]
        if label in metrics.components_out and (
            record.resolved_at or component.status not in OUTAGES
        ):
            minutes = metrics.component_downtime_min[label]
            values[f"downtime_{number}"] = (f"how long {label} was out", format_minutes(minutes))
    return values


def _quoted(text: str) -> str | None:
    return inline(text) or None


def _first(record: PublicRecord, *statuses: str) -> datetime | None:
    """Return when an update of these statuses was first shown; without any, the first update."""
    times = (update.at for update in record.updates if not statuses or update.status in statuses)
    return next(times, None)


def _impact_words(record: PublicRecord) -> str | None:
    """Return the impact that all components share; None where they differ."""
    worst = {record.worst.get(component.id) for component in record.components}
    if any(worst):
        return IMPACT_WORDS.get(next(iter(worst)) or "") if len(worst) == 1 else None
    return IMPACT_WORDS.get(record.impact or "") if record.updates else None


def _window(span: ImpactWindow, zone: tzinfo) -> dict[str, tuple[str, str | None]]:
    """The parts of ``2026-03-02, 14:05-15:10 CET (13:05-14:10 UTC, 65 min)``."""
    values: dict[str, str] = {}
    if span.start:
        start = span.start.astimezone(zone)
        values = {
            "date": f"{start:%Y-%m-%d}",
            "start": f"{start:%H:%M}",
            "zone": f"{start:%Z}",
            "start_utc": _hours(span.start, UTC, start.date()),
            "window": f"{moment(span.start, zone, start.date())} to {hole(_END)}",
        }
        if span.end:
            end = span.end.astimezone(zone)
            if end.tzname() != start.tzname():  # clocks were changed in between
                values |= {"start": f"{start:%H:%M %Z}", "zone": f"{end:%Z}"}
            utc_day = span.start.astimezone(UTC).date()
            values |= {
                "end": _hours(span.end, zone, start.date()),
                "end_utc": _hours(span.end, UTC, utc_day),
            }
            if span.minutes is not None:
                values["n"] = str(int(span.minutes + 0.5)) if span.minutes >= 1 else "under 1"
                values["lasted"] = format_minutes(span.minutes)
            values["window"] = _span_words(values)
    labels = {
        "date": "the day",
        "start": "when the impact began",
        "end": _END,
        "zone": "the time zone",
        "start_utc": "when the impact began, in UTC",
        "end_utc": "when the impact ended, in UTC",
        "n": "how many minutes it lasted",
        "window": "when the impact began and ended, with the time zone",
    }
    return {name: (label, values.get(name)) for name, label in labels.items()}


def _hours(instant: datetime, zone: tzinfo, day: date) -> str:
    here = instant.astimezone(zone)
    return f"{here:%H:%M}" if here.date() == day else f"{here:%Y-%m-%d %H:%M}"


def _span_words(values: dict[str, str]) -> str:
    """Two clock times with a hyphen between them, unless more than clock times."""
    length = values.get("lasted") or hole("how long it lasted")
    spans = [
        f"{start}-{end}" if " " not in start + end else f"{start} to {end}"
        for start, end in (
            (values["start"], values["end"]),
            (values["start_utc"], values["end_utc"]),
        )
    ]
    if values["zone"] == "UTC":
        return f"{spans[0]} UTC ({length})"
    return f"{spans[0]} {values['zone']} ({spans[1]} UTC, {length})"
