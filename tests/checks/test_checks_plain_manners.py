"""Sound words that looked wrong, and wrong ones that looked sound: other words of their kinds."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ircon.checks.claims.quantities import is_quantified
from ircon.checks.subject import stated_audience
from ircon.text.outline import announces_list
from subjects import quotes, subject_with


def prose(text, audience="public"):
    return replace(subject_with(postmortem=text), has_record=False, audience=audience)


@pytest.mark.parametrize(
    "told",
    [
        "The alert on refused logins paged us at 10:04 UTC.",
        "A baker in Lyon rang the service desk at 05:12 CEST.",
        "At 07:30 CEST the first guests phoned reception, and reception wrote to us.",
        "Two customers asked support at 09:20 IST why the list was empty.",
        "## Timeline\n\n### 16:30 PST\n\nOur uptime mails arrive, and we see that all is down.",
        "| 08:03 UTC | **Discovery:** a developer misses a graph |\n|---|---|\n| 08:10 UTC | x |",
        "- 13:09 UTC page: queue age over 3 min",
        "The nightly comparison raised an alarm at 02:10 JST.",
    ],
)
def test_detection_in_anybodys_words(told):
    assert quotes(prose(f"Logins failed.\n\n{told}\n"), "P11") == []


@pytest.mark.parametrize(
    "told",
    [
        "The team started to look at it at 10:04 UTC.",
        "We will page the team at 10:04 UTC next time.",
        "The status page was updated at 10:04 UTC.",
    ],
)
def test_no_detection_is_still_missed(told):
    assert quotes(prose(f"Logins failed.\n\n{told}\n"), "P11") != []


@pytest.mark.parametrize(
    "impact",
    [
        "4,310 passengers on 39 flights did not receive a pass.",
        "The backups of 733 of 5,120 machines were not made.",
        "Customers affected: 18,400",
        "**Renewals that were late:** 22,480",
        "1,870 domains had old records.",
        "2.1 million tile requests failed.",
    ],
)
def test_a_number_of_whatever_the_trade_counts(impact):
    assert is_quantified(impact)


@pytest.mark.parametrize(
    "none",
    [
        "It returned 503 messages.",
        "By 9:40 PM UTC all services had returned to normal.",
        "The limit was 512 connections on 12 servers.",
        "After 2026 updates are signed.",
        "We waited for 300 seconds.",
        "PR #1237 which migrated exporters was merged.",
        "It took 1200 lines of code.",
    ],
)
def test_a_number_that_says_nothing_of_the_impact(none):
    assert not is_quantified(none)


@pytest.mark.parametrize(
    "text",
    [
        "Attendees: QX, VB\n\nThe API was slow.",
        "The API was slow.\n\n## Participants\n\n- QX\n- VB",
        "QXM - a service that hands out roles - was down.",
        "QXM, our message broker, was down.",
        "QXM is the broker between both.",
        "The QXM was full.\n\n[^1]: QXM method: Queues, then messages.",
        "It is due in Q3.",
    ],
)
def test_short_forms_that_need_no_explanation(text):
    assert quotes(prose(text), "L8") == []


def test_a_short_form_that_nobody_knows():
    assert quotes(prose("QXM was full.\n\n## Attendees\n\n- VB"), "L8") == ["QXM"]


@pytest.mark.parametrize(
    "line",
    [
        "The following services were affected:",
        "These regions are affected:",
        "The following steps have been taken by the team:",
        "We are taking these steps:",
    ],
)
def test_a_list_is_announced(line):
    assert announces_list(line)


@pytest.mark.parametrize("line", ["What we saw in these weeks was this:", "He said:", "Impact:"])
def test_no_list_is_announced(line):
    assert not announces_list(line)


@pytest.mark.parametrize(
    "blame",
    [
        "Derek forgot to copy the certificate.",
        "Mara Lund carelessly changed the pool.",
        "Howard Finch, who ignored the notice, was away.",
        "Ravi moved the calls without thinking.",
    ],
)
def test_a_person_by_name_is_blamed(blame):
    assert quotes(prose(blame), "L2") != []


@pytest.mark.parametrize(
    "plain",
    [
        "We wrongly assumed that the chart sets limits.",
        "Derek copied the certificate at 10:04 UTC.",
        "Traefik failed to read the secret.",
        "The proxy ignored the header.",
    ],
)
def test_a_deed_is_no_blame(plain):
    assert quotes(prose(plain), "L2") == []


@pytest.mark.parametrize(
    "head",
    ["Audience: internal", "| Audience | internal |", "Internal.", "# Tills offline (internal review)",
     "**Classification:** Internal use only"],
)  # fmt: skip
def test_a_text_that_says_it_is_internal(head):
    assert stated_audience(f"{head}\n\nThe tills were offline.") == "internal"


@pytest.mark.parametrize(
    "head", ["# Internal error in checkout", "Internal queues were full.", "Audience: customers"]
)
def test_a_text_for_the_public(head):
    assert stated_audience(f"{head}\n\nThe tills were offline.") == "public"


def test_an_internal_text_may_name_tickets_and_hosts_but_no_secret():
    text = "See OPS-4711 on db-12. The token was ghp_16C7e42F292c6912E7710c838347Ae178B4a."
    assert len(quotes(prose(text), "U16")) == 3
    assert quotes(prose(text, audience="internal"), "U16") == [
        "ghp_16C7e42F292c6912E7710c838347Ae178B4a"
    ]


def test_a_document_beside_this_one_is_no_ticket():
    text = "Space ran out (see [PM2019-009][PM2019-009]).\n\n[PM2019-009]: PM2019-009%20space.md"
    assert quotes(prose(text), "U16") == []


def test_a_translation_in_brackets_is_in_its_own_form():
    text = (
        "From 9:40 AM to 11:05 AM PDT (16:40 to 18:05 UTC). It ended at 11:05 AM PDT (18:05 UTC)."
    )
    assert quotes(prose(text), "T8") == []
    assert quotes(prose("From 9:40 AM to 11:05 AM PDT. At 16:40 PDT it was over."), "T8") == [
        "16:40"
    ]


@pytest.mark.parametrize(
    "owned",
    ["Payments team: run a copy of the job, by 21 November 2025.",
     "Network planning: move two units, by 2026-04-30.",
     "Service desk: keep the number on the card, by 15 May 2026.",
     "The same team will ask each server, by 27 February 2026."],
)  # fmt: skip
def test_a_team_before_its_action(owned):
    assert quotes(prose(f"## Next steps\n\n- {owned}\n"), "P10") == []


def test_a_name_of_the_thing_is_no_owner():
    text = "## Next steps\n\n- Circuit breaker: add one to the pool, by 2026-04-30.\n"
    assert quotes(prose(text), "P10") != []


def test_what_an_action_adds_is_no_other_past():
    assert quotes(prose("Add missing alerts for the queue."), "L1") == []
    assert quotes(prose("Missing alerts hid the queue."), "L1") != []
    lessons = "## Lessons\n\n### What could have gone better?\n\nThe alerts were not tuned."
    assert quotes(prose(lessons), "L1") == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("No payment was lost. In the night 17 payments were lost.", "17 payments were lost"),
        (
            "All mails arrived; none was lost. Later 210 messages were lost.",
            "210 messages were lost",
        ),
        ("Nothing was lost. We found that some records were lost.", "some records were lost"),
        ("No answer was lost, and three answers were lost for good.", "three answers were lost"),
        ("No data was lost, though 300 results were destroyed.", "300 results were destroyed"),
    ],
)
def test_lost_and_not_lost(text, found):
    assert quotes(prose(text), "P13") == [found]


@pytest.mark.parametrize(
    "text",
    [
        "No payment was lost. 40 requests were lost on the way and tried again.",
        "No invoice was lost. 12 drafts were lost.",
        "No data was lost. We tested whether 17 payments were lost.",
        "Nothing was lost. 300 sessions were lost.",
        "No payment was lost. Not 17 payments were lost, as we wrote, but none.",
    ],
)
def test_what_was_lost_is_something_else(text):
    assert quotes(prose(text), "P13") == []


def test_thanks_are_no_list():
    thanks = "We have taken the following steps:\n\nThank you for your patience.\n\nThe team\n"
    assert quotes(prose(thanks), "P3") != []
