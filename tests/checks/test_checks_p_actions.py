"""P10: actions that can be called done, and wishes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ircon.incident.state import Action
from ircon.incident.text import InternalText
from subjects import findings, quotes, subject_with

STEPS = "Next steps:\n\n"


def written(text):
    return subject_with(postmortem=text, has_record=False)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (f"{STEPS}- Improve monitoring (Ada, 2026-06-01, OPS-12).", "'Improve'"),
        (f"{STEPS}- Raise the upload limit to 2 GB (2026-06-01, OPS-12).", "No owner."),
        (f"{STEPS}- Raise the upload limit to 2 GB (Ada, OPS-12).", "No date."),
        (f"{STEPS}- Raise the upload limit to 2 GB (Ada, 2026-06-01).", "No ticket."),
        ("What will we do?\nWe will revisit our limits.", "'revisit'"),
        ("What will we do? We are adding an alert. It helps.", "No owner, no date, no ticket."),
        (
            f"{STEPS}| What | Who |\n| --- | --- |\n| An alert for disks | Ada |",
            "No date, no ticket.",
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
