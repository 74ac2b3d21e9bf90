"""P10: actions that can be called done, and wishes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ircon.checks.subject import Subject
from ircon.incident.state import Action
from ircon.incident.text import InternalText
from subjects import findings, quotes, subject_with

STEPS = "Next steps:\n\n"


def written(text: str, **more: Any) -> Subject:
    return subject_with(postmortem=text, has_record=False, **more)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (f"{STEPS}- Improve monitoring (Ada, 2026-06-01, OPS-12).", "'Improve'"),
        (f"{STEPS}- Raise the upload limit to 2 GB (2026-06-01, OPS-12).", "No owner."),
        (f"{STEPS}- Raise the upload limit to 2 GB (Ada, OPS-12).", "No date."),
        ("What will we do?\nWe will revisit our limits.", "'revisit'"),
        ("What will we do? We are adding an alert. It helps.", "No owner, no date."),
        (
            f"{STEPS}| What | Who |\n| --- | --- |\n| An alert for disks | Ada |",
            "No date.",
        ),
    ],
)
def test_an_action_that_cannot_be_held_to(text, message):
    (found,) = findings(written(text), "P10")
    assert message in found.message
    assert found.severity == "error"


@pytest.mark.parametrize(
    "text",
    [
        f"{STEPS}- Alert when a disk is 80 % full (Ada, 2026-06-01, OPS-12).",
        f"{STEPS}- Improve the p99 of uploads to under 300 ms (Ada, by end of June, OPS-12).",
        f"{STEPS}- Ada will add an alert for full disks within two weeks, OPS-12.",
        f"{STEPS}- The storage team moves the logs by Friday (#481); due 2026-06-05.",
        f"{STEPS}- We added an alert for full disks.\n- The limit was raised.",
        f"{STEPS}- [x] An alert for disks",
        f"{STEPS}- An alert for disks (Ada, June, OPS-12). Done.",
        (
            f"{STEPS}| What | Who | When | Ticket |\n| --- | --- | --- | --- |\n"
            "| An alert for disks | Ada | 2026-06-01 | OPS-12 |"
        ),
        f"{STEPS}- {{{{fill in: an action}}}}",
        "We will let you know more. It was a full disk.",
        "What did we do?\nWe are proud of our quick response.",
    ],
)
def test_actions_with_all_they_need_and_what_is_none(text):
    assert quotes(written(text), "P10") == []


def test_an_internal_postmortem_wants_the_ticket_too():
    text = f"{STEPS}- Raise the upload limit to 2 GB (Ada, 2026-06-01)."
    assert quotes(written(text), "P10") == []
    (found,) = findings(written(text, audience="internal"), "P10")
    assert found.message == "No ticket."


def test_a_ticket_in_an_action_is_no_leak_and_elsewhere_it_is():
    text = "The cause is in OPS-7.\n\nNext steps:\n\n- Alert on full disks (Ada, 1 June, OPS-12).\n"
    assert quotes(written(text), "U16") == ["OPS-7"]
    table = "## Actions\n\n| What | Who | Due | Ticket |\n|---|---|---|---|\n| {} | web | 1 June | #42 |"
    assert quotes(written(table.format("Alert on full disks")), "U16") == []


def test_an_address_that_may_be_public_is_no_ticket():
    text = "It was reported in https://forge.example/shop/issues/SHOP-41 by a customer."
    assert len(quotes(written(text), "U16")) == 1
    assert quotes(written(text, public_links=("https://forge.example/shop/",)), "U16") == []
    assert len(quotes(written(text, public_links=("https://tracker.example/",)), "U16")) == 1


@pytest.mark.parametrize(
    "heading",
    [
        "How we stop this from happening again",
        "## What changes",
        "Our next steps",
        "**Preventive measures**",
        "What we will do so that exports survive a full disk",
        "What We're Changing",
        "### Follow-up actions\n\n#### Alerting",
    ],
)
def test_actions_are_found_under_any_heading(heading):
    text = f"A disk was full.\n\n{heading}\n\n- Alert when a disk is full."
    assert quotes(written(text), "P10") == ["Alert when a disk is full."]


@pytest.mark.parametrize(
    "text",
    [
        "A disk was full.\nWhat we are changing\n- Alert when a disk is full.",
        "We intend to move the logs to a disk of their own next quarter and a half.",
        "The export team will be looking into the logs.",
    ],
)
def test_actions_without_a_blank_line_or_a_heading_are_found(text):
    assert len(quotes(written(f"A disk was full on 3 May.\n\n{text}"), "P10")) == 1


@pytest.mark.parametrize(
    "text",
    [
        "# How a change to prevent double bookings stopped all bookings\n\nNobody could book.",
        "## Actions\n\n- Alert on it (web team, 1 June).\n\n## Attendees\n\n- AB, CD\n- Ed Foo",
        "## Actions\n\n### Done\n\n- Disks replaced in all depots\n- New alert",
        "## Actions\n\n- ✅ New alert on disks\n- [x] Disks replaced",
        "To keep it from coming back we have made these changes:\nAlerts: a disk has one.\nLimits: up.",
        "## Actions\n\n- Sent a mail to all depots\n- The disks have been replaced",
        "## Actions\n\n- Pin the image (web team, 2 May), so that builds continue to work.",
        "## Actions\n\n- Alert on it (web team, 1 June)\n  - at 80 %\n  - at 95 %",
        "We will post a full report by Friday. We will keep you informed.",
        "# Web site down\n\n## Actions\n\n### Alerting\n\n1. Alert on it (web team, 1 June): #12",
    ],
)
def test_what_is_no_open_action_is_left_alone(text):
    assert quotes(written(text), "P10") == []


@pytest.mark.parametrize(
    "wish",
    [
        "Talk about deploy windows",
        "Be more careful with migrations",
        "Encourage reviews of alerts",
        "Think about a second provider",
        "Closer cooperation with the network team",
        "Keep an eye on the queue",
        "Attempt to reduce the noise of alerts",
        "Raise awareness of the runbook",
    ],
)
def test_a_wish_is_named(wish):
    (found,) = findings(written(f"## Actions\n\n- {wish} (web team, 2 May 2026)"), "P10")
    assert "can never be done" in found.message


@pytest.mark.parametrize(
    "deed",
    [
        "Review the firewall rules of the depots and delete unused ones",
        "Test restores of every backup",
        "Write a runbook for a full disk",
        "Move the queue to its own host, to improve isolation",
        "Releases will be tested against a copy of production",
    ],
)
def test_a_deed_is_none(deed):
    assert quotes(written(f"## Actions\n\n- {deed} (web team, 2 May 2026)"), "P10") == []


def test_one_finding_an_action():
    text = f"{STEPS}- Improve alerts, limits and tests.\n- Ensure that disks have room."
    assert quotes(written(text), "P10") == [
        "Improve alerts, limits and tests.",
        "Ensure that disks have room.",
    ]


def test_labels_are_not_actions():
    text = "Prevention:\n\n1. Short term:\n\n   1. Raise the limit.\n2. Alerts\n\n   1. Add one.\n"
    assert quotes(written(text), "P10") == ["Raise the limit.", "Add one."]


def test_actions_announced_and_missing():
    text = (
        "A disk was full. So that this does not happen again we are taking the following steps:\n"
        "Our platform:\nIt is part of a broader journey."
    )
    (found,) = findings(written(text), "P10")
    assert found.quote.endswith("the following steps:")


def test_courtesies_behind_the_actions_are_none():
    text = (
        "What will we do? Ada will add an alert by June 3 (OPS-1). We apologize for the trouble. "
        "We will continue to take every measure."
    )
    assert quotes(written(text), "P10") == []


def test_what_the_recorded_action_has_need_not_be_public():
    subject = written(f"{STEPS}- We will alert on full upload disks.")
    recorded = Action(
        "a1",
        InternalText("Alert on full upload disks"),
        owner="Ada",
        due="2026-06-01",
        ticket="OPS-1",
    )
    known = replace(subject, incident=replace(subject.incident, actions=(recorded,)))
    assert quotes(known, "P10") == []
    undated = replace(
        known, incident=replace(known.incident, actions=(replace(recorded, due=None),))
    )
    (found,) = findings(undated, "P10")
    assert found.message == "No date."
    assert found.compared_with == "the recorded action a1"
