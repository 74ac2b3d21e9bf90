"""Ledger of promises: what published updates promised to customers, and the outcome."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from ircon.checks.promises import find_promises
from ircon.checks.subject import Passage, Subject
from ircon.incident.promise import (
    KEPT,
    MAINTENANCE,
    MISSED,
    OPEN,
    OVERTAKEN,
    POSTMORTEM,
    Promise,
)
from ircon.incident.state import Incident, Update
from ircon.incident.vocabulary import is_closed

_BEGUN: Final = re.compile(
    r"\b(?:in progress|under ?way|(?:has|have|is|are|was) (?:now )?(?:started|begun|starting"
    r"|beginning|performing|ongoing)|now (?:performing|starting|restarting))\b",
    re.IGNORECASE,
)
_EARLY: Final = timedelta(minutes=10)  # what begins a little early has begun


def ledger(subject: Subject) -> list[tuple[Passage, Promise]]:
    """Return every promise in the published updates, with its outcome by ``subject.now``."""
    return [
        (passage, judge(promise, subject.incident, subject.now))
        for passage in subject.updates
        if not passage.is_draft
        for promise in find_promises(passage, subject.zone)
    ]


def judge(promise: Promise, incident: Incident, now: datetime) -> Promise:
    """Return a promise with its state, in whole minutes, as pages cut seconds off."""
    later = [update for update in incident.public_updates if update.shown > promise.made_at]
    published = incident.postmortem.published_at
    if promise.kind == MAINTENANCE:
        return _judge_maintenance(promise, later, now)
    if promise.kind == POSTMORTEM:
        kept_at = published
    else:
        posts = [*(update.shown for update in later), *([published] if published else [])]
        kept_at = min((at for at in posts if at > promise.made_at), default=None)
    if kept_at is not None:
        return _with_lateness(promise, kept_at)
    if promise.due is None or now < promise.due + timedelta(minutes=1):
        return promise
    # The record of an imported incident ends with its last update.
    late = None if incident.origin == "import" else _minutes(now - promise.due)
    return replace(promise, state=MISSED, missed_by_min=late)


def _judge_maintenance(promise: Promise, later: list[Update], now: datetime) -> Promise:
    due = promise.due or now
    for update in later:
        if update.shown >= due - _EARLY and (
            update.status == "in_progress" or _BEGUN.search(update.body.public)
        ):
            return _with_lateness(promise, update.shown)
    closed_before = any(is_closed(update.status) and update.shown < due for update in later)
    return replace(promise, state=OVERTAKEN if closed_before or now > due else OPEN)


def _with_lateness(promise: Promise, at: datetime) -> Promise:
    late = _minutes(at - promise.due) if promise.due else 0
    return replace(
        promise, state=MISSED if late > 0 else KEPT, missed_by_min=late if late > 0 else None
    )


def _minutes(span: timedelta) -> int:
    return int(span / timedelta(minutes=1))
