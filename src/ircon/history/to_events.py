"""Events from a report, with ids derived from it.

Ids are derived, not random, so that importing the same report again, on any day and
any machine, makes the same ids and adds nothing to the journal.

The identity of a report (``identity``) is the page's id for the incident where
the document has one (JSON, feeds): titles are edited, ids never. Else it is the
page's name, the title and the minute of the first update. So a newer copy with
more updates is the same incident and adds only the new ones, and so is a copy in
another shape; a copy that was renamed, or whose oldest update is cut off, is
another incident. A report without any time is identified by its text.

The 128 bits of an event's id, from the front: 48 of the entry's minute in
milliseconds; 16 of its rank among the entries of that minute, in page order, so
that ids sort as the page does; 64 of a hash of identity, kind and both. Minutes,
because text and feeds have no seconds; the time of creation where it is known,
because authors change the time shown. For the same reason the declaration's id has
no time in it. An update that was edited keeps its id, and its first text in the
journal; the newer text is in the ``source`` event, whose id depends on it too.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from ircon.errors import Unreadable
from ircon.history.report import Block, Report
from ircon.incident.event import KINDS, PUBLIC, Event
from ircon.incident.ids import ulid, ulid_value
from ircon.incident.times import iso, iso_or_none
from ircon.incident.vocabulary import STATUSES, first_status, last_status

ORIGIN: Final = "import"

# An id of at least this length is unique beyond its page; some pages count 1, 2, 3.
_WORLDWIDE: Final = 12
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
# Ranks in a minute: the declaration before, the postmortem and the source after all updates.
_DECLARED: Final = 0
_FIRST_UPDATE: Final = 1
_POSTMORTEM: Final = 0xFFFE
_SOURCE: Final = 0xFFFF


def identity(report: Report) -> str:
    """Return the identity of a report as hex digits: equal for reports of one incident."""
    page, first = report.page or "", _first_time(report)
    if report.remote_id:
        return _by_id(page, report.page_id, report.remote_id)
    return _by_title(page, report.name, first) if first else _by_text(page, report.text)


def _by_id(page: str, page_id: str | None, remote_id: str) -> str:
    beyond = len(remote_id) >= _WORLDWIDE
    return _hashed("id", "" if beyond else page_id or _normalised(page), remote_id)


def _by_title(page: str, name: str, first: datetime) -> str:
    return _hashed("told", _normalised(page), _normalised(name), iso(_minute(first)))


def _by_text(page: str, text: str) -> str:
    return _hashed("undated", _normalised(page), _normalised(text))


def _hashed(*parts: str) -> str:
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()


def declared_id(report: Report) -> str:
    """Return the id of the report's ``declared`` event; it is in the journal after an import."""
    return _event_id(identity(report), "declared", None, _DECLARED)


def to_events(report: Report, incident: str, *, recorded_at: datetime, actor: str) -> list[Event]:
    """Return the report as an incident's events, in the order they happened.

    A report without any time (prose) is dated by the import; its warnings say so, and
    its postmortem has no time shown.

    Args:
        report: as its shape returned it.
        incident: its name until a journal gives it a short id.
        recorded_at: the time of the import.
        actor: the person who imports.

    Raises:
        Unreadable: the time of a block is missing or cannot be read, so its place
            in the timeline is unknown; nothing of the report may be stored.
    """
    report_identity, first = identity(report), _first_time(report)
    blocks = [*report.updates, *([report.postmortem] if report.postmortem else [])]
    for block in blocks:
        if block.at is None and (first or report.updates):
            raise Unreadable(
                f"A block's place in the timeline is unknown: {block.problem}.",
                "Fix that line in a copy of the document and import it.",
                block.end_line,
            )

    def event(
        kind: str, payload: Mapping[str, Any], event_id: str, at: datetime | None = None
    ) -> Event:
        return Event(
            id=event_id,
            incident=incident,
            kind=kind,
            visibility=KINDS[kind].visibility or PUBLIC,
            at=at or first or recorded_at,
            recorded_at=recorded_at,
            actor=actor,
            payload={name: value for name, value in payload.items() if value is not None},
        )

    events = [
        event(
            "declared",
            _declaration(report),
            _event_id(report_identity, "declared", None, _DECLARED),
        )
    ]
    ranks: Counter[datetime] = Counter()
    for update in report.updates:
        minute = _minute(update.created_at or update.at or recorded_at)
        update_id = _event_id(report_identity, "update", minute, _FIRST_UPDATE + ranks[minute])
        ranks[minute] += 1
        events.append(event("update", _update(update), update_id, update.at))
    if postmortem := report.postmortem:
        postmortem_id = _event_id(report_identity, "postmortem", postmortem.at, _POSTMORTEM)
        payload = {
            "body": postmortem.body,
            "origin": ORIGIN,
            "shown_at": iso_or_none(postmortem.at),
        }
        events.append(event("postmortem", payload, postmortem_id, postmortem.at))
    digest = hashlib.sha256(report.text.encode()).hexdigest()
    source_id = _event_id(report_identity, "source", first, _SOURCE, digest)
    return [*events, event("source", _source(report, digest), source_id)]


