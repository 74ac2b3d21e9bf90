"""Filling in, and finding what was left open."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ircon.incident.text import find_placeholders
from ircon.writing.placeholders import fill, hole, holes, placeholders

TEXT = st.text(max_size=60)


@given(before=TEXT, first=TEXT, second=TEXT)
def test_values_arrive_as_they_are_whatever_they_hold(before, first, second):
    plain = before.replace("{", "(").replace("}", ")")
    text = plain + "{{one}} and {{ two }}" + plain
    assert fill(text, {"one": first, "two": second}) == f"{plain}{first} and {second}{plain}"


@pytest.mark.parametrize("value", ["{{two}}", "$5", r"\1 and \g<0>", "{{one}}"])
def test_a_value_is_never_read_again(value):
    assert fill("a {{one}} b {{two}}", {"one": value, "two": "TWO"}) == f"a {value} b TWO"


def test_a_name_without_a_value_stays_and_is_left_over():
    filled = fill("Affected: {{components}} since {{since}}", {"since": "14:05 UTC"})
    assert [one.text for one in find_placeholders(filled)] == ["{{components}}"]


def test_placeholders_are_named_once_in_reading_order():
    assert placeholders("{{b}} {{a}} {{ b }} {{fill in: x}} {{A}}") == ["b", "a"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Affected: {{components}}.", "{{components}}"),
        ("We {{fill in: what was changed}}.", "{{fill in: what was changed}}"),
        ("Half a brace {{ is left", "{{"),
        ("and the other }} too", "}}"),
        ("TODO say when", "TODO"),
        ("Back at XXX UTC", "XXX"),
        ("FIXME", "FIXME"),
        (
            "Let your users know once a fix is in place, and that you keep watching.",
            "Let your users know once a fix is in place, and that you keep watching",
        ),
    ],
)
def test_what_was_left_open_is_found_where_it_stands(text, found):
    (left,) = find_placeholders(text)
    assert left.text == found
    assert text[left.start : left.end] == found


@pytest.mark.parametrize(
    "text",
    [
        "Payments fail for 30 % of customers. Next update by 14:35 CET (13:35 UTC).",
        "The todo list and the XXXL sizes of the shop do not load.",
        "The API answers {x} where it should answer {y}.",
        "We let our users know at noon.",
    ],
)
def test_ordinary_words_may_be_sent(text):
    assert find_placeholders(text) == []


def test_a_hole_is_found_as_a_hole_and_as_left_over():
    text = f"It began {hole('when')}, it ended {hole('when, too')}."
    assert [one.text for one in holes(text)] == ["{{fill in: when}}", "{{fill in: when, too}}"]
    assert holes(text) == find_placeholders(text)
    assert holes("{{components}} TODO") == []
