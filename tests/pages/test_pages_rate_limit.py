"""Sixty requests in any minute, and twenty of them for people."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ircon.pages.rate_limit import BACKGROUND, INTERACTIVE, RateLimiter
from ircon.pages.vendors.statuspage import Statuspage
from page_wires import StillClock


def test_a_burst_of_sixty_goes_out_at_once_and_the_next_waits_a_minute(clock):
    limiter = RateLimiter(clock, Statuspage.rate)
    assert [limiter.take(INTERACTIVE) for _ in range(60)] == [0.0] * 60
    assert limiter.take(INTERACTIVE) == 61.0
    clock.pass_(60.9)
    assert 0 < limiter.take(INTERACTIVE) < 0.2
    clock.pass_(0.2)
    assert [limiter.take(INTERACTIVE) for _ in range(60)] == [0.0] * 60


def test_background_pulls_leave_twenty_for_people(clock):
    limiter = RateLimiter(clock, Statuspage.rate)
    assert [limiter.take(BACKGROUND) for _ in range(40)] == [0.0] * 40
    clock.pass_(1)
    assert limiter.take(BACKGROUND) == 60.0
    assert [limiter.take(INTERACTIVE) for _ in range(20)] == [0.0] * 20
    assert limiter.take(INTERACTIVE) == 60.0


def test_what_a_person_used_counts_for_the_background(clock):
    limiter = RateLimiter(clock, Statuspage.rate)
    for _ in range(60):
        limiter.take(INTERACTIVE)
    clock.pass_(61)
    assert limiter.take(BACKGROUND) == 0.0


def test_a_rest_that_the_page_asked_for_holds_for_everybody(clock):
    limiter = RateLimiter(clock, Statuspage.rate)
    limiter.pause(30)
    limiter.pause(5)
    assert limiter.take(INTERACTIVE) == limiter.take(BACKGROUND) == 30.0
    clock.pass_(30)
    assert limiter.take(INTERACTIVE) == 0.0


@given(
    st.lists(
        st.tuples(st.floats(0, 20), st.sampled_from([INTERACTIVE, BACKGROUND]), st.integers(1, 30)),
        max_size=60,
    )
)
def test_no_window_of_sixty_seconds_holds_more_and_waiting_helps(script):
    clock = StillClock()
    limiter = RateLimiter(clock, Statuspage.rate)
    sent: list[float] = []
    for pause, kind, burst in script:
        clock.pass_(pause)
        for _ in range(burst):
            wait = limiter.take(kind)
            if not wait:
                sent.append(clock.seconds)
                room = 60 if kind == INTERACTIVE else 40
                assert sum(1 for one in sent if one > clock.seconds - 60) <= room
            else:
                assert 0 < wait <= 61 + 1e-6  # seconds are floats
    wait = limiter.take(BACKGROUND)
    if wait:
        clock.pass_(wait + 1e-6)
        assert limiter.take(BACKGROUND) == 0.0
