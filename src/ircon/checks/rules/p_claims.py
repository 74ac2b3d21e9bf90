"""P5 P6 P13 P18 P20: what a postmortem and its timing claim, held against the record."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from itertools import pairwise
from typing import Final

from ircon.checks.denials import denied
from ircon.checks.finding import ERROR, WARN, Violation, about_entry, missing_from
from ircon.checks.followups import follow_ups
from ircon.checks.lexicon.stock_phrases import DEFAULTS, PAST
from ircon.checks.promise_ledger import ledger
from ircon.checks.rule import rule
from ircon.checks.rules.u_course import silence
from ircon.checks.subject import Passage, Subject
from ircon.incident.metrics import Metrics, compute_metrics
from ircon.incident.promise import MISSED, POSTMORTEM
from ircon.incident.time_input import render_clock
from ircon.incident.times import minutes_between
from ircon.incident.vocabulary import STATUSES, effective_severity, status_phase
from ircon.text.dates import add_business_days
from ircon.text.durations import durations
from ircon.text.outline import ACTIONS, CLOSING, role_at
from ircon.text.phrases import contains, find_phrases, phrases
from ircon.text.prose import normalise

_SOON: Final = 15  # minutes from the first update in which "quickly identified" is true

# Words that claim more than a look at the dashboards.
_ANALYSIS: Final = phrases(
    r"(?:thorough|detailed|in-depth|comprehensive|full|deep|complete|extensive|careful|exhaustive)"
    r" (?:\w+ )?(?:investigation|analysis|review|examination)",
    "thoroughly (?:investigated|analy[sz]ed|reviewed|examined)",
    "(?:root|exact|underlying) causes?(?: analysis)?",
)
_FAST: Final = phrases(
    r"(?:immediately|quickly|promptly|rapidly)(?: [\w-]+){0,4} (?:identified|found|isolated)"
)
_OPEN: Final = phrases(
    "(?:regular|frequent) (?:\\w+ )?(?:updates|communication)",
    "(?:regularly|frequently) (?:updat|inform|communicat)(?:ed|ing)",
    "(?:updated|informed|communicated) (?:\\w+ ){0,3}(?:regularly|frequently)",
    "transparent(?:ly)? (?:and \\w+ )?(?:communicat(?:ion|ed|ing)|shar(?:ed|ing)|inform(?:ed|ing))",
    "(?:communicat|shar|inform)(?:ed|ing) (?:\\w+ ){0,3}transparently",
)
_EVERY: Final = phrases(
    r"(?:kept|updated|informed|posted|communicated|published|shared|provided|gave|sent|wrote)"
    r" (?:[\w-]+ ){0,5}?every (?:[\w-]+ ){1,3}?(?:minutes|mins?|hours?)"
)
_IN_TIME: Final = 2  # minutes by which a word may be late and still be said to come every so often
_TESTED: Final = phrases(r"(?:(?:was|were|been|being) |(?=\w+ly ))(?:\w+ly )?tested")
_MORE_TESTS: Final = phrases("tests?", "testing")
# How a text owns that the first attempt was not the last.
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
    good="Resolved on Monday, posted on Thursday",
    bad="Resolved in March, posted in September",
    only_warns=True,
)
def too_late(subject: Subject) -> Iterator[Violation]:
    """The postmortem comes later than the team's limit (5 business days; 3 days for a sev1).

    Memory fades, and so does trust. Lateness is never a reason not to publish: it only shows as
    a warning.
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
    said = f"{days} days after Resolved, where {limit} is the limit"
    day = final.astimezone(subject.zone).date()
    compared = f"Resolved, {render_clock(final, subject.zone)} on {day}"
    if passage.stamp:
        yield about_entry(passage, f"Posted {said}.", compared)
    else:
        tense = "Posted" if passage.at else "This is"
        yield missing_from(passage, f"{tense} {said}.", compared)


def _deadline(subject: Subject, final: datetime) -> tuple[datetime, str]:
    """When the postmortem is due: the end of that day where the page is."""
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
)
def analysed_at_once(subject: Subject) -> Iterator[Violation]:
    """An analysis is claimed sooner after Resolved than the fix was watched.

    Minutes after Resolved nobody has analysed anything. Say what is known, and when the
    analysis will come.
    """
    passage = subject.postmortem
    figures = compute_metrics(subject.incident)
    if passage is None or figures.resolved_final is None or figures.soak_min is None:
        return
    after = minutes_between(figures.resolved_final, passage.at or subject.now)
    if not 0 <= after < figures.soak_min:
        return
    when = passage.stamp or "now"
    for claim in find_phrases(_ANALYSIS, passage.text):
        yield Violation(
            passage,
            *claim.span(),
            f"An analysis is claimed {after:.0f} min after Resolved; the fix alone was watched for "
            f"{figures.soak_min:.0f} min.",
            f"the time of the postmortem: {when}",
        )


