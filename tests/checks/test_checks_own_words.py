"""What ircon itself shows as good, asks for or fills in passes its own rules, all together."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from events import Recorder
from ircon.checks.catalogue import check, rules
from ircon.checks.subject import POSTMORTEM, TITLE, UPDATE, Passage
from ircon.incident.fold import fold
from ircon.incident.metrics import compute_metrics
from ircon.incident.time_input import render_clock
from ircon.incident.times import iso
from ircon.writing.placeholders import fill, holes, placeholders
from ircon.writing.postmortem_draft import draft
from ircon.writing.template_fields import public_values
from ircon.writing.templates import load_postmortem_templates, load_update_templates
from subjects import BERLIN, at, subject_with

POSTMORTEMS = load_postmortem_templates().templates
UPDATES = load_update_templates().templates
# The course of an incident, as customers were told.
COURSE = """\
09:05 investigating: Logging in to Checkout fails with error 502 for 12 % of customers \
since 11:00 CEST (09:00 UTC). Next update by 11:25 CEST (09:25 UTC).
09:20 identified: Release 118 holds too many database connections. We are rolling it back. \
Next update by 11:45 CEST (09:45 UTC).
09:40 monitoring: We rolled back release 118 at 11:38 CEST (09:38 UTC). Logins succeed again. \
Next update by 12:15 CEST (10:15 UTC).
10:10 resolved: Logins succeed since 11:40 CEST (09:40 UTC): we rolled back release 118. \
No data was lost.
""".splitlines()
PLANNED = """\
01:00 scheduled: Maintenance of Checkout from 18:00 to 20:00 CEST (16:00 to 18:00 UTC). \
Planned work: a larger database. Payments cannot be made in these two hours.
16:01 in_progress: The maintenance of Checkout has begun. It ends by 20:00 CEST (18:00 UTC). \
Payments cannot be made until then. Next update by 19:30 CEST (17:30 UTC).
17:20 verifying: The work on Checkout is done: the database has 64 cores. We verify that \
payments arrive. Next update by 19:45 CEST (17:45 UTC).
""".splitlines()
# How many of them come before a draft by a template, and the minute it is written.
BEFORE = {
    "investigating": (0, "09:05"),
    "scoping": (1, "09:15"),
    "no-news": (1, "09:22"),
    "identified": (1, "09:20"),
    "mitigating": (2, "09:35"),
    "monitoring": (2, "09:40"),
    "reopened": (3, "09:55"),
    "resolved": (3, "10:10"),
    "scheduled": (0, "01:00"),
    "emergency-maintenance": (0, "14:30"),
    "in-progress": (1, "16:01"),
    "verifying": (2, "17:20"),
    "completed": (3, "17:45"),
}
TYPED = {
    "symptom": "logging in fails with error 502",
    "audience": "12 % of customers",
    "unaffected": "payments that have begun",
    "cause": "release 118 holds too many database connections",
    "doing": "we are rolling back release 118",
    "change": "We rolled back release 118",
    "workaround": "stay logged in, or try again after a minute",
    "remaining": "one login in a hundred that takes five seconds",
    "data_loss": "nothing was lost",
    "account_by": "30 June 2025",
    "work": "a database with twice the memory",
    "effect": "payments cannot be made",
    "checking": "that payments arrive",
}
# What a person fills in: a pattern of what the hole asks for, and the words; the first that matches.
FILLED = [
    line.split(" =>")
    for line in """\
