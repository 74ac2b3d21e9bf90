"""T1 T3 T5 T8 T12 T13: zones as people write them, times that cannot be, and conversions."""

from __future__ import annotations

import pytest

from subjects import findings, quotes, report, subject_with


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("The belt stopped at 26:10 UTC.", "26:10"),
        ("The belt stopped at 09:61 CEST.", "09:61"),
        ("The belt stopped at 18:05 PM.", "18:05 PM"),
        ("From 17:22pm on nothing moved.", "17:22pm"),
        ("The belt stopped at 0:15 AM.", "0:15 AM"),
        ("- 24:30 UTC: the belt stops", "24:30"),
        ("| 12:75 | the belt stops |", "12:75"),
        ("On 31 June 2025 the belt stopped.", "31 June 2025"),
        ("On February 30, 2025 the belt stopped.", "February 30, 2025"),
        ("On 29 Feb 2025 the belt stopped.", "29 Feb 2025"),
        ("It began on 2025-13-04 at night.", "2025-13-04"),
        ("It began on 2025-04-31 at night.", "2025-04-31"),
        ("On 3 May 20255 the belt stopped.", "3 May 20255"),
        ("# Belt stopped, 12 May 2062", "12 May 2062"),
    ],
)
def test_t12_what_does_not_exist_is_found(words, found):
    assert quotes(report(words), "T12") == [found]


@pytest.mark.parametrize(
    "words",
    [
        "The belt stopped at 24:00 CEST, and again at 00:15 AM-free clocks.",
        "The video lasts 75:30 minutes, the ratio is 16:90.",
        "It took 61:20 to restore.",
        "On 29 February 2024 the belt stopped.",
        "Version 2025-13 of the belt, build 10.31.99.",
        "`25:61` is what the clock showed.",
        "We restarted host 10:20:99 of rack 31.",
        "In May 2025 31 belts stopped, in June 30.",
        "On 12 May 14:05 UTC the belt stopped.",
        "It is due on 3 March 2027.",
    ],
)
def test_t12_what_exists_or_is_no_time_is_left_alone(words):
    assert [quote for quote in quotes(report(words), "T12") if "AM" not in quote] == []


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("Down from 14:00 to 15:30 CEST (13:00 to 14:30 UTC) on 3 June 2025.", "13:00"),
        ("Down since 9:15 AM PDT (17:15 UTC) on June 3, 2025.", "17:15"),
        ("On 3 December 2025 at 14:00 CET / 12:00 UTC it failed.", "12:00"),
        ("On 3 June 2025 at 14:00 UTC (4:00 PM BST) it failed.", "4:00 PM"),
        ("On 3 June 2025 at 14:00 UTC (11 AM Eastern) it failed.", "11 AM"),
    ],
)
def test_t13_a_wrong_conversion_is_found(words, found):
    (finding,) = findings(report(words), "T13")
    assert finding.quote.startswith(found)


@pytest.mark.parametrize(
    "words",
    [
        "Down from 14:00 to 15:30 CEST (12:00 to 13:30 UTC) on 3 June 2025.",
        "Down from 7:15 PM to 8:40 PM EST (00:15 to 01:40 UTC) on January 21, 2026.",
        "Down since 9:15 AM PDT (16:15 UTC) on June 3, 2025.",
        "On 3 June 2025 at 19:30 IST (14:00 UTC) it failed.",
        "On 3 June 2025 at 14:00 UTC (10 AM Eastern) it failed.",
        "At 14:00 UTC (15:10 UTC in Oslo) it failed.",
        "At 14:00 UTC (20 minutes later, at 14:20 UTC, in Oslo) it failed.",
    ],
)
def test_t13_a_right_conversion_is_left_alone(words):
    assert quotes(report(words), "T13") == []
    assert quotes(report(words), "T8") == []


@pytest.mark.parametrize(
    "words",
    [
        "It failed at 6:04 am Pacific on 12 May 2026.",
        "It failed at 6:04 AM Eastern Daylight Time (EDT).",
        "It failed at 10:00 Central European Time (CET).",
        "Es fiel um 10:00 Uhr MESZ aus.",
        "It failed at 14:00 Singapore time.",
        "All times are in Eastern. It failed at 10:00.",
        "(all times PT)\n\nIt failed at 10:00.",
        "## Timeline (UTC)\n\n- 10:00: it fails\n- 10:10: it works again",
        "| When (CET) | What |\n|---|---|\n| 10:00 | it fails |\n| 10:10 | it works again |",
        "| UTC | What |\n|---|---|\n| 10:00 | it fails |\n| 10:10 | it works again |",
    ],
)
def test_t1_a_zone_in_any_words_counts(words):
    assert quotes(report(words), "T1") == []


