"""Instants and durations as text."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ircon.incident.times import format_duration, iso, minutes_between, parse_iso

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@given(st.integers(-(10**12), 10**13))
def test_an_instant_comes_back_from_its_text_to_the_millisecond(milliseconds):
    instant = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=milliseconds)
    assert iso(instant).endswith("Z")
    assert parse_iso(iso(instant)) == instant


@pytest.mark.parametrize("text", ["2026-03-02T09:00:00", "09:00", "now", "2026-03-02", ""])
def test_a_time_without_a_zone_is_no_instant(text):
    with pytest.raises(ValueError, match=r"zone|isoformat"):
        parse_iso(text)


@pytest.mark.parametrize(
    ("span", "said"),
    [
        ({"seconds": 0}, "0 s"),
        ({"seconds": 59.9}, "59 s"),
        ({"seconds": 60}, "1 min"),
        ({"minutes": 59, "seconds": 59}, "59 min"),
        ({"hours": 1}, "1 h"),
        ({"hours": 3, "minutes": 12}, "3 h 12 min"),
        ({"hours": 23, "minutes": 59}, "23 h 59 min"),
        ({"days": 1}, "1 d"),
        ({"days": 2, "hours": 4, "minutes": 59}, "2 d 4 h"),
        ({"minutes": -4}, "4 min"),
    ],
)
def test_durations_are_said_in_whole_units(span, said):
    assert format_duration(timedelta(**span)) == said


UNITS = {"s": 1, "min": 60, "h": 3600, "d": 86400}
FINEST = {"s": 1, "min": 60, "h": 60, "d": 3600}  # seconds that each size of duration is told to


@given(st.timedeltas(timedelta(0), timedelta(days=4000)))
def test_a_duration_never_claims_more_than_has_passed(span):
    parts = format_duration(span).split()
    said = sum(
        int(count) * UNITS[unit] for count, unit in zip(parts[::2], parts[1::2], strict=True)
    )
    assert 0 <= span.total_seconds() - said < FINEST[parts[1]]


@given(st.integers(0, 10**7))
def test_minutes_have_one_decimal(seconds):
    found = minutes_between(START, START + timedelta(seconds=seconds))
    assert found == round(found, 1)
    assert found == pytest.approx(seconds / 60, abs=0.051)
