"""Times, days, zones and durations as people write them, each at its place."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ircon.text.clock_times import text_times
from ircon.text.dates import days
from ircon.text.durations import durations
from ircon.text.instants import instants, possible_zones, render_readings, window_instants
from ircon.text.zones import regional_zone, seasonal_correction, zone_names, zone_of_stamps

BERLIN = ZoneInfo("Europe/Berlin")
NEAR = datetime(2025, 6, 23, 12, 0, tzinfo=UTC)  # a Monday


def clock(text):
    (one,) = text_times(text).clocks
    return one


@pytest.mark.parametrize(
    ("text", "words", "hour", "half"),
    [
        ("It began at 14:05.", "14:05", 14, ""),
        ("It began at 7:40 PM.", "7:40 PM", 7, "pm"),
        ("It began at 7:40 p.m. and went on.", "7:40 p.m.", 7, "pm"),
        ("It began at 9am.", "9am", 9, "am"),
        ("It began 2025-03-31T07:30:12.5Z there.", "07:30:12.5", 7, ""),
        ("It began at 1430 UTC.", "1430", 14, ""),
        ("It began at 9.30 CET.", "9.30", 9, ""),
        ("**14:05** it began", "14:05", 14, ""),
    ],
)
def test_a_clock_time_is_found_where_it_stands(text, words, hour, half):
    one = clock(text)
    assert text[one.start : one.end] == one.text == words
    assert (one.hour, one.half) == (hour, half)


@pytest.mark.parametrize(
    "text",
    [
        "Requests took 1:30 minutes.",
        "a ratio of 10:15 to the rest",
        "It listens on port :8080 of 10.0.0.12:5432.",
        "Version 12.30 is out, build 25:61 is not.",
        "Read https://status.example.com/at/12:30 for more.",
        "```\n12:30 the server said no\n```",
        "| 12:30 | down |",
        "2001:db8::12:30",
    ],
)
def test_what_only_looks_like_a_clock_time_is_none(text):
    assert text_times(text).clocks == ()


@pytest.mark.parametrize(
    ("text", "zone"),
    [
        ("at 14:05 CEST", "CEST"),
        ("at 2:54 PM ET", "ET"),
        ("at 14:05 (UTC)", "UTC"),
        ("at 14:05 UTC+02:00", "UTC+02:00"),
        ("at 14:05 Europe/Berlin", "Europe/Berlin"),
        ("at 9:00 pst it began", "pst"),
        ("at 14:05 Pacific Time", "Pacific Time"),
        ("at 14:05, all in CET", "CET"),
        ("All times in UTC.\n\nIt began at 14:05.", "UTC"),
        ("Timeline (UTC)\n\n- 14:05: it began", "UTC"),
        ("2025-06-23T14:05:00+02:00", "+02:00"),
    ],
)
def test_a_zone_in_the_sentence_or_for_the_whole_document_counts(text, zone):
    said = clock(text).sentence_zone
    assert said is not None
    assert said.text == zone


@pytest.mark.parametrize(
    "text",
    [
        "It began at 14:05. We are in CET all year.",
        "It began at 14:05. The CAT scan and the MT server are well.",
        "Response times grew. It began at 14:05.",
    ],
)
def test_a_zone_elsewhere_does_not_count(text):
    assert clock(text).sentence_zone is None


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("from around 07:30 to 08:15", "07:30 to 08:15"),
        ("on 16.01.2025 from 13:23 - 15:09.", "13:23 - 15:09"),
        ("between 7:40 PM and 9:40 PM", "7:40 PM and 9:40 PM"),
        ("12:00–13:00 UTC", "12:00–13:00 UTC"),
        (
            "from 15:00 CEST (13:00 UTC) to 16:00 CEST (14:00 UTC)",
            "15:00 CEST (13:00 UTC) to 16:00 CEST",
        ),
        (
            "from 22:00 UTC on March 3 until 02:00 UTC on March 4",
            "22:00 UTC on March 3 until 02:00 UTC",
        ),
        ("Start: 3 March 2025 10:00\nEnd: 3 March 2025 11:30", "10:00\nEnd: 3 March 2025 11:30"),
    ],
)
def test_two_times_make_a_window(text, words):
    (window,) = text_times(text).windows
    assert text[window.start : window.end] == words


@pytest.mark.parametrize(
    "text",
    [
        "At 14:05 it began and at 15:00 it was over.",
        "- 14:05 - it began\n- 14:30 - it was over",
        "We saw it at 14:05 and 14:30.",
        "14:05 Investigating\n\n14:30 Resolved",
    ],
)
def test_two_times_that_are_no_window(text):
    assert text_times(text).windows == ()


def test_the_first_time_of_a_window_takes_its_half_of_the_day_from_the_second():
    (window,) = text_times("between 11:40 and 1:10 PM").windows
    assert (window.first.half, window.last.half) == ("am", "pm")
    (window,) = text_times("between 1:40 and 3:10 PM").windows
    assert (window.first.half, window.last.half) == ("pm", "pm")


def test_a_time_repeated_in_another_zone_is_not_a_time_of_its_own():
    one, other = text_times("at 15:00 CEST (13:00 UTC)").clocks
    assert (one.other, other.other) == (False, True)


def test_a_window_runs_over_midnight():
    (window,) = text_times("On June 23 from 23:50 to 00:20 it was down.").windows
    start, end = window_instants(window, NEAR, BERLIN)
    assert (start, end) == (
        datetime(2025, 6, 23, 21, 50, tzinfo=UTC),
        datetime(2025, 6, 23, 22, 20, tzinfo=UTC),
    )


@pytest.mark.parametrize(
    ("text", "form", "meant"),
    [
        ("2025-03-31", "iso", [date(2025, 3, 31)]),
        ("16.01.2025", "dotted", [date(2025, 1, 16)]),
        ("01/02/2025", "slashed", [date(2025, 1, 2), date(2025, 2, 1)]),
        ("23/06/2025", "slashed", [date(2025, 6, 23)]),
        ("June 23, 2025", "month first", [date(2025, 6, 23)]),
        ("Jun 23rd", "month first", [date(2025, 6, 23)]),
        ("23 June 2025", "day first", [date(2025, 6, 23)]),
        ("Oct 30", "month first", [date(2025, 10, 30)]),
        ("Jan 2", "month first", [date(2025, 1, 2)]),
        ("yesterday", "relative", [date(2025, 6, 22)]),
        ("tomorrow", "relative", [date(2025, 6, 24)]),
        ("Sunday", "weekday", [date(2025, 6, 22)]),
        ("Monday", "weekday", [date(2025, 6, 23)]),
    ],
)
def test_a_day_is_found_and_meant(text, form, meant):
    sentence = f"It was {text} when it began."
    (day,) = days(sentence)
    assert sentence[day.start : day.end] == text
    assert day.form == form
    assert list(day.on(NEAR.date())) == meant


def test_a_weekday_ahead_is_the_next_one():
    (day,) = days("by Friday")
    assert day.on(NEAR.date(), ahead=True) == (date(2025, 6, 27),)


@pytest.mark.parametrize(
    "text", ["31.02.2025.1", "2025-13-45", "1.2.3", "45/45/2025", "may 5 people"]
)
def test_what_is_no_day(text):
    assert [day for day in days(text) if day.on(NEAR.date())] == []


@pytest.mark.parametrize(
    ("text", "minutes", "about"),
    [
        ("2h 5m", 125, False),
        ("82 minutes", 82, False),
        ("about two hours", 120, True),
        ("an hour and a half", 90, False),
        ("2 and a half hours", 150, False),
        ("half an hour", 30, False),
        ("1 hour, 20 minutes", 80, False),
        ("1.5h", 90, False),
        ("a couple of hours", 120, True),
        ("20-30 minutes", 30, False),
        ("3 days", 4320, False),
    ],
)
def test_a_duration_in_words(text, minutes, about):
    (one,) = durations(f"It took {text} in all.")
    assert (one.minutes, one.about) == (minutes, about)


def test_business_days_are_counted_apart():
    (one,) = durations("within 5 business days")
    assert one.business_days == 5


@pytest.mark.parametrize("text", ["5m users", "24/7", "10 ms latency", "an S3 bucket", "5 M rows"])
def test_what_is_no_duration(text):
    assert list(durations(text)) == []


def test_the_day_decides_what_a_zone_means():
    summer = clock("at 15:00 on 2025-06-23")
    winter = clock("at 15:00 on 2025-01-16")
    assert render_readings(summer, NEAR, BERLIN) == ("15:00 CEST (13:00 UTC)",)
    assert render_readings(winter, NEAR, BERLIN) == ("15:00 CET (14:00 UTC)",)


def test_an_hour_that_the_clocks_skip_means_nothing():
    assert render_readings(clock("at 02:30 on 2025-03-30"), NEAR, BERLIN) == ()


def test_an_hour_that_comes_twice_means_both():
    assert render_readings(clock("at 02:30 on 2025-10-26"), NEAR, BERLIN) == (
        "02:30 CEST (00:30 UTC)",
        "02:30 CET (01:30 UTC)",
    )


def test_utc_is_said_once_and_another_day_is_named():
    assert render_readings(clock("at 15:00"), NEAR, UTC) == ("15:00 UTC",)
    assert render_readings(clock("at 00:30"), NEAR, BERLIN) == (
        "00:30 CEST (22:30 UTC the day before)",
    )


def test_the_writers_own_spelling_stays():
    assert render_readings(clock("at 3:00 PM"), NEAR, BERLIN) == ("3:00 PM CEST (13:00 UTC)",)


def test_an_ambiguous_abbreviation_keeps_all_its_meanings():
    zones = possible_zones(clock("at 15:00 IST"), BERLIN, (), NEAR)
    found = {each for zone in zones for each in instants(clock("at 15:00 IST"), NEAR, zone)}
    assert len(found) == len(zones) == 3


def test_without_a_zone_the_pages_comes_first_and_its_neighbours_follow():
    zones = possible_zones(clock("at 15:00"), BERLIN, (ZoneInfo("Asia/Tokyo"),), NEAR)
    offsets = [NEAR.astimezone(zone).utcoffset() / timedelta(hours=1) for zone in zones]
    assert offsets[:3] == [2, 9, 0]
    assert len(set(offsets)) == len(offsets)


@pytest.mark.parametrize(
    ("word", "day", "right"),
    [
        ("EST", date(2025, 4, 10), "EDT"),
        ("CET", date(2025, 6, 24), "CEST"),
        ("PST", date(2025, 7, 1), "PDT"),
        ("CEST", date(2025, 1, 16), "CET"),
        ("BST", date(2025, 12, 1), "GMT"),
        ("CEST", date(2025, 3, 31), None),
        ("CET", date(2025, 3, 30), None),  # the day of the change: until two in the morning
        ("CEST", date(2025, 3, 30), None),
        ("MST", date(2025, 7, 1), None),  # Phoenix
        ("GMT", date(2025, 7, 1), None),
        ("IST", date(2025, 7, 1), None),
        ("UTC", date(2025, 7, 1), None),
    ],
)
def test_an_abbreviation_is_in_force_or_not(word, day, right):
    assert seasonal_correction(word, day) == right


def test_a_pages_zone_is_read_from_its_stamps_seasons_and_all():
    zone = zone_of_stamps(["Posted Mar 31, 2025 - 07:30 CEST"])
    assert datetime(2025, 1, 16, 12, tzinfo=UTC).astimezone(zone).tzname() == "CET"
    assert zone_of_stamps(["Posted some day"]) is None
    assert regional_zone("CST").utcoffset(None) == timedelta(hours=-6)


def test_ten_zones_in_one_sentence():
    zones = ["UTC", "CET", "CEST", "EST", "EDT", "PST", "PDT", "JST", "BST", "AEST"]
    text = " and ".join(f"10:00 {zone}" for zone in zones)
    assert [one.zone.text for one in text_times(text).clocks] == zones
    assert [one.text for one in zone_names(text)] == zones


ODD = st.lists(
    st.sampled_from(
        [
            *(
                "14:05",
                "7:40 PM",
                "9am",
                "2025-06-23",
                "16.01.2025",
                "1/2/2025",
                "June 23",
                "Friday",
            ),
            *(
                "CEST",
                "(UTC)",
                "UTC+14:30",
                "IST",
                " to ",
                " - ",
                "between ",
                "and ",
                "\n",
                "\n\n- ",
            ),
            *(
                "5 minutes",
                "2h5m",
                "`12:00`",
                "| 1:00 |",
                "شكرا",
                "🎉",
                "\u202e",
                "<b>",
                ". ",
                "T07:30Z",
            ),
            *("99:99", "February 30", "0:00", "24:00", "31.02.2024", "yesterday"),
        ]
    ),
    max_size=30,
).map("".join)


@given(st.one_of(st.text(max_size=200), ODD))
def test_whatever_is_written_the_places_are_in_the_text(text):
    read = text_times(text)
    for one in (*read.clocks, *read.days, *read.zones, *durations(text)):
        assert text[one.start : one.end] == one.text
    for window in read.windows:
        assert 0 <= window.start < window.end <= len(text)
    for one in read.clocks:
        for zone in possible_zones(one, BERLIN, (), NEAR):
            for instant in instants(one, NEAR, zone):
                assert instant.tzinfo is UTC
