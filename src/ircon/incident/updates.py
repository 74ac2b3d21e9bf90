"""Updates of an incident, with the delivery and the author of each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from ircon.incident.corrections import CorrectedEvent
from ircon.incident.event import Event
from ircon.incident.page_changes import ShownUpdate, update_changes
from ircon.incident.state import Update
from ircon.incident.text import PublicText
from ircon.incident.times import iso
from ircon.incident.vocabulary import (
    DELIVERY_WORDS,
    IMPACTS,
    OBSERVED,
    PUBLIC_DELIVERIES,
    parse_status,
)

THE_PAGE: Final = "the page"  # the author of an entry without a known person or page


@dataclass(frozen=True, slots=True)
class DeliveryProgress:
    """The delivery of an update or a postmortem.

    ``delivery`` is one of ``vocabulary.DELIVERIES``; ``state`` the delivery state
    behind it, None for what others posted. ``server_time`` is when the page accepted it.
    """

    delivery: str = OBSERVED
    op: str | None = None
    state: str | None = None
    error: str | None = None
    server_time: datetime | None = None
    remote_id: str | None = None
    notice: str | None = None

    @property
    def is_public(self) -> bool:
        """Whether customers certainly see it."""
        return self.delivery in PUBLIC_DELIVERIES


class DeliveryLog:
    """The ``delivery`` events of an incident, by outbox operation."""

    def __init__(self, events: Iterable[CorrectedEvent]) -> None:
        self._moves: dict[str, list[Event]] = {}
        for corrected in events:
            if corrected.event.kind == "delivery" and (op := corrected.event.text("op")):
                self._moves.setdefault(op, []).append(corrected.event)
        for moves in self._moves.values():
            # By the operation's own count: a clock that was set back must not undo a post.
            moves.sort(key=lambda move: (move.integer("move") or 0, move.id))

    def __iter__(self) -> Iterator[Event]:
        return (move for moves in self._moves.values() for move in moves)

    def of(self, event: Event) -> DeliveryProgress:
        """Return the delivery of an update or a postmortem."""
        op = event.text("op")
        if op is None:
            return DeliveryProgress(remote_id=event.text("remote_id"))
        moves = self._moves.get(op, [])
        state = (moves[-1].text("state") if moves else "queued") or ""
        times = [time for move in moves if (time := move.instant("server_time"))]
        return DeliveryProgress(
            delivery=DELIVERY_WORDS.get(state, "unknown"),
            op=op,
            state=state,
            error=moves[-1].text("error") if moves else None,
            server_time=times[-1] if times else None,
            remote_id=moves[-1].text("remote_id") if moves else event.text("remote_id"),
            notice=next(
                (author for move in reversed(moves) if (author := move.text("notice"))), None
            ),
        )

    def remote_incident(self) -> str | None:
        """Return the incident's id on the page; None before it is posted."""
        return next((remote for move in self if (remote := move.text("remote_incident"))), None)


class Authors:
    """The author of each entry: a person, or the page or report that it came from."""

    def __init__(self, declared: Event, events: Iterable[CorrectedEvent]) -> None:
        source = next(
            (corrected.event for corrected in events if corrected.event.kind == "source"), None
        )
        self._is_report = source is not None
        name = source.text("name") if source else None
        self._page = declared.text("page") or name or THE_PAGE

    def of(self, event: Event) -> str:
        """Return the author of an event: a person's name, or a page's."""
        if author := event.text("author"):
            return self._page if author == THE_PAGE else author
        read_in = event.text("origin") in {"import", OBSERVED}
        if event.kind == "declared":  # a recording of ircon names who declared it
            read_in = read_in and self._is_report
        return self._page if read_in or event.kind == "page_changed" else event.actor


def read_updates(
    events: Sequence[CorrectedEvent], deliveries: DeliveryLog, first: str, speakers: Authors
) -> list[Update]:
    """Return the updates, in the order of the times the page shows for them.

    The status "Update", like an unknown one, keeps the status that is public by then:
    ``first`` before any is.
    """
    current = first
    changes = update_changes(events)
    updates = sorted(
        (
            _update(corrected, deliveries.of(corrected.event), changes, speakers)
            for corrected in events
            if corrected.event.kind == "update"
        ),
        key=lambda update: update.order,
    )
    for index, update in enumerate(updates):
        status = parse_status(update.raw_status or "") or current
        updates[index] = replace(update, status=status)
        if update.is_public:
            current = status
    return updates


def _update(
    corrected: CorrectedEvent,
    progress: DeliveryProgress,
    changes: Mapping[str, ShownUpdate],
    speakers: Authors,
) -> Update:
    event = corrected.event
    body = event.text("body") or ""
    created = progress.server_time or event.instant("created_at")
    shown_at = event.instant("shown_at") or created
    title = event.text("title")
    raw_status = event.text("status") or ""
    now = changes.get(progress.remote_id or "", ShownUpdate())
    edited = body if now.body is None else now.body  # an empty text is an edit, too
    was = {
        "body": body if edited != body else None,
        "status": raw_status if now.status and now.status != raw_status else None,
        "shown_at": iso(shown_at) if shown_at and now.shown_at not in {None, shown_at} else None,
    }
    return Update(
        id=corrected.label,
        event_id=event.id,
        status=now.status or raw_status,
        raw_status=now.status or raw_status,
        body=PublicText(body),
        title=PublicText(title) if title else None,
        components=event.components(),
        notify=event.payload.get("notify") is True,
        at=corrected.at,
        recorded_at=event.recorded_at,
        created_at=created,
        shown_at=now.shown_at or shown_at,
        delivery=progress.delivery,
        state=progress.state,
        origin=event.text("origin") or OBSERVED,
        author=speakers.of(event),
        op=progress.op,
        remote_id=progress.remote_id,
        error=progress.error,
        notice=progress.notice,
        edited=PublicText(edited) if edited != body else None,
        was={name: value for name, value in was.items() if value},
        deleted_at=now.deleted_at,
    )


def page_impact(events: Iterable[CorrectedEvent]) -> str | None:
    """Return the impact as the page last gave it; None where it never did."""
    impacts = [
        impact
        for corrected in events
        if corrected.event.kind in {"delivery", "update", "page_changed"}
        and (impact := corrected.event.text("impact")) in IMPACTS
    ]
    return impacts[-1] if impacts else None
