"""The table of moves itself: what must hold whatever the code does."""

from __future__ import annotations

import pytest

from ircon.delivery.states import IN_DOUBT, MOVES, NEEDS_DECISION, SETTLED, STATES, move

BY_A_PERSON = {
    "hold",
    "queue",
    "take_back",
    "reconfirm",
    "send_again",
    "look_again",
    "it_is_there",
    "drop",
    "replace",
}


def test_every_row_leads_from_a_known_state_to_a_known_state() -> None:
    assert {row.source for row in MOVES} | {row.target for row in MOVES} == set(STATES)


def test_an_event_means_one_thing_in_a_state() -> None:
    pairs = [(row.source, row.event) for row in MOVES]
    assert len(pairs) == len(set(pairs))


def test_what_may_be_public_is_never_queued_again_but_by_a_person() -> None:
    may_be_public = {"sending", "sent", "unknown", "needs_human"}
    again = [row for row in MOVES if row.source in may_be_public and row.target == "queued"]
    assert {(row.source, row.event) for row in again} == {
        ("sending", "not_sent"),  # certainly not applied
        ("needs_human", "send_again"),
    }
    assert all(row.event in BY_A_PERSON or row.event == "not_sent" for row in again)


def test_nothing_is_called_confirmed_without_having_been_seen() -> None:
    ways = {row.event for row in MOVES if row.target == "confirmed" != row.source}
    assert ways == {"seen"}


def test_only_preflight_leads_to_sending() -> None:
    assert [row.source for row in MOVES if row.target == "sending"] == ["preflight"]


@pytest.mark.parametrize("state", sorted(SETTLED - {"draft"}))
def test_what_is_settled_stays(state: str) -> None:
    assert {row.target for row in MOVES if row.source == state} <= {state}


@pytest.mark.parametrize("state", sorted(set(STATES) - SETTLED))
def test_every_state_has_a_way_out(state: str) -> None:
    reached, ahead = set(), {state}
    while ahead:
        reached |= ahead
        ahead = {row.target for row in MOVES if row.source in reached} - reached
    assert reached & {"confirmed", "cancelled", "rejected"}


@pytest.mark.parametrize("state", sorted(NEEDS_DECISION))
def test_what_waits_for_a_person_leaves_by_a_person_alone(state: str) -> None:
    leaving = {row.event for row in MOVES if row.source == state and row.target != state}
    assert leaving <= BY_A_PERSON


def test_a_move_that_is_not_in_the_table_is_a_defect() -> None:
    with pytest.raises(ValueError, match="no move from 'unknown' on 'reconfirm'"):
        move("unknown", "reconfirm")


def test_what_is_in_doubt_is_not_settled() -> None:
    assert not IN_DOUBT & SETTLED
