"""Times as people type them, and the ones that are refused."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ircon.errors import BadTime
from ircon.incident.time_input import (
    ABBREVIATIONS,
    abbreviation_offsets,
    load_zone,
    parse_time,
    render_clock,
    render_clock_with_utc,
)

BERLIN = ZoneInfo("Europe/Berlin")
NEW_YORK = ZoneInfo("America/New_York")
NOW = datetime(2026, 7, 15, 12, 0, tzinfo=UTC)  # 14:00 in Berlin, 08:00 in New York

# Zones whose everyday abbreviations the table must know, with their own offsets.
WORLD = (
    "UTC", "Europe/London", "Europe/Dublin", "Europe/Lisbon", "Europe/Paris", "Europe/Helsinki",
    "Europe/Moscow", "Africa/Lagos", "Africa/Maputo", "Africa/Nairobi", "Africa/Johannesburg",
    "Asia/Jerusalem", "Asia/Karachi", "Asia/Kolkata", "Asia/Jakarta", "Asia/Makassar",
    "Asia/Jayapura", "Asia/Shanghai", "Asia/Hong_Kong", "Asia/Tokyo", "Asia/Seoul",
    "Australia/Perth", "Australia/Darwin", "Australia/Adelaide", "Australia/Sydney",
    "Pacific/Auckland", "Pacific/Honolulu", "America/St_Johns", "America/Halifax",
    "America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles",
    "America/Anchorage", "America/Adak",
)  # fmt: skip

INSTANTS = st.integers(
    int(datetime(1990, 1, 1, tzinfo=UTC).timestamp()),
    int(datetime(2037, 1, 1, tzinfo=UTC).timestamp()),
).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("typed", "instant"),
    [
        ("2023-08-08T13:30:00Z", "2023-08-08 13:30"),
        ("2023-08-08t13:30z", "2023-08-08 13:30"),
        ("2023-08-08T09:30:15.25-04:00", "2023-08-08 13:30:15.250"),
        ("2023-08-08 09:30 EDT", "2023-08-08 13:30"),
        ("2023-08-08 09:30 America/New_York", "2023-08-08 13:30"),
        ("14:05 America/Argentina/Buenos_Aires", "2026-07-14 17:05"),
        ("2023-08-08 09:30 +0530", "2023-08-08 04:00"),
        ("2023-08-08 09:30+02", "2023-08-08 07:30"),
        ("2023-08-08 09:30", "2023-08-08 07:30"),
        ("2023-02-08 09:30", "2023-02-08 08:30"),
        ("2026-07-16 09:30", "2026-07-16 07:30"),
        ("13:59", "2026-07-15 11:59"),
        ("14:00", "2026-07-15 12:00"),
        ("14:01", "2026-07-14 12:01"),
        ("9:05", "2026-07-15 07:05"),
        ("13:05 cest", "2026-07-15 11:05"),
        ("07:00 EDT", "2026-07-15 11:00"),
        ("07:00 EST", "2026-07-15 12:00"),
        ("07:01 EST", "2026-07-14 12:01"),
        ("2:05pm", "2026-07-14 12:05"),
        ("1:05pm", "2026-07-15 11:05"),
        ("1:05 PM", "2026-07-15 11:05"),
        ("1:05\u202fPM", "2026-07-15 11:05"),
        ("01:05:30 p.m.", "2026-07-15 11:05:30"),
        ("1 p. m.", "2026-07-15 11:00"),
        ("1pm", "2026-07-15 11:00"),
        ("9am", "2026-07-15 07:00"),
        ("12am", "2026-07-14 22:00"),
        ("12:30 a.m.", "2026-07-14 22:30"),
        ("12pm", "2026-07-15 10:00"),
        ("at 1:05pm CEST", "2026-07-15 11:05"),
        ("7am EDT", "2026-07-15 11:00"),
        ("yesterday 2:05pm", "2026-07-14 12:05"),
        ("yesterday at 2:05 pm UTC", "2026-07-14 14:05"),
        ("2023-08-08 9:30 am EDT", "2023-08-08 13:30"),
        ("2023-08-08, 9:30 PM America/New_York", "2023-08-09 01:30"),
        ("11:05 UTC+1", "2026-07-15 10:05"),
        ("11:05am GMT+01:00", "2026-07-15 10:05"),
        ("11:05 -0300", "2026-07-14 14:05"),
        ("now", "2026-07-15 12:00"),
        ("in 90 min", "2026-07-15 13:30"),
        ("in 2h", "2026-07-15 14:00"),
        ("2 hrs ago", "2026-07-15 10:00"),
        ("30 sec ago", "2026-07-15 11:59:30"),
        ("yesterday 14:05", "2026-07-14 12:05"),
        ("Yesterday 14:05 UTC", "2026-07-14 14:05"),
        ("today 18:00", "2026-07-15 16:00"),
        ("tomorrow 6:00", "2026-07-16 04:00"),
        ("10m ago", "2026-07-15 11:50"),
        ("10 minutes ago", "2026-07-15 11:50"),
        ("2h ago", "2026-07-15 10:00"),
        ("1h30m ago", "2026-07-15 10:30"),
        ("1h 30min ago", "2026-07-15 10:30"),
        ("1d ago", "2026-07-14 12:00"),
        ("90s ago", "2026-07-15 11:58:30"),
        ("  10m   ago ", "2026-07-15 11:50"),
    ],
)
def test_what_people_type_is_read(typed, instant):
    assert parse_time(typed, NOW, BERLIN) == utc(instant)


@pytest.mark.parametrize(
    "typed",
    [
        "", "soon", "ago", "m ago", "10m", "-5m ago", "10mago", "25:00", "14:60", "14:05:60", "14",
        "14:05 pm", "0:05am", "13 pm", "2:60pm", "pm", "2:05 am pm", "in 10m ago", "in", "2 o'clock",
        "2023-02-30 10:00", "2023-08-08", "0001-01-01 00:00+14:00", "14:05+25:00",
        "9999-12-31 23:59-12:00", "14:05 XYZ", "14:05 Nowhere/Land", "14:05 ../etc/passwd", "14:05 [/red]", "99999999999999999999h ago",
        "١٤:٠٥", "2023-08-08T09:30-04:00 EDT",
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_with_a_way_on(typed):
    with pytest.raises(BadTime) as refused:
        parse_time(typed, NOW, BERLIN)
    assert refused.value.message
    assert refused.value.hint


@pytest.mark.parametrize(
    ("zone", "typed", "said", "readings"),
    [
        (BERLIN, "2026-03-29 02:30", "does not exist in Europe/Berlin", ["00:30", "01:30"]),
        (BERLIN, "2026-10-25 02:30", "may mean", ["00:30", "01:30"]),
        (NEW_YORK, "2026-03-08 02:30", "does not exist in America/New_York", ["06:30", "07:30"]),
        (NEW_YORK, "2026-11-01 01:30", "may mean", ["05:30", "06:30"]),
    ],
)
def test_a_time_in_a_changed_hour_is_refused_with_both_readings(zone, typed, said, readings):
    with pytest.raises(BadTime) as refused:
        parse_time(typed, NOW, zone)
    assert said in refused.value.message
    with pytest.raises(BadTime) as named:
        parse_time(f"{typed} {zone.key}", NOW, BERLIN)
    assert named.value.hint == refused.value.hint
    for reading in readings:
        assert f"({reading} UTC)" in refused.value.message
        assert f"T{reading}Z" in refused.value.hint
        exact = f"{typed[:10]}T{reading}Z"
        assert parse_time(exact, NOW, zone) == utc(f"{typed[:10]} {reading}")


@pytest.mark.parametrize("typed", ["2026-03-29 01:59", "2026-03-29 03:00"])
def test_the_edges_of_a_changed_hour_exist_once(typed):
    assert parse_time(typed, NOW, BERLIN).astimezone(BERLIN).strftime("%Y-%m-%d %H:%M") == typed


def test_an_abbreviation_tells_the_two_readings_apart():
    assert parse_time("2026-10-25 02:30 CEST", NOW, BERLIN) == utc("2026-10-25 00:30")
    assert parse_time("2026-10-25 02:30 CET", NOW, BERLIN) == utc("2026-10-25 01:30")


def test_a_bare_time_in_the_repeated_hour_is_clear_until_the_hour_repeats():
    first, second = utc("2026-10-25 00:45"), utc("2026-10-25 01:45")
    assert parse_time("02:30", first, BERLIN) == utc("2026-10-25 00:30")
    with pytest.raises(BadTime, match="may mean"):
        parse_time("02:30", second, BERLIN)


@pytest.mark.parametrize("now", ["2026-03-29 01:10", "2026-03-29 08:00"])
def test_a_bare_time_in_the_skipped_hour_is_refused_not_moved(now):
    with pytest.raises(BadTime, match="does not exist"):
        parse_time("02:30", utc(now), BERLIN)


def test_before_the_skipped_hour_a_bare_time_is_yesterdays():
    assert parse_time("02:30", utc("2026-03-28 23:30"), BERLIN) == utc("2026-03-28 01:30")


def test_a_bare_time_is_the_next_one_where_plans_are_made():
    assert parse_time("14:01", NOW, BERLIN, ahead=True) == utc("2026-07-15 12:01")
    assert parse_time("13:59", NOW, BERLIN, ahead=True) == utc("2026-07-16 11:59")


def test_an_abbreviation_of_several_meanings_is_refused_with_all():
    with pytest.raises(BadTime) as refused:
        parse_time("2026-07-15 14:05 IST", NOW, BERLIN)
    for reading in ("08:35 UTC", "13:05 UTC", "12:05 UTC"):
        assert reading in refused.value.message


@pytest.mark.parametrize(
    ("zone", "typed", "instant"),
    [
        ("Asia/Kolkata", "2026-07-15 14:05 IST", "2026-07-15 08:35"),
        ("Europe/Dublin", "2026-07-15 14:05 IST", "2026-07-15 13:05"),
        ("America/Chicago", "2026-01-15 14:05 CST", "2026-01-15 20:05"),
        ("Asia/Shanghai", "2026-01-15 14:05 CST", "2026-01-15 06:05"),
        ("Asia/Manila", "2026-01-15 14:05 PST", "2026-01-15 06:05"),
    ],
)
def test_an_abbreviation_means_what_the_given_zone_means_by_it(zone, typed, instant):
    assert parse_time(typed, NOW, ZoneInfo(zone)) == utc(instant)


@given(INSTANTS, st.sampled_from(WORLD))
def test_an_instant_written_out_with_its_offset_comes_back(instant, name):
    local = instant.astimezone(ZoneInfo(name))
    assert parse_time(local.isoformat(), NOW, BERLIN) == instant


@given(INSTANTS, st.times(), st.sampled_from(WORLD))
def test_a_bare_time_has_passed_within_about_a_day_or_is_refused(now, clock, name):
    zone = ZoneInfo(name)
    try:
        instant = parse_time(clock.isoformat(), now, zone)
    except BadTime:
        return
    assert timedelta(0) <= now - instant <= timedelta(hours=25)
    assert instant.astimezone(zone).time() == clock


@given(st.text())
def test_nothing_typed_makes_it_fail_in_another_way(text):
    with suppress(BadTime):
        assert parse_time(text, NOW, BERLIN).tzinfo is UTC


@pytest.mark.parametrize("name", WORLD)
def test_the_table_knows_the_abbreviations_of_the_world(name):
    for month in (1, 7):
        here = datetime(2025, month, 15, 12, tzinfo=ZoneInfo(name))
        assert here.utcoffset() in abbreviation_offsets(here.tzname() or "")


def test_every_abbreviation_of_the_table_is_somebodys():
    used = {
        datetime(2025, month, 15, tzinfo=ZoneInfo(name)).tzname()
        for name in WORLD
        for month in (1, 7)
    }
    assert set(ABBREVIATIONS) - used == {"Z"}


def test_an_abbreviation_has_one_offset_or_several_or_none():
    assert abbreviation_offsets("CEST") == (timedelta(hours=2),)
    assert abbreviation_offsets("mdt") == (timedelta(hours=-6),)
    assert len(abbreviation_offsets("IST")) == 3
    assert abbreviation_offsets("XYZ") == ()


def test_times_are_shown_in_a_zone_and_in_utc():
    instant = utc("2026-07-15 13:00")
    assert render_clock(instant, BERLIN) == "15:00 CEST"
    assert render_clock_with_utc(instant, BERLIN) == "15:00 CEST (13:00 UTC)"
    assert render_clock_with_utc(instant, UTC) == "13:00 UTC"


@pytest.mark.parametrize("name", ["Mars/Olympus", "../../etc/passwd", "", "Europe", "a\0b"])
def test_a_zone_that_does_not_exist_is_refused(name):
    with pytest.raises(BadTime, match="Unknown time zone"):
        load_zone(name)


def test_a_zone_is_found_by_its_name():
    assert load_zone("Europe/Berlin").key == "Europe/Berlin"
