"""A row of the outbox: one thing to be done to a page, exactly once."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple


class Operation(NamedTuple):
    """An operation on a page, as it was confirmed, and its delivery state.

    Its states are in docs/delivery.md; the journal only keeps it. What is frozen once queued
    (``rows.FROZEN``) never changes: an edited text is a new operation.

    Attributes:
        op: a random token, also the operation's id in the page's metadata.
        incident: the incident's short id.
        page: the configured page's name; page_id: its pinned id.
        kind: ``create``, ``update`` or ``postmortem``.
        payload: what will be sent, byte for byte as it was confirmed; payload_sha: its
            SHA-256 in hex.
        state: a key of ``vocabulary.DELIVERY_WORDS``.
        event: the id of the event that holds its text.
        queued_at: when it was last queued, by the wall clock: its age counts from here.
        seq: its place in the queue, given by the journal.
        moves: how many moves between states it has made.
        base_ids: what was on the page right before sending (update ids; for a create,
            incident ids); None before that look.
        attempts: how often it was tried: sending was begun, or the page could not be asked
            whether it may.
        not_before: no attempt before this; hold_until: can be taken back until then.
        t_unknown: since when its fate is open (sent, or unknown); good_reads: how many looks
            since then answered and did not show it.
        remote_id: what it became on the page; at most one operation has it.
        remote_incident: the page's id of its incident.
        rate_limited: ``not_before`` is the page's own word (Retry-After), not ours.
        quiet: somebody chose to send it again without notifying subscribers.
        by: who works on it, ``host:pid:boot_id``, while held, in preflight or sending.
        error: the last failure, for people.
        boot_id, boot_ns, mono_ns: the other clocks at ``queued_at``, and once its fate is
            open at ``t_unknown``: a sleep or a jump since then shows in their difference.
    """

    op: str
    incident: str
    page: str
    page_id: str
    kind: str
    payload: bytes
    payload_sha: str
    state: str
    event: str
    queued_at: datetime
    seq: int | None = None
    moves: int = 0
    base_ids: tuple[str, ...] | None = None
    attempts: int = 0
    not_before: datetime | None = None
    hold_until: datetime | None = None
    t_unknown: datetime | None = None
    good_reads: int = 0
    remote_id: str | None = None
    remote_incident: str | None = None
    by: str | None = None
    error: str | None = None
    rate_limited: bool = False
    quiet: bool = False
    boot_id: str = ""
    boot_ns: int = 0
    mono_ns: int = 0
