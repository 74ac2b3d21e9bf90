"""Words for the public, and how far each got on its way to the page."""

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

THE_PAGE: Final = "the page"  # of what nobody says by name


@dataclass(frozen=True, slots=True)
class DeliveryProgress:
    """How far one outbox operation got.

    ``delivery`` is one of ``vocabulary.DELIVERIES``; ``state`` the delivery state
    behind it, None for what others posted. ``server_time`` is when the page took it.
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
    """The moves of an incident's outbox operations, as told up to a moment."""

    def __init__(self, told: Iterable[CorrectedEvent]) -> None:
        self._moves: dict[str, list[Event]] = {}
        for one in told:
            if one.event.kind == "delivery" and (op := one.event.text("op")):
                self._moves.setdefault(op, []).append(one.event)
        for moves in self._moves.values():
            # By the move's own count: a clock that was set back must not undo a post.
            moves.sort(key=lambda move: (move.integer("move") or 0, move.id))

    def __iter__(self) -> Iterator[Event]:
        return (move for moves in self._moves.values() for move in moves)

    def of(self, event: Event) -> DeliveryProgress:
        """How far an update or a postmortem got."""
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
            notice=next((said for move in reversed(moves) if (said := move.text("notice"))), None),
        )

    def remote_incident(self) -> str | None:
        """The incident's id on the page, once it is there."""
        return next((remote for move in self if (remote := move.text("remote_incident"))), None)


class Authors:
    """Who said an entry: of what a page or a report told, that page, not who read it in."""

    def __init__(self, declared: Event, told: Iterable[CorrectedEvent]) -> None:
        source = next((one.event for one in told if one.event.kind == "source"), None)
        self._is_report = source is not None
        name = source.text("name") if source else None
        self._page = declared.text("page") or name or THE_PAGE

    def of(self, event: Event) -> str:
        """A person, or a page."""
        if said := event.text("author"):
            return self._page if said == THE_PAGE else said
        read_in = event.text("origin") in {"import", OBSERVED}
        if event.kind == "declared":  # one's own recording tells who declared it
            read_in = read_in and self._is_report
        return self._page if read_in or event.kind == "page_changed" else event.actor


def read_updates(
    told: Sequence[CorrectedEvent], deliveries: DeliveryLog, first: str, speakers: Authors
) -> list[Update]:
    """The updates, in the order of the times the page shows for them.

    The word "Update", like one that nobody knows, keeps the status that is public
    by then: ``first`` before there is one.
    """
    running = first
    changes = update_changes(told)
    updates = sorted(
        (
            _update(one, deliveries.of(one.event), changes, speakers)
            for one in told
            if one.event.kind == "update"
        ),
        key=lambda update: update.order,
    )
    for place, update in enumerate(updates):
        status = parse_status(update.raw_status or "") or running
        updates[place] = replace(update, status=status)
        if update.is_public:
            running = status
    return updates


def _update(
    one: CorrectedEvent,
    progress: DeliveryProgress,
    changes: Mapping[str, ShownUpdate],
    speakers: Authors,
) -> Update:
    event = one.event
    body = event.text("body") or ""
    created = progress.server_time or event.instant("created_at")
    shown_at = event.instant("shown_at") or created
    title = event.text("title")
    word = event.text("status") or ""
    now = changes.get(progress.remote_id or "", ShownUpdate())
    edited = body if now.body is None else now.body  # none left is an edit, too
    was = {
        "body": body if edited != body else None,
        "status": word if now.status and now.status != word else None,
        "shown_at": iso(shown_at) if shown_at and now.shown_at not in {None, shown_at} else None,
    }
    return Update(
        id=one.label,
        event_id=event.id,
        status=now.status or word,
        raw_status=now.status or word,
        body=PublicText(body),
        title=PublicText(title) if title else None,
        components=event.components(),
        notify=event.payload.get("notify") is True,
        at=one.at,
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
        was={name: said for name, said in was.items() if said},
        deleted_at=now.deleted_at,
    )


def page_impact(told: Iterable[CorrectedEvent]) -> str | None:
    """The impact as the page last gave it; None where it never did."""
    said = [
        impact
        for one in told
        if one.event.kind in {"delivery", "update", "page_changed"}
        and (impact := one.event.text("impact")) in IMPACTS
    ]
    return said[-1] if said else None
