"""U4 U5 U6 U9 U10 U15: an update in the course of its incident: times, silence, status."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise
from typing import Final

from ircon.checks.finding import WARN, Violation, about_entry
from ircon.checks.lexicon.stock_phrases import ELSEWHERE, GOES_ON, RECOVERED
from ircon.checks.promise_ledger import ledger
from ircon.checks.promises import find_promises
from ircon.checks.rule import rule
from ircon.checks.subject import Passage, Subject
from ircon.incident.components import ComponentChange
from ircon.incident.promise import MISSED, UPDATE
from ircon.incident.state import Incident
from ircon.incident.time_input import render_clock
from ircon.incident.times import minutes_between
from ircon.incident.vocabulary import COMPONENT_STATUSES, is_closed, status_phase
from ircon.text.clock_times import text_times
from ircon.text.prose import mask_markup, sentences

_SHORT_SOAK: Final = 15  # minutes: half of all incidents are watched longer
_LONG_SILENCE: Final = 120  # minutes: nine of ten resolves come sooner

# It says where to look instead: "Updates are posted at https://...", "follow the bank's page".
_TOLD_ELSEWHERE: Final = re.compile(
    r"\b(?:updates?|news|progress|status|details|information|more|follow\w*|watch|track\w*|see"
    r"|check|refer to|look)\b[^!?\n]{0,120}(?:https?://|\bwww\.|\]\()"
    r"|\b(?:will not|won['’]t|do not|don['’]t) (?:repeat|post|copy|update|duplicate)\b"
    r"[^.!?\n]{0,40}\bhere\b"
    r"|\b(?:follow|watch|track|see|check) (?:their|its|(?:the|our) (?:\w+ ){0,3}(?:provider|vendor"
    r"|operator|carrier|bank|supplier|partner|registry|exchange|host)['’]?s?)(?: \w+){0,3}? (?:page"
    r"|site|website|status|feed|channel)\b"
    r"|\b(?:update|post|report|write|be back)\w*\b[^.!?\n]{0,40}\b(?:when|once|as soon as|after)"
    r" (?:they|(?:the|our) (?:\w+ ){0,3}(?:provider|vendor|operator|carrier|bank|supplier|partner"
    r"|registry|exchange|host|grid))\b",
    re.IGNORECASE,
)
_WILL_TELL: Final = re.compile(
    r"\b(?:will|shall|would|going to)\b[^.;!?\n]{0,60}?\b(?:updates?|inform\w*|keep you|report"
    r"|share"
    r"|let you know|news)\b|\bupdates? (?:will|to follow)\b|\bstay tuned\b",
    re.IGNORECASE,
)
# Phrases by which an update admits that the fix did not hold.
_NOT_HELD: Final = re.compile(
    r"\b(?:again|re-?occur\w*|recur\w*|re-?open\w*|return(?:s|ed|ing)?|reappear\w*|resurfac\w*"
    r"|relaps\w*"
    r"|regress\w*|reintroduc\w*|re-?emerg\w*|still|yet|persist\w*|remain(?:s|ed|ing)?|once more"
    r"|ongoing|unfortunately|premature\w*|another|second|further|new (?:occurrence|wave|errors?"
    r"|failures?|issues?|problems?|symptoms?|reports?)|additional|previous(?:ly)?|earlier|residual"
    r"|(?:is|are|was|were|has|have|came|comes?|coming|crept|creeping) back\b(?! (?:to|in) (?:normal"
    r"|service|operation))|resum(?:ed|ing)|too (?:early|soon)|w(?:ears?|ore) off|flar\w+"
    r"|(?:the )?same (?:error|symptom|problem|issue|failure|fault)s?"
    r"|(?:seen|see|seeing|noticed|observed) (?:\w+ ){0,4}(?:increase|rise|uptick|spike|climb|drop"
    r"|decline)[^.\n]{0,60}\bsince|(?:ris|climb|grow|increas)ing since"
    r"|anew\b|bought (?:us )?(?:only )?\w+ (?:minute|hour)s?|(?:only|just) (?:part\w*|one|half"
    r"|some|for)|not (?:the )?(?:whole|full|only|real|actual)"
    r"|(?:was|were|is)(?: not|n['’]t) (?:gone|enough|over|it|the end)|wrong (?:cause|fix|track"
    r"|diagnosis)|in vain|fell (?:over|through)|gave way"
    r"|despite|did(?: not|n['’]t)(?: \w+)? (?:hold|help|work|resolve|fix|last|solve|stick|do)"
    r"|not (?:been )?"
    r"(?:fully |completely |yet )*(?:resolved|fixed|hold\w*|sufficient|effective|enough|successful)"
    r"|(?:has|have) not|rolled back the fix|back (?:up|down)|worse\w*|continu\w+ to (?:see"
    r"|experience"
    r"|observe|occur|fail|be|receive|affect|impact))\b",
    re.IGNORECASE,
)
_DATA_LOSS: Final = re.compile(
    r"\bdata (?:loss|integrity|corruption|leak\w*|breach)\b|\b(?:no|any|some|all|customer"
    r"|user) (?:\w+ )?data\b"
    r"|\bdata (?:was|were|is|has|have|remain\w*)\b|\b(?:los[ts]|lose|losing|dropped)\b"
    r"|\bno (?:lingering|remaining|lasting|further|residual|ongoing|permanent|additional) "
    r"(?:\w+ )?(?:impact|effects?|issues?|symptoms?|errors?|problems?|delays?)\b"
    r"|\b(?:all|every) (?:\w+ ){0,4}(?:(?:re)?processed|delivered|recovered|replayed|restored"
    r"|caught up"
    r"|re-?sent)\b|\b(?:backlogs?|queues?|queued)\b[^.\n]{0,60}\b(?:processed|cleared|drained"
    r"|empt\w+)",
    re.IGNORECASE,
)


@rule(
    "U4",
    WARN,
    english=True,
    good="Some payments fail since 14:02 UTC. Next update by 14:30 UTC.",
    bad="We will provide updates as we learn more.",
)
def no_next_time(subject: Subject) -> Iterator[Violation]:
    """An Investigating or Identified update gives no time for the next update.

    Without a time everybody asks, and the engineers on the incident have to answer. A time
    costs four words, and 'nothing new' is an update, too.
    """
    for passage in subject.updates:
        if status_phase(passage.status) != "active" or passage.is_maintenance:
            continue
        posted = passage if passage.at else replace(passage, at=subject.now)
        spans = sentences(passage.text)
        if not spans or _TOLD_ELSEWHERE.search(passage.text):
            continue
        if any(promise.kind == UPDATE for promise in find_promises(posted, subject.zone)):
            continue
        vague = _WILL_TELL.search(mask_markup(passage.text))
        if vague is None and RECOVERED.search(passage.text) and not GOES_ON.search(passage.text):
            continue
        start, end = vague.span() if vague else (spans[0].start, spans[0].end)
        holder = next((span for span in spans if span.within(start, end)), spans[0])
        yield Violation(
            passage,
            start,
            holder.end if vague else end,
            "No time for the next update: readers do not know when to look again.",
            f"the status of this update, {passage.status_label}",
        )


@rule(
    "U5",
    WARN,
    good="Next update by 14:30 UTC. (and one at 14:28 UTC)",
    bad="Next update in 30 minutes. (and the next after two hours)",
)
def promise_missed(subject: Subject) -> Iterator[Violation]:
    """The time of a promised update has passed without one.

    A promise is a deadline: kept, it earns trust; missed, it costs more than silence. An update
    at the promised time that says 'nothing new' keeps it.
    """
    for passage, promise in ledger(subject):
        if promise.kind != UPDATE or promise.state != MISSED or promise.due is None:
            continue
        due = render_clock(promise.due, subject.zone)
        late = promise.missed_by_min
        yield Violation(
            passage,
            promise.start,
            promise.end,
            f"An update was promised by {due}; none was posted in time."
            if late is None
            else f"An update was promised by {due}; it came {_format_minutes(late)} late.",
            "the next public update",
        )


@rule(
    "U6",
    WARN,
    good="Investigating 09:00, 09:14, 09:29, Monitoring 09:40, all UTC.",
    bad="Investigating 09:00; Monitoring 11:10.",
)
def silence(subject: Subject) -> Iterator[Violation]:
    """No update for longer than the cadence of its status and severity allows.

    How long a silence may last is the team's own table in config.toml; a severity that is not
    set counts as sev3. Exactly the limit is in time.
    """
    cadence = subject.cadence.get(subject.incident.severity or "sev3", {})
    for passage, after in pairwise([*subject.updates, None]):
        assert passage is not None  # noqa: S101 - only the last of a pair is None
        limit = cadence.get(passage.status)
        until = _posted_at(after, subject) if after else _silent_until(passage, subject)
        if limit is None or passage.at is None or until is None:
            continue
        minutes = minutes_between(passage.at, until)
        if minutes <= limit or _promised_until(passage, subject) >= until:
            continue
        allowed = f"{_format_minutes(limit)} in {passage.status_label}"
        yield about_entry(
            after or passage,
            f"{_format_minutes(minutes)} without an update, where {allowed} is the limit."
            if after
            else f"No update for {_format_minutes(minutes)}, where {allowed} is the limit.",
            f"the cadence of {subject.incident.severity or 'sev3'}",
        )


def _promised_until(passage: Passage, subject: Subject) -> datetime:
    """Return the time of the update that was promised: it replaces the cadence as the deadline."""
    deadlines = (
        promise.due
        for promise in find_promises(passage, subject.zone)
        if promise.kind == UPDATE and promise.due
    )
    return max(deadlines, default=datetime.min.replace(tzinfo=UTC))


@rule(
    "U9",
    WARN,
    english=True,
    good="Errors are back since 10:05 UTC: the restart of 09:50 did not hold.",
    bad="We are investigating elevated errors. (after Monitoring)",
)
def fell_back(subject: Subject) -> Iterator[Violation]:
    """The status goes back to Investigating or Identified, and no text says why.

    Readers saw it fixed. If the fix did not hold, say so in plain words: nobody should have to
    infer it from a status.
    """
    for before, passage in pairwise(subject.updates):
        is_back = (
            status_phase(before.status) in {"monitoring", "closed"}
            and status_phase(passage.status) == "active"
        )
        if not is_back or passage.is_maintenance or _NOT_HELD.search(passage.text):
            continue
        yield about_entry(
            passage,
            f"Back from {before.status_label} to {passage.status_label}, and the text does "
            f"not say "
            "that the fix did not hold.",
            f"the {before.status_label} update before it",
        )


@rule(
    "U10",
    WARN,
    good="Monitoring 12:00, an update at 12:45, Resolved 13:20, all UTC.",
    bad="Monitoring 12:59, Resolved 13:10.",
)
def soak(subject: Subject) -> Iterator[Violation]:
    """Resolved comes after less than 15 min of Monitoring, or after 2 h without an update.

    Most fixes that fail do so soon. After a long watch without an update readers doubt that
    anybody is still looking.
    """
    updates = [update for update in subject.updates if not update.is_maintenance]
    index = _final_close(updates)
    if index is None:
        return
    final, before = updates[index], updates[:index]
    at = _posted_at(final, subject)
    start = None
    for update in reversed(before):
        if status_phase(update.status) != "monitoring":
            break
        start = update
    if start is None or start.at is None or at is None:
        return
    watched, quiet = minutes_between(start.at, at), minutes_between(before[-1].at or start.at, at)
    if watched < _SHORT_SOAK:
        message = (
            f"Resolved after {_format_minutes(watched)} of Monitoring: "
            f"a fix should be watched for {_SHORT_SOAK} min."
        )
    elif quiet > _LONG_SILENCE:
        message = (
            f"Resolved after {_format_minutes(quiet)} of Monitoring without an update in between."
        )
    else:
        return
    yield about_entry(final, message, "the Monitoring update before it")


@rule(
    "U15",
    WARN,
    english=True,
    good="Uploads work again since 10:42 UTC. Nothing that was uploaded is lost: no data loss.",
    bad="This incident has been resolved.",
)
def resolved_without_facts(subject: Subject) -> Iterator[Violation]:
    """Resolved lacks the end time or a word about data, or a component is not operational.

    When it has ended, readers ask since when, and whether any of their data is lost. A
    component that stays yellow on the page says that it has not ended.
    """
    updates = subject.updates
    for before, passage in zip([None, *updates], updates, strict=False):
        closes = passage.status == "resolved" and not (before and is_closed(before.status))
        if not closes or not (spans := sentences(passage.text)):
            continue
        missing: list[str] = []
        elsewhere = ELSEWHERE.search(passage.text)
        if not elsewhere and not text_times(passage.text).clocks:
            missing.append("when it ended")
        if not elsewhere and not _DATA_LOSS.search(passage.text):
            missing.append("whether data was lost")
        degraded = _degraded_after(passage, subject.incident) if passage is updates[-1] else []
        if not (missing or degraded):
            continue
        parts = [f"it does not say {' or '.join(missing)}"] if missing else []
        if degraded:
            named = ", ".join(component.path for component in degraded[:3]) + (
                " ..." if len(degraded) > 3 else ""
            )
            parts.append(f"{named} {'is' if len(degraded) == 1 else 'are'} still not operational")
        message = "; ".join(parts)
        yield Violation(
            passage,
            spans[0].start,
            spans[0].end,
            f"{message[0].upper()}{message[1:]}.",
            "the record's components, and what readers ask when it is over",
        )


def _degraded_after(passage: Passage, incident: Incident) -> list[ComponentChange]:
    """Return the components below operational after this update; a draft may change them."""
    changed = {component.id: component for component in passage.components if component.status}
    after = {component.id: component for component in incident.components} | changed
    return [
        component
        for component in after.values()
        if COMPONENT_STATUSES[component.status or "operational"].rank
    ]


def _final_close(updates: list[Passage]) -> int | None:
    """Return the index of the first closing update that only closing updates follow."""
    final = None
    for index in range(len(updates) - 1, -1, -1):
        if not is_closed(updates[index].status):
            break
        final = index
    return final


def _posted_at(passage: Passage, subject: Subject) -> datetime | None:
    return passage.at or (subject.now if passage.is_draft else None)


def _silent_until(passage: Passage, subject: Subject) -> datetime | None:
    """Return now, where the silence after the last update still lasts."""
    return subject.now if subject.incident.is_open and not passage.is_draft else None


def _format_minutes(minutes: float) -> str:
    """Format minutes as ``41 min`` or ``2 h 45 min``."""
    hours, rest = divmod(round(minutes), 60)
    if not hours:
        return f"{rest} min"
    return f"{hours} h {rest} min" if rest else f"{hours} h"
