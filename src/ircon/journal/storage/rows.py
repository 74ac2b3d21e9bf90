"""Events and operations as rows, each under a checksum.

The checksum is the SHA-256, in hex, of a JSON array of the row's values in the order of
``EVENT_COLUMNS`` or ``OPERATION_COLUMNS`` (every column but ``seq`` and ``sha``, and for the
outbox ``payload``, which has ``payload_sha`` of its own), without spaces, non-ASCII characters
as they are, in UTF-8. A column that a later version adds is not under it, so that the version
before can still check. SQLite's own check missed 9 of 10 flipped bits that changed content.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from hashlib import sha256
from typing import Any, Final

from ircon.errors import JournalDamaged
from ircon.incident.event import SCHEMA_VERSION, Event
from ircon.incident.text import ingest
from ircon.incident.times import iso, iso_or_none, parse_iso
from ircon.journal.operation import Operation

Row = tuple[Any, ...]

EVENT_COLUMNS: Final = (
    *("id", "incident", "kind", "vis", "at", "recorded_at", "mono_ns"),
    *("boot_id", "host", "actor", "schema_v", "entry", "payload"),
)
# What an operation was confirmed with never changes; what it goes through does.
FROZEN: Final = ("op", "incident", "page", "page_id", "kind", "payload_sha", "event")
MOVING: Final = (
    *("state", "moves", "queued_at", "base_ids", "attempts", "not_before", "hold_until"),
    *("t_unknown", "good_reads", "remote_id", "remote_incident", "by", "error"),
    *("rate_limited", "quiet"),
    *("boot_id", "boot_ns", "mono_ns"),
)
OPERATION_COLUMNS: Final = (*FROZEN, *MOVING)
_FLAGS: Final = ("rate_limited", "quiet")
_INSTANTS: Final = frozenset({"queued_at", "not_before", "hold_until", "t_unknown"})

to_json: Final = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode


def decode(text: bytes) -> str:
    """How SQLite's texts are read: damaged bytes become visible instead of failing the query."""
    return text.decode("utf-8", "replace")


def seal(values: Sequence[Any]) -> str:
    """The checksum of a row's values."""
    return sha256(to_json(values).encode()).hexdigest()


def event_row(event: Event, entry: str | None) -> Row:
    """An event as the values of ``EVENT_COLUMNS``, then ``sha``.

    Lone surrogates, legal in JSON and refused by SQLite, are replaced on the way in.
    """
    values = (
        event.id,
        event.incident,
        ingest(event.kind),
        event.visibility,
        iso(event.at),
        iso(event.recorded_at),
        event.mono_ns,
        event.boot_id,
        ingest(event.host),
        ingest(event.actor),
        SCHEMA_VERSION,
        entry,
        ingest(to_json(dict(event.payload))),
    )
    return (*values, seal(values))


def is_sound_event(row: Row) -> bool:
    """Whether the checksum of a row ``seq, *EVENT_COLUMNS, sha`` holds."""
    return _holds(row[-1], row[1:-1])


def read_event(row: Row) -> Event:
    """An event out of ``seq, *EVENT_COLUMNS, sha``.

    Raises:
        JournalDamaged: its checksum does not hold, or what holds is no event: a foreign
            journal may be made to hold anything.
    """
    try:
        if is_sound_event(row):
            return _event(row)
    except (ValueError, TypeError, OverflowError):
        pass
    raise JournalDamaged(
        f"Event {row[0]} of the journal is damaged: its checksum does not hold.",
        "'ircon doctor' says what is affected.",
    )


def _event(row: Row) -> Event:
    """The event of a sound row.

    Raises:
        ValueError, TypeError, OverflowError: there is none in it.
    """
    seq, id_, incident, kind, vis, at, recorded_at, mono, boot, host, actor, _, entry, payload = (
        row[:-1]
    )
    content = json.loads(payload)
    if not isinstance(content, dict):
        raise TypeError("a payload that is no object")
    return Event(
        id=id_,
        incident=incident,
        kind=kind,
        visibility=vis,
        at=parse_iso(at),
        recorded_at=parse_iso(recorded_at),
        actor=actor,
        payload=content,
        entry=entry,
        host=host,
        boot_id=boot,
        mono_ns=mono,
        seq=seq,
    )


def operation_row(operation: Operation) -> Row:
    """An operation as the values of ``OPERATION_COLUMNS``, then ``sha``."""
    values = tuple(_column(name, getattr(operation, name)) for name in OPERATION_COLUMNS)
    return (*values, seal(values))


def is_sound_operation(row: Row) -> bool:
    """Whether both checksums of a row ``seq, payload, *OPERATION_COLUMNS, sha`` hold."""
    payload_sha = row[2 + FROZEN.index("payload_sha")]
    return (
        _holds(row[-1], row[2:-1])
        and isinstance(row[1], bytes)
        and payload_sha == sha256(row[1]).hexdigest()
    )


def read_operation(row: Row) -> Operation:
    """An operation out of ``seq, payload, *OPERATION_COLUMNS, sha``.

    Raises:
        JournalDamaged: a checksum does not hold. What is damaged must not be sent.
    """
    if not is_sound_operation(row):
        raise JournalDamaged(
            f"Operation {row[0]} of the outbox is damaged: its checksum does not hold.",
            "'ircon doctor' says what is affected. It will not be sent.",
        )
    values = dict(zip(OPERATION_COLUMNS, row[2:-1], strict=True))
    for name in _INSTANTS:
        values[name] = parse_iso(values[name]) if values[name] else None
    for name in _FLAGS:
        values[name] = bool(values[name])
    if values["base_ids"] is not None:
        values["base_ids"] = tuple(json.loads(values["base_ids"]))
    return Operation(seq=row[0], payload=row[1], **values)


def _holds(sha: Any, values: Sequence[Any]) -> bool:
    """Whether a checksum is that of some values; damaged ones may be of any type."""
    try:
        return bool(sha == seal(values))
    except (TypeError, ValueError):
        return False


def _column(name: str, value: Any) -> Any:
    if name in _INSTANTS:
        return iso_or_none(value)
    if name in _FLAGS:
        return int(value)  # SQLite has no booleans: what is sealed is what is read back
    if name == "base_ids":
        return None if value is None else ingest(to_json(list(value)))
    return ingest(value) if isinstance(value, str) else value
