"""U2 U7 U22: updates that say nothing new, or that speak for another status."""

from __future__ import annotations

import pytest

from subjects import quotes, subject_with

FIRST = "09:00 investigating: Parcels cannot be booked since 08:55 UTC."


@pytest.mark.parametrize(
    "words",
    [
        "Booking is quicker now. We are still working on a fix.",
        "Our engineers continue to work on a resolution.",
        "The team is still trying to restore the service.",
        "Some depots may still see errors when they print. Some users may still get error 500.",
        "The fault is not yet fixed.",
        "Bookings are still failing for depots in the north.",
        "We are currently investigating this issue.",
        "We are looking into reports of slow tracking.",
        "The tracking page remains unavailable.",
        "The errors persist.",
    ],
)
def test_u22_resolved_in_the_words_of_investigating(words):
    assert quotes(subject_with(FIRST, f"10:00 resolved: {words}"), "U22")


@pytest.mark.parametrize(
    "words",
    [
        "Bookings work since 09:50 UTC. We will keep investigating the root cause.",
        "Bookings work since 09:50 UTC. We are still looking for the cause of the full disk.",
        "All parcels are booked. Follow-up work continues, and we are working on a lasting fix.",
        "We restarted the label host. If you still see errors, write to us.",
        "At 09:20 UTC we were still working on a fix; since 09:50 UTC bookings work.",
        "You may still see old labels until the cache is empty.",
        "We are working on a permanent fix to prevent a recurrence.",
        "The old scanner app remains unavailable, as it is no longer supported.",
        "We are investigating why the alert did not fire.",
        "We will continue to monitor the issue.",
    ],
)
def test_u22_resolved_with_work_to_follow(words):
    assert quotes(subject_with(FIRST, f"10:00 resolved: {words}"), "U22") == []


@pytest.mark.parametrize(
    "words",
    [
        "We are still looking for the cause of the delays.",
        "The cause is still unknown.",
        "Our engineers are trying to find out why labels come out blank.",
        "We continue to investigate the issue with labels.",
    ],
)
def test_u22_monitoring_with_nothing_to_watch(words):
    assert quotes(subject_with(FIRST, f"09:30 monitoring: {words}"), "U22")


@pytest.mark.parametrize(
    "words",
    [
        "We believe the fix works, we are watching.",
        "A fix has been deployed. Some depots may still see errors for ten minutes.",
        "Errors are back to normal since 09:25 UTC. We are still looking for the cause.",
        "We rolled back release 4; we continue to investigate the issue with labels.",
    ],
)
def test_u22_monitoring_with_a_fix(words):
    assert quotes(subject_with(FIRST, f"09:30 monitoring: {words}"), "U22") == []


@pytest.mark.parametrize("status", ["investigating", "identified"])
@pytest.mark.parametrize(
    "words",
    [
        "The incident is over.",
        "The issue is fully resolved.",
        "Everything works again.",
        "All systems are operational.",
        "Booking is fully back for everyone.",
    ],
)
def test_u22_an_active_status_that_says_it_is_over(status, words):
    assert quotes(subject_with(FIRST, f"09:30 {status}: {words}"), "U22")


@pytest.mark.parametrize(
    "words",
    [
        "Once the incident is over, we write what happened.",
        "The issue is resolved for most depots, others still wait.",
        "We found the full disk and are making room on it.",
        "The incident is not over.",
        "We hope that everything works again by noon.",
        "Our provider says that the issue is resolved, but bookings still fail.",
    ],
)
def test_u22_an_active_status_that_goes_on(words):
    assert quotes(subject_with(FIRST, f"09:30 identified: {words}"), "U22") == []


@pytest.mark.parametrize(
    "words",
    [
        "Host 3 is replaced. The incident is over.",
        "Labels have been fully restored and this is closed.",
        "The outage is now fixed.",
        "We consider this resolved.",
        "We now regard the matter as closed.",
        "This is behind us.",
        "The disruption has ended.",
        "We are closing this incident.",
    ],
)
def test_u7_resolved_in_other_words(words):
    assert len(quotes(subject_with(FIRST, f"09:30 monitoring: {words}"), "U7")) == 1


@pytest.mark.parametrize(
    "words",
    [
        "We believe the fix works, we are watching.",
        "A fix has been deployed.",
        "Errors are back to normal, we keep watching.",
        "We will close this incident when an hour has passed without an error.",
        "We think the problem is fixed and watch it for an hour.",
        "The fix is over all depots by 10:00 UTC.",
        "It looks as though the issue is fixed.",
        "The bug in the label service has been fixed.",
    ],
)
def test_u7_monitoring_that_watches(words):
    assert quotes(subject_with(FIRST, f"09:30 monitoring: {words}"), "U7") == []


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "Parcels cannot be booked. We will write again by 09:20 UTC.",
            "Parcels cannot be booked. We will write again by 09:40 UTC.",
        ),
        (
            "Parcels cannot be booked. Next update by 09:20 UTC.",
            "Parcels still cannot be booked. We will post news by 11:40 CEST.",
        ),
        (
            "Hello all, tracking shows no scans. More information at 9:20 am.",
            "Tracking shows no scans. More information by 9:40 am.",
        ),
        (
            "At 09:05 UTC one in five labels fails, and we will report back within 15 minutes.",
            "At 09:20 UTC one in five labels fails, and we will report back within 30 minutes.",
        ),
    ],
)
def test_u2_the_same_update_with_another_promised_time(before, after):
    subject = subject_with(f"09:00 investigating: {before}", f"09:20 investigating: {after}")
    assert len(quotes(subject, "U2")) == 1


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "One in five labels fails. Next update by 09:20 UTC.",
            "One in nine labels fails. Next update by 09:40 UTC.",
        ),
        (
            "Parcels cannot be booked. Next update by 09:20 UTC.",
            "Parcels cannot be booked; a restart of host 3 did not help. Next update by 09:40 UTC.",
        ),
        ("Next update by 09:20 UTC.", "Next update by 09:40 UTC."),
        ("Error rate 30 % at 09:00 UTC.", "Error rate 12 % at 09:20 UTC."),
    ],
)
def test_u2_with_something_new(before, after):
    subject = subject_with(f"09:00 investigating: {before}", f"09:20 investigating: {after}")
    assert quotes(subject, "U2") == []
