"""An incident for people at a terminal, as plain lines: linear, aligned, inert.

No colour is needed to read them: what is certainly public says PUBLIC, words for
the public that are not say "outgoing" and how far they got, all else is internal.
Foreign text passes ``safe``, and its lines are indented, so that none can pose as
one of ours.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, tzinfo
from typing import Final

from ircon.incident.event import PUBLIC
from ircon.incident.metrics import Metrics, MetricsSummary
from ircon.incident.promise import Promise
from ircon.incident.state import Action, Entry, Incident, Postmortem, SimilarIncident, Update
from ircon.incident.text import PublicText, safe, safe_line
from ircon.incident.times import format_minutes
from ircon.incident.vocabulary import COMPONENT_STATUSES, MILESTONES, PUBLIC_DELIVERIES, STATUSES
from ircon.writing.columns import aligned
from ircon.writing.customer_view import is_public
from ircon.writing.metrics_table import MEASURES, measured, promised
from ircon.writing.text_format import NOT_SET, REACHED, clock, moment, promise_words

_INDENT: Final = "    "
_KINDS: Final = {
    "declared": "declared",
    "page_changed": "changed on the page",
    "note": "note",
    "milestone": "milestone",
    "role": "role",
    "handover": "handover",
    "action": "action",
    "changed": "change",
    "closed": "closed",
    "postmortem_saved": "postmortem",
    "postmortem": "Postmortem",
}


def show_lines(
    incident: Incident,
    metrics: Metrics,
    zone: tzinfo,
    promises: Iterable[Promise] = (),
    similar: Iterable[SimilarIncident] = (),
) -> list[str]:
    """Everything about an incident; times in ``zone`` and in UTC."""
    waiting = [
        f"{safe_line(update.id)} {delivery_words(update, zone)}"
        for update in incident.pending_updates
    ]
    facts = [
        ("Status", _standing(incident, zone)),
        ("Impact", safe_line(incident.impact or NOT_SET)),
        ("Severity", safe_line(incident.severity or "not set")),
        ("Page", _page(incident, zone)),
        *_moments(incident, zone),
        *((safe_line(role).capitalize(), safe_line(who)) for role, who in incident.roles.items()),
        *(("Outgoing", words) for words in waiting),
        ("Postmortem", _postmortem(incident.postmortem, zone)),
    ]
    lines = [f"{incident.id}  {safe_line(incident.name)}", *aligned(facts)]
    lines += _part("Components", _components(incident))
    lines += _part("Timeline", timeline_lines(incident, zone))
    lines += _part("Promises", promise_lines(promises, zone))
    lines += _part("Actions", action_lines(incident.actions))
    lines += _part("Similar incidents", similar_lines(similar))
    return lines + _part("Metrics", metrics_lines(metrics))


def timeline_lines(incident: Incident, zone: tzinfo, *, public_only: bool = False) -> list[str]:
    """The timeline, oldest first: a line an entry, its words indented below it."""
    entries = [one for one in incident.entries if not public_only or is_public(one)]
    lines: list[str] = []
    for head, entry in zip(aligned(heads(incident, entries, zone)), entries, strict=True):
        lines.append(head)
        if not entry.retracted:
            lines += _indented(words_of(entry))
        if entry.kind == "page_changed" and entry.was and not public_only:
            lines += _indented(f"was {entry.was.public}")
    return lines


def _indented(words: str) -> list[str]:
    return [f"{_INDENT}{line}".rstrip() for line in safe(words).split("\n")]


def heads(incident: Incident, entries: Iterable[Entry], zone: tzinfo) -> list[list[str]]:
    """What stands over each entry's words: when, id, who sees it, what it is, how far it got."""
    updates = {update.event_id: update for update in incident.updates}
    endings = {note.event_id: note.ending for note in incident.notes}
    return [
        _head(entry, updates.get(entry.event_id), endings.get(entry.event_id, ""), incident, zone)
        for entry in entries
    ]


def words_of(entry: Entry) -> str:
    """An entry's words, for readers inside: nothing may be made public of them."""
    return entry.text.public if isinstance(entry.text, PublicText) else entry.text.internal


def metrics_lines(metrics: Metrics) -> list[str]:
    """The figures that there are, a line each."""
    return aligned([(safe_line(label), words) for label, words in measured(metrics)])


def spread_lines(spreads: Mapping[str, MetricsSummary]) -> list[str]:
    """What many came to, by kind: how many, and of each figure median, middle half and longest."""
    lines: list[str] = []
    for kind, title in (("incident", "Incidents"), ("maintenance", "Maintenances")):
        spread = spreads[kind]
        if not spread.count:
            lines += [] if lines else [f"No {title.lower()}."]
            continue
        rows = [(f"{title}: {spread.count}", "n", "median", "middle half", "most")]
        for measure in MEASURES:
            figures = spread.figures[measure.attribute]
            if figures["n"] and (measure.is_said_at_zero or figures["max"]):
                at = {name: measure.spoken(value or 0) for name, value in figures.items()}
                half = at["p25"] if at["p25"] == at["p75"] else f"{at['p25']} to {at['p75']}"
                label, count = measure.label.capitalize(), f"{figures['n']:g}"
                rows.append((label, count, at["median"], half, at["max"]))
        out = [
            (f"  {safe_line(name)}", format_minutes(minutes))
            for name, minutes in spread.component_downtime_min.items()
            if minutes
        ]
        lines += ["", *aligned(rows)] if lines else aligned(rows)
        if spread.promises.made:
            lines.append(f"Promises: {promised(spread.promises)}")
        lines += ["Out, overlaps counted once:", *aligned(out)] if out else []
    return lines


