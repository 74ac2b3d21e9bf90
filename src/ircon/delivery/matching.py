"""Did our write arrive? Decided by set difference, not by time.

Before a write the ids of what the page has are noted (``base``). Ours can only
be in ``after - base - claimed``: no clock is involved, so no skew can matter.
Among those the token in the incident's metadata decides, else the words.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from ircon.delivery.content import Content
from ircon.pages.protocol import RemoteIncident, RemotePostmortem, RemoteUpdate


@dataclass(frozen=True, slots=True)
class Match:
    """What was found: ``one``, ``none``, ``several`` or ``near`` (edited, truncated).

    Or ``other``: what a person named says something else.

    ``update`` and ``incident`` are set for ``one`` (a postmortem has neither), and
    ``at``, when the page took it; ``candidates`` for the others.
    """

    verdict: str
    update: RemoteUpdate | None = None
    incident: RemoteIncident | None = None
    candidates: tuple[RemoteUpdate, ...] = ()
    at: datetime | None = None


def find_update(
    content: Content,
    op: str,
    incident: RemoteIncident,
    base: Collection[str],
    claimed: Collection[str],
) -> Match:
    """Look for an update of ours in its incident."""
    fresh = [one for one in incident.updates if one.id not in base and one.id not in claimed]
    alike = [one for one in fresh if same_words(content, one)]
    if len(alike) == 1:
        return Match("one", alike[0], incident, at=alike[0].created_at)
    if alike:
        return Match("several", candidates=tuple(alike))
    if fresh and token_of(incident) == op:
        return Match("near", candidates=tuple(fresh))
    near = tuple(one for one in fresh if _near(content, one))
    return Match("near", candidates=near) if near else Match("none")


def find_incident(
    content: Content,
    op: str,
    incidents: Iterable[RemoteIncident],
    base: Collection[str],
    claimed: Collection[str],
) -> Match:
    """Look for an incident of ours among those of its page."""
    fresh = [
        one
        for one in incidents
        if one.id not in base and not any(update.id in claimed for update in one.updates)
    ]
    ours = [one for one in fresh if token_of(one) == op and one.updates]
    if not ours:
        title = _plain(content.title.public) if content.title else ""
        ours = [
            one
            for one in fresh
            if one.updates
            and token_of(one) is None
            and _plain(one.name) == title
            and same_words(content, one.updates[0])
        ]
    if len(ours) == 1:
        first = ours[0].updates[0]
        return Match("one", first, ours[0], at=first.created_at)
    if ours:
        return Match("several", candidates=tuple(one.updates[0] for one in ours))
    return Match("none")


def may_be(content: Content, op: str, incident: RemoteIncident, update: RemoteUpdate) -> bool:
    """Whether an update that nobody claimed may be what an operation in doubt became."""
    return token_of(incident) == op or same_words(content, update) or _near(content, update)


def find_postmortem(content: Content, postmortem: RemotePostmortem) -> Match:
    """Look whether these words are the published postmortem."""
    if postmortem.published_at and _plain(postmortem.body or "") == _plain(content.body.public):
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


def same_words(content: Content, update: RemoteUpdate) -> bool:
    """Whether an update says what was confirmed, with the same status."""
    return update.status == content.status and _plain(update.body) == _plain(content.body.public)


def _near(content: Content, update: RemoteUpdate) -> bool:
    """The page cut or marked it up: one begins as the other does, for 40 characters."""
    ours, theirs = _plain(content.body.public), _plain(update.body)
    length = min(len(ours), len(theirs), 40)
    return update.status == content.status and length >= 20 and ours[:length] == theirs[:length]


def same_text(one: str, other: str) -> bool:
    """Whether two texts have the same words, however laid out."""
    return _plain(one) == _plain(other)


def _plain(text: str) -> str:
    """Words without their layout: pages trim, re-wrap and normalise what they are given."""
    return re.sub(r"\s+", " ", unicodedata.normalize("NFC", text)).strip()
