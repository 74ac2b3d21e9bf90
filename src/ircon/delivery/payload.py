"""Payloads as the journal stores them: JSON bytes and the sha256 a person confirmed.

The sender compares the sha before anything is sent. Bytes and keys are those of 0.1.0.
"""

from __future__ import annotations

import json
from datetime import datetime
from hashlib import sha256
from typing import Any

from ircon.errors import JournalDamaged
from ircon.incident.text import PublicText
from ircon.incident.times import iso_or_none, parse_iso
from ircon.journal.operation import Operation
from ircon.pages.protocol import Payload


def freeze(payload: Payload) -> tuple[bytes, str]:
    """Return the bytes to store for a payload, and their sha256 in hex."""
    frozen = json.dumps(
        {
            "kind": payload.kind,
            "title": payload.title.public if payload.title else None,
            "status": payload.status,
            "body": payload.body.public,
            "components": dict(payload.components),
            "attached": list(payload.component_ids),
            "notify": payload.notify,
            "impact": payload.impact,
            "scheduled_for": iso_or_none(payload.scheduled_for),
            "scheduled_until": iso_or_none(payload.scheduled_until),
            "remind": payload.remind,
            **({"in_window": True} if payload.in_window else {}),
        },
        ensure_ascii=False,
        sort_keys=True,
    ).encode()
    return frozen, sha256(frozen).hexdigest()


def thaw(operation: Operation) -> Payload:
    """Return the payload that was confirmed for an operation.

    Raises:
        JournalDamaged: the bytes are not those whose sha was confirmed.
    """
    if sha256(operation.payload).hexdigest() != operation.payload_sha:
        raise JournalDamaged(
            "A queued text is not the one that was confirmed; it will not be sent.",
            "Run 'ircon doctor'.",
        )
    fields: dict[str, Any] = json.loads(operation.payload)
    return Payload(
        kind=fields["kind"],
        title=PublicText(fields["title"]) if fields["title"] else None,
        status=fields["status"],
        body=PublicText(fields["body"]),
        components=fields["components"],
        component_ids=tuple(fields["attached"]),
        notify=fields["notify"],
        impact=fields["impact"],
        scheduled_for=_datetime(fields["scheduled_for"]),
        scheduled_until=_datetime(fields["scheduled_until"]),
        remind=fields["remind"],
        in_window=fields.get("in_window", False),
    )


def _datetime(text: str | None) -> datetime | None:
    return parse_iso(text) if text else None