def action_lines(actions: Iterable[Action]) -> list[str]:
    """A line an action: id, done or open, owner, due date, ticket, words."""
    return aligned(
        [
            (
                safe_line(action.id),
                "done" if action.done else "open",
                safe_line(action.owner or "no owner"),
                safe_line(action.due or "no date"),
                safe_line(action.ticket or "no ticket"),
                safe_line(action.text.internal),
            )
            for action in actions
        ]
    )


def promise_lines(promises: Iterable[Promise], zone: tzinfo) -> list[str]:
    """A line a promise: who made it, for when, its outcome, its text."""
    return aligned(
        [
            (
                safe_line(promise.entry or "-"),
                moment(promise.due, zone, promise.made_at.astimezone(zone).date())
                if promise.due
                else "no time given",
                promise_words(promise),
                safe_line(promise.text),
            )
            for promise in promises
        ]
    )


def similar_lines(similar: Iterable[SimilarIncident]) -> list[str]:
    """An earlier incident a line, and below it why it is thought to be alike."""
    lines = []
    for one in similar:
        lines.append(f"{one.incident}  {safe_line(one.name)}")
        lines += [f"{_INDENT}{safe_line(reason)}" for reason in one.reasons]
    return lines


def delivery_words(update: Update, zone: tzinfo, day: date | None = None) -> str:
    """How far an update got: ``published 14:05 CET``, ``failed: not public: the reason``.

    The time carries its date unless that is ``day``.
    """
    return _reached(update.delivery, clock(update.shown, zone, day), update.error)


def _reached(delivery: str, shown: str, reason: str | None) -> str:
    if delivery in PUBLIC_DELIVERIES:
        return f"{REACHED[delivery]} {shown}"
    return f"{REACHED[delivery]}: {safe_line(reason)}" if reason else REACHED[delivery]


def _head(
    entry: Entry, update: Update | None, ending: str, incident: Incident, zone: tzinfo
) -> list[str]:
    day = entry.at.astimezone(zone).date()
    marks = [mark for mark in ("pinned", "amended", "retracted") if getattr(entry, mark)]
    if entry.deleted:
        marks.append("deleted on the page")
    elif update and update.was:
        marks.append("changed on the page")
    if update:
        said = delivery_words(update, zone, day)
    elif entry.seen_before:
        said = (
            f"seen between {clock(entry.seen_before, zone, day)} and {clock(entry.at, zone, day)}"
        )
    elif entry.delivery:
        postmortem = incident.postmortem
        shown = clock(postmortem.published_at or entry.at, zone, day)
        said = _reached(entry.delivery, shown, postmortem.error)
    else:
        said = ", ".join([safe_line(entry.author), *([ending] if ending else [])])
    return [
        clock(entry.at, zone),
        safe_line(entry.id),
        _seen_by(entry, incident),
        _status(entry.status) if entry.status else _KINDS.get(entry.kind, entry.kind),
        ", ".join([said, *marks]),
    ]


def _seen_by(entry: Entry, incident: Incident) -> str:
    """``PUBLIC`` only for what customers certainly see; a name is, once an update is."""
    if entry.visibility != PUBLIC:
        return "internal"
    named = entry.kind == "declared" and incident.public_updates
    return "PUBLIC" if is_public(entry) or named else "outgoing"


def _moments(incident: Incident, zone: tzinfo) -> list[tuple[str, str]]:
    """The times that the record has, each said once."""
    moments = {
        **{label: getattr(incident, f"{name}_at") for name, label in MILESTONES.items()},
        "First update": incident.first_public_at,
        "Resolved": incident.resolved_at,
        "Planned from": incident.scheduled_for,
        "Planned until": incident.scheduled_until,
    }
    return [(label, moment(at, zone)) for label, at in moments.items() if at]


def _page(incident: Incident, zone: tzinfo) -> str:
    """Which page it is on, and what it is called there where that is another name."""
    if not incident.page:
        return "none"
    said = safe_line(incident.page)
    if incident.deleted_at:
        said += f", deleted on the page (seen {clock(incident.deleted_at, zone)})"
    elif incident.page_title and incident.page_title.public != incident.name:
        said += f", called {safe_line(incident.page_title.public)} there"
    return said


def _postmortem(postmortem: Postmortem, zone: tzinfo) -> str:
    if postmortem.published_at:
        return f"published {clock(postmortem.published_at, zone)}"
    if postmortem.saved_at:
        return f"draft, saved {clock(postmortem.saved_at, zone)}"
    return "none"


def _components(incident: Incident) -> list[str]:
    return aligned(
        [
            (
                "deleted on the page"
                if component.id in incident.deleted_components
                else COMPONENT_STATUSES[component.status or "operational"].label,
                safe_line(component.path),
            )
            for component in incident.components
        ]
    )


def _part(title: str, lines: list[str]) -> list[str]:
    return ["", title, *(f"  {line}".rstrip() for line in lines)] if lines else []


def _is_seen(incident: Incident) -> bool:
    return incident.is_public and incident.deleted_at is None


def _standing(incident: Incident, zone: tzinfo) -> str:
    """What customers see; and its end here, where it has one."""
    if incident.closed is None:
        return _status(incident.status)
    why = f": {safe_line(incident.closed.reason.internal)}" if incident.closed.reason else ""
    page = f"; the page shows {_status(incident.status)}" if _is_seen(incident) else ""
    return f"closed here {clock(incident.closed.at, zone)}{why}{page}"


def _status(status: str) -> str:
    return STATUSES[status].label
