"""Event records: events as recordings store them, validated when they are read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from ircon.errors import Unreadable
from ircon.incident.event import (
    INTERNAL,
    KINDS,
    MAX_DIGITS,
    PUBLIC,
    Event,
    EventKind,
    check_payload,
    parse_field_time,
)
from ircon.incident.ids import is_ulid
from ircon.incident.text import ingest, ingest_value
from ircon.incident.times import iso

_MACHINE: Final = ("host", "boot_id", "mono_ns")
_ENTRY: Final = re.compile(rf"[a-z][0-9]{{1,{MAX_DIGITS}}}")


def to_record(event: Event) -> dict[str, Any]:
    """Return an event as a recording stores it: ``id, at, recorded_at, kind, ...``."""
    record: dict[str, Any] = {
        "id": event.id,
        "at": iso(event.at),
        "recorded_at": iso(event.recorded_at),
        "kind": event.kind,
        "visibility": event.visibility,
        "actor": event.actor,
    }
    if event.entry:
        record["entry"] = event.entry
    for name in _MACHINE:  # where known, so that a merge keeps each machine's clock
        if value := getattr(event, name):
            record[name] = value
    record["payload"] = {name: value for name, value in event.payload.items() if value is not None}
    return record


def from_record(record: Mapping[str, Any], incident: str) -> Event:
    """Read an event from a recording; the inverse of ``to_record``.

    Raises:
        Unreadable: anything in it is not what ``to_record`` writes.
    """
    for name in ("id", "at", "recorded_at", "kind", "visibility", "actor"):
        if not isinstance(record.get(name), str):
            raise Unreadable(f"an event without {name!r}")
    if not is_ulid(record["id"]):
        raise Unreadable(f"an event id that is not a ULID: {record['id'][:40]!r}")
    if record["visibility"] not in {INTERNAL, PUBLIC}:
        raise Unreadable(f"visibility {record['visibility'][:40]!r} is neither internal nor public")
    row = KINDS.get(record["kind"])
    if row and row.visibility and row.visibility != record["visibility"]:
        raise Unreadable(f"a {record['kind']} event is {row.visibility}, always")
    payload = record.get("payload", {})
    if not isinstance(payload, Mapping):
        raise Unreadable("an event whose payload is not a table")
    payload = ingest_value(payload)
    check_payload(record["kind"], payload)
    return Event(
        id=record["id"],
        incident=incident,
        kind=record["kind"],
        visibility=record["visibility"],
        at=parse_field_time(record["at"], "at"),
        recorded_at=parse_field_time(record["recorded_at"], "recorded_at"),
        actor=ingest(record["actor"]),
        payload=payload,
        entry=_entry_of(record, row),
        **{name: value for name in _MACHINE if (value := _of_machine(record, name))},
    )


def _entry_of(record: Mapping[str, Any], row: EventKind | None) -> str | None:
    """Return a recorded entry id; None where it is invalid, so that the journal gives one."""
    entry = record.get("entry")
    if not isinstance(entry, str) or not _ENTRY.fullmatch(entry):
        return None
    return entry if row is None or entry[0] == row.prefix else None


def _of_machine(record: Mapping[str, Any], name: str) -> Any:
    """Return a recorded value about the machine; None where it has another type."""
    value = record.get(name)
    if name == "mono_ns":
        return value if type(value) is int else None
    return ingest(value) if isinstance(value, str) else None
