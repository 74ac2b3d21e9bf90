"""Reader of Statuspage's JSON into ircon's types: tolerant, and inventing nothing.

Pure: no network. One reader for the manage API, the public API and the documents
that others serve in their shape; what real payloads hold is listed in
docs/statuspage.md. Texts are foreign: kept to the letter, but for lone surrogates.
A row of a list that makes no sense is left out and logged; it spoils no other.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, Final, TypeVar

from ircon.errors import Unreadable
from ircon.incident.components import Component, ComponentChange
from ircon.incident.text import ingest, safe_line
from ircon.incident.times import parse_iso
from ircon.incident.vocabulary import COMPONENT_STATUSES, IMPACTS, STATUS_ALIASES
from ircon.pages.protocol import (
    PageIdentity,
    RemoteIncident,
    RemotePostmortem,
    RemoteTemplate,
    RemoteUpdate,
)

_LOG: Final = logging.getLogger(__name__)
_T = TypeVar("_T")

POSTMORTEM: Final = "postmortem"  # a status that incidents and updates have once it is published


def each(read: Callable[[Any], _T], rows: Iterable[Any]) -> list[_T]:
    """What can be read of the rows of a list; the others are logged and left out."""
    found = []
    for row in rows:
        try:
            found.append(read(row))
        except Unreadable as error:
            _LOG.info("left out of a list: %s", safe_line(str(error), 300))
    return found


def read_page(value: Any) -> PageIdentity:
    """The page itself. Its address: its own domain, else its subdomain, else its ``url``.

    In the manage API ``url`` is the company's site; in the public one the page's.

    Raises:
        Unreadable: it is not an object.
    """
    page = _object(value, "a page")
    domain, subdomain = _text(page, "domain"), _text(page, "subdomain")
    if domain or subdomain:
        url = f"https://{domain or f'{subdomain}.statuspage.io'}"
    else:
        url = _text(page, "url")
    return PageIdentity(_id(page), _text(page, "name"), url or None)


def read_components(rows: Any, groups: Any = ()) -> list[Component]:
    """Components in the page's order, each with its group's name; groups themselves left out.

    Positions restart at 1 in every group, and may be missing: then the list's
    own order stands.

    Args:
        rows: component objects; those with ``group: true`` are groups.
        groups: more groups, as ``/component-groups`` lists them.
    """
    read = list(_components(rows))
    rows_of_groups = each(lambda row: _object(row, "a group"), _list(groups))
    named = {_id(row): row for row in [*rows_of_groups, *filter(_is_group, read)]}
    listed = {id(row): place for place, row in enumerate([*read, *rows_of_groups])}

    def order(row: Mapping[str, Any]) -> tuple[float, int, float]:
        top = named.get(_text(row, "group_id"), row)
        places = [_position(one, listed[id(one)]) for one in (top, row)]
        return (places[0], listed[id(top)], places[1])  # a group's members stay together

    members = sorted((row for row in read if not _is_group(row)), key=order)
    return [
        _component(row, named.get(_text(row, "group_id")), place)
        for place, row in enumerate(members)
    ]


def unnamed_groups(rows: Any) -> set[str]:
    """The ids of groups that components are in and no row describes."""
    read = list(_components(rows))
    described = {_text(row, "id") for row in read if _is_group(row)}
    return {_text(row, "group_id") for row in read} - described - {""}


def read_incident(value: Any, components: Iterable[Component] = ()) -> RemoteIncident:
    """An incident or a maintenance with its updates.

    Args:
        value: the object, without a wrapper.
        components: the page's, where known: they give groups their names.

    Raises:
        Unreadable: it is not an object, has no id, or neither it nor its updates say a time.
    """
    incident = _object(value, "an incident")
    known = {component.id: component for component in components}
    attached = tuple(
        known_one if (known_one := _renewed(component, known.get(component.id))) else component
        for component in read_components(incident.get("components"))
    )
    for one in attached:
        known.setdefault(one.id, one)
    all_rows = _list(incident.get("incident_updates"))
    raw = each(lambda row: _object(row, "an update"), all_rows)
    begun = _first_time(incident, "created_at", "started_at", "scheduled_for")
    rows = [row for row in raw if _text(row, "status").lower() != POSTMORTEM]
    listed = each(lambda row: _update(row, begun, known), rows)
    updates = list({one.id: one for one in reversed(listed)}.values())[::-1]  # each id once
    created = begun or min((update.created_at for update in updates), default=None)
    if created is None:
        raise Unreadable("an incident without a time")
    status = _status(incident)
    impact = _text(incident, "impact").lower()
    return RemoteIncident(
        id=_id(incident),
        page_id=_text(incident, "page_id") or None,
        name=_text(incident, "name"),
        status=status,
        impact=impact if impact in IMPACTS else "none",
        url=_text(incident, "shortlink") or None,
        created_at=created,
        updated_at=_time(incident, "updated_at"),
        resolved_at=_time(incident, "resolved_at"),
        updates=_in_order(updates),
        components=attached,
        metadata=_metadata(incident.get("metadata")),
        postmortem=_postmortem_of(incident, raw),
        scheduled_for=_time(incident, "scheduled_for"),
        scheduled_until=_time(incident, "scheduled_until"),
        unread=len(all_rows) - len(raw) + len(rows) - len(listed),
    )


def read_postmortem(value: Any) -> RemotePostmortem:
    """A postmortem as the manage API has it.

    Raises:
        Unreadable: it is not an object.
    """
    row = _object(value, "a postmortem")
    return RemotePostmortem(
        _text(row, "body") or None, _text(row, "body_draft") or None, _time(row, "published_at")
    )


def read_template(value: Any) -> RemoteTemplate:
    """A template of the page.

    Raises:
        Unreadable: it is not an object.
    """
    row = _object(value, "a template")
    notify = row.get("should_send_notifications")
    return RemoteTemplate(
        id=_id(row),
        name=_text(row, "name"),
        title=_text(row, "title"),
        body=_text(row, "body"),
        status=_text(row, "update_status"),
        component_ids=tuple(component.id for component in read_components(row.get("components"))),
        notify=notify if isinstance(notify, bool) else None,
    )


def _update(
    row: Mapping[str, Any], begun: datetime | None, known: Mapping[str, Component]
) -> RemoteUpdate:
    shown = _time(row, "display_at")
    created = _time(row, "created_at") or shown or _time(row, "updated_at") or begun
    if created is None:
        raise Unreadable("an update without a time")
    if not _id(row):
        raise Unreadable("an update without an id")
    notified = row.get("deliver_notifications")
    return RemoteUpdate(
        id=_id(row),
        status=_status(row),
        body=_text(row, "body"),
        created_at=created,
        shown_at=shown or created,
        components=tuple(_changes(row.get("affected_components"), known)),
        notified=notified if isinstance(notified, bool) else None,
    )


def _in_order(updates: list[RemoteUpdate]) -> tuple[RemoteUpdate, ...]:
    """Oldest first by the time shown; pages list the newest first by creation."""
    newest_first = bool(updates) and updates[0].created_at >= updates[-1].created_at
    by_creation = reversed(updates) if newest_first else updates
    return tuple(sorted(by_creation, key=lambda one: (one.shown_at, one.created_at)))


def _changes(rows: Any, known: Mapping[str, Component]) -> Iterable[ComponentChange]:
    """Yield the components that an update names; old pages have a sentence without a code."""
    for row in _list(rows):
        code = _id(row) if isinstance(row, Mapping) else ""
        if not code:
            continue
        said = _text(row, "name")
        component = known.get(code)
        name, group = (component.name, component.group) if component else (said, None)
        if component and group is None and said.endswith(f" - {name}"):
            group = said.removesuffix(f" - {name}")  # the manage API's "Group - Component"
        yield ComponentChange(
            code, name or said, group, _level(row.get("new_status")), _level(row.get("old_status"))
        )


def _postmortem_of(
    incident: Mapping[str, Any], updates: list[Mapping[str, Any]]
) -> RemotePostmortem | None:
    """From the incident's own fields, else from an update whose status says so."""
    body = _text(incident, "postmortem_body")
    published = _time(incident, "postmortem_published_at")
    as_update = next((row for row in updates if _text(row, "status").lower() == POSTMORTEM), None)
    if as_update is not None:
        body = body or _text(as_update, "body")
        published = published or _time(as_update, "display_at") or _time(as_update, "created_at")
    return RemotePostmortem(body or None, None, published) if body or published else None


