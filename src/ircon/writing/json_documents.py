"""The documents of ``--json``: their keys are a public interface (docs/cli.md).

Times are ISO 8601 in UTC, durations minutes as numbers; what is missing is None,
never an empty text. Whatever somebody withdrew is left out.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ircon.incident.components import Component, ComponentChange
from ircon.incident.metrics import Metrics
from ircon.incident.promise import Promise
from ircon.incident.state import Action, Closure, Incident, Note, Postmortem, Update
from ircon.incident.text import InternalText, PublicText
from ircon.incident.times import iso, iso_or_none
from ircon.writing.customer_view import is_public
from ircon.writing.template_fields import Field
from ircon.writing.templates import PostmortemTemplate, UpdateTemplate, variables

Document = dict[str, Any]


def show_document(
    incident: Incident, metrics: Metrics, promises: Iterable[Promise] = ()
) -> Document:
    """``show``, and ``replay --at``: everything, internal entries included."""
    return {
        **summary_document(incident, metrics),
        "updates": [_update(update) for update in incident.updates],
        "notes": [_note(note) for note in incident.notes if not note.retracted],
        "actions": [action_document(action) for action in incident.actions],
        "postmortem": _postmortem(incident.postmortem),
        "promises": [_promise(promise) for promise in promises],
        "page_title": incident.page_title.public if incident.page_title else None,
        "deleted_at": iso_or_none(incident.deleted_at),
        "deleted_components": sorted(incident.deleted_components),
    }


def summary_document(incident: Incident, metrics: Metrics) -> Document:
    """One of ``incidents``: ``show`` without the entries."""
    return {
        "id": incident.id,
        "name": incident.name,
        "page": incident.page,
        "status": incident.status if incident.is_public or not incident.closed else None,
        "impact": incident.impact,
        "severity": incident.severity,
        "started_at": iso_or_none(incident.started_at),
        "first_public_at": iso_or_none(incident.first_public_at),
        "resolved_at": iso_or_none(incident.resolved_at),
        "closed": closed_document(incident.closed),
        "roles": dict(incident.roles),
        "components": components_document(incident.components),
        "metrics": metrics.to_dict(),
    }


def closed_document(closed: Closure | None) -> Document | None:
    """The end of an incident here; None where it has none."""
    if closed is None:
        return None
    return {"at": iso(closed.at), "reason": closed.reason.internal if closed.reason else None}


def timeline_document(incident: Incident, *, public_only: bool = False) -> list[Document]:
    """``timeline``, oldest first; ``public_only`` is what customers certainly see."""
    notes = {note.event_id: note for note in incident.notes}
    return [
        {
            "id": entry.id or None,
            "at": iso(entry.at),
            "recorded_at": iso(entry.recorded_at),
            "kind": entry.kind,
            "visibility": entry.visibility,
            "text": _words(entry.text),
            "delivery": entry.delivery,
            "was": None if public_only or not entry.was else entry.was.public,
            "seen_before": iso_or_none(entry.seen_before),
            "author": None if public_only else entry.author,  # a colleague's name is internal
            **_run(notes.get(entry.event_id)),
        }
        for entry in incident.entries
        if not entry.retracted and (not public_only or is_public(entry))
    ]


def components_document(components: Iterable[Component | ComponentChange]) -> list[Document]:
    """``components``: those of a page, or of an incident."""
    return [
        {
            "id": component.id,
            "name": component.name,
            "group": component.group,
            "status": component.status,
        }
        for component in components
    ]


def templates_document(
    updates: Iterable[UpdateTemplate], postmortems: Iterable[PostmortemTemplate]
) -> list[Document]:
    """``templates``; each variable with who fills it in, ``record`` or ``typed``."""
    return [
        {
            "name": update.name,
            "kind": "update",
            "status": update.status,
            "variables": [_variable(field) for field in variables(update)],
        }
        for update in updates
    ] + [
        {"name": postmortem.name, "kind": "postmortem", "status": None, "variables": []}
        for postmortem in postmortems
    ]


def posted_document(incident: Incident, update: Update) -> Document:
    """``declare``, ``update`` and ``resolve``: how far the words got."""
    return {
        "incident": incident.id,
        "update": update.id or None,
        "operation": update.op,
        "delivery": update.delivery,
        "remote_id": update.remote_id,
        "error": update.error or None,
    }


def postmortem_posted_document(incident: Incident) -> Document:
    """``postmortem publish``, in the shape of ``posted_document``."""
    entry = next((one for one in reversed(incident.entries) if one.kind == "postmortem"), None)
    return {
        "incident": incident.id,
        "update": entry.id if entry else None,
        "operation": incident.postmortem.op,
        "delivery": incident.postmortem.delivery,
        "remote_id": incident.remote_id,
        "error": incident.postmortem.error or None,
    }


def action_document(action: Action) -> Document:
    """One of ``actions``."""
    return {
        "id": action.id or None,
        "text": action.text.internal or None,
        "owner": action.owner,
        "due": action.due,
        "ticket": action.ticket,
        "done": action.done,
    }


def _update(update: Update) -> Document:
    return {
        "id": update.id or None,
        "status": update.status,
        "body": update.as_shown.public or None,
        "components": {component.id: component.status for component in update.components},
        "notify": update.notify,
        "created_at": iso_or_none(update.created_at),
        "shown_at": iso_or_none(update.shown_at),
        "delivery": update.delivery,
        "remote_id": update.remote_id,
        "error": update.error or None,
        "was": update.was or None,
        "deleted_at": iso_or_none(update.deleted_at),
        "notice": update.notice,
        "author": update.author,
    }


def _note(note: Note) -> Document:
    return {
        "id": note.id or None,
        "at": iso(note.at),
        "recorded_at": iso(note.recorded_at),
        "author": note.author,
        "text": note.text.internal or None,
        "source": note.source,
        "pinned": note.pinned,
        **_run(note),
    }


def _run(note: Note | None) -> Document:
    """What was run and how it ended; nothing of it for what is no recorded command."""
    return {
        "command": note.command if note else None,
        "exit_code": note.exit_code if note else None,
        "seconds": note.seconds if note else None,
    }


def _postmortem(postmortem: Postmortem) -> Document:
    """What customers see of it once it is published, before that the draft."""
    draft = postmortem.body.internal if postmortem.body else None
    return {
        "state": postmortem.state,
        "saved_at": iso_or_none(postmortem.saved_at),
        "published_at": iso_or_none(postmortem.published_at),
        "body": (postmortem.published.public if postmortem.published else draft) or None,
    }


def _promise(promise: Promise) -> Document:
    return {
        "entry": promise.entry,
        "kind": promise.kind,
        "due": iso_or_none(promise.due),
        "state": promise.state,
        "words": promise.text,
        "missed_by_min": promise.missed_by_min,
    }


def _variable(field: Field) -> Document:
    return {"name": field.name, "source": field.source, "meaning": field.meaning}


def _words(text: PublicText | InternalText) -> str | None:
    return (text.public if isinstance(text, PublicText) else text.internal) or None
