"""Identifiers: events' ULIDs, and the short ids that people type."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from ircon.incident.ids import Ulids, ids_matching, is_ulid, short_id

CLOCK = st.integers(0, 2**47)


@given(st.lists(CLOCK, max_size=50), st.randoms(use_true_random=False))
def test_ids_sort_as_they_were_made_even_when_the_clock_steps_back(times, rng):
    source = Ulids(rng.randbytes)
    made = [source.next(time) for time in times]
    assert made == sorted(made)
    assert len(set(made)) == len(made)
    assert all(map(is_ulid, made))


@given(CLOCK, CLOCK)
def test_ids_of_two_machines_sort_by_their_time(one, other):
    mine = Ulids(lambda size: b"\x07" * size).next(one)
    theirs = Ulids(lambda size: b"\x05" * size).next(other)
    assert (mine < theirs) == (one < other)


def test_an_id_holds_its_milliseconds():
    # The example of https://github.com/ulid/spec: 01ARYZ6S41 is 1469918176385.
    assert Ulids(bytes).next(1469918176385) == "01ARYZ6S41" + "0" * 16


def test_what_is_no_ulid_is_not_taken_for_one():
    good = "01ARYZ6S41TSV4RRFFQ69G5FAV"
    assert is_ulid(good)
    for bad in (good[:-1], good + "0", good.lower(), "8" + good[1:], good[:-1] + "U", ""):
        assert not is_ulid(bad)


@given(st.randoms(use_true_random=False))
def test_a_short_id_can_be_typed_and_is_no_word(rng):
    assert re.fullmatch(r"(?=.*\d)[a-z0-9]{4}", short_id((), rng.randbytes))


@given(st.binary(min_size=1, max_size=3))
def test_short_ids_stay_unique_with_the_worst_of_entropy(pattern):
    taken: set[str] = set()
    for _ in range(6):
        made = short_id(taken, lambda size: (pattern * size)[:size])
        assert made not in taken
        assert re.search(r"\d", made)
        taken.add(made)


def test_a_short_id_grows_where_the_short_ones_are_taken():
    class Everything(set):
        def __contains__(self, one: object) -> bool:
            return len(str(one)) < 6

    assert len(short_id(Everything(), lambda size: bytes(range(size)))) == 6


def test_a_typed_prefix_finds_the_exact_id_alone_or_all_that_begin_so():
    ids = ["k7f2", "k7f25", "m3ab"]
    assert ids_matching("K7F2", ids) == ["k7f2"]
    assert ids_matching("k7", ids) == ["k7f2", "k7f25"]
    assert ids_matching("z", ids) == []
