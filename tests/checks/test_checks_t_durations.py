"""T7: durations against the window beside them, the text's own timeline, its parts, the record."""

from __future__ import annotations

from typing import Any

import pytest

from ircon.checks.finding import INFO, WARN
from ircon.checks.subject import Subject
from subjects import findings, quotes, report, subject_with

TIMELINE = """\
# Deliveries not assigned

On 4 February 2026 drivers got no deliveries {said}.

## Timeline

All times in UTC.

| Time | Event |
|---|---|
| 05:10 | The scheduler of the depot stops, no delivery is assigned |
| 05:31 | The empty-queue alarm rings |
| 06:02 | We find the full disk |
| 06:55 | Every depot assigns deliveries again |

{figures}
"""


def timeline(said: str = "for 105 minutes", figures: str = "") -> Subject:
    return report(TIMELINE.format(said=said, figures=figures))


def written_up(words: str, **more: Any) -> Subject:
    """An incident from 09:00 to 10:10 UTC, watched since 09:40."""
    return subject_with(
        "09:00 investigating: Uploads fail.",
        "09:20 identified: Release 12 is slow.",
        "09:40 monitoring: We rolled back release 12.",
        "10:10 resolved: Uploads work.",
        postmortem=words,
        **more,
    )


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("Tills were offline from 17:05 to 18:00 CET, for 45 minutes, in 60 shops.", "45 minutes"),
        ("Tills were offline from 17:05 to 18:00 CET (65 min) in 60 shops.", "65 min"),
        ("Tills were offline between 17:05 and 18:00 CET, half an hour in all.", "half an hour"),
        ("The tills were offline for two hours (17:05 to 18:00 CET).", "two hours"),
        ("For 1 h 25 min, from 17:05 to 18:00 CET, tills were offline.", "1 h 25 min"),
        ("Tills were offline 17:05–18:00 CET, i.e. 75 minutes.", "75 minutes"),
        ("A 40-minute outage from 17:05 to 18:00 CET hit 60 shops.", "40-minute"),
        ("Offline: 17:05 to 18:00 CET = 50 minutes", "50 minutes"),
        ("From 5:05 PM to 6:00 AM EST tills were offline, for 55 minutes.", "55 minutes"),
        ("The outage window was 23:40 to 00:25 UTC, which is 85 minutes.", "85 minutes"),
        ("Start: 4 May 2026 17:05 CEST\nEnd: 4 May 2026 18:00 CEST\nDuration: 1 h 15 min", "1 h"),
    ],
)
def test_a_duration_that_is_not_that_of_the_window_beside_it_is_a_warning(words, found):
    (finding,) = findings(report(words), "T7")
    assert finding.quote.startswith(found)
    assert finding.severity == WARN
    assert finding.fix is None  # nobody knows which of the two is wrong


@pytest.mark.parametrize(
    "words",
    [
        "Tills were offline from 17:05 to 18:00 CET, for 55 minutes, in 60 shops.",
        "Tills were offline from 17:05 to 18:00 CET (just under an hour).",
        "For almost an hour, from 17:05 to 18:00 CET, tills were offline.",
        "The first gap lasted 25 minutes, from 08:05 to 08:30 UTC.\nThe second was 08:40-09:10 UTC.",
        "From 17:05 to 18:00 CET each payment took up to 30 seconds.",
        "From 17:05 to 18:00 CET tills were offline; the alert fired 10 minutes later.",
        "Tills were offline from 17:05 to 18:00 CET. Backups run every 4 hours.",
        "From 17:05 to 18:00 CET sessions that were older than 20 minutes were dropped.",
        "From 17:05 to 18:00 CET we retried with a timeout of 90 seconds.",
        "Offline from 23:40 to 00:25 UTC, 45 minutes.",
        "Offline from 7:15 PM to 8:40 PM EST (00:15 to 01:40 UTC on January 22), for 85 minutes.",
        "In 12 minutes between 17:05 and 18:00 CET we tried three servers.",
    ],
)
def test_a_duration_that_is_that_of_its_window_or_of_something_else_is_none(words):
    assert quotes(report(words), "T7") == []


