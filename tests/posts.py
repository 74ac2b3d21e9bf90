"""Posts for tests of adapters: a payload with its address, from plain strings."""

from __future__ import annotations

from typing import Any

from ircon.incident.text import PublicText
from ircon.pages.protocol import CREATE, UPDATE, Metadata, Payload, Post


def make_post(
    op: str = "op-1",
    remote_incident: str | None = None,
    title: str | None = None,
    status: str = "investigating",
    body: str = "We look.",
    *,
    notify: bool = False,
    metadata: Metadata | None = None,
    **fields: Any,
) -> Post:
    payload = Payload(
        kind=UPDATE if remote_incident else CREATE,
        body=PublicText(body),
        notify=notify,
        status=status,
        title=None if title is None else PublicText(title),
        **fields,
    )
    return Post(op, remote_incident, payload, metadata or {})
