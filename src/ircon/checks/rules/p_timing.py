"""P5 P6 P18 P20: when a postmortem is published, and the course of its incident."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from itertools import pairwise
from typing import Final

from ircon.checks.finding import ERROR, WARN, Violation, about_entry, missing_from
from ircon.checks.promise_ledger import ledger
from ircon.checks.rule import CONTRADICTION, rule
from ircon.checks.subject import Subject
from ircon.incident.metrics import compute_metrics
from ircon.incident.promise import MISSED, POSTMORTEM
from ircon.incident.time_input import render_clock
from ircon.incident.times import minutes_between
from ircon.incident.vocabulary import STATUSES, effective_severity, status_phase
from ircon.text.dates import add_business_days
from ircon.text.phrases import find_phrases, phrases

# Phrases that claim more than a look at the dashboards.
_ANALYSIS: Final = phrases(
    r"(?:thorough|detailed|in-depth|comprehensive|full|deep|complete|extensive|careful|exhaustive)"
    r" (?:\w+ )?(?:investigation|analysis|review|examination)",
    "thoroughly (?:investigated|analy[sz]ed|reviewed|examined)",
    "(?:root|exact|underlying) causes?(?: analysis)?",
)
# Phrases that admit that the first attempt was not the last.
_DID_NOT_HOLD: Final = phrases(
    "re-?open~", "re-?occur~", "recur(?:red|s|ring|rence)", "resurfac~", "reappear~", "relaps~",
    "came back", "(?:was|were|is|are) back", "return(?:ed|ing) (?:at|of|after|once)",
    "(?:issue|problem|error|symptom|outage|degradation|failure)s? (?:\\w+ )?return~",
    "(?:did not|didn't|does not) (?:\\w+ )?(?:hold|help|last|suffice|fix|resolve|solve)",
    "(?:first|initial|earlier|previous) (?:\\w+ )?(?:fix|mitigation|attempt|remedy|change"
    "|rollback|restart)",
    "(?:fix|mitigation|rollback|workaround|patch|restart) (?:\\w+ ){0,4}(?:failed|was (?:not|in)"
    "|only partial~|proved|insufficient|ineffective|wore off)",
    "second (?:wave|time|fix|attempt|occurrence|incident|outage|mitigation)",
    "(?:failed|fail~|degrad~|unavailable|slow|down) (?:\\w+ ){0,3}(?:again|once more)",
    "again (?:\\w+ ){0,3}(?:fail~|degrad~|unavailable|slow~|down|saw|rose|increas~)",
    "(?:two|three|several|multiple|repeated) (?:\\w+ )?(?:fixes|attempts|phases|waves|periods)",
    "prematurely", "too early", "flapp~",
)  # fmt: skip


@rule(
    "P5",
    ERROR,
    good="'Resolved on Monday, posted on Thursday.'",
    bad="Resolved in March, posted in September",
    only_warns=True,
)
def late_postmortem(subject: Subject) -> Iterator[Violation]:
    """The postmortem is later than the team's limit (5 business days; 3 days for a sev1).

    Memory fades, and so does trust. Lateness is never a reason not to publish: it shows as a
    warning only.
    """
    passage = subject.postmortem
    final = compute_metrics(subject.incident).resolved_final
    if passage is None or final is None:
        return
    due, limit = _deadline(subject, final)
    at = passage.at or subject.now
    if at < due:
        return
    days = (at - final).days
    lateness = f"{days} days after Resolved, where {limit} is the limit"
    day = f"{final.astimezone(subject.zone):%Y-%m-%d}"
    compared = f"Resolved, {render_clock(final, subject.zone)} on {day}"
    if passage.stamp:
        yield about_entry(passage, f"Posted {lateness}.", compared)
    else:
        tense = "Posted" if passage.at else "This is"
        yield missing_from(passage, f"{tense} {lateness}.", compared)


def _deadline(subject: Subject, final: datetime) -> tuple[datetime, str]:
    """Return when the postmortem is due, the end of a day in the page's zone, and the limit."""
    business, calendar = subject.limit_days
    day = final.astimezone(subject.zone).date()
    incident = subject.incident
    if effective_severity(incident.severity, incident.impact) == "sev1":
        last, limit = day + timedelta(days=calendar), f"{calendar} days for a sev1"
    else:
        last, limit = add_business_days(day, business), f"{business} business days"
    return datetime.combine(last + timedelta(days=1), time.min, subject.zone), limit


@rule(
    "P6",
    WARN,
    good="'What we know so far: the update slowed one query. We will write more by Friday.'",
    bad="'After a detailed analysis ...', seven minutes after Resolved",
    kind=CONTRADICTION,
)
def analysed_at_once(subject: Subject) -> Iterator[Violation]:
    """An analysis is claimed sooner after Resolved than the fix was watched.

    Minutes after Resolved nothing has been analysed yet. Say what is known, and when the
    analysis will be published.
    """
    passage = subject.postmortem
    metrics = compute_metrics(subject.incident)
    if passage is None or metrics.resolved_final is None or metrics.soak_min is None:
        return
    after = minutes_between(metrics.resolved_final, passage.at or subject.now)
    if not 0 <= after < metrics.soak_min:
        return
    when = passage.stamp or "now"
    for claim in find_phrases(_ANALYSIS, passage.text):
        yield Violation(
            passage,
            *claim.span(),
            f"An analysis is claimed {after:.0f} min after Resolved; the fix alone was watched for "
            f"{metrics.soak_min:.0f} min.",
            f"the time of the postmortem: {when}",
        )


@rule(
    "P18",
    WARN,
    good="'A postmortem follows within 5 business days', and it did",
    bad="'A postmortem follows within 5 business days', and it came after two weeks",
)
def promise_missed(subject: Subject) -> Iterator[Violation]:
    """The postmortem that an update promised came late, or did not come.

    A promise with a date is a debt. Where it cannot be kept, one sentence before the date is
    enough.
    """
    for passage, promise in ledger(subject):
        if promise.kind != POSTMORTEM or promise.state != MISSED or promise.due is None:
            continue
        due = f"{promise.due.astimezone(subject.zone) - timedelta(minutes=1):%Y-%m-%d}"
        at = subject.incident.postmortem.published_at
        outcome = (
            f"it came on {at.astimezone(subject.zone):%Y-%m-%d}" if at else "the record has none"
        )
        yield Violation(
            passage,
            promise.start,
            promise.end,
            f"A postmortem was promised by {due}; {outcome}.",
            "the recorded postmortem",
        )


@rule(
    "P20",
    WARN,
    english=True,
    good="'The first restart did not hold: errors came back at 09:32.'",
    bad="a story in which the first fix was the last",
)
def untold_return(subject: Subject) -> Iterator[Violation]:
    """The record has a reopening or a fix that did not hold, and the text does not mention it.

    All who read the page saw it go back. Left out, it looks concealed.
    """
    passage = subject.postmortem
    if passage is None or any(find_phrases(_DID_NOT_HOLD, passage.text)):
        return
    returns = [
        later
        for before, later in pairwise(subject.incident.public_updates)
        if status_phase(before.status) in {"monitoring", "closed"}
        and status_phase(later.status) == "active"
    ]
    if not returns:
        return
    times = ", ".join(render_clock(update.shown, subject.zone) for update in returns)
    label = STATUSES[returns[0].status].label
    yield missing_from(
        passage,
        f"The record goes back to {label} at {times}: the text does not mention a fix "
        "that did not hold.",
        "the order of the recorded updates",
    )
