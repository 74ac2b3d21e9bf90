"""P22: two figures for one thing, and more of it than there is."""

from __future__ import annotations

import pytest

from subjects import quotes, report, subject_with

UPDATES = ("09:00 investigating: Slips cannot be printed.", "10:00 resolved: Slips print again.")


def said(text, *updates: str):
    return quotes(subject_with(*(updates or UPDATES), postmortem=text, posted="+1 09:00"), "P22")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (
            """From 08:50 to 09:50 UTC 310 of 1,200 pharmacies could not print.

The 410 affected pharmacies wrote them by hand.""",
            "410 affected pharmacies",
        ),
        (
            "11,400 messages were delayed.\n\n9,800 delayed messages came after noon.",
            "9,800 delayed",
        ),
        ("It hit 23 % of requests.\n\n## Impact\n\nIt hit a third of requests.", "a third of"),
        ("We lost 40 drafts. In the night 52 drafts were lost.", "52 drafts"),
        (
            "Both regions were affected.\n\n## Impact\n\nThree regions were affected.",
            "Three regions",
        ),
        ("It affected 1,310 tenants.\n\nImpact: 1,130 tenants were affected.", "1,130 tenants"),
        ("On the way back 17 of 14 brokers were restarted.", "17 of 14"),
        ("It failed for 120 % of users.", "120 % of users"),
        ("212 out of 180 kiosks were offline.", "212 out of 180"),
    ],
)
def test_p22_two_figures_for_one_thing(text, found):
    (quote,) = said(text)
    assert found in quote


@pytest.mark.parametrize(
    "text",
    [
        "310 of 1,200 pharmacies could not print. The 310 affected pharmacies wrote by hand.",
        "12 % of users were affected.\n\n40 % of EU users were affected.",
        "Errors rose to 30 % of requests, then fell to 5 % of requests.",
        "1,200 tenants were affected.\n\n340 tenants lost their session.",
        "11,400 messages were delayed.\n\nAbout 11 thousand messages were delayed.",
        "Roughly a third of requests failed.\n\n31 % of requests failed.",
        "We raised the pool from 50 to 200 connections. 60 connections failed.",
        "40 messages per minute were delayed.\n\n9,800 messages were delayed.",
        "At 09:10 UTC 300 kiosks were offline. At 09:30 UTC 120 kiosks were offline.",
        "Two hosts failed. Two days later three hosts failed again.",
        "34 payments failed. 12 payments were charged twice.",
        "300 orders were delayed in Oslo. 120 orders were delayed in Bergen.",
        "14 of 17 brokers were restarted.",
        "Traffic was 120 % of users we usually see, more than normal.",
        "2 of 3 replicas were restarted, and 3 of 3 shards were restarted.",
        "Over 300 kiosks were offline. 312 kiosks were offline.",
    ],
)
def test_p22_figures_that_go_together(text):
    assert said(text) == []


def test_p22_the_postmortem_against_resolved():
    updates = (UPDATES[0], "10:00 resolved: Slips print again. 310 pharmacies were affected.")
    assert said("In the morning 410 pharmacies were affected.", *updates) == ["410 pharmacies"]
    assert said("In the morning 310 pharmacies were affected.", *updates) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("600 of 3,000 requests (30 %) failed.", ["600 of 3,000 requests (30 %)"]),
        ("Of the 640 depots, 410 had a spare scanner; the other 320 wrote by hand.", ["320"]),
        ("| Depots | 238 of 214 |", ["| 238 of 214"]),
        ("**Depots:** 238 of 214", [":** 238 of 214"]),
        ("600 of 3,000 requests (20 %) failed.", []),
        ("310 of 1,200 shops (about 26 %) were closed.", []),
        ("Of the 640 depots, 410 had a spare scanner; the other 230 wrote by hand.", []),
        ("| Depots | 38 of 214 |", []),
        ("| Posted | 3 of May |", []),
    ],
)
def test_figures_of_one_sentence_have_to_come_out(text, found):
    assert quotes(report(text), "P22") == found
