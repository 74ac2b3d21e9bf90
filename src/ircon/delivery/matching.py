"""Matching of a write with what the page has: set difference, never time.

Before a write the ids on the page are stored (``base``). Ours can only be in
``after - base - claimed``, so no clock skew matters. Among those the token in the incident's
metadata decides, else the text, compared as a reader would: pages change the text they are
given. The answer to a write names ours whatever its text.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Final

from ircon.pages.protocol import (
    CREATE,
    OURS,
    Payload,
    RemoteIncident,
    RemotePostmortem,
    RemoteUpdate,
)

# What pages replace by something that reads the same, after NFKC has folded the rest.
_QUOTES: Final = "\"'`´‘’‚‛“”„‟«»‹›′″"
_DASHES: Final = "-‐‑‒–—―−•·‣⁃"
_ALIKE: Final = str.maketrans(dict.fromkeys(_QUOTES, "") | dict.fromkeys(_DASHES, "-"))
_TAG: Final = re.compile(r"</?[a-zA-Z][^<>]{0,1000}>")
_MARKUP: Final = re.compile(r"[*_~\\\s]+")


@dataclass(frozen=True, slots=True)
class Match:
    """Result of a search for a write on the page.

    Attributes:
        verdict: ``one``, ``none``, ``several``, ``near`` (it may be ours, reworded) or
            ``other`` (the id that a person gave has another text).
        update, incident: set for ``one``; a postmortem has neither.
        at: when the page took it, for ``one``.
        candidates: the updates it may be, for the other verdicts.
    """

    verdict: str
    update: RemoteUpdate | None = None
    incident: RemoteIncident | None = None
    candidates: tuple[RemoteUpdate, ...] = ()
    at: datetime | None = None


def match_answer(
    payload: Payload,
    op: str,
    answer: RemoteIncident,
    base: Collection[str],
    claimed: Collection[str],
) -> Match:
    """Match a write by its answer: the one new entry, whatever its text."""
    fresh = [
        update for update in answer.updates if update.id not in base and update.id not in claimed
    ]
    if payload.kind == CREATE:
        is_ours = answer.id not in base and fresh == [*answer.updates]
    else:
        has_status = any(update.status == payload.status for update in fresh)
        is_ours = has_status or operation_token(answer) == op
    if is_ours and len(fresh) == 1:
        return Match("one", fresh[0], answer, at=fresh[0].created_at)
    if payload.kind == CREATE:
        return find_incident(payload, op, [answer], base, claimed)
    return find_update(payload, op, answer, base, claimed)


def find_update(
    payload: Payload,
    op: str,
    incident: RemoteIncident,
    base: Collection[str],
    claimed: Collection[str],
) -> Match:
    """Search an incident for an update of ours."""
    fresh = [
        update for update in incident.updates if update.id not in base and update.id not in claimed
    ]
    alike = [update for update in fresh if is_exact_text(payload, update)]
    alike = alike or [update for update in fresh if reads_as_payload(payload, update)]
    if len(alike) == 1:
        return Match("one", alike[0], incident, at=alike[0].created_at)
    if alike:
        return Match("several", candidates=tuple(alike))
    if operation_token(incident) != op:
        fresh = [update for update in fresh if update.status == payload.status]
    return Match("near", candidates=tuple(fresh)) if fresh else Match("none")


def find_incident(
    payload: Payload,
    op: str,
    incidents: Iterable[RemoteIncident],
    base: Collection[str],
    claimed: Collection[str],
) -> Match:
    """Search the incidents of a page for one of ours."""
    fresh = [
        incident
        for incident in incidents
        if incident.id not in base
        and incident.updates
        and not any(update.id in claimed for update in incident.updates)
    ]
    ours = [incident for incident in fresh if operation_token(incident) == op]
    if not ours:
        fresh = [incident for incident in fresh if operation_token(incident) is None]
        ours = [incident for incident in fresh if reads_as_creation(payload, incident)]
    if len(ours) == 1:
        first = ours[0].updates[0]
        return Match("one", first, ours[0], at=first.created_at)
    if ours:
        return Match("several", candidates=tuple(incident.updates[0] for incident in ours))
    firsts = [incident.updates[0] for incident in fresh]
    near = tuple(update for update in firsts if update.status == payload.status)
    return Match("near", candidates=near) if near else Match("none")


def possible_ids(
    payload: Payload,
    op: str,
    incident: RemoteIncident,
    base: Collection[str],
    claimed: Collection[str],
) -> set[str]:
    """Return the ids of an incident's updates that an unsettled operation may have become."""
    match = find_update(payload, op, incident, base, claimed)
    return {update.id for update in (*match.candidates, *filter(None, [match.update]))}


def reads_as_creation(payload: Payload, incident: RemoteIncident) -> bool:
    """Return whether an incident begins with the title and the text of a creation."""
    title = payload.title.public if payload.title else ""
    return (
        bool(incident.updates)
        and _as_read(incident.name) == _as_read(title)
        and reads_as_payload(payload, incident.updates[0])
    )


def find_postmortem(payload: Payload, postmortem: RemotePostmortem) -> Match:
    """Match a payload with the published postmortem."""
    if postmortem.published_at and _plain(postmortem.body or "") == _plain(payload.body.public):
        return Match("one", at=postmortem.published_at)
    return Match("none")


def postmortem_ids(postmortem: RemotePostmortem) -> set[str]:
    """Return the ids of a published and a drafted postmortem, derived from their texts."""
    published = postmortem.body if postmortem.published_at else None
    return {postmortem_id(text) for text in (published, postmortem.draft) if text}


def postmortem_id(text: str) -> str:
    """Return an id derived from a postmortem's text; layout does not count."""
    return "postmortem-" + sha256(_plain(text).encode()).hexdigest()[:16]


def operation_token(incident: RemoteIncident) -> str | None:
    """Return the token of our operation that wrote to a remote incident last, if any did."""
    ours = incident.metadata.get(OURS)
    op = ours.get("op") if ours else None
    return op if isinstance(op, str) else None


def is_exact_text(payload: Payload, update: RemoteUpdate) -> bool:
    """Return whether an update has the text and the status of a payload, layout aside."""
    return update.status == payload.status and _plain(update.body) == _plain(payload.body.public)


def reads_as_payload(payload: Payload, update: RemoteUpdate) -> bool:
    """Return whether a reader would call an update's text and status those of a payload."""
    return update.status == payload.status and reads_alike(update.body, payload.body.public)


def reads_alike(text: str, other: str) -> bool:
    """Return whether two texts read alike: quotes, dashes, entities, markup, blanks aside."""
    return _as_read(text) == _as_read(other)


def same_text(text: str, other: str) -> bool:
    """Return whether two texts are equal, layout aside."""
    return _plain(text) == _plain(other)


def _plain(text: str) -> str:
    """Return a text without its layout: pages trim, re-wrap and normalise texts."""
    return re.sub(r"\s+", " ", unicodedata.normalize("NFC", text)).strip()


def _as_read(text: str) -> str:
    """Return what a reader sees of a text, without what pages are known to change in it."""
    for _ in range(3):  # some escape what is escaped
        text = html.unescape(text)
    text = _TAG.sub(" ", text).translate(_ALIKE)
    text = unicodedata.normalize("NFKC", text).translate(_ALIKE)
    text = _MARKUP.sub("", text)
    return re.sub("-+", "-", "".join(char for char in text if unicodedata.category(char) != "Cf"))
