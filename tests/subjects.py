"""Subjects for tests of the checks, made in one line each.

    subject = subject_with(
        "09:00 investigating: The API answers slowly.",
        "09:40 resolved: We rolled back release 12.",
        postmortem="It lasted from 09:00 to 09:40 UTC.",
    )
    assert quotes(subject, "T1") == []

Times are UTC on ``DAY`` (2025-06-23, a Monday); ``+1 09:00`` is the day after. The
page's zone is Berlin's, two hours ahead then.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from events import Recorder
from ircon.checks.catalogue import check, selected
from ircon.checks.finding import Finding
from ircon.checks.subject import POSTMORTEM, TITLE, UPDATE, Passage, Subject
from ircon.incident.fold import fold
from ircon.incident.time_input import render_clock

DAY = date(2025, 6, 23)
BERLIN = ZoneInfo("Europe/Berlin")


def at(clock: str) -> datetime:
    """``09:00``, or ``+1 09:00`` for the day after."""
    shift, _, wall = clock.rpartition(" ")
    day = DAY + timedelta(days=int(shift or 0))
    return datetime.combine(day, time.fromisoformat(wall), UTC)


def subject_with(
    *updates: str,
    title: str = "Slow answers",
    postmortem: str | None = None,
    posted: str | None = None,
    milestones: Sequence[tuple[str, str]] = (),
    created: Sequence[str | None] = (),
    draft: str | None = None,
    **more: Any,
) -> Subject:
    """An incident as its texts tell it.

    Args:
        updates: ``TIME STATUS: words`` each.
        postmortem: its words, posted at ``posted``; a draft without.
        milestones: ``("started", "08:55")`` each.
        created: when the page took each update, where that is not when it shows it.
        draft: an update that is being written, status and words.
        more: fields of the subject, or of the declaration (``kind``, ``severity``,
            ``scheduled_for``, ``scheduled_until``).
    """
    declaration = {
        name: more.pop(name)
        for name in ("kind", "impact", "severity", "scheduled_for", "scheduled_until")
        if name in more
    }
    read = [_read(one) for one in updates]
    record = Recorder()
    record.declared(
        title, at=min([moment for moment, _, _ in read], default=at("09:00")), **declaration
    )
    for name, clock in milestones:
        record.milestone(name, at=at(clock))
    for place, (moment, status, words) in enumerate(read):
        made = created[place] if place < len(created) else None
        times = {"shown_at": moment.isoformat()}
        if made:
            times["created_at"] = at(made).isoformat()
        record.update(status, words, at=moment, **times)
    incident = fold(record.events)
    assert incident is not None
    passages = [Passage(TITLE, title)]
    for update in incident.public_updates:
        stamp = render_clock(update.shown, BERLIN)
        passages.append(
            Passage(
                UPDATE,
                update.body.public,
                entry=update.id,
                update=update,
                at=update.shown,
                stamp=stamp,
                status=update.status,
            )
        )
    if draft is not None:
        status, _, words = draft.partition(": ")
        passages.append(Passage(UPDATE, words, status=status, is_draft=True))
    if postmortem is not None:
        when = at(posted) if posted else None
        passages.append(Passage(POSTMORTEM, postmortem, at=when, is_draft=when is None))
        if when:
            incident = replace(incident, postmortem=replace(incident.postmortem, published_at=when))
    fields = {"now": at("+30 12:00"), "zone": BERLIN, **more}
    return Subject("test", incident, tuple(passages), **fields)


def report(text: str, **more: Any) -> Subject:
    """A report in prose, as it is read from a file: no record beside it."""
    return subject_with(postmortem=text, has_record=False, **more)


def _read(line: str) -> tuple[datetime, str, str]:
    head, _, words = line.partition(": ")
    clock, _, status = head.rpartition(" ")
    return at(clock), status, words


def findings(subject: Subject, rule: str) -> list[Finding]:
    """What one rule finds."""
    return check(subject, selected([rule]))


def quotes(subject: Subject, rule: str) -> list[str]:
    """The words that one rule finds fault with."""
    return [one.quote for one in findings(subject, rule)]


def apply_fix(subject: Subject, rule: str) -> str:
    """The text after the fix of a rule's only finding."""
    (one,) = findings(subject, rule)
    assert one.fix is not None
    text = one.passage.text
    return text[: one.fix.start] + one.fix.replacement + text[one.fix.end :]
