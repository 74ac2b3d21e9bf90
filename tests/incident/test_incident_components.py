"""How people name components: ``-c COMPONENT[=STATUS]``."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ircon.errors import Ambiguous, NotFound, UsageError
from ircon.incident.components import Component, ComponentChange, select_components
from ircon.incident.vocabulary import COMPONENT_STATUSES

PAGE = (
    Component("a1", "API (group 01)", "API"),
    Component("a2", "API (group 02)", "API", "degraded_performance"),
    Component("w1", "Web", "EU"),
    Component("w2", "Web", "US"),
    Component("cc", "Claude Console (platform.claude.com)"),
    Component("eq", "key=value store"),
    Component("tl", "TLS=on"),
    Component("lo", "login"),
    Component("LO", "Login"),
    Component("gr", "Mail"),
    Component("gm", "Inbox", "Mail"),
)


def chosen(*words: str) -> list[tuple[str, str | None]]:
    return [(change.id, change.status) for change in select_components(words, PAGE)]


@pytest.mark.parametrize(
    ("word", "found"),
    [
        ("a1", [("a1", None)]),
        ("a1=major_outage", [("a1", "major_outage")]),
        ("API (group 01)", [("a1", None)]),
        ("api (GROUP 01)=operational", [("a1", "operational")]),
        ("API/API (group 02)", [("a2", None)]),
        ("API/*", [("a1", None), ("a2", None)]),
        ("api/*=partial_outage", [("a1", "partial_outage"), ("a2", "partial_outage")]),
        ("EU/Web", [("w1", None)]),
        ("us/web", [("w2", None)]),
        ("Claude Console (platform.claude.com)", [("cc", None)]),
        ("key=value store", [("eq", None)]),
        ("key=value store=operational", [("eq", "operational")]),
        ("TLS=on", [("tl", None)]),
        ("tls=ON", [("tl", None)]),
        ("login", [("lo", None)]),
        ("Login", [("LO", None)]),
        ("LO", [("LO", None)]),
        ("Mail", [("gr", None)]),  # a component and a group: the component is meant
        ("Mail/*", [("gm", None)]),
    ],
)
def test_a_name_finds_what_it_says(word, found):
    assert chosen(word) == found


@pytest.mark.parametrize(
    ("word", "error", "said"),
    [
        ("Web", Ambiguous, "EU/Web (w1), US/Web (w2)"),
        ("web=operational", Ambiguous, "2 components"),
        ("LOGIN", Ambiguous, "2 components"),
        ("API", NotFound, "'API/*'"),
        ("api", NotFound, "'API/*'"),
        ("Consol", NotFound, "Did you mean Claude Console"),
        ("Checkout", NotFound, "ircon components"),
        ("Checkout=down", NotFound, "No such component: 'Checkout=down'"),
        ("a1=down", UsageError, "partial_outage"),
        ("API/*=broken", UsageError, "'broken' is not a component status"),
        ("a1=", UsageError, "Use one of"),
        ("API/?", NotFound, "No such component"),
        ("", NotFound, "No such component"),
    ],
)
def test_what_is_not_meant_for_sure_is_refused_with_what_to_say(word, error, said):
    with pytest.raises(error) as refused:
        chosen(word)
    assert said in str(refused.value)
    assert type(refused.value) is error


def test_a_later_word_overrides_and_the_pages_order_stays():
    assert chosen("lo", "API/*=major_outage", "a2=operational") == [
        ("a1", "major_outage"), ("a2", "operational"), ("lo", None),
    ]  # fmt: skip


def test_a_change_knows_what_was():
    (change,) = select_components(["a2=operational"], PAGE)
    assert (change.was, change.path) == ("degraded_performance", "API/API (group 02)")


NAMES = st.text(min_size=1, max_size=6)


@given(
    st.lists(st.tuples(NAMES, st.none() | NAMES), min_size=1, max_size=6),
    st.sampled_from([None, *COMPONENT_STATUSES]),
)
def test_every_component_can_be_named_by_its_id(names, status):
    page = [Component(f"id{n}", name, group) for n, (name, group) in enumerate(names)]
    for one in page:
        (change,) = select_components([one.id if status is None else f"{one.id}={status}"], page)
        assert (change.id, change.status) == (one.id, status)


@given(
    st.builds(
        ComponentChange,
        NAMES,
        NAMES,
        st.none() | NAMES,
        *[st.sampled_from([None, *COMPONENT_STATUSES])] * 2,
    )
)
def test_a_change_comes_back_from_an_event(change):
    assert ComponentChange.from_payload(change.to_payload()) == change


def test_a_status_that_nobody_knows_is_dropped_not_guessed():
    payload = {"id": "1", "name": "a", "status": "on fire", "was": ["x"], "group": 7}
    assert ComponentChange.from_payload(payload) == ComponentChange("1", "a")