@pytest.mark.parametrize(
    ("words", "count"),
    [
        ("It failed at 10:00 Pacific Time (PT). It worked at 10:40.", 1),
        ("## Timeline (UTC)\n\n- 10:00: it fails\n\n## Cause\n\nAt 10:20 we found a full disk.", 1),
        (
            (
                "| Time (UTC) | What |\n|---|---|\n| 10:00 | it fails |\n| 10:10 | it works |\n\n"
                "At 10:20 we wrote to all."
            ),
            1,
        ),
        ("| Time | What |\n|---|---|\n| 10:00 | it fails |\n| 10:10 | it works |", 1),
    ],
)
def test_t1_a_zone_does_not_count_beyond_its_place(words, count):
    assert len(quotes(report(words), "T1")) == count


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("All times in EST.\n\n- 2025-07-09 14:00: it fails\n- 2025-07-09 14:20: it works", "EST"),
        (
            "| Time (CET) | What |\n|---|---|\n| 2025-07-09 14:00 | it fails |\n| 2025-07-09 15:00 | ok |",
            "CET",
        ),
        ("## Timeline (MEZ)\n\n- 2025-07-09 14:00: it fails\n- 2025-07-09 15:00: it works", "MEZ"),
        ("All times BST. On 12 January 2025 at 14:00 it failed.", "BST"),
    ],
)
def test_t3_a_zone_for_all_times_that_is_not_in_force_is_found(words, found):
    assert quotes(report(words), "T3") == [found]


def test_t3_the_weekday_and_the_past_decide_the_year():
    # 9 June was a Monday in 2025; the texts are checked in July 2025.
    (finding,) = findings(report("On Monday, June 9, at 2:14 PM PST it failed."), "T3")
    assert "2025" in finding.message
    (finding,) = findings(report("On Sunday, June 9, at 2:14 PM PST it failed."), "T3")
    assert "2024" in finding.message
    (finding,) = findings(report("On Friday, December 13, at 2:14 PM PDT it failed."), "T3")
    assert "2024" in finding.message


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("Mails were late from 10:30 to 11:10 UTC. They are sent again.", ["11:10 UTC"]),
        ("We restarted the relay at 10:20 UTC.", ["10:20 UTC"]),
        ("We restarted the relay at 08:50 UTC.", []),
        ("Mails were late. The next update follows by 10:30 UTC.", []),
        ("We will restart the relay at 10:30 UTC.", []),
        ("The relay was down since 22:10 UTC.", []),
        ("The relay that was replaced is expected back at 11:00 UTC.", []),
    ],
)
def test_t5_what_is_told_before_it_happened_is_found(words, found):
    assert quotes(subject_with(f"09:30 resolved: {words}"), "T5") == found


@pytest.mark.parametrize(
    "words",
    [
        "On 11 February 2026 it failed.\n\n## Actions\n\n- Two replicas (web team, 2026-02-20)",
        "From 7:15 PM to 8:40 PM EST (00:15 to 01:40 UTC) it failed.",
    ],
)
def test_t8_due_dates_and_conversions_are_no_mixture(words):
    assert quotes(report(words), "T8") == []


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("It failed from 15:10 to 14:20 UTC.", ["15:10 to 14:20 UTC"]),
        ("It failed between 3:10 PM and 2:20 PM CET.", ["3:10 PM and 2:20 PM CET"]),
        ("It failed from 22:10 to 01:20 UTC.", []),
        ("It failed from 15:10 on 3 May to 14:20 UTC on 4 May 2025.", []),
        ("It failed from 09:10 to 14:20 UTC.", []),
    ],
)
def test_t5_a_window_that_ends_before_it_begins_is_found(words, found):
    assert quotes(report(words), "T5") == found


@pytest.mark.parametrize(
    "words", ["12 May 2025 (Thu)", "12 May 2025, a Friday", "Fri, 12 May 2025"]
)
def test_t4_a_weekday_behind_the_date_counts(words):
    assert len(quotes(report(f"It failed on {words}."), "T4")) == 1
    sound = words.replace("Thu", "Mon").replace("Fri,", "Mon,").replace("Friday", "Monday")
    assert quotes(report(f"It failed on {sound}."), "T4") == []
