"""The promise ledger: what was promised to customers, and what became of it."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from ircon.checks.promises import promises
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
    """Every promise in the published updates, with what became of it by ``subject.now``."""
    return [
        (passage, judge(promise, subject.incident, subject.now))
        for passage in subject.updates
        if not passage.is_draft
        for promise in promises(passage, subject.zone)
    ]


def judge(promise: Promise, incident: Incident, now: datetime) -> Promise:
    """A promise with its state. Whole minutes count: a page that cuts seconds off is in time."""
    later = [update for update in incident.public_updates if update.shown > promise.made_at]
    published = incident.postmortem.published_at
    if promise.kind == MAINTENANCE:
        return _announced(promise, later, now)
    if promise.kind == POSTMORTEM:
        came = published
    else:
        words = [*(one.shown for one in later), *([published] if published else [])]
        came = min((at for at in words if at > promise.made_at), default=None)
    if came is not None:
        return _came(promise, came)
    if promise.due is None or now < promise.due + timedelta(minutes=1):
        return promise
    # The record of an imported incident says nothing after its last word.
    late = None if incident.origin == "import" else _minutes(now - promise.due)
    return replace(promise, state=MISSED, missed_by_min=late)


def _announced(promise: Promise, later: list[Update], now: datetime) -> Promise:
    due = promise.due or now
    for one in later:
        if one.shown >= due - _EARLY and (
            one.status == "in_progress" or _BEGUN.search(one.body.public)
        ):
            return _came(promise, one.shown)
    over = any(is_closed(one.status) and one.shown < due for one in later)
    return replace(promise, state=OVERTAKEN if over or now > due else OPEN)


def _came(promise: Promise, at: datetime) -> Promise:
    late = _minutes(at - promise.due) if promise.due else 0
    return replace(
        promise, state=MISSED if late > 0 else KEPT, missed_by_min=late if late > 0 else None
    )


def _minutes(span: timedelta) -> int:
    return int(span / timedelta(minutes=1))
