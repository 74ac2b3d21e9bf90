"""What is sent, frozen at the moment a person confirms it.

The journal keeps the bytes; their sha is what the confirm screen showed and what
the sender checks before anything leaves. Only public types come in here: there
is no field for an internal word.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any

from ircon.errors import JournalDamaged
from ircon.incident.text import PublicText
from ircon.incident.times import iso_or_none, parse_iso

CREATE, UPDATE, POSTMORTEM = "create", "update", "postmortem"


@dataclass(frozen=True, slots=True)
class Content:
    """One write to a page: a new incident, an update, or a postmortem.

    ``components`` maps component ids to the status each gets; ``attached`` lists
    all component ids of the update, those unchanged too. ``in_window`` has the page set
    them under maintenance while the maintenance runs.
    """

    kind: str
    body: PublicText
    notify: bool
    status: str = ""
    title: PublicText | None = None
    components: Mapping[str, str] = field(default_factory=dict)
    attached: tuple[str, ...] = ()
    impact: str | None = None
    scheduled_for: datetime | None = None
    scheduled_until: datetime | None = None
    remind: bool | None = None
    in_window: bool = False


def freeze(content: Content) -> tuple[bytes, str]:
    """The bytes the journal keeps, and their sha256 in hex."""
    frozen = json.dumps(
        {
            "kind": content.kind,
            "title": content.title.public if content.title else None,
            "status": content.status,
            "body": content.body.public,
            "components": dict(content.components),
            "attached": list(content.attached),
            "notify": content.notify,
            "impact": content.impact,
            "scheduled_for": iso_or_none(content.scheduled_for),
            "scheduled_until": iso_or_none(content.scheduled_until),
            "remind": content.remind,
            **({"in_window": True} if content.in_window else {}),
        },
        ensure_ascii=False,
        sort_keys=True,
    ).encode()
    return frozen, sha256(frozen).hexdigest()


def thaw(frozen: bytes, sha: str) -> Content:
    """The content that was confirmed.

    Raises:
        JournalDamaged: the bytes are not those whose sha was confirmed.
    """
    if sha256(frozen).hexdigest() != sha:
        raise JournalDamaged(
            "A queued text is not the one that was confirmed; it will not be sent.",
            "Run 'ircon doctor'.",
        )
    said: dict[str, Any] = json.loads(frozen)
    return Content(
        kind=said["kind"],
        title=PublicText(said["title"]) if said["title"] else None,
        status=said["status"],
        body=PublicText(said["body"]),
        components=said["components"],
        attached=tuple(said["attached"]),
        notify=said["notify"],
        impact=said["impact"],
        scheduled_for=_instant(said["scheduled_for"]),
        scheduled_until=_instant(said["scheduled_until"]),
        remind=said["remind"],
        in_window=said.get("in_window", False),
    )


def _instant(text: str | None) -> datetime | None:
    return parse_iso(text) if text else None
