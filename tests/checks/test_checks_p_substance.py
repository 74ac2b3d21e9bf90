"""P7 P8 P9 P11: when, how much, why, and who noticed."""

from __future__ import annotations

import pytest

from subjects import findings, quotes, subject_with


def written(text, **more: object):
    return subject_with(postmortem=text, has_record=False, **more)


def test_p7_says_all_that_is_missing():
    (found,) = findings(written("During the recent incident uploads failed."), "P7")
    assert "the day" in found.message
    assert "when it began" in found.message
    assert found.quote == "During the recent incident uploads failed."


@pytest.mark.parametrize(
    "text",
    [
        "On 12 May 2026 from 10:04 to 10:41 UTC uploads failed.",
        "On 2026-05-12 uploads failed from 10:04 UTC on, for 37 minutes.",
        "| Date | 2026-05-12 |\n| Time | 10:04-10:41 UTC |",
        "Between 10:04 and 10:41 UTC (37 minutes) uploads failed.",
    ],
)
def test_p7_a_day_with_its_times(text):
    assert quotes(written(text), "P7") == []


@pytest.mark.parametrize(
    "text",
    [
        "Some uploads failed and others were slow.",
        "Two of our five upload hosts were full.",
        "From 10:04 to 10:41 UTC uploads failed. The incident lasted 37 minutes.",
        "What happened?\nUploads failed.\n\nWhat did we do?\nWe replayed 1,204 requests.",
        "Uploads failed.\n\nNext steps:\n\n- Alert from 500 errors a minute on (Ada, OPS-1, June).",
    ],
)
def test_p8_no_number_tells_the_impact(text):
    (found,) = findings(written(text), "P8")
    assert found.severity == "error"


@pytest.mark.parametrize(
    "text",
    [
        "12 % of uploads failed.",
        "About 4 percent of logins were slow.",
        "1,204 uploads of 31 customers failed.",
        "Two customers could not sign in.",
        "Uploads failed for 37 minutes.",
        "Messages were delayed by up to two hours.",
        "Checkout was unavailable for all users.",
        "Half of the requests timed out.",
        "| Affected | 1,204 requests |",
    ],
)
def test_p8_a_number_that_tells_the_impact(text):
    assert quotes(written(text), "P8") == []


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("Why did this happen?\nThere were some unexpected issues.", "some unexpected issues"),
        (
            "Why did this happen?\nThe load grew and a part of the system gave in.",
            "a part of the system",
        ),
        ("The incident was caused by scaling issues.", "scaling issues"),
        ("It was slow due to a technical problem.", "technical problem"),
        ("Cause:\nThis was caused by a service outage.", "caused by a service outage"),
    ],
)
def test_p9_a_cause_that_names_nothing(text, quote):
    (found,) = findings(written(text), "P9")
    assert (found.quote, found.severity) == (quote, "error")


def test_p9_only_warns_where_something_is_named_beside_it():
    text = "The slowness was caused by an unexpected interaction between two database settings."
    (found,) = findings(written(text), "P9")
    assert found.severity == "warn"


@pytest.mark.parametrize(
    "text",
    [
        "Why did this happen?\nThe containers hit their memory limit when traffic rose.",
        "Some users had various problems with uploads.",
        "The cause was an expired certificate.",
        "Next steps:\n\n- Find out what was caused by scaling issues (Ada, June, OPS-1).",
        "We found some issues in the log and looked at each.",
    ],
)
def test_p9_a_cause_with_a_name_and_problems_that_are_no_cause(text):
    assert quotes(written(text), "P9") == []


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("We quickly started to look into it.", "who or what noticed it and when"),
        ("Once the first alerts came in, we looked at the logs.", "when it was noticed"),
        ("Some users reported slow pages.", "when it was noticed"),
        ("Uploads failed at 10:04 UTC.", "who or what noticed it"),
        ("Uploads failed.\n\nNext steps:\n\n- At 10:04 an alert should fire.", "who or what"),
    ],
)
def test_p11_no_story_of_how_it_was_noticed(text, missing):
    (found,) = findings(written(text), "P11")
    assert missing in found.message


@pytest.mark.parametrize(
    "text",
    [
        "The queue alert fired at 10:04 UTC.",
        "At 10:04 UTC we began seeing failing uploads.",
        "Customers reported failing uploads 12 minutes after the release.",
        "Shortly after the release our monitoring showed slow uploads.",
        "| 10:04 UTC | Queue alert |",
        "Within 5 minutes a colleague noticed the errors.",
    ],
)
def test_p11_who_or_what_and_when(text):
    assert quotes(written(text), "P11") == []
