"""Blocks of a postmortem that are written from the record: timelines, tables, lists.

A template names them like metrics: ``{{timeline}}``, ``{{actions}}``. What the
record lacks is a visible hole, never a sentence.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, tzinfo
from itertools import pairwise
from typing import Final

from ircon.incident.metrics import OUTAGES, Metrics, component_labels, impact_window
from ircon.incident.promise import KEPT, UPDATE, Promise
from ircon.incident.state import Action, Incident
from ircon.incident.times import format_minutes
from ircon.incident.vocabulary import STATUSES, status_phase
from ircon.writing.customer_view import PublicRecord, PublicUpdate, public_record
from ircon.writing.figures import IMPACT_WORDS
from ircon.writing.markdown import bullets, inline, numbered, table
from ircon.writing.placeholders import hole
from ircon.writing.public_lines import TimelineLine, internal_lines, public_lines
from ircon.writing.text_format import clock, joined, lasted, moment, names, promise_words

# By phases, before and after: the sentence that the change itself gives.
_TURNED_BACK: Final = {
    ("monitoring", "active"): "again: the fix did not hold.",
    ("closed", "active"): "again: it was reopened.",
    ("closed", "monitoring"): "again: it was reopened.",
}
# By status: what an update of it leaves open.
_LEFT_OPEN: Final = {
    "identified": "what the cause was, and how it was found",
    "monitoring": "what was changed",
    "verifying": "what was changed",
    "resolved": "how it was made sure that it is resolved",
    "completed": "how it was made sure that it is resolved",
}


def public_blocks(
    incident: Incident,
    metrics: Metrics,
    zone: tzinfo,
    promises: Sequence[Promise] | None = None,
) -> dict[str, str]:
    """The pieces for customers, by name; no internal text is in them."""
    record = public_record(incident)
    chosen = [line for line in public_lines(incident) if line.chosen]
    count = len(incident.actions)
    gaps = [
        hole(f"action {number} of {count}: verb and outcome, team or role, date")
        for number in range(1, count + 1)
    ]
    return {
        **_timelines(chosen, zone, _day(incident, zone)),
        **_public_facts(incident, record, metrics, zone, promises),
        "actions": bullets(gaps or [hole("an action: verb and outcome, team or role, date")]),
    }


def internal_blocks(
    incident: Incident,
    metrics: Metrics,
    zone: tzinfo,
    promises: Sequence[Promise] | None = None,
) -> dict[str, str]:
    """The pieces for readers inside: every entry verbatim."""
    record = public_record(incident)
    people = [f"{inline(role)}: {inline(person)}" for role, person in incident.roles.items()]
    return {
        **_timelines(internal_lines(incident), zone, _day(incident, zone)),
        **_public_facts(incident, record, metrics, zone, promises),
        "actions": bullets(map(_action, incident.actions))
        or bullets([hole("an action: verb and outcome, owner, date, ticket")]),
        "name": inline(incident.name),
        "severity": inline(incident.severity or "") or hole("severity"),
        "status": STATUSES[incident.status].label,
        "responders": bullets(people) or hole("who responded, and in which role"),
    }


def _day(incident: Incident, zone: tzinfo) -> date | None:
    start = impact_window(incident).start
    return start.astimezone(zone).date() if start else None


def _timelines(lines: Sequence[TimelineLine], zone: tzinfo, day: date | None) -> dict[str, str]:
    """Return a timeline in the three shapes that templates use."""
    if not lines:
        gap = hole("the timeline: when, with the time zone, and what")
        return {"timeline": gap, "sequence": gap, "timeline_table": gap}
    rows = [(moment(line.at, zone, day), line.words) for line in lines]
    items = [f"{at}: {words}" for at, words in rows]
    return {
        "timeline": bullets(items),
        "sequence": numbered(items),
        "timeline_table": table(("Time", "What happened"), rows),
    }


def _public_facts(
    incident: Incident,
    record: PublicRecord,
    metrics: Metrics,
    zone: tzinfo,
    promises: Sequence[Promise] | None,
) -> dict[str, str]:
    """Return the blocks that come from the public record and the milestones alone."""
    day = _day(incident, zone)
    return {
        "window_check": _window_check(incident, record, metrics, zone, day),
        "detection": (
            f"It was noticed at {moment(incident.detected_at, zone, day)}: "
            f"{hole('by which alert, check or person')}."
            if incident.detected_at
            else hole("when it was noticed, and by whom or what")
        ),
        "first_word": _first_word(record, metrics, zone, day),
        "course": _course(record, zone, day),
        "communication": _communication(record, metrics, zone, day, promises),
        "component_table": _component_table(incident, record, metrics),
    }


def _window_check(
    incident: Incident, record: PublicRecord, metrics: Metrics, zone: tzinfo, day: date | None
) -> str:
    """Return placeholders for ends that only an update states, and for a resolution in between."""
    span = impact_window(incident)
    gaps = []
    if span.start and not span.start_stated:
        gaps.append(f"{clock(span.start, zone, day)} is the first update: when did it begin?")
    if span.end and not span.end_stated:
        label = STATUSES[record.status].label
        gaps.append(f"{clock(span.end, zone, day)} is {label}: when did it end for customers?")
    if span.end and metrics.closed_between_min:
        closed = format_minutes(metrics.closed_between_min)
        gaps.append(f"it was shown as resolved for {closed} of that: were customers affected then?")
    return " ".join(map(hole, gaps))


def _first_word(record: PublicRecord, metrics: Metrics, zone: tzinfo, day: date | None) -> str:
    if not record.updates:
        return hole("when the first public update was posted")
    after = metrics.time_to_first_update_min
    lag = "" if after is None or after < 0 else f", {format_minutes(after)} after it began"
    return f"The first public update was posted at {moment(record.updates[0].at, zone, day)}{lag}."


def _course(record: PublicRecord, zone: tzinfo, day: date | None) -> str:
    """Return the steps of the repair; one that did not hold is marked (CHECKS, P20)."""
    items = []
    before = ""
    for update in record.updates:
        heading = f"{moment(update.at, zone, day)}: {STATUSES[update.status].label}"
        turned_back = _TURNED_BACK.get((status_phase(before), status_phase(update.status)))
        if turned_back:
            items.append(f"{heading} {turned_back} {hole('why, and what was done then')}")
        elif before != update.status and update.status in _LEFT_OPEN:
            items.append(f"{heading}. {hole(_LEFT_OPEN[update.status])}")
        before = update.status
    return bullets(items) or hole("what was done, and when")


def _communication(
    record: PublicRecord,
    metrics: Metrics,
    zone: tzinfo,
    day: date | None,
    promises: Sequence[Promise] | None,
) -> str:
    if not record.updates:
        return hole("which updates customers got, and when")
    gaps = ["–", *(lasted(a.at, b.at) for a, b in pairwise(record.updates))]
    head = ["Time", "Status", "Since the previous one"]
    rows = [
        [moment(update.at, zone, day), STATUSES[update.status].label, gap]
        for update, gap in zip(record.updates, gaps, strict=True)
    ]
    dated = [promise for promise in promises or () if promise.kind == UPDATE and promise.due]
    if dated:
        head.append("Next update promised for")
        for row, update in zip(rows, record.updates, strict=True):
            made = [promise for promise in dated if _made(promise, update)]
            row.append("; ".join(_promised(promise, zone, day) for promise in made))
    longest = metrics.max_update_gap_min
    silence = "" if longest is None else f"; the longest gap was {format_minutes(longest)}"
    count = f"{metrics.updates} update{'' if metrics.updates == 1 else 's'}"
    return f"{table(head, rows)}\n\n{count}{silence}. {_kept(dated, looked=promises is not None)}"


def _made(promise: Promise, update: PublicUpdate) -> bool:
    if promise.entry:
        return promise.entry == update.entry
    return promise.made_at == update.at


def _promised(promise: Promise, zone: tzinfo, day: date | None) -> str:
    due = moment(promise.due, zone, day) if promise.due else ""
    return f"{due}: {promise_words(promise)}"


def _kept(promises: Sequence[Promise], *, looked: bool) -> str:
    """Return how many promises of a next update were kept; the table says which."""
    if not looked:
        return hole("which promises of a next update were kept")
    if not promises:
        return "No update named a time for the next one."
    kept_count = sum(promise.state == KEPT for promise in promises)
    times = "time" if len(promises) == 1 else "times"
    return (
        f"Of {len(promises)} promised {times} for a next update, "
        f"{kept_count} {'was' if kept_count == 1 else 'were'} kept."
    )


def _component_table(incident: Incident, record: PublicRecord, metrics: Metrics) -> str:
    """Return a table of each component's worst status; those without one are left open."""
    labelled = component_labels(incident)
    rows, open_ones = [], []
    for component, name in zip(record.components, names(record.components), strict=True):
        label = labelled[component.id]
        if label not in metrics.component_downtime_min or component.id not in record.worst:
            open_ones.append(inline(name))
            continue
        length = "not at all"
        if label in metrics.components_out:
            still = record.resolved_at is None and component.status in OUTAGES
            minutes = metrics.component_downtime_min[label]
            length = hole("how long: it is not resolved") if still else format_minutes(minutes)
        worst = IMPACT_WORDS.get(record.worst[component.id], "operational")
        rows.append((inline(name), worst, length))
    parts = [table(("Component", "At worst", "Shown as unavailable"), rows)] if rows else []
    if open_ones:
        parts.append(f"{joined(open_ones)}: {hole('how each was affected, and for how long')}")
    return "\n\n".join(parts) or hole("which components were affected, and for how long")


def _action(action: Action) -> str:
    gaps = (
        inline(action.owner) if action.owner else hole("owner"),
        inline(action.due) if action.due else hole("date"),
        inline(action.ticket) if action.ticket else hole("ticket"),
    )
    done = " Done." if action.done else ""
    return f"{inline(action.text.internal)} ({', '.join(gaps)}).{done}"