how it was affected|how each => one login in eight failed
action \\d|an action => Count the connections of a release before it goes out ({owner}, 2025-07-11{ticket}).
by which alert => the alert on failed logins
is the first update: when|is Resolved: when|shown as resolved =>
apology => We are sorry that you could not reach your orders in that time.
how it was made sure => We watched the logins for half an hour.
internally => the support desk at 11:06 CEST (09:06 UTC), by the commander.
nothing changes => Give logins a pool of their own ({owner}, 2025-09-30).
when it was noticed, and => The alert on failed logins fired at 11:02 CEST (09:02 UTC).
not (?:noticed|caught) => The load test has 40 customers, and the limit is reached at 900.
what customers saw, and|what that meant => 12 % of logins failed, 5,200 in all.
where customers reach|signs this letter => The Checkout team, support@example.com
customers saw fail => Customers saw error 502 after their password.
support requests => 31
who was affected|how many|a share => 12 % of logins failed, 5,200 in all.
cause was, and how => The list of connections showed release 118 with 380 of 400.
the impact ended: => logins succeed again
the impact began: => the first logins fail with error 502
it was noticed: who => the alert on failed logins fires
it was acknowledged => the Checkout team looks at the connections
what was changed => We rolled back release 118
noticed it => release 118 took 380 of 400 connections; the login alert fired at 11:02 CEST (09:02 UTC)
impact, cause and fix => 12 % of logins failed, as new logins found no connection. We went back to 117.
what triggered => Release 118 went out at 10:58 CEST (08:58 UTC).
conditions => The database has 400 connections. Release 118 took 380 of them.
changed or failed|the cause => Release 118 took 380 of 400 database connections.
owns this|wrote this => Ada Byron
it is discussed => Thursday, 26 June 2025
course of events => Release 118 kept its connections for a minute each, so new logins found none.
what happened, in two => Release 118 kept its connections too long. New logins found none.
worked as it should => The rollback took two minutes.
what did not => The load test was too small.
made it worse => It was not the day on which salaries are paid.
a link => https://example.com/dashboards/logins
nothing is recorded => The dashboard of logins has the data.
""".splitlines()
]
LATE = at("20:00")
STARTED = [("started", "09:00")]


class Checkout:
    """The component of all of it."""

    name, group = "Checkout", None


def told(findings):
    return [f"{one.rule} {one.severity} {one.quote!r}: {one.message}" for one in findings]


@pytest.mark.parametrize("rule", rules().values(), ids=lambda rule: rule.id)
def test_a_rules_good_example_passes_every_rule(rule):
    if rule.id[0] == "U":
        subject = subject_with(draft=f"investigating: {rule.good}", now=LATE)
    else:
        subject = subject_with(postmortem=f"All times are in UTC.\n\n{rule.good}\n")
        subject = replace(subject, has_record=False)
    # An example is a sentence, not a whole update or postmortem: what is missing is not its fault.
    found = [
        one
        for one in check(subject)
        if one.passage.is_draft and not one.of_all and one.rule not in {"U3", "U4"}
    ]
    assert told(found) == []


@pytest.mark.parametrize("template", UPDATES.values(), ids=lambda template: template.name)
def test_a_filled_update_template_passes_every_rule(template):
    count, clock = BEFORE[template.name]
    is_planned = template.name in {
        "scheduled", "emergency-maintenance", "in-progress", "verifying", "completed"
    }  # fmt: skip
    now = at(clock)
    more = {}
    if is_planned:
        more = {
            "kind": "maintenance",
            "scheduled_for": iso(at("16:00")),
            "scheduled_until": iso(at("18:00")),
        }
    before = (PLANNED if is_planned else COURSE)[:count]
    subject = subject_with(*before, milestones=() if is_planned else STARTED, **more)
    incident = subject.incident
    if template.name in {"resolved", "completed"}:
        incident = replace(incident, ended_at=at("09:40" if not is_planned else "17:40"))
    values = TYPED | public_values(
        incident,
        components=[Checkout()],
        zone=BERLIN,
        now=now,
        next_update=now + timedelta(minutes=25),
        since=at("09:00"),
        begins=at("16:00") if is_planned else None,
        ends=at("18:00") if is_planned else None,
    )
    body = fill(template.body, values)
    assert placeholders(body) == []
    written = Passage(UPDATE, body, is_draft=True, status=template.status or "investigating")
    title = fill(template.title, values) if template.title else "Checkout: logging in fails"
    subject = replace(
        subject,
        incident=incident,
        passages=(Passage(TITLE, title), *subject.updates, written),
        now=now,
        words=frozenset({"Checkout"}),
    )
    assert told(one for one in check(subject) if one.passage is written) == []


def recorded():
    """The incident of ``COURSE``, with its milestones and component."""
    record = Recorder()
    record.declared("Logging in to Checkout fails", at=at("09:04"))
    for name, clock in (("started", "09:00"), ("detected", "09:02")):
        record.milestone(name, at=at(clock))
    record.make("role", {"role": "commander", "person": "Ada Byron"}, at=at("09:06"))
    for line in COURSE:
        head, _, body = line.partition(": ")
        clock, _, status = head.partition(" ")
        level = "operational" if status in {"monitoring", "resolved"} else "partial_outage"
        part = {"id": "c1", "name": "Checkout", "status": level}
        record.update(status, body, [part], at=at(clock))
    record.milestone("ended", at=at("09:40"))
    record.make("changed", {"severity": "sev2"}, at=at("09:41"))
    record.make(
        "action",
        {
            "text": "Count the connections of a release before it goes out",
            "owner": "Ada Byron",
            "due": "2025-07-11",
            "ticket": "OPS-12",
        },
        at=at("10:15"),
    )
    incident = fold(record.events)
    assert incident is not None
    return incident


def answered(text, audience):
    """The draft with every hole filled as its own words ask."""
    who = "Checkout team" if audience == "public" else "Ada Byron"
    for gap in reversed(holes(text)):
        asked = gap.text.removeprefix("{{fill in: ").removesuffix("}}")
        words = next(words for pattern, words in FILLED if re.search(pattern, asked, re.IGNORECASE))
        words = words.strip().format(owner=who, ticket="" if audience == "public" else ", OPS-12")
        text = text[: gap.start] + words + text[gap.end :]
    return text


@pytest.mark.parametrize("template", POSTMORTEMS.values(), ids=lambda template: template.name)
def test_a_filled_postmortem_draft_passes_every_rule(template):
    incident = recorded()
    text = draft(incident, compute_metrics(incident), template, BERLIN, ())
    written = Passage(POSTMORTEM, answered(text, template.audience), is_draft=True)
    assert not placeholders(written.text)
    assert not holes(written.text)
    subject = subject_with(now=at("+2 12:00"))
    updates = [
        Passage(
            UPDATE,
            one.body.public,
            entry=one.id,
            update=one,
            at=one.shown,
            stamp=render_clock(one.shown, BERLIN),
            status=one.status,
        )
        for one in incident.public_updates
    ]
    subject = replace(
        subject,
        incident=incident,
        passages=(Passage(TITLE, incident.name), *updates, written),
        audience=template.audience,
        required=tuple(one.heading for one in template.sections if one.required and one.heading),
        words=frozenset({"Checkout"}),
    )
    # Five lines have no timeline, on purpose: the info says so.
    found = [one for one in check(subject) if one.passage is written and one.rule != "P12"]
    assert told(found) == []