def declaration_ids(events: Sequence[Event]) -> dict[str, str]:
    """Return the ``declared`` event of each imported event, in a union of several incidents.

    An event belongs to the report from whose identity its id is derived.

    Returns:
        Ids of ``declared`` events by event id; events of unknown origin are left out.
    """
    sources = [event for event in events if event.kind == "source"]
    declared_by_identity = {
        report_identity: event.id
        for event in events
        if event.kind == "declared"
        for report_identity in _identities(event, sources)
        if _event_id(report_identity, "declared", None, _DECLARED) == event.id
    }
    return {
        event.id: declared
        for event in events
        for report_identity, declared in declared_by_identity.items()
        if _follows(event, report_identity)
    }


def _identities(declared: Event, sources: Sequence[Event]) -> Iterator[str]:
    """Yield the identities that the report of a declaration may have had."""
    page, name = declared.text("page") or "", declared.text("name") or ""
    yield _by_title(page, name, declared.at)
    for source in sources:
        if remote_id := source.text("remote_id"):
            yield _by_id(page, source.text("page_id"), remote_id)
        yield _by_text(page, source.text("text") or "")


def _follows(event: Event, report_identity: str) -> bool:
    """Whether an event's id was derived from an identity."""
    value = ulid_value(event.id)
    extra = (event.text("digest") or "") if event.kind == "source" else ""
    digest = _digest(report_identity, event.kind, value >> 80, value >> 64 & 0xFFFF, extra)
    return value & 0xFFFF_FFFF_FFFF_FFFF == digest


def _declaration(report: Report) -> dict[str, Any]:
    kind = report.kind
    first = next((update.status for update in report.updates if update.status in STATUSES), None)
    return {
        "name": report.name,
        "page": report.page,
        "kind": kind,
        # A report without updates is about something that has ended.
        "status": first or (first_status(kind) if report.updates else last_status(kind)),
        "impact": report.impact,
        "scheduled_for": iso_or_none(report.scheduled_for),
        "scheduled_until": iso_or_none(report.scheduled_until),
        "components": [component.to_payload() for component in report.components],
        "origin": ORIGIN,
    }


def _update(update: Block) -> dict[str, Any]:
    return {
        "status": update.word.lower(),
        "body": update.body,
        "components": [component.to_payload() for component in update.components],
        "notify": False,
        "origin": ORIGIN,
        "remote_id": update.remote_id,
        "created_at": iso_or_none(update.created_at),
        "shown_at": iso_or_none(update.at),
    }


def _source(report: Report, digest: str) -> dict[str, Any]:
    return {
        "format": report.format,
        "name": report.source,
        "text": report.text,
        "digest": digest,
        "warnings": list(report.warnings),
        "remote_id": report.remote_id,
        "page_id": report.page_id,
        "url": report.url,
    }


def _first_time(report: Report) -> datetime | None:
    """Return the earliest time in the report."""
    blocks = report.updates or ((report.postmortem,) if report.postmortem else ())
    return min((block.at for block in blocks if block.at), default=None)


def _minute(at: datetime) -> datetime:
    return at.replace(second=0, microsecond=0)


def _normalised(text: str) -> str:
    return " ".join(text.split()).casefold()


def _event_id(
    report_identity: str, kind: str, at: datetime | None, rank: int, extra: str = ""
) -> str:
    """Return the id of an entry of the report with this identity."""
    since = _minute(at) - _EPOCH if at else timedelta()
    milliseconds = max(since // timedelta(milliseconds=1), 0)
    rank = min(rank, _SOURCE)
    digest = _digest(report_identity, kind, milliseconds, rank, extra)
    return ulid(milliseconds << 80 | rank << 64 | digest)


def _digest(report_identity: str, kind: str, milliseconds: int, rank: int, extra: str) -> int:
    joined = "\x1f".join((report_identity, kind, str(milliseconds), str(rank), extra))
    return int.from_bytes(hashlib.sha256(joined.encode()).digest()[:8])