@rule(
    "P13",
    WARN,
    good="'We identified the cause 86 minutes after the first report.'",
    bad="'We quickly identified the cause', where no Identified was ever posted",
)
def against_record(subject: Subject) -> Iterator[Violation]:
    """The record contradicts a claim of speed, openness, testing, or that nothing was lost.

    Customers have the status page's times before them. What they can disprove in a minute costs
    the belief in all the rest.
    """
    passage = subject.postmortem
    if passage is None or not subject.has_record:
        return
    figures = compute_metrics(subject.incident)
    yield from _fast(passage, figures)
    yield from _regular(subject, passage, figures)
    yield from _every(passage, figures)
    yield from denied(subject, passage)
    yield from _tested(passage)


def _fast(passage: Passage, figures: Metrics) -> Iterator[Violation]:
    took = figures.time_to_identified_min
    if not figures.updates or (took is not None and took <= _SOON):
        return
    said = "no Identified at all" if took is None else f"Identified {took:.0f} min after the first"
    for claim in find_phrases(_FAST, passage.text):
        yield _claim(passage, claim.span(), f"The record has {said}.", "the recorded updates")


def _regular(subject: Subject, passage: Passage, figures: Metrics) -> Iterator[Violation]:
    public = [update for update in subject.updates if not update.is_draft]
    stock = sum(normalise(one.text) in DEFAULTS for one in public)
    against = []
    if any(silence.check(subject)) and figures.max_update_gap_min is not None:
        against.append(f"the longest silence was {figures.max_update_gap_min:.0f} min")
    if stock:
        against.append(f"{stock} of {len(public)} updates are a tool's stock sentence")
    if not against:
        return
    for claim in find_phrases(_OPEN, passage.text):
        told = role_at(passage.text, claim.start) not in {ACTIONS, CLOSING}
        if told or PAST.search(claim.within.text):
            message = f"By the record {' and '.join(against)}."
            yield _claim(passage, claim.span(), message, "the recorded updates and the cadence")


def _every(passage: Passage, figures: Metrics) -> Iterator[Violation]:
    """``Updates every 10 minutes``, and a silence that was longer."""
    longest = figures.max_update_gap_min
    for claim in find_phrases(_EVERY, passage.text) if longest is not None else ():
        if role_at(passage.text, claim.start) in {ACTIONS, CLOSING}:
            continue
        behind = passage.text[claim.start : claim.within.end]
        said = next(durations(behind), None)
        if said and longest is not None and longest > said.minutes + _IN_TIME:
            message = f"By the record the longest silence was {longest:.0f} min."
            yield _claim(passage, claim.span(), message, "the recorded updates")


def _tested(passage: Passage) -> Iterator[Violation]:
    more = [one for one in follow_ups(passage.text) if contains(_MORE_TESTS, one.text)]
    if not more:
        return
    for claim in find_phrases(_TESTED, passage.text):
        if role_at(passage.text, claim.start) not in {ACTIONS, CLOSING}:
            message = "It was tested, and more tests are an action: say what was not tested."
            yield _claim(passage, claim.span(), message, f"the action '{more[0].text}'")


def _claim(passage: Passage, span: tuple[int, int], message: str, compared: str) -> Violation:
    return Violation(passage, *span, message, compared)


@rule(
    "P18",
    WARN,
    good="'A postmortem follows within 5 business days', and it did",
    bad="'A postmortem follows within 5 business days', and it came after two weeks",
)
def promise_missed(subject: Subject) -> Iterator[Violation]:
    """The postmortem that an update promised came late, or not.

    A promise with a date is a debt. Where it cannot be kept, one sentence before the date is
    enough.
    """
    for passage, promise in ledger(subject):
        if promise.kind != POSTMORTEM or promise.state != MISSED or promise.due is None:
            continue
        due = f"{promise.due.astimezone(subject.zone) - timedelta(minutes=1):%Y-%m-%d}"
        at = subject.incident.postmortem.published_at
        came = f"it came on {at.astimezone(subject.zone):%Y-%m-%d}" if at else "the record has none"
        yield Violation(
            passage,
            promise.start,
            promise.end,
            f"A postmortem was promised by {due}; {came}.",
            "the recorded postmortem",
        )


@rule(
    "P20",
    WARN,
    good="'The first restart did not hold: errors came back at 09:32.'",
    bad="a story in which the first fix was the last",
)
def untold_return(subject: Subject) -> Iterator[Violation]:
    """The record has a reopening or a fix that did not hold, and the text has not.

    Everybody who read the page saw it go back. Left out, it looks hidden.
    """
    passage = subject.postmortem
    if passage is None or any(find_phrases(_DID_NOT_HOLD, passage.text)):
        return
    back = [
        later
        for one, later in pairwise(subject.incident.public_updates)
        if status_phase(one.status) in {"monitoring", "closed"}
        and status_phase(later.status) == "active"
    ]
    if not back:
        return
    times = ", ".join(render_clock(one.shown, subject.zone) for one in back)
    label = STATUSES[back[0].status].label
    yield missing_from(
        passage,
        f"The record goes back to {label} at {times}: the text says nothing of a fix that did "
        "not hold.",
        "the order of the recorded updates",
    )
