"""Did our write arrive? Decided by set difference, not by time.

Before a write the ids of what the page has are noted (``base``). Ours can only
be in ``after - base - claimed``: no clock is involved, so no skew can matter.
Among those the token in the incident's metadata decides, else the words. Pages
change the words they are given: what a reader would call the same is the same, and
the answer to our own write names ours whatever its words.
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

from ircon.pages.protocol import CREATE, Payload, RemoteIncident, RemotePostmortem, RemoteUpdate

# What pages replace by something that reads the same, after NFKC has folded the rest.
_QUOTES: Final = "\"'`´‘’‚‛“”„‟«»‹›′″"
_DASHES: Final = "-‐‑‒–—―−•·‣⁃"
_ALIKE: Final = str.maketrans(dict.fromkeys(_QUOTES, "") | dict.fromkeys(_DASHES, "-"))
_TAG: Final = re.compile(r"</?[a-zA-Z][^<>]{0,1000}>")
_MARKUP: Final = re.compile(r"[*_~\\\s]+")


@dataclass(frozen=True, slots=True)
class Match:
    """What was found: ``one``, ``none``, ``several``, or ``near``: it may be ours, reworded.

    Or ``other``: what a person named says something else.

    ``update`` and ``incident`` are set for ``one`` (a postmortem has neither), and
    ``at``, when the page took it; ``candidates`` for the others.
    """

    verdict: str
    update: RemoteUpdate | None = None
    incident: RemoteIncident | None = None
    candidates: tuple[RemoteUpdate, ...] = ()
    at: datetime | None = None


def find_answered(
    payload: Payload,
    op: str,
    answer: RemoteIncident,
    base: Collection[str],
    claimed: Collection[str],
) -> Match:
    """What a write became, by the answer to it: the one entry more, whatever its words."""
    fresh = [
        update for update in answer.updates if update.id not in base and update.id not in claimed
    ]
    if payload.kind == CREATE:
        is_ours = answer.id not in base and fresh == [*answer.updates]
    else:
        is_ours = any(one.status == payload.status for one in fresh) or token_of(answer) == op
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
    """Look for an update of ours in its incident."""
    fresh = [
        update for update in incident.updates if update.id not in base and update.id not in claimed
    ]
    alike = [one for one in fresh if same_words(payload, one)]
    alike = alike or [one for one in fresh if same_to_a_reader(payload, one)]
    if len(alike) == 1:
        return Match("one", alike[0], incident, at=alike[0].created_at)
    if alike:
        return Match("several", candidates=tuple(alike))
    if token_of(incident) != op:
        fresh = [one for one in fresh if one.status == payload.status]
    return Match("near", candidates=tuple(fresh)) if fresh else Match("none")


def find_incident(
    payload: Payload,
    op: str,
    incidents: Iterable[RemoteIncident],
    base: Collection[str],
    claimed: Collection[str],
) -> Match:
    """Look for an incident of ours among those of its page."""
    fresh = [
        incident
        for incident in incidents
        if incident.id not in base
        and incident.updates
        and not any(update.id in claimed for update in incident.updates)
    ]
    ours = [one for one in fresh if token_of(one) == op]
    if not ours:
        fresh = [one for one in fresh if token_of(one) is None]
        ours = [one for one in fresh if opens_alike(payload, one)]
    if len(ours) == 1:
        first = ours[0].updates[0]
        return Match("one", first, ours[0], at=first.created_at)
    if ours:
        return Match("several", candidates=tuple(our.updates[0] for our in ours))
    near = tuple(one.updates[0] for one in fresh if one.updates[0].status == payload.status)
    return Match("near", candidates=near) if near else Match("none")


def possible(
    payload: Payload,
    op: str,
    incident: RemoteIncident,
    base: Collection[str],
    claimed: Collection[str],
) -> set[str]:
    """The updates of an incident that may be what an operation in doubt became."""
    found = find_update(payload, op, incident, base, claimed)
    return {candidate.id for candidate in (*found.candidates, *filter(None, [found.update]))}


def opens_alike(payload: Payload, incident: RemoteIncident) -> bool:
    """Whether an incident begins with the title and the words of a creation."""
    title = payload.title.public if payload.title else ""
    return (
        bool(incident.updates)
        and _by_eye(incident.name) == _by_eye(title)
        and same_to_a_reader(payload, incident.updates[0])
    )


def find_postmortem(payload: Payload, postmortem: RemotePostmortem) -> Match:
    """Look whether these words are the published postmortem."""
    if postmortem.published_at and _plain(postmortem.body or "") == _plain(payload.body.public):
        return Match("one", at=postmortem.published_at)
    return Match("none")


def postmortem_ids(postmortem: RemotePostmortem) -> set[str]:
    """What there is of a postmortem, published and drafted: by its words, since it has no id."""
    published = postmortem.body if postmortem.published_at else None
    return {postmortem_id(words) for words in (published, postmortem.draft) if words}


def postmortem_id(words: str) -> str:
    """A postmortem's words in short; layout does not count."""
    return "postmortem-" + sha256(_plain(words).encode()).hexdigest()[:16]


def token_of(incident: RemoteIncident) -> str | None:
    """The operation that wrote to a remote incident last, if one of ours did."""
    said = incident.metadata.get("ircon")
    op = said.get("op") if said else None
    return op if isinstance(op, str) else None


def same_words(payload: Payload, update: RemoteUpdate) -> bool:
    """Whether an update says what was confirmed, with the same status."""
    return update.status == payload.status and _plain(update.body) == _plain(payload.body.public)


def same_to_a_reader(payload: Payload, update: RemoteUpdate) -> bool:
    """Whether a reader would say that an update says what was confirmed, with the same status."""
    return update.status == payload.status and looks_same(update.body, payload.body.public)


def looks_same(one: str, other: str) -> bool:
    """Whether two texts read the same: quotes, dashes, entities, markup and blanks aside."""
    return _by_eye(one) == _by_eye(other)


def same_text(one: str, other: str) -> bool:
    """Whether two texts have the same words, however laid out."""
    return _plain(one) == _plain(other)


def _plain(text: str) -> str:
    """Words without their layout: pages trim, re-wrap and normalise what they are given."""
    return re.sub(r"\s+", " ", unicodedata.normalize("NFC", text)).strip()


def _by_eye(text: str) -> str:
    """What a reader sees of a text, without what pages are known to change in it."""
    for _ in range(3):  # some escape what is escaped
        text = html.unescape(text)
    text = _TAG.sub(" ", text).translate(_ALIKE)
    text = unicodedata.normalize("NFKC", text).translate(_ALIKE)
    text = _MARKUP.sub("", text)
    return re.sub("-+", "-", "".join(sign for sign in text if unicodedata.category(sign) != "Cf"))