@pytest.mark.parametrize(
    ("said", "figures", "found"),
    [
        ("for 75 minutes", "", "75 minutes"),
        ("for about three hours before the disk was emptied", "", "three hours"),
        ("from the early morning on", "- Time to detect: 12 minutes", "12 minutes"),
        ("from the early morning on", "| Time to recover | 2 h 30 min |\n|---|---|", "2 h 30 min"),
        ("from the early morning on", "**Duration:** 1 hour 20 minutes", "1 hour 20 minutes"),
        ("from the early morning on", "MTTR: 97 min", "97 min"),
        ("from the early morning on", "It took us 40 minutes to notice it.", "40 minutes"),
        ("from the early morning on", "The alarm rang 45 minutes later, at 05:31.", "45 minutes"),
        ("from the early morning on", "All in all it was a 2-hour outage.", "2-hour"),
    ],
)
def test_a_duration_that_fits_no_two_rows_of_the_timeline_is_found(said, figures, found):
    assert quotes(timeline(said, figures), "T7") == [found]


@pytest.mark.parametrize(
    ("said", "figures"),
    [
        ("for 105 minutes", "- Time to detect: 21 minutes\n- Time to recover: 105 minutes"),
        ("for an hour and three quarters", "- Time to resolve: 84 minutes"),
        ("for nearly two hours", "Detected after 21 minutes."),
        ("for 105 minutes", "The alarm rang 21 minutes later, at 05:31."),
        ("for 105 minutes", "One depot took 30 hours to catch up."),
        ("for 105 minutes", "The network part of it lasted 20 minutes."),
        ("for 105 minutes", "## Actions\n\n- Keep logs for 14 days (depot team, 1 March 2026)"),
        ("for 105 minutes", "A year ago a similar outage lasted 3 hours."),
        ("for 105 minutes", "Drivers wait 5 minutes for a delivery at most."),
    ],
)
def test_a_duration_that_two_rows_confirm_or_that_is_another_is_none(said, figures):
    assert quotes(timeline(said, figures), "T7") == []


def test_parts_that_do_not_add_up_to_the_time_between_two_moments_are_found():
    told = "At {start} UTC calls failed for {one}. The other site was slow for {two}. At 04:40 UTC"
    wrong = told.format(start="03:18", one="around 20 minutes", two="39 more minutes")
    assert quotes(report(f"{wrong} all was restored."), "T7") == ["39 more minutes"]
    right = told.format(start="03:41", one="around 20 minutes", two="39 more minutes")
    assert quotes(report(f"{right} all was restored."), "T7") == []


def test_a_sum_that_is_not_that_of_its_parts_is_found():
    words = "It was slow for 20 minutes and down for 39 minutes, {} minutes in total."
    assert quotes(report(words.format(82)), "T7") == ["82 minutes"]
    assert quotes(report(words.format(59)), "T7") == []


def test_against_the_times_of_posting_alone_it_is_a_remark():
    # An outage begins before its first update, and ends before Resolved.
    (found,) = findings(written_up("The outage lasted 59 minutes."), "T7")
    assert found.severity == INFO
    assert found.fix is None
    milestones = [("started", "08:50"), ("ended", "10:00")]
    (found,) = findings(written_up("The outage lasted 59 minutes.", milestones=milestones), "T7")
    assert found.severity == WARN


@pytest.mark.parametrize(
    "words",
    [
        "The outage lasted 70 minutes.",
        "The outage lasted 1 h 9 min.",  # a page that cuts off seconds is one short
        "The outage lasted 40 minutes.",  # until monitoring
        "The outage lasted about 75 minutes.",
        "We restarted the servers within 5 minutes.",
        "We resolved the issue within 75 minutes.",
        "We resolved it within 10 minutes of the failover.",
        "It took us about 70 minutes to resolve this.",
        "We identified the cause within 20 minutes.",
        "The cache was resolved and filled within 3 minutes.",
    ],
)
def test_a_duration_that_the_record_confirms_is_none(words):
    assert quotes(written_up(words), "T7") == []


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("We resolved it within 30 minutes of the first report.", "30 minutes"),
        ("It took us two hours to resolve this.", "two hours"),
        ("We identified the cause within 5 minutes.", "5 minutes"),
    ],
)
def test_a_claim_of_speed_that_the_record_does_not_confirm_is_found(words, found):
    assert quotes(written_up(words), "T7") == [found]
