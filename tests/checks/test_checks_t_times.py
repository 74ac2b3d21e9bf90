"""T1 to T11: in which texts each must fire, and in which it must not."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from ircon.checks.finding import ERROR, INFO, WARN
from ircon.checks.subject import Subject
from subjects import apply_fix, at, findings, quotes, subject_with

LONG = (
    "09:00 investigating: Uploads fail.",
    "09:20 identified: A full disk on the upload servers.",
    "09:40 monitoring: We freed the disk.",
    "10:10 resolved: Uploads work.",
)


def written_up(words: str, **more: Any) -> Subject:
    return subject_with(*LONG, postmortem=words, posted="+1 09:00", **more)


# T1


@pytest.mark.parametrize(
    "words",
    ["It began at 09:00.", "It was down from 09:00 to 10:10.", "Until 9 PM nothing worked."],
)
def test_a_time_without_a_zone_is_found(words):
    assert len(quotes(written_up(words), "T1")) == 1


@pytest.mark.parametrize(
    "words",
    [
        "It began at 09:00 UTC.",
        "It was down from 11:00 to 12:10 CEST.",
        "All times in UTC.\n\nIt began at 09:00.",
        "## Timeline (UTC)\n\n- 09:00: it began\n- 10:10: it was over",
        "It began at 11:00 CEST (09:00 UTC).",
        "It began on 2025-06-23T09:00:00Z.",
        "Nothing is said of a time here; the ratio is 10:15.",
    ],
)
def test_a_time_with_a_zone_is_not(words):
    assert quotes(written_up(words), "T1") == []


def test_one_finding_for_a_window_and_one_for_each_time_alone():
    words = "From 11:00 to 12:10 it was down. At 11:05 we knew."
    assert quotes(written_up(words), "T1") == ["11:00 to 12:10", "11:05"]


def test_the_fix_says_the_pages_zone_and_utc():
    assert (
        apply_fix(written_up("It began at 11:00."), "T1") == "It began at 11:00 CEST (09:00 UTC)."
    )


def test_the_fix_of_a_window_takes_the_zone_that_the_record_bears_out():
    subject = written_up("It was down from 09:00 to 10:10.")
    assert apply_fix(subject, "T1") == "It was down from 09:00 UTC to 10:10 UTC."


def test_no_fix_where_the_clocks_are_changed():
    (found,) = findings(written_up("It began at 02:30 on 2025-10-26."), "T1")
    assert found.fix is None


def test_what_is_public_already_is_a_warning_and_what_is_written_an_error():
    assert [
        one.severity for one in findings(subject_with("09:00 identified: Down since 08:50."), "T1")
    ] == [WARN]
    assert [
        one.severity for one in findings(subject_with(draft="identified: Down since 08:50."), "T1")
    ] == [ERROR]


# T2


def test_a_window_as_recorded_is_right_in_whichever_zone():
    for words in ("from 11:00 to 12:10", "from 09:00 to 10:10 UTC", "from 05:00 to 06:10 EDT"):
        assert quotes(written_up(f"The outage lasted {words}."), "T2") == []


def test_five_minutes_are_tolerated_and_six_are_not():
    assert quotes(written_up("The outage lasted from 09:05 to 10:15 UTC."), "T2") == []
    assert quotes(written_up("The outage lasted from 09:06 to 10:10 UTC."), "T2") == [
        "09:06 to 10:10 UTC"
    ]


def test_an_end_that_is_monitoring_is_a_remark_that_says_so():
    (found,) = findings(written_up("The outage lasted from 11:00 to 11:40."), "T2")
    assert found.severity == INFO
    assert found.fix is None  # a time of posting is not the impact's
    assert found.message == (
        "As CEST this is 09:00-09:40 UTC: the start is Investigating, "
        "the end is Monitoring, not Resolved 10:10 UTC."
    )


def test_the_best_zone_is_found_and_named():
    (found,) = findings(written_up("The outage lasted from 05:00 to 05:40."), "T2")
    assert found.message.startswith("As EDT this is 09:00-09:40 UTC")


def test_a_stated_zone_counts_even_where_another_would_fit():
    (found,) = findings(written_up("The outage lasted from 11:00 to 12:10 UTC."), "T2")
    assert found.severity == ERROR
    assert found.message.startswith("As UTC this is 11:00-12:10 UTC")


def test_an_end_before_resolved_is_a_remark_and_one_that_updates_contradict_an_error():
    (found,) = findings(written_up("The outage lasted from 09:00 to 09:55 UTC."), "T2")
    assert found.severity == INFO
    (found,) = findings(written_up("The outage lasted from 08:30 to 08:54 UTC."), "T2")
    assert found.severity == ERROR  # at 09:20 the page still told of it
    (found,) = findings(written_up("The outage lasted from 09:00 to 10:30 UTC."), "T2")
    assert found.severity == ERROR  # the page called it resolved at 10:10


@pytest.mark.parametrize(
    "words",
    [
        "Imports were down from 18:00 to 18:30 UTC as well, a second wave.",
        "From 08:00 to 11:30 UTC our hosting provider had errors in its storage.",
        "A brief interruption followed from 12:05 to 12:09 UTC.",
        "Some reports were late again from 13:00 to 15:00 UTC.",
    ],
)
def test_a_window_of_another_wave_or_of_somebody_else_is_not_compared(words):
    assert quotes(written_up(f"Uploads failed from 09:00 to 10:10 UTC. {words}"), "T2") == []


def test_a_window_of_another_day_than_the_updates_is_an_error():
    words = "On 16 June 2025 from 09:00 to 10:10 UTC 12 % of uploads failed."
    (found,) = findings(written_up(words), "T2")
    assert found.severity == ERROR


def test_the_operators_own_times_count_before_the_updates():
    milestones = [("started", "08:40"), ("ended", "09:35")]
    words = "The outage lasted from 08:40 to 09:35 UTC."
    assert quotes(written_up(words, milestones=milestones), "T2") == []
    words = "The outage lasted from 09:00 to 10:10 UTC."
    assert quotes(written_up(words, milestones=milestones), "T2") != []


def test_an_impact_begins_before_its_first_update():
    assert quotes(written_up("The outage lasted from 08:40 to 10:10 UTC."), "T2") == []


def test_one_step_of_the_repair_is_no_window_of_the_impact():
    assert quotes(written_up("Between 09:10 and 09:15 UTC we restarted two servers."), "T2") == []


def test_without_a_record_the_window_is_not_judged():
    subject = replace(written_up("The outage lasted from 01:00 to 02:00 UTC."), has_record=False)
    assert quotes(subject, "T2") == []
    assert quotes(subject_with(postmortem="The outage lasted from 01:00 to 02:00 UTC."), "T2") == []


def test_a_window_in_lines_of_its_own():
    words = (
        "Incident start: 23 June 2025 11:00\nIncident end: 23 June 2025 11:40\n\nUploads failed."
    )
    assert [one.severity for one in findings(written_up(words), "T2")] == [INFO]


def test_the_fix_is_the_window_that_the_operator_recorded():
    milestones = [("started", "08:50"), ("ended", "10:00")]
    subject = written_up("The outage lasted from 11:00 to 11:40.", milestones=milestones)
    assert apply_fix(subject, "T2") == (
        "The outage lasted from 10:50 CEST (08:50 UTC) to 12:00 CEST (10:00 UTC)."
    )


# T3


@pytest.mark.parametrize("zone", ["CET", "EST", "PST", "EET"])
def test_winter_time_in_june_is_found(zone):
    subject = subject_with(f"09:00 identified: Down since 08:50 {zone}.")
    assert quotes(subject, "T3") == [zone]


@pytest.mark.parametrize(
    "words",
    ["08:50 CEST", "08:50 UTC", "08:50 GMT", "08:50 MST", "08:50 IST", "08:50 JST", "08:50 PT"],
)
def test_a_zone_that_is_in_force_or_may_be_is_not(words):
    assert quotes(subject_with(f"09:00 identified: Down since {words}."), "T3") == []


def test_the_day_that_the_text_names_decides():
    assert quotes(written_up("Since 2025-01-16 at 08:50 CET it was slow."), "T3") == []
    assert quotes(written_up("Since 2025-01-16 at 08:50 CEST it was slow."), "T3") == ["CEST"]


def test_the_fix_is_the_abbreviation_in_force():
    assert (
        apply_fix(subject_with("09:00 identified: Down since 08:50 CET."), "T3")
        == "Down since 08:50 CEST."
    )


def test_a_stamp_of_the_page_is_looked_at_too():
    subject = subject_with("09:00 identified: Down.")
    passage = replace(subject.updates[0], stamp="Posted Jun 23, 2025 - 10:00 CET")
    subject = replace(subject, passages=(subject.passages[0], passage))
    assert quotes(subject, "T3") == ["Posted Jun 23, 2025 - 10:00 CET"]


def test_prose_without_a_date_is_not_judged_by_todays():
    in_winter = {"now": at("+180 09:00"), "has_record": False}
    assert quotes(subject_with(postmortem="It failed until 10:10 CEST.", **in_winter), "T3") == []
    dated = subject_with(postmortem="It failed until 10:10 CEST on 5 March.", **in_winter)
    assert quotes(dated, "T3") == ["CEST"]
    yearless = subject_with(postmortem="It failed on Wednesday, 24 June.", **in_winter)
    assert quotes(yearless, "T4") == []


def test_words_that_are_being_written_are_said_now():
    subject = subject_with(draft="investigating: Down since 08:50 CET.", now=at("09:00"))
    assert quotes(subject, "T3") == ["CET"]


# T4


@pytest.mark.parametrize(
    "words",
    ["Tuesday, 2025-06-23", "on Friday, June 23, 2025", "23 June (Sunday)", "Sat Jun 23"],
)
def test_a_weekday_of_another_date_is_found(words):
    assert len(quotes(subject_with(f"09:00 identified: Since {words}."), "T4")) == 1


@pytest.mark.parametrize(
    "words",
    [
        "Monday, 2025-06-23",
        "Mon 23 June",
        "Monday. It is 2025-06-24 now",
        "Friday, and again on June 23",
        "Thursday, 01/05/2025",  # the first of May was one, the fifth of January was not
    ],
)
def test_a_weekday_that_is_right_or_stands_apart_is_not(words):
    assert quotes(subject_with(f"09:00 identified: Since {words}."), "T4") == []


def test_the_fix_keeps_the_length_of_the_weekday():
    assert (
        apply_fix(subject_with("09:00 identified: Since Tue 23 June."), "T4")
        == "Since Mon 23 June."
    )
    subject = subject_with("09:00 identified: Since Tuesday, 23 June.")
    assert apply_fix(subject, "T4") == "Since Monday, 23 June."


# T5


def test_resolved_before_it_started():
    subject = subject_with(*LONG, milestones=[("started", "10:30")])
    assert len(findings(subject, "T5")) == 1


def test_an_update_out_of_its_place_in_the_document():
    subject = subject_with(*LONG)
    lines = {"investigating": 30, "identified": 10, "monitoring": 20, "resolved": 1}
    placed = [
        replace(one, block=(lines[one.status], lines[one.status] + 2)) for one in subject.updates
    ]
    assert len(findings(replace(subject, passages=tuple(placed)), "T5")) == 1


def test_a_document_in_either_order_is_right():
    subject = subject_with(*LONG)
    for step in (10, -10):
        placed = [
            replace(one, block=(100 + step * place, 102 + step * place))
            for place, one in enumerate(subject.updates)
        ]
        assert quotes(replace(subject, passages=tuple(placed)), "T5") == []


def test_begun_after_it_was_over():
    updates = ("09:00 resolved: It is over.", "09:30 investigating: Uploads fail.")
    assert len(findings(subject_with(*updates), "T5")) == 1


def test_taken_in_another_order_than_shown():
    subject = subject_with(*LONG[:2], created=["09:30", "09:20"])
    assert len(findings(subject, "T5")) == 1


def test_a_course_in_order_and_a_reopening_are_right():
    assert quotes(subject_with(*LONG), "T5") == []
    assert quotes(subject_with(*LONG, "11:00 investigating: Uploads fail again."), "T5") == []


# T6


def test_a_backdated_update_is_found_where_its_creation_is_known():
    (found,) = findings(subject_with(*LONG, created=["09:36"]), "T6")
    assert found.message.startswith("Backdated by 36 min: shown 11:00 CEST (09:00 UTC)")
    assert found.at_stamp


def test_five_minutes_and_imported_text_are_not():
    assert quotes(subject_with(*LONG, created=["09:05", "09:20"]), "T6") == []
    assert quotes(subject_with(*LONG), "T6") == []


def test_a_second_copy_tells_when_it_was_made():
    late = ("09:36 investigating: Uploads fail.", *LONG[1:])
    late = tuple(line.replace("09:20", "09:37") for line in late)
    copy, page = subject_with(*late), subject_with(*LONG)
    assert len(quotes(replace(page, others=(copy,)), "T6")) == 2
    assert quotes(replace(copy, others=(page,)), "T6") == []


def test_another_incident_of_the_same_title_is_no_copy():
    other = subject_with(*(line.replace("Uploads", "Downloads") for line in LONG))
    later = subject_with(*(f"+9 {line}" for line in LONG))
    assert quotes(replace(subject_with(*LONG), others=(other, later)), "T6") == []


# T8


@pytest.mark.parametrize(
    ("words", "quote"),
    [
        ("On 16.01.2025 it failed.", "16.01.2025"),
        ("On 01/02/2025 it failed.", "01/02/2025"),
        ("On 2025-06-23 and again on June 24, 2025 it failed.", "June 24, 2025"),
        (
            "At 11:00 AM UTC it failed, at 13:00 UTC it worked, at 14:00 UTC all was well.",
            "11:00 AM",
        ),
        ("At 7:40 UTC it failed, at 9:40 PM UTC it worked.", "7:40"),
    ],
)
def test_a_form_that_is_read_differently_is_found(words, quote):
    assert quotes(written_up(words), "T8") == [quote]


@pytest.mark.parametrize(
    "words",
    [
        "On 2025-06-23 at 11:00 UTC it failed.",
        "Between 7:40 and 9:40 PM UTC it failed.",
        "At 9:40 PM UTC it failed.",
        "On June 23, 2025 it failed, on Tuesday it worked.",
        "At 9:15 UTC it failed, at 10:20 UTC it worked.",
        "Version 1.2.2025.3 of 10.0.0.1 failed.",
        "On June 23, 2025 it failed.\n\nNext steps:\n\n- Add a canary (Ada, 2025-07-11, OPS-1).",
        "On June 23, 2025 it failed. We add a canary (Ada, due 2025-07-11).",
    ],
)
def test_a_form_that_everybody_reads_alike_is_not(words):
    assert quotes(written_up(words), "T8") == []


def test_a_sure_date_is_rewritten_and_an_unsure_one_is_not():
    assert apply_fix(written_up("On 16.01.2025 it failed."), "T8") == "On 2025-01-16 it failed."
    (found,) = findings(written_up("On 01/02/2025 it failed."), "T8")
    assert found.fix is None


def test_internal_postmortems_are_not_for_the_public():
    assert quotes(written_up("On 16.01.2025 it failed.", audience="internal"), "T8") == []


# T9


@pytest.mark.parametrize(
    "words",
    [
        "We will perform an emergency maintenance at 09:11 UTC for 10 minutes.",
        "Maintenance is scheduled for 15:00 UTC.",
        "We are going to restart the servers at 09:30 UTC.",
    ],
)
def test_short_notice_or_no_end_is_found(words):
    assert len(quotes(subject_with(f"09:00 identified: {words}"), "T9")) == 1


@pytest.mark.parametrize(
    "words",
    [
        "We will perform maintenance from 22:00 to 22:30 UTC.",
        "Maintenance is scheduled for 15:00 UTC and will take 20 minutes.",
        "The maintenance will be completed at 09:30 UTC.",
        "We will post an update at 09:30 UTC.",
        "The maintenance of 08:00 UTC is over.",
    ],
)
def test_enough_notice_and_no_announcement_are_not(words):
    assert quotes(subject_with(f"09:00 identified: {words}"), "T9") == []


def test_without_a_zone_the_nearest_reading_is_named():
    (found,) = findings(
        subject_with("09:00 identified: We will perform maintenance at 11:11."), "T9"
    )
    assert found.message.startswith("Announced 11 min ahead (as CEST), less than 60 min")


def test_a_maintenance_of_the_page_is_measured_by_its_window():
    window = {"kind": "maintenance", "scheduled_for": at("09:30").isoformat()}
    assert len(quotes(subject_with("09:00 scheduled: New disks.", **window), "T9")) == 1
    window = {
        "kind": "maintenance",
        "scheduled_for": at("12:00").isoformat(),
        "scheduled_until": at("13:00").isoformat(),
    }
    assert quotes(subject_with("09:00 scheduled: New disks.", **window), "T9") == []


# T10


PLAN = "09:00 identified: We will perform maintenance at 09:30 UTC for 10 minutes."


@pytest.mark.parametrize(
    "after",
    [
        ["09:20 resolved: Uploads work."],
        ["09:40 monitoring: We freed the disk.", "10:10 resolved: Uploads work."],
    ],
)
def test_what_was_announced_and_did_not_come_is_found(after):
    assert len(quotes(subject_with(PLAN, *after), "T10")) == 1


@pytest.mark.parametrize(
    "after",
    [
        ["09:31 in_progress: Working.", "09:45 completed: New disks are in."],
        ["09:30 identified: The maintenance has started.", "09:50 resolved: Uploads work."],
    ],
)
def test_what_was_announced_and_came_is_not(after):
    assert quotes(subject_with(PLAN, *after), "T10") == []


def test_what_is_still_to_come_is_not():
    assert quotes(subject_with(PLAN, now=at("09:10")), "T10") == []


def test_without_a_zone_both_readings_are_named():
    words = "09:00 identified: We will perform maintenance at 11:30 for 10 minutes."
    subject = subject_with(words, "10:00 resolved: Uploads work.", zone=ZoneInfo("UTC"))
    (found,) = findings(subject, "T10")
    assert found.message == (
        "Announced for 11:30: as UTC the incident was resolved 1 h 30 min before; "
        "as CEST (09:30 UTC) it passed, and no update says that it began."
    )


# T11


@pytest.mark.parametrize(
    ("words", "quote"),
    [
        ("At around 11:00 CEST uploads began to fail.", "around 11:00"),
        ("From approximately 09:00 to 10:10 UTC uploads failed.", "approximately 09:00"),
        ("From 09:00 to about 10:10 UTC uploads failed.", "about 10:10"),
    ],
)
def test_a_vague_time_that_the_timeline_has_is_a_remark(words, quote):
    assert [(one.quote, one.severity) for one in findings(written_up(words), "T11")] == [
        (quote, INFO)
    ]


@pytest.mark.parametrize(
    "words",
    [
        "At 11:00 CEST uploads began to fail.",
        "At around 08:12 CEST a disk filled up.",
        "About 10 customers called.",
    ],
)
def test_an_exact_time_and_one_that_nobody_recorded_are_not(words):
    assert quotes(written_up(words), "T11") == []


def test_an_update_is_held_against_the_milestones_alone():
    words = "09:20 identified: Since about 08:50 UTC uploads fail."
    assert quotes(subject_with(words), "T11") == []
    assert quotes(subject_with(words, milestones=[("started", "08:52")]), "T11") == ["about 08:50"]


def test_the_minute_is_the_fix():
    subject = written_up("At around 11:00 CEST uploads began to fail.")
    assert apply_fix(subject, "T11") == "At 11:00 CEST (09:00 UTC) uploads began to fail."


def test_t8_a_text_on_the_24_hour_clock_beside_am_and_pm_is_said_once():
    subject = subject_with(
        "09:00 investigating: Uploads fail since 10:55 CEST.",
        "09:30 resolved: Uploads work again since 11:25 CEST.",
        postmortem="Uploads failed from 10:55 am to 11:25 am CEST.",
    )
    assert quotes(subject, "T8") == ["10:55"]


def test_t1_words_from_nowhere_get_no_zone_from_us():
    (found,) = findings(subject_with(postmortem="Uploads failed at 10:55.", has_record=False), "T1")
    assert found.fix is None


def test_t2_what_the_updates_say_themselves_counts():
    updates = (
        "09:00 investigating: Uploads fail since 10:42 CEST.",
        "09:30 resolved: Uploads work again since 11:21 CEST.",
    )
    sound = subject_with(*updates, postmortem="Uploads failed from 10:42 to 11:21 CEST.")
    assert quotes(sound, "T2") == []
    (found,) = findings(
        subject_with(*updates, postmortem="Uploads failed from 10:42 to 11:10 CEST."), "T2"
    )
    assert "11 min before the end by the updates 09:21 UTC" in found.message


def test_t2_the_first_of_two_times_is_no_end():
    updates = (
        "09:00 investigating: Uploads fail.",
        "09:30 resolved: Uploads failed from 08:41 UTC.",
    )
    (found,) = findings(
        subject_with(*updates, postmortem="Uploads failed from 08:20 to 08:41 UTC."), "T2"
    )
    assert found.severity == "error"


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("From 11:00 to 14:10 CEST, sign-in was odd.", ["11:00 to 14:10 CEST"]),
        ("From 11:00 to 12:10 CEST, sign-in was odd.", []),
        ("From 11:30 to 11:50 CEST, sign-in was odd.", []),  # one phase of it
        ("From 12:30 to 14:10 CEST, we watched it.", []),
        ("On 24 June 2025 from 09:00 to 10:10 UTC, uploads took up to 30 seconds.", 1),
        ("From 07:00 to 10:10 UTC, uploads took up to 30 seconds.", []),
    ],
)
def test_t2_a_window_with_any_verb(words, found):
    said = quotes(written_up(words), "T2")
    assert len(said) == 1 if found == 1 else said == found


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("Uploads fail since 15:00 UTC.", ["15:00 UTC"]),
        ("Uploads fail since 04:50 UTC.", []),
        ("Uploads fail since 23:50 UTC.", []),  # of the day before
        ("Uploads fail; next update by 15:00 UTC.", []),
        ("Uploads fail since 15:00 UTC yesterday.", []),
    ],
)
def test_t5_nothing_has_begun_at_a_time_to_come(words, found):
    assert quotes(subject_with(f"05:23 investigating: {words}"), "T5") == found
    assert quotes(subject_with(draft=f"investigating: {words}", now=at("05:23")), "T5") == found


def test_t5_the_day_before_is_meant_where_it_began_then():
    subject = subject_with(
        "15:10 investigating: Uploads fail since 15:00 UTC.",
        "+1 05:23 investigating: Uploads fail since 15:00 UTC.",
    )
    assert quotes(subject, "T5") == []
