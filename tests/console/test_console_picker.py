"""Picking components: groups, a filter, many at once, and a page of a thousand."""

from __future__ import annotations

from pathlib import Path

import pytest
from frames import NARROW, WIDE, awaited, offline, seated
from test_console_composer import keep_copy

from desks import Bench
from ircon.console.picker_model import ALL, NONE, SOME, ComponentSelection
from ircon.incident.components import Component, ComponentChange

PAGE = (
    *(Component(f"a{number}", f"API (group {number:02})", "API") for number in (1, 2, 3)),
    Component("c1", "Checkout"),
    Component("w1", "Web App"),
)


@pytest.fixture
def selection() -> ComponentSelection:
    return ComponentSelection(PAGE, {})


def test_a_group_is_chosen_wholly_partly_or_not(selection: ComponentSelection):
    group, first, *_ = selection.rows
    assert selection.state(group) == NONE
    selection.toggle(first)
    assert (selection.state(group), selection.state(first)) == (SOME, ALL)
    selection.toggle(group)
    assert selection.state(group) == ALL
    assert selection.chosen == {"a1": None, "a2": None, "a3": None}
    selection.toggle(group)
    assert (selection.state(group), selection.chosen) == (NONE, {})


def test_a_status_goes_to_what_was_just_chosen_else_to_the_row(selection: ComponentSelection):
    group, first, second, _, checkout, web = selection.rows
    selection.toggle(group)
    selection.set_status("partial_outage", web)
    assert selection.chosen == dict.fromkeys(("a1", "a2", "a3"), "partial_outage")
    selection.set_status("major_outage", second)
    selection.set_status("degraded_performance", checkout)
    assert selection.chosen["a1"] == "partial_outage"
    assert selection.chosen["a2"] == "major_outage"
    assert selection.chosen["c1"] == "degraded_performance"
    selection.set_status("operational", group)
    assert {selection.chosen[one] for one in ("a1", "a2", "a3")} == {"operational"}
    selection.toggle(first)
    assert "a1" not in selection.chosen


def test_a_filter_keeps_the_tree_and_finds_the_best(selection: ComponentSelection):
    best = selection.filter("grp02")
    assert selection.rows[best].component == PAGE[1]
    assert selection.rows[0].name == "API"
    selection.toggle_shown()
    assert selection.chosen == {"a2": None}
    selection.filter("chk")
    selection.toggle_shown()
    assert selection.chosen == {"a2": None, "c1": None}
    selection.filter("")
    assert selection.state(selection.rows[0]) == SOME


def test_a_new_copy_of_the_page_keeps_what_is_chosen(selection: ComponentSelection):
    selection.toggle(selection.rows[1])
    selection.set_components((*PAGE, Component("n1", "New")))
    assert selection.chosen == {"a1": None}
    assert selection.rows[-1].name == "New"


def test_the_status_that_customers_see_is_the_incidents_own():
    selection = ComponentSelection(
        PAGE, {}, (ComponentChange("c1", "Checkout", None, "major_outage"),)
    )
    assert selection.status_of(PAGE[3]) == "major_outage"
    assert selection.status_of(PAGE[4]) == "operational"


@awaited
async def test_a_whole_group_and_one_more_from_keys_alone(bench: Bench):
    async with seated(bench.desk) as seat:
        await seat.press("n", "f6")
        await seat.until("API (group 03)")
        await seat.type("api")
        await seat.press("down", "g", "space", "3")
        seen = await seat.press("/")
        assert "3 of 6 chosen" in seen
        assert "[x] API  3 of 3" in seen
        await seat.press(*["backspace"] * 3)
        await seat.type("web app")
        await seat.press("enter", "2")
        composer = await seat.press("enter")
        assert "◐ API ×3 Partial outage   ▽ Web App Degraded" in composer


@awaited
async def test_left_without_an_answer_nothing_has_changed(bench: Bench):
    async with seated(bench.desk, NARROW) as seat:
        await seat.press("n", "f6")
        await seat.until("API (group 03)")
        await seat.press("down", "a")
        assert "6 of 6 chosen" in await seat.read()
        assert "none changed" in await seat.press("escape")


@awaited
async def test_offline_the_copy_is_shown_with_its_age(tmp_path: Path):
    with offline(tmp_path) as bench:
        keep_copy(bench, 30)
        bench.clock.advance(3600)
        async with seated(bench.desk) as seat:
            await seat.press("n", "f6")
            seen = await seat.until("the page cannot be reached")
            assert "as of 2026-03-02 03:12" in seen
            assert "node 0007 [db]" in seen


@awaited
async def test_a_thousand_components_are_drawn_without_a_widget_each(tmp_path: Path):
    with offline(tmp_path) as bench:
        keep_copy(bench, 1_000)
        for size in (WIDE, NARROW):
            async with seated(bench.desk, size) as seat:
                await seat.press("n", "f6")
                await seat.until("of 1,000 chosen")
                assert len(seat.app.screen.query("*")) < 20
                await seat.type("0777")
                seen = await seat.press("down")
                assert "node 0777 [db]" in seen
                assert "node 0001" not in seen
                await seat.press("4", "/", *["backspace"] * 4, "down", "G")
                seen = await seat.read()
                assert "node 0999 [db]" in seen
                assert "1 of 1,000 chosen" in seen
                await seat.press("a", "2")
                assert "1,000 of 1,000 chosen" in await seat.read()
                seen = await seat.press("enter")
                assert "Region 000 ×10 Degraded" in seen
                await seat.press("escape")
            bench.desk.saved_drafts.drop("declare")
