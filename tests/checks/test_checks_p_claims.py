"""P5 P6 P13 P18 P20: claims, held against the record."""

from __future__ import annotations

import pytest

from ircon.config.load import DEFAULT_CADENCE
from subjects import findings, quotes, subject_with

QUICK = ("09:00 investigating: Uploads fail.", "09:10 identified: The disk is full.")
OVER = ("09:30 monitoring: We made room on the disk.", "10:00 resolved: Uploads work.")
BACK = (
    "09:00 investigating: Uploads fail.",
    "09:10 monitoring: We restarted the upload host.",
    "09:20 investigating: Uploads fail again.",
    "09:40 monitoring: We made room on the disk.",
    "10:20 resolved: Uploads work.",
)


def posted(when, text="A disk was full.", **more: object):
    return subject_with(*QUICK, *OVER, postmortem=text, posted=when, **more)


# 2025-06-23 is a Monday: five business days later is Monday the 30th.
@pytest.mark.parametrize("when", ["+1 09:00", "+4 12:00", "+7 15:00"])
def test_p5_in_time(when):
    assert findings(posted(when), "P5") == []


def test_p5_late_is_a_warning_however_late():
    (found,) = findings(posted("+8 09:00"), "P5")
    assert found.severity == "warn"
    assert "7 days after Resolved" in found.message
    assert "5 business days" in found.message


@pytest.mark.parametrize(("when", "count"), [("+3 20:00", 0), ("+4 09:00", 1)])
def test_p5_a_sev1_has_three_days(when, count):
    assert len(findings(posted(when, severity="sev1"), "P5")) == count


def test_p5_a_draft_is_late_when_now_is():
    assert len(findings(subject_with(*QUICK, *OVER, postmortem="A disk was full."), "P5")) == 1


def test_p5_needs_an_end():
    assert (
        findings(subject_with(*QUICK, postmortem="A disk was full.", posted="+20 09:00"), "P5")
        == []
    )


def test_p6_each_claim_of_an_analysis_made_at_once():
    text = "After a detailed analysis we found the root cause. We reviewed the logs."
    assert quotes(posted("10:07", text), "P6") == ["detailed analysis", "root cause"]


@pytest.mark.parametrize(
    ("when", "text"),
    [
        ("10:31", "After a detailed analysis we found the root cause."),
        ("10:07", "What we know so far: a disk was full. We will look into it until Friday."),
    ],
)
def test_p6_later_or_without_a_claim(when, text):
    assert quotes(posted(when, text), "P6") == []


def test_p13_quickly_identified_and_never_said_so():
    subject = subject_with(
        "09:00 investigating: Uploads fail.",
        *OVER,
        postmortem="Our team quickly identified the full disk.",
        posted="+1 09:00",
    )
    assert quotes(subject, "P13") == ["quickly identified"]


def test_p13_quickly_after_an_hour():
    subject = subject_with(
        "09:00 investigating: Uploads fail.",
        "10:26 identified: The disk is full.",
        postmortem="We rapidly and surely found the full disk.",
        posted="+1 09:00",
    )
    (found,) = findings(subject, "P13")
    assert "86 min" in found.message


@pytest.mark.parametrize(
    "text",
    [
        "Our team quickly identified the full disk.",
        "We immediately increased the limit.",
        "Quickly, and for want of a better idea, the team looked until it found the disk.",
    ],
)
def test_p13_true_or_another_claim(text):
    assert quotes(posted("+1 09:00", text), "P13") == []


@pytest.mark.parametrize("before", ["", "What we will do:\n\n- Watch the disk.\n\n"])
def test_p13_regular_updates_after_a_long_silence(before):
    subject = subject_with(
        "09:00 investigating: Uploads fail.",
        "12:00 resolved: We made room on the disk.",
        postmortem=f"{before}There were regular updates on this page.",
        posted="+1 09:00",
        cadence=DEFAULT_CADENCE,
    )
    (found,) = findings(subject, "P13")
    assert found.quote == "regular updates"
    assert "180 min" in found.message


def test_p13_transparent_words_that_a_tool_wrote():
    subject = subject_with(
        "09:00 investigating: We are currently investigating this issue.",
        "09:10 resolved: This incident has been resolved.",
        postmortem="We communicated transparently. We pride ourselves on transparent communication.",
        posted="+1 09:00",
    )
    (found, _) = findings(subject, "P13")
    assert "2 of 2 updates are a tool's stock sentence" in found.message


