"""P13: denials and claims that another sentence, or another text, contradicts."""

from __future__ import annotations

import pytest

from subjects import quotes, subject_with

UPDATES = ("09:00 investigating: Slips cannot be printed.", "10:00 resolved: Slips print again.")


def said(text, *more: str):
    return quotes(subject_with(*UPDATES, *more, postmortem=text, posted="+1 09:00"), "P13")


@pytest.mark.parametrize(
    "text",
    [
        "Nothing was lost.\n\n94 scans could not be recovered.",
        "No slips were lost. We lost 40 slips of the morning run.",
        "All messages were delivered in the end.\n\n18 messages were lost for good.",
        "There was no data loss. Some uploads had to be repeated.",
        "Your data is safe. The loss of 12 invoices came to light on Friday.",
        "We did not lose any data. Three photos never reached the archive: 3 photos vanished.",
        "No customer data was accessed. The logs show access from two foreign addresses.",
        "No records were exposed. 40 records were downloaded by an outsider.",
        "Payments were not affected. In the hour after noon 34 payments failed.",
        "There was no customer impact. 8 % of users could not sign in.",
        "The backups worked as designed. The latest backup could not be restored.",
        "Our monitoring caught the fault within a minute. Customers reported it first.",
        "Alerts detected it immediately. We heard of it from a customer.",
        "The release had passed all tests.\n\nNext steps:\n\n- Add a test of long names (5 May).",
        "We fully tested it in staging.\n\nActions\n- Load tests with 10,000 slips (Kim, 5 May).",
    ],
)
def test_p13_denied_and_stated(text):
    assert len(said(text)) == 1


@pytest.mark.parametrize(
    "text",
    [
        "Nothing was lost. 94 scans could not be printed for an hour.",
        "No data was lost in Oslo. In Bergen 94 scans were lost.",
        "In Oslo no data was lost. 94 scans of Bergen were lost.",
        "No messages were lost. 18 comments were lost.",
        "No data was lost. 212 packets were lost on the link.",
        "No data was lost. 40 slips were lost at first. We restored all of them at noon.",
        "No data was lost: the queue would have lost 40 slips without a copy.",
        "No data was lost, but 12 slips had to be sent again.",
        "No data was lost. The connection to three hosts was lost.",
        "No payment data was accessed. The logs show the restart of two hosts.",
        "Card payments were not affected. 34 transfers failed.",
        "Payments in euros were not affected. 34 payments failed.",
        "The backups worked as designed. The primary disk could not be restored.",
        "Our monitoring caught it within a minute. Customers reported the slow pages as well.",
        "We had not tested it.\n\nActions\n- Load tests with 10,000 slips (Kim, 5 May).",
        "We tested the fix on one host.\n\nActions\n- Load tests with 10,000 slips (Kim, 5 May).",
        "After 10:00 UTC no slips were lost. 40 slips were lost before.",
    ],
)
def test_p13_denied_and_true(text):
    assert said(text) == []


def test_p13_a_postmortem_that_takes_back_the_word_of_resolved_says_so():
    updates = (UPDATES[0], "10:00 resolved: Slips print again. No data was lost.")
    lost = "We lost 212 drafts."
    told = subject_with(*updates, postmortem=lost, posted="+1 09:00")
    assert quotes(told, "P13") == ["We lost 212 drafts"]
    corrected = subject_with(*updates, postmortem=f"{lost} We wrote otherwise.", posted="+1 09:00")
    assert quotes(corrected, "P13") == []


def test_p13_an_update_against_an_earlier_one():
    subject = subject_with(
        "09:00 investigating: Slips are late. No data was lost.",
        "10:00 resolved: Slips print again. 40 slips could not be recovered.",
    )
    assert quotes(subject, "P13") == ["40 slips could not be recovered"]


def test_p13_told_at_once():
    text = "We immediately informed our customers."
    late = subject_with(
        *UPDATES, postmortem=text, posted="+1 09:00", milestones=[("started", "08:10")]
    )
    soon = subject_with(
        *UPDATES, postmortem=text, posted="+1 09:00", milestones=[("started", "08:55")]
    )
    assert len(quotes(late, "P13")) == 1
    assert quotes(soon, "P13") == []