def _component(row: Mapping[str, Any], group: Mapping[str, Any] | None, position: int) -> Component:
    return Component(
        id=_id(row) or _named(row, "a component"),
        name=_text(row, "name"),
        group=(_text(group, "name") or None) if group else None,
        status=_level(row.get("status")) or "operational",
        position=position,
    )


def _renewed(component: Component, known: Component | None) -> Component | None:
    """The component with its group's name, and the status that the incident gives."""
    if known is None:
        return None
    return Component(known.id, known.name, known.group, component.status, known.position)


def _level(value: Any) -> str | None:
    """A component's status; an empty one (legal) or an unknown one is none."""
    return value if isinstance(value, str) and value in COMPONENT_STATUSES else None


def _status(row: Mapping[str, Any]) -> str:
    status = _text(row, "status").lower()
    return STATUS_ALIASES.get(status, status)


def _metadata(value: Any) -> dict[str, Mapping[str, Any]]:
    if not isinstance(value, Mapping):
        return {}
    return {str(name): one for name, one in value.items() if isinstance(one, Mapping)}


def _object(value: Any, what: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise Unreadable(f"{what} that is not an object but {type(value).__name__}")
    return value


def _components(rows: Any) -> Iterator[Mapping[str, Any]]:
    """The rows that are components or groups, by an id or a name."""

    def read(row: Any) -> Mapping[str, Any]:
        found = _object(row, "a component")
        return found if _id(found) or _named(found, "a component") else {}

    return iter(each(read, _list(rows)))


def _list(value: Any) -> list[Any]:
    return list(value) if isinstance(value, (list, tuple)) else []


def _id(row: Mapping[str, Any]) -> str:
    """An id, or nothing; others number theirs, and history.json calls it ``code``."""
    found = row.get("id") or row.get("code")
    if isinstance(found, int) and not isinstance(found, bool):
        return str(found)
    return ingest(found) if isinstance(found, str) else ""


def _named(row: Mapping[str, Any], what: str) -> str:
    """The name of what has no id."""
    name = _text(row, "name")
    if not name:
        raise Unreadable(f"{what} without an id and a name")
    return name


def _is_group(row: Mapping[str, Any]) -> bool:
    return row.get("group") is True


def _position(row: Mapping[str, Any], listed: int) -> float:
    position = row.get("position")
    return (
        listed if isinstance(position, bool) or not isinstance(position, (int, float)) else position
    )


def _text(row: Mapping[str, Any], name: str) -> str:
    value = row.get(name)
    return ingest(value) if isinstance(value, str) else ""


def _time(row: Mapping[str, Any], name: str) -> datetime | None:
    """An instant with whatever offset; one without an offset is no instant."""
    try:
        return parse_iso(_text(row, name))
    except (ValueError, OverflowError):
        return None


def _first_time(row: Mapping[str, Any], *names: str) -> datetime | None:
    return next((found for name in names if (found := _time(row, name))), None)