@pytest.mark.parametrize(
    "text",
    ["We gave regular updates.", "Next steps:\n\n- Give regular updates (Ada, June, OPS-1)."],
)
def test_p13_regular_updates_that_were_regular(text):
    assert quotes(posted("+1 09:00", text, cadence=DEFAULT_CADENCE), "P13") == []


def test_p13_tested_and_yet_more_tests():
    text = (
        "The release was thoroughly tested.\n\nNext steps:\n\n"
        "- Add load tests for uploads (Ada, 2025-08-01, OPS-1)."
    )
    assert quotes(posted("+1 09:00", text), "P13") == ["was thoroughly tested"]
    alone = text.replace("Add load tests for", "Limit the")
    assert quotes(posted("+1 09:00", alone), "P13") == []


@pytest.mark.parametrize(
    ("text", "said", "quoted"),
    [
        ("No data was lost.\n\n120 profiles were deleted and could not be restored.", "", True),
        ("No data was lost.", "Some customer data was lost.", True),
        ("There was no data loss.", "Orders of 20 minutes were permanently lost.", True),
        ("No data was lost in Frankfurt.", "Some customer data was lost.", False),
        ("No data was lost.", "We do not know whether any data was lost. No data was lost.", False),
        ("No data was lost. Profiles were deleted, and could all be recovered.", "", False),
        ("No customers were affected. Sign-in was slow for 8 % of customers.", "", True),
        ("No customers were affected. Sign-in is used by 8,000 customers.", "", False),
        ("No further customers were affected. It failed for 20 customers.", "", False),
    ],
)
def test_p13_a_denial_and_the_opposite(text, said, quoted):
    subject = subject_with(f"09:00 resolved: It works. {said}", postmortem=text, posted="+1 09:00")
    assert bool(quotes(subject, "P13")) is quoted


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("We kept customers informed every 10 minutes.", 1),
        ("We posted updates every 40 minutes.", 0),
        ("We posted updates at least every half an hour.", 1),
        ("We checked the queue every 10 minutes.", 0),
    ],
)
def test_p13_updates_every_so_often(text, found):
    course = (
        "09:00 investigating: It fails.",
        "09:15 identified: A disk.",
        "09:55 resolved: Works.",
    )
    assert len(quotes(subject_with(*course, postmortem=text, posted="+1 09:00"), "P13")) == found


def test_p13_needs_a_recorded_timeline():
    subject = subject_with(postmortem="We quickly identified the full disk.", has_record=False)
    assert quotes(subject, "P13") == []


PROMISE = "10:00 resolved: Uploads work. A postmortem will follow within 5 business days."


def test_p18_a_postmortem_that_came_late():
    subject = subject_with(PROMISE, postmortem="A disk was full.", posted="+9 09:00")
    (found,) = findings(subject, "P18")
    assert "postmortem" in found.quote
    assert "2025-06-30" in found.message
    assert "2025-07-02" in found.message


def test_p18_a_postmortem_that_never_came():
    assert len(findings(subject_with(PROMISE), "P18")) == 1


def test_p18_kept_or_without_a_day():
    assert (
        findings(subject_with(PROMISE, postmortem="A disk was full.", posted="+3 09:00"), "P18")
        == []
    )
    vague = "10:00 resolved: Uploads work. A postmortem will follow as soon as it is available."
    assert findings(subject_with(vague), "P18") == []


def test_p20_a_fix_that_did_not_hold_and_is_not_told():
    (found,) = findings(subject_with(*BACK, postmortem="We made room.", posted="+1 09:00"), "P20")
    assert "11:20 CEST" in found.message
    assert found.quote == "We made room."


@pytest.mark.parametrize(
    "text",
    [
        "The first restart helped for ten minutes only.",
        "The restart did not hold.",
        "At 09:20 UTC the errors came back.",
        "We had to reopen the incident.",
        "Uploads failed again at 09:20 UTC.",
    ],
)
def test_p20_told_in_any_words(text):
    assert findings(subject_with(*BACK, postmortem=text, posted="+1 09:00"), "P20") == []


def test_p20_a_mechanism_that_failed_is_not_the_fix():
    text = "Our automatic restarts failed to bring uploads back, so we made room."
    assert len(findings(subject_with(*BACK, postmortem=text, posted="+1 09:00"), "P20")) == 1


def test_p20_a_straight_course():
    assert findings(posted("+1 09:00"), "P20") == []
